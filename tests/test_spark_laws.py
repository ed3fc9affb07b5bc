"""What holds for any rule set, any records and any rows, in Spark: many drawn cases in each statement."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.sql_engines import differences, engine, run
from tests.test_sql_cases import keyed
from tests.test_sql_laws import text_for
from tests.test_sql_tables import compare, drawn
from tierkit.program.terms import Not

FEW = settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)  # fmt: skip
"""A counterexample is not made smaller: each try takes a second."""


@given(st.data(), strategies.days)
@FEW
def test_any_rule_set_is_decided_as_by_the_reference(data: st.DataObject, day: dt.date) -> None:
    """For any rule set and any records Spark's outcomes are the interpreter's: rules, tiers, scores, faults."""
    ruleset = keyed(text_for("spark", data.draw(strategies.rule_texts(most=20))))
    records = data.draw(st.lists(strategies.records(wrong_types=True), min_size=20, max_size=60))
    with engine("spark") as where:
        found, _ = run(where, ruleset, records, day)
    assert differences(ruleset, records, found, day) == []


@given(st.data(), strategies.days)
@settings(FEW, max_examples=2)
def test_conditions_their_opposites_and_unknown_share_out_the_customers(
    data: st.DataObject, day: dt.date
) -> None:
    """count(p) + count(not p) + count(p unknown) = count(all), for each of many conditions."""
    text = text_for("spark", data.draw(strategies.rule_texts(most=16)))
    head, _, drawn_rules = re.sub(r"\neligible: .*", "", text).rpartition("rules: ")
    rules: list[dict[str, Any]] = []
    for at, rule in enumerate(json.loads(drawn_rules)):
        rules.append({**rule, "id": f"p{at}"})
        rules.append({"id": f"q{at}", "tag": f"q{at}", "when": f"not ({rule['when']})"})
    ruleset = keyed(head + "rules: " + json.dumps(rules, ensure_ascii=False))
    assert all(isinstance(rule.when, Not) for rule in ruleset.program.rules[1::2])
    records = data.draw(st.lists(strategies.records(), min_size=20, max_size=40))
    with engine("spark") as where:
        found, _ = run(where, ruleset, records, day)
    answers = [row.answer for row in found.values() if row.answer is not None]
    assert answers
    for _, fired, unknown in answers:
        for at in range(0, len(rules), 2):
            assert (at in fired) + (at + 1 in fired) + (at in unknown) == 1
            assert (at in unknown) == (at + 1 in unknown)


@given(st.lists(drawn, min_size=8, max_size=16), st.booleans())
@settings(FEW, max_examples=2)
def test_any_rows_come_to_what_python_makes_of_them(lists: list[list[dict[str, Any]]], known: bool) -> None:
    """For any rows every aggregate is the same number, and a row of a wrong type refuses its customer."""
    rows = [{**row, "id": 10 * at + row["id"]} for at, own in enumerate(lists) for row in own]
    customers = [10 * at + own for at in range(len(lists)) for own in (1, 2, 3, 4)]
    compare("spark", rows, customers, listed=True, **({"known_at": "2025-11-01"} if known else {}))
