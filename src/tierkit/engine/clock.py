"""Instants and days: the moment of evaluation in a rule set's own time zone."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from tierkit.errors import UsageError


class Clock:
    """Turns what callers pass as `as_of` into moments, and moments into instants and days of one zone."""

    __slots__ = ("_today", "zone")

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._today: tuple[float, float, dt.date] = (0.0, 0.0, dt.date.min)

    def moment(self, as_of: Any) -> dt.datetime:
        """An aware instant: a date is its 00:00 in the zone, text is read as ISO.

        Raises `UsageError` for an instant without a time zone and for text that is none.
        """
        if isinstance(as_of, str):
            try:
                as_of = dt.date.fromisoformat(as_of) if len(as_of) <= 10 else dt.datetime.fromisoformat(as_of)  # noqa: PLR2004
            except ValueError:
                message = f"`as_of` is `{as_of}`, which is no date: write 2025-11-01"
                raise UsageError(message) from None
        if isinstance(as_of, dt.datetime):
            if as_of.tzinfo is None:
                message = f"`as_of` is `{as_of.isoformat()}` without a time zone: add one, or pass a date"
                raise UsageError(message)
            return as_of
        if isinstance(as_of, dt.date):
            return dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=self.zone)
        message = f"`as_of` must be a date or an instant, not {type(as_of).__name__}"
        raise UsageError(message)

    def instant(self, moment: Any) -> dt.datetime:
        """A moment as an instant of the zone; a number counts seconds since the epoch."""
        if isinstance(moment, dt.datetime):
            return moment.astimezone(self.zone)
        return dt.datetime.fromtimestamp(moment, self.zone)

    def day(self, moment: Any) -> dt.date:
        """The day of a moment in the zone; the current day is remembered until it ends."""
        if isinstance(moment, dt.datetime):
            return moment.astimezone(self.zone).date()
        start, end, day = self._today
        if start <= moment < end:
            return day
        day = self.instant(moment).date()
        midnight = dt.datetime(day.year, day.month, day.day, tzinfo=self.zone)
        following = day + dt.timedelta(days=1)
        end = dt.datetime(following.year, following.month, following.day, tzinfo=self.zone).timestamp()
        self._today = (midnight.timestamp(), end, day)
        return day
