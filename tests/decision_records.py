"""Records for any rule set: values at its thresholds and beside them, absent, or out of domain."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tierkit import RuleSet, load
from tierkit.program.normal import leaves
from tierkit.program.terms import Const, Formula, children, leaf_terms
from tierkit.program.types import NUMERIC

if TYPE_CHECKING:
    from tierkit.program.model import Dimension, Program

ROOT = Path(__file__).parent.parent
SHIPPED = sorted([*ROOT.glob("rulesets/*.yaml"), *ROOT.glob("examples/*/*.yaml")])
DAY = dt.date(2026, 2, 10)


def examples(path: Path) -> list[Any]:
    """A decision for every example of a rule file."""
    rules = load(path)
    found: list[Any] = []
    for example in rules.examples:
        given = [name for name in example.given if name in rules.dimensions]
        record: dict[str, Any] = {str(rules.program.key): f"c{len(found) + 1}", **example.given}
        found.append(rules.evaluate(record, as_of=example.as_of or DAY, given=given))
    return found


def records(rules: RuleSet) -> st.SearchStrategy[dict[str, Any]]:
    """Records of a rule set."""
    near = sorted({value for formula in _conditions(rules.program) for value in _numbers(formula)})
    fields = {
        name: _values(dimension, near)
        for name, dimension in rules.dimensions.items()
        if not dimension.computed
    }
    return st.fixed_dictionaries({}, optional=fields)


def _conditions(program: Program) -> list[Formula]:
    tiers = [tier.enter for ladder in program.ladders.values() for tier in ladder.tiers]
    named = [dimension.condition for dimension in program.dimensions.values()]
    return [
        formula for formula in (*(rule.when for rule in program.rules), *tiers, *named) if formula is not None
    ]


def _numbers(formula: Formula) -> list[float]:
    consts = [term for leaf in leaves(formula) for term in leaf_terms(leaf)]
    consts += [child for term in consts for child in children(term)]  # type: ignore[misc]
    return [float(c.value) for c in consts if isinstance(c, Const) and isinstance(c.value, int | float)]


def _values(dimension: Dimension, near: list[float]) -> st.SearchStrategy[Any]:
    """Mostly good values, sometimes none."""
    if dimension.type in NUMERIC:
        beside = [
            x for value in near for x in (value, math.nextafter(value, 1e9), math.nextafter(value, -1e9))
        ]
        good: st.SearchStrategy[Any] = st.one_of(
            st.sampled_from(beside or [0.0]),
            st.floats(-1e6, 1e6, allow_subnormal=False),
            st.sampled_from([0.0, 0.5, 1.0, 1e18, -1e18, 1e-18, 12_345_678.9]),
        )
        if dimension.type == "integer":
            good = good.map(lambda value: int(max(min(value, 2**53 - 1), 1 - 2**53)))
        odd: list[Any] = [None, math.nan, math.inf, -1e19] if dimension.type != "integer" else [None, 10**20]
    elif dimension.type == "boolean":
        good, odd = st.booleans(), [None]
    elif dimension.type == "date":
        good, odd = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), [None]
    elif dimension.type == "set":
        good = st.sets(st.sampled_from(dimension.values or ("a", "b")))
        odd = [None, {"not\na\x00value"}]
    elif dimension.values is not None:
        good, odd = st.sampled_from(dimension.values), [None, "none of these"]
    else:
        good, odd = (
            st.text(max_size=100) | st.sampled_from(["上海", "", "\n\u202e", "x" * 9_999]),
            [None, "\x00"],
        )
    return st.one_of(good, good, good, st.sampled_from(odd))
