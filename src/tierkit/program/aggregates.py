"""What the rows of a table come to: the reference for every engine, and the way of single records.

Sums are exact, as integers of the smallest unit, so the order of rows never matters; averages and deviations
are one division of exact numbers. Over no rows a sum and a count are 0, everything else is missing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierkit.program.domain import MISSING, Missing, confine
from tierkit.program.interpreter import truth, value
from tierkit.program.model import Aggregate, Dimension, Table
from tierkit.program.rows import Row
from tierkit.program.terms import Ref, Term, Value, references
from tierkit.program.types import NUMERIC
from tierkit.program.windows import Interval

MONEY_SCALE = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """What a window is seen from: its interval, the day of evaluation, and what was known by when."""

    interval: Interval
    day: dt.date
    known_at: dt.datetime | None = None


def aggregated(dimension: Dimension, table: Table, rows: Iterable[Row], moment: Moment) -> Value | Missing:
    """The value of an aggregated dimension over the rows of one customer."""
    aggregate = dimension.aggregate
    assert aggregate is not None  # noqa: S101  an aggregated dimension has one
    counted = [row for row in rows if counts(aggregate, table, row, moment)]
    found = _reduced(aggregate, table, counted, moment.day)
    if found is None:
        return MISSING["no_rows"]
    if dimension.type == "integer" and isinstance(found, float) and found.is_integer():
        found = int(found)
    elif dimension.type in NUMERIC and dimension.type != "integer":
        found = float(found)  # type: ignore[arg-type]  # the types were checked at load
    return confine(dimension, found)


def counts(aggregate: Aggregate, table: Table, row: Row, moment: Moment) -> bool:
    """True for a row that counts: in the window, known by then, and `where` is true, not unknown."""
    if table.time is not None and (row.time is None or not moment.interval.holds(row.time)):
        return False
    known_at = moment.known_at if table.recorded_at is not None else None
    if known_at is not None and (row.recorded_at is None or row.recorded_at >= known_at):
        return False
    return aggregate.where is None or truth(aggregate.where, row.values, moment.day) is True


def _reduced(aggregate: Aggregate, table: Table, rows: Sequence[Row], day: dt.date) -> Value | None:
    if aggregate.term is None:
        return len(rows)
    found = [(row, value(aggregate.term, row.values, day)) for row in rows]
    known = [(row, item) for row, item in found if item is not None]
    values = [item for _, item in known]
    match aggregate.function:
        case "count":
            return len(set(values))
        case "sum" | "avg" | "stddev":
            return _exact(aggregate.function, values, scale_of(aggregate.term, table))
        case "min":
            return min(values, default=None)
        case "max":
            return max(values, default=None)
        case "mode":
            most = Counter(values)
            return min((item for item in most if most[item] == max(most.values())), default=None)
        case _:  # first and last: by time, of equals the smallest
            timed = [(row.time, item) for row, item in known if row.time is not None]
            if not timed:
                return None
            edge = (min if aggregate.function == "first" else max)(time for time, _ in timed)
            return min(item for time, item in timed if time == edge)


def scale_of(term: Term, table: Table) -> int:
    """The digits behind the point that sums of a column keep."""
    names = references(term)
    column = table.columns[next(iter(names))] if isinstance(term, Ref) else None
    if column is None or column.type == "integer":
        return 0
    return MONEY_SCALE if column.scale is None else column.scale


def units(number: float, scale: int) -> int:
    """A number as whole units of its smallest digit, halves rounded up.

    >>> units(12.345, 2), units(-0.005, 2), units(7, 0)
    (1235, 0, 7)
    """
    return math.floor(number * 10.0**scale + 0.5)


def _exact(function: str, values: Sequence[Value], scale: int) -> float | None:
    whole = [units(item, scale) for item in values]  # type: ignore[arg-type]  # typed as numbers
    total, count, unit = sum(whole), len(whole), 10**scale
    if function == "sum":
        return float(total) / float(unit)
    if function == "avg":
        return float(total) / float(count * unit) if count else None
    if count < 2:  # noqa: PLR2004  a deviation takes two
        return None
    spread = count * sum(item * item for item in whole) - total * total
    return math.sqrt(float(spread) / float(count * (count - 1))) / float(unit)
