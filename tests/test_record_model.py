"""`RuleSet.record_model`: a pydantic model that takes what `evaluate` takes, and says what it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

import tierkit

RULES = tierkit.loads("""
ruleset: key-accounts
version: 1
key: customer_id
dimensions:
  amount: {type: money, unit: CNY, min: 0, label: {en: Monthly amount, zh: 月金额}, description: Net}
  count: {type: integer}
  since: {type: date}
  active: {type: boolean}
  kind: {type: category, values: {a: A, 'b c': B}}
  wants: {type: set, values: [p, q]}
  notes: {type: set}
  text: {type: text}
  月: {type: ratio}
  double: {type: money, value: amount * 2}
  points: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 10}]}
""")
Record: Any = RULES.record_model()


def test_fields_are_the_key_and_the_given_dimensions() -> None:
    """What is computed is not asked for."""
    given = ["amount", "count", "since", "active", "kind", "wants", "notes", "text", "月"]
    assert list(Record.model_fields) == ["customer_id", *given]
    assert Record.__name__ == "KeyAccountsRecord"
    assert "key-accounts" in Record.__doc__


def test_everything_may_be_left_out() -> None:
    """A record without any value is one; unknown names are ignored."""
    assert Record().amount is None
    assert not hasattr(Record(anything=1), "anything")


def test_labels_descriptions_and_units_become_descriptions() -> None:
    """The schema of the model tells an ERP developer what a field means."""
    properties = Record.model_json_schema()["properties"]
    assert properties["amount"]["description"] == "Monthly amount; Net; in CNY"
    assert {"enum": ["a", "b c"], "type": "string"} in properties["kind"]["anyOf"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"amount": 5}, 5.0),
        ({"amount": Decimal("1.10")}, 1.1),
        ({"amount": -1.5}, -1.5),
        ({"count": 5.0}, 5),
        ({"count": Decimal(7)}, 7),
        ({"since": dt.date(2025, 1, 31)}, dt.date(2025, 1, 31)),
        ({"active": True}, True),
        ({"kind": "b c"}, "b c"),
        ({"wants": ["p", "p"]}, frozenset("p")),
        ({"notes": {"x"}}, frozenset("x")),
        ({"月": 0.5}, 0.5),
        ({"text": ""}, ""),
    ],
)
def test_values_that_evaluate_takes_are_taken(values: dict[str, Any], expected: Any) -> None:
    """A value of the right type is stored as a decision would see it, and decided alike."""
    record = Record(**values)
    (name,) = values
    assert getattr(record, name) == expected
    assert RULES.evaluate(record).values[name].value == RULES.evaluate(values).values[name].value


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "12"},
        {"amount": True},
        {"count": 5.5},
        {"count": float("nan")},
        {"count": Decimal("sNaN")},
        {"count": "5"},
        {"since": dt.datetime(2025, 1, 1, tzinfo=dt.UTC)},
        {"since": "2025-01-01"},
        {"active": 1},
        {"kind": "z"},
        {"wants": ["z"]},
        {"wants": "p"},
        {"text": 5},
    ],
)
def test_wrong_types_are_refused(values: dict[str, Any]) -> None:
    """Nothing is coerced, and a category takes only its values."""
    with pytest.raises(ValidationError):
        Record(**values)


def test_bounds_are_left_to_the_decision() -> None:
    """A value outside `min` and `max` is missing, which is no error."""
    assert RULES.evaluate(Record(amount=-1)).values["amount"].cause == "out_of_domain"


def test_json_is_read_by_its_types() -> None:
    """Dates are ISO texts in JSON and sets are lists."""
    record = Record.model_validate_json(
        '{"customer_id": "c1", "since": "2025-01-31", "wants": ["q"], "amount": 5}'
    )
    assert (record.since, record.wants, record.amount) == (dt.date(2025, 1, 31), frozenset("q"), 5.0)
    assert RULES.evaluate(record).key == "c1"


def test_names_that_pydantic_keeps_for_itself_work() -> None:
    """A dimension may be called `copy`, `_x` or `__x`: it is set by its own name and decided by it."""
    rules = tierkit.loads("""
ruleset: a
version: 1
key: model_dump
dimensions:
  copy: {type: number}
  json: {type: text}
  _x: {type: number}
  __x: {type: number}
  x: {type: number}
  _1: {type: number}
  _: {type: number}
  model_fields: {type: number}
  class: {type: number}
""")
    model: Any = rules.record_model()
    values = {
        "copy": 1,
        "json": "j",
        "_x": 2,
        "__x": 3,
        "x": 4,
        "_1": 5,
        "_": 6,
        "model_fields": 7,
        "class": 8,
    }
    record = model(**values, model_dump="k")
    decision = rules.evaluate(record)
    assert decision.key == "k"
    assert {name: known.value for name, known in decision.values.items()} == values


def test_a_key_that_is_a_dimension_is_one_field() -> None:
    """It has the dimension's type."""
    rules = tierkit.loads("{ruleset: a, version: 1, key: id, dimensions: {id: {type: integer}}}")
    model: Any = rules.record_model()
    assert list(model.model_fields) == ["id"]
    assert rules.evaluate(model(id=5)).key == 5
