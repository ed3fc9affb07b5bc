"""Windows as half-open intervals of instants, from the moment of evaluation and the calendar of one zone.

A window never reaches beyond the moment of evaluation: what comes later is not known yet.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

Window = tuple[str, int, str]
"""`("trailing", 30, "day")`, `("this", 1, "month")` or `("previous", 1, "quarter")`."""

UTC = dt.UTC
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Interval:
    """Instants from `start` (None: from ever) up to, and without, `end`; both in UTC."""

    start: dt.datetime | None
    end: dt.datetime

    def holds(self, instant: dt.datetime) -> bool:
        """True for an instant in it."""
        return (self.start is None or self.start <= instant) and instant < self.end


def interval(window: Window | None, before: Window | None, moment: dt.datetime, zone: ZoneInfo) -> Interval:
    """The interval of a window at a moment; without a window all that came before.

    A trailing window ends at the moment. `this` begins with the current day, week (on Monday), month, quarter
    or year; `previous` is the whole one before that. `before` looks from a moment so much earlier.

    >>> at = dt.datetime(2025, 3, 31, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> found = interval(("trailing", 1, "month"), None, at, ZoneInfo("Asia/Shanghai"))
    >>> found.start.isoformat(), found.end.isoformat()
    ('2025-02-27T16:00:00+00:00', '2025-03-30T16:00:00+00:00')
    """
    local = moment.astimezone(zone)
    if before is not None:
        local = _back(local, before[1], before[2])
    if window is None:
        return Interval(None, local.astimezone(UTC))
    kind, count, unit = window
    if kind == "trailing":
        return Interval(_back(local, count, unit).astimezone(UTC), local.astimezone(UTC))
    first = _first(local.date(), unit)
    if kind == "this":
        return Interval(_midnight(first, zone), local.astimezone(UTC))
    return Interval(_midnight(_first(first - dt.timedelta(days=1), unit), zone), _midnight(first, zone))


def shifted(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or the last day of a month that does not have it.

    >>> shifted(dt.date(2025, 3, 31), -1), shifted(dt.date(2024, 2, 29), 12)
    (datetime.date(2025, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, dt.MINYEAR), dt.MAXYEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _back(local: dt.datetime, count: int, unit: str) -> dt.datetime:
    """The same time of an earlier day, as the clock on the wall shows it."""
    if unit == "month":
        return dt.datetime.combine(shifted(local.date(), -count), local.timetz())
    earliest = (local.date() - dt.date.min).days
    return local - dt.timedelta(days=min(count, max(earliest - 1, 0)))


def _first(day: dt.date, unit: str) -> dt.date:
    """The first day of the day, week, month, quarter or year that holds a day."""
    if unit == "day":
        return day
    if unit == "week":
        return day - dt.timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return dt.date(day.year, (day.month - 1) // months * months + 1, 1)


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
