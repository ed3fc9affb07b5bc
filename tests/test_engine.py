"""Loading, evaluating and describing a rule set: the face that developers meet."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pydantic
import pytest

import tierkit
from tierkit.engine import RuleSet, check
from tierkit.errors import Fault, RecordError, RuleSetError, UsageError

TEXT = """
ruleset: shop
version: 1.10
key: id
timezone: Asia/Shanghai
parameters:
  big: {value: 10k, because: agreed}
dimensions:
  amount: {type: money}
  visits: {type: integer, on_missing: 0}
  city: {type: text}
  kind: {type: category, values: {shop: Shop, home: Home}}
  wishes: {type: set}
  joined: {type: date}
  needed: {type: boolean, on_missing: false}
  ratio: {type: ratio, value: amount / visits}
  large: {type: boolean, value: amount > big}
  value_score:
    type: score
    scorecard:
      - {dimension: amount, weight: 50%, cap: 100k}
      - {dimension: visits, weight: 50%, points: [[0, 0], [10, 1]]}
tags: {VIP: {label: {en: Very important, zh: 贵宾}, owner: sales}, spring: }
rules:
  - {id: vip, tag: VIP, when: large}
  - {id: spring, tag: spring, when: visits > 0, valid_from: 2025-02-01, valid_through: 2025-02-28}
ladders:
  level: {tiers: [{id: gold, enter: value_score >= 50}, {id: rest}]}
benefits:
  - {for: [VIP, level.gold], grant: {discount: {percent: 5}}}
  - {for: VIP, when: visits > 100, grant: {perk: {text: cake}}}
examples:
  - {name: one, given: {amount: 20000, visits: 10}, expect: {tags: [VIP]}}
"""


@pytest.fixture(scope="module")
def shop() -> RuleSet:
    """A rule set with a little of everything."""
    return tierkit.loads(TEXT)


@dataclasses.dataclass
class Plain:
    """A record as a dataclass."""

    id: str
    amount: float
    visits: int


class Model(pydantic.BaseModel):
    """A record as a pydantic model."""

    id: str
    amount: float
    visits: int | None = None


class Wrapped(Mapping[str, Any]):
    """A record as a mapping that is no dict."""

    def __init__(self, **values: Any) -> None:
        self.values_ = values

    def __getitem__(self, key: str) -> Any:
        return self.values_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


@pytest.mark.parametrize(
    "record",
    [
        {"id": "a", "amount": 20_000, "visits": 5},
        Plain("a", 20_000, 5),
        Model(id="a", amount=20_000, visits=5),
        Wrapped(id="a", amount=20_000, visits=5),
    ],
    ids=["dict", "dataclass", "pydantic", "mapping"],
)
def test_records_of_any_kind_decide_alike(shop: RuleSet, record: Any) -> None:
    """A mapping, a dataclass and a pydantic model give one and the same decision."""
    day = dt.date(2025, 2, 3)
    decision = shop.evaluate(record, as_of=day)
    assert decision.key == "a"
    assert decision.tags == ("VIP", "spring")
    assert decision == shop.evaluate({"id": "a", "amount": 20_000.0, "visits": 5}, as_of=day)


@pytest.mark.parametrize("record", [5, "text", None, Plain, [("amount", 5)]])
def test_what_is_no_record_is_refused(shop: RuleSet, record: Any) -> None:
    """Anything that is no record is a record error, not a crash."""
    with pytest.raises(RecordError, match="a record is expected"):
        shop.evaluate(record)


def test_a_record_error_names_every_fault(shop: RuleSet) -> None:
    """All wrong values of a record are told at once, with dimension, value and expected type."""
    with pytest.raises(RecordError) as caught:
        shop.evaluate(
            {
                "id": "x",
                "amount": "12000",
                "visits": 5.5,
                "city": 7,
                "kind": [],
                "joined": dt.datetime.now(dt.UTC),
            }
        )
    assert {fault.dimension for fault in caught.value.errors} == {
        "amount",
        "visits",
        "city",
        "kind",
        "joined",
    }
    assert "record `x`: `amount` is '12000', but a money amount (a number) is expected" in str(caught.value)
    assert caught.value.errors[0].message("zh") == "`amount` 的值是 '12000'，应为金额（数字）"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_value_whose_repr_fails_is_still_told(shop: RuleSet) -> None:
    """A hostile value cannot turn its own error into another one, and a long one is cut."""

    class Hostile:
        def __repr__(self) -> str:
            raise RuntimeError

    with pytest.raises(RecordError, match="`amount` is <Hostile>"):
        shop.evaluate({"amount": Hostile()})
    assert len(Fault.of("wrong-type", "a", "x" * 1000, "text").value) == 60


def test_many_records_report_or_raise(shop: RuleSet) -> None:
    """A bad record takes the place of its decision, or stops the run where that is asked for."""
    records = [{"amount": 1.0}, {"amount": "1"}, {"amount": 2.0}]
    found = list(shop.evaluate_many(records))
    assert [type(item).__name__ for item in found] == ["Decision", "RecordError", "Decision"]
    assert len({item.as_of for item in found if isinstance(item, tierkit.Decision)}) == 1
    with pytest.raises(RecordError):
        list(shop.evaluate_many(records, on_error="raise"))
    with pytest.raises(UsageError, match="`on_error` is `ignore`"):
        shop.evaluate_many(records, on_error="ignore")


def test_given_values_are_used_as_they_are(shop: RuleSet) -> None:
    """A computed dimension is computed unless the caller gives it."""
    record = {"amount": 5, "visits": 1, "large": True, "ratio": 0.5}
    assert shop.evaluate(record).tags == ()
    decision = shop.evaluate(record, given=["large", "ratio"])
    assert decision.tags == ("VIP",)
    assert decision.values["large"].source == "given"
    assert next(iter(shop.evaluate_many([record], given="large"))).tags == ("VIP",)  # type: ignore[union-attr]
    with pytest.raises(UsageError, match=r"`given` names `larg`.*did you mean `large`\?"):
        shop.evaluate(record, given="larg")


def test_the_moment_of_evaluation(shop: RuleSet) -> None:
    """A date is its midnight in the rule set's zone; an instant needs a zone; now is the default."""
    record = {"amount": 1, "visits": 5}
    start = shop.evaluate(record, as_of=dt.date(2025, 2, 1))
    assert start.as_of.isoformat() == "2025-02-01T00:00:00+08:00"
    assert start.tags == ("spring",)
    late = dt.datetime(2025, 1, 31, 16, 0, tzinfo=dt.UTC)
    assert shop.evaluate(record, as_of=late) == start
    assert shop.evaluate(record, as_of="2025-02-01") == start
    assert shop.evaluate(record, as_of="2025-01-31T23:59:59+08:00").tags == ()
    assert abs(shop.evaluate(record).as_of.timestamp() - dt.datetime.now(dt.UTC).timestamp()) < 60
    known = shop.evaluate(record, as_of="2025-02-01", known_at="2025-03-01")
    assert known.known_at == dt.datetime(2025, 3, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert start.known_at is None
    for wrong, text in (
        (dt.datetime(2025, 1, 1), "without a time zone"),  # noqa: DTZ001
        ("yesterday", "is no date"),
        (5, "must be a date or an instant, not int"),
    ):
        with pytest.raises(UsageError, match=text):
            shop.evaluate(record, as_of=wrong)


def test_dated_rules_without_as_of_use_today() -> None:
    """A rule that is valid today fires without `as_of`, one that ended does not; the day is remembered."""
    today = dt.datetime.now(dt.UTC).date()
    rules = tierkit.loads(f"""
ruleset: a
version: 1
dimensions: {{x: {{type: number}}, d: {{type: date}}}}
rules:
  - {{id: now, tag: now, when: x > 0, valid_from: {today}, valid_through: {today + dt.timedelta(1)}}}
  - {{id: over, tag: over, when: x > 0, valid_through: {today - dt.timedelta(1)}}}
  - {{id: old, tag: old, when: d < as_of}}
""")
    for _ in range(2):
        assert rules.evaluate({"x": 1, "d": today - dt.timedelta(1)}).tags == ("now", "old")


def test_a_rule_set_describes_itself(shop: RuleSet) -> None:
    """Name, version as written, tags, ladders, dimensions, parameters and benefits can be read."""
    assert (shop.name, shop.version, len(shop.digest)) == ("shop", "1.10", 64)
    assert repr(shop) == "<RuleSet shop@1.10>"
    assert set(shop.tags) == {"VIP", "spring"}
    assert shop.tags["VIP"].owner == "sales"
    assert [tier.id for tier in shop.ladders["level"].tiers] == ["gold", "rest"]
    assert shop.dimensions["kind"].values == ("shop", "home")
    assert shop.parameters["big"].because == {"": "agreed"}
    assert [grant.provider for grant in shop.benefits_for("VIP")] == ["discount", "perk"]
    assert [example.name for example in shop.examples] == ["one"]
    assert shop.record_model()(amount=5).amount == 5
    with pytest.raises(TypeError):
        shop.tags["x"] = None  # type: ignore[index]


def test_benefits_list_target_provider_and_params(shop: RuleSet) -> None:
    """Every tag and tier that is held earns its benefits, where their own condition is true."""
    decision = shop.evaluate({"amount": 100_000, "visits": 10})
    (grant,) = decision.benefits
    assert (grant.target, grant.provider, grant.values) == ("VIP", "discount", {"percent": 5})
    assert [(lost.target, lost.values) for lost in grant.lost] == [("level.gold", {"percent": 5})]


def test_points_are_earned_and_lost(shop: RuleSet) -> None:
    """Each characteristic says what it earned and lost, the largest loss first."""
    decision = shop.evaluate({"amount": 80_000, "visits": 2})
    assert [(p.dimension, p.earned, p.lost) for p in decision.points("value_score")] == [
        ("visits", 10.0, 40.0),
        ("amount", 40.0, 10.0),
    ]
    assert decision.scores == {"value_score": 50.0}
    for wrong in ("value_scor", "amount"):
        with pytest.raises(UsageError, match="there is no scorecard"):
            decision.points(wrong)


def test_why_not_of_an_unknown_target_is_refused(shop: RuleSet) -> None:
    """A target that nothing gives is an error with a suggestion, not an empty answer."""
    with pytest.raises(UsageError, match=r"no tag or tier `VIPP`.*did you mean `VIP`\?"):
        shop.evaluate({"amount": 1}).why_not("VIPP")


def test_a_decision_cannot_be_changed(shop: RuleSet) -> None:
    """No attribute can be set or deleted, and what is returned is a copy or read-only."""
    decision = shop.evaluate({"id": "k", "amount": 1})
    with pytest.raises(AttributeError, match="cannot be changed"):
        decision.tags = ()  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del decision._state
    with pytest.raises(TypeError):
        decision.tiers["level"] = "gold"  # type: ignore[index]
    assert repr(decision) == "<Decision 'k' shop@1.10 tags=() level=rest>"


def test_a_decision_keeps_what_it_was_made_from(shop: RuleSet) -> None:
    """Changing the record afterwards changes no decision."""
    record: dict[str, Any] = {"amount": 20_000, "wishes": ["a"]}
    decision = shop.evaluate(record)
    record["amount"] = 0
    record["wishes"].append("b")
    assert decision.values["wishes"].value == frozenset("a")
    assert decision.reasons[0].findings[0].value == 20_000


def test_decisions_differ_by_content(shop: RuleSet) -> None:
    """Another value, key or day makes another decision; a hash agrees with equality."""
    one = shop.evaluate({"id": 1, "amount": 5}, as_of="2025-01-01")
    assert one == shop.evaluate({"id": 1, "amount": 5.0, "other": 9}, as_of="2025-01-01")
    assert one != shop.evaluate({"id": 2, "amount": 5}, as_of="2025-01-01")
    assert one != shop.evaluate({"id": 1, "amount": 6}, as_of="2025-01-01")
    assert one != shop.evaluate({"id": 1, "amount": 5}, as_of="2025-01-02")
    assert one != "something else"
    assert len({one, shop.evaluate({"id": 1, "amount": 5}, as_of="2025-01-01")}) == 1


def test_rule_sets_pickle_and_compare(shop: RuleSet) -> None:
    """A rule set survives pickling, as one object however often, and equals another load of its text."""
    first, second = (pickle.loads(pickle.dumps(shop)) for _ in range(2))
    assert first is second
    assert first == shop == tierkit.loads(TEXT)
    assert hash(first) == hash(shop)
    assert shop != tierkit.loads(TEXT.replace("1.10", "1.11"))
    given = shop.evaluate({"large": True}, given=["large"])
    assert pickle.loads(pickle.dumps(given)) == given


def test_the_default_stands_in_and_says_so(shop: RuleSet) -> None:
    """A missing value with a default is used, named a default, and keeps the cause."""
    found = shop.evaluate({"visits": None}).values["visits"]
    assert (found.value, found.source, found.cause) == (0, "default", "null")
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {x: {type: number}, y: {type: number, value: x + 1, on_missing: 7}}}"
    )
    derived = rules.evaluate({}).values["y"]
    assert (derived.value, derived.source, derived.cause) == (7.0, "default", "absent")


def test_those_who_are_not_eligible_get_nothing_but_the_reason() -> None:
    """No tag and no tier, nothing undetermined, and one reason that says why."""
    rules = tierkit.loads("""
ruleset: a
version: 1
eligible: not blocked
dimensions: {blocked: {type: boolean}, x: {type: number}}
rules: [{id: r, tag: T, when: x > 0}]
ladders: {l: {tiers: [{id: all, tag: U}]}}
""")
    decision = rules.evaluate({"blocked": True, "x": 5})
    assert (decision.tags, dict(decision.tiers), decision.undetermined) == ((), {"l": None}, ())
    (reason,) = decision.reasons
    assert (reason.target, reason.rule, reason.findings[0].expression) == (None, None, "blocked = true")
    unknown = rules.evaluate({"x": 5})
    assert [(item.rule, item.ladder, item.tiers) for item in unknown.undetermined] == [
        ("r", None, ()),
        (None, "l", ("all", None)),
    ]
    assert rules.evaluate({"blocked": False, "x": 5}).tags == ("T", "U")


def test_a_broken_text_raises_every_problem() -> None:
    """`loads` raises one error with all problems, whose text shows them."""
    with pytest.raises(RuleSetError) as caught:
        tierkit.loads("ruleset: Bad Name\nversion: 1\ndimensions: {x: {type: nmber}}\n")
    assert [problem.code for problem in caught.value.problems] == ["bad-id", "bad-choice"]
    assert "did you mean `number`?" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file is a `ReadError` that is also an `OSError`; one that is too large is a problem."""
    with pytest.raises(tierkit.ReadError, match="cannot read"):
        tierkit.load(tmp_path / "missing.yaml")
    assert issubclass(tierkit.ReadError, OSError)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (8 * 1024 * 1024 + 1))
    ruleset, problems = check(large)
    assert (ruleset, [problem.code for problem in problems]) == (None, ["file-too-large"])


def test_warnings_ride_on_the_rule_set() -> None:
    """A warning stops nothing and can be read."""
    rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {p: {type: ratio, provider: nobody}}, "
                          "rules: [{id: r, tag: T, when: p > 5%}]}")  # fmt: skip
    assert [problem.code for problem in rules.problems] == ["provider-missing"]
    decision = rules.evaluate({"p": 0.9})
    assert decision.undetermined[0].missing[0].cause == "provider_missing"
    assert decision.values["p"].source == "plugin"


def test_a_table_not_given_leaves_the_dimension_missing() -> None:
    """An aggregated dimension takes the record's own value; without one no default applies."""
    rules = tierkit.loads("""
ruleset: a
version: 1
tables: {orders: {key: id, time: at, columns: {n: {type: integer}, at: {type: date}}}}
dimensions: {n: {type: integer, from: orders, aggregate: sum(n), window: 30 days, on_missing: 3}}
rules: [{id: r, tag: T, when: n > 2}]
""")
    assert rules.evaluate({"n": 5}).values["n"].source == "aggregated"
    assert rules.evaluate({}).undetermined[0].missing[0].cause == "not_given"
    assert rules.evaluate({"n": None}).tags == ("T",)


def test_threads_share_a_rule_set() -> None:
    """Many threads deciding at once get what one gets, partitions made on the way included."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {k: {type: category, values: [a, b, c, d, e, f, g, h]}, x: {type: number}}, "
        "rules: ["
        + ", ".join(
            f"{{id: r{i}, tag: t{i}, when: k = '{'abcdefgh'[i % 8]}' and x > {i}}}" for i in range(80)
        )
        + "]}"
    )
    records: list[dict[str, Any]] = [{"k": "abcdefgh"[i % 8], "x": i} for i in range(400)]
    wrong: list[Any] = []

    def work() -> None:
        for record in records:
            tags = rules.evaluate(record).tags
            expected = [f"t{i}" for i in range(80) if "abcdefgh"[i % 8] == record["k"] and record["x"] > i]
            if list(tags) != expected:
                wrong.append((record, tags))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_import_tierkit_loads_nothing_else() -> None:
    """`import tierkit` brings in no third-party package; a name brings in what it needs."""
    program = (
        "import sys, tierkit; heavy = {'yaml', 'pydantic', 'typer', 'rich', 'babel', 'sqlglot', 'pluggy', "
        "'business_rules', 'polars'}; loaded = heavy & set(sys.modules); assert not loaded, loaded; "
        "assert 'loads' in dir(tierkit); tierkit.loads; assert not {'typer', 'rich', 'babel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ)


def test_names_that_do_not_exist() -> None:
    """An unknown name of the package is an attribute error; the version is known."""
    with pytest.raises(AttributeError, match="has no attribute `lods`"):
        tierkit.lods  # noqa: B018
    assert tierkit.__version__
