"""The boundary matrix: every operator with boundary literals, on boundary records.

Deterministic and dense where random records are sparse. `rule_set()` holds a rule per condition; `records()`
gives, per dimension, every boundary value while the others stay put, and then pairs of missing ones.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from tierkit.decisions.facts import Facts
from tierkit.engine import RuleSet, loads
from tierkit.program.domain import Missing
from tierkit.program.reference import decide

DAY = dt.date(2024, 2, 29)

DIMENSIONS = """
  amount: {type: money}
  other: {type: number}
  rate: {type: ratio, on_missing: 0.5}
  count: {type: integer, min: -5, max: 100}
  limited: {type: number, min: -1, max: 10}
  flag: {type: boolean}
  off: {type: boolean, on_missing: false}
  kind: {type: category, values: [a, b, c]}
  kept: {type: category, values: [a, b], on_missing: b}
  city: {type: text}
  words: {type: set}
  since: {type: date}
  until: {type: date, on_missing: 2024-02-29}
  total: {type: integer, from: orders, aggregate: count(), on_missing: 3}
  share: {type: ratio, value: amount / other}
  capped: {type: money, value: amount + other, max: 100}
  whole: {type: integer, value: floor(other)}
  big: {type: boolean, value: amount > 10 and kind = 'a'}
  small: {type: boolean, value: amount < 10, on_missing: true}
  band: {type: category, values: [low, high], value: case when count > 5 then 'high' when flag then 'low' end}
  due: {type: integer, value: "days_between(since, as_of)"}
  mark: {type: score, scorecard: [{dimension: amount, weight: 60%, cap: 100}, {dimension: count, weight: 30%,
    points: [[0, 0], [10, 1]], on_missing: 0.25}, {dimension: kind, weight: 10%, points: {a: 1, b: 0.5, c: 0}}]}
"""

_NUMBERS = {
    "amount": ("0", "10", "10.01", "1e-18", "1e13", "0.1", "0.3", "0 - 10"),
    "other": ("0", "0.1", "1e18", "0 - 1e18", "1e-18"),
    "rate": ("0", "50%", "0.05"),
    "count": ("0", "5", "5.5", "0 - 5", "100", "101"),
    "limited": ("0 - 1", "10", "11"),
    "share": ("0", "0.1", "1", "5"),
    "capped": ("99", "100"),
    "whole": ("0", "1"),
    "total": ("0", "3", "4"),
    "due": ("0", "1", "366"),
    "mark": ("0", "60", "85", "100"),
}
_ORDER = ("=", "!=", "<", "<=", ">", ">=")
_MISSING = (
    "amount", "rate", "count", "flag", "off", "kind", "city", "words", "since", "share", "big", "mark", "total",
)  # fmt: skip


def conditions() -> Iterator[str]:
    """Every condition of the matrix."""
    yield from _of_numbers()
    yield from _of_texts()
    yield from _of_dates()
    yield from _of_anything()


def _of_numbers() -> Iterator[str]:
    for name, literals in _NUMBERS.items():
        for literal in literals:
            text = literal if not literal.startswith("0 - ") else f"-{literal[4:]}"
            for operator in _ORDER:
                yield f"{name} {operator} {text}"
        yield f"{name} between {literals[0]} and {literals[-1]}"
        yield f"not {name} between {literals[0]} and {literals[1]}"
        yield f"{name} in ({', '.join(literals[:3])})"
        yield f"{name} not in ({literals[0]}, {literals[1]})"
        yield f"{name} in numbers"
        yield f"{name} > 0 and {name} < 10 or {name} = 99"
        yield f"not {name} > {name if name == 'amount' else 'amount'}"
        yield f"coalesce({name}, 7) = 7"
        yield f"greatest({name}, 1) > 1"
        yield f"least({name}, other) <= 0"
        yield f"{name} * 2 - 1 > abs(other)"
        yield f"{name} / other >= 1"
        yield f"ceil({name}) = floor({name})"
        yield f"-{name} < 0"
        yield f"{name} > by_kind"
        yield f"not {name} > by_kind"
        yield f"{name} <= by_kind or {name} = 1000"


def _of_texts() -> Iterator[str]:
    for name, values in (("kind", "abc"), ("kept", "ab"), ("band", ("low", "high"))):
        for value in values:
            yield f"{name} = '{value}'"
            yield f"{name} != '{value}'"
            yield f"starts_with({name}, '{value[0]}')"
            yield f"not ends_with({name}, '{value}')"
        yield f"{name} in ('{values[0]}', '{values[1]}')"
        yield f"not ({name} = '{values[0]}' or {name} = '{values[1]}')"
        yield f"{name} = city"
    for literal in ("", "a", "A", "北京", "it''s", "é"):
        for operator in ("=", "!="):
            yield f"city {operator} '{literal}'"
        for function in ("starts_with", "ends_with", "contains", "equals_ignoring_case"):
            yield f"{function}(city, '{literal}')"
            yield f"not {function}(city, '{literal}')"
    yield "city in ('a', 'b')"
    yield "city not in ('a', '北京')"
    for function in ("has_any", "has_all", "has_one", "subset_of"):
        yield f"{function}(words, ('x', 'y'))"
        yield f"not {function}(words, ('x', 'y'))"
    yield "has(words, 'x')"
    yield "not has(words, '')"


def _of_dates() -> Iterator[str]:
    for name in ("since", "until"):
        for literal in ("2024-02-29", "0001-01-01", "9999-12-31", "2024-03-01"):
            for operator in _ORDER:
                yield f"{name} {operator} '{literal}'"
        yield f"{name} <= as_of"
        yield f"days_between({name}, as_of) >= 1"
        yield f"weekday({name}) = 4"
        yield f"month({name}) in (2, 12)"
        yield f"{name} between '2024-02-28' and '2024-03-01'"
    yield "since < until"


def _of_anything() -> Iterator[str]:
    for name in ("flag", "off", "big", "small"):
        yield name
        yield f"not {name}"
        yield f"{name} = false"
        yield f"{name} != false"
        yield f"{name} = flag"
    for name in _MISSING:
        yield f"{name} is missing"
        yield f"{name} is not missing"
        yield f"{name} is missing or amount > 10"
        yield f"{name} is not missing and kind = 'a'"
    for tier in ("gold", "silver", "bronze"):
        yield f"level = '{tier}'"
        yield f"level != '{tier}'"
        yield f"lenient = '{tier}'" if tier != "bronze" else "lenient is missing"
        yield f"guarded in ('{tier}')" if tier != "bronze" else "guarded is missing"
    yield "level is missing"
    yield "level in ('gold', 'silver') and amount < 1000"
    yield "at_least(2, amount > 10, flag, kind = 'a')"
    yield "not at_least(2, amount > 10, flag, kind = 'a')"
    yield "at_least(1, count > 5, rate > 5%)"
    yield "not at_least(1, count > 5, rate > 5%)"
    yield "not at_least(3, amount > 10, flag, kind = 'a')"
    yield "case when flag then amount when count > 5 then other else 3 end > 5"
    yield "case when amount > 10 then 1 end = 1"
    yield "amount > 10 or not amount > 10"
    yield "amount > 10 and not amount > 10"
    yield "(amount > 10 or flag) and (count > 5 or kind = 'a') and (rate > 5% or off or since > '2024-01-01')"
    yield " and ".join(f"(amount > {i} or count > {i} or flag or kind = 'a')" for i in range(12))


def rule_set(*, eligible: str = "", prefer: str = "") -> RuleSet:
    """The rule set of the matrix; `eligible` gates everything, `prefer` adds rules that ask for one value."""
    found = list(dict.fromkeys(conditions()))
    found += [f"{prefer} and amount > {i}" for i in range(2000)] if prefer else []
    rules = [{"id": f"r{i}", "tag": f"t{i}", "when": text} for i, text in enumerate(found)]
    rules += [
        {"id": "past", "tag": "past", "when": "flag", "valid_through": "2024-02-28"},
        {"id": "now", "tag": "now", "when": "flag", "valid_from": str(DAY), "valid_through": str(DAY)},
        {"id": "later", "tag": "later", "when": "flag", "valid_from": "2024-03-01"},
    ]
    text = f"""
ruleset: matrix
version: 1
{"eligible: " + eligible if eligible else ""}
parameters:
  numbers: {{value: [0, 10, 0.05]}}
  by_kind: {{by: kind, value: {{a: 1, b: 10}}, else: 100}}
tables: {{orders: {{key: id, columns: {{n: {{type: integer}}}}}}}}
dimensions:{DIMENSIONS}
ladders:
  level:
    tiers:
      - {{id: gold, enter: amount > 10 and flag, tag: 金}}
      - {{id: silver, enter: count > 5}}
      - {{id: bronze}}
  lenient:
    when_unknown: next
    tiers: [{{id: gold, enter: amount > 10}}, {{id: silver, enter: flag}}]
  guarded:
    eligible: kind != 'c'
    tiers: [{{id: gold, enter: "level = 'gold' or big"}}, {{id: silver, enter: mark > 50 and share < 1}}]
rules: {json.dumps(rules, ensure_ascii=False)}
"""
    return loads(text)


BASE: dict[str, Any] = {
    "amount": 12.0, "other": 3.5, "rate": 0.04, "count": 6, "limited": 5.0, "flag": True, "off": True, "kind": "a",
    "kept": "a", "city": "a", "words": ["x"], "since": dt.date(2024, 1, 31), "until": dt.date(2024, 3, 1), "total": 3,
}  # fmt: skip

_LITERALS = (0.0, 0.05, 0.1, 0.3, 0.5, 1.0, 3.0, 4.0, 5.0, 5.5, 10.0, 10.01, 11.0, 99.0, 100.0, 1e13, 1e18, 1e-18)  # fmt: skip
_AROUND = [
    number
    for literal in _LITERALS
    for number in (literal, -literal, math.nextafter(literal, math.inf), math.nextafter(literal, -math.inf))
]
_ODD_NUMBERS: list[Any] = [
    None, float("nan"), float("inf"), float("-inf"), -0.0, 1e-19, -1e-19, 1e300, 5, 10, 0, 2**53, 2**53 - 1, -(2**53),
    2**70, 10**400, Decimal(10), Decimal("0.1"), Decimal("NaN"), Decimal("1e400"), Decimal("-Infinity"),
    np.float64(10), np.float32(0.1), np.int64(10), np.int64(2**62), np.bool_(True), True, "10", "", [10],
]  # fmt: skip
_NAIVE = dt.datetime(2024, 2, 29)  # noqa: DTZ001  an instant without a zone is no date
_ODD: list[Any] = [None, float("nan"), 5, 5.5, True, "a", "", [], {}, dt.date(2024, 2, 29), _NAIVE]
_NUMERIC = ("amount", "other", "rate", "count", "limited", "total")
_DAYS = [DAY, DAY - dt.timedelta(1), DAY + dt.timedelta(1), dt.date.min, dt.date.max, dt.date(2023, 12, 31)]
BOUNDARIES: dict[str, list[Any]] = {
    **{name: [*_AROUND, *_ODD_NUMBERS] for name in _NUMERIC},
    **{name: [True, False, np.bool_(False), 0, 1, "true", *_ODD] for name in ("flag", "off")},
    **{name: ["a", "b", "c", "d", "A", *_ODD] for name in ("kind", "kept")},
    "city": [
        "a", "A", "b", "it's", "É", "é", "e\u0301", "北京", "aa", "\0", "\ud800", "x" * 10_001, "x" * 10_000, *_ODD,
    ],
    "words": [
        [], ["x"], ["y", "x"], ("x", "z"), {"x", "y", "z"}, frozenset([""]), ["x", None], ["x", 5], ["\0"], *_ODD,
    ],
    **{name: [*_DAYS, *_ODD] for name in ("since", "until")},
}  # fmt: skip


def records() -> Iterator[dict[str, Any]]:
    """Every boundary value in turn, then every pair of missing dimensions, then several values at once."""
    for name, values in BOUNDARIES.items():
        for value in values:
            yield {**BASE, name: value}
    names = list(BOUNDARIES)
    for i, first in enumerate(names):
        for second in names[i:]:
            yield {name: value for name, value in BASE.items() if name not in (first, second)}
    plain = {name: [v for v in values if type(v) is type(BASE[name])] for name, values in BOUNDARIES.items()}
    for turn in range(120):
        yield {
            name: values[(turn * (i + 3) + i) % len(values)] for i, (name, values) in enumerate(plain.items())
        }
    yield {}


TOWNS = "abcdefghijkl"


def partitioned() -> tuple[RuleSet, list[dict[str, Any]]]:
    """A rule set with an index for each town, and records: rules for one, for some, for all but one, for any."""
    found = [f"town = '{town}' and amount > {i}" for town in TOWNS for i in range(4)]
    found += ["town in ('a', 'b') and flag", "town != 'c' and amount < 2", "not starts_with(town, 'd')"]
    found += ["amount > 1", "flag or amount > 2", "town is missing", "town is not missing and not flag"]
    rules = [{"id": f"r{i}", "tag": f"t{i}", "when": text} for i, text in enumerate(found)]
    ruleset = loads(f"""
ruleset: partitioned
version: 1
dimensions:
  town: {{type: category, values: {json.dumps(list(TOWNS))}}}
  amount: {{type: number}}
  flag: {{type: boolean}}
ladders:
  size:
    tiers: [{{id: large, enter: "town = 'e' or amount > 3"}}, {{id: medium, enter: flag}}, {{id: small}}]
rules: {json.dumps(rules)}
""")
    towns, amounts, flags = [*TOWNS, "z", None, 5, []], [1, 1.5, 4.0, None], [True, False, None]
    return ruleset, [{"town": t, "amount": a, "flag": f} for t in towns for a in amounts for f in flags]


def difference(
    ruleset: RuleSet, record: dict[str, Any], day: dt.date = DAY, given: tuple[str, ...] = ()
) -> str | None:
    """How the index and the interpreter differ on a record, or None."""
    source = ruleset._source(given)  # the two evaluators below the public face
    moment = ruleset._clock.moment(day)
    expected = decide(ruleset.program, record, day, given)
    found = source.compiled.answer(record, moment)
    if isinstance(expected, tuple):
        faults = getattr(found, "faults", None)
        return None if faults == expected else f"{record}: faults {faults} instead of {expected}"
    if not isinstance(found, tuple):
        return f"{record}: refused with {found.faults}"
    raw, tiers, masks = found
    facts = Facts(source.forms, raw, tiers, day)
    answer = (_plain(tuple(facts.raw.values())), tiers, *source.rules(masks, moment))
    wanted = (_plain(expected.raw), expected.tiers, expected.fired, expected.unknown)
    if answer == wanted:
        return None
    parts = [f"{a!r} instead of {b!r}" for a, b in zip(answer, wanted, strict=True) if a != b]
    rules = set(answer[2]) ^ set(wanted[2]) | set(answer[3]) ^ set(wanted[3])
    names = [ruleset.program.rules[i].id for i in sorted(rules)]
    return f"{record}: {names} {parts}"


def _plain(raw: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values with their sign and their type, so that 5 is not 5.0 and 0.0 is not -0.0."""
    return tuple(repr(v) if isinstance(v, Missing | float) else v for v in raw)
