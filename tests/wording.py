"""A rule set with a rule for every operator on every type, and a record that is known through and through."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from tierkit import RuleSet, loads

CONDITIONS = """
stores = 3
stores != 4
stores > 2
stores >= limit
stores < 9
stores <= 3
stores in (1, 3)
stores not in (1, 2)
stores between 1 and 5
stores > by_kind
weight > 2.5
weight < load
rate < 5%
rate >= 3%
amount > 10k
amount > 2 * before
amount + before > 5k
amount - 3 > 5k
amount - limit > 5k
3 + amount > 5k
0.5 * stores > 1
rate * amount > 5
amount * before > 5k
before / amount < 1
amount / stores >= mean
amount / stores > 5
mean > 100
mark > 20
abs(amount - before) > 1k
floor(weight) > 1
ceil(weight) <= 3
-stores < 0
greatest(amount, before) > 1k
least(amount, before) > 1k
coalesce(amount, before) > 1k
case when stores > 2 then 1 else 0 end > 0
consent
not consent
consent = large
consent is not missing
kind = 'shop'
kind != 'canteen'
kind in ('shop', 'canteen')
kind not in ('canteen')
grade = 'b'
grade in ('a', 'b')
city = '上海'
city != '北京'
city in ('上海', '北京')
city in ('上海', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')
city not in ('北京')
starts_with(city, '上')
not starts_with(city, '海')
ends_with(city, '海')
not ends_with(city, '上')
contains(city, '上')
not contains(city, '北')
equals_ignoring_case(city, '上海')
not equals_ignoring_case(city, 'a')
city is not missing
ends = '2026-03-05'
ends != '2026-03-06'
ends > '2025-01-01'
ends >= '2026-01-01'
ends < '2027-01-01'
ends <= '2026-03-05'
ends > began
ends > as_of
ends in ('2026-03-05', '2026-03-06')
ends between '2026-01-01' and '2026-12-31'
days_between(as_of, ends) > 30
month(ends) = 3
weekday(ends) >= 4
month(ends) != month(as_of)
has(wishes, 'speed')
not has(wishes, 'care')
has_any(wishes, ('speed', 'care'))
has_any(wishes, ('speed'))
not has_any(wishes, ('care'))
has_all(wishes, ('speed', 'price'))
not has_all(wishes, ('speed', 'care'))
has_one(wishes, ('speed', 'care'))
not has_one(wishes, ('speed', 'price'))
subset_of(wishes, ('speed', 'price'))
not subset_of(wishes, ('speed'))
not large
orders is missing
alive is missing
""".strip().splitlines()

GOOD: dict[str, Any] = {
    "id": "k1",
    "stores": 3,
    "weight": 2.75,
    "load": 2.751,
    "rate": 0.03,
    "amount": 20_000,
    "before": 9_000.5,
    "consent": True,
    "kind": "shop",
    "city": "上海",
    "ends": dt.date(2026, 3, 5),
    "began": dt.date(2025, 3, 5),
    "wishes": {"speed", "price"},
}


@cache
def wording() -> RuleSet:
    """A rule for every condition and one for its opposite."""
    rules = []
    for at, condition in enumerate(CONDITIONS):
        rules.append({"id": f"yes{at}", "tag": f"Yes{at}", "when": condition})
        rules.append({"id": f"no{at}", "tag": f"No{at}", "when": f"not ({condition})"})
    text = (Path(__file__).parent / "golden" / "wording.yaml").read_text(encoding="utf-8")
    return loads(f"{text}rules: {json.dumps(rules, ensure_ascii=False)}\n")
