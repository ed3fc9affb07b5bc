"""Dimensions that plugins compute: asked once, whatever they do, and the rest goes on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import pickle
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tests import strategies
from tests.houses import Counted, House, offered, rules
from tests.matrix import difference
from tierkit import RecordError, RuleSetError, loads
from tierkit.engine import RuleSet, check
from tierkit.plugins import DimensionProvider, hookimpl
from tierkit.program.calls import SLOW

DAY = dt.date(2025, 3, 1)
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parent.parent / "docs/schema/decision-1.json").read_text(encoding="utf-8"))
)

BASIC = """
dimensions:
  amount: {type: money}
  other: {type: number}
  extra: {type: number, provider: given_by}
rules:
  - {id: big, tag: Big, when: amount > 10}
  - {id: extra, tag: Extra, when: extra > 10}
"""


def twice(record: Any) -> Any:
    """Twice the amount."""
    return record["amount"] * 2


# -- once


@pytest.mark.parametrize(
    ("record", "calls"),
    [
        ({"amount": 6.0, "other": 1.0}, 1),  # the quick function
        ({"amount": 6}, 1),  # another one, for a value is missing
        ({"amount": np.float64(6)}, 1),  # read one by one
        ({"amount": 6.0, "other": None}, 1),
        ({"amount": 6.0, "other": 1e300}, 1),
        ({"amount": None}, 0),  # it needs what is missing
        ({"amount": float("nan"), "other": 1}, 0),
        ({"amount": 6.0, "other": "x"}, 0),  # refused
        ({"amount": "x"}, 0),
    ],
)
@pytest.mark.parametrize("policy", ["unknown", "error", "3"])
def test_a_provider_is_asked_once_or_not_at_all(record: dict[str, Any], calls: int, policy: str) -> None:
    """On every path, with a listener or without, one by one or together."""
    text = BASIC.replace("given_by", f"given_by, on_missing: {policy}")
    for listens in (False, True):
        for many in (False, True):
            compute = Counted(twice)
            ruleset = rules(text, offered(compute), plugins=(Listener(),) if listens else ())
            if many:
                list(ruleset.evaluate_many([record], as_of=DAY))
            else:
                try:
                    decision = ruleset.evaluate(record, as_of=DAY)
                except RecordError:
                    pass
                else:
                    (
                        decision.to_dict(),
                        decision.explain(),
                        decision.path_to("Extra"),
                        decision.why_not("Extra"),
                    )
            assert compute.calls == calls


class Listener:
    """Listens, and does nothing."""

    @hookimpl
    def tierkit_decided(self, decision: Any) -> None:
        """Looks at the decision."""
        decision.to_dict()


def test_what_is_refused_after_a_call_is_not_asked_about_again() -> None:
    """A derived value that is missing and must not be refuses the record after the provider was asked."""
    text = """
dimensions:
  amount: {type: money}
  extra: {type: number, provider: given_by}
  must: {type: number, value: extra / amount, on_missing: error}
  late: {type: number, provider: late}
rules: [{id: r, tag: T, when: must > 0 and late > 0}]
"""
    first, late = Counted(twice), Counted(lambda record: record["must"])
    ruleset = rules(text, offered(first), offered(late, "late", inputs={"must": "number"}))
    with pytest.raises(RecordError, match="`must` is missing"):
        ruleset.evaluate({"amount": 0.0}, as_of=DAY)
    assert (first.calls, late.calls) == (1, 0)
    assert ruleset.evaluate({"amount": 1.0}, as_of=DAY).tags == ("T",)
    assert (first.calls, late.calls) == (2, 1)


@pytest.mark.parametrize(
    ("rest", "calls"),
    [
        ("rules: [{id: r, tag: T, when: amount > 1}]", 0),
        ("rules: [{id: r, tag: T, when: extra > 1}]", 1),
        ("eligible: extra > 1", 1),
        (
            "rules: [{id: r, tag: T, when: amount > 1}]\nbenefits: [{for: T, when: extra > 1, grant: {attributes: {a: 1}}}]",
            1,
        ),
        (
            "rules: [{id: r, tag: T, when: amount > 1}]\nbenefits: [{for: T, grant: {discount: {by: extra, steps: [[1, 5]]}}}]",
            1,
        ),
        ("ladders: {l: {tiers: [{id: a, enter: extra > 1}]}}", 1),
        ("ladders: {l: {eligible: extra > 1, tiers: [{id: a}]}}", 1),
        ("#derived", 1),
        ("#scorecard", 1),
        ("#chain", 1),
        ("#idle chain", 0),
        ("#score", 1),
        ("#error", 1),
    ],
)
def test_a_provider_is_asked_when_something_needs_it(rest: str, calls: int) -> None:
    """Nothing else is; a score is needed as it is, and so is what must not be missing."""
    more = {
        "#derived": "\n  more: {type: number, value: extra + 1}",
        "#scorecard": "\n  card: {type: score, scorecard: [{dimension: extra, weight: 100%, cap: 10}]}",
        "#chain": "\n  more: {type: number, provider: chain}\n  last: {type: number, value: more * 2}",
        "#idle chain": "\n  more: {type: number, provider: chain}",
        "#score": "",
        "#error": "",
    }
    settings_ = {"#error": "number, on_missing: error", "#score": "score"}.get(rest, "number")
    compute = Counted(lambda record: record["amount"])
    text = f"""
dimensions:
  amount: {{type: money}}
  extra: {{type: {settings_}, provider: given_by}}{more.get(rest, "")}
{"" if rest in more else rest}
"""
    chain = offered(lambda record, _: record["extra"], "chain", inputs={"extra": "number"})
    decision = rules(text, offered(compute), chain).evaluate({"amount": 6}, as_of=DAY)
    assert compute.calls == calls
    value = decision.values["extra"]
    assert (value.value, value.cause) == ((6.0, None) if calls else (None, "not_needed"))
    SCHEMA.validate(decision.to_dict())


def test_providers_read_one_another_and_ladders() -> None:
    """A chain is computed in order, through a ladder and what the whole program asks for."""
    text = """
eligible: last > 0
dimensions:
  amount: {type: money}
  last: {type: number, provider: second}
  first: {type: number, provider: given_by}
  place: {type: text, provider: third}
rules: [{id: r, tag: T, when: place = 'got top'}]
ladders: {level: {tiers: [{id: top, enter: last > 10}, {id: low}]}}
"""
    second = offered(lambda record, _: record["first"] + 1, "second", inputs={"first": "number"})
    third = offered(lambda record, _: f"got {record['level']}", "third", "text", inputs={"level": "text"})
    ruleset = rules(text, offered(lambda record, _: twice(record)), second, third)
    decision = ruleset.evaluate({"amount": 6}, as_of=DAY)
    assert (decision.tags, decision.values["last"].value) == (("T",), 13.0)
    assert difference(ruleset, {"amount": 6}, DAY) is None
    assert decision.path_to("T") is not None


def test_a_circle_through_providers_is_one_problem() -> None:
    """Whatever the circle goes through, it is told once, with the names along it."""
    text = """
dimensions:
  amount: {type: money, provider: given_by, params: {amount: back}}
  back: {type: number, value: amount + 1}
"""
    with pytest.raises(RuleSetError) as raised:
        rules(text, offered(lambda _, __: 1))
    (problem,) = raised.value.problems
    assert (problem.code, problem.arguments["cycle"]) == ("cycle", "amount → back → amount")


def test_what_is_given_is_not_asked_for() -> None:
    """The caller's value stands, whatever a plugin would say."""
    compute = Counted(twice)
    ruleset = rules(BASIC, offered(compute))
    decision = ruleset.evaluate({"amount": 1, "extra": 50}, given=["extra"], as_of=DAY)
    assert (decision.tags, decision.values["extra"].source, compute.calls) == (("Extra",), "given", 0)
    many = offered(compute, compute_many=lambda records, _: [1 / 0 for _ in records])
    (again,) = rules(BASIC, many).evaluate_many([{"amount": 1, "extra": 50}], given=["extra"], as_of=DAY)
    assert again == decision


# -- whatever it does


class Rude:
    """An object that raises when it is shown."""

    def __repr__(self) -> str:
        message = "do not look"
        raise RuntimeError(message)


class Hidden:
    """An object that raises whatever it is asked."""

    def __getattribute__(self, name: str) -> Any:
        message = "do not ask"
        raise RuntimeError(message)


class Unspeakable(Exception):  # noqa: N818  the name says it
    """An exception that raises when it is told."""

    def __str__(self) -> str:
        message = "not even this"
        raise ValueError(message)


def endless(record: Any) -> Any:
    """Never returns by itself."""
    return endless(record)


def _raise(error: BaseException) -> Callable[[Any], Any]:
    def compute(_record: Any) -> Any:
        raise error

    return compute


FAILURES: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "raises": ("number", _raise(KeyError("x")), "KeyError: 'x'"),
    "raises a type error": ("number", _raise(TypeError("t")), "TypeError: t"),
    "raises without words": ("number", _raise(ValueError()), "ValueError"),
    "raises the unspeakable": ("number", _raise(Unspeakable()), "Unspeakable"),
    "raises at length": ("number", _raise(ValueError("x\n" * 10_000_000)), "ValueError: " + "x " * 93 + "x…"),
    "stops": ("number", _raise(StopIteration()), "StopIteration"),
    "calls itself": ("number", endless, "RecursionError: maximum recursion depth exceeded"),
    "another type": ("number", lambda _: "12", "it gave '12', but a number is expected"),
    "a boolean": ("number", lambda _: True, "it gave True, but a number is expected"),
    "a rude object": ("number", lambda _: Rude(), "it gave <Rude>, but a number is expected"),
    "a hidden object": ("number", lambda _: Hidden(), "RuntimeError: do not ask"),
    "not a number": ("number", lambda _: float("nan"), "it gave nan, which is not a number"),
    "infinite": ("number", lambda _: float("inf"), "it gave inf, which is infinite"),
    "too much": ("number", lambda _: 10**400, "it gave 100000"),
    "above max": ("number, max: 10", lambda _: 11.0, "it gave 11.0, which is outside the dimension's domain"),
    "below min": ("number, min: 1", lambda _: 0.0, "it gave 0.0, which is outside the dimension's domain"),
    "of numpy": ("number", lambda _: np.float32("nan"), "it gave np.float32(nan), which is not a number"),
    "not whole": ("integer", lambda _: 1.5, "it gave 1.5, but a whole number is expected"),
    "no value": (
        "category, values: [a, b]",
        lambda _: "c",
        "it gave 'c', which is none of the dimension's values",
    ),
    "too long": ("text", lambda _: "x" * 10_000_000, "it gave 'xxxxxx"),
    "half a character": (
        "text",
        lambda _: "\ud800",
        "it gave '\\ud800', which is outside the dimension's domain",
    ),
    "a datetime": (
        "date",
        lambda _: dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
        "it gave datetime.datetime(2025",
    ),
    "numbers in a set": ("set", lambda _: [1], "it gave [1], but"),
}


@pytest.mark.parametrize(("type_", "compute", "detail"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_told_and_reaches_no_further(
    type_: str, compute: Callable[[Any], Any], detail: str
) -> None:
    """The dimension is unknown, the plugin is named, the other tags stand: everywhere the same."""
    test = {"c": "extra = 'a'", "t": "extra = 'a'", "d": "extra = '2025-01-01'", "s": "has(extra, 'a')"}
    text = f"""
dimensions:
  amount: {{type: money}}
  extra: {{type: {type_}, provider: given_by, label: {{en: More, zh: 更多}}}}
rules:
  - {{id: big, tag: Big, when: amount > 10}}
  - {{id: extra, tag: Extra, when: "{test.get(type_[0], "extra > 10")}"}}
"""
    counted = Counted(compute)
    ruleset = rules(text, offered(counted, type_=type_.split(",", maxsplit=1)[0]))
    decision = ruleset.evaluate({"amount": 20.0}, as_of=DAY)
    assert counted.calls == 1
    assert decision.tags == ("Big",)
    (error,) = decision.errors
    assert (error.plugin, error.version, error.provider, error.dimension) == (
        "house",
        "1.0",
        "given_by",
        "extra",
    )
    assert error.detail.startswith(detail)
    assert len(error.detail) <= 200
    assert error.detail.isprintable()
    (open_,) = decision.undetermined
    assert [(item.dimension, item.cause) for item in open_.missing] == [("extra", "provider_failed")]
    assert decision.values["extra"].cause == "provider_failed"
    for locale, words in (
        ("en", "plugin `house 1.0`: `given_by` failed for `extra`"),
        ("zh", "插件 `house 1.0`"),
    ):
        assert words in decision.explain(locale)
    data = decision.to_dict("zh")
    SCHEMA.validate(data)
    json.dumps(data, allow_nan=False).encode()
    path = decision.path_to("Extra")
    assert path is None or "extra" not in str(path)
    (tally,) = ruleset.calls().values()
    assert (tally.calls, tally.failed, tally.first_failure) == (1, 1, error.detail)
    (together,) = ruleset.evaluate_many([{"amount": 20.0}], as_of=DAY)
    assert [str(item) for item in together.errors] == [str(error)]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), GeneratorExit()])
def test_what_ends_a_program_is_not_held_up(error: BaseException) -> None:
    """Only exceptions are a plugin's failures; an interrupt goes to whoever asked for it."""
    ruleset = rules(BASIC, offered(lambda record, _: _raise(error)(record)))
    with pytest.raises(type(error)):
        ruleset.evaluate({"amount": 20.0})


VALUES: dict[str, tuple[str, Any, Any]] = {
    "nothing": ("number", None, None),
    "a numpy float": ("number", np.float64(2.5), 2.5),
    "a numpy integer": ("integer", np.int64(2), 2),
    "a whole float": ("integer", 2.0, 2),
    "a number as a whole one": ("number", 2, 2.0),
    "a numpy boolean": ("boolean", np.bool_(True), True),
    "a set": ("set", ["b", "a", "b"], frozenset("ab")),
    "negative zero": ("number", -0.0, 0.0),
}


@pytest.mark.parametrize(("type_", "value", "known"), VALUES.values(), ids=VALUES)
def test_values_are_read_as_those_of_a_record(type_: str, value: Any, known: Any) -> None:
    """Scalars of numpy, whole numbers and lists are what they would be in a record; None is no failure."""
    text = f"""
dimensions:
  amount: {{type: money}}
  extra: {{type: {type_}, provider: given_by}}
rules: [{{id: r, tag: T, when: extra is not missing}}]
"""
    ruleset = rules(text, offered(lambda _, __: value, type_=type_))
    decision = ruleset.evaluate({"amount": 1}, as_of=DAY)
    found = decision.values["extra"].value
    assert (found, type(found)) == (known, type(known))
    assert decision.errors == ()
    assert decision.tags == (("T",) if known is not None else ())
    assert decision.values["extra"].cause == (None if known is not None else "null")


def rarely(record: Any, _params: Any) -> Any:
    """Fails for one record in a thousand."""
    return 1 / (record["amount"] % 1000 - 500) + 100


RARELY = House(DimensionProvider(name="given_by", type="number", compute=rarely, inputs={"amount": "money"}))


def test_one_failure_in_a_thousand() -> None:
    """The one record says so, all others are decided; the count tells; a pickle keeps the decision."""
    ruleset = rules(BASIC, plugins=(RARELY,))
    decisions = [ruleset.evaluate({"amount": float(n)}, as_of=DAY) for n in range(1000)]
    assert [n for n, decision in enumerate(decisions) if decision.errors] == [500]
    assert sum("Extra" in decision.tags for decision in decisions) == 999
    (tally,) = ruleset.calls().values()
    assert (tally.calls, tally.failed) == (1000, 1)
    failed = decisions[500]
    again = pickle.loads(pickle.dumps(failed))
    assert again == failed
    assert hash(again) == hash(failed)
    assert again.to_dict() == failed.to_dict()
    assert again.errors == failed.errors
    assert again.explain("zh") == failed.explain("zh")


def test_records_belong_to_the_caller() -> None:
    """What a provider does to the record that it gets changes nothing."""

    def greedy(record: Any, _params: Any) -> Any:
        return record.pop("amount")

    mine = {"amount": 20.0, "other": 1.0}
    assert rules(BASIC, offered(greedy)).evaluate(mine, as_of=DAY).tags == ("Big", "Extra")
    assert mine == {"amount": 20.0, "other": 1.0}


# -- missing inputs, the day


def test_a_missing_input_is_the_reason() -> None:
    """Without `accepts_missing` the provider is not asked, and the root is told; with it, it gets None."""
    compute = Counted(lambda record: 50 if record["amount"] is None else 1)
    decision = rules(BASIC, offered(compute)).evaluate({}, as_of=DAY)
    assert compute.calls == 0
    assert [(m.dimension, m.cause) for item in decision.undetermined for m in item.missing] == [
        ("amount", "absent")
    ] * 2
    assert rules(BASIC, offered(compute, accepts_missing=True)).evaluate({}, as_of=DAY).tags == ("Extra",)
    assert compute.records == [{"amount": None}]


def test_a_default_stands_in_for_a_failure() -> None:
    """`on_missing` of a provided dimension is what it is elsewhere, and the failure is told all the same."""
    text = BASIC.replace("given_by", "given_by, on_missing: 99")
    decision = rules(text, offered(lambda _, __: 1 / 0)).evaluate({"amount": 20}, as_of=DAY)
    assert decision.tags == ("Big", "Extra")
    assert (decision.values["extra"].source, decision.values["extra"].cause) == ("default", "provider_failed")
    assert len(decision.errors) == 1
    text = BASIC.replace("given_by", "given_by, on_missing: error")
    with pytest.raises(RecordError, match="`extra` is missing"):
        rules(text, offered(lambda _, __: 1 / 0)).evaluate({"amount": 20}, as_of=DAY)


def test_the_day_is_an_input() -> None:
    """`as_of` is the day of evaluation in the zone of the rule set, on every path."""
    text = "timezone: Asia/Shanghai\n" + BASIC
    days: list[Any] = []
    provider = offered(lambda record, _: days.append(record["as_of"]), inputs={"as_of": "date"})
    ruleset = rules(text, provider)
    moment = dt.datetime(2025, 2, 28, 20, tzinfo=dt.UTC)
    ruleset.evaluate({"amount": 1.0}, as_of=moment)
    ruleset.evaluate({}, as_of=moment)
    list(ruleset.evaluate_many([{"amount": None}], as_of=moment))
    assert days == [DAY] * 3


# -- parameters


class Inner(BaseModel):
    """A part of the parameters."""

    model_config = ConfigDict(extra="forbid")
    low: int = 0


class Named(BaseModel):
    """Parameters under other names."""

    model_config = ConfigDict(populate_by_name=True)
    one: int = Field(1, alias="first")
    two: int = Field(2, validation_alias="second")

    @field_validator("two")
    @classmethod
    def _two(cls, value: int) -> int:
        if value == 0:
            raise Unspeakable
        return value


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ("{first: 1, second: 2}", []),
        ("{one: 1, two: 2}", []),
        ("{third: 1}", ["unknown-param"]),
        ("{two: 0}", ["bad-params"]),
    ],
)
def test_parameters_may_have_other_names(params: str, codes: list[str]) -> None:
    """A model's aliases count, and its own names where it takes them; what raises badly is told all the same."""
    text = BASIC.replace("given_by", f"given_by, params: {params}")
    found: list[str] = []
    try:
        rules(text, offered(lambda _, __: 1, params=Named))
    except RuleSetError as error:
        found = [problem.code for problem in error.problems]
    assert found == codes


class Params(BaseModel):
    """Parameters of every kind."""

    factor: float
    days: int = 1
    inner: Inner = Inner()
    either: Inner | int = 0
    many: tuple[Inner, ...] = ()

    @field_validator("days")
    @classmethod
    def _days(cls, value: int) -> int:
        if value < 0:
            message = "no day lies\nbefore today"
            raise ValueError(message)
        if value > 1000:
            raise ZeroDivisionError
        return value


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("{factor: 2, fctor: 3}", [(6, 13, "unknown-param", "did you mean `factor`?")]),
        ("{factor: 2, as_of: x}", [(6, 13, "unknown-param", None)]),
        ("{}", [(6, 1, "missing-param", "add `factor:`")]),
        ("{days: 3}", [(6, 1, "missing-param", "add `factor:`")]),
        ("5", [(6, 1, "bad-params", None)]),
        ("{factor: much}", [(6, 10, "bad-params", None)]),
        ("{factor: 2, days: -1}", [(6, 19, "bad-params", None)]),
        ("{factor: 2, days: 9999}", [(6, 1, "bad-params", None)]),
        ("{factor: 2, inner: {low: x}}", [(6, 26, "bad-params", None)]),
        ("{factor: 2, inner: {lw: 1}}", [(6, 21, "unknown-param", None)]),
        ("{factor: 2, many: [{low: 1}, {low: x}]}", [(6, 36, "bad-params", None)]),
        (
            "{factor: x, days: y, zzz: 1}",
            [(6, 10, "bad-params", None), (6, 19, "bad-params", None), (6, 22, "unknown-param", None)],
        ),
        ("{factor: 2, days: }", [(6, 1, "bad-params", None)]),
        ("{factor: 2, either: {lw: 1}}", [(6, 21, "bad-params", None), (6, 22, "unknown-param", None)]),
        ("{factor: 2, either: {low: x}}", [(6, 21, "bad-params", None), (6, 27, "bad-params", None)]),
        ("{factor: 2, amount: missing_one}", [(6, 21, "provider-input", None)]),
        ("{factor: 2, amount: [amount]}", [(6, 21, "wrong-shape", None)]),
        ("{factor: 2, amount: since}", [(6, 21, "provider-input-type", None)]),
    ],
)
def test_problems_of_parameters_stand_at_their_place(
    params: str, expected: list[tuple[int, int, str, str | None]], tmp_path: Path
) -> None:
    """Every mistake at its line and column, with what was meant where it can be known."""
    path = tmp_path / "rules.yaml"
    path.write_text(
        "ruleset: house\nversion: 1\ndimensions:\n  amount: {type: money}\n"
        f"  extra: {{type: number, provider: given_by, params:\n{params}}}\n  since: {{type: date}}\n",
        encoding="utf-8",
    )
    provider = offered(lambda _, __: 1, params=Params)
    found = check(path, plugins=[House(provider)], entry_points=False)[1]
    places = [(p.location.line, p.location.column, p.code) for p in found]
    shown = "\n".join(problem.render() for problem in found)
    assert places == [place[:3] for place in expected], shown
    for problem, (_, _, _, hint) in zip(found, expected, strict=True):
        assert hint is None or problem.hint() == hint
        assert "\n" not in problem.message()


@pytest.mark.parametrize(
    ("dimensions", "codes"),
    [
        ("amount: {type: mony}", ["bad-choice"]),
        ("'a b': {type: money}\n  amount: {type: money}", ["bad-name"]),
        ("'a b': {type: money}", ["provider-input", "bad-name"]),
        ("other: {type: money}\nparameters: 5\nladders:", ["wrong-shape"]),
        ("amount: {type: text}", ["provider-input-type"]),
        ("other: {type: text}", ["provider-input"]),
        ("amount: {type: integer}", []),
    ],
)
def test_inputs_are_dimensions_of_a_fitting_type(dimensions: str, codes: list[str]) -> None:
    """What was refused already is not refused again."""
    text = f"dimensions:\n  extra: {{type: number, provider: given_by}}\n  {dimensions}\n"
    found: list[str] = []
    try:
        rules(text, offered(lambda _, __: 1))
    except RuleSetError as error:
        found = [problem.code for problem in error.problems]
    assert found == codes


def test_a_provider_without_a_model_takes_no_parameters(tmp_path: Path) -> None:
    """Only the dimensions for its inputs can be named, and the hint says which."""
    path = tmp_path / "rules.yaml"
    text = "ruleset: a\nversion: 1\ndimensions:\n  amount: {type: money}\n  extra: {type: number, provider: given_by, params: PARAMS}\n"
    for params, hints in (
        ("{amont: amount}", ["did you mean `amount`?"]),
        ("{x: 1}", ["known parameters: amount"]),
    ):
        path.write_text(text.replace("PARAMS", params), encoding="utf-8")
        found = check(path, plugins=[House(offered(lambda _, __: 1))], entry_points=False)[1]
        assert [(p.code, p.hint()) for p in found] == [("unknown-param", hint) for hint in hints]
    path.write_text(text.replace("PARAMS", "5"), encoding="utf-8")
    found = check(path, plugins=[House(offered(lambda _, __: 1))], entry_points=False)[1]
    assert [p.code for p in found] == ["bad-params"]


def test_parameters_reach_the_provider_as_its_model() -> None:
    """With the rule file's values, and with the model's own where there are none."""
    text = BASIC.replace(
        "provider: given_by", "provider: given_by, params: {factor: 3, amount: other, inner: {low: 4}}"
    )
    seen: list[Any] = []

    def compute(record: Any, params: Any) -> Any:
        seen.append(params)
        return record["amount"] * params.factor

    provider = offered(compute, params=Params, inputs={"amount": "number"})
    assert rules(text, provider).evaluate({"other": 5}, as_of=DAY).tags == ("Extra",)
    assert seen == [Params(factor=3, inner=Inner(low=4))]


# -- many at once


def amounts(records: Sequence[Any], _params: Any) -> Any:
    """Twice the amounts."""
    return [record["amount"] * 2 for record in records]


def test_many_records_are_asked_about_together() -> None:
    """Once per thousand; refused and incomplete records are not among them."""
    asked: list[int] = []

    def many(records: Sequence[Any], _params: Any) -> Any:
        asked.append(len(records))
        return amounts(records, None)

    compute = Counted(twice)
    ruleset = rules(BASIC, offered(compute, compute_many=many))
    records: list[Any] = [{"amount": n % 20} for n in range(1200)]
    records[3:7] = [{"amount": None}, {"amount": 20, "other": "x"}, 5, {}]
    found = list(ruleset.evaluate_many(records, as_of=DAY))
    assert asked == [996, 200]
    assert compute.calls == 0
    assert [type(item).__name__ for item in found[3:7]] == [
        "Decision",
        "RecordError",
        "RecordError",
        "Decision",
    ]
    assert ruleset.calls()["extra"].calls == 1196
    with pytest.raises(RecordError):
        list(ruleset.evaluate_many(records, as_of=DAY, on_error="raise"))


def test_many_records_with_rows_are_asked_about_together() -> None:
    """What rows come to is known before anybody is asked; a row of a wrong type refuses its record alone."""
    text = BASIC.replace("{type: money}", "{type: money, from: orders, aggregate: sum(paid)}")
    text = f"key: id\ntables: {{orders: {{key: id, columns: {{paid: {{type: money}}}}}}}}\n{text}"
    asked: list[int] = []

    def many(records: Sequence[Any], _params: Any) -> Any:
        asked.append(len(records))
        return amounts(records, None)

    compute = Counted(twice)
    ruleset = rules(text, offered(compute, compute_many=many))
    orders = [{"id": n, "paid": 6} for n in range(1200)] + [{"id": 5, "paid": 6}, {"id": 7, "paid": "x"}]
    found = list(
        ruleset.evaluate_many([{"id": n} for n in range(1200)], tables={"orders": orders}, as_of=DAY)
    )
    assert (asked, compute.calls) == ([999, 200], 0)
    assert [item.tags for item in found[4:7] if not isinstance(item, RecordError)] == [
        ("Extra",),
        ("Big", "Extra"),
        ("Extra",),
    ]
    assert isinstance(found[7], RecordError)
    with pytest.raises(RecordError):
        list(ruleset.evaluate_many([{"id": 7}], tables={"orders": orders}, as_of=DAY, on_error="raise"))


def test_what_came_before_an_error_of_the_records_is_decided() -> None:
    """Records that end with an error of their own are no reason to lose those before it."""

    def records() -> Any:
        yield {"amount": 20.0}
        message = "the file is broken"
        raise OSError(message)

    found = rules(BASIC, offered(lambda r, _: twice(r), compute_many=amounts)).evaluate_many(
        records(), as_of=DAY
    )
    assert next(found).tags == ("Big", "Extra")  # type: ignore[union-attr]
    with pytest.raises(OSError, match="broken"):
        next(found)


LIES: dict[str, Callable[[Any, Any], Any]] = {
    "too few": lambda records, _: [1.0 for _ in records][1:],
    "too many": lambda records, _: [1.0, *(1.0 for _ in records)],
    "without end": lambda _, __: iter(lambda: 1.0, None),
    "raising": lambda _, __: 1 / 0,
    "raising late": lambda records, _: (1 / (i - 1) for i, _ in enumerate(records)),
    "no list": lambda _, __: 5,
    "emptying": lambda records, _: records.clear() or [],
    "spoiling": lambda records, _: [record.clear() for record in records][1:],
}


@pytest.mark.parametrize("many", LIES.values(), ids=LIES)
def test_a_compute_many_that_fails_is_told_and_does_not_count(
    many: Callable[[Any, Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Then each record is computed on its own, and nobody sees a difference but in the log."""
    records = [{"amount": float(n)} for n in range(10)]
    lying, honest = (
        rules(BASIC, offered(lambda r, _: twice(r), compute_many=many)),
        rules(BASIC, offered(lambda r, _: twice(r))),
    )
    with caplog.at_level(logging.WARNING, "tierkit.plugins"):
        found = list(lying.evaluate_many(records, as_of=DAY))
    assert found == list(honest.evaluate_many(records, as_of=DAY))
    (message,) = caplog.messages
    assert message.startswith("plugin `house`: `compute_many` of `given_by` failed (")


def test_bad_values_among_many_are_those_records_failures() -> None:
    """One wrong value makes one failure."""
    ruleset = rules(
        BASIC, offered(lambda r, _: twice(r), compute_many=lambda _, __: [50.0, "x", None, float("nan")])
    )
    found: list[Any] = list(ruleset.evaluate_many([{"amount": n} for n in range(4)], as_of=DAY))
    assert [decision.tags for decision in found] == [("Extra",), (), (), ()]
    assert [len(decision.errors) for decision in found] == [0, 1, 0, 1]
    assert ruleset.calls()["extra"].failed == 2


@dataclasses.dataclass
class Customer:
    """A record that is no mapping."""

    amount: Any
    other: Any = None


class Model(BaseModel):
    """Another one."""

    amount: Any = None


MANY = """
eligible: amount != 13 or amount is missing
dimensions:
  amount: {type: money}
  other: {type: number}
  kind: {type: category, values: [a, b], on_missing: ONE}
  doubled: {type: number, value: amount * 2, on_missing: TWO}
  extra: {type: number, provider: given_by, params: {amount: doubled}, max: 60, on_missing: THREE}
  chained: {type: category, values: [low, high], provider: chained}
  single: {type: number, provider: single}
  unneeded: {type: number, provider: single}
rules:
  - {id: big, tag: Big, when: amount > 10}
  - {id: extra, tag: Extra, when: extra > 10}
  - {id: chained, tag: Chained, when: chained = 'high' and kind = 'a'}
  - {id: single, tag: Single, when: single > 5 or extra is missing}
ladders:
  level: {tiers: [{id: top, enter: extra > 50}, {id: middle, enter: single > 3}, {id: low}]}
"""


def jumpy(record: Any) -> Any:
    """Numbers, nothing, too much, failures."""
    n = record["amount"]
    return None if n == 2 else float("nan") if n == 4 else n / (n - 6) * 10


def levelled(record: Any) -> Any:
    """A text, sometimes one that is no value."""
    extra, level = record["extra"], record["level"]
    return "none" if extra == 1 else "high" if level == "top" or (extra or 0) > 20 else "low"


def chain_of(many: bool) -> tuple[DimensionProvider, ...]:
    """Three providers that read derived values, one another, and a ladder."""

    def several(function: Callable[[Any], Any]) -> Any:
        def safely(record: Any) -> Any:
            try:
                return function(record)
            except ZeroDivisionError:
                return "failed"

        return (lambda records, _: [safely(record) for record in records]) if many else None

    return (
        offered(lambda r, _: jumpy(r), inputs={"amount": "number"}, compute_many=several(jumpy)),
        offered(
            lambda r, _: levelled(r), "chained", "category", inputs={"extra": "number", "level": "category"},
            accepts_missing=True, compute_many=several(levelled), values=("low", "high"),
        ),
        offered(lambda r, _: (r["other"] or 0) + 1, "single", inputs={"other": "number"}, accepts_missing=True),
    )  # fmt: skip


NUMBER = st.sampled_from([0, 1, 2, 3, 4, 6, 13, 30, 2.0, -1, None, float("nan"), 1e300, np.float64(5)])
WRONG = st.sampled_from(["x", True, [1], {}])
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "doubled": NUMBER,
        "extra": NUMBER,
        "amount": NUMBER | NUMBER | WRONG,
        "other": NUMBER,
        "kind": st.sampled_from(["a", "b", "c", None, 5]),
    },
)
GIVEN = st.sampled_from([(), (), ("doubled",), ("extra",), ("extra", "chained")])
ANY_RECORD = st.one_of(
    RECORDS, RECORDS, NUMBER.map(lambda n: Customer(n, n)), NUMBER.map(lambda n: Model(amount=n)), st.just(5)
)
POLICIES = st.tuples(
    st.sampled_from(["a", "error", "unknown"]),
    st.sampled_from(["7", "error", "unknown"]),
    st.sampled_from(["7", "error", "unknown"]),
)


def made(policies: tuple[str, ...], *, many: bool) -> RuleSet:
    """The rule set with what happens to missing values."""
    text = MANY
    for word, policy in zip(("ONE", "TWO", "THREE"), policies, strict=True):
        text = text.replace(word, policy)
    return rules(text, *chain_of(many))


@given(POLICIES, st.lists(ANY_RECORD, max_size=8), GIVEN)
@settings(max_examples=200)
def test_one_by_one_and_together_are_the_same(
    policies: tuple[str, ...], records: list[Any], own: tuple[str, ...]
) -> None:
    """Whatever the records are, `evaluate_many` gives what `evaluate` gives, also with `compute_many`."""
    together, alone = made(policies, many=True), made(policies, many=False)
    for record, found in zip(records, together.evaluate_many(records, as_of=DAY, given=own), strict=True):
        if isinstance(found, RecordError):
            with pytest.raises(RecordError) as raised:
                alone.evaluate(record, as_of=DAY, given=own)
            assert found.errors == raised.value.errors
        else:
            wanted = alone.evaluate(record, as_of=DAY, given=own)
            assert (found.tags, found.tiers, found.undetermined) == (
                wanted.tags,
                wanted.tiers,
                wanted.undetermined,
            )
            assert [error.dimension for error in found.errors] == [error.dimension for error in wanted.errors]
            assert {n: v.value for n, v in found.values.items()} == {
                n: v.value for n, v in wanted.values.items()
            }
            SCHEMA.validate(found.to_dict())


@given(POLICIES, RECORDS)
@settings(max_examples=200)
def test_the_index_is_the_interpreter_with_providers(
    policies: tuple[str, ...], record: dict[str, Any]
) -> None:
    """Failures, missing inputs, defaults and required values are the same in both, quick or careful."""
    ruleset = made(policies, many=False)
    assert difference(ruleset, record, DAY) is None
    complete = {"amount": 3.0, "other": 4.0, "kind": "a", "doubled": 6.0, "extra": 1.0}
    regular = {
        n: v if isinstance(v, type(complete[n])) else complete[n] for n, v in {**complete, **record}.items()
    }
    assert difference(ruleset, regular, DAY) is None
    assert difference(ruleset, {**regular, "extra": 20.0}, DAY, given=("extra",)) is None


PROVIDED = (
    DimensionProvider(
        name="ratio_by", type="ratio", inputs={"amount": "number", "level": "number", "flag": "boolean"},
        accepts_missing=True, compute=lambda r, _: r["amount"] if r["flag"] else r["amount"] / r["level"],
    ),
    DimensionProvider(
        name="busy_by", type="boolean", inputs={"count": "integer", "day": "date", "as_of": "date"},
        compute=lambda r, _: "no boolean" if r["count"] == 2 else r["day"] < r["as_of"],
    ),
)  # fmt: skip


@given(st.data(), strategies.rule_texts(), strategies.days)
@settings(max_examples=120)
def test_the_index_is_the_interpreter_for_any_rules(data: st.DataObject, text: str, day: dt.date) -> None:
    """Rule sets as the laws draw them, with two dimensions computed by providers that fail now and then."""
    policies = st.sampled_from(["unknown", "unknown", "error", "DEFAULT"])
    ratio, busy = (
        data.draw(policies).replace("DEFAULT", "0.5"),
        data.draw(policies).replace("DEFAULT", "true"),
    )
    text = re.sub(
        r"ratio_of: .*",
        f"ratio_of: {{type: ratio, provider: ratio_by, max: 1000, on_missing: {ratio}}}",
        text,
    )
    params = "params: {day: since}"
    text = re.sub(
        r"busy: .*", f"busy: {{type: boolean, provider: busy_by, {params}, on_missing: {busy}}}", text
    )
    ruleset = loads(text, plugins=[House(*PROVIDED)], entry_points=False)
    for _ in range(6):
        assert difference(ruleset, data.draw(strategies.records(wrong_types=True)), day) is None
        assert difference(ruleset, data.draw(strategies.known_records), day) is None


# -- what it costs


def test_slow_calls_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """One line in the log for a provider that is slow, and the times where one looks for them."""

    def slow(_record: Any, _params: Any) -> Any:
        time.sleep(SLOW + 0.01)
        return 1.0

    ruleset = rules(BASIC, offered(slow))
    with caplog.at_level(logging.WARNING, "tierkit.plugins"):
        for _ in range(3):
            ruleset.evaluate({"amount": 1.0})
    (message,) = caplog.messages
    assert message.startswith("plugin `house`: `given_by` took 0.1")
    (name, calls), *_ = ruleset.calls().items()
    assert (name, calls.plugin, calls.provider, calls.calls, calls.failed) == (
        "extra",
        "house",
        "given_by",
        3,
        0,
    )
    assert calls.seconds > 3 * SLOW
    assert calls.slowest > SLOW
    assert calls.first_failure is None


def test_threads_decide_alike() -> None:
    """Eight threads on one rule set give what one gives."""
    ruleset = made(("unknown", "unknown", "7"), many=False)
    records = [{"amount": n % 40, "other": n % 7, "kind": "ab"[n % 2]} for n in range(2000)]
    wanted = [ruleset.evaluate(record, as_of=DAY) for record in records]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            found = list(pool.map(lambda record: ruleset.evaluate(record, as_of=DAY), records))
            assert found == wanted
            assert list(pool.map(lambda decision: decision.to_dict(), found[:200])) == [
                d.to_dict() for d in wanted[:200]
            ]
