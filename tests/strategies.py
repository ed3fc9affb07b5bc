"""Rule sets and records for property tests: records are drawn near the literals of the rules."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tierkit.engine import RuleSet, loads
from tierkit.program.tolerance import band
from tierkit.testing.near import ODD_NUMBERS, near_number

NUMBERS = {"amount": "money", "level": "number", "rate": "ratio", "count": "integer", "span": "number"}
KINDS = ("a", "b", "c", "d")
CITIES = ("", "x", "X", "xy", "北京")
WORDS = ("p", "q", "r")
LITERALS = ("0", "1", "2", "2.5", "10", "100", "1k", "0.05", "0.1", "0.3", "1e-9", "1万")
DATES = ("2024-02-28", "2024-02-29", "2024-03-01", "2025-01-01")
TOLERANCES = ("0.000001", "0.5")
ORDER = ("=", "!=", "<", "<=", ">", ">=")


def _join(word: str, parts: list[str]) -> str:
    return f" {word} ".join(f"({part})" for part in parts)


numbers = st.sampled_from([*NUMBERS, "ratio_of", "mark"])


@st.composite
def terms(draw: st.DrawFn, depth: int = 2) -> str:
    """A numeric term that involves a dimension."""
    name = draw(numbers)
    if depth == 0:
        return name
    literal = draw(st.sampled_from(LITERALS))
    inner = draw(st.one_of(st.just(name), terms(depth - 1)))
    return draw(
        st.sampled_from(
            [
                name, f"({inner} + {literal})", f"({inner} - {name})", f"({inner} * {literal})", f"({inner} / {name})",
                f"-({inner})", f"abs({inner})", f"floor({inner})", f"ceil({name})", f"least({inner}, {literal}, count)",
                f"greatest({name}, {inner})", f"coalesce({inner}, {literal})", "limit_by_kind * 2",
                f"case when flag then {inner} when {name} > {literal} then {literal} else {name} end",
                f"case when {name} > {literal} then {inner} end", "days_between(since, as_of)", "weekday(since)",
            ]
        )
    )  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn) -> str:
    """A leaf of any kind."""
    name, literal, other = draw(numbers), draw(st.sampled_from(LITERALS)), draw(st.sampled_from(LITERALS))
    operator, equality = draw(st.sampled_from(ORDER)), draw(st.sampled_from(ORDER[:2]))
    kind, second = draw(st.sampled_from(KINDS)), draw(st.sampled_from(KINDS))
    city, day = draw(st.sampled_from(CITIES)), draw(st.sampled_from(DATES))
    word = draw(st.sampled_from(WORDS))
    test = draw(st.sampled_from(("starts_with", "ends_with", "contains", "equals_ignoring_case")))
    sets = draw(st.sampled_from(("has_any", "has_all", "has_one", "subset_of")))
    anything = draw(
        st.sampled_from((*NUMBERS, "flag", "kind", "city", "words", "since", "ratio_of", "busy", "tiers"))
    )
    return draw(
        st.sampled_from(
            [
                f"{name} {operator} {literal}", f"{name} {operator} {literal}", f"{name} {operator} limit",
                f"{literal} {operator} {name}", f"{name} between {literal} and {other}", f"{name} in ({literal}, {other})",
                f"{name} not in ({literal}, {other})", f"{draw(terms())} {operator} {literal}",
                f"{name} {operator} {draw(numbers)}", f"{name} {operator} limit_by_kind", "flag", "flag = false", "busy",
                "calm = true", "off", f"kind {equality} '{kind}'", f"kind in ('{kind}', '{second}')",
                f"kind not in ('{kind}', '{second}')", f"starts_with(kind, '{kind}')", f"city {equality} '{city}'",
                f"city in ('{city}', 'x')", f"{test}(city, '{city}')", f"{sets}(words, ('{word}', 'p'))",
                f"has(words, '{word}')", f"since {operator} '{day}'", f"since {operator} as_of",
                f"{anything} is missing", f"{anything} is not missing", f"tiers {equality} 'top'",
                "tiers in ('top', 'middle')",
            ]
        )
    )  # fmt: skip


def conditions(depth: int = 3) -> st.SearchStrategy[str]:
    """Conditions of any shape."""
    return st.recursive(
        leaves(),
        lambda inner: st.one_of(
            st.builds(_join, st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=4)),
            st.builds(lambda c: f"not ({c})", inner),
            st.lists(inner, min_size=2, max_size=4).flatmap(
                lambda items: st.integers(1, len(items)).map(lambda n: f"at_least({n}, {', '.join(items)})")
            ),
        ),
        max_leaves=2**depth,
    )


_PLAIN = leaves().filter(
    lambda leaf: not any(word in leaf for word in ("tiers", "busy", "mark", "ratio_of", "calm"))
)


@st.composite
def rule_texts(draw: st.DrawFn, most: int = 8) -> str:
    """The text of a rule set: given and derived dimensions, a scorecard, two ladders, some rules."""
    rules = [
        {"id": f"r{i}", "tag": f"t{i // 2}", "when": when}
        for i, when in enumerate(draw(st.lists(conditions(), min_size=1, max_size=most)))
    ]
    tiers = draw(st.lists(_PLAIN, min_size=2, max_size=2))
    policies = ("unknown", "unknown", "unknown", "1")
    on_missing = {name: draw(st.sampled_from(policies)) for name in NUMBERS}
    eligible = f"eligible: {json.dumps(draw(_PLAIN))}" if draw(st.booleans()) else ""
    tolerance = draw(st.sampled_from(["", "", "", *(f"numeric_tolerance: {e}" for e in TOLERANCES)]))
    dimensions = "\n".join(f"  {n}: {{type: {t}, on_missing: {on_missing[n]}}}" for n, t in NUMBERS.items())
    return f"""
ruleset: drawn
version: 1
{eligible}
{tolerance}
parameters:
  limit: {{value: {draw(st.sampled_from(LITERALS))}}}
  limit_by_kind: {{by: kind, value: {{a: 1, b: 100}}, else: {draw(st.sampled_from(LITERALS))}}}
dimensions:
{dimensions}
  flag: {{type: boolean}}
  off: {{type: boolean, on_missing: false}}
  kind: {{type: category, values: [a, b, c, d]}}
  city: {{type: text}}
  words: {{type: set}}
  since: {{type: date}}
  ratio_of: {{type: ratio, value: amount / level, max: 1000}}
  busy: {{type: boolean, value: {json.dumps(draw(_PLAIN))}}}
  calm: {{type: boolean, value: not busy, on_missing: {draw(st.sampled_from(("unknown", "true")))}}}
  mark:
    type: score
    scorecard:
      - {{dimension: amount, weight: 50%, cap: 10}}
      - {{dimension: count, weight: 30%, {draw(st.sampled_from(("points", "steps")))}: [[0, 0], [2, 0.5], [10, 1]]}}
      - {{dimension: kind, weight: 20%, points: {{a: 1, b: 0.5, c: 0.25, d: 0}}, on_missing: 0.1}}
ladders:
  tiers:
    when_unknown: {draw(st.sampled_from(("stop", "next")))}
    tiers: [{{id: top, enter: {json.dumps(tiers[0])}}}, {{id: middle, enter: {json.dumps(tiers[1])}}}, {{id: low}}]
  second:
    tiers: [{{id: high, enter: "tiers = 'top' and mark >= 50"}}, {{id: mid, enter: {json.dumps(tiers[0])}, tag: T}}]
rules: {json.dumps(rules, ensure_ascii=False)}
"""


def rule_sets(most: int = 8) -> st.SearchStrategy[RuleSet]:
    """Loaded rule sets."""
    return rule_texts(most).map(loads)


def _near(literal: str) -> list[Any]:
    value = {"1k": 1000.0, "1万": 10000.0}.get(literal) or float(literal)
    return near_number(value)


def _edges(literal: str) -> list[float]:
    """The doubles on both sides of where a comparison with a tolerance turns."""
    value = {"1k": 1000.0, "1万": 10000.0}.get(literal) or float(literal)
    edges = [edge for tolerance in TOLERANCES for edge in band(value, float(tolerance))]
    return [number for edge in edges for number in (edge, math.nextafter(edge, -math.inf))]


near = st.sampled_from([value for literal in LITERALS for value in _near(literal)]) | st.sampled_from(
    [value for literal in LITERALS for value in _edges(literal)]
)
odd_numbers = st.sampled_from([*ODD_NUMBERS, 1e17, np.float32(0.1), np.int64(10), np.float64("nan")])
_NAIVE = dt.datetime(2024, 2, 29)  # noqa: DTZ001  an instant without a zone is one of the wrong types
wrong = st.sampled_from([True, "10", "", [1], {}, _NAIVE, object, 5.5, b"x", np.bool_(True)])

_days = st.sampled_from([dt.date.fromisoformat(day) for day in DATES]) | st.dates()
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{name: near | near | odd_numbers | st.floats(-1e6, 1e6) for name in NUMBERS if name != "count"},
    "count": st.integers(-5, 1001) | st.sampled_from([5.0, np.int64(10), 2**53, None, float("nan")]),
    "flag": st.booleans() | st.none() | st.just(np.bool_(True)),
    "off": st.booleans() | st.none(),
    "kind": st.sampled_from((*KINDS, "z")) | st.none(),
    "city": st.sampled_from(CITIES) | st.text(max_size=3) | st.none(),
    "words": st.lists(st.sampled_from(WORDS), max_size=3) | st.frozensets(st.sampled_from(WORDS)) | st.none(),
    "since": _days | st.none(),
}
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    **{name: near.map(float) | st.floats(-1e6, 1e6) for name in NUMBERS if name != "count"},
    "count": st.integers(-5, 1001),
    "flag": st.booleans(),
    "off": st.booleans(),
    "kind": st.sampled_from(KINDS),
    "city": st.sampled_from(CITIES),
    "words": st.frozensets(st.sampled_from(WORDS)),
    "since": _days,
}


@st.composite
def records(draw: st.DrawFn, *, wrong_types: bool = False) -> dict[str, Any]:
    """A record with values near the literals; some are missing, odd, or (if asked for) of a wrong type."""
    record = {name: draw(values) for name, values in VALUES.items()}
    for name in draw(st.sets(st.sampled_from(list(VALUES)), max_size=3)):
        del record[name]
    if wrong_types and draw(st.booleans()):
        record[draw(st.sampled_from(list(VALUES)))] = draw(wrong)
    return record


known_records = st.fixed_dictionaries(KNOWN)
days = st.sampled_from([dt.date.fromisoformat(day) for day in DATES])
