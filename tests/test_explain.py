"""Decisions in words: golden texts, every operator on every type, and what must hold for any decision.

The golden files are written by `python -m tests.test_explain`; read the difference before you keep it.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierkit
from tests import matrix
from tests.decision_records import DAY, ROOT, SHIPPED, examples, records
from tests.wording import CONDITIONS, GOOD, wording
from tierkit.decisions import Decision, words
from tierkit.decisions.explain import explain, explain_target
from tierkit.decisions.reasons import MissingValue
from tierkit.decisions.voice import Voice
from tierkit.decisions.whys import targets
from tierkit.errors import RecordError
from tierkit.errors.messages import _SLOT
from tierkit.program.domain import CAUSES, MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"
PRODUCE = ROOT / "rulesets/fresh-produce.yaml"

# -- golden texts


def sentences() -> str:
    """Every condition: as it holds, as its opposite must, and as it is unknown, in both languages."""
    rules = wording()
    known, unknown = (
        rules.evaluate(GOOD, as_of="2025-11-20"),
        rules.evaluate({"id": "k2"}, as_of="2025-11-20"),
    )
    lines = []
    for at, condition in enumerate(CONDITIONS):
        lines += ["", f"# {condition}"]
        for locale in ("en", "zh"):
            for decision in (known, unknown):
                for target in (f"Yes{at}", f"No{at}"):
                    kind = "is" if target in decision.tags else "must"
                    lines += [f"{kind:4} {line}" for line in said(decision, target, locale)]
    return "\n".join(lines[1:]) + "\n"


def said(decision: Decision, target: str, locale: str) -> list[str]:
    """The sentences on one target, without the way to it."""
    text = explain_target(decision, target, locale)
    for words_for_the_way in (
        "\n  Smallest", "\n  No change", "\n  达到", "\n  改变", "\n  Any one", "\n  No single", "\n  以下任一项变化",
        "\n  任何单项",
    ):  # fmt: skip
        text = text.partition(words_for_the_way)[0]
    return [line.strip()[2:] for line in text.splitlines() if line.strip().startswith("- ")]


def produce(locale: str) -> str:
    """Every example of the starter, explained."""
    names = [example.name for example in tierkit.load(PRODUCE).examples]
    texts = [explain(decision, locale) for decision in examples(PRODUCE)]
    return "\n\n".join(f"==== {name}\n{text}" for name, text in zip(names, texts, strict=True)) + "\n"


ASKED = {
    0: ["VIP", "value.gold"],
    1: ["value.diamond"],
    2: ["shared_route"],
    4: ["VIP"],
    5: ["VIP"],
    9: ["VIP", "value.diamond"],
    10: ["festival_offer"],
    11: ["zone.far"],
    12: ["churn_risk"],
    13: ["gourmet"],
    15: ["VIP"],
}
"""Targets to ask about, by example of the starter."""


def asked(locale: str) -> str:
    """Some targets of some examples of the starter."""
    found = examples(PRODUCE)
    texts = [explain_target(found[at], target, locale) for at, names in ASKED.items() for target in names]
    return "\n\n".join(texts) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "sentences.txt": sentences,
    "fresh-produce.en.txt": lambda: produce("en"),
    "fresh-produce.zh.txt": lambda: produce("zh"),
    "targets.en.txt": lambda: asked("en"),
    "targets.zh.txt": lambda: asked("zh"),
}


@pytest.mark.parametrize("name", FILES)
def test_golden_texts(name: str) -> None:
    """The words are those that were read and found good."""
    assert FILES[name]().splitlines() == (GOLDEN / name).read_text(encoding="utf-8").splitlines()


def test_the_sentence_of_the_manual() -> None:
    """The two sentences that the documentation shows."""
    rules = tierkit.load(PRODUCE)
    record = {"customer_id": "c1", "monthly_amount": 12_500, "return_rate": 0.03, "industry": "restaurant"}
    decision = rules.evaluate(record, as_of="2025-11-20")
    en = "Monthly order amount 12,500.00 CNY is above 10,000.00 CNY (by 2,500.00 CNY; parameter vip_amount)"
    zh = "月订单金额 ¥12,500.00 高于 ¥10,000.00（超出 ¥2,500.00；参数 vip_amount）"
    assert f"- {en}\n" in decision.explain()
    assert f"- {zh}\n" in decision.explain("zh_CN")


# -- what holds for any decision


def check_text(decision: Decision, locale: str) -> None:
    """The text is printable, always the same, and names every tag, tier and open rule."""
    text, labels = explain(decision, locale), Voice(decision, locale).labels
    assert text == explain(decision, locale)
    check_layout(text)
    wanted = [labels.tag(tag) for tag in decision.tags]
    wanted += [labels.tier(ladder, tier) for ladder, tier in decision.tiers.items() if tier is not None]
    for item in decision.undetermined:
        wanted.append(
            labels.name(item.ladder)
            if item.ladder is not None
            else words.Words(locale).say("rule", rule=str(item.rule))
        )
        wanted += [labels.name(missing.dimension) for missing in item.missing]
    wanted += [labels.name(score) for score in decision.scores]
    wanted += [labels.target(grant.target) for grant in decision.benefits]
    assert [label for label in wanted if label not in text] == []


def check_layout(text: str) -> None:
    """Lines are indented by steps of two and hold nothing that could move them."""
    lines = text.split("\n")
    assert {unicodedata.category(c) for line in lines for c in line}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert not {"\u202a", "\u202e", "\u2066", "\u2069"} & set(text)
    assert all((len(line) - len(line.lstrip(" "))) % 2 == 0 for line in lines)
    assert all(line == line.rstrip(" ") for line in lines)
    assert max(map(len, lines)) < 1000


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_decision_can_be_explained(path: Path, data: st.DataObject) -> None:
    """Whatever the record, the text is made, in any locale, and leaves nothing out."""
    rules = tierkit.load(path)
    record = data.draw(records(rules))
    decision = rules.evaluate(
        {rules.program.key: data.draw(st.text() | st.integers() | st.none()), **record}, as_of=DAY
    )
    for locale in ("en", "zh", "de"):
        check_text(decision, locale)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_target_can_be_explained(path: Path, data: st.DataObject) -> None:
    """Whatever the record and the target, the text is made and says yes exactly when it is held."""
    rules = tierkit.load(path)
    decision = rules.evaluate(data.draw(records(rules)), as_of=DAY)
    target = data.draw(st.sampled_from(targets(rules.program)))
    with patch.object(Decision, "path_to", return_value=None):  # the way there has tests of its own
        text = explain_target(decision, target)
    check_layout(text)
    held = (
        f"{target.split('.')[0]}.{decision.tiers.get(target.split('.')[0])}" == target
        or target in decision.tags
    )
    assert (text.splitlines()[2] == f"{Voice(decision, 'en').labels.target(target)}: yes") == held


def test_the_boundary_matrix_can_be_explained() -> None:
    """Every operator on every boundary value has words, whether it holds, fails or is unknown."""
    rules = matrix.rule_set()
    for record in list(matrix.records())[::25]:
        try:
            decision = rules.evaluate(record, as_of=matrix.DAY)
        except RecordError:
            continue
        for locale in ("en", "zh"):
            check_text(decision, locale)
            voice = Voice(decision, locale)
            for rule in rules.program.rules[::7]:
                for reason in decision.why_not(rule.tag):
                    check_layout("\n".join(voice.findings(reason.findings, "")))


NUMBERS = (
    st.floats(-1e6, 1e6).map(lambda x: round(x, 12))
    | st.floats(-1e17, 1e17)
    | st.integers(-999, 999).map(float)
)


@given(
    st.sampled_from(
        ["number", "money, unit: CNY", "ratio", "number, unit: days", "money, unit: JPY", "money, scale: 2"]
    ),
    st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
    NUMBERS,
    st.integers(-4, 4),
    NUMBERS | st.none(),
)
@settings(max_examples=300, deadline=None)
def test_a_sentence_never_shows_two_numbers_alike(
    type_: str, operator: str, limit: float, ulps: int, value: float | None
) -> None:
    """A value and its threshold look alike only when they are equal, however close they are."""
    limit = 0.0 if abs(limit) < 1e-15 or ("money" in type_ and abs(limit) >= 1e13) else limit
    near = limit if limit == 0.0 else limit * (1 + ulps * sys.float_info.epsilon)
    rules = tierkit.loads(
        f"{{ruleset: a, version: 1, dimensions: {{x: {{type: {type_}}}}}, "
        f"rules: [{{id: r, tag: R, when: x {operator} {Decimal(repr(limit)):f}}}]}}"
    )
    decision = rules.evaluate({"x": near if value is None else value}, as_of=DAY)
    found = decision.values["x"].value
    if found is None:
        return
    (sentence,) = said(decision, "R", "en")
    threshold = (decision.reasons or decision.why_not("R"))[0].findings[0].threshold
    shown = re.findall(r"-?¥?[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?", sentence)
    if operator == "=" and "R" in decision.tags:
        assert len(shown) == 1
    else:
        assert (shown[0] == shown[1]) == (found == threshold)


# -- words


def test_every_cause_has_words() -> None:
    """Each cause of a missing value is told, with the table or the provider it speaks of."""
    assert set(words.CAUSES) == set(CAUSES)
    decision = wording().evaluate({"id": 1}, as_of=DAY)
    voice = Voice(decision, "en")
    causes = {cause: voice.sentences.cause(MissingValue("orders", cause)) for cause in CAUSES}
    assert causes["not_given"] == "its table orders was not handed over"
    assert len(set(causes.values())) == len(CAUSES)
    assert voice.sentences.cause(MissingValue("alive", "provider_failed")) == "its provider btyd failed"
    assert [line for line in explain(decision).splitlines() if "provider" in line] == [
        "    - Alive is missing (no plugin offers its provider btyd)"
    ]
    for raw, cause in (
        (float("nan"), "not a number"),
        (float("inf"), "infinite"),
        (None, "no value"),
        (1e19, "outside the allowed range"),
    ):
        text = explain(wording().evaluate({"weight": raw}, as_of=DAY))
        assert f"Weight: {cause}" in text
    text = explain(
        wording().evaluate(
            {"kind": "kiosk", "stores": 0, "amount": 5, "orders": MISSING["not_given"]}, as_of=DAY
        ),
        "zh",
    )
    assert "类型：不是已知取值" in text
    assert "均值：除数为零，无法计算" in text
    assert "订单数 缺失（未提供数据表 orders）" in text


def test_templates_have_the_same_slots_in_both_languages() -> None:
    """What one language says, the other says too; and what is written down is used."""
    pairs = [
        *words.WORDS.values(),
        *words.DISTANCES.values(),
        *words.CAUSES.values(),
        *words.PARAMS.values(),
        *words.PROVIDERS.values(),
    ]
    assert [pair for pair in pairs if set(_SLOT.findall(pair[0])) != set(_SLOT.findall(pair[1]))] == []
    for phrases in words.OPERATORS.values():
        slots = [set(_SLOT.findall(phrase)) or {"subject", "limit"} for phrase in phrases]
        assert slots == slots[:1] * 4
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src/tierkit/decisions").glob("*.py")
    )
    functions = {"days_between", "weekday", "month", "abs", "floor", "ceil", "least", "greatest", "coalesce"}
    plurals = {"points", "percent points"}
    used = {name for name in words.WORDS if len(re.findall(f"[\"']{name}[\"']", source)) > 1}
    assert set(words.WORDS) - used == functions - used | plurals - used


@pytest.mark.parametrize(
    ("locale", "title"),
    [("en_GB", "Tags: none"), ("zh-Hant", "标签：无"), ("ZH", "标签：无"), ("xx", "Tags: none")],
)
def test_locales(locale: str, title: str) -> None:
    """Chinese locales get Chinese words, all others English ones."""
    rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}}")
    assert title in rules.evaluate({}, as_of=DAY).explain(locale)


def test_numbers_of_another_locale() -> None:
    """English words take the number format of the locale."""
    decision = tierkit.load(PRODUCE).evaluate({"monthly_amount": 12_500, "return_rate": 0.0399}, as_of=DAY)
    text = decision.explain("de_DE")
    assert "Monthly order amount 12.500,00 CNY is above 10.000,00 CNY" in text
    assert "3,99\xa0% is below 5\xa0% (by 1,01 points)" in text


@pytest.mark.parametrize(
    ("days", "rate", "score", "day", "expected"),
    [
        (4, 0.04, 4, 2, ["by 1 day", "by 1 point", "by 1 point", "by 1 day"]),
        (5, 0.035, 5.5, 4, ["by 2 days", "by 0.5 points", "by 2.5 points", "by 3 days"]),
    ],
)
def test_plurals(days: int, rate: float, score: float, day: int, expected: list[str]) -> None:
    """One day, one point; two days, two points, half a point."""
    rules = tierkit.loads("""{ruleset: a, version: 1,
      dimensions: {d: {type: integer, unit: days}, r: {type: ratio}, s: {type: score}, e: {type: date}},
      rules: [{id: d, tag: D, when: d > 3}, {id: r, tag: R, when: r > 3%}, {id: s, tag: S, when: s > 3},
        {id: e, tag: E, when: "e > '2025-01-01'"}]}""")
    decision = rules.evaluate({"d": days, "r": rate, "s": score, "e": dt.date(2025, 1, day)}, as_of=DAY)
    assert re.findall(r"\((by .*)\)", decision.explain()) == expected


if __name__ == "__main__":
    for name, make in FILES.items():
        (GOLDEN / name).write_text(make(), encoding="utf-8")
