"""The parts of a text about a decision: head, tiers, benefits, targets, and what hostile texts cannot do."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

import tierkit
from tests.decision_records import DAY, ROOT
from tests.test_explain import check_layout
from tests.wording import GOOD, wording
from tierkit.decisions.explain import explain_target
from tierkit.decisions.reasons import Finding
from tierkit.decisions.voice import Voice
from tierkit.errors import UsageError

PRODUCE = ROOT / "rulesets/fresh-produce.yaml"
PARTS = tierkit.load(Path(__file__).parent / "golden" / "parts.yaml")


def text(target: str = "", locale: str = "en", **record: object) -> str:
    """What is said about a record, or about a target, under the rule set of this file."""
    decision = PARTS.evaluate({"allowed": True, **record}, as_of=DAY)
    return explain_target(decision, target, locale) if target else decision.explain(locale)


def test_head() -> None:
    """The customer, the rule set, its version and the day; what was known then, when that was asked."""
    rules = tierkit.load(PRODUCE)
    decision = rules.evaluate({"customer_id": 7}, as_of="2026-02-10", known_at="2026-02-01")
    en, zh = (decision.explain(locale).splitlines()[0] for locale in ("en", "zh"))
    title = "Fresh-produce customer grading, version 2025.11.0, Feb 10, 2026"
    assert en == f"Customer 7: {title}, with what was known on Feb 1, 2026"
    assert zh == "客户 7：生鲜客户分级，版本 2025.11.0，2026年2月10日，按 2026年2月1日 已知的数据"
    assert rules.evaluate({}, as_of="2026-02-10").explain().startswith(f"{title}\n")


def test_a_tier_and_its_tag() -> None:
    """The findings of a tier stand with the tier; a tag that comes with it says so."""
    tags, tiers, scores = text(x=11, own=12).split("\n\n")[1:4]
    assert tags == "Tags\n  N: rule n\n    - Size 11 is above 5 (by 6)\n  Best: Large (First: Top)"
    assert tiers.splitlines()[1:4] == [
        "  First: Top (Large)",
        "    - Size 11 is above 10 (by 1)",
        "  Second: Any (everyone else)",
    ]
    assert scores == "Scores\n  Own score: 12"


def test_no_tier() -> None:
    """No tier takes the customer, or the ladder does not, and then it is told why."""
    shown = text(x=1)
    assert "\n  First: no tier\n  Second: no tier, not eligible\n    - Size 1 is at most 3 (by 2)\n" in shown
    assert "\n  Own score: unknown\n    - Own score: not given in the record" in shown


def test_not_eligible() -> None:
    """Who is not graded gets the reason, and nothing about tags and tiers."""
    shown = text(x=99, blocked=True)
    assert shown.split("\n\n")[1] == "Not eligible: no tags, tiers or benefits\n  - Blocked: yes"
    assert "Tiers" not in shown
    assert "\n\n不参与分级：没有标签、等级和权益\n  - Blocked：是\n" in text(locale="zh", x=99, blocked=True)


def test_open_eligibility() -> None:
    """Who may not be graded at all has everything open, for that reason."""
    assert "  First: not decided, possible are Top, Low, no tier\n    - Allowed: no value\n" in text(
        x=99, allowed=None
    )


def test_benefits_of_any_shape() -> None:
    """Parameters of providers that nobody knows are readable too."""
    assert text(x=11).split("\n\n")[4].splitlines() == [
        "Benefits",
        "  Best",
        "    - plain",
        "    - odd one: list: 1, two, a: yes; none: no value; deep: a: b: 2.5",
        "    - discount: 2.5%",
        "    - payment terms: 1 day",
        "    - delivery: daily; documents: batch certificates",
    ]


def test_a_rule_out_of_its_days() -> None:
    """A rule that is over, and one that is still to come, say so."""
    shown = text("Dated", x=11)
    assert "rule dated still needs:\n    - valid only from Jan 1, 2027\n" in shown
    assert "rule gone still needs:\n    - valid only through Jan 1, 2025\n" in shown
    assert "rule once still needs:\n    - valid only from Jan 1, 2027 through Jan 5, 2027\n" in shown


def test_a_better_tier() -> None:
    """Who is in a better tier needs nothing; one who might be waits for it to be decided."""
    shown = text("one.low", x=11)
    assert "\n\nLow (First): no, in the better tier Top\n  Any one of these changes would lose it:\n" in shown
    assert "\n    - Size 5 or less (−6; then without a tier)\n" in shown
    assert text("three.second", x=11).splitlines()[2:6] == [
        "second (three): not decided",
        "  three: second needs nothing more",
        "    three: not decided, possible are first, second",
        "      - Why: not given in the record",
    ]


def test_an_unknown_target() -> None:
    """A target that no rule gives is refused."""
    with pytest.raises(UsageError, match=r"did you mean `one\.low`"):
        text("one.lo")


@pytest.mark.parametrize(
    ("target", "end"),
    [
        ("R", "Rate from 7% to just below 5% (−2 points)"),
        ("M", "Sum from €4.00 to €10.01 (+€6.01)"),
        ("K", "Kind from Ah to Bee"),
        ("D", "Day from Jan 1, 2025 to Jan 1, 2026"),
        ("N", "Size from 4 to just above 5 (+1)"),
        ("No", "No change of these values reaches it."),
    ],
)
def test_the_way_there(target: str, end: str) -> None:
    """Each change with its distance; a value just beside its bound is told as such."""
    shown = text(target, rate=0.07, sum=4, kind="a", day=dt.date(2025, 1, 1), x=4)
    assert shown.splitlines()[-1].strip(" -") == end


def test_the_way_there_with_values_to_be_given() -> None:
    """A value that is missing has to be given."""
    assert text("M").endswith("\n  Smallest change that reaches it:\n    - Sum given as €10.01")
    assert text("M", "zh").endswith("\n  达到所需的最小变化：\n    - 补充 Sum：€10.01")


def test_hostile_text_does_not_break_the_layout() -> None:
    """Line breaks, directions, escapes and long texts stay on their line, wherever they come from."""
    hostile = "ev\nil\t\u202e\u2066\x1b[31m" + "x" * 9_000
    rules = tierkit.loads(
        json.dumps(
            {
                "ruleset": "a",
                "version": "1",
                "key": "id",
                "title": hostile,
                "parameters": {"p": {"value": ["a"], "label": hostile}},
                "dimensions": {
                    "city": {"type": "text", "label": hostile},
                    "m": {"type": "money", "unit": hostile},
                    "c": {"type": "category", "values": {"a": hostile}},
                },
                "tags": {"T": {"label": hostile}},
                "rules": [
                    {
                        "id": "r",
                        "tag": "T",
                        "when": "city != 'a' and city not in p and c = 'a'",
                        "because": hostile,
                    },
                    {"id": "s", "tag": "T", "when": "m > 1 and contains(city, 'b')"},
                ],
                "ladders": {"l": {"label": hostile, "tiers": [{"id": "t", "label": hostile}]}},
                "benefits": [{"for": "T", "grant": {"a": {"k": hostile}}}],
            }
        )
    )
    decision = rules.evaluate({"id": hostile, "city": hostile, "m": 5, "c": "a"}, as_of=DAY)
    for locale in ("en", "zh"):
        shown = decision.explain(locale)
        check_layout(shown)
        assert shown.count("\n") < 30
        assert r"ev\nil\t\u202e\u2066\x1b[31m" in shown
        check_layout(explain_target(decision, "T", locale))


def test_a_finding_without_its_leaf_is_still_told() -> None:
    """A finding that was made by hand is told by its expression."""
    voice = Voice(wording().evaluate(GOOD, as_of=DAY), "en")
    bare = Finding("x > 1", "x", 2.0, ">", 1.0, None, True, 1.0, "given")
    assert voice.sentences.finding(bare) == "x > 1"


def test_babel_is_loaded_only_for_words() -> None:
    """Deciding, and reasons as data, need no locale data."""
    code = """
import sys, tierkit
rules = tierkit.loads('{ruleset: a, version: 1, dimensions: {x: {type: number}}}')
decision = rules.evaluate({'x': 1})
decision.to_dict()
assert 'babel' not in sys.modules
decision.explain()
assert 'babel' in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
