"""The numeric tolerance: bands of doubles, and what explanations and paths make of them."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tierkit import loads
from tierkit.decisions.explain import explain_target
from tierkit.program.interpreter import compare
from tierkit.program.tolerance import apart, band

_HEAD = "ruleset: a, version: 1, numeric_tolerance: 0.000001, "
_RULES = loads(
    "{" + _HEAD + "dimensions: {x: {type: number}, m: {type: money}, y: {type: number}, "
    "s: {type: score, scorecard: [{dimension: x, weight: 100%, cap: 100}]}}, rules: ["
    + ", ".join(
        f"{{id: r{i}, tag: t{i}, when: '{when}'}}"
        for i, when in enumerate(
            [
                "x > 10k", "x >= 10k", "x < 5", "x <= 5", "x = 7.5", "x != 3", "m >= 10k", "m > 10k", "m = 9.995",
                "x > y", "x = y", "x < y", "x <= y", "x * 2 > y + 1", "x in (4, 6)", "x not in (3)", "m in (5)",
                "s >= 55", "s > 55", "s = 55", "s < 2", "x + m > 100",
            ]
        )
    )
    + "]}"
)  # fmt: skip
_numbers = st.floats(-1e18, 1e18) | st.sampled_from([0.0, 1e-18, 0.1, 0.3, 1e4, -1e-6, 1e-6, 0.5])
_tolerances = st.sampled_from([1e-6, 0.5, 0.25, 1e-18, 0.999]) | st.floats(1e-18, 0.999)


@given(_numbers, _tolerances)
def test_a_band_is_exactly_the_numbers_that_are_equal(value: float, tolerance: float) -> None:
    """Both edges of a band are the very doubles at which the difference leaves the tolerance."""
    low, high = band(value, tolerance)
    assert apart(low, value, tolerance) == 0
    assert apart(math.nextafter(low, -math.inf), value, tolerance) < 0
    assert apart(high, value, tolerance) > 0
    assert apart(math.nextafter(high, -math.inf), value, tolerance) == 0


@given(_numbers, st.floats(-2, 2), _tolerances)
def test_one_of_three_comparisons_holds(value: float, by: float, tolerance: float) -> None:
    """Of `<`, `=` and `>` exactly one holds, `>=` and `<=` are the opposites of the others."""
    other = value + by
    less, same, more = (compare(operator, value, other, tolerance) for operator in ("<", "=", ">"))
    assert [less, same, more].count(True) == 1
    assert compare(">=", value, other, tolerance) is not less
    assert compare("<=", value, other, tolerance) is not more
    assert compare("!=", value, other, tolerance) is not same


def test_a_margin_within_the_tolerance_is_zero() -> None:
    """Numbers that count as equal have the margin of equal numbers; beyond, it is the distance as ever."""
    decision = _RULES.evaluate({"x": 10_000.000_000_5, "m": 9_999.999_999_5})
    assert {"t1", "t6"} <= set(decision.tags)
    assert decision.why_not("t0")[0].findings[0].margin == 0
    assert [f.margin for r in decision.reasons if r.target in ("t1", "t6") for f in r.findings] == [0, 0]
    assert _RULES.evaluate({"x": 12_500}).reasons[0].findings[0].margin == 2_500
    assert "m 9,999.9999995 is at least 10,000.00 (equal within the tolerance)\n" in decision.explain()
    assert "m 9,999.9999995 不低于 10,000.00（在容差之内，视为相等）\n" in decision.explain("zh")
    assert "x 10,000.0000005 must be above 10,000 (equal within the tolerance)\n" in explain_target(
        decision, "t0"
    )


@given(
    st.floats(0, 20) | strategies.near,
    st.floats(0, 20).map(lambda amount: round(amount, 2)),
    st.floats(0, 20) | strategies.near,
)
def test_paths_lead_to_their_target(x: float, m: float, y: float) -> None:
    """What `path_to` says, done, gives the target, also where the threshold is the edge of a band."""
    record = {"x": x, "m": m, "y": y}
    decision = _RULES.evaluate(record)
    for target in (rule.tag for rule in _RULES.program.rules):
        path = decision.path_to(target)
        assert path is not None, target
        changed = record | {change.dimension: change.after for change in path.changes}
        assert target in _RULES.evaluate(changed).tags


def test_the_tolerance_belongs_to_the_digest_and_survives_a_dump() -> None:
    """Another tolerance is another meaning; how it is written is not."""
    text = "{ruleset: a, version: 1, numeric_tolerance: %s, dimensions: {x: {type: number}}}"
    assert loads(text % "0.000001").digest == loads(text % "1e-6").digest
    assert loads(text % "0.000001").digest != loads(text % "0.00001").digest
    assert loads(text % "0.000001").program.tolerance == 1e-6
