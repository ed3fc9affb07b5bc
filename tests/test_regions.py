"""Regions: boxes say of every customer what the reference says, and every verdict can be shown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierkit
from tierkit.analysis.regions.boxes import Budget, TooLargeError, intersection, minus, remainder, simplified
from tierkit.analysis.regions.coordinates import Shape, either, outside
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.verdicts import Disproven, Proven, Undecided, nobody, same, within
from tierkit.analysis.regions.witness import Witness, cells_of
from tierkit.analysis.regions.wording import condition
from tierkit.program.interpreter import truth
from tierkit.program.model import Program
from tierkit.program.reference import NO_TIER, UNDECIDED, Answer, decide
from tierkit.testing import records, rulesets

DAY = dt.date(2025, 1, 1)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def loaded(dimensions: str, *rules: str, more: str = "") -> Program:
    """A program with these conditions as its rules."""
    listed = "".join(f"\n  - {{id: r{i}, tag: T{i}, when: {when!r}}}" for i, when in enumerate(rules))
    return tierkit.loads(f"ruleset: a\nversion: 1\ndimensions: {dimensions}\nrules:{listed}\n{more}").program


def answer(program: Program, found: Witness) -> Answer:
    """What the reference decides for a witness."""
    made = decide(program, found.record, found.day, found.given)
    assert isinstance(made, Answer)
    return made


def provided(program: Program) -> list[str]:
    """What providers would compute: spaces take it from the record."""
    return [name for name, dimension in program.dimensions.items() if dimension.provider is not None]


def inside(space: Space, shape: Shape, cells: tuple[int, ...]) -> bool:
    """Whether a customer is in one of the boxes of a shape."""
    region = space.region(shape)
    return any(all(cells[at] >= 0 and mask >> cells[at] & 1 for at, mask in box.items()) for box in region)


def stepped(program: Program, record: dict[str, Any]) -> dict[str, Any]:
    """A record whose amounts are in cents, as spaces take them to be."""
    found = dict(record)
    for name, value in record.items():
        if program.dimensions[name].type == "money" and isinstance(value, float) and abs(value) < 1e12:
            found[name] = round(value, 2)
    return found


def assert_agrees(program: Program, space: Space, record: dict[str, Any]) -> None:
    """Boxes and the reference say the same of every rule and every ladder."""
    made = decide(program, record, DAY, provided(program))
    if not isinstance(made, Answer):
        return
    cells, shapes = cells_of(space, record, DAY), space.shapes[0]
    for i, rule in enumerate(program.rules):
        assert inside(space, shapes.rule(rule), cells) == (i in made.fired), rule.id
        known = i in made.fired or i in made.unknown
        if program.eligible is None and rule.valid_on(DAY):
            assert inside(space, shapes.holds(rule.when, negate=True), cells) == (not known), rule.id
            assert inside(space, shapes.unknown(rule.when), cells) == (i in made.unknown), rule.id
    for at, ladder in enumerate(program.ladders.values()):
        positions = [*range(len(ladder.tiers)), NO_TIER]
        for position in positions:
            assert inside(space, shapes.placed(ladder, position), cells) == (made.tiers[at] == position)
        undecided = outside(either([shapes.placed(ladder, position) for position in positions]))
        assert inside(space, undecided, cells) == (made.tiers[at] == UNDECIDED)


@SLOW
@given(st.data())
def test_boxes_agree_with_the_reference(data: st.DataObject) -> None:
    """A record is in the boxes of a rule, of its opposite, of a tier exactly when the reference says so."""
    rules = tierkit.loads(data.draw(rulesets()))
    space = Space(rules.program)
    drawn = records(rules)
    for _ in range(6):
        assert_agrees(rules.program, space, stepped(rules.program, data.draw(drawn)))


@SLOW
@given(st.data())
def test_verdicts_on_drawn_rules(data: st.DataObject) -> None:
    """A rule proven to fire for nobody fires for no drawn record; a witness makes it fire."""
    rules = tierkit.loads(data.draw(rulesets()))
    program = rules.program
    space = Space(program)
    shapes = space.shapes[0]
    drawn = [stepped(program, data.draw(records(rules))) for _ in range(3)]
    made = [
        found
        for record in drawn
        if isinstance(found := decide(program, record, DAY, provided(program)), Answer)
    ]
    for i, rule in enumerate(program.rules):
        verdict = nobody(space, shapes.rule(rule))
        if isinstance(verdict, Disproven):
            assert i in answer(program, verdict.witness).fired
        elif isinstance(verdict, Proven):
            assert not any(i in found.fired for found in made)
        for j, other in enumerate(program.rules):
            both = within(space, shapes.rule(rule), shapes.rule(other))
            if isinstance(both, Disproven):
                fired = answer(program, both.witness).fired
                assert i in fired
                assert j not in fired
            elif isinstance(both, Proven):
                assert all(j in found.fired for found in made if i in found.fired)


DIMENSIONS = """
  n: {type: integer}
  m: {type: money, min: 0}
  x: {type: number}
  y: {type: number, min: 0, max: 10}
  d: {type: date}
  b: {type: boolean, on_missing: false}
  c: {type: category, values: [p, q, r]}
  t: {type: text}
  w: {type: set}
  total: {type: number, value: x + y}
  half: {type: ratio, value: y / 20}
  level: {type: category, values: [hi, lo], value: case when y > 5 then 'hi' else 'lo' end}
  big: {type: boolean, value: x > 100}
  sure: {type: boolean, value: x > 100, on_missing: true}
  s: {type: score, scorecard: [{dimension: y, weight: 60%, cap: 10}, {dimension: n, weight: 40%, points: [[0, 0], [5, 1]]}]}
"""  # fmt: skip
LADDER = """
ladders:
  l: {tiers: [{id: top, enter: s >= 80}, {id: mid, enter: s >= 50}, {id: base}]}
  k: {when_unknown: next, eligible: "c != 'r'", tiers: [{id: one, enter: n > 5}, {id: two, enter: x > 5}]}
"""


IMPOSSIBLE = [
    "n > 5 and n < 6",
    "m > 5 and m < 5.01",
    "m < 0",
    "y > 10",
    "d > '2025-01-01' and d < '2025-01-02'",
    "c != 'p' and c != 'q' and c != 'r'",
    "t = 'a' and t = 'b'",
    "t = 'a' and starts_with(t, 'b')",
    "has(w, 'a') and not has_any(w, ('a', 'b'))",
    "has_one(w, ('a', 'b')) and has_all(w, ('a', 'b'))",
    "x is missing and x > 1",
    "x is missing and total > 1",
    "half is missing and y is not missing",
    "s > 100",
    "s < 0",
    "s >= 80 and s < 50",
    "s >= 80 and y < 1",
    "s >= 80 and n <= 0",
    "half > 0.5",
    "level = 'hi' and y < 5",
    "level is missing and y = 3",
    "big and x < 50",
    "not sure and x is missing",
    "b is missing",
    "l = 'top' and s < 60",
    "l = 'mid' and l = 'top'",
    "l = 'base' and y = 10 and n >= 5",
    "l is missing and n = 1 and y = 2",
    "k = 'two' and n > 6",
    "k is missing",
    "x > y and x < 0",
    "x > y and x <= y",
    "at_least(2, n > 5, n < 3, n = 4)",
    "x + y > 3 and x + y < 2",
]
POSSIBLE = [
    "n > 5 and n < 7",
    "m > 5 and m < 5.02",
    "y >= 10",
    "t != 'a' and t != 'b'",
    "t != 'ab' and starts_with(t, 'a') and ends_with(t, 'b') and not contains(t, 'c')",
    "has(w, 'a') and not has(w, 'b')",
    "x is missing and n is missing",
    "total > 15",
    "total > 15.25 and total < 15.26",
    "s >= 100",
    "s > 79.9 and s < 80",
    "s >= 80 and y < 9",
    "half > 0.49",
    "level = 'lo' and y is not missing",
    "sure and x is missing",
    "l = 'mid' and n = 0",
    "l is missing",
    "k = 'two' and n is missing",
    "x > y and y > 3",
    "x - y = 3 and x < 4",
    "d < '2025-01-02' and d > '2024-12-31'",
    "at_least(2, n > 5, x < 3, y = 4)",
]


@pytest.mark.parametrize(
    "when",
    IMPOSSIBLE,
)
def test_nobody_is_proven(when: str) -> None:
    """What contradicts itself is proven, steps, scores, ladders and named conditions taken into account."""
    program = loaded(DIMENSIONS, when, more=LADDER)
    space = Space(program)
    assert nobody(space, space.shapes[0].rule(program.rules[0])) == Proven()


@pytest.mark.parametrize(
    "when",
    POSSIBLE,
)
def test_a_witness_is_found(when: str) -> None:
    """What can be met is met by a record that the reference agrees with."""
    program = loaded(DIMENSIONS, when, more=LADDER)
    space = Space(program)
    verdict = nobody(space, space.shapes[0].rule(program.rules[0]))
    assert isinstance(verdict, Disproven)
    assert answer(program, verdict.witness).fired == (0,)


EVERYTHING = tierkit.loads(
    "ruleset: a\nversion: 1\ndimensions: "
    + DIMENSIONS
    + "rules:"
    + "".join(f"\n  - {{id: r{i}, tag: T{i}, when: {w!r}}}" for i, w in enumerate([*IMPOSSIBLE, *POSSIBLE]))
    + LADDER
)
SPACE = Space(EVERYTHING.program)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(EVERYTHING))
def test_boxes_agree_where_values_are_computed(record: dict[str, Any]) -> None:
    """With scores, terms and ladders a record is in the boxes exactly when the reference says so."""
    assert_agrees(EVERYTHING.program, SPACE, stepped(EVERYTHING.program, record))


POLICIES = tierkit.loads("""
ruleset: a
version: 1
eligible: not b
tables:
  orders: {key: id, time: at, columns: {v: {type: money}}}
dimensions:
  e: {type: integer, on_missing: error}
  q: {type: number, min: 0, max: 10, on_missing: 5}
  b: {type: boolean, on_missing: false}
  t: {type: text, on_missing: zz}
  w: {type: set}
  g: {type: money, from: orders, aggregate: sum(v), on_missing: 3}
  h: {type: integer, from: orders, aggregate: count()}
  half: {type: number, value: q / 2, on_missing: 4}
  per: {type: number, value: g / h}
  near: {type: number, value: q * 2, max: 12, on_missing: 1}
rules:
  - {id: a, tag: A, when: e > 3 and q < 6 and q > 4}
  - {id: b, tag: B, when: g = 3 or g > 7}
  - {id: c, tag: C, when: g is missing and h is missing}
  - {id: d, tag: D, when: "starts_with(t, 'z') and t != 'zy'"}
  - {id: e, tag: E, when: half >= 3 or near < 2}
  - {id: f, tag: F, when: per > 2 and per < 3}
  - {id: g, tag: G, when: per is missing and h = 0}
  - {id: h, tag: H, when: "not has_any(w, ('a', 'b')) or subset_of(w, ('a', 'c'))"}
  - {id: i, tag: I, when: "case when q > 5 then h when h > 1 then 7 else q end >= 7"}
""")
POLICED = Space(POLICIES.program)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(POLICIES))
def test_boxes_agree_where_something_stands_in(record: dict[str, Any]) -> None:
    """With defaults, bounds, aggregates and what must not be missing, boxes and the reference still agree."""
    assert_agrees(POLICIES.program, POLICED, stepped(POLICIES.program, record))


def test_every_policy_has_its_witness() -> None:
    """Where something stands in, each rule has a customer who is taken and fires it."""
    for i, rule in enumerate(POLICIES.program.rules):
        verdict = nobody(POLICED, POLICED.shapes[0].rule(rule))
        assert isinstance(verdict, Disproven), rule.id
        assert i in answer(POLICIES.program, verdict.witness).fired


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(EVERYTHING))
def test_the_condition_of_a_box_is_the_box(record: dict[str, Any]) -> None:
    """What is written for a box is true for the customers in it, and not for others."""
    program = EVERYTHING.program
    record = stepped(program, record)
    facts, cells = Facts(program, record, DAY), cells_of(SPACE, record, DAY)
    for rule in program.rules:
        for box in SPACE.region(SPACE.shapes[0].rule(rule)):
            here = all(cells[at] >= 0 and mask >> cells[at] & 1 for at, mask in box.items())
            assert (facts.truth(condition(SPACE, box)) is True) == here, rule.id


def test_what_no_inputs_are_found_for_is_undecided() -> None:
    """Two opaque terms that contradict each other are neither proven nor shown, and named."""
    program = loaded("{x: {type: number}, y: {type: number}}", "x * x + y < 0 and y * x - x * y > 5")
    space = Space(program)
    verdict = nobody(space, space.shapes[0].rule(program.rules[0]))
    assert isinstance(verdict, Undecided)
    assert verdict.cause == "no_inputs"
    assert len(verdict.names) == 2


def test_a_spent_budget_is_said() -> None:
    """Beyond its budget a question is undecided because it is too large."""
    program = loaded("{x: {type: number}}", "x > 1 and x < 5", "x > 2 or x < 0")
    space = Space(program)
    a, b = (space.shapes[0].rule(rule) for rule in program.rules)
    assert within(space, a, b, steps=1) == Undecided("too_large")


def test_days_are_a_coordinate() -> None:
    """Two rules whose days do not meet are never both there; a witness has a day on which its rule applies."""
    text = """
ruleset: a
version: 1
dimensions: {x: {type: number}}
rules:
  - {id: a, tag: A, when: x > 1, valid_through: 2026-01-31}
  - {id: b, tag: B, when: x > 1, valid_from: 2026-02-01}
"""
    program = tierkit.loads(text).program
    space = Space(program)
    a, b = (space.shapes[0].rule(rule) for rule in program.rules)
    verdict = within(space, b, a)
    assert isinstance(verdict, Disproven)
    assert verdict.witness.day >= dt.date(2026, 2, 1)
    assert isinstance(same(space, a, a), Proven)


def test_two_versions_share_a_space() -> None:
    """Another default and other bounds of one dimension are told apart by a record of one version."""
    old = loaded("{x: {type: number, on_missing: 0}}", "x < 1")
    new = loaded("{x: {type: number, max: 100}}", "x < 1")
    space = Space(old, new)
    was, is_ = space.shapes[0].rule(old.rules[0]), space.shapes[1].rule(new.rules[0])
    assert isinstance(within(space, is_, was), Proven)
    verdict = within(space, was, is_)
    assert isinstance(verdict, Disproven)
    assert "x" not in verdict.witness.record


FULL = (0b111, 0b1111, 0b11)
boxes = st.dictionaries(st.integers(0, 2), st.integers(1, 15), max_size=3).map(
    lambda box: {at: cut for at, mask in box.items() if (cut := mask & FULL[at]) not in (0, FULL[at])}
)
regions = st.lists(boxes, max_size=5).map(tuple)


def points(region: Any) -> set[tuple[int, int, int]]:
    """Every point of a small space that a region holds."""
    every = [(a, b, c) for a in range(3) for b in range(4) for c in range(2)]
    return {p for p in every if any(all(mask >> p[at] & 1 for at, mask in box.items()) for box in region)}


@given(regions, regions)
def test_operations_agree_with_counting(a: Any, b: Any) -> None:
    """Without, together and simplified are what counting every point of a small space says."""
    budget = Budget()
    assert points(minus(a, b, FULL, budget)) == points(a) - points(b)
    assert points(intersection(a, b, FULL, budget)) == points(a) & points(b)
    assert points(simplified(a, FULL, budget)) == points(a)
    for box in a:
        rest = remainder(box, b, FULL, budget)
        assert sum(len(points((part,))) for part in rest) == len(points(rest))
        some = remainder(box, b, FULL, budget, first=True)
        assert bool(some) == bool(rest)
        assert points(some) <= points(rest)


def test_a_budget_ends() -> None:
    """What takes more steps than there are raises instead of going on."""
    with pytest.raises(TooLargeError):
        remainder({}, [{0: 1}, {1: 1}, {2: 1}], FULL, Budget(2))


def test_a_new_value_needs_a_new_space() -> None:
    """A condition that would cut a cell is refused; named beforehand it is known."""
    program = loaded("{x: {type: number}}", "x > 1")
    other = loaded("{x: {type: number}}", "x > 2").rules[0].when
    space = Space(program)
    with pytest.raises(ValueError, match="not cut"):
        space.region(space.holds(other))
    space = Space(program, formulas=[(0, other)])
    verdict = nobody(space, space.holds(other))
    assert isinstance(verdict, Disproven)
    assert truth(other, verdict.witness.record, DAY)
