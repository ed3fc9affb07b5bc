"""Records that bring their order lines: the rule set of the pipeline, 30 lines each, and the same by hand."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from benchmarks.pipeline import COLUMNS, DAY, WINDOWS, rules

LINES = 30
_STARTS = {
    days: dt.datetime.combine(DAY - dt.timedelta(days), dt.time(), dt.UTC) for days in WINDOWS
}  # the rule set is in UTC
_END = dt.datetime.combine(DAY, dt.time(), dt.UTC)

Case = dict[str, Any]
"""A record, and its lines."""


def cases(count: int, seed: int) -> list[Case]:
    """Customers with their lines of about two years."""
    rng = random.Random(f"lines-{seed}")
    made = []
    for at in range(count):
        key = f"{seed}-{at}"
        lines = [
            {
                "customer": key,
                "sold_at": _END - dt.timedelta(seconds=rng.randrange(62_000_000)),
                "amount": round(rng.expovariate(1 / 200), 2),
                "status": rng.choices(("settled", "returned"), (9, 1))[0],
            }
            for _ in range(LINES)
        ]
        made.append({"record": {"customer": key, "segment": f"c{rng.randrange(40)}"}, "lines": lines})
    return made


def by_hand(count: int) -> Callable[[Case], list[str]]:
    """The loop that a person writes: sums as they come, then one `if` per rule."""
    rule_list = rules(count)
    year, quarter, month = _STARTS[365], _STARTS[90], _STARTS[30]

    def tags(case: Case) -> list[str]:
        found = dict.fromkeys(COLUMNS, 0.0)
        largest = None
        for line in case["lines"]:
            time, amount = line["sold_at"], line["amount"]
            if not year <= time < _END:
                continue
            largest = amount if largest is None or amount > largest else largest
            if time >= quarter:
                found["orders_90"] += 1
            if line["status"] == "returned":
                found["returned"] += amount
                continue
            found["spent_365"] += amount
            if time >= quarter:
                found["spent_90"] += amount
            if time >= month:
                found["spent_30"] += amount
        found["largest"] = -1.0 if largest is None else largest  # below every bound
        segment = case["record"]["segment"]
        return [
            tag
            for tag, (a, x), (b, y), wanted in rule_list
            if segment == wanted and round(found[a], 2) > x and round(found[b], 2) > y
        ]

    return tags
