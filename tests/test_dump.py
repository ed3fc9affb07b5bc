"""`tierkit.dumps`: JSON that loads to an equal rule set, whatever scalars the file was written with."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tierkit
from tests.strategies import records, rule_sets
from tierkit.program.terms import Const

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("rulesets/*.yaml"), *ROOT.glob("examples/*/*.yaml")])

PLAIN = """
10k 5% 007 NO no 0 -0 -3 1.10 1e3 1_000 1.5万 100% 12:30 0x10 +5 1e30 .5 5. 上海 7x24 true false 2025-01-01
Null unknown error ~x 1k% 0.1 123456789012345678 1e-18 NaN .inf 5k5 k
"""
QUOTED = (
    "'5'", '"10k"', "'true'", "'2025-01-01'", "'null'", "'~'", "''", "'it''s'", '"a\\u200bb"', '"tab\\there"',
    '"line\\nline"', '"\\\\ \\""', '"😀"', '"\\uffff"', "a b", "a  b", '"a:b # c"', "'#5'", "'{\"a\": 1}'",
)  # fmt: skip
scalars = st.sampled_from([*PLAIN.split(), *QUOTED])


def loaded(text: str) -> tierkit.RuleSet:
    """The rule set of `text`."""
    return tierkit.loads(text)


def again(ruleset: tierkit.RuleSet) -> tierkit.RuleSet:
    """The rule set of its dump, which must be JSON."""
    text = tierkit.dumps(ruleset)
    json.loads(text)
    return tierkit.loads(text)


def plain(value: Any) -> Any:
    """Constants as their values, dates as texts: what a parameter means where it is used."""
    if isinstance(value, Const):
        return value.value.isoformat() if isinstance(value.value, dt.date) else value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_set_of_the_repository_survives(path: Path) -> None:
    """Loading the dump gives an equal rule set with the same benefits and decisions, and the same dump."""
    ruleset = tierkit.load(path)
    back = again(ruleset)
    assert ruleset == back
    assert ruleset.program.benefits == back.program.benefits
    assert ruleset.program.ladders.keys() == back.program.ladders.keys()
    assert tierkit.dumps(ruleset) == tierkit.dumps(back)
    for example in ruleset.examples:
        own = [
            name for name in example.given if name in ruleset.dimensions and ruleset.dimensions[name].computed
        ]
        before, after = (
            r.evaluate(example.given, as_of=example.as_of or "2025-11-20", given=own) for r in (ruleset, back)
        )
        assert before.to_dict() == after.to_dict()


@settings(max_examples=40)
@given(rule_sets(), records())
def test_drawn_rule_sets_decide_alike(ruleset: tierkit.RuleSet, record: dict[str, Any]) -> None:
    """Whatever the conditions, the dump gives the same decision for the same record, reasons included."""
    back = again(ruleset)
    assert ruleset == back
    before, after = (r.evaluate(record, as_of="2025-01-31") for r in (ruleset, back))
    assert before == after
    assert before.reasons == after.reasons


@given(scalars, st.lists(scalars, min_size=1, max_size=3))
def test_parameters_survive(one: str, several: list[str]) -> None:
    """A parameter keeps its value: numbers as numbers, what is quoted as text, dates as the text they are."""
    text = f"""
ruleset: a
version: 007
parameters:
  one: {{value: {one}}}
  by_kind: {{by: kind, value: {{x: {one}}}, else: {one}}}
dimensions:
  kind: {{type: category, values: [x, 'y']}}
"""
    try:
        ruleset = loaded(text)
    except tierkit.RuleSetError:  # a number out of range, a date that is none
        return
    back = again(ruleset)
    assert ruleset == back
    assert {n: plain(p.value) for n, p in ruleset.parameters.items()} == {
        n: plain(p.value) for n, p in back.parameters.items()
    }
    try:
        listed = loaded(
            f"ruleset: a\nversion: 1\nparameters:\n  several:\n    value: [{', '.join(several)}]\n"
        )
    except tierkit.RuleSetError:  # values of several types
        return
    assert plain(listed.parameters["several"].value) == plain(again(listed).parameters["several"].value)
    assert listed == again(listed)


@given(scalars, scalars)
def test_grants_survive(one: str, other: str) -> None:
    """What a benefit grants is the same data, of the same types."""
    key = "'k'" if ":" in other else other
    ruleset = loaded(f"""
ruleset: a
version: 1.10
dimensions: {{x: {{type: number}}}}
rules: [{{id: r, tag: NO, when: x > 1}}]
benefits:
  - for: NO
    grant: {{attributes: {{percent: {one}, list: [{other}, {{deep: {one}}}], {key}: 1}}}}
""")
    back = again(ruleset)
    before, after = ruleset.program.benefits[0].awards[0].params, back.program.benefits[0].awards[0].params
    assert before == after
    assert repr(before) == repr(after)


@given(scalars)
def test_examples_survive(scalar: str) -> None:
    """The record and the expectation of an example stay what they are, key included."""
    ruleset = loaded(f"""
ruleset: a
version: 1
key: id
dimensions:
  {{t: {{type: text}}, s: {{type: set}}, d: {{type: date}}, n: {{type: number}}, p: {{type: score}}}}
rules: [{{id: r, tag: '007', when: "n > 1"}}]
ladders: {{l: {{tiers: [{{id: only}}]}}}}
examples:
  - name: {scalar}
    as_of: 2025-11-20
    given: {{id: {scalar}, t: {scalar}, s: [{scalar}, NO], d: 2025-01-01, n: 5%, p: null}}
    expect:
      tags: [007]
      tiers: {{l: only}}
      scores: {{p: 1.50}}
      undetermined: []
      benefits: {{discount: {{percent: {scalar}}}}}
""")
    back = again(ruleset)
    assert ruleset == back
    assert repr(ruleset.examples[0].given) == repr(back.examples[0].given)
    assert repr(ruleset.examples[0].expect) == repr(back.examples[0].expect)


@given(scalars, st.sampled_from(["text", "number", "date", "boolean", "integer", "category", "money"]))
def test_defaults_survive(scalar: str, type_: str) -> None:
    """`on_missing` stays the policy or the value it is, also where a text is a word of the language."""
    values = "values: ['007', NO, unknown, error, '10k', 上海]" if type_ == "category" else ""
    for written in (scalar, f"{{default: {scalar}}}"):
        text = f"dimensions: {{x: {{type: {type_}, {values}, on_missing: {written}}}}}"
        try:
            ruleset = loaded(f"ruleset: a\nversion: 1\n{text}".replace(", ,", ","))
        except tierkit.RuleSetError:
            continue
        back = again(ruleset)
        assert ruleset == back
        assert ruleset.dimensions["x"].on_missing == back.dimensions["x"].on_missing


def test_digest_tells_apart_what_decides_differently() -> None:
    """A default of `007` is not that of `7` for a text, but `10k` is that of `10000` for a number."""

    def digest(type_: str, default: str) -> str:
        return loaded(
            f"{{ruleset: a, version: 1, dimensions: {{x: {{type: {type_}, on_missing: {default}}}}}}}"
        ).digest

    assert digest("text", "007") != digest("text", "7")
    assert digest("text", "error") != digest("text", "'error'")
    assert digest("text", "'error'") == digest("text", "{default: error}")
    assert digest("text", "error") == digest("text", "{policy: error}")
    assert digest("text", "abc") == digest("text", "'abc'")
    assert digest("number", "10k") == digest("number", "10000.0") == digest("number", "1万")
    assert digest("ratio", "5%") == digest("ratio", "0.05")


def test_digest_tells_numbers_from_texts_in_grants() -> None:
    """A parameter of a benefit that is a number differs from the text that looks like it."""

    def digest(value: str) -> str:
        return loaded(
            "{ruleset: a, version: 1, dimensions: {x: {type: number}}, "
            "rules: [{id: r, tag: T, when: x > 1}], "
            f"benefits: [{{for: T, grant: {{d: {{v: {value}}}}}}}]}}"
        ).digest

    assert (
        len({digest(v) for v in ("5", "'5'", "'#5'", "true", "'true'", "{number: 5}", "null", "'null'")}) == 8
    )
    assert digest("10k") == digest("10000")


def test_dates_as_parameters_mean_the_same_quoted() -> None:
    """JSON has no dates: a parameter with a date as text works wherever one with a bare date does."""
    conditions = [
        "d > p", "d in several", "d > by_kind", "coalesce(d, p) > e", "days_between(d, by_kind) > 3",
        "case when kind = 'x' then p else by_kind end > e", "month(by_kind) = 3", "derived > e",
    ]  # fmt: skip
    rules = "\n".join(f'  - {{id: r{i}, tag: T{i}, when: "{when}"}}' for i, when in enumerate(conditions))
    ruleset = loaded(f"""
ruleset: a
version: 1
parameters:
  p: {{value: 2025-03-01}}
  several: {{value: [2025-03-01, 2025-03-02]}}
  by_kind: {{by: kind, value: {{x: 2025-03-01}}, else: 2025-04-01}}
dimensions:
  d: {{type: date}}
  e: {{type: date}}
  kind: {{type: category, values: [x, z]}}
  derived: {{type: date, value: case when kind = 'x' then p else by_kind end}}
rules:
{rules}
""")
    back = again(ruleset)
    assert ruleset == back
    record = {"d": dt.date(2025, 3, 2), "e": dt.date(2025, 1, 1), "kind": "z"}
    before, after = (r.evaluate(record, as_of="2025-11-20") for r in (ruleset, back))
    assert before.tags == after.tags
    assert before.reasons == after.reasons


def test_conditions_of_any_layout_survive() -> None:
    """Folded, quoted and tree conditions come out as one line of the same meaning."""
    ruleset = loaded("""
ruleset: a
version: 1
dimensions: {x: {type: number}, t: {type: text}}
rules:
  - id: folded
    tag: A
    when: >
      x   > 10k
      and t = 'a  b'
  - {id: quoted, tag: B, when: "t = '\\u00e9, \\"x\\"'"}
  - id: block
    tag: C
    when: |
      x between 1
        and 5%
""")
    assert ruleset == again(ruleset)
    assert "\"x > 10k and t = 'a  b'\"" in tierkit.dumps(ruleset)


def test_dump_is_laid_out_for_people() -> None:
    """No line of a dump is longer than a screen unless a single text is, and comments are gone."""
    text = tierkit.dumps(tierkit.load(ROOT / "rulesets" / "rfm.yaml"))
    assert all(len(line) <= 110 or line.count('": ') <= 1 for line in text.splitlines())
    assert "#" not in text
