"""What changes between two versions: every verdict, region and witness agrees with the reference."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import tierkit
from tests import strategies
from tests.test_regions import stepped
from tierkit.analysis.meaning.changes import changes
from tierkit.analysis.meaning.differences import Because, Change, Changes, Shown, Stretch
from tierkit.analysis.meaning.targets import Question, questions
from tierkit.analysis.regions.facts import Facts
from tierkit.engine import RuleSet
from tierkit.engine.difference import difference
from tierkit.errors import Fault, RuleSetError
from tierkit.program.canonical import formula_text
from tierkit.program.domain import Missing, read
from tierkit.program.interpreter import Truth, truth
from tierkit.program.model import OnMissing, Program
from tierkit.program.reference import Answer, decide
from tierkit.testing import records, rulesets

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
DAYS = (dt.date(2025, 1, 1), dt.date(2024, 2, 29), dt.date(2026, 2, 10))


class Both(Mapping[str, Any]):
    """The values of one customer under two versions: `x@before`, `x@after`, and `x` where they are one."""

    def __init__(self, sides: list[Facts]) -> None:
        self.sides = sides

    def __getitem__(self, name: str) -> Any:
        own, _, side = name.partition("@")
        if side:
            return self.sides[side == "after"][own]
        known = [side.program.dimensions.get(own) for side in self.sides]
        if all(known) and len({dimension.on_missing for dimension in known if dimension}) > 1:
            assert known[0] is not None  # what stands in differs, so regions are about the record itself
            found = read(known[0], self.sides[0].record.get(own))
            return None if isinstance(found, Missing | Fault) else found
        return self.sides[known[0] is None and own not in self.sides[0].program.ladders][own]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sides[0])

    def __len__(self) -> int:
        return len(self.sides[0])


def provided(program: Program) -> list[str]:
    """What providers would compute."""
    return [name for name, dimension in program.dimensions.items() if dimension.provider is not None]


def decided(programs: tuple[Program, Program], record: Mapping[str, Any], day: dt.date) -> list[Any] | None:
    """What both versions make of a record, None when one of them refuses it."""
    made = [decide(program, record, day, provided(program)) for program in programs]
    if not all(isinstance(answer, Answer) for answer in made):
        return None
    return [(Facts(program, record, day), answer) for program, answer in zip(programs, made, strict=True)]


def assert_change(change: Change, pair: list[Truth], values: Both, day: dt.date) -> None:
    """One customer's answers are as the change says of everybody."""
    before, after = pair
    if change.change == "same":
        assert before is after, change.target
    if change.change == "wider":
        assert after is True or before is not True
    if change.change == "narrower":
        assert before is True or after is not True
    for region in change.regions:
        if truth(region.condition, values, day) is True:
            assert_region(region, before, after)
    if change.more == 0 and not change.because:
        expected = {
            (False, True): "gains",
            (None, True): "gains",
            (True, False): "loses",
            (True, None): "loses",
        }
        expected |= {(False, None): "unsettles", (None, False): "settles"}
        if before is not after:
            told = [r for r in change.regions if truth(r.condition, values, day) is True]
            assert [r.how for r in told[:1]] == [expected[before, after]], change.target


def assert_region(region: Stretch, before: Truth, after: Truth) -> None:
    """Who is in a region gains or loses as it says."""
    told = {
        "gains": before is not True and after is True,
        "loses": before is True and after is not True,
        "unsettles": before is False and after is None,
        "settles": before is None and after is False,
    }
    assert told[region.how], formula_text(region.condition)


def asked(found: Changes, programs: tuple[Program, Program]) -> Iterator[tuple[Change, list[Question]]]:
    """Each change with the questions of both versions."""
    sides = [questions(program) for program in programs]
    for change in found.targets:
        yield change, [side.targets.get(change.target, Question()) for side in sides]
    yield found.eligible, [side.eligible for side in sides]
    for benefit in found.benefits:
        key = benefit.change.target, benefit.provider, benefit.params
        yield benefit.change, [side.benefits.get(key, Question()) for side in sides]


def assert_agrees(found: Changes, programs: tuple[Program, Program], record: Any, day: dt.date) -> None:
    """All that is said holds for one customer."""
    made = decided(programs, record, day)
    if made is None:
        return
    values = Both([facts for facts, _ in made])
    for change, sides in asked(found, programs):
        pair = [side.ask(facts, answer) for side, (facts, answer) in zip(sides, made, strict=True)]
        assert_change(change, pair, values, day)
    for score in found.scores:
        if score.change == "same":
            assert values[f"{score.score}@before"] == values[f"{score.score}@after"]


def held(rules: RuleSet, target: str, shown: Shown) -> Truth:
    """What the engine says of a target for a witness."""
    own = [name for name in shown.given if name in rules.program.dimensions]
    own = [name for name in own if rules.program.dimensions[name].provider is not None]
    decision = rules.evaluate(dict(shown.record), as_of=shown.day, given=own)
    ladder, _, tier = target.partition(".")
    if target in decision.tags or (tier and decision.tiers.get(ladder) == tier):
        return True
    unknown = {item.rule for item in decision.undetermined}
    for item in decision.undetermined:
        if item.ladder is not None:
            owner = rules.program.ladders[item.ladder]
            unknown |= {f"{item.ladder}.{name}" for name in item.tiers}
            unknown |= {t.tag for t in owner.tiers if t.tag is not None and t.id in item.tiers}
    unknown |= {rule.tag for rule in rules.program.rules if rule.id in unknown}
    return None if target in unknown else False


def assert_witnesses(found: Changes, sides: tuple[RuleSet, RuleSet]) -> None:
    """Each witness gets the different answers that it is shown with, of the engine too."""
    for change in found.targets:
        if change.witness is not None:
            pair = [held(side, change.target, change.witness) for side in sides]
            assert pair == [change.witness.before, change.witness.after], change.target
            assert pair[0] is not pair[1]
    for score in found.scores:
        if score.witness is not None:
            values = [
                Facts(side.program, score.witness.record, score.witness.day)[score.score] for side in sides
            ]
            assert values == [score.witness.before, score.witness.after]
            assert values[0] != values[1]


_SWAPS = {
    "<=": (">", "<"), ">=": ("<", ">"), "!=": ("=",), "<": ("<=", ">"), ">": (">=", "<"), " and ": (" or ",),
    " or ": (" and ",), "100": ("99", "1"), "10": ("8", "11"), "2.5": ("2",), "0.05": ("0.1",),
    "is missing": ("is not missing",), "true": ("false",), "'a'": ("'b'",), "'x'": ("'xy'",),
}  # fmt: skip
_TOKEN = re.compile("|".join(re.escape(token) for token in sorted(_SWAPS, key=len, reverse=True)))


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """A text with some operators, words and literals of its conditions put otherwise."""
    start = text.index("rules:")
    places = list(_TOKEN.finditer(text, start))
    assume(places)
    for place in sorted(
        draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique_by=lambda m: m.start())),
        key=lambda match: -match.start(),
    ):
        swap = draw(st.sampled_from(_SWAPS[place[0]]))
        text = text[: place.start()] + swap + text[place.end() :]
    return text


def loaded(text: str) -> RuleSet:
    """A rule set, where the text is one."""
    try:
        return tierkit.loads(text)
    except RuleSetError:
        assume(False)
        raise


@SLOW
@given(st.data())
def test_a_mutated_copy(data: st.DataObject) -> None:
    """Verdicts, regions and witnesses hold between a drawn rule set and a copy with some things moved."""
    text = data.draw(strategies.rule_texts(most=4))
    sides = loaded(text), loaded(data.draw(mutated(text)))
    check(sides, data, strategies.records())


@SLOW
@given(st.data())
def test_two_drawn_rule_sets(data: st.DataObject) -> None:
    """They hold between rule sets that have nothing to do with each other, dimensions included."""
    sides = loaded(data.draw(strategies.rule_texts(most=3))), loaded(data.draw(strategies.rule_texts(most=3)))
    check(sides, data, strategies.records())


@SLOW
@given(st.data())
def test_drawn_for_plugins(data: st.DataObject) -> None:
    """They hold where providers compute and benefits are granted."""
    sides = loaded(data.draw(rulesets())), loaded(data.draw(rulesets()))
    check(sides, data, records(sides[0]) | records(sides[1]))


def check(sides: tuple[RuleSet, RuleSet], data: st.DataObject, drawn: st.SearchStrategy[Any]) -> None:
    """Everything that is said of two versions holds for drawn records."""
    programs = sides[0].program, sides[1].program
    found = changes(*programs, steps=20_000)
    assert_witnesses(found, sides)
    for _ in range(5):
        record = data.draw(drawn)
        record = {name: value for name, value in record.items() if name in programs[0].dimensions}
        assert_agrees(found, programs, stepped(programs[0], record), data.draw(st.sampled_from(DAYS)))


DIMENSIONS = """
  a: {type: integer}
  b: {type: number}
  m: {type: money, unit: CNY, label: {en: Amount, zh: 金额}}
  r: {type: ratio, label: {zh: 退货率}}
  c: {type: category, values: [p, q, s]}
  t: {type: text}
  w: {type: set}
  d: {type: date}
  f: {type: boolean}
  z: {type: score, scorecard: [{dimension: a, weight: 100%, cap: 10}]}
"""


def rules_of(when: str, more: str = "", dimensions: str = DIMENSIONS) -> RuleSet:
    """A rule set with one rule."""
    return tierkit.loads(
        f"ruleset: a\nversion: 1\ndimensions: {dimensions}\nrules: [{{id: r, tag: T, when: {when!r}}}]\n{more}"
    )


def compared(before: RuleSet, after: RuleSet) -> Change:
    """What becomes of the only tag, its witness asked of the engine."""
    found = changes(before.program, after.program)
    assert_witnesses(found, (before, after))
    return next(change for change in found.targets if change.target == "T")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a > 5", "not (a <= 5)"),
        ("a > 5", "a >= 6"),
        ("a between 2 and 8", "a >= 2 and not (a > 8)"),
        ("b between 2 and 8", "not (b < 2 or b > 8)"),
        ("c in ('p', 'q')", "c != 's'"),
        ("c in ('p', 'q')", "not (c = 's')"),
        ("c = 'p' or c = 'q'", "c in ('q', 'p')"),
        ("a > 5 and (b > 1 or c = 'p')", "(a > 5 and b > 1) or (c = 'p' and a > 5)"),
        ("at_least(2, a > 1, b > 1, f)", "(a > 1 and b > 1) or (a > 1 and f) or (b > 1 and f)"),
        ("f", "f = true"),
        ("not (f and a > 1)", "f = false or a <= 1"),
        ("m > 100 or m > 50", "m > 50"),
        ("a is missing or a > 3", "not (a is not missing and a < 4)"),
        ("d >= '2025-01-01'", "not (d < '2025-01-01')"),
        ("has_any(w, ('x', 'y'))", "has(w, 'x') or has(w, 'y')"),
        ("starts_with(t, 'x') and a > 2", "not (a <= 2 or not starts_with(t, 'x'))"),
        ("z >= 50 and z > 60", "z > 60"),
        ("a + b > 5", "not (a + b <= 5)"),
    ],
)
def test_equal_meaning_is_proved(before: str, after: str) -> None:
    """The same asked in other words is the same, and that is a proof; both ways."""
    one, other = rules_of(before), rules_of(after)
    assert compared(one, other) == Change("T", "same")
    assert compared(other, one) == Change("T", "same")


WORDS = [
    ("m > 10k and r < 5%", "m > 8k and r < 5%", "wider"),
    ("a > 5", "a > 7", "narrower"),
    ("a > 5", "a < 5", "changed"),
    ("c in ('p', 'q')", "c = 'p'", "narrower"),
    ("d > '2025-01-01'", "d > '2025-02-01'", "narrower"),
    ("f and a > 1", "f", "wider"),
    ("has(w, 'x') or a = 1", "a = 1", "narrower"),
    ("starts_with(t, 'x')", "starts_with(t, 'xy')", "narrower"),
    ("a > b", "a > b or c = 'p'", "wider"),
]


def words(before: str, after: str, locale: str) -> list[str]:
    """The regions in words."""
    data = difference(rules_of(before), rules_of(after)).to_dict(locale)["targets"][0]
    return [data["change"], *(region["text"] for region in data["regions"])]


@pytest.mark.parametrize(
    ("before", "after", "english", "chinese"),
    [
        ("m > 10k and r < 5%", "m > 8k and r < 5%",
         ["wider", "gains 8,000.00 CNY < Amount ≤ 10,000.00 CNY and 退货率 < 5%",
          "undetermined now: 8,000.00 CNY < Amount ≤ 10,000.00 CNY and 退货率 is missing"],
         ["wider", "新增：¥8,000.00 < 金额 ≤ ¥10,000.00 且 退货率 < 5%",
          "变为无法判断：¥8,000.00 < 金额 ≤ ¥10,000.00 且 退货率 缺失"]),
        ("a > 5", "a > 7", ["narrower", "loses 5 < a ≤ 7"], ["narrower", "失去：5 < a ≤ 7"]),
        ("a > 5", "a < 5", ["changed", "gains a < 5", "loses a > 5"],
         ["changed", "新增：a < 5", "失去：a > 5"]),
        ("c in ('p', 'q')", "c = 'p'", ["narrower", "loses c is q"], ["narrower", "失去：c 为 q"]),
        ("f and a > 1", "f",
         ["wider", "gains f: yes and (a is missing or a ≤ 1)", "undetermined now: f is missing and a ≤ 1"],
         ["wider", "新增：f：是 且 （a 缺失 或 a ≤ 1）", "变为无法判断：f 缺失 且 a ≤ 1"]),
    ],
)  # fmt: skip
def test_regions_in_words(before: str, after: str, english: list[str], chinese: list[str]) -> None:
    """Labels, formats and intervals, in both languages."""
    assert words(before, after, "en") == english
    assert words(before, after, "zh") == chinese


@pytest.mark.parametrize(("before", "after", "change"), WORDS)
def test_kinds_of_change(before: str, after: str, change: str) -> None:
    """Wider, narrower and changed, turned round when the versions are."""
    turned = {"wider": "narrower", "narrower": "wider", "changed": "changed"}
    one, other = rules_of(before), rules_of(after)
    if not before.startswith("starts_with"):
        assert compared(one, other).change == change
        assert compared(other, one).change == turned[change]


def test_targets_come_and_go() -> None:
    """A new tag and a tag that is gone, each with a customer; one that nobody gets has none."""
    text = "ruleset: a\nversion: 1\ndimensions: {x: {type: integer, on_missing: 0}}\nrules: [{id: r, tag: %s, when: x > 5 and x < %s}]"
    sides = [tierkit.loads(text % pair).program for pair in (("A", 9), ("B", 9), ("C", 6))]
    found = {change.target: change for change in changes(sides[0], sides[1]).targets}
    assert (found["A"].change, found["B"].change) == ("gone", "new")
    assert [found[name].witness is not None for name in "AB"] == [True, True]
    nobody = next(change for change in changes(sides[0], sides[2]).targets if change.target == "C")
    assert (nobody.change, nobody.regions, nobody.witness) == ("new", (), None)


def test_days_are_part_of_a_region() -> None:
    """A rule that ends earlier loses the days between; the witness has one of them."""
    text = "ruleset: a\nversion: 1\ndimensions: {x: {type: integer}}\nrules: [{id: r, tag: T, when: x > 5, valid_through: %s}]"
    before, after = (tierkit.loads(text % day) for day in ("2026-02-16", "2026-02-10"))
    found = compared(before, after)
    assert found.change == "narrower"
    assert found.witness is not None
    assert dt.date(2026, 2, 10) < found.witness.day <= dt.date(2026, 2, 16)
    assert "as_of" in formula_text(found.regions[0].condition)


WINDOW = """
ruleset: a
version: 1
key: id
tables: {o: {key: id, time: at, columns: {v: {type: money}}}}
dimensions:
  s: {type: money, from: o, aggregate: sum(v), window: %s}
  x: {type: integer}
rules:
  - {id: r, tag: T, when: s > %s}
  - {id: q, tag: U, when: x > 1}
"""


def test_an_input_that_is_computed_otherwise() -> None:
    """Another window makes another value: what depends on it is undecided, and says why."""
    before, after = tierkit.loads(WINDOW % ("30 days", 5)), tierkit.loads(WINDOW % ("60 days", 5))
    data = difference(before, after).to_dict()
    assert [(one["target"], one["change"]) for one in data["targets"]] == [("T", "undecided"), ("U", "same")]
    assert data["targets"][0]["because"] == [
        {"cause": "input", "names": ["s"], "text": "may change: its input is computed otherwise (s)"}
    ]
    assert [one["text"] for one in data["inputs"]] == ["s is now computed over 60 days instead of 30 days"]
    chinese = difference(before, after).to_dict("zh")
    assert [one["text"] for one in chinese["inputs"]] == ["s 现按 60 days 计算，原为 30 days"]
    moved = difference(before, tierkit.loads(WINDOW % ("60 days", 9))).to_dict()["targets"][0]
    assert (moved["change"], moved["because"][0]["cause"]) == ("changed", "input")


def test_elements_of_a_set_that_is_missing() -> None:
    """Where two versions put different elements in place of a missing set nothing is called the same."""
    program = rules_of("has(w, 'x')").program
    sides = []
    for text in "xy":
        known = replace(program.dimensions["w"], on_missing=OnMissing("default", frozenset([text])))
        sides.append(replace(program, dimensions={**program.dimensions, "w": known}))
    [found, *_] = changes(*sides).targets
    assert (found.change, found.because[0]) == ("undecided", Because("input", ("w",)))


def test_a_spent_budget_is_undecided() -> None:
    """What is too large to compare is never called the same."""
    many = [f"(a = {n} or b = {n} or m = {n})" for n in range(12)]
    one, other = (
        rules_of(" and ".join(many)),
        rules_of(" and ".join([*many[1:], "(b = 0 or m = 0 or a = 0)"])),
    )
    found = changes(one.program, other.program, steps=50).targets[0]
    assert found.change == "undecided"
    assert "too_large" in [because.cause for because in found.because]


def test_scores_are_compared() -> None:
    """A score is the same, or a customer has another one."""
    other = DIMENSIONS.replace("cap: 10", "cap: 20")
    found = changes(rules_of("a > 1").program, rules_of("a > 1", dimensions=other).program)
    [score] = found.scores
    assert score.change == "changed"
    assert score.witness is not None
    assert_witnesses(found, (rules_of("a > 1"), rules_of("a > 1", dimensions=other)))
    assert changes(rules_of("a > 1").program, rules_of("a > 2").program).scores[0].change == "same"


def test_benefits_are_compared() -> None:
    """What a target earns: new, gone, the same, or under another condition."""
    grant = "benefits: [{for: T, when: a > %s, grant: {discount: {percent: %s}}}]"
    before = rules_of("a > 1", grant % (3, 5)).program
    kinds = {
        (3, 5): ["same"], (4, 5): ["narrower"], (2, 5): ["wider"], (3, 7): ["new", "gone"],
    }  # fmt: skip
    for pair, expected in kinds.items():
        found = changes(before, rules_of("a > 1", grant % pair).program)
        assert [benefit.change.change for benefit in found.benefits] == expected
        assert [change.change for change in found.targets] == ["same"]
