"""What the authors of plugins test with: it takes what is right, and catches every way to lie."""

from __future__ import annotations

import datetime as dt
import importlib
import math
import subprocess
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydantic
import pytest
import sqlglot
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import tierkit
from tierkit import testing
from tierkit.engine.examples import run
from tierkit.errors import MissingExtraError, PluginError, RecordError, RuleSetError, UsageError
from tierkit.plugins import Advice, BenefitProvider, DimensionProvider, FunctionProvider, Granted
from tierkit.program.domain import Missing, read
from tierkit.program.model import Dimension
from tierkit.testing.databases import Rows, engines
from tierkit.testing.near import usual


class Curve(pydantic.BaseModel):
    """The parameters of the provider that the tests bend."""

    model_config = pydantic.ConfigDict(extra="forbid")

    half: float
    names: tuple[str, ...] = ()


def fraction(record: Mapping[str, Any], params: Curve) -> float | None:
    """The share of an amount that is above a half."""
    amount: float = record["amount"]
    return amount / (amount + params.half) if amount >= 0 else None


HONEST = DimensionProvider(
    name="fraction",
    type="ratio",
    inputs={"amount": "money"},
    params=Curve,
    compute=fraction,
    compute_many=lambda records, params: [fraction(record, params) for record in records],
    sql=lambda params: sqlglot.parse_one(f"CASE WHEN amount >= 0 THEN amount / (amount + {params.half}) END"),
)
PARAMS = {"half": 100}


def sql(text: str) -> Callable[[Any], Any]:
    """A `sql` that always gives one expression."""
    return lambda _params: sqlglot.parse_one(text)


# -- providers


def test_an_honest_provider_passes() -> None:
    """What answers alike in every way is let through, with records made up or given."""
    testing.assert_provider_agrees(HONEST, PARAMS)
    testing.assert_provider_agrees(HONEST, Curve(half=3), [{"amount": 1.0}, {"amount": -1.0}])


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ({"compute_many": lambda records, _: [0.5 for _ in records]}, "`compute_many` gives 0.5"),
        ({"compute_many": lambda records, _: [0.5 for _ in records[1:]]}, r"gives \d+ values for \d+ records"),
        ({"compute_many": lambda *_: 1 / 0}, "`compute_many` failed .* ZeroDivisionError"),
        ({"compute_many": lambda records, _: [math.nan for _ in records]}, "it gave what is nan"),
        ({"compute_many": lambda records, p: [fraction(r, p) and fraction(r, p) * (1 + 1e-15) for r in records]}, "compute_many"),  # type: ignore[operator]
        ({"sql": sql("amount / (amount + 100)")}, "`sql` in SQLite gives"),
        ({"sql": sql("CASE WHEN amount >= 0 THEN amount / (amount + 100.01) END")}, "`sql` in SQLite gives"),
        ({"sql": sql("CASE WHEN amount >= 0 THEN amonut END")}, "it reads `amonut`, and the inputs are amount"),
        ({"sql": sql("'0.5'")}, "gives nothing .it gave '0.5', but a ratio"),
        ({"sql": lambda _params: 1 / 0}, "SQLite cannot run its `sql`: ZeroDivisionError"),
        ({"sql": sql("no_such_function(amount)")}, "SQLite cannot run its `sql`: OperationalError"),
        ({"compute": lambda *_: 1 / 0}, "`compute` always failed: ZeroDivisionError"),
        ({"compute": lambda *_: "half"}, "`compute` always failed: it gave 'half', but a ratio"),
    ],
)  # fmt: skip
def test_a_lying_provider_is_caught(lie: dict[str, Any], told: str) -> None:
    """Whatever one of the ways says differently is told with the record and both answers."""
    with pytest.raises(AssertionError, match=told):
        testing.assert_provider_agrees(replace(HONEST, **lie), PARAMS)


def test_the_message_names_the_record_and_both_answers() -> None:
    """A difference is told so that it can be tried again."""
    lying = replace(HONEST, sql=sql("amount"))
    with pytest.raises(AssertionError) as raised:
        testing.assert_provider_agrees(lying, PARAMS, [{"amount": 100.0}])
    wanted = "`fraction` for {'amount': 100.0}: `compute` gives 0.5, `sql` in SQLite gives 100.0"
    assert str(raised.value).splitlines()[0] == wanted


def test_a_long_list_of_differences_is_cut() -> None:
    """Ten differences are shown, and how many more there are."""
    with pytest.raises(AssertionError, match=r"and \d+ more$") as raised:
        testing.assert_provider_agrees(replace(HONEST, sql=sql("-1")), PARAMS)
    assert len(str(raised.value).splitlines()) == 11


def test_a_record_that_compute_fails_for() -> None:
    """Where `compute` fails, `compute_many` and SQL must fail or give nothing."""

    def strict(record: Mapping[str, Any], _params: Any) -> float:
        if record["x"] < 0:
            raise ValueError(record["x"])
        return 1.0

    right = DimensionProvider(
        name="strict", type="number", inputs={"x": "number"}, compute=strict, sql=sql("CASE WHEN x >= 0 THEN 1.0 END"),
        compute_many=lambda records, params: [strict(record, params) for record in records],
    )  # fmt: skip
    testing.assert_provider_agrees(right)
    for lie in ({"sql": sql("1.0")}, {"compute_many": lambda records, _: [1.0 for _ in records]}):
        with pytest.raises(AssertionError, match=r"`compute` gives nothing \(ValueError: -.*\), `"):
            testing.assert_provider_agrees(replace(right, **lie))


def test_missing_inputs_are_tried_where_they_are_accepted() -> None:
    """A provider that takes missing values is tried with them, in SQL too."""
    asked: list[Any] = []

    def first(record: Mapping[str, Any], _params: Any) -> Any:
        asked.append(record)
        return record["x"] if record["x"] is not None else record["y"]

    right = DimensionProvider(
        name="first", type="integer", inputs={"x": "integer", "y": "integer"}, compute=first,
        accepts_missing=True, sql=sql("COALESCE(x, y)"),
    )  # fmt: skip
    testing.assert_provider_agrees(right)
    assert {"x": None, "y": None} in asked
    with pytest.raises(AssertionError, match="'x': None"):
        testing.assert_provider_agrees(replace(right, sql=sql("x")))
    asked.clear()
    testing.assert_provider_agrees(replace(right, accepts_missing=False))
    assert all(None not in record.values() for record in asked)
    asked.clear()
    testing.assert_provider_agrees(
        replace(right, accepts_missing=False), records=[{"x": 1}, {"x": 1, "y": 2}]
    )
    assert asked == [{"x": 1, "y": 2}]


@pytest.mark.parametrize(
    ("type_", "answer", "text"),
    [
        ("boolean", lambda r: r["flag"], "flag"),
        ("text", lambda r: r["name"], "name"),
        ("date", lambda r: r["day"], "day"),
        ("category", lambda r: "a" if r["flag"] else "b", "CASE WHEN flag THEN 'a' ELSE 'b' END"),
    ],
)
def test_every_type_can_be_tried_in_sql(type_: str, answer: Callable[[Any], Any], text: str) -> None:
    """Booleans, texts and days come back from SQLite as they went in, and a wrong one is seen."""
    provider = DimensionProvider(
        name="same", type=type_, inputs={"flag": "boolean", "name": "text", "day": "date"},
        values=("a", "b") if type_ == "category" else None,
        compute=lambda record, _: answer(record), sql=sql(text),
    )  # fmt: skip
    testing.assert_provider_agrees(provider)
    with pytest.raises(AssertionError, match="`sql` in SQLite gives"):
        testing.assert_provider_agrees(replace(provider, sql=sql("NULL")))


def test_a_set_is_not_tried_in_sql() -> None:
    """A set has no column everywhere; the rest of such a provider can be tried."""
    provider = DimensionProvider(
        name="size", type="integer", inputs={"words": "set"}, compute=lambda record, _: len(record["words"])
    )
    testing.assert_provider_agrees(provider)
    with pytest.raises(UsageError, match="a set cannot be tried in SQL"):
        testing.assert_provider_agrees(replace(provider, sql=sql("1")))


def test_wrong_parameters_are_not_a_difference() -> None:
    """Parameters that the provider's model refuses are the caller's mistake."""
    with pytest.raises(UsageError, match="`fraction` do not fit: hlaf: unknown; half: Field required"):
        testing.assert_provider_agrees(HONEST, {"hlaf": 1})
    plain = replace(HONEST, params=None, compute=lambda *_: 1.0, compute_many=None, sql=None)
    with pytest.raises(UsageError, match="takes no parameters"):
        testing.assert_provider_agrees(plain, {"half": 1})
    testing.assert_provider_agrees(plain)
    with pytest.raises(AssertionError, match="no record"):
        testing.assert_provider_agrees(plain, records=[])


def test_a_provider_may_not_change_what_it_is_given() -> None:
    """A `compute` that spoils its record spoils nothing for the others."""

    def spoil(record: Any, params: Any) -> float | None:
        return fraction({"amount": record.pop("amount")}, params)

    provider = replace(HONEST, compute=spoil)
    testing.assert_provider_agrees(provider, PARAMS)


def test_the_example_is_tried_in_duckdb_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where DuckDB is installed, it is asked as well."""
    rows = Rows({"x": "number", "day": "date"}, [(1.5, dt.date(2025, 1, 1)), (None, None)])
    asked: list[str] = []

    class Connection:
        def execute(self, text: str) -> Connection:
            asked.append(text)
            return self

        def executemany(self, text: str, values: Sequence[Any]) -> None:
            asked.append(f"{text} {values}")

        def fetchall(self) -> list[tuple[Any]]:
            return [(1.5,), (None,)]

        def close(self) -> None: ...

    monkeypatch.setitem(sys.modules, "duckdb", types.SimpleNamespace(connect=lambda _: Connection()))
    monkeypatch.setattr("tierkit.testing.databases.find_spec", lambda _: object())
    selects = dict(engines(rows))
    assert selects["DuckDB"](sqlglot.parse_one("x"), "number") == [1.5, None]
    assert asked[0] == 'CREATE TABLE customers ("tierkit_row" INTEGER, "x" DOUBLE, "day" DATE)'
    assert asked[-1] == 'SELECT "x" FROM customers ORDER BY "tierkit_row"'


# -- functions


LONG = FunctionProvider(
    name="long", arguments=("text", "integer"), type="boolean", compute=lambda text, n: len(text) > n,
    sql=lambda text, n: sqlglot.exp.Length(this=text) > n,
)  # fmt: skip


def test_an_honest_function_passes() -> None:
    """A function that is total, and says the same in SQL, is let through."""
    testing.assert_function_agrees(LONG)
    testing.assert_function_agrees(LONG, [("abc", 2), ("", 0)])


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ({"compute": lambda text, n: text[n] > "a"}, "`compute` failed: IndexError"),
        ({"compute": lambda text, _: len(text)}, "`compute` failed: it gave 2, but "),
        ({"compute": lambda _, n, seen=[]: seen.append(n) or len(seen) % 2 > 0}, "gives True, and then False"),
        ({"sql": lambda text, n: sqlglot.exp.Length(this=text) >= n}, "for .*: `compute` gives False, `sql` in SQLite"),
    ],
)  # fmt: skip
def test_a_lying_function_is_caught(lie: dict[str, Any], told: str) -> None:
    """A function that raises, gives another type, changes its mind or says otherwise in SQL is told."""
    with pytest.raises(AssertionError, match=told):
        testing.assert_function_agrees(replace(LONG, **lie), [("ab", 2), ("abc", 1), ("", 7)])


def test_the_literals_of_sql_are_tried() -> None:
    """What Python and a database see differently only beside a literal is seen: `LIKE` ignores case in SQLite."""
    right = FunctionProvider(
        name="is_ltd", arguments=("text",), type="boolean", compute=lambda name: name.endswith(" Ltd"),
        sql=lambda name: sqlglot.exp.func("SUBSTR", name, "-4").eq(" Ltd"),
    )  # fmt: skip
    testing.assert_function_agrees(right)
    with pytest.raises(AssertionError, match="lTD"):
        testing.assert_function_agrees(replace(right, sql=lambda name: name.like("% Ltd")))
    step = DimensionProvider(
        name="step",
        type="boolean",
        inputs={"x": "number"},
        compute=lambda record, _: record["x"] > 4321,
        sql=sql("x >= 4321"),
    )
    with pytest.raises(AssertionError, match=r"4321.0}: `compute` gives False, `sql` in SQLite gives True"):
        testing.assert_provider_agrees(step)


def test_trying_the_sql_of_a_function_needs_sqlglot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without sqlglot it is said what is missing."""
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(MissingExtraError, match="sqlglot"):
        testing.assert_function_agrees(LONG)


# -- cases

CASES = """about: What this file pins.
dimensions:
  x: {type: number}
  words: {type: set}
  half: {type: number, provider: half}
cases:
  # doubled is a function of the plugin
  - {when: "doubled(x) > 2", record: {x: 1}, is: false}
  - {when: "doubled(x) > 2", record: {x: 1.5}, is: true}
  - {when: "doubled(x) > 2", record: {}, is: unknown, because: [{dimension: x, cause: absent}]}
  - {when: "half > 0", record: {x: "1"}, is: error}
  - {when: "half = 1", record: {x: 2}, as_of: 2025-02-28, is: true}
  - when: "has(words, 'a')"
    record: {words: {set: [a]}}
    is: true
"""


def plugin(double: float = 2.0) -> Any:
    """A plugin with a function and a dimension."""

    @tierkit.hookimpl
    def tierkit_functions() -> list[FunctionProvider]:
        return [
            FunctionProvider(
                name="doubled", arguments=("number",), type="number", compute=lambda x: double * x
            )
        ]

    @tierkit.hookimpl
    def tierkit_dimensions() -> list[DimensionProvider]:
        compute = lambda record, _: record["x"] / 2 if record["x"] < 9 else 1 / 0  # noqa: E731
        return [DimensionProvider(name="half", type="number", inputs={"x": "number"}, compute=compute)]

    @tierkit.hookimpl
    def tierkit_benefit_providers() -> list[BenefitProvider]:
        return [BenefitProvider(name="gift", grant=lambda *_: Granted({"text": "a pen"}))]

    return types.SimpleNamespace(
        name="mine", tierkit_functions=tierkit_functions, tierkit_dimensions=tierkit_dimensions,
        tierkit_benefit_providers=tierkit_benefit_providers,
    )  # fmt: skip


def test_cases_run_on_the_functions_and_dimensions_of_a_plugin(tmp_path: Path) -> None:
    """Each case is answered by the interpreter and by the index, from a text and from a file."""
    path = tmp_path / "cases.yaml"
    path.write_text(CASES, encoding="utf-8")
    for cases in (CASES, path, str(path)):
        results = testing.run_cases(cases, [plugin()])
        assert [result.index for result in results] == ["false", "true", "unknown", "error", "true", "true"]
        assert [result.interpreter for result in results] == [result.index for result in results]
        assert [line for result in results for line in result.differences] == []
        testing.assert_cases(cases, [plugin()])


def test_a_lying_function_is_seen_in_its_cases() -> None:
    """All differences are told, each with its line, by whom, and what was to come out."""
    with pytest.raises(AssertionError) as raised:
        testing.assert_cases(CASES, [plugin(double=1.0)])
    assert str(raised.value).splitlines() == [
        "<text>:9: doubled(x) > 2 with {'x': 1.5}: the interpreter gives false, not true",
        "<text>:9: doubled(x) > 2 with {'x': 1.5}: the index gives false, not true",
    ]


def test_a_failing_plugin_is_named_in_its_cases() -> None:
    """A case that came out wrong because a plugin failed says so, and which root was missing."""
    text = CASES.replace("x: 1}, is: false", "x: 9}, is: true").replace("doubled(x) > 2", "half > 0", 1)
    with pytest.raises(AssertionError) as raised:
        testing.assert_cases(text.replace("cause: absent", "cause: nan"), [plugin()])
    told = str(raised.value)
    assert "plugin `mine`: `half` failed for `half`: ZeroDivisionError: division by zero" in told
    assert "missing is x (absent), not x (nan)" in told


def test_cases_on_one_line_and_about_more_than_one() -> None:
    """A file may be written in any style of YAML."""
    text = """
about: >-
  This
  and that
cases: [{when: "x = 1", record: {x: 1}, is: true}, {when: "x = 2", record: {x: 1}, is: false}]
""".replace("cases:", "dimensions: {x: {type: number}}\ncases:")
    results = testing.run_cases(text)
    assert [(r.case.rule, r.index) for r in results] == [("r6", "true"), ("r6_2", "false")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dimensions: {}\n", "it has no `cases:`"),
        ("cases: []\n\n", "it has no `cases:`"),
        ("cases:\n- {when: x}\n", "<text>:2: a case has `when`, `record` and `is`"),
        (
            "cases:\n- {when: x, record: {}, is: maybe}\n",
            "`is` is `maybe`: it must be true, false, unknown, error",
        ),
        ("cases:\n- {when: x, record: [], is: true}\n", "`record` must map the names"),
        ("cases:\n- {when: x, record: {}, is: true, as_of: soon}\n", "`as_of` is a day"),
        ("cases:\n- {when: x, record: {}, is: unknown, because: [{cause: nan}]}\n", "`because` lists"),
        (
            "cases:\n- {when: x, record: {x: {odd: 1}}, is: true}\n",
            "<text>:2: a value of a case is `{odd}`: known are",
        ),
        ("cases:\n- {when: x, record: {x: {date: soon}}, is: true}\n", "`{date: soon}`, which is no date"),
        ("cases:\n- {when: x, record: {}, is: true}\ndimensions: {}\n", "must be the last section"),
    ],
)
def test_a_case_that_is_none_is_refused(text: str, told: str) -> None:
    """What a case must have is said with its line."""
    with pytest.raises(UsageError) as raised:
        testing.run_cases(text)
    assert told in str(raised.value)


def test_a_wrong_condition_is_told_at_its_place() -> None:
    """A condition that does not load is shown where the case stands, and a YAML mistake where it is."""
    text = 'dimensions: {x: {type: number}}\ncases:\n  - {when: "x > y", record: {}, is: true}\n'
    with pytest.raises(RuleSetError) as raised:
        testing.run_cases(text)
    (problem,) = raised.value.problems
    assert (problem.code, problem.location.line, problem.location.column) == ("unknown-name", 3, 17)
    with pytest.raises(RuleSetError):
        testing.run_cases("cases:\n  - {\n")


def test_a_value_of_numpy_needs_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without numpy a case with such a value says what is missing."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingExtraError, match="numpy"):
        testing.run_cases("cases:\n- {when: x, record: {x: {numpy: int64, value: 1}}, is: true}\n")


# -- what is drawn

RULES = tierkit.loads("""
ruleset: drawn_from
version: 1
parameters: {limit: {by: kind, value: {a: 7}, else: 70}}
tables: {orders: {key: id, columns: {n: {type: integer}}}}
dimensions:
  amount: {type: money, min: 5, max: 50}
  far: {type: number, min: 1e9}
  count: {type: integer}
  flag: {type: boolean}
  kind: {type: category, values: [a, b]}
  city: {type: text}
  words: {type: set}
  free: {type: set}
  since: {type: date}
  total: {type: integer, from: orders, aggregate: count()}
  share: {type: ratio, value: amount / 123}
  mark: {type: score, scorecard: [{dimension: amount, weight: 50%, cap: 77}, {dimension: count, weight: 50%,
    points: [[0, 0], [33, 1]]}]}
eligible: city != 'X'
rules:
  - {id: one, tag: One, when: "amount > 10.5 and flag"}
  - {id: two, tag: Two, when: "count = 3 or amount > limit or contains(city, 'ork')"}
  - {id: three, tag: Three, when: "has_any(words, ('p', 'q')) and since > '2024-02-29'"}
ladders: {size: {tiers: [{id: large, enter: "kind in ('b')"}, {id: small}]}}
""")


def _amount_is(value: float) -> Callable[[dict[str, Any]], bool]:
    return lambda record: record.get("amount") == value


WANTED: dict[str, Callable[[dict[str, Any]], bool]] = {
    **{
        f"amount {value}": _amount_is(value)
        for value in (10.5, math.nextafter(10.5, 0), 7, 70, 77, 123, 5, 50, math.inf)
    },
    "nan": lambda record: isinstance(record.get("amount"), float) and math.isnan(record["amount"]),
    "null": lambda record: "amount" in record and record["amount"] is None,
    "absent": lambda record: "amount" not in record,
    "points": lambda record: record.get("count") == 33,
    "text": lambda record: record.get("city") == "ork",
    "no value": lambda record: record.get("kind") not in ("a", "b", None),
    "day": lambda record: record.get("since") == dt.date(2024, 3, 1),
    "set": lambda record: record.get("words") == frozenset(["p", "q"]),
    "tag": lambda record: RULES.evaluate(record).tags == ("One", "Two"),
}


@pytest.mark.parametrize("name", WANTED)
def test_every_kind_of_value_is_drawn(name: str) -> None:
    """At the literals of rules, parameters, scorecards and bounds, and odd ones: each is drawn in the end."""
    quick = settings(max_examples=20_000, database=None, deadline=None, phases=[Phase.generate])
    record = find(testing.records(RULES), WANTED[name], settings=quick)
    assert set(record) <= set(RULES.dimensions) - {"share", "mark"}


def test_wrong_types_are_drawn_when_asked_for() -> None:
    """Only records with values of wrong types are refused."""
    refused: list[bool] = []

    @given(testing.records(RULES), testing.records(RULES, wrong_types=True))
    @settings(max_examples=200, database=None, derandomize=True, deadline=None)
    def look(plain: dict[str, Any], wrong: dict[str, Any]) -> None:
        RULES.evaluate(plain)
        try:
            RULES.evaluate(wrong)
        except RecordError:
            refused.append(True)

    look()
    assert refused


@given(st.data(), testing.rulesets([plugin()], most=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_drawn_rule_sets_are_valid(data: st.DataObject, text: str) -> None:
    """Every rule set that is drawn loads with the plugin, and decides every record that is drawn for it."""
    rules = tierkit.loads(text, plugins=[plugin()], entry_points=False)
    assert not [problem for problem in rules.problems if problem.severity == "error"]
    rules.evaluate(data.draw(testing.records(rules)))


def test_drawn_rule_sets_use_the_plugin() -> None:
    """Functions, dimensions and benefits of the plugin are all met; what lacks parameters is not."""
    needy = plugin()
    needy.tierkit_dimensions = tierkit.hookimpl(lambda: [replace(HONEST, name="needy")])
    needy.tierkit_dimensions.__name__ = "tierkit_dimensions"
    texts: list[str] = []

    @given(
        testing.rulesets([plugin()]), testing.rulesets([needy]), testing.rulesets([needy], {"needy": PARAMS})
    )
    @settings(max_examples=60, database=None, derandomize=True, deadline=None)
    def look(usual: str, without: str, given_params: str) -> None:
        texts.append(usual)
        assert "needy" not in without
        assert '"provider": "needy"' in given_params

    look()
    together = "".join(texts)
    assert all(word in together for word in ("doubled(", "doubled(p_2)", '"provider": "half"', '"gift"'))


def test_a_rule_set_without_given_dimensions_has_one_record() -> None:
    """Nothing is drawn where nothing is given."""
    seven = DimensionProvider(name="seven", type="number", compute=lambda *_: 7)
    own = types.SimpleNamespace(name="own", tierkit_dimensions=tierkit.hookimpl(lambda: [seven]))
    own.tierkit_dimensions.__name__ = "tierkit_dimensions"
    text = "{ruleset: a, version: 1, dimensions: {x: {type: number, provider: seven}}}"
    rules = tierkit.loads(text, plugins=[own])

    @given(testing.records(rules))
    @settings(max_examples=5, database=None, deadline=None)
    def look(record: dict[str, Any]) -> None:
        assert record == {}

    look()


@pytest.mark.parametrize(
    "type_", ["integer", "number", "ratio", "score", "money", "boolean", "category", "text", "set", "date"]
)
def test_what_is_made_up_is_of_its_type(type_: str) -> None:
    """Every value that a provider is tried with is one that an engine could give it."""
    dimension = Dimension("x", type_)
    found = usual(type_, [1e18, -0.5, "a", dt.date.max, 10])
    assert len(found) > 1
    assert all(
        type(read(dimension, value)) is not Missing and read(dimension, value) == value for value in found
    )


def test_hypothesis_is_asked_for_by_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without hypothesis the text names the extra."""
    monkeypatch.setitem(sys.modules, "hypothesis.strategies", None)
    for draw in (lambda: testing.records(RULES), testing.rulesets):
        with pytest.raises(MissingExtraError, match=r"`tierkit\[testing\]`"):
            draw()


def test_nothing_is_imported_that_is_not_used() -> None:
    """`import tierkit` does not load `tierkit.testing`, and that does not load hypothesis or sqlglot."""
    program = (
        "import sys, tierkit; assert 'tierkit.testing' not in sys.modules\n"
        "import tierkit.testing; assert not {'hypothesis', 'sqlglot', 'duckdb'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# -- plugins


def test_check_plugin_lists_what_an_engine_refuses() -> None:
    """What `check_plugin` says is what an engine raises; a plugin without mistakes has no lines."""

    @tierkit.hookimpl
    def tierkit_check(ruleset: Any, mood: str) -> list[Advice]:
        raise NotImplementedError

    wrong = types.SimpleNamespace(name="wrong", tierkit_check=tierkit_check, tierkit_decided=print)
    lines = testing.check_plugin(wrong)
    assert len(lines) == 2
    with pytest.raises(PluginError) as raised:
        tierkit.loads("{ruleset: a, version: 1}", plugins=[wrong])
    assert list(raised.value.mistakes) == lines
    assert testing.check_plugin(plugin()) == []
    liar = plugin()
    liar.tierkit_functions = tierkit.hookimpl(lambda: [replace(LONG, name="abs", type="nubmer")])
    liar.tierkit_functions.__name__ = "tierkit_functions"
    assert any("the language has a function of this name" in line for line in testing.check_plugin(liar))


EXAMPLE = Path(__file__).parent.parent / "examples" / "tierkit-churn"


@pytest.fixture
def churn(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The example of a plugin, imported from its source as it stands."""
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    yield importlib.import_module("tierkit_churn")
    for name in [name for name in sys.modules if name.partition(".")[0] == "tierkit_churn"]:
        del sys.modules[name]


def test_the_example_works_when_it_is_passed(churn: Any) -> None:
    """The module of the example has a part in decisions without being installed."""
    assert testing.check_plugin(churn) == []
    rules = tierkit.load(EXAMPLE / "retention.yaml", plugins=[churn], entry_points=False)
    assert rules.problems == ()
    assert [result.passed for result in run(rules)] == [True, True]
    decision = rules.evaluate({"frequency": 12, "recency_days": 200, "age_days": 300}, as_of="2025-11-20")
    assert decision.tags == ("lapsing", "regular")
    assert decision.values["p_active"].value == pytest.approx(0.1713, abs=1e-4)
    assert decision.benefits[0].values == {"amount": 100}
    assert "BG/NBD" in decision.explain()
    assert decision.ruleset["plugins"] == {"tierkit_churn": "0.1.0"}
    activity = importlib.import_module("tierkit_churn.activity")
    testing.assert_provider_agrees(activity.P_ACTIVE, {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
    assert len(list(churn.tierkit_check(tierkit.loads("{ruleset: a, version: 1}")))) == 0


def test_the_example_gives_advice(churn: Any, tmp_path: Path) -> None:
    """The house rule of the example is heard by whoever checks a file."""
    from tierkit.engine import check

    path = tmp_path / "bare.yaml"
    path.write_text(
        "{ruleset: a, version: 1, dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}]}"
    )
    _, problems = check(path, plugins=[churn], entry_points=False)
    assert [problem.code for problem in problems] == ["house-rule"]
