"""The plugin as its users have it: installed, found by tierkit, and tried with `tierkit.testing`."""

from __future__ import annotations

import csv
import logging
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import tierkit_churn
from hypothesis import given, settings
from hypothesis import strategies as st
from tierkit_churn.activity import P_ACTIVE
from tierkit_churn.voucher import RETENTION_VOUCHER, grant

import tierkit
from tierkit import testing
from tierkit.engine import check

HERE = Path(__file__).parent
ROOT = HERE.parent
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SLOW = {"r": 2, "alpha": 90, "a": 0.1, "b": 30, "unit_days": 1}

RULES = tierkit.load(ROOT / "retention.yaml")


def test_an_engine_takes_the_plugin() -> None:
    """Nothing about the plugin is refused, and its entry point leads to it."""
    assert testing.check_plugin(tierkit_churn) == []
    (entry,) = metadata.entry_points(group="tierkit", name="churn")
    assert entry.load() is tierkit_churn


@pytest.mark.parametrize("params", [CDNOW, SLOW])
def test_the_probability_is_the_same_in_python_and_in_sql(params: dict[str, float]) -> None:
    """One customer, many customers and SQL give one answer, at the boundaries too."""
    testing.assert_provider_agrees(P_ACTIVE, params)


def test_the_cases_worked_out_by_hand() -> None:
    """Conditions on the probability hold where the published numbers say so."""
    testing.assert_cases(HERE / "cases.yaml", [tierkit_churn])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_record_makes_the_plugin_fail(data: st.DataObject) -> None:
    """Whatever a record holds, the rule file decides or says what is missing; the plugin never fails."""
    decision = RULES.evaluate(data.draw(testing.records(RULES)))
    assert decision.errors == ()
    assert sum(grant.values["amount"] for grant in decision.benefits) <= 100


@given(
    testing.rulesets([tierkit_churn], {"p_active": CDNOW, "retention_voucher": {"amount": 5, "by": "rate"}})
)
@settings(max_examples=50, deadline=None)
def test_any_rule_set_can_use_it(text: str) -> None:
    """Rule sets that use the plugin load and decide, whatever else is in them."""
    rules = tierkit.loads(text, plugins=[tierkit_churn])
    assert rules.evaluate({"count": 3, "amount": 10, "level": 300, "rate": 0.1}).errors == ()


def test_vouchers_add_up_to_the_cap() -> None:
    """Two vouchers for one customer are one, of 100 at most, and both reasons stay."""
    decision = RULES.evaluate({"frequency": 12, "recency_days": 200, "age_days": 300})
    (voucher,) = decision.benefits
    assert voucher.values == {"amount": 100}
    assert [other.values for other in voucher.combined] == [{"amount": 66}]
    assert voucher.because_in("zh") == "仍活跃的概率为 17%，低于 50%"
    assert "- a voucher of 100 CNY" in decision.explain()
    assert "- 100 元代金券" in decision.explain("zh")


def test_a_reason_tells_the_probability() -> None:
    """The plugin words a reason that rests on the probability, in both languages, and no other."""
    decision = RULES.evaluate({"frequency": 12, "recency_days": 200, "age_days": 300})
    assert "lapsing: Bought regularly and may have left; the BG/NBD model gives 17%" in decision.explain()
    assert "lapsing：曾经常购买，可能已流失；BG/NBD 模型" in decision.explain("zh")
    assert "regular: Ten orders or more after the first (rule regular)" in decision.explain()


def test_no_voucher_without_a_probability() -> None:
    """A customer about whom nothing is known is not given money."""
    found: Any = grant(RETENTION_VOUCHER.params(amount=5, by="x"), None, context({"x": None}))
    assert found is None


def test_a_rule_without_a_reason_is_told(tmp_path: Path) -> None:
    """`tierkit check` says which rule has no `because`, and where it stands."""
    path = tmp_path / "bare.yaml"
    path.write_text(
        "ruleset: bare\nversion: 1\ndimensions: {x: {type: number}}\nrules:\n  - {id: big, tag: Big, when: x > 1}\n",
        encoding="utf-8",
    )
    _, problems = check(path)
    assert [(p.code, p.location.line) for p in problems] == [("house-rule", 5)]
    assert check(ROOT / "retention.yaml")[1] == ()


def test_the_customers_of_the_example(caplog: pytest.LogCaptureFixture) -> None:
    """Each customer of the small file is decided, or lacks something, and nothing is logged."""
    with (ROOT / "customers.csv").open(encoding="utf-8", newline="") as file:
        rows = [{name: _number(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    with caplog.at_level(logging.WARNING, "tierkit.plugins"):
        decisions = list(RULES.evaluate_many(rows))
    tiers = [decision.tiers["activity"] for decision in decisions]
    assert tiers == ["gone", "active", "active", "gone", "doubtful", None, "active"]
    assert caplog.records == []


def context(values: dict[str, Any]) -> Any:
    """What a grant is asked in."""
    from tierkit.plugins import GrantContext

    return GrantContext("lapsing", values)


def _number(cell: str) -> Any:
    if not cell:
        return None
    return int(cell) if cell.isdecimal() else cell
