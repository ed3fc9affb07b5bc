"""What the tables of the pages say beyond the code: a line for everything it knows, and cases to show."""

from __future__ import annotations

from typing import Any

from tierkit.program import types

WORLD = """
ruleset: world
version: 1
parameters:
  vip_amount: {value: 10k}
  delta_cities: {value: [上海, 杭州]}
dimensions:
  monthly_amount: {type: money}
  orders: {type: integer}
  return_rate: {type: ratio}
  industry: {type: category, values: [restaurant, supermarket, individual]}
  blacklisted: {type: boolean}
  city: {type: text}
  preferences: {type: set}
  customer_since: {type: date}
"""

FUNCTIONS = {
    "abs": ("abs(x)", "`x` without its sign"),
    "floor": ("floor(x)", "the largest whole number that is not above `x`"),
    "ceil": ("ceil(x)", "the smallest whole number that is not below `x`"),
    "least": ("least(a, b, …)", "the smallest; missing when one of them is"),
    "greatest": ("greatest(a, b, …)", "the largest; missing when one of them is"),
    "coalesce": ("coalesce(a, b, …)", "the first that is not missing"),
    "days_between": ("days_between(a, b)", "days from `a` to `b`; negative when `b` is earlier"),
    "weekday": ("weekday(d)", "1 for Monday to 7 for Sunday"),
    "month": ("month(d)", "1 for January to 12 for December"),
}

TEXT_TESTS = {
    "starts_with": "the text begins with `'x'`",
    "ends_with": "the text ends with `'x'`",
    "contains": "`'x'` occurs in the text",
    "equals_ignoring_case": "the same text, where `A` to `Z` count as `a` to `z` and nothing else is alike",
}

SET_TESTS = {
    "has": ("has(s, 'x')", "`'x'` is in the set"),
    "has_any": ("has_any(s, ('x', 'y'))", "at least one of them is in the set"),
    "has_all": ("has_all(s, ('x', 'y'))", "each of them is in the set"),
    "has_one": ("has_one(s, ('x', 'y'))", "exactly one of them is in the set"),
    "subset_of": ("subset_of(s, ('x', 'y'))", "nothing else is in the set; true for an empty set"),
}

AGGREGATES = {
    "sum": ("sum(x)", "the exact sum; 0 over no rows"),
    "count": ("count()", "how many rows; `count(distinct x)`: how many different values; 0 over no rows"),
    "avg": ("avg(x)", "the exact sum, divided by the count"),
    "min": ("min(x)", "the smallest"),
    "max": ("max(x)", "the largest"),
    "first": ("first(x)", "the value of the earliest row"),
    "last": ("last(x)", "the value of the latest row"),
    "mode": ("mode(x)", "the most frequent value; of several the smallest"),
    "stddev": ("stddev(x)", "the standard deviation"),
}

READINGS = (
    "blacklisted or orders > 3 and return_rate < 5%",
    "not blacklisted and orders > 3",
    "not orders > 3",
    "monthly_amount - orders * 2 > 10",
    "-orders + 1 < 0",
    "orders between 1 and 3 and blacklisted",
)

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("monthly_amount >= 10k", {"monthly_amount": 12_000}),
    ("monthly_amount >= 10k", {}),
    ("monthly_amount >= 10k and blacklisted", {"blacklisted": False}),
    ("monthly_amount >= 10k and blacklisted", {"blacklisted": True}),
    ("monthly_amount >= 10k or blacklisted", {"blacklisted": True}),
    ("industry != 'restaurant'", {}),
    ("industry != 'restaurant' or industry is missing", {}),
    ("monthly_amount > 5 or not monthly_amount > 5", {}),
    ("return_rate is missing", {}),
    ("coalesce(return_rate, 0) < 5%", {}),
    ("monthly_amount / orders > 100", {"monthly_amount": 500, "orders": 0}),
    ("has(preferences, 'fruit')", {"preferences": []}),
    ("has(preferences, 'fruit')", {}),
)

MISTAKES = (
    "montly_amount > 10k",
    "city = 上海",
    "industry = 'resturant'",
    "monthly_amount > 10,000",
    "monthly_amount == 10k",
    "monthly_amount ＞ 10k",
    'city = "Berlin"',
    "monthly_amount > 5%",
    "monthly_amount > '5000'",
    "1k < monthly_amount < 5k",
    "return_rate is null",
    "return_rate = missing",
    "'fruit' in preferences",
    "city contains 'Ber'",
    "customer_since >= 2025-01-01",
    "orders % 2 = 0",
    "orders >= 3 and",
    "(orders >= 3",
    "monthly_amount",
    "industry > 'restaurant'",
    "orders / 0 > 1",
    "as_of - customer_since > 365",
    "customer_since = '2025-02-30'",
    "vip_amount > 5k",
)

TYPES = {
    "boolean": (
        "`true` or `false`",
        "`flag`, `not flag`, `=` and `!=` with `true`, `false` or another boolean",
    ),
    "integer": (f"whole numbers up to ±{types.LARGEST_INTEGER:,}", "all comparisons, arithmetic"),
    "number": (
        f"0, or {types.SMALLEST:g} to {types.LARGEST:g} on either side",
        "all comparisons, arithmetic",
    ),
    "ratio": ("as `number`; a share, printed as a percentage", "all comparisons, arithmetic"),
    "score": ("as `number`; given, or made by a scorecard (0 to 100)", "all comparisons, arithmetic"),
    "money": (f"amounts below {types.LARGEST_MONEY:g} on either side", "all comparisons, arithmetic"),
    "category": ("one of its `values`", "`=`, `!=`, `in`, and the tests of text"),
    "text": (
        f"any text of at most {types.LONGEST_TEXT:,} characters",
        "`=`, `!=`, `in`, and the tests of text",
    ),
    "set": ("several texts, each once, in no order", "the tests of sets"),
    "date": ("a calendar day", "all comparisons, the functions of dates"),
}

CELLS = {
    "boolean": ("`true`, `false`", "`true`, `TRUE`"),
    "integer": ("`3`, `3.0`", "`3`, `10k`"),
    "number": ("`3`, `2.5`", "`2.5`, `10k`"),
    "ratio": ("`0.05`", "`0.05`, `5%`"),
    "score": ("`47.5`", "`47.5`"),
    "money": ("`12500`, `12500.5`", "`12500.50`, `1.2万`"),
    "category": ('`"restaurant"`', "`restaurant`"),
    "text": ('`"上海"`', "`上海`"),
    "set": ('`["fruit", "meat"]`', "`fruit|meat`"),
    "date": ('`"2025-11-20"`; in Python `datetime.date`', "`2025-11-20`"),
}

CAUSES = {
    "absent": "the record does not hold the name",
    "null": "the record holds `None`, or a computed value has nothing to compute from",
    "nan": "a number that is not a number",
    "infinite": "plus or minus infinity",
    "out_of_domain": "outside the domain of the type, below `min` or above `max`",
    "not_in_values": "a category or a set holds a value that `values` does not list",
    "not_given": "an aggregated dimension whose table was not handed over",
    "divided_by_zero": "computing it divides by 0",
    "provider_missing": "no plugin offers the provider",
    "provider_failed": "the provider raised an exception, or gave what its type cannot be",
    "not_needed": "a provider that nothing in the rule set needs is not asked",
    "function_failed": "a plugin's function failed for it",
    "no_rows": "an aggregate other than a sum or a count, over no rows",
}
