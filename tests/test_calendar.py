"""The calendar dimensions, against definitions that are slow and plain."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.houses import rules
from tierkit import RuleSetError
from tierkit.plugins.calendar import days_to_anniversary, tenure_months
from tierkit.program.windows import shifted

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@given(DAYS, DAYS)
def test_tenure_is_the_most_months_that_fit(since: dt.date, day: dt.date) -> None:
    """The largest n for which n months before the day is not before `since`."""
    found = tenure_months(since, day)
    if since > day:
        assert found is None
        return
    assert found is not None
    assert found >= 0
    assert since <= shifted(day, -found)
    assert since > shifted(day, -found - 1)


@given(DAYS, DAYS)
def test_tenure_never_falls(since: dt.date, day: dt.date) -> None:
    """A day later nobody is younger, and nobody grows by more than a month."""
    today, tomorrow = tenure_months(since, day), tenure_months(since, day + dt.timedelta(1))
    if today is not None:
        assert tomorrow in (today, today + 1)


@given(DAYS, DAYS)
def test_the_next_anniversary_is_within_a_year(since: dt.date, day: dt.date) -> None:
    """It falls on the same day of the year, or on February 28th for February 29th, and none lies between."""
    found = days_to_anniversary(since, day)
    if since > day:
        assert found is None
        return
    assert found is not None
    assert 0 <= found <= 366
    then = day + dt.timedelta(found)
    assert (then.month, then.day) in {(since.month, since.day), (2, 28)}
    assert then == shifted(since, 12 * (then.year - since.year))
    before = shifted(since, 12 * (then.year - since.year - 1))
    assert before < day or found == 0


@pytest.mark.parametrize(
    ("since", "day", "months", "days"),
    [
        ("2024-02-29", "2025-02-28", 11, 0),
        ("2024-02-29", "2025-03-01", 12, 364),
        ("2024-02-29", "2028-02-28", 47, 1),
        ("2025-01-31", "2025-01-31", 0, 0),
        ("2025-01-31", "2025-02-28", 0, 337),
        ("2025-01-30", "2025-02-28", 0, 336),
        ("2025-01-28", "2025-02-28", 1, 334),
        ("2025-12-31", "2026-01-01", 0, 364),
        ("0001-01-01", "9998-12-31", 119975, 1),
    ],
)
def test_days_that_are_easily_got_wrong(since: str, day: str, months: int, days: int) -> None:
    """Ends of months, leap days, and the ends of time."""
    one, other = dt.date.fromisoformat(since), dt.date.fromisoformat(day)
    assert (tenure_months(one, other), days_to_anniversary(one, other)) == (months, days)


TEXT = """
timezone: Asia/Shanghai
dimensions:
  joined: {type: date}
  tenure: {type: integer, provider: tenure_months, params: {since: joined}}
  left: {type: integer, provider: days_to_anniversary, params: {since: joined}}
rules:
  - {id: old, tag: Old, when: tenure >= 12}
  - {id: party, tag: Party, when: left <= 7}
"""


@pytest.mark.parametrize(
    ("joined", "as_of", "tags"),
    [
        (dt.date(2024, 3, 1), "2025-03-01", ("Old", "Party")),
        (dt.date(2024, 3, 1), "2025-02-28T17:00:00+00:00", ("Old", "Party")),  # the 1st in Shanghai
        (dt.date(2024, 3, 1), "2025-02-28T15:59:00+00:00", ("Party",)),
        (dt.date(2025, 3, 1), "2025-02-28", ()),
        (None, "2025-02-28", ()),
    ],
)
def test_rules_can_ask_for_them(joined: Any, as_of: str, tags: tuple[str, ...]) -> None:
    """The day is that of the rule set's zone; before the first day nothing is known, and nothing failed."""
    decision = rules(TEXT).evaluate({"joined": joined}, as_of=as_of)
    assert decision.tags == tags
    assert decision.errors == ()
    assert decision.values["joined"].source == "given"
    assert set(decision.ruleset["plugins"]) == {"tierkit"}


@pytest.mark.parametrize("day", ["9999-12-31", "9999-03-02"])
def test_the_last_year_there_is_breaks_nothing(day: str) -> None:
    """Where the next anniversary lies behind the end of time, it is unknown, and the rest stands."""
    decision = rules(TEXT).evaluate({"joined": dt.date(2024, 3, 1)}, as_of=dt.date.fromisoformat(day))
    assert decision.tags == ("Old",)
    assert decision.errors == ()
    assert [[m.cause for m in item.missing] for item in decision.undetermined] == [["null"]]


def test_they_need_a_date() -> None:
    """What is no date is a problem of the file."""
    with pytest.raises(RuleSetError) as raised:
        rules(TEXT.replace("joined: {type: date}", "joined: {type: text}"))
    assert {problem.code for problem in raised.value.problems} == {"provider-input-type"}
