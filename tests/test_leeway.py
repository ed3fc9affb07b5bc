"""`decision.leeway`: what loses a target, proved by going just as far, and one step further."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.test_paths import DAY, ROOT, SCORED, reached, rule_set
from tests.test_paths_costs import SPACE, records, small_rule_sets
from tierkit.decisions.paths import Leeway, Limit
from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.whys import targets
from tierkit.engine import RuleSet, load, loads
from tierkit.errors import RecordError, UsageError


def has(ruleset: RuleSet, record: Mapping[str, Any], target: str, day: dt.date = DAY) -> bool:
    """True when a record is decided and has the target or a better tier."""
    try:
        return reached(ruleset.evaluate(record, as_of=day), target)
    except RecordError:  # the change makes missing what must not be
        return False


def proved(ruleset: RuleSet, record: dict[str, Any], found: Leeway, day: dt.date = DAY) -> None:
    """Every limit holds: one value keeps the target, the next one loses it, and the tier that follows is so."""
    for limit in found.limits:
        name = limit.dimension
        assert not has(ruleset, {**record, name: limit.loses}, found.target, day)
        if limit.then is not None:
            ladder, _, tier = limit.then.partition(".")
            assert ruleset.evaluate({**record, name: limit.loses}, as_of=day).tiers[ladder] == tier
        if limit.keeps is not None:
            assert has(ruleset, {**record, name: limit.keeps}, found.target, day)
            axis = Axis(ruleset.dimensions[name], 0, limit.before, day)
            low, high = sorted((axis.place(limit.keeps), axis.place(limit.loses)))  # type: ignore[arg-type]
            assert high - low <= 1


@given(small_rule_sets(), records, st.sampled_from(["T", "l.top", "l.mid", "l.low"]))
@settings(max_examples=150)
def test_nothing_is_lost_before(ruleset: RuleSet, record: dict[str, Any], target: str) -> None:
    """Of every value that one dimension can have: the nearest that loses the target is the limit, or none does."""
    found = ruleset.evaluate(record, as_of=DAY).leeway(target)
    if found is None:
        assert not has(ruleset, record, target)
        return
    assert found.target == target
    proved(ruleset, record, found)
    for name, values in SPACE.items():
        lost = [value for value in values if not has(ruleset, {**record, name: value}, target)]
        limits = [limit.loses for limit in found.limits if limit.dimension == name]
        if name != "c":
            below, above = [v for v in lost if v < record[name]], [v for v in lost if v > record[name]]
            lost = [*below[-1:], *above[:1]]
        assert sorted(limits) == lost


@given(st.data(), strategies.rule_sets(4), strategies.days)
@settings(max_examples=100)
def test_limits_hold(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """For any rule set, any record and any target: the limits are limits, and only what is held has any."""
    record = data.draw(strategies.records())
    decision = ruleset.evaluate(record, as_of=day)
    for target in targets(ruleset.program):
        found = decision.leeway(target)
        assert (found is None) != reached(decision, target)
        if found is not None:
            proved(ruleset, record, found, day)


CASES: list[tuple[str, dict[str, Any], list[tuple[str, Any, Any]]]] = [
    ("m > 100", {"m": 150}, [("m", 100.01, 100.0)]),
    ("m >= 100 and m < 500", {"m": 450}, [("m", 499.99, 500.0), ("m", 100.0, 99.99)]),
    ("n != 3", {"n": 5}, [("n", 4, 3)]),
    ("m >= 100 or n >= 5", {"m": 150, "n": 9}, []),  # no change alone
    ("m >= 100 and n >= 5", {"m": 101, "n": 9}, [("m", 100.0, 99.99), ("n", 5, 4)]),
    ("fixed > 3", {"fixed": 9}, [("fixed", 4, 3)]),  # what nobody can act on may move all the same
    ("c in ('a', 'b')", {"c": "a"}, [("c", None, "d")]),
    ("c = 'a'", {"c": "a"}, [("c", None, "b"), ("c", None, "d")]),
    ("f", {"f": True}, [("f", None, False)]),
    ("t = 'yes'", {"t": "yes"}, [("t", None, "other")]),
    ("has_any(s, ('p', 'q'))", {"s": ["p", "w"]}, [("s", None, frozenset("w"))]),
    ("day < '2025-12-01'", {"day": DAY}, [("day", dt.date(2025, 11, 30), dt.date(2025, 12, 1))]),
    ("n is missing", {}, [("n", None, 0)]),
    ("z < 2", {}, [("z", 1, 2)]),
    ("r < 5%", {"r": 0.02}, [("r", 0.049999999999999996, 0.05)]),
    ("m / n > 10", {"m": 100, "n": 5}, [("n", 9, 10), ("m", 50.01, 50.0), ("n", 1, 0)]),
]


@pytest.mark.parametrize(("when", "record", "expected"), CASES)
def test_limits(when: str, record: dict[str, Any], expected: list[tuple[str, Any, Any]]) -> None:
    """The last value that keeps the target and the first that loses it, the nearest dimension first."""
    ruleset = rule_set(when)
    found = ruleset.evaluate(record, as_of=DAY).leeway("T")
    assert found is not None
    assert [(limit.dimension, limit.keeps, limit.loses) for limit in found.limits] == expected
    proved(ruleset, record, found)


LADDER = """
ladders:
  grade:
    eligible: not f
    tiers:
      - {id: gold, enter: value >= 85}
      - {id: silver, enter: value >= 60, tag: Silver}
      - {id: bronze, enter: value >= 20}
"""


def test_the_tier_that_follows() -> None:
    """A limit of a tier says which tier comes instead, and none where there is none."""
    ruleset = rule_set("n > 3", more=SCORED, rest=LADDER)
    record = {"m": 800, "z": 0, "c": "d", "f": False}
    decision = ruleset.evaluate(record, as_of=DAY)
    assert decision.tiers["grade"] == "gold"
    gold = decision.leeway("grade.gold")
    assert gold is not None
    proved(ruleset, record, gold)
    assert [(limit.dimension, limit.loses, limit.then) for limit in gold.limits] == [
        ("m", 699.99, "grade.silver"),
        ("z", 1, "grade.silver"),
        ("c", "a", "grade.silver"),
        ("c", "b", "grade.silver"),
        ("f", True, None),
    ]
    at_least_silver = decision.leeway("grade.silver")
    assert at_least_silver is not None
    assert [(limit.dimension, limit.loses, limit.then) for limit in at_least_silver.limits] == [
        ("m", 199.99, "grade.bronze"),
        ("f", True, None),
    ]
    assert decision.leeway("Silver") is None
    assert gold.to_dict()["limits"][0] == {
        "dimension": "m",
        "before": 800.0,
        "keeps": 700.0,
        "loses": 699.99,
        "delta": -100.01,
        "then": "grade.silver",
    }


def test_what_is_not_held_has_no_leeway() -> None:
    """None is not the same as no limits: the one is not held, the other is not lost by any single change."""
    ruleset = rule_set("n > 3", "m > 3")
    assert ruleset.evaluate({"n": 1, "m": 1}).leeway("T") is None
    assert ruleset.evaluate({"n": 4, "m": 4}).leeway("T") == Leeway("T", ())
    assert ruleset.evaluate({"n": 4, "m": 1}).leeway("T") == Leeway("T", (Limit("n", 4, 4, 3, -1, None),))
    with pytest.raises(UsageError, match="did you mean `T`"):
        ruleset.evaluate({"n": 4}).leeway("TT")


def test_through_what_is_computed_and_not_actionable() -> None:
    """A path does not go through such a dimension, but a loss does."""
    ruleset = rule_set("opinion > 100", more="\n  opinion: {type: number, value: m * 2, actionable: false}")
    decision = ruleset.evaluate({"m": 60}, as_of=DAY)
    assert decision.leeway("T") == Leeway("T", (Limit("m", 60.0, 50.01, 50.0, -10.0, None),))


def test_an_undecided_ladder() -> None:
    """A tier is also lost where a better one can no longer be decided."""
    ruleset = loads("""
ruleset: u
version: 1
dimensions:
  m: {type: money, min: 0}
  n: {type: integer, min: 0}
  per: {type: number, value: m / n}
ladders: {l: {tiers: [{id: top, enter: per > 100}, {id: low}]}}
""")
    found = ruleset.evaluate({"m": 50, "n": 2}, as_of=DAY).leeway("l.low")
    assert found == Leeway("l.low", (Limit("n", 2, 1, 0, -2, None),))


@pytest.mark.parametrize("name", ["fresh-produce", "logistics", "rfm"])
def test_shipped_rule_sets(name: str) -> None:
    """For every example of the shipped rule sets and everything it holds, the limits are limits."""
    ruleset = load(ROOT / "rulesets" / f"{name}.yaml")
    count = 0
    for example in ruleset.examples:
        if any(ruleset.dimensions[field].computed for field in example.given):
            continue
        decision = ruleset.evaluate(example.given, as_of=example.as_of)
        for target in targets(ruleset.program):
            found = decision.leeway(target)
            if found is not None:
                proved(ruleset, dict(example.given), found, decision.day)
                count += len(found.limits)
    assert count > 20
