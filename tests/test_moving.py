"""The ways to a target and what would lose it, in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.command import run
from tierkit.decisions.explain import explain_target
from tierkit.engine import loads

TEXT = """
ruleset: words
version: 1
title: {en: Words, zh: 措辞}
dimensions:
  amount: {type: money, unit: CNY, label: {en: Amount, zh: 金额}, min: 0}
  orders: {type: number, label: {en: Orders, zh: 订单数}, min: 0}
  late: {type: integer, label: {en: Late payments, zh: 逾期次数}, min: 0}
  rate: {type: ratio, label: {en: Return rate, zh: 退货率}, min: 0, max: 1}
  since: {type: date, label: {en: Customer since, zh: 合作起始}}
  kind: {type: category, label: {en: Type, zh: 类型}, values: {shop: 商店, school: 学校, home: 个人}}
  likes: {type: set, label: {en: Likes, zh: 偏好}, values: {fish: 鱼, fruit: 水果}}
  city: {type: text, label: {en: City, zh: 城市}}
  blocked: {type: boolean, label: {en: Blocked, zh: 已冻结}, on_missing: false}
rules:
  - {id: any, tag: Any, when: amount >= 100 or orders >= 5 and late = 0}
  - {id: all, tag: All, when: "amount >= 100 and orders > 5 and late <= 2 and rate < 5% and since < '2025-12-01'
      and kind = 'shop' and has(likes, 'fish') and city = 'Rome'"}
  - {id: either, tag: Either, when: amount >= 100}
  - {id: or_this, tag: Either, when: orders >= 1}
  - {id: unknown, tag: Unknown, when: amount is missing}
ladders:
  size:
    label: {en: Size, zh: 规模}
    eligible: not blocked
    tiers:
      - {id: large, enter: amount >= 1k, label: {en: Large, zh: 大}}
      - {id: middle, enter: amount >= 100 or orders >= 20 and late = 0, label: {en: Middle, zh: 中}}
      - {id: small, enter: amount >= 10, label: {en: Small, zh: 小}}
"""
RULES = loads(TEXT)
RECORD = {
    "amount": 150, "orders": 8.5, "late": 1, "rate": 0.02, "kind": "shop", "likes": ["fish", "fruit"], "city": "Rome",
    "since": dt.date(2024, 1, 31),
}  # fmt: skip


def said(target: str, locale: str = "en", **record: Any) -> list[str]:
    """The lines on the ways to a target, and on what would lose it."""
    decision = RULES.evaluate({**RECORD, **record}, as_of="2025-11-20")
    lines = explain_target(decision, target, locale).splitlines()
    starts = (
        "  Smallest",
        "  Any one",
        "  No single",
        "  Now",
        "  达到",
        "  以下任一项变化",
        "  任何",
        "  目前",
    )
    at = next((i for i, line in enumerate(lines) if line.startswith(starts)), len(lines))
    return lines[at:]


def test_other_ways() -> None:
    """The smallest change first, then the ways that differ; a better tier is named."""
    assert said("Any", amount=10, orders=2) == [
        "  Smallest change that reaches it:",
        "    - Amount from 10.00 CNY to 100.00 CNY (+90.00 CNY)",
        "  Another way:",
        "    - Orders from 2 to 5 (+3)",
        "    - Late payments from 1 to 0 (−1)",
    ]
    assert said("size.middle", "zh", amount=20, orders=19)[:8] == [
        "  达到所需的最小变化：",
        "    - 金额由 ¥20.00 变为 ¥100.00（+¥80.00）",
        "  另一种办法：",
        "    - 订单数由 19 变为 20（+1）",
        "    - 逾期次数由 1 变为 0（−1）",
        "  目前为 小（规模），以下任一项变化都会使其失去：",
        "    - 金额低于 ¥10.00（−¥10.01；则不再有等级）",
        "    - 已冻结：是（则不再有等级）",
    ]


def test_a_way_to_a_better_tier() -> None:
    """Where a way ends in a better tier, it says which."""
    better = TEXT.replace("enter: amount >= 10, label: {en: Small", "enter: city = 'Oslo', label: {en: Small")
    decision = loads(better).evaluate(
        {"amount": 5, "orders": 1, "late": 2, "city": "Rome"}, as_of="2025-11-20"
    )
    lines = explain_target(decision, "size.small").splitlines()
    at = lines.index("  Smallest change, which reaches Middle (Size):")
    assert lines[at + 1 : at + 6] == [
        "    - Amount from 5.00 CNY to 100.00 CNY (+95.00 CNY)",
        "  Another way:",
        "    - City from “Rome” to “Oslo”",
        "  Another way, which reaches Middle (Size):",
        "    - Orders from 1 to 20 (+19)",
    ]


def test_everything_that_would_lose_it() -> None:
    """The nearest first, at the rounder of two values; what has no distance after that; not more than six."""
    assert said("All") == [
        "  Any one of these changes would lose it:",
        "    - Return rate 5% or more (+3 points)",
        "    - Amount below 100.00 CNY (−50.01 CNY)",
        "    - Late payments above 2 (+2)",
        "    - Orders 5 or less (−3.5)",
        "    - Customer since Dec 1, 2025 or later (+670 days)",
        "    - Type: 学校, 个人",
        "    - and 2 more",
    ]
    assert said("All", "zh")[1:7] == [
        "    - 退货率达到 5% 或以上（+3 个百分点）",
        "    - 金额低于 ¥100.00（−¥50.01）",
        "    - 逾期次数高于 2（+2）",
        "    - 订单数降到 5 或以下（−3.5）",
        "    - 合作起始晚至 2025年12月1日 或以后（+670天）",
        "    - 类型：学校、个人",
    ]


@pytest.mark.parametrize(
    ("target", "record", "lines"),
    [
        ("Either", {}, ["  No single change would lose it."]),
        (
            "Unknown",
            {"amount": None},
            ["  Any one of these changes would lose it:", "    - Amount: 0.00 CNY"],
        ),
        (
            "size.small",  # in a better tier
            {},
            [
                "  Any one of these changes would lose it:",
                "    - Amount below 10.00 CNY (−140.01 CNY; then without a tier)",
                "    - Blocked: yes (then without a tier)",
            ],
        ),
        (
            "size.large",
            {},
            [
                "  Smallest change that reaches it:",
                "    - Amount from 150.00 CNY to 1,000.00 CNY (+850.00 CNY)",
                "  Now Middle (Size); any one of these changes would lose it:",
                "    - Amount below 100.00 CNY (−50.01 CNY; then Small)",
                "    - Blocked: yes (then without a tier)",
            ],
        ),
    ],
)
def test_what_would_lose_it(target: str, record: dict[str, Any], lines: list[str]) -> None:
    """Of what is held, of the better tier that is held, and of the tier the customer is in now."""
    assert said(target, **record) == lines


def test_sets() -> None:
    """A set is said as it is and as it would be."""
    rules = loads(
        TEXT.replace("and city = 'Rome'", "").replace("amount >= 100 and orders > 5 and late <= 2 and", "")
    )
    text = explain_target(rules.evaluate(RECORD, as_of="2025-11-20"), "All")
    assert "    - Likes from 鱼, 水果 to 水果" in text.splitlines()


def test_the_command_line_has_them_as_data(tmp_path: Any) -> None:
    """`paths` and `leeway` are in the JSON of a target, null and empty where there is nothing."""
    path = tmp_path / "words.yaml"
    path.write_text(TEXT, encoding="utf-8")
    record = '{"amount": 10, "orders": 2, "late": 1}'
    options = ("--record", record, "--as-of", "2025-11-20", "--format", "json", "--for")
    asked = run("explain", path, *options, "Any").json
    assert [[change["dimension"] for change in way["changes"]] for way in asked["paths"]] == [
        ["amount"],
        ["orders", "late"],
    ]
    assert (asked["paths"][0], asked["leeway"]) == (asked["path"], None)
    held = run("explain", path, *options, "size.small").json
    assert held["leeway"] == {
        "target": "size.small",
        "limits": [
            {
                "dimension": "amount",
                "before": 10.0,
                "keeps": 10.0,
                "loses": 9.99,
                "delta": -0.01,
                "then": None,
            },
            {
                "dimension": "blocked",
                "before": False,
                "keeps": None,
                "loses": True,
                "delta": None,
                "then": None,
            },
        ],
    }
