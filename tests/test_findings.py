"""What `tierkit check` proves: every finding is so, by the reference, and what is planted is found."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierkit
from benchmarks.checking import rule_file as many_rules
from benchmarks.exploding import formula, rule_file
from tierkit.analysis.findings import Finding, findings
from tierkit.analysis.findings.spelling import fold, one_edit
from tierkit.analysis.regions.facts import Facts
from tierkit.errors import CODES
from tierkit.errors.codes import ANALYSIS
from tierkit.program.interpreter import truth
from tierkit.program.model import Program
from tierkit.program.reference import Answer, decide
from tierkit.program.terms import And, AtLeast, Formula, Not, Or
from tierkit.testing import near, records, rulesets
from tierkit.testing.literals import literals

DAY = dt.date(2025, 1, 1)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
DIMENSIONS = """
  n: {type: integer}
  m: {type: money, min: 0}
  x: {type: number}
  y: {type: number, min: 0, max: 10}
  d: {type: date}
  b: {type: boolean, on_missing: false}
  k: {type: category, values: [p, q, r]}
  t: {type: text}
  w: {type: set}
  big: {type: boolean, value: m > 100}
  half: {type: ratio, value: y / 20}
  s: {type: score, scorecard: [{dimension: y, weight: 60%, cap: 10}, {dimension: n, weight: 40%, points: [[0, 0], [5, 1]]}]}
"""  # fmt: skip


def loaded(*rules: str, more: str = "", tags: str = "T{}") -> Program:
    """A program with these conditions as its rules, each with a tag of its own."""
    listed = "".join(
        f"\n  - {{id: r{i}, tag: {tags.format(i)}, when: {when!r}}}" for i, when in enumerate(rules)
    )
    own = f"\nrules:{listed}" if rules else ""
    return tierkit.loads(f"ruleset: a\nversion: 1\ndimensions:{DIMENSIONS}{more}{own}\n").program


def said(program: Program) -> list[tuple[str, tuple[str | int, ...]]]:
    """The codes and places of what is found, but for what is not used."""
    return [(f.code, f.spot.way) for f in findings(program) if f.code != "unused"]


def codes(program: Program) -> set[str]:
    """The codes of what is found, but for what is not used."""
    return {code for code, _ in said(program)}


# -- what is found is so


def provided(program: Program) -> list[str]:
    """What providers would compute: findings take it from the record."""
    return [name for name, dimension in program.dimensions.items() if dimension.provider is not None]


def decided(program: Program, record: dict[str, Any]) -> tuple[Answer, dict[str, Any]] | None:
    """The answer of the reference for a record, and the values that conditions see."""
    made = decide(program, record, DAY, provided(program))
    return (made, record) if isinstance(made, Answer) else None


def cents(program: Program, record: dict[str, Any]) -> dict[str, Any]:
    """A record whose amounts are in cents, as money is."""
    return {
        name: round(value, 2)
        if program.dimensions[name].type == "money" and isinstance(value, float) and abs(value) < 1e12
        else value
        for name, value in record.items()
    }


def assert_so(program: Program, finding: Finding, answers: list[Answer]) -> None:
    """A finding agrees with the reference on every answer."""
    code, way = finding.code, finding.spot.way
    at = way[1] if len(way) > 1 and isinstance(way[1], int) else -1
    ids = {rule.id: place for place, rule in enumerate(program.rules)}
    for answer in answers:
        if way[0] == "rules" and code == "never-fires":
            assert at not in answer.fired
        elif way[0] == "rules" and code == "always-fires":
            assert at in answer.fired or at in answer.unknown
        elif code in ("duplicate-rule", "same-condition"):
            assert (at in answer.fired) == (ids[finding.arguments["first"]] in answer.fired)
        elif code == "covered-rule" and at in answer.fired:
            same = [
                i for i, rule in enumerate(program.rules) if rule.tag == program.rules[at].tag and i != at
            ]
            assert any(i in answer.fired for i in same)
        elif code == "unreachable-tier":
            assert answer.tiers[at] != way[3]


def assert_shown(program: Program, finding: Finding) -> None:
    """The witness of a finding shows it to the reference."""
    found, way = finding.witness, finding.spot.way
    if found is None:
        return
    answer = decide(program, found.record, found.day, found.given)
    assert isinstance(answer, Answer), finding
    at = way[1] if len(way) > 1 and isinstance(way[1], int) else -1
    firing = ("always-fires", "redundant-condition", "duplicate-rule", "same-condition", "covered-rule")
    if way[0] == "rules" and finding.code in firing:
        assert at in answer.fired, finding
    if finding.code == "covered-rule":
        tags = [program.rules[i].tag for i in answer.fired if i != at]
        assert program.rules[at].tag in tags
    if finding.code == "ladder-gap":
        assert answer.tiers[at] == -1
    if finding.code == "forgotten-value":
        named = [name.strip("` ") for name in finding.arguments["known"].split(",")]
        assert not {program.rules[i].id for i in answer.fired} & set(named)


@SLOW
@given(st.data())
def test_findings_about_drawn_rules_are_so(data: st.DataObject) -> None:
    """What is never never happens, what is covered is covered, and every witness shows what is said."""
    rules = tierkit.loads(data.draw(rulesets(most=6)))
    program = rules.program
    found = list(findings(program))
    drawn = [cents(program, data.draw(records(rules))) for _ in range(12)]
    answers = [one[0] for record in drawn if (one := decided(program, record)) is not None]
    for finding in found:
        assert_so(program, finding, answers)
        assert_shown(program, finding)


@SLOW
@given(st.data())
def test_a_part_that_changes_nothing_changes_nothing(data: st.DataObject) -> None:
    """A condition without its redundant part or dead branch is true for the same drawn records."""
    rules = tierkit.loads(data.draw(rulesets()))
    program = rules.program
    found = [f for f in findings(program) if f.code in ("redundant-condition", "dead-branch")]
    for _ in range(8 if found else 0):
        record = cents(program, data.draw(records(rules)))
        facts = dict(Facts(program, record, DAY))
        for finding in found:
            if finding.spot.way[0] == "rules":
                whole = program.rules[int(finding.spot.way[1])].when
                assert finding.spot.part is not None
                less = truth(_without(whole, finding.spot.part), facts, DAY)
                held = truth(whole, facts, DAY)
                assert (less is True) == (held is True), finding
                if finding.code == "redundant-condition":
                    assert (less is False) == (held is False), finding


def _without(whole: Formula, way: tuple[int, ...]) -> Formula:
    if isinstance(whole, Not):
        return Not(_without(whole.item, way[1:]))
    assert isinstance(whole, And | Or | AtLeast)
    parts = list(whole.items)
    if len(way) == 1:
        del parts[way[0]]
    else:
        parts[way[0]] = _without(parts[way[0]], way[1:])
    return replace(whole, items=tuple(parts))


# -- what is planted is found


@pytest.mark.parametrize("seed", range(8))
def test_what_is_planted_among_many_rules_is_found(seed: int) -> None:
    """A contradiction, a part that says nothing, a rule written again: each at its rule, and customers show it."""
    program = tierkit.loads(many_rules(300, seed)).program
    found = [f for f in findings(program) if f.spot.way[0] == "rules"]
    assert {99, 199, 299} <= {f.spot.way[1] for f in found if not f.code.startswith("undecided")}
    for finding in found:
        assert_shown(program, finding)


CONTRADICTIONS = [
    "n > 5 and n < 6",
    "m < 0",
    "k != 'p' and k != 'q' and k != 'r'",
    "t = 'a' and starts_with(t, 'b')",
    "has(w, 'a') and not has_any(w, ('a', 'b'))",
    "x is missing and x > 1",
    "big and m < 50",
    "b is missing",
    "s >= 80 and y < 1",
    "half > 0.5 and n > 1",
    "d > '2025-01-01' and d < '2025-01-02'",
    "at_least(2, n > 5, n < 3, n = 4)",
    "k = 'p' and (n > 5 and x > 1) and not (n > 2)",
]


@pytest.mark.parametrize("seed", [0, 1, None])
def test_what_never_fires_survives_ten_thousand_records(seed: int | None) -> None:
    """Records with values at the thresholds of the rules, just beside them, and missing: none of them fires it."""
    program = loaded(*CONTRADICTIONS) if seed is None else tierkit.loads(many_rules(300, seed)).program
    never = {f.spot.way[1] for f in findings(program) if f.code == "never-fires" and f.spot.way[0] == "rules"}
    assert len(never) >= (len(CONTRADICTIONS) if seed is None else 1)
    kept = replace(program, rules=tuple(rule for at, rule in enumerate(program.rules) if at in never))
    choices = {
        name: [None, *near.usual(dimension.type, literals(program))]
        for name, dimension in program.dimensions.items()
        if not dimension.computed
    }
    draw = random.Random(seed)
    fast = tierkit.RuleSet(kept, "", "")
    for _ in range(10_000):
        record = cents(program, {name: draw.choice(values) for name, values in choices.items()})
        assert fast.evaluate(record, as_of=DAY).tags == (), record


@pytest.mark.parametrize("condition", CONTRADICTIONS)
def test_a_condition_that_nobody_meets_is_found(condition: str) -> None:
    """In a rule, a tier, a benefit, a named dimension, and whoever is eligible."""
    more = f"  named: {{type: boolean, value: {condition!r}}}\n"
    ladder = f"ladders: {{l: {{tiers: [{{id: hi, enter: {condition!r}}}, {{id: lo}}]}}}}\n"
    benefit = f"benefits:\n  - {{for: T1, when: {condition!r}, grant: {{attributes: {{a: 1}}}}}}\n"
    program = loaded(condition, "n > 0", more=more + ladder + benefit)
    found = {way for code, way in said(program) if code == "never-fires"}
    assert found >= {
        ("rules", 0, "when"), ("dimensions", 12, "value"), ("ladders", 0, "tiers", 0, "enter"),
        ("benefits", 0, "when"),
    }  # fmt: skip
    eligible = loaded("n > 0", more=f"eligible: {condition!r}\n")
    assert ("never-fires", ("eligible",)) in said(eligible)


@pytest.mark.parametrize(
    "condition", ["n > 5 or n <= 5", "m >= 0 or x > 2", "not (k = 'p' and k = 'q')", "y <= 10"]
)
def test_a_condition_that_is_never_false_is_found(condition: str) -> None:
    """Whatever the record holds, it is true or unknown."""
    assert ("always-fires", ("rules", 0, "when")) in said(loaded(condition))


REDUNDANT = {
    "n > 5 and n > 3": (1,),
    "n > 3 and n > 5": (0,),
    "n > 3 and x > 2 and n > 3": (2,),
    "n > 5 or n > 8": (1,),
    "n > 5 or n > 8 and x > 1": (1,),
    "x > 1 and (n > 5 or n > 8)": (1, 1),
    "k = 'p' and k != 'q'": (1,),
    "k in ('p', 'q') and k != 'r' and n > 1": (1,),
    "not (n <= 5 or n <= 3) and x > 1": (0, 0, 1),
    "n > 5 and (n > 3 or x > 2)": (1,),
    "big and m > 50": (1,),
    "n between 1 and 9 and n > 0": (1,),
    "has_all(w, ('a', 'b')) and has(w, 'a')": (1,),
}


@pytest.mark.parametrize(("condition", "part"), REDUNDANT.items())
def test_a_part_that_says_nothing_is_found(condition: str, part: tuple[int, ...]) -> None:
    """A leaf that others imply, a branch that another holds, at its place."""
    found = [f for f in findings(loaded(condition)) if f.code == "redundant-condition"]
    assert [f.spot.part for f in found] == [part]


DEAD = {
    "n > 30 or (n > 3 and n < 2)": (1,),
    "x > 1 and (k = 'p' or (t = 'a' and t = 'b'))": (1, 1),
    "not (n <= 30 and (x <= 3 or x >= 2))": (0, 1),
}


@pytest.mark.parametrize(("condition", "part"), DEAD.items())
def test_a_branch_that_nobody_meets_is_found(condition: str, part: tuple[int, ...]) -> None:
    """Also where `not` makes an `or` of an `and`."""
    found = [f for f in findings(loaded(condition)) if f.code == "dead-branch"]
    assert [f.spot.part for f in found] == [part]


QUIET = [
    "n > 5 and x > 3",
    "x is not missing and x > 5",
    "y between 0 and 10 and n > 1",
    "n > 5 or n < 3",
    "at_least(2, n > 5, x > 3, k = 'p')",
    "s >= 80 and k = 'p'",
    "half < 0.2 and y > 1",
    "k is missing or k = 'p'",
    "t != 'a' and not starts_with(t, 'b')",
    "m > 0 and x / m > 2",
    "days_between(d, as_of) > 30 and b",
]


@pytest.mark.parametrize("condition", QUIET)
def test_nothing_is_said_of_a_condition_that_is_right(condition: str) -> None:
    """No finding, and nothing undecided."""
    assert said(loaded(condition)) == []


SETTLED = [
    "y > 11",
    "y < 0",
    "m < 0",
    "b is missing",
    "half > 0.5",
    "s > 100",
    "s < 0",
    "k in ('p', 'q', 'r')",
]


@pytest.mark.parametrize("leaf", SETTLED)
def test_a_comparison_that_the_values_settle_is_found(leaf: str) -> None:
    """`min`, `max`, `values`, a default, and what can be computed."""
    found = [f for f in findings(loaded(f"n > 3 or x > 2 and {leaf}")) if f.code == "settled-comparison"]
    assert [f.spot.part for f in found] == [(1, 1)]


SAME = [
    ("n > 3", "not (n <= 3)"),
    ("n > 3 and (x > 1 or k = 'p')", "n >= 4 and k = 'p' or x > 1 and n > 3"),
    ("n > 3 or x > 1", "x > 1 or (n > 3 and (x <= 1 or x is missing))"),
    ("k != 'p'", "k in ('q', 'r')"),
    ("big", "m > 100"),
    ("s >= 80", "not (s < 80)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_rules_that_are_the_same_are_found(one: str, other: str) -> None:
    """With one tag they are duplicates, with two they are noted."""
    assert ("same-condition", ("rules", 1, "when")) in said(loaded(one, other))
    assert ("duplicate-rule", ("rules", 1, "when")) in said(loaded(one, other, tags="T"))


COVERED = [
    (["n > 3", "n > 5"], 1),
    (["n > 5 and x > 1", "n > 3"], 0),
    (["n > 3", "n <= 3 and k = 'p'", "k = 'p' and n is not missing and x > 2"], 2),
    (["n > 3 and k = 'p'", "k = 'q' and n > 3", "k in ('p', 'q') and n > 5"], 2),
    (["n < 5", "n between 5 and 9", "n > 9", "n > 2 and n < 20"], 3),
    (["s >= 50", "s >= 80 and k = 'p'"], 1),
]


@pytest.mark.parametrize(("conditions", "at"), COVERED)
def test_a_rule_that_others_cover_is_found(conditions: list[str], at: int) -> None:
    """By one other rule, and only by several together; of another tag it is no matter."""
    assert ("covered-rule", ("rules", at, "when")) in said(loaded(*conditions, tags="T"))
    assert "covered-rule" not in codes(loaded(*conditions))


def test_a_benefit_that_nobody_earns_is_found() -> None:
    """Its tag comes from a rule that never fires, its tier is out of reach."""
    more = """ladders: {l: {tiers: [{id: a, enter: n > 3}, {id: b, enter: n > 5}, {id: c}]}}
benefits:
  - {for: T0, grant: {attributes: {a: 1}}}
  - {for: [T0, l.b], grant: {attributes: {a: 1}}}
  - {for: [T0, l.c], grant: {attributes: {a: 1}}}
"""
    found = [way for code, way in said(loaded("n > 5 and n < 6", more=more)) if code == "unearned-benefit"]
    assert found == [("benefits", 0, "for"), ("benefits", 1, "for")]


def ladder(*tiers: str, more: str = "") -> Program:
    """A program with one ladder; an empty condition is none."""
    listed = ", ".join(f"{{id: t{i}{f', enter: {tier!r}' if tier else ''}}}" for i, tier in enumerate(tiers))
    return loaded(more=f"ladders: {{l: {{tiers: [{listed}]{more}}}}}\n")


@pytest.mark.parametrize(
    ("tiers", "at"),
    [
        (["n > 3", "n > 5", ""], 1),
        (["n > 3", "k = 'p'", "n > 5 or k = 'p' and n <= 3", ""], 2),
        (["n > 3", "n <= 3 and k = 'p'", "k = 'p' and n is not missing", ""], 2),
        (["s >= 50", "s >= 80", ""], 1),
        (["n > 3 or n is missing", "n <= 3", ""], 2),
        (["m >= 0", ""], 1),
    ],
)
def test_a_tier_that_nobody_reaches_is_found(tiers: list[str], at: int) -> None:
    """Covered by one better tier, by several together; also the last one without a condition."""
    for more in ("", ", when_unknown: next"):
        if more and at == len(tiers) - 1 and tiers[0] == "m >= 0":
            continue  # an unknown tier is passed there
        assert ("unreachable-tier", ("ladders", 0, "tiers", at, "enter" if tiers[at] else "id")) in said(
            ladder(*tiers, more=more)
        )


def test_ladders_that_are_right_are_left_alone() -> None:
    """Every tier can be reached, and nobody is in none."""
    assert said(ladder("n > 5", "n > 3", "")) == []
    assert said(ladder("s >= 80", "s >= 50", "")) == []
    assert said(ladder("n > 5", "n > 3", "n <= 3")) == []


def test_a_gap_of_a_ladder_is_shown() -> None:
    """With a customer whom every tier refuses; a ladder that leaves nobody out has none."""
    [finding] = [f for f in findings(ladder("n > 5", "n > 3 and k = 'p'")) if f.code == "ladder-gap"]
    assert_shown(ladder("n > 5", "n > 3 and k = 'p'"), finding)
    assert "ladder-gap" not in codes(ladder("n > 5", "n <= 5"))


def test_a_forgotten_value_is_found() -> None:
    """Rules that differ in a category alone; not where another rule is for the rest, or few are named."""
    family = ["k = 'p' and n > 3", "n > 3 and k = 'q'"]
    [finding] = [f for f in findings(loaded(*family)) if f.code == "forgotten-value"]
    assert finding.arguments["missing"] == "`r`"
    assert finding.witness is not None
    assert finding.witness.record["k"] == "r"
    assert "forgotten-value" not in codes(loaded(*family, "k not in ('p', 'q') and n > 3"))
    assert "forgotten-value" not in codes(loaded(*family, "n > 3 and k = 'r'"))
    assert "forgotten-value" not in codes(loaded("k = 'p' and n > 3", "k = 'q' and n > 4"))


def test_what_nobody_uses_is_found() -> None:
    """Dimensions, parameters and tables; a score, an input and what a benefit reads are used."""
    program = tierkit.loads("""
ruleset: a
version: 1
parameters: {used: {value: 5}, idle: {value: 6}, by_kind: {by: k, value: {p: 1, q: 2}}}
tables: {orders: {key: c, time: at, columns: {amount: {type: money}}}, idle_table: {key: c, columns: {a: {type: text}}}}
dimensions:
  k: {type: category, values: [p, q]}
  n: {type: integer}
  y: {type: number}
  idle_one: {type: text}
  total: {type: money, from: orders, aggregate: sum(amount)}
  s: {type: score, scorecard: [{dimension: y, weight: 100%, cap: 10}]}
rules:
  - {id: r, tag: T, when: n > used or n > by_kind and total > 5}
""").program
    found = [(f.arguments["kind"], f.arguments["name"]) for f in findings(program, ["T", "U"])]
    assert found == [
        ("dimension", "idle_one"), ("parameter", "idle"), ("table", "idle_table"), ("tag", "U"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("high_value", "high-value", True),
        ("high_value", "High value", True),
        ("ＶＩＰ客户", "VIP客户", True),
        ("churn_risk", "chrun_risk", False),
        ("churn_risk", "churn_rsk", True),
        ("level_1", "level_2", False),
        ("grade_a", "grade_b", False),
        ("老客户", "新客户", False),
    ],
)
def test_spellings_of_one_tag(one: str, other: str, alike: bool) -> None:
    """Width, spaces, underscores, hyphens, one letter of a long word; never a digit or a class."""
    assert (fold(one) == fold(other) or one_edit(fold(one), fold(other))) == alike


# -- effort


def test_a_formula_that_explodes_is_undecided() -> None:
    """A normal form of 4^30 conjuncts ends the question, not the patience: it is said of both rules."""
    found = list(findings(tierkit.loads(rule_file(formula())).program))
    assert [(f.code, f.spot.way[1]) for f in found] == [("undecided", 0), ("undecided", 1)]


def test_every_code_of_the_table_is_tunable() -> None:
    """None of them is an error by itself: a rule set that loads stays one."""
    assert all(CODES[row[0]].severity in ("warning", "info") for row in ANALYSIS)
