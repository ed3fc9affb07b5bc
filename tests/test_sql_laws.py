"""What holds for any rule set and any records, in every engine."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.sql_engines import SETS, differences, engine, run
from tests.test_sql_cases import ENGINES, QUICK, keyed
from tierkit.engine import loads
from tierkit.program.terms import Not

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


_SETS = re.compile(r"(?:has_any|has_all|has_one|subset_of)\(words, \('\w', 'p'\)\)|has\(words, '\w'\)")


def text_for(name: str, text: str) -> str:
    """A drawn rule set for an engine: without a tolerance; where there are no sets, something else is asked."""
    text = re.sub(r"\nnumeric_tolerance: .*", "", text)
    if name in SETS:
        return text
    text = text.replace("  words: {type: set}\n", "").replace("words is", "city is")
    return _SETS.sub("off", text)


@pytest.mark.parametrize("name", QUICK)
@given(st.data(), strategies.days)
@SLOW
def test_any_rule_set_is_decided_as_by_the_reference(name: str, data: st.DataObject, day: dt.date) -> None:
    """For any rule set and any records the engine's outcomes are the interpreter's: rules, tiers, scores, faults."""
    text = data.draw(strategies.rule_texts())
    ruleset = keyed(text_for(name, text))
    records = data.draw(st.lists(strategies.records(wrong_types=True), min_size=1, max_size=12))
    with engine(name) as where:
        found, _ = run(where, ruleset, records, day)
    assert differences(ruleset, records, found, day) == []


@pytest.mark.parametrize("name", QUICK)
@given(st.data(), strategies.days)
@SLOW
def test_a_condition_its_opposite_and_unknown_share_out_the_customers(
    name: str, data: st.DataObject, day: dt.date
) -> None:
    """count(p) + count(not p) + count(p unknown) = count(all), and each count is the interpreter's."""
    text = text_for(name, data.draw(strategies.rule_texts(most=1)))
    head, _, rules = re.sub(r"\neligible: .*", "", text).rpartition("rules: ")
    (first,) = json.loads(rules)
    pair = [{**first, "id": "p"}, {"id": "q", "tag": "q", "when": f"not ({first['when']})"}]
    ruleset = keyed(head + "rules: " + json.dumps(pair, ensure_ascii=False))
    assert isinstance(ruleset.program.rules[1].when, Not)
    records = data.draw(st.lists(strategies.records(), min_size=1, max_size=12))
    with engine(name) as where:
        found, _ = run(where, ruleset, records, day)
    answers = [row.answer for row in found.values() if row.answer is not None]
    for _, fired, unknown in answers:
        assert (0 in fired) + (1 in fired) + (0 in unknown) == 1
        assert (0 in unknown) == (1 in unknown)


@pytest.mark.parametrize("name", ENGINES)
def test_tags_are_the_decisions_tags(name: str) -> None:
    """The shape `tags` holds, for each customer, the tags of its decision; ladders' tags and shared ones too."""
    rules = [{"id": f"r{i}", "tag": f"T{i % 40}", "when": f"amount > {i}"} for i in range(130)]
    ruleset = loads(
        "ruleset: demo\nversion: 1\nkey: id\ndimensions: {amount: {type: money}, n: {type: integer, on_missing: error}}\n"
        "ladders: {size: {tiers: [{id: big, enter: amount > 50, tag: Big}, {id: mid, enter: amount > 10}, {id: no, tag: 'it''s'}]}}\n"
        f"rules: {json.dumps(rules)}\n"
    )
    records: list[dict[str, Any]] = [
        {"amount": amount, "n": 1} for amount in (None, 0.0, 5.0, 11.0, 70.0, 200.0)
    ]
    records.append({"amount": 5.0})
    with engine(name) as where:
        run(where, ruleset, records, "2025-01-01")
        text = ruleset.to_sql(name, tables={"customers": "records"}, as_of="2025-01-01", shape="tags")
        rows = where.execute(text)
    assert len(rows) == len(set(rows))
    for number, record in enumerate(records[:-1]):
        assert {tag for key, tag in rows if key == number} == set(ruleset.evaluate(record).tags)
    assert not [key for key, _ in rows if key == len(records) - 1]
