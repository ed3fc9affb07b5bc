"""The JSON of decisions: its schema, and one decision written down so that its shape cannot change unseen.

The sample is written by `python -m tests.test_decision_schema`; a difference in shape needs a new schema.
"""

from __future__ import annotations

import copy
import datetime as dt
import enum
import json
import pickle
import uuid
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import tierkit
from tests import matrix
from tests.decision_records import DAY, ROOT, SHIPPED, examples, records
from tests.wording import GOOD, wording
from tierkit.decisions.facts import _SOURCES
from tierkit.decisions.serial import SCHEMA
from tierkit.decisions.words import OPERATORS
from tierkit.errors import RecordError
from tierkit.program.domain import CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierkit.decisions import Decision

DOCUMENT = json.loads((ROOT / "docs/schema/decision-1.json").read_text(encoding="utf-8"))
SAMPLE = Path(__file__).parent / "golden" / "decision-1.json"
VALIDATOR = Draft202012Validator(DOCUMENT)


def check(decision: Decision, locale: str = "en") -> None:
    """The decision is strict JSON, reads back as it was, and follows the schema."""
    data = decision.to_dict(locale)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)] == []


def sample() -> Decision:
    """A decision with every part: reasons, grants, an open rule and ladder, defaults, sets and dates."""
    rules = tierkit.loads(
        """
      ruleset: sample
      version: 1.2.0
      timezone: Asia/Shanghai
      key: id
      parameters: {limit: {value: 10k}}
      dimensions:
        amount: {type: money}
        kind: {type: category, values: [a, b]}
        since: {type: date}
        wishes: {type: set}
        overdue: {type: integer, on_missing: 0}
        rate: {type: ratio}
        large: {type: boolean, value: amount > limit}
        mark: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 40k}]}
        hidden: {type: score, scorecard: [{dimension: rate, weight: 100%, cap: 1}]}
      rules:
        - {id: vip, tag: VIP, when: large and overdue = 0, because: {en: Large, zh: 大}}
        - id: old
          tag: Old
          when: since < '2025-01-01' and has_any(wishes, ('x', 'y')) and kind in ('a', 'b')
        - {id: sum, tag: Sum, when: "amount + overdue > 5 and not starts_with(kind, 'b')"}
        - {id: open, tag: Open, when: rate < 5%}
      ladders:
        level: {tiers: [{id: top, enter: mark >= 50, tag: Top}, {id: low}]}
        trust: {tiers: [{id: good, enter: rate < 1%}, {id: fair, enter: amount > 1M}]}
      benefits:
        - for: [VIP, level.top]
          grant: {discount: {percent: 2.5}, attributes: {name: Desk, days: [1, 2], more: {a: null}}}
    """
    )
    record = {"id": "k1", "amount": 25_000, "kind": "a", "since": dt.date(2024, 5, 1), "wishes": ["y", "z"]}
    return rules.evaluate(record, as_of="2025-11-20", known_at="2025-11-21T08:00:00+08:00")


def test_the_schema_is_one() -> None:
    """It is a valid schema, and every object of fixed shape is closed and has all its keys required."""
    Draft202012Validator.check_schema(DOCUMENT)
    stack: list[Any] = [DOCUMENT]
    closed = 0
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if "properties" in node and node.get("type") == "object":
                closed += 1
                assert node["additionalProperties"] is False
                assert sorted(node["required"]) == sorted(node["properties"])
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    assert closed == 9


def test_lists_that_are_written_twice() -> None:
    """Causes, sources, operators and the schema's name are those of the program."""
    definitions = DOCUMENT["$defs"]
    assert DOCUMENT["properties"]["schema"]["const"] == SCHEMA
    assert definitions["cause"]["enum"] == list(CAUSES)
    assert set(definitions["source"]["enum"]) == {*_SOURCES.values(), "derived", "default"}
    operators = {name for name in OPERATORS if name.partition(" ")[0] not in ("number", "date", "boolean")}
    assert set(definitions["finding"]["properties"]["operator"]["enum"]) == operators


def test_the_sample() -> None:
    """The shape is exactly the one that was published; a change of it is a new schema."""
    expected = json.loads(SAMPLE.read_text(encoding="utf-8"))
    data = sample().to_dict()
    data["ruleset"]["digest"] = expected["ruleset"]["digest"]  # what a digest covers is told elsewhere
    assert data == expected
    assert list(data) == list(expected)
    check(sample(), "zh")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_decisions_of_shipped_rule_sets(path: Path) -> None:
    """Every example follows the schema, in both languages."""
    for decision in examples(path):
        check(decision)
        check(decision, "zh")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_decisions_of_any_record(path: Path, data: st.DataObject) -> None:
    """Whatever is missing or out of domain, the decision follows the schema."""
    rules = tierkit.load(path)
    check(rules.evaluate(data.draw(records(rules)), as_of=DAY))


def test_every_operator_and_type() -> None:
    """Dates, sets, texts, expressions and gated ladders follow the schema, known and unknown."""
    check(wording().evaluate(GOOD, as_of=DAY))
    check(wording().evaluate({}, as_of=DAY))
    for eligible in ("", "flag"):
        rules = matrix.rule_set(eligible=eligible)
        for record in list(matrix.records())[::40]:
            try:
                check(rules.evaluate(record, as_of=matrix.DAY))
            except RecordError:
                continue


@pytest.mark.parametrize("as_of", [None, "2025-11-20T10:00:00.5+08:00", "1890-01-01", dt.date(9999, 12, 31)])
def test_any_instant(as_of: Any) -> None:
    """Instants are written alike, with fractions and with odd offsets of long ago."""
    check(tierkit.load(SHIPPED[-1]).evaluate({}, as_of=as_of))


class Colour(enum.IntEnum):
    """A whole number of a kind of its own."""

    RED = 3


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (None, None),
        ("k", "k"),
        (7, 7),
        (True, True),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (np.int64(7), 7),
        (np.float64(0.5), 0.5),
        (Colour.RED, 3),
        (dt.date(2025, 1, 2), "2025-01-02"),
        (Decimal("1.10"), "1.10"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ((1, 2), "(1, 2)"),
    ],
)
def test_keys_of_any_kind(key: Any, expected: Any) -> None:
    """A key that JSON does not know is written as text."""
    rules = tierkit.loads("{ruleset: a, version: 1, key: id, dimensions: {x: {type: number}}}")
    decision = rules.evaluate({"id": key}, as_of=DAY)
    check(decision)
    assert decision.to_dict()["key"] == expected
    assert type(decision.to_dict()["key"]) is type(expected)


def test_the_data_is_a_copy() -> None:
    """Whoever changes what `to_dict` returned changes nothing else."""
    decision = sample()
    before = copy.deepcopy(decision.to_dict())
    data = decision.to_dict()
    data["tags"].clear()
    data["values"].clear()
    data["benefits"][0]["params"]["percent"] = 99
    data["benefits"][1]["params"]["days"].append(3)
    assert decision.to_dict() == before
    assert pickle.loads(pickle.dumps(decision)).to_dict() == before


def test_other_shapes_are_refused() -> None:
    """A key too many, a key too few, an unknown operator or cause: the schema notices."""
    changes: list[Callable[[dict[str, Any]], Any]] = [
        lambda data: data.update(extra=1),
        lambda data: data.pop("errors"),
        lambda data: data["reasons"][0]["findings"][0].update(operator="like"),
        lambda data: data["undetermined"][0].update(ladder="level"),
        lambda data: data["undetermined"][0]["missing"][0].update(cause="gone"),
        lambda data: data["values"]["amount"].pop("source"),
        lambda data: data.update(as_of="yesterday"),
    ]
    for change in changes:
        data = sample().to_dict()
        change(data)
        assert not VALIDATOR.is_valid(data)


if __name__ == "__main__":
    SAMPLE.write_text(json.dumps(sample().to_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
