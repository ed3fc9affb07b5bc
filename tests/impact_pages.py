"""A page with everything on it: hostile names, two ladders, costs, failures, in both languages."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from tests.houses import House
from tierkit.analysis.impact.figures import Impact
from tierkit.cli.impact_words import Wording
from tierkit.cli.pages.impact import page
from tierkit.engine import RuleSet, loads
from tierkit.engine.impact import impact
from tierkit.plugins import BenefitProvider, Granted

DAY = dt.date(2025, 11, 20)
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "{{ 7 * 7 }}",
    "</style></title><b>",
    "中文客户 😀",
    "x" * 300,
    "a&amp;b",
)
TEXT = """
ruleset: shop
version: "{version}"
title: {{en: Shop, zh: 商店}}
key: id
dimensions:
  amount: {{type: money, unit: CNY, min: 0, label: {{en: Amount of the month, zh: 月金额}}}}
  orders: {{type: integer, label: {{en: Orders, zh: 订单数}}}}
  mark:
    type: score
    label: {{en: Mark, zh: 评分}}
    scorecard:
      - {{dimension: amount, weight: 100%, cap: 1k}}
tags:
  Busy: {{label: {tag}}}
  Big: {{}}
rules:
  - {{id: busy, tag: Busy, when: orders >= {busy}, because: {because}}}
  - {{id: big, tag: Big, when: amount >= 900}}
ladders:
  value:
    label: {ladder}
    tiers:
      - {{id: gold, enter: mark >= {gold}, label: {tier}}}
      - {{id: silver, enter: mark >= 40, label: {{en: Silver, zh: 白银}}}}
      - {{id: bronze, enter: mark >= 10, label: {{en: Bronze, zh: 青铜}}}}
  size:
    tiers:
      - {{id: large, enter: orders >= 10}}
      - {{id: small}}
benefits:
  - {{for: value.gold, grant: {{voucher: {{}}, perks: {{texts: [tea]}}}}}}
"""


def versions(hostile: bool = True) -> tuple[RuleSet, RuleSet]:
    """Two versions whose labels mean harm, or do not."""
    names = {
        "tag": HOSTILE[0] if hostile else "Busy",
        "because": HOSTILE[1] if hostile else "Orders often",
        "ladder": HOSTILE[4] if hostile else "Value of the customer",
        "tier": HOSTILE[0] + HOSTILE[3] if hostile else "Gold",
    }
    slots = {name: json.dumps(text, ensure_ascii=False) for name, text in names.items()}
    voucher = BenefitProvider(
        name="voucher", grant=lambda *_: Granted({"amount": 30}), cost=lambda *_: 1234.5
    )
    house = House(voucher)
    old, new = (
        loads(TEXT.format(version=version, busy=busy, gold=gold, **slots), plugins=[house])
        for version, busy, gold in (("1.0.0", 3, 70), ("1.1.0", 5, 80))
    )
    return old, new


def customers(count: int = 400, *, hostile: bool = True) -> list[dict[str, Any]]:
    """Customers at every place, some of them with names that mean harm."""
    found: list[dict[str, Any]] = []
    for i in range(count):
        name = HOSTILE[i // 27 % len(HOSTILE)] if hostile and i % 27 in (19, 20) else f"C{i:05}"
        amount: Any = (i * 37) % 1000 + 0.5
        found.append({"id": name, "amount": None if i % 23 == 5 else amount, "orders": (i * 7) % 13})
        if i % 97 == 3:
            found[-1]["orders"] = "many" if hostile else 2.5
        if i % 41 == 2:
            found[-1].pop("orders")
    return found


def whole(locale: str = "en", *, hostile: bool = True, count: int = 400) -> tuple[Impact, str]:
    """An impact, and its page."""
    old, new = versions(hostile)
    found = impact(
        old, new, customers(count, hostile=hostile), as_of=DAY, quotas={"value.gold": 0.2}, movers=30
    )
    return found, page(found, Wording(locale, old, new))


if __name__ == "__main__":
    import sys
    from pathlib import Path

    Path(sys.argv[1]).write_text(whole(sys.argv[2], hostile=len(sys.argv) > 3)[1], encoding="utf-8")
