"""A whole decision by the reference interpreter: values, scores, ladders, rules. Short, obvious, slow.

This is the meaning of a rule set as code. `decide` reads a record, computes what is derived in dependency
order and answers for every rule and ladder; the compiled backend must give the same `Answer`.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tierkit.errors import Fault
from tierkit.program.domain import ABSENT, MISSING, Missing, confine, read
from tierkit.program.interpreter import Truth, all_of, truth, value
from tierkit.program.model import Characteristic, Dimension, Ladder, Program, Supply
from tierkit.program.terms import Formula, Value

UNDECIDED = -2
"""The position of a ladder that cannot be decided; `NO_TIER` where no tier takes the customer."""
NO_TIER = -1


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one record, before any words.

    `raw` holds, per dimension in file order, the value as read or computed: a `Missing` where the record has
    none, `None` where it could not be computed. `tiers` holds a position, `NO_TIER` or `UNDECIDED` for each
    ladder. `fired` and `unknown` are positions of rules, ascending.
    """

    raw: tuple[Value | Missing | None, ...]
    tiers: tuple[int, ...]
    fired: tuple[int, ...]
    unknown: tuple[int, ...]


def decide(
    program: Program,
    record: Mapping[str, Any],
    day: dt.date,
    given: Iterable[str] = (),
    supplied: Mapping[str, Value | Missing] = MappingProxyType({}),
) -> Answer | tuple[Fault, ...]:
    """The answer for a record, or every fault of it; providers are not asked for what is `supplied`.

    >>> from tierkit import loads
    >>> rules = "dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}]"
    >>> program = loads("{ruleset: a, version: 1, " + rules + "}").program
    >>> decide(program, {"x": 2}, dt.date(2025, 1, 1)).fired
    (0,)
    """
    own = frozenset(given)
    raw: dict[str, Any] = {}
    known: dict[str, Value | None] = {}
    faults: list[Fault] = []
    for dimension in program.dimensions.values():
        if not dimension.computed or dimension.name in own:
            found = read(dimension, record.get(dimension.name, absent(dimension)))
            if isinstance(found, Fault):
                faults.append(found)
                found = ABSENT
            _settle(dimension, found, raw, known, faults)
    tiers: dict[str, int] = {}
    for name in program.order:
        if name in program.ladders:
            ladder = program.ladders[name]
            tiers[name] = place(outcomes(program, ladder, known, day), skip_unknown=ladder.skip_unknown)
            known[name] = tier_value(ladder, tiers[name])
        elif name not in own:
            dimension = program.dimensions[name]
            if faults and dimension.supply is not None:
                raw[name] = known[name] = None  # nobody is asked about a record that is refused anyway
                continue
            computed = supplied[name] if name in supplied else compute(dimension, known, day)
            if computed is not None and not isinstance(computed, Missing):
                computed = confine(dimension, computed)
            _settle(dimension, computed, raw, known, faults)
    if faults:
        return tuple(faults)
    rules = [
        _gated(program.eligible, rule.when, known, day) if rule.valid_on(day) else False
        for rule in program.rules
    ]
    return Answer(
        tuple(raw[name] for name in program.dimensions),
        tuple(tiers[name] for name in program.ladders),
        tuple(i for i, outcome in enumerate(rules) if outcome),
        tuple(i for i, outcome in enumerate(rules) if outcome is None),
    )


def absent(dimension: Dimension) -> Missing:
    """Why a dimension is missing when the record does not hold its name."""
    return MISSING["not_given"] if dimension.kind == "aggregated" else ABSENT


def effective(dimension: Dimension, raw: Value | Missing | None) -> Value | None:
    """The value that conditions see: a default stands in for a missing one, but not for a table not given."""
    if raw is not None and not isinstance(raw, Missing):
        return raw
    return dimension.on_missing.value if raw is not MISSING["not_given"] else None


def compute(dimension: Dimension, known: Mapping[str, Value | None], day: dt.date) -> Value | Missing | None:
    """The value of a computed dimension; None when an input is missing, `Missing` when there is none."""
    if dimension.supply is not None:
        return supply(dimension.supply, known, day)
    if dimension.condition is not None:
        return truth(dimension.condition, known, day)
    return score(dimension.scorecard, known) if dimension.term is None else value(dimension.term, known, day)


def supply(supply: Supply, known: Mapping[str, Value | None], day: dt.date) -> Value | Missing | None:
    """What a provider gives for the values of its inputs."""
    if supply.call is None:
        return MISSING[supply.idle]
    record = supply.call.record(known, day)
    return None if record is None else supply.call.one(record)


def score(items: Iterable[Characteristic], known: Mapping[str, Value | None]) -> float | None:
    """`floor(s·1e6 + 0.5) / 1e6`, s the sum in file order of (100·weight)·points; None without an input."""
    total = None
    for item in items:
        earned = points(item, known[item.dimension])
        if earned is None:
            return None
        total = item.factor * earned if total is None else total + item.factor * earned
    return None if total is None else math.floor(total * 1e6 + 0.5) / 1e6


def points(item: Characteristic, found: Value | None) -> float | None:
    """The points, 0 to 1, that a value earns on one characteristic."""
    if found is None:
        return item.on_missing
    if item.form == "values":
        return dict(item.values)[found]
    x = float(found)  # type: ignore[arg-type]  # caps and curves are for numbers only
    if item.form == "cap":
        return min(max(x / item.cap, 0.0), 1.0)
    at = bisect_right(item.xs, x) - 1
    if at < 0:
        return item.ys[0]
    if item.form == "steps" or at == len(item.xs) - 1 or x == item.xs[at]:
        return item.ys[at]
    (x0, x1), (y0, y1) = item.xs[at : at + 2], item.ys[at : at + 2]
    return y0 + (y1 - y0) * ((x - x0) / (x1 - x0))


def outcomes(
    program: Program, ladder: Ladder, known: Mapping[str, Value | None], day: dt.date
) -> list[Truth]:
    """Whether each tier of a ladder would take the customer."""
    gates = [gate for gate in (program.eligible, ladder.eligible) if gate is not None]
    held = [truth(gate, known, day) for gate in gates]
    return [
        all_of([*held, True if tier.enter is None else truth(tier.enter, known, day)])
        for tier in ladder.tiers
    ]


def place(tiers: list[Truth], *, skip_unknown: bool) -> int:
    """The first tier that holds, decided only when every better one is false.

    >>> place([False, True, True], skip_unknown=False), place([None, True], skip_unknown=False)
    (1, -2)
    """
    for position, holds in enumerate(tiers):
        if holds:
            return position
        if holds is None and not skip_unknown:
            return UNDECIDED
    return NO_TIER


def tier_value(ladder: Ladder, position: int) -> str | None:
    """A ladder as a category: the tier, `""` for a customer in none, None while it is undecided."""
    if position == UNDECIDED:
        return None
    return ladder.tiers[position].id if position != NO_TIER else ""


def _gated(gate: Formula | None, formula: Formula, known: Mapping[str, Value | None], day: dt.date) -> Truth:
    own = truth(formula, known, day)
    return own if gate is None else all_of([truth(gate, known, day), own])


def _settle(
    dimension: Dimension, found: Any, raw: dict[str, Any], known: dict[str, Value | None], faults: list[Fault]
) -> None:
    raw[dimension.name] = found
    known[dimension.name] = effective(dimension, found)
    if known[dimension.name] is None and dimension.on_missing.policy == "error":
        cause = found.cause if isinstance(found, Missing) else "null"
        faults.append(Fault("missing", dimension.name, cause, dimension.type))
