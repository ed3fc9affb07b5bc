"""Built-in dimensions: facts that follow from the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tierkit.plugins.hooks import hookimpl
from tierkit.program.providers import DimensionProvider
from tierkit.program.windows import shifted


def tenure_months(since: dt.date, as_of: dt.date) -> int | None:
    """Whole months from `since` to `as_of`: the largest n with `since <= shifted(as_of, -n)`.

    A month is full on the same day of the next; where that month is too short, on the day after its last: a
    customer of January 31st has a month on March 1st, one of February 29th twelve on March 1st. None before
    `since`.

    >>> since, days = dt.date(2025, 1, 31), (dt.date(2025, 2, 28), dt.date(2025, 3, 1), dt.date(2025, 1, 1))
    >>> [tenure_months(since, day) for day in days]
    [0, 1, None]
    """
    if since > as_of:
        return None
    months = (as_of.year - since.year) * 12 + as_of.month - since.month
    return months if since <= shifted(as_of, -months) else months - 1


def days_to_anniversary(since: dt.date, as_of: dt.date) -> int | None:
    """Days from `as_of` to the next anniversary of `since`, 0 on the day; None before `since`.

    Whoever came on February 29th is celebrated on February 28th in other years.

    >>> days_to_anniversary(dt.date(2024, 2, 29), dt.date(2025, 2, 27))
    1
    """
    if since > as_of:
        return None
    months = 12 * (as_of.year - since.year)
    day = shifted(since, months)
    if day < as_of and as_of.year == dt.MAXYEAR:
        return None  # the next one lies behind the end of time
    return ((day if day >= as_of else shifted(since, months + 12)) - as_of).days


def _dimension(name: str, function: Any) -> DimensionProvider:
    def compute(record: Mapping[str, Any], _params: Any) -> int | None:
        found: int | None = function(record["since"], record["as_of"])
        return found

    inputs = {"since": "date", "as_of": "date"}
    return DimensionProvider(name=name, type="integer", inputs=inputs, compute=compute)


@hookimpl
def tierkit_dimensions() -> list[DimensionProvider]:
    """The calendar dimensions: both read a date, named under `params:` as `since`."""
    return [
        _dimension("tenure_months", tenure_months),
        _dimension("days_to_anniversary", days_to_anniversary),
    ]
