"""Records for property tests, drawn near what a rule set compares with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tierkit.engine import RuleSet
from tierkit.program.model import Dimension
from tierkit.program.types import LARGEST_INTEGER, NUMERIC
from tierkit.testing.lazily import strategies
from tierkit.testing.literals import literals
from tierkit.testing.near import ODD_NUMBERS, WRONG, near_day, near_integer, near_number, near_text

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def records(ruleset: RuleSet, *, wrong_types: bool = False) -> SearchStrategy[dict[str, Any]]:
    """Records for a rule set: a value for each dimension that is not computed, or none.

    Values are drawn at the literals of the rule set and just beside them, within the bounds of the dimension
    and outside; null, NaN, infinities, -0.0 and decimals are among them.

    Args:
        ruleset: the rule set.
        wrong_types: True for records that are refused: a value may be of a wrong type.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: demo, version: 1, dimensions: {x: {type: number}}, "
    ...     "rules: [{id: r, tag: T, when: x > 5}]}")
    >>> from hypothesis import find, settings
    >>> find(records(rules), lambda record: rules.evaluate(record).tags == ("T",))["x"] > 5
    True

    Raises:
        MissingExtraError: hypothesis is not installed.
    """
    st = strategies()
    known = literals(ruleset.program)
    given = [d for d in ruleset.dimensions.values() if not d.computed]
    full = st.fixed_dictionaries({d.name: _values(st, d, known) for d in given})
    if not given:
        return full  # type: ignore[no-any-return]  # hypothesis is imported late
    names = st.sampled_from([d.name for d in given])
    left_out = st.sets(names, max_size=3)
    found = st.builds(lambda record, gone: {k: v for k, v in record.items() if k not in gone}, full, left_out)
    if not wrong_types:
        return found  # type: ignore[no-any-return]  # see above
    wrong = st.dictionaries(names, st.sampled_from(WRONG), max_size=1)
    return st.builds(lambda one, more: {**one, **more}, found, wrong)  # type: ignore[no-any-return]  # as above


def _values(st: Any, dimension: Dimension, known: Sequence[Any]) -> Any:
    """Values for one dimension, null among them."""
    numbers = [x for x in known if isinstance(x, int | float) and not isinstance(x, bool)]
    texts = [x for x in known if isinstance(x, str)]
    if dimension.type == "integer":
        whole = [n for x in [*numbers, 0] for n in near_integer(x)]
        plain = st.sampled_from(whole) | st.integers(-5, 1_000)
        return plain | st.sampled_from([None, float("nan"), 5.0, 2**53, LARGEST_INTEGER])
    if dimension.type in NUMERIC:
        beside = [n for x in [*numbers, 0.0, 1.0] for n in near_number(x)]
        low, high = dimension.minimum, dimension.maximum
        plain = (
            st.floats(-1e6 if low is None else low, 1e6 if high is None else high)
            if _ordered(low, high)
            else None
        )
        drawn = st.sampled_from(beside) | st.sampled_from(beside) | st.sampled_from(ODD_NUMBERS)
        return drawn if plain is None else drawn | plain
    if dimension.type == "boolean":
        return st.booleans() | st.none()
    if dimension.type == "date":
        days = [near for x in known if hasattr(x, "toordinal") for near in near_day(x)]
        drawn = st.dates() | st.none()
        return st.sampled_from(days) | drawn if days else drawn
    words = [*(dimension.values or ()), *texts]
    if dimension.type == "set":
        some = st.sampled_from(words) if words else st.text(max_size=3)
        return st.lists(some, max_size=3) | st.frozensets(some, max_size=3) | st.none()
    drawn = st.text(max_size=3) | st.none()
    if not words:
        return drawn
    wanted = st.sampled_from(dimension.values or words)
    return wanted | st.sampled_from(words) | st.sampled_from([n for x in words for n in near_text(x)]) | drawn


def _ordered(low: float | None, high: float | None) -> bool:
    """False when the bounds leave no room for usual numbers."""
    return (-1e6 if low is None else low) <= (1e6 if high is None else high)
