"""`decision.path_to`: the smallest change that gives a target, proved by making it."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path as File
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tierkit.decisions import Decision
from tierkit.decisions.paths import Path
from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.crossings import crossings
from tierkit.decisions.paths.reach import Reach
from tierkit.decisions.paths.worlds import World
from tierkit.decisions.whys import holds, targets
from tierkit.engine import RuleSet, load, loads
from tierkit.errors import RuleSetError, UsageError
from tierkit.program.interpreter import truth
from tierkit.program.model import Dimension
from tierkit.program.normal import leaves
from tierkit.program.terms import leaf_terms, references
from tierkit.program.types import family

DAY = dt.date(2025, 11, 20)
ROOT = File(__file__).parent.parent

DIMENSIONS = """
  m: {type: money, min: 0}
  n: {type: integer}
  r: {type: ratio, min: 0, max: 1}
  x: {type: number}
  k: {type: number, scale: 3}
  c: {type: category, values: [a, b, d]}
  f: {type: boolean}
  day: {type: date}
  s: {type: set, values: [p, q, w]}
  t: {type: text}
  z: {type: integer, on_missing: 0}
  fixed: {type: integer, actionable: false}
"""


def rule_set(*when: str, more: str = "", rest: str = "") -> RuleSet:
    """A rule set whose rules, one per condition, all give the tag `T`."""
    rules = [{"id": f"r{i}", "tag": "T", "when": text} for i, text in enumerate(when)]
    return loads(f"ruleset: p\nversion: 1\ndimensions:{DIMENSIONS}{more}\nrules: {json.dumps(rules)}\n{rest}")


def path(ruleset: RuleSet, record: Mapping[str, Any], target: str = "T", **options: Any) -> Path | None:
    """The path to a target; when there is one, taking it has reached the target."""
    decision = ruleset.evaluate(record, as_of=DAY, **options)
    found = decision.path_to(target)
    if found is not None:
        there = ruleset.evaluate(taken(record, found), as_of=DAY, **options)
        assert reached(there, target)
        assert holds(there, found.target)
        assert (found.changes == ()) == reached(decision, target)
    return found


def taken(record: Mapping[str, Any], found: Path) -> dict[str, Any]:
    """The record after a path."""
    return {**record, **{change.dimension: change.after for change in found.changes}}


def reached(decision: Decision, target: str) -> bool:
    """True with the tag, in the tier, or in a better one."""
    name, dot, tier = target.partition(".")
    if not dot:
        return target in decision.tags
    ids = [item.id for item in decision.source.program.ladders[name].tiers]
    return decision.tiers[name] in ids[: ids.index(tier) + 1]


def after(found: Path | None) -> dict[str, Any] | None:
    """Only the changed values."""
    return None if found is None else {change.dimension: change.after for change in found.changes}


ONE_LEAF: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    # strict bounds step by the smallest unit
    ("m > 100", {"m": 90}, {"m": 100.01}),
    ("m < 100", {"m": 150}, {"m": 99.99}),
    ("m >= 100", {"m": 90}, {"m": 100.0}),
    ("m > 100.005", {"m": 90}, {"m": 100.01}),
    ("n > 3", {"n": 1}, {"n": 4}),
    ("n >= 2.5", {"n": 1}, {"n": 3}),
    ("n != 3", {"n": 3}, {"n": 2}),
    ("k > 0.5", {"k": 0.1}, {"k": 0.501}),
    ("k <= 0.4999", {"k": 0.7}, {"k": 0.499}),
    ("r < 5%", {"r": 0.2}, {"r": math.nextafter(0.05, 0)}),
    ("x > 2", {"x": 1.5}, {"x": math.nextafter(2.0, 3)}),
    ("x > 0", {"x": -1.0}, {"x": 1e-18}),
    ("x < 0", {"x": 0.0}, {"x": -1e-18}),
    ("day > '2025-12-31'", {"day": DAY}, {"day": dt.date(2026, 1, 1)}),
    ("day <= '2025-10-31'", {"day": DAY}, {"day": dt.date(2025, 10, 31)}),
    ("m = 12.345", {"m": 1}, {"m": 12.345}),
    # the nearer side, and the end of a range that is nearest
    ("n not between 10 and 20", {"n": 12}, {"n": 9}),
    ("n not between 10 and 20", {"n": 19}, {"n": 21}),
    ("n between 10 and 20", {"n": 50}, {"n": 20}),
    ("n in (1, 7, 30)", {"n": 9}, {"n": 7}),
    ("n not in (7, 8, 9)", {"n": 7}, {"n": 6}),
    ("n > 2 or n > 5", {"n": 0}, {"n": 3}),
    # values without a distance
    ("c in ('d', 'b')", {"c": "a"}, {"c": "b"}),
    ("c != 'a'", {"c": "a"}, {"c": "b"}),
    ("starts_with(c, 'd')", {"c": "a"}, {"c": "d"}),
    ("not f", {"f": True}, {"f": False}),
    ("has_all(s, ('p', 'w'))", {"s": ["q", "w"]}, {"s": frozenset("pqw")}),
    ("has_one(s, ('p', 'q'))", {"s": ["p", "q", "w"]}, {"s": frozenset("qw")}),
    ("subset_of(s, ('p', 'q'))", {"s": ["w", "p"]}, {"s": frozenset("p")}),
    ("not subset_of(s, ('p', 'q'))", {"s": ["p"]}, {"s": frozenset("pw")}),
    ("not has(s, 'p') and has_any(s, ('p', 'w'))", {"s": ["p"]}, {"s": frozenset("w")}),
    ("t = 'yes'", {"t": "no"}, {"t": "yes"}),
    ("t != 'no'", {"t": "no"}, {"t": "other"}),
    ("starts_with(t, 'ab') and ends_with(t, 'yz')", {"t": "ab"}, {"t": "abyz"}),
    ("starts_with(t, 'ab') and contains(t, '-') and ends_with(t, 'yz')", {"t": ""}, {"t": "ab-yz"}),
    ("equals_ignoring_case(t, 'ABC') and starts_with(t, 'ab')", {"t": ""}, {"t": "abC"}),
    ("weekday(day) = 1 and day > '2026-01-01'", {"day": DAY}, {"day": dt.date(2026, 1, 5)}),
    ("month(day) = 3 and weekday(day) in (6, 7)", {"day": DAY}, {"day": dt.date(2026, 3, 1)}),
    # from nothing, the nearest to zero, or to the day of evaluation
    ("m >= 100", {}, {"m": 100.0}),
    ("n < 3", {}, {"n": 0}),
    ("r is not missing", {}, {"r": 0.0}),
    ("day < '2025-12-01'", {}, {"day": DAY}),
    ("c is not missing", {}, {"c": "a"}),
    ("has(s, 'q')", {}, {"s": frozenset("q")}),
    ("m >= 100", {"m": -5}, {"m": 100.0}),  # outside its domain is missing
    ("c is missing", {"c": "a"}, {"c": None}),
    # a default stands in for what is missing
    ("z >= 2", {}, {"z": 2}),
    ("z is missing", {"z": 1}, None),
    # nobody can do it
    ("n > 3 and n < 4", {"n": 0}, None),
    ("m < 0", {"m": 1}, None),
    ("r > 1", {"r": 0.5}, None),
    ("fixed > 3", {"fixed": 1}, None),
    ("fixed > 3", {}, None),
    ("c = 'a' and c = 'b'", {"c": "d"}, None),
    ("m > 1e14", {"m": 1}, None),
]


@pytest.mark.parametrize(("when", "record", "expected"), ONE_LEAF)
def test_the_nearest_value(when: str, record: dict[str, Any], expected: dict[str, Any] | None) -> None:
    """The changed value is the nearest that its type can hold and that reaches the target."""
    assert after(path(rule_set(when), record)) == expected


def test_a_category_without_values_takes_any_text() -> None:
    """It moves as a text does, and never to true or false."""
    rules = loads(
        "{ruleset: a, version: 1, dimensions: {city: {type: category}}, "
        "rules: [{id: r, tag: T, when: city = 'x'}, {id: s, tag: S, when: city != 'x'}]}"
    )
    for record, target, after in (({"city": "y"}, "T", "x"), ({}, "T", "x")):
        path = rules.evaluate(record).path_to(target)
        assert path is not None
        assert [(change.dimension, change.after) for change in path.changes] == [("city", after)]
    path = rules.evaluate({"city": "x"}).path_to("S")
    assert path is not None
    assert rules.evaluate({"city": path.changes[0].after}).tags == ("S",)


def test_a_path_says_what_changes() -> None:
    """A path holds before, after and delta in file order, its cost, and is JSON-ready."""
    ruleset = rule_set("day > '2025-12-10' and m > 10k and c = 'b' and f and n >= 3")
    found = path(ruleset, {"m": 9_999.99, "c": "a", "day": DAY, "f": True})
    assert found is not None
    assert json.loads(json.dumps(found.to_dict())) == {
        "target": "T",
        "changes": [
            {"dimension": "m", "before": 9999.99, "after": 10000.01, "delta": 0.02},
            {"dimension": "n", "before": None, "after": 3, "delta": 3},
            {"dimension": "c", "before": "a", "after": "b", "delta": None},
            {"dimension": "day", "before": "2025-11-20", "after": "2025-12-11", "delta": 21},
        ],
        "cost": pytest.approx(0.02 / 10_000 + 3 / 3 + 1 + 21 / 20),
    }


def test_a_target_that_is_held_needs_nothing() -> None:
    """What is held already has a path without changes; an unknown target is refused with a suggestion."""
    ruleset = rule_set("n > 3")
    assert path(ruleset, {"n": 4}) == Path("T", (), 0.0)
    with pytest.raises(UsageError, match="there is no tag or tier `TT` in `p`; did you mean `T`"):
        path(ruleset, {"n": 4}, "TT")


@pytest.mark.parametrize(
    ("whens", "record", "expected"),
    [
        (["n >= 10 and m >= 10", "x >= 1M"], {"n": 9, "m": 9, "x": 1}, {"x": 1e6}),  # fewest dimensions
        (["n >= 10", "m >= 10"], {"n": 5, "m": 9}, {"m": 10.0}),  # then the least relative change
        (["n >= 10", "m >= 10"], {"n": 5, "m": 5}, {"m": 10.0}),  # then the first in the file
        (["n >= 10 or m >= 10"], {"n": 5, "m": 5}, {"m": 10.0}),
        (["f", "c = 'b'"], {"f": False, "c": "a"}, {"c": "b"}),
        (["at_least(2, n >= 10, m >= 10, x >= 10)"], {"n": 9, "m": 1, "x": 8}, {"n": 10, "x": 10.0}),
        (["at_least(2, n >= 10, m >= 10, x >= 10)"], {"n": 9, "m": 1, "x": 80}, {"n": 10}),
        (["not (n < 10 and m < 10)"], {"n": 5, "m": 9}, {"m": 10.0}),
        (["fixed > 3 or n > 8"], {"fixed": 3, "n": 0}, {"n": 9}),
        (["(n > 3 or m > 3) and (n < 2 or m < 2)"], {"n": 0, "m": 0}, {"m": 3.01}),
        (["(n > 3 or m > 3) and (n > 5 or x > 9)"], {"n": 0, "m": 0, "x": 0}, {"n": 6}),
    ],
)
def test_the_cheapest_way(whens: list[str], record: dict[str, Any], expected: dict[str, Any]) -> None:
    """Fewest dimensions win, then the least change for its threshold, then file order."""
    assert after(path(rule_set(*whens), record)) == expected


def test_rules_out_of_season_give_nothing() -> None:
    """A rule that is not valid on the day cannot be met by changing the record."""
    rule = {"id": "r", "tag": "T", "when": "n > 3", "valid_through": "2025-11-19"}
    ruleset = loads(
        f"ruleset: p\nversion: 1\ndimensions: {{n: {{type: integer}}}}\nrules: [{json.dumps(rule)}]"
    )
    assert path(ruleset, {"n": 1}) is None


DERIVED = """
  sold: {type: money, min: 0}
  returned: {type: money, min: 0}
  rate: {type: ratio, value: returned / sold, max: 1}
  age: {type: integer, value: 'days_between(day, as_of)', min: 0}
  big: {type: boolean, value: m > 100 and rate < 5%}
  hoped: {type: boolean, value: m > 100, on_missing: true}
  band: {type: category, values: [low, high, top], value: "case when n >= 10 then 'top' when m > 50 then 'high' else 'low' end"}
  opinion: {type: number, value: m * 2, actionable: false}
  home: {type: text, actionable: false}
  mood: {type: category, values: [good, bad], value: "case when has(s, 'p') and t != 'sad' then 'good' else 'bad' end", on_missing: bad}
  allowance: {type: number, value: m - floor_by}
"""


FLOORS = "parameters: {floor_by: {by: c, value: {a: 10, b: 20}, else: 30}}"


@pytest.mark.parametrize(
    ("when", "record", "expected"),
    [
        ("rate < 5%", {"returned": 50, "sold": 1000}, {"sold": 1000.01}),
        ("rate < 5% and sold <= 1000", {"returned": 900, "sold": 1000}, {"returned": 49.99}),
        (
            "rate < 5%",
            {"returned": 2000, "sold": 1000},
            {"sold": 40000.01},
        ),  # above its maximum it is missing
        ("rate < 5%", {"sold": 1000}, {"returned": 0.0}),
        ("rate < 5%", {}, {"sold": 0.01, "returned": 0.0}),
        ("rate >= 50% and sold >= 1000", {"returned": 1, "sold": 10}, {"sold": 1000.0, "returned": 500.0}),
        ("age <= 30", {"day": dt.date(2025, 10, 1)}, {"day": dt.date(2025, 10, 21)}),
        ("big", {"m": 100, "returned": 5, "sold": 90}, {"m": 100.01, "sold": 100.01}),
        ("not big", {"m": 101, "returned": 1, "sold": 90}, {"m": 100.0}),
        ("not hoped", {}, {"m": 0.0}),
        ("hoped", {"m": 5}, {"m": 100.01}),
        ("band = 'high'", {"n": 12, "m": 60}, {"n": 9}),
        ("band = 'low'", {"n": 12, "m": 60}, {"m": 50.0, "n": 9}),
        ("band in ('high', 'top')", {"n": 0, "m": 0}, {"n": 10}),
        ("m > 2 * x", {"m": 1, "x": 5}, {"m": 10.01}),
        ("m - x * 3 >= k", {"m": 10, "x": 4, "k": 0}, {"m": 12.0}),
        ("abs(n - 5) < 2", {"n": 50}, {"n": 6}),
        ("least(n, z) >= 3", {"n": 1, "z": 1}, {"n": 3, "z": 3}),
        ("coalesce(n, 3) > 4", {}, {"n": 5}),
        ("m * x >= 100", {"m": 4, "x": 5.0}, {"m": 20.0}),
        ("x * (10 - x) >= 24", {"x": 1.0}, {"x": 4.0}),
        ("m = x", {"m": 3, "x": 5}, {"m": 5.0}),
        ("t = home", {"t": "x", "home": "y"}, {"t": "y"}),
        ("mood = 'good'", {"s": [], "t": "sad"}, {"s": frozenset("p"), "t": "other"}),
        ("mood = 'good'", {}, {"s": frozenset("p"), "t": "other"}),
        ("m > floor_by and c = 'b'", {"m": 1, "c": "a"}, {"m": 20.01, "c": "b"}),
        ("m > floor_by and m <= 15", {"m": 15, "c": "d"}, {"c": "a"}),
        ("allowance > 0 and m <= 15", {"m": 15, "c": "d"}, {"c": "a"}),
        ("allowance > 0 and c != 'a'", {"m": 15, "c": "d"}, {"m": 30.01}),
        ("-allowance > 5 and c = 'd'", {"m": 30, "c": "d"}, {"m": 24.99}),
        ("case when n > 3 then m when n > 1 then x end > 10", {"n": 2, "x": 0, "m": 20}, {"n": 4}),
        ("opinion > 100", {"m": 1}, None),  # nothing is reached through what is not actionable …
        ("opinion < 100 and m > 10", {"m": 1}, {"m": 10.01}),  # … but it may move along
        ("opinion < 100 and m > 60", {"m": 1}, None),
    ],
)
def test_through_derived_dimensions(
    when: str, record: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    """A leaf on something computed is met by changing what it is computed from."""
    assert after(path(rule_set(when, more=DERIVED, rest=FLOORS), record)) == expected


def test_given_values_are_the_records_own() -> None:
    """A computed dimension that the caller gives changes itself; its inputs do not matter."""
    ruleset = rule_set("rate < 5%", more=DERIVED, rest=FLOORS)
    assert after(path(ruleset, {"rate": 0.2, "sold": 1}, given=["rate"])) == {"rate": math.nextafter(0.05, 0)}


def test_a_missing_value_that_is_an_error_is_never_made() -> None:
    """A path never leads to a record that the engine refuses."""
    more = "\n  per: {type: number, value: m / n, on_missing: error}"
    assert after(path(rule_set("n <= 0", more=more), {"m": 1, "n": 2})) == {"n": -1}


SCORED = """
  value:
    type: score
    scorecard:
      - {dimension: m, weight: 50%, cap: 1000}
      - {dimension: z, weight: 30%, points: [[0, 1], [2, 0.5], [4, 0]]}
      - {dimension: c, weight: 20%, points: {a: 0, b: 0.5, d: 1}}
"""
LADDERS = """
ladders:
  grade:
    tiers:
      - {id: gold, enter: value >= 85, tag: Gold}
      - {id: silver, enter: value >= 60}
      - {id: bronze, enter: value > 30, tag: Bronze}
"""


@pytest.mark.parametrize(
    ("target", "record", "expected"),
    [
        ("grade.gold", {"m": 600, "z": 0, "c": "d"}, {"m": 700.0}),
        ("grade.gold", {"m": 600, "z": 1, "c": "d"}, {"m": 850.0}),
        ("grade.gold", {"m": 0, "z": 4, "c": "d"}, {"m": 1000.0, "z": 2}),
        ("grade.silver", {"m": 600, "z": 1, "c": "d"}, {}),
        ("grade.silver", {"m": 0, "z": 0, "c": "b"}, {"m": 400.0}),
        ("grade.bronze", {"m": 0, "z": 0, "c": "a"}, {"m": 0.01}),
        ("grade.bronze", {"m": 1000, "z": 3}, {"c": "a"}),
        ("grade.silver", {}, {"m": 200.0, "c": "d"}),
        ("Bronze", {"m": 1000, "z": 0, "c": "d"}, {"m": 199.99}),  # the tag of a tier, and of no better one
        ("Gold", {"m": 600, "z": 0, "c": "d"}, {"m": 700.0}),
        ("T", {"m": 1000, "z": 0, "c": "d"}, {"m": 699.99}),
    ],
)
def test_scorecards_and_ladders(target: str, record: dict[str, Any], expected: dict[str, Any]) -> None:
    """A tier of a scored ladder is reached at the very cent at which the rounded score meets its threshold."""
    ruleset = rule_set("grade in ('silver', 'bronze')", more=SCORED, rest=LADDERS)
    found = path(ruleset, record, target)
    assert after(found) == expected
    assert found is not None
    assert not could_be_nearer(ruleset, record, found, target)


@pytest.mark.parametrize(
    ("unknown", "target", "record", "expected"),
    [
        ("stop", "l.low", {"n": 1}, {"m": 0.0}),  # a better tier that is unknown has to be decided
        ("next", "l.low", {"n": 1}, {}),
        ("stop", "l.mid", {"n": 1}, {"m": 10.01}),
        ("next", "l.mid", {"n": 1}, {"n": 6}),
        ("stop", "l.top", {"n": 1}, {"m": 10.01}),
        ("stop", "Mid", {"m": 20, "n": 1}, {"m": 10.0, "n": 6}),
        ("stop", "Mid", {"n": 9}, {"m": 0.0}),
        ("next", "Mid", {"n": 9}, {}),
        ("stop", "l.mid", {"m": 20, "n": 1}, {}),  # a better tier is as good
        ("stop", "T", {"m": 0, "n": 9}, {"n": 5}),
        ("stop", "U", {"m": 20, "n": 1, "f": True}, {"m": 10.0}),
        ("stop", "l.top", {"m": 20, "n": 1, "f": False}, {"f": True}),  # only who takes part has a tier
    ],
)
def test_ladders(unknown: str, target: str, record: dict[str, Any], expected: dict[str, Any]) -> None:
    """A tier is reached when no better one is unknown; a ladder read as a category is met in its tiers."""
    tiers = "[{id: top, enter: m > 10}, {id: mid, enter: n > 5, tag: Mid}, {id: low}]"
    rest = f"ladders: {{l: {{when_unknown: {unknown}, eligible: f, tiers: {tiers}}}}}"
    rules = [
        {"id": "a", "tag": "T", "when": "l = 'low'"},
        {"id": "b", "tag": "U", "when": "l != 'top' and f"},
    ]
    text = f"ruleset: p\nversion: 1\ndimensions:{DIMENSIONS}\nrules: {json.dumps(rules)}\n{rest}"
    assert after(path(loads(text), {"f": True, **record}, target)) == expected


def test_a_better_tier_stays_decided() -> None:
    """What decides a better tier now must still decide it after the change."""
    tiers = "[{id: top, enter: \"c not in ('b', 'd') and value = 50\"}, {id: mid, enter: c != 'b'}]"
    ruleset = rule_set("n > 3", more=SCORED, rest=f"ladders: {{l: {{tiers: {tiers}}}}}")
    assert after(path(ruleset, {"c": "b", "z": 1}, "l.mid")) == {"c": "d"}
    tiers = "[{id: top, enter: \"c != 'b' and f\"}, {id: mid, enter: c = 'a' or n > 3}]"
    ruleset = rule_set("n > 3", rest=f"ladders: {{l: {{tiers: {tiers}}}}}")
    assert after(path(ruleset, {"c": "b", "n": 0}, "l.mid")) == {"n": 4}


def test_a_better_tier_is_named() -> None:
    """A path that ends in a better tier says so; one that is in a better tier already has nothing to do."""
    ruleset = rule_set(
        "n > 3", rest="ladders: {l: {tiers: [{id: a, enter: m > 10}, {id: b, enter: n > 10}]}}"
    )
    better = path(ruleset, {"m": 10, "n": 0}, "l.b")
    assert better is not None
    assert (better.target, after(better)) == ("l.a", {"m": 10.01})
    assert path(ruleset, {"m": 11, "n": 0}, "l.b") == Path("l.a", (), 0.0)


def test_in_no_tier() -> None:
    """A ladder can also be asked for nobody's tier."""
    rest = "ladders: {l: {tiers: [{id: top, enter: m > 10 and f}]}}"
    assert after(path(rule_set("l != 'top'", rest=rest), {"m": 20, "f": True})) == {"m": 10.0}


# -- laws


def could_be_nearer(ruleset: RuleSet, record: Mapping[str, Any], found: Path, target: str) -> bool:
    """True when one of the changed numbers could change by a step less."""
    for change in found.changes:
        dimension = ruleset.dimensions[change.dimension]
        axis = Axis(dimension, 0, change.before, DAY)
        if change.before is None or change.after is None or not axis.measured:
            continue
        back = axis.at(axis.place(change.after) + (-1 if change.after > axis.origin else 1))  # type: ignore[arg-type]
        if axis.fitted(back) is not None:
            nearer = {**taken(record, found), change.dimension: back}
            if reached(ruleset.evaluate(nearer, as_of=DAY), target):
                return True
    return False


@given(st.data(), strategies.rule_sets(4), strategies.days)
@settings(max_examples=120)
def test_a_path_leads_there(data: st.DataObject, ruleset: RuleSet, day: dt.date) -> None:
    """For any rule set, any record and any target: taking the path reaches the target, and no path is empty."""
    record = data.draw(strategies.records())
    decision = ruleset.evaluate(record, as_of=day)
    for target in targets(ruleset.program):
        found = decision.path_to(target)
        if found is None:
            assert not reached(decision, target)
            continue
        there = ruleset.evaluate(taken(record, found), as_of=day)
        assert reached(there, target)
        assert holds(there, found.target)
        assert (found.changes == ()) == reached(decision, target)
        names = [change.dimension for change in found.changes]
        assert names == [name for name in ruleset.dimensions if name in names]
        assert not any(ruleset.dimensions[name].computed for name in names)


@given(st.data(), strategies.rule_texts(4), st.lists(strategies.terms(3), max_size=6), strategies.days)
@settings(max_examples=150)
def test_what_is_ruled_out_cannot_be(data: st.DataObject, text: str, terms: list[str], day: dt.date) -> None:
    """Whatever values free dimensions take: conditions have one of the truths, terms lie in their ranges."""
    more = [{"id": f"more{i}", "tag": "more", "when": f"{term} > 1"} for i, term in enumerate(terms)]
    try:
        ruleset = loads(text.rstrip().removesuffix("]") + "," + json.dumps(more).removeprefix("["))
    except RuleSetError:  # some of these terms could leave the range of doubles
        ruleset = loads(text)
    world = World(ruleset.evaluate(data.draw(strategies.records()), as_of=day))
    names = data.draw(st.sets(st.sampled_from(list(strategies.KNOWN)), min_size=1))
    point = {name: world.sure(name).fitted(data.draw(strategies.KNOWN[name])) for name in names}
    reach = Reach(world, world.known, frozenset(names))
    for rule in ruleset.program.rules:
        form = world.forms.of(rule.when)
        values = world.values(point, world.needs(references(form)))
        assert truth(form, values, day) in reach.truths(form)
        for term in (term for leaf in leaves(form) for term in leaf_terms(leaf)):
            number = world.number(term, values)
            if number is not None and family(term.type) in ("number", "date"):
                found = reach.ranges.term(term)
                assert found is not None
                slack = 1e-6 * max(1.0, abs(number))
                assert found[0] - slack <= number <= found[1] + slack


VALUES: dict[str, list[Any]] = {
    "m": [50.0, 100.0, 100.5, 200.0],
    "n": [50, 100, 200],
    "r": [0.1, 0.5],
    "c": ["a", "b", "d"],
    "f": [True, False],
    "s": ["p", "q", "w"],
    "t": ["u", "v"],
}
STARTS: dict[str, st.SearchStrategy[Any]] = {
    "m": st.sampled_from([20.0, 70.0, 150.0, 300.0]),
    "n": st.sampled_from([30, 60, 100, 101, 250]),
    "r": st.sampled_from([0.05, 0.1, 0.3, 0.7]),
    "c": st.sampled_from(VALUES["c"]),
    "f": st.booleans(),
    "s": st.frozensets(st.sampled_from(VALUES["s"])),
    "t": st.sampled_from(["u", "v", "vu"]),
}


@st.composite
def box_leaves(draw: st.DrawFn) -> str:
    """A leaf over one dimension."""
    name = draw(st.sampled_from(list(VALUES)))
    a, b = draw(st.tuples(st.sampled_from(VALUES[name]), st.sampled_from(VALUES[name])))
    if name in ("m", "n", "r"):
        operator = draw(st.sampled_from(strategies.ORDER))
        low, high = sorted((a, b))
        forms = [f"{name} {operator} {a}", f"{name} between {low} and {high}", f"{name} not in ({a}, {b})"]
        return draw(st.sampled_from([*forms, f"{name} {operator} {b}", f"{name} is not missing"]))
    forms = {
        "c": [f"c = '{a}'", f"c != '{a}'", f"c in ('{a}', '{b}')"],
        "f": ["f", "not f"],
        "s": [f"{test}(s, ('{a}', '{b}'))" for test in ("has_any", "has_all", "has_one", "subset_of")],
        "t": [f"t = '{a}'", f"t != '{a}'", f"starts_with(t, '{a}')", f"not ends_with(t, '{a}')"],
    }[name]
    return draw(st.sampled_from(forms))


def box_conditions() -> st.SearchStrategy[str]:
    """Conditions over such leaves, of any shape."""
    return st.recursive(
        box_leaves(),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from([" and ", " or "]), st.lists(inner, min_size=2, max_size=3)).map(
                lambda pair: "(" + pair[0].join(pair[1]) + ")"
            ),
            inner.map(lambda text: f"not ({text})"),
            st.lists(inner, min_size=3, max_size=3).map(lambda items: f"at_least(2, {', '.join(items)})"),
        ),
        max_leaves=6,
    )


def candidates(name: str, whens: list[str]) -> Iterable[Any]:
    """Every value of a dimension that could matter: the literals and their neighbours, zero, none."""
    none = [None] if any(f"{name} is not missing" in when for when in whens) else []
    if name in ("m", "n"):
        step = 0.01 if name == "m" else 1
        near = {round(value + by, 2) for value in VALUES[name] for by in (-step, 0, step)}
        return [*near, 0 * step, *none]
    if name == "r":
        close = (math.nextafter(value, to) for value in VALUES["r"] for to in (0, 1))
        return [*VALUES["r"], *close, 0.0, 1.0, *none]
    if name == "s":
        return [frozenset(items) for size in range(4) for items in itertools.combinations("pqw", size)]
    return ["u", "v", "uv", "vu", "x", "ux", "vx"] if name == "t" else VALUES[name]


def price(name: str, before: Any, value: Any) -> float:
    """What a change costs, up to one step: |Δ| over the value that it reaches."""
    if value is None or name in ("c", "f", "t"):
        return 1.0
    if name == "s":
        return float(len(value ^ (before or frozenset())))
    return float(abs(value - (before or 0)) / max(1.0, value))


@given(st.lists(box_conditions(), min_size=1, max_size=2), st.fixed_dictionaries({}, optional=STARTS))
@settings(max_examples=120)
def test_boxes_are_exact(whens: list[str], record: dict[str, Any]) -> None:
    """With leaves over one dimension each, no search of all values finds fewer or cheaper changes."""
    ruleset = rule_set(*whens)
    found = path(ruleset, record)
    names = [name for name in VALUES if any(re.search(rf"\b{name}\b", when) for when in whens)]
    for count in range(len(names) + 1):
        prices = [
            sum(price(name, record.get(name), value) for name, value in zip(chosen, values, strict=True))
            for chosen in itertools.combinations(names, count)
            for values in itertools.product(*(candidates(name, whens) for name in chosen))
            if reached(ruleset.evaluate({**record, **dict(zip(chosen, values, strict=True))}, as_of=DAY), "T")
        ]
        if prices or (found is not None and len(found.changes) == count):
            assert found is not None
            assert len(found.changes) == count
            paid = sum(price(change.dimension, change.before, change.after) for change in found.changes)
            assert paid <= min(prices) * 1.03 + 1e-6
            assert found.cost == pytest.approx(paid, rel=0.03)
            assert not could_be_nearer(ruleset, record, found, "T")
            return
        if count == 3:  # more would take too long to search
            return
    assert found is None


CURVES = st.sampled_from(
    ["cap: 20", "cap: 30", "points: [[0, 0], [10, 0.8], [30, 1]]", "points: [[5, 1], [9, 0.3], [25, 0]]",
     "steps: [[0, 0.2], [10, 0.5], [20, 1]]", "steps: [[0, 1], [3, 0.4], [12, 0]]", "points: [[0, 0], [15, 1], [30, 0]]"]
)  # fmt: skip


@given(CURVES, CURVES, st.sampled_from([40, 50, 60.5, 75, 90]), st.data())
@settings(max_examples=40)
def test_scores_move_as_few_as_can_be(first: str, second: str, threshold: float, data: st.DataObject) -> None:
    """Against all values of two integers: as few change, one alone goes no further than it has to."""
    text = f"""
ruleset: s
version: 1
dimensions:
  a: {{type: integer, min: 0, max: 30}}
  b: {{type: integer, min: 0, max: 30}}
  score:
    type: score
    scorecard: [{{dimension: a, weight: 55%, {first}}}, {{dimension: b, weight: 45%, {second}}}]
ladders: {{l: {{tiers: [{{id: top, enter: score >= {threshold}}}, {{id: low}}]}}}}
rules: [{{id: r, tag: T, when: "score < {threshold} and a >= 3"}}]
"""
    ruleset = loads(text)
    record = {name: data.draw(st.integers(0, 30)) for name in ("a", "b")}
    spots = list(itertools.product(range(31), range(31)))
    decided = [(a, b, ruleset.evaluate({"a": a, "b": b}, as_of=DAY)) for a, b in spots]
    for target in ("l.top", "T"):
        found = path(ruleset, record, target)
        good = [(a, b) for a, b, decision in decided if reached(decision, target)]
        moved = [
            [(name, record[name], v) for name, v in zip("ab", spot, strict=True) if v != record[name]]
            for spot in good
        ]
        if not moved:
            assert found is None
            continue
        fewest = min(map(len, moved))
        assert found is not None
        assert len(found.changes) == fewest
        cheapest = min(
            sum(price("n", *change[1:]) for change in changes) for changes in moved if len(changes) == fewest
        )
        paid = sum(price("n", change.before, change.after) for change in found.changes)
        assert paid <= cheapest * 1.1 + 1e-9
        assert not could_be_nearer(ruleset, record, found, target)


@pytest.mark.parametrize("name", ["fresh-produce", "logistics", "rfm"])
def test_shipped_rule_sets(name: str) -> None:
    """For every example of the shipped rule sets and every target, the path leads there, and changes only what may change."""
    ruleset = load(ROOT / "rulesets" / f"{name}.yaml")
    reachable = 0
    for example in ruleset.examples:
        given_names = [name for name in example.given if ruleset.dimensions[name].computed]
        decision = ruleset.evaluate(example.given, as_of=example.as_of, given=given_names)
        for target in targets(ruleset.program):
            found = decision.path_to(target)
            if found is not None:
                record = taken(example.given, found)
                assert reached(ruleset.evaluate(record, as_of=example.as_of, given=given_names), target)
                assert all(ruleset.dimensions[change.dimension].actionable for change in found.changes)
                reachable += 1
    assert reachable > 50


def test_the_way_to_diamond() -> None:
    """A restaurant is told the two cheapest of the changes that together make it a diamond customer."""
    ruleset = load(ROOT / "rulesets" / "fresh-produce.yaml")
    record = {
        "industry": "restaurant",
        "monthly_amount": 8000,
        "orders_per_month": 10,
        "return_rate": 7e-2,
        "tenure_days": 400,
    }
    gold = path(ruleset, record, "value.gold")
    diamond = path(ruleset, record, "value.diamond")
    assert after(gold) == {"monthly_amount": 52571.43}
    assert after(diamond) == {"orders_per_month": pytest.approx(22.8), "monthly_amount": 60000.0}


# -- cost


def test_only_the_rules_that_give_the_target_are_looked_at() -> None:
    """The work for a path does not grow with the rest of the rule set."""
    spent = []
    for count in (1, 300):
        rules = [
            {"id": f"r{i}", "tag": f"T{i}", "when": f"m > {i + 10} and n > {i + 5} or x > {i + 7}"}
            for i in range(count)
        ]
        ruleset = loads(f"ruleset: p\nversion: 1\ndimensions:{DIMENSIONS}\nrules: {json.dumps(rules)}")
        decision = ruleset.evaluate({"m": 1, "n": 1, "x": 1}, as_of=DAY)
        world = World(decision)
        with patch("tierkit.decisions.paths.solve.World", return_value=world):
            assert decision.path_to("T0") is not None
        spent.append(world.spent)
    assert spent[0] == spent[1] < 100


def test_many_choices_end() -> None:
    """Choices that multiply are decided one by one where they do not touch, and given up where nothing helps."""
    names = [f"d{i}" for i in range(24)]
    more = "".join(f"\n  {name}: {{type: integer}}" for name in names)
    highs = [f"{name} > {10 + i}" for i, name in enumerate(names)]
    lows = [text.replace(">", "<") for text in highs]
    record = dict.fromkeys(names, 0)
    found = path(rule_set(f"at_least(12, {', '.join(highs)})", more=more), record)
    assert found is not None
    assert [change.dimension for change in found.changes] == names[12:]  # those with the largest thresholds
    both = f"at_least(20, {', '.join(highs)}) and at_least(8, {', '.join(lows)})"
    assert path(rule_set(both, more=more), record) is None


@pytest.mark.parametrize(
    ("dimension", "mark", "around", "ends"),
    [
        (Dimension("x", "integer", minimum=2.5), 7.0, {6, 7, 8}, (3, 2**53 - 1)),
        (Dimension("x", "money"), 7.0, {6.99, 7.0, 7.01}, (-9999999999999.99, 9999999999999.99)),
        (Dimension("x", "number", scale=3, minimum=0.0005), 0.0021, {0.002, 0.003}, (0.001, 1e18)),
        (Dimension("x", "number", scale=3), 1e17, {1e17, 1e17 - 16, 1e17 + 16}, (-1e18, 1e18)),
        (Dimension("x", "ratio", minimum=0, maximum=1), 0.0, {-1e-18, 0.0, 1e-18}, (0.0, 1.0)),
        (
            Dimension("x", "date"),
            DAY,
            {DAY + dt.timedelta(by) for by in (-1, 0, 1)},
            (dt.date.min, dt.date.max),
        ),
    ],
)
def test_steps(dimension: Dimension, mark: Any, around: set[Any], ends: tuple[Any, Any]) -> None:
    """Every type has its smallest unit, next to any value and at the ends of its domain."""
    axis = Axis(dimension, 0, None, DAY)
    assert set(axis.around(mark)) == around
    assert tuple(axis.at(step) for step in axis.ends) == ends


@pytest.mark.parametrize("root", [0.05, 1.0, 7.3, 123456.78, 9e11])
def test_crossings_are_found_to_the_step(root: float) -> None:
    """Straight lines, quotients, powers and staircases alike are solved to the last step, with few looks."""
    axis = Axis(Dimension("x", "number"), 0, 1.0, DAY)
    for function, most in (
        (lambda x: x - root, 12),
        (lambda x: root / x - 1, 40),
        (lambda x: x * x * x - root**3, 120),
        (lambda x: math.floor(x / root), 200),
    ):
        looks: list[int] = []

        def gap(step: int, function: Any = function, looks: list[int] = looks) -> float:
            looks.append(step)
            return float(function(axis.at(step)))

        low, high = sorted(crossings(axis, gap, [axis.place(1e-3), axis.place(1e12)]))[:2]
        assert high == low + 1
        assert axis.at(low) <= root <= math.nextafter(axis.at(high), math.inf)
        assert len(looks) <= most
