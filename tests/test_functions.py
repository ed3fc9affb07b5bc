"""Functions of plugins in conditions: typed at load, called safely, and never in the way of explanations."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import house_module
from tests.houses import offered, rules
from tests.matrix import DAY, difference
from tierkit import RuleSetError, dumps, loads
from tierkit.plugins import FunctionProvider

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parent.parent / "docs/schema/decision-1.json").read_text(encoding="utf-8"))
)


def made(name: str, arguments: tuple[str, ...], type_: str, compute: Any) -> FunctionProvider:
    """A function."""
    return FunctionProvider(name=name, arguments=arguments, type=type_, compute=compute)


FUNCTIONS = (
    made("half", ("number",), "number", lambda x: x / 2),
    made("near", ("text", "text"), "boolean", lambda a, b: a[:1] == b[:1]),
    made("inverse", ("number",), "number", lambda x: 1 / x),
    made("quarter", ("date",), "integer", lambda day: (day.month + 2) // 3),
    made("short", ("text",), "text", lambda text: text[:2]),
    made("band", ("number", "integer"), "category", lambda x, n: "high" if x > n else "low"),
    made("wrong", ("number",), "number", lambda _: "no number"),
)

TEXT = """
dimensions:
  amount: {type: money, label: {en: Amount, zh: 金额}}
  count: {type: integer}
  city: {type: text}
  since: {type: date}
  halved: {type: number, value: half(amount) + 1}
  close: {type: boolean, value: "near(city, 'Berlin')"}
rules:
"""


def ruleset(*conditions: str) -> Any:
    """Rules with the tags T0, T1 and so on."""
    lines = [f"  - {{id: r{i}, tag: T{i}, when: {json.dumps(c)}}}\n" for i, c in enumerate(conditions)]
    return rules(TEXT + "".join(lines), *FUNCTIONS)


RECORD = {"amount": 10.0, "count": 3, "city": "Bonn", "since": DAY}


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("half(amount) = 5", True),
        ("half(amount) > 5", False),
        ("not half(amount) > 5", True),
        ("half(half(amount)) between 2 and 3", True),
        ("half(amount + count) * 2 > amount", True),
        ("near(city, 'Berlin')", True),
        ("not near(city, 'Berlin')", False),
        ("near(city, 'Ulm') or close", True),
        ("near(city, 'Berlin') = true", True),
        ("at_least(2, near(city, 'B'), half(amount) > 100, close)", True),
        ("quarter(since) = 1", True),
        ("quarter(since) in (1, 2)", True),
        ("short(city) = 'Bo'", True),
        ("short(city) in ('Be', 'Bo')", True),
        ("starts_with(short(city), 'B')", True),
        ("band(amount, count) = 'high'", True),
        ("case when near(city, 'B') then half(amount) else 0 end = 5", True),
        ("coalesce(inverse(count - 3), 7) = 7", True),
        ("inverse(count - 3) is missing", True),
        ("inverse(count - 3) > 0", None),
        ("halved = 6", True),
        ("halved > half(count)", True),
    ],
)
def test_functions_stand_where_values_and_conditions_do(condition: str, outcome: bool | None) -> None:
    """The index and the interpreter agree on what they give."""
    found = ruleset(condition)
    decision = found.evaluate(RECORD, as_of=DAY)
    assert (("T0" in decision.tags) or (None if decision.undetermined else False)) is outcome
    assert difference(found, RECORD, DAY) is None
    again = loads(dumps(found), plugins=found.plugins.passed, entry_points=False)
    assert again.digest == found.digest
    assert again.evaluate(RECORD, as_of=DAY).tags == decision.tags


@pytest.mark.parametrize(
    ("condition", "code", "marked", "hint"),
    [
        ("half() > 1", "argument-count", "half()", None),
        ("half(amount, count) > 1", "argument-count", "half(amount, count)", None),
        ("band(amount) = 'low'", "argument-count", "band(amount)", None),
        ("half(city) > 1", "wrong-type", "city", None),
        ("half('5') > 1", "wrong-type", "'5'", None),
        ("near(city, amount)", "wrong-type", "amount", None),
        ("band(amount, amount) = 'low'", "wrong-type", "amount", None),
        ("quarter('2025-13-01') = 1", None, None, None),
        ("quarter(amount) = 1", "wrong-type", "amount", None),
        ("halve(amount) > 1", "unknown-function", "halve", "did you mean `half`?"),
        ("half(amont) > 1", "unknown-name", "amont", "did you mean `amount`?"),
        ("half(amount)", "not-a-condition", "half(amount)", None),
        ("near(city, 'B') > 1", None, None, None),
        ("half(5) > 1", "no-dimension", "half(5)", None),
        ("half(amount) = 'x'", "type-mismatch", None, None),
        ("half(near(city, 'x')) > 1", None, None, None),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(
    condition: str, code: str | None, marked: str | None, hint: str | None
) -> None:
    """The file is refused with the argument underlined, and with what was meant."""
    with pytest.raises(RuleSetError) as raised:
        ruleset(condition)
    (problem,) = raised.value.problems
    assert code is None or problem.code == code
    if marked is not None:
        line = problem.source_line
        assert line[problem.location.column - 1 : problem.location.end_column - 1] == marked
    assert hint is None or problem.hint() == hint
    assert problem.message("zh")


def test_a_function_that_fails_is_unknown_and_told() -> None:
    """The other tags stand; the root, the plugin and the words are named, and explanations go on."""
    decision = ruleset("half(amount) = 5", "inverse(count - 3) > 0", "wrong(amount) > 1").evaluate(
        RECORD, as_of=DAY
    )
    assert decision.tags == ("T0",)
    assert [[(m.dimension, m.cause) for m in item.missing] for item in decision.undetermined] == [
        [("count", "function_failed")],
        [("amount", "function_failed")],
    ]
    assert [(e.plugin, e.version, e.provider, e.dimension, e.detail) for e in decision.errors] == [
        ("house", "1.0", "inverse", "count", "ZeroDivisionError: float division by zero"),
        ("house", "1.0", "wrong", "amount", "it gave 'no number', but a number is expected"),
    ]
    SCHEMA.validate(decision.to_dict("zh"))
    for locale in ("en", "zh"):
        assert "inverse" in decision.explain(locale)
    for tag in ("T0", "T1", "T2"):
        assert (decision.why_not(tag) == ()) is (tag == "T0")
        decision.path_to(tag)


def test_a_missing_argument_is_no_failure() -> None:
    """The function is not called; the dimension is the root."""
    decision = ruleset("half(amount) > 1", "near(city, 'B')").evaluate({}, as_of=DAY)
    assert decision.errors == ()
    assert [[(m.dimension, m.cause) for m in item.missing] for item in decision.undetermined] == [
        [("amount", "absent")],
        [("city", "absent")],
    ]


CONDITIONS = st.sampled_from(
    [
        "half(amount) > 5", "half(amount) <= 50", "inverse(count) > 0.2", "halved > 10", "amount > half(count) * 100",
        "near(city, 'Berlin')", "close", "quarter(since) = 2", "band(amount, count) = 'high'", "amount > 20",
        "half(amount) + count > 30 and not close",
    ]
)  # fmt: skip
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.sampled_from([0.0, 1.0, 10.0, 10.5, 100.0, 1e6, None]),
        "count": st.integers(-3, 3),
        "city": st.sampled_from(["Bonn", "Ulm", "", None]),
        "since": st.dates(),
    },
)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), RECORDS)
def test_a_path_leads_where_it_says(conditions: list[str], record: dict[str, Any]) -> None:
    """With the changes of a path the tag is held; the index agrees with the interpreter before and after."""
    found = ruleset(*conditions, " and ".join(f"({c})" for c in conditions))
    assert difference(found, record, DAY) is None
    decision = found.evaluate(record, as_of=DAY)
    for tag in found.tags:
        path = decision.path_to(tag)
        if path is not None:
            after = {**record, **{change.dimension: change.after for change in path.changes}}
            assert tag in found.evaluate(after, as_of=DAY).tags
            assert difference(found, after, DAY) is None


PROVIDED = """
dimensions:
  amount: {type: money}
  basket: {type: money}
  count: {type: integer}
  part: {type: number, value: count * 2}
  extra: {type: number, provider: given_by, params: {amount: part}}
  idle: {type: number, provider: idle_by, params: {amount: basket}}
rules:
  - {id: a, tag: A, when: amount > 10 and extra > 2}
  - {id: b, tag: B, when: count > 10 or amount > 100}
  - {id: c, tag: C, when: extra > 100}
  - {id: d, tag: D, when: basket > 5 and count < 1000}
"""


@given(st.sampled_from([0.0, 5.0, 20.0]), st.integers(0, 20), st.sampled_from([0.0, 9.0]))
def test_a_path_never_changes_what_a_provider_reads(amount: float, count: int, basket: float) -> None:
    """Nobody knows what a plugin would say; a provider that nothing needs is in nobody's way."""
    provider = offered(lambda record, _: record["amount"], inputs={"amount": "number"})
    found = rules(PROVIDED, provider, offered(lambda _, __: 1, "idle_by"))
    record = {"amount": amount, "count": count, "basket": basket}
    decision = found.evaluate(record, as_of=DAY)
    for tag in found.tags:
        path = decision.path_to(tag)
        if path is not None:
            changed = {change.dimension: change.after for change in path.changes}
            assert not changed.keys() & {"count", "part", "extra"}
            assert tag in found.evaluate({**record, **changed}, as_of=DAY).tags
    assert decision.path_to("D") is not None
    assert (decision.path_to("C") is None) is (count <= 50)


def test_the_calls_of_a_function_need_no_provider_to_be_pickled() -> None:
    """A decision by a module's function is found again by the module's name."""
    found = rules(
        TEXT.replace("near(city, 'Berlin')", "city = 'x'") + "  - {id: r, tag: T, when: half(amount) > 1}\n",
        plugins=(house_module,),
    )
    decision = found.evaluate(RECORD, as_of=DAY)
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision
    assert again.tags == ("T",)
    assert again.ruleset["plugins"] == {"tests.house_module": ""}
    assert again.source.ruleset is pickle.loads(pickle.dumps(found))
