"""Paths by cost, with dimensions that stay, and several of them: against a search of everything there is."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_paths import DAY, after, reached, rule_set, taken
from tierkit.decisions import Decision
from tierkit.decisions.paths import Path
from tierkit.engine import RuleSet, loads
from tierkit.errors import UsageError

SPACE: dict[str, tuple[Any, ...]] = {"a": tuple(range(7)), "b": tuple(range(6)), "c": ("p", "q", "w")}
"""Every value there is of each dimension of the small rule sets."""

CURVES = (
    "cap: 4", "cap: 6", "points: [[0, 0], [2, 0.8], [5, 1]]", "points: [[1, 1], [3, 0.3], [5, 0]]",
    "steps: [[0, 0.2], [2, 0.5], [4, 1]]", "points: [[0, 0], [3, 1], [5, 0]]",
)  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn) -> str:
    """A condition on one dimension, on the score, on the ladder, or on two dimensions."""
    operator = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
    number = draw(st.integers(0, 6))
    share = draw(st.sampled_from([20, 35, 50, 62.5, 80]))
    values = draw(st.sampled_from(["'p'", "'p', 'q'", "'w'"]))
    return draw(
        st.sampled_from(
            [
                f"a {operator} {number}", f"b {operator} {number}", f"c in ({values})", f"s {operator} {share}",
                f"s {draw(st.sampled_from(['<', '>=']))} {share}", "l = 'mid'", "l != 'top'", "l in ('top', 'mid')",
                f"a + b {operator} {number}",
            ]
        )
    )  # fmt: skip


@st.composite
def small_rule_sets(draw: st.DrawFn, leaf: st.SearchStrategy[str] | None = None) -> RuleSet:
    """A rule set over the small space: a score of two or three characteristics, a ladder, two rules for a tag."""
    weights = draw(st.sampled_from([(50, 30, 20), (40, 40, 20), (60, 40, 0)]))
    lines = [
        f"{{dimension: a, weight: {weights[0]}%, {draw(st.sampled_from(CURVES))}}}",
        f"{{dimension: b, weight: {weights[1]}%, {draw(st.sampled_from(CURVES))}}}",
    ]
    if weights[2]:
        lines.append(f"{{dimension: c, weight: {weights[2]}%, points: {{p: 0, q: 0.5, w: 1}}}}")
    high, low = draw(st.sampled_from([(80, 50), (60, 30), (75.5, 62.5)]))
    joined = st.tuples(st.sampled_from([" and ", " or "]), st.lists(leaf or leaves(), min_size=1, max_size=3))
    whens = [word.join(parts) for word, parts in draw(st.lists(joined, min_size=1, max_size=2))]
    rules = "\n".join(f'  - {{id: r{i}, tag: T, when: "{when}"}}' for i, when in enumerate(whens))
    return loads(f"""
ruleset: small
version: 1
dimensions:
  a: {{type: integer, min: 0, max: 6}}
  b: {{type: integer, min: 0, max: 5}}
  c: {{type: category, values: [p, q, w]}}
  s: {{type: score, scorecard: [{", ".join(lines)}]}}
rules:
{rules}
ladders: {{l: {{tiers: [{{id: top, enter: s >= {high}}}, {{id: mid, enter: s >= {low}}}, {{id: low}}]}}}}
""")


records = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in SPACE.items()})
targets = st.sampled_from(["T", "l.top", "l.mid"])
prices = st.dictionaries(st.sampled_from("abc"), st.sampled_from([0, 0.5, 1, 3, 7.25]), min_size=1)


def everywhere(ruleset: RuleSet, target: str) -> list[dict[str, Any]]:
    """Every record of the space that has the target."""
    all_of_them = (dict(zip(SPACE, values, strict=True)) for values in itertools.product(*SPACE.values()))
    return [record for record in all_of_them if reached(ruleset.evaluate(record, as_of=DAY), target)]


def priced(before: Mapping[str, Any], there: Mapping[str, Any], costs: Mapping[str, float]) -> float | None:
    """What it costs to go there, None when something without a price would change."""
    changed = [name for name in SPACE if before[name] != there[name]]
    if not costs.keys() >= set(changed):
        return None
    units = (1 if name == "c" else abs(there[name] - before[name]) for name in changed)
    return sum(costs[name] * unit for name, unit in zip(changed, units, strict=True))


def changed(before: Mapping[str, Any], there: Mapping[str, Any]) -> frozenset[str]:
    """The dimensions that differ."""
    return frozenset(name for name in SPACE if before[name] != there[name])


@given(small_rule_sets(), records, targets, prices)
@settings(max_examples=150)
def test_nothing_is_cheaper(
    ruleset: RuleSet, record: dict[str, Any], target: str, costs: dict[str, float]
) -> None:
    """Of all records that have the target and differ only in what has a price, none costs less."""
    decision = ruleset.evaluate(record, as_of=DAY)
    found = decision.path_to(target, costs=costs)
    best = [
        price for there in everywhere(ruleset, target) if (price := priced(record, there, costs)) is not None
    ]
    if found is None:
        assert not best
        return
    there = taken(record, found)
    assert reached(ruleset.evaluate(there, as_of=DAY), target)
    assert found.cost == pytest.approx(priced(record, there, costs))
    assert found.cost == pytest.approx(min(best))


@given(small_rule_sets(), records, targets, st.frozensets(st.sampled_from("abc"), max_size=2))
@settings(max_examples=100)
def test_what_is_fixed_stays(
    ruleset: RuleSet, record: dict[str, Any], target: str, fixed: frozenset[str]
) -> None:
    """As few dimensions change as can be without those that stay; with none left there is no path."""
    found = ruleset.evaluate(record, as_of=DAY).path_to(target, fixed=fixed)
    ways = [changed(record, there) for there in everywhere(ruleset, target)]
    left = [len(names) for names in ways if not names & fixed]
    if found is None:
        assert not left
        return
    assert not {change.dimension for change in found.changes} & fixed
    assert reached(ruleset.evaluate(taken(record, found), as_of=DAY), target)
    assert len(found.changes) == min(left)


@given(small_rule_sets(), records, targets, prices | st.none())
@settings(max_examples=100)
def test_other_ways_are_others(
    ruleset: RuleSet, record: dict[str, Any], target: str, costs: dict[str, float] | None
) -> None:
    """All of them lead there, best first, none changes all that another one changes, and none is left out."""
    decision = ruleset.evaluate(record, as_of=DAY)
    found = decision.paths_to(target, 9, costs=costs)
    assert found[:1] == (() if (best := decision.path_to(target, costs=costs)) is None else (best,))
    sets = [frozenset(change.dimension for change in path.changes) for path in found]
    assert all(not a <= b for a, b in itertools.permutations(sets, 2))
    assert sorted(found, key=lambda path: order(path, costs)) == list(found)
    for path in found:
        assert reached(ruleset.evaluate(taken(record, path), as_of=DAY), target)
    places = [(changed(record, there), priced(record, there, costs or dict.fromkeys(SPACE, 0)))
              for there in everywhere(ruleset, target)]  # fmt: skip
    for count in range(len(found) + 1):
        given = sets[:count]
        others = [
            (names, price)
            for names, price in places
            if price is not None and not any(names <= other or other <= names for other in given)
        ]
        if count == len(found):
            assert not others
        elif costs is None:
            assert len(sets[count]) == min(len(names) for names, _ in others)
        else:
            assert found[count].cost == pytest.approx(min(price for _, price in others))


def order(path: Path, costs: Mapping[str, float] | None) -> tuple[float, float]:
    """What paths are compared by, up to rounding."""
    cost = round(path.cost, 6)
    return (len(path.changes), cost) if costs is None else (cost, len(path.changes))


def ways(decision: Decision, target: str, **options: Any) -> Iterator[Any]:
    """The changed values of each path."""
    return (after(path) for path in decision.paths_to(target, **options))


def test_a_price_decides_before_the_number_of_dimensions() -> None:
    """Two cheap changes beat one that is dear; without prices one change beats two."""
    ruleset = rule_set("m >= 100", "n >= 5 and k >= 2")
    decision = ruleset.evaluate({"m": 0, "n": 4, "k": 1}, as_of=DAY)
    assert after(decision.path_to("T")) == {"m": 100.0}
    costs = {"m": 0.5, "n": 10, "k": 2.5}
    path = decision.path_to("T", costs=costs)
    assert (after(path), path and path.cost) == ({"n": 5, "k": 2.0}, 12.5)
    assert after(decision.path_to("T", costs={**costs, "m": 0.1})) == {"m": 100.0}
    assert after(decision.path_to("T", costs={"n": 1, "m": 1})) == {"m": 100.0}  # nothing else may change
    assert decision.path_to("T", costs={"n": 1}) is None
    assert list(ways(decision, "T")) == [{"m": 100.0}, {"n": 5, "k": 2.0}]
    assert list(ways(decision, "T", limit=1)) == [{"m": 100.0}]
    assert list(ways(decision, "T", fixed=["m"])) == [{"n": 5, "k": 2.0}]
    assert list(ways(decision, "T", fixed="m", costs=costs)) == [{"n": 5, "k": 2.0}]


@pytest.mark.parametrize(
    ("when", "record", "costs", "expected"),
    [
        ("day >= '2025-12-01' or m >= 5", {"day": DAY, "m": 0}, {"day": 1, "m": 2}, {"m": 5.0}),
        ("day >= '2025-12-01' or m >= 6", {"day": DAY, "m": 0}, {"day": 1, "m": 2}, {"day": dt.date(2025, 12, 1)}),
        ("has_all(s, ('p', 'q')) or f", {"s": [], "f": False}, {"s": 1, "f": 3}, {"s": frozenset("pq")}),
        ("has_all(s, ('p', 'q')) or f", {"s": [], "f": False}, {"s": 1, "f": 1}, {"f": True}),
        ("c = 'b' or t = 'x'", {"c": "a", "t": "y"}, {"c": 2, "t": 1}, {"t": "x"}),
        ("m >= 5 or n >= 5", {}, {"m": 2, "n": 1}, {"n": 5}),  # from nothing it counts from zero
        ("n >= 5 or n <= -4", {"n": 0}, {"n": 0}, {"n": -4}),  # of two that cost nothing, the nearer
        ("m >= 100 or n >= 3", {"m": 0, "n": 0}, {"m": 0, "n": 1}, {"m": 100.0}),
    ],
)  # fmt: skip
def test_units(when: str, record: dict[str, Any], costs: dict[str, float], expected: dict[str, Any]) -> None:
    """A price is for one of a number, one day, one text of a set, and one change of anything else."""
    found = rule_set(when).evaluate(record, as_of=DAY).path_to("T", costs=costs)
    assert after(found) == expected
    assert found is not None
    assert reached(rule_set(when).evaluate(taken(record, found), as_of=DAY), "T")


def test_a_held_target_has_one_way() -> None:
    """What is held needs nothing, and what cannot be had has no way."""
    ruleset = rule_set("n > 3")
    assert ruleset.evaluate({"n": 4}).paths_to("T") == (Path("T", (), 0.0),)
    assert ruleset.evaluate({"n": 1}).paths_to("T", fixed=["n"]) == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"costs": {"mm": 1}}, "there is no dimension `mm` in `p`; did you mean `m`"),
        ({"fixed": ["fixd"]}, "there is no dimension `fixd` in `p`; did you mean `fixed`"),
        (
            {"costs": {"fixed": 1}},
            "`fixed` has a cost, but no path may change it: it has `actionable: false`",
        ),
        ({"costs": {"twice": 1}}, "`twice` is computed: name the dimensions that it is computed from"),
        ({"fixed": ["twice"]}, "`twice` is computed"),
        ({"costs": {"n": -1}}, "the cost of `n` is -1: write a number of at least 0"),
        ({"costs": {"n": True}}, "the cost of `n` is True"),
        ({"costs": {"n": float("nan")}}, "the cost of `n` is nan"),
        ({"costs": {"n": None}}, "the cost of `n` is None"),
    ],
)
def test_wishes_that_make_no_sense(options: dict[str, Any], message: str) -> None:
    """A name that cannot change and a cost that is none are refused, with what to do."""
    decision = rule_set("n > 3", more="\n  twice: {type: number, value: n * 2}").evaluate({"n": 1})
    for ask in (decision.path_to, decision.paths_to):
        with pytest.raises(UsageError, match=f"^{message}".replace("(", r"\(")):
            ask("T", **options)


def test_what_a_plugin_reads_has_no_price() -> None:
    """What a plugin would say of another value is not known, so nothing it reads can be changed."""
    ruleset = loads("""
ruleset: q
version: 1
dimensions:
  joined: {type: date}
  days: {type: integer, provider: tenure_months, params: {since: joined}}
  n: {type: integer}
rules: [{id: r, tag: T, when: days > 10 or n > 3}]
""")
    decision = ruleset.evaluate({"joined": DAY, "n": 1}, as_of=DAY)
    assert after(decision.path_to("T")) == {"n": 4}
    with pytest.raises(UsageError, match="`joined` has a cost, but no path may change it: a plugin reads it"):
        decision.path_to("T", costs={"joined": 1})


def test_what_is_forgotten_is_found_again() -> None:
    """A rule set that can keep nothing of its targets gives the same answers as one that keeps all."""
    text = "\n".join(f"  - {{id: r{i}, tag: T{i}, when: n > {i} and m <= {i} or c = 'b'}}" for i in range(9))
    dimensions = "n: {type: integer}, m: {type: money}, c: {type: category, values: [a, b]}"
    rules = f"ruleset: p\nversion: 1\ndimensions: {{{dimensions}}}\nrules:\n{text}"
    record = {"n": 3, "m": 5, "c": "a"}
    asked = [(f"T{i}", fixed) for i in range(9) for fixed in ((), ("n",), ("c",), ("m", "c"))] * 2
    roomy = loads(rules).evaluate(record)
    with (
        patch("tierkit.decisions.paths.layout._MOST", 1),
        patch("tierkit.decisions.paths.layout._SPECIAL", 1),
        patch("tierkit.decisions.paths.layout._LAYOUTS", 1),
    ):
        narrow = loads(rules).evaluate(record)
        found = [narrow.path_to(target, fixed=fixed) for target, fixed in asked]
        assert len(narrow.source.forms.kept["layouts"]) == 1
    assert found == [roomy.path_to(target, fixed=fixed) for target, fixed in asked]
