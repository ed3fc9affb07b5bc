"""Aggregates over the rows of a table: windows, conditions, exact sums.

Sums are made of two 64-bit integers, the multiples of 2^40 units and the rest: they are exact and come to
the nearest binary64 on every engine, whatever it makes of `SUM` over its own numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlglot import exp

from tierkit.backends.sql.dialects import Dialect
from tierkit.backends.sql.domains import Domain, allowed, fault, stored, within
from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    balanced,
    binary,
    both,
    call,
    case,
    cast,
    column,
    divide,
    integer,
    is_null,
    named,
)
from tierkit.backends.sql.stages import Piece, Query, Stages, raw_name, reading, selecting, stage_name
from tierkit.program.aggregates import scale_of
from tierkit.program.model import Aggregate, Dimension, Table
from tierkit.program.rows import needed
from tierkit.program.terms import Ref, references
from tierkit.program.types import TEXTUAL
from tierkit.program.windows import Interval, interval

KEY = "row key"
TIME, SEEN, FAULT = "row time", "row seen", "row fault"
_SPLIT = 40
_PICKED = ("first", "last", "mode")


@dataclass(frozen=True, slots=True)
class Moment:
    """When is evaluated, and what was known by when."""

    instant: dt.datetime
    known_at: dt.datetime | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Joined:
    """What a table gives to its customers: queries in order, and where each dimension's value is."""

    queries: tuple[Query, ...]
    sources: tuple[str, ...]
    """The queries to join by key: the first holds sums and faults, the others one value each."""
    values: dict[str, tuple[int, str]]
    """By dimension: the position of its source and its column there."""


def joined(
    dialect: Dialect, table: Table, dimensions: Sequence[Dimension], source: Sequence[str], moment: Moment
) -> Joined:
    """The aggregated dimensions of one table."""
    return _Rows(dialect, table, dimensions, moment).joined(source)


class _Rows:
    """The stages of one table; `item i` is what dimension i adds up, NULL for rows that do not count."""

    def __init__(
        self, dialect: Dialect, table: Table, dimensions: Sequence[Dimension], moment: Moment
    ) -> None:
        self.dialect, self.table, self.dimensions, self.moment = dialect, table, dimensions, moment
        self.aggregates = [d.aggregate for d in dimensions if d.aggregate is not None]
        parts = [part for a in self.aggregates for part in (a.term, a.where) if part is not None]
        self.columns = needed(table, {text for part in parts for text in references(part)})
        plain = [column.name for column in self.columns if column.term is None]
        base = [KEY, *(raw_name(text) for text in plain)]
        base += [TIME] * (table.time is not None)
        self.stages = Stages(dialect, stage_name(table.name, "rows"), base)
        self.writer = Writer(dialect, self.stages, moment.instant.date())
        self.spans = [interval(a.window, a.before, moment.instant, moment.zone) for a in self.aggregates]
        self.whole = self._whole()
        self.sums: list[Node] = []
        self.last: list[Node] = []

    def _whole(self) -> Interval:
        """What every window lies in: other rows are not looked at."""
        end = max((span.end for span in self.spans), default=self.moment.instant)
        starts = [span.start for span in self.spans if span.start is not None]
        return Interval(min(starts) if starts and len(starts) == len(self.spans) else None, end)

    def joined(self, source: Sequence[str]) -> Joined:
        """Every query of the table."""
        faults = self._columns()
        queries: list[Query] = []
        sources, values = [stage_name(self.table.name, "sums")], {}
        picked: list[tuple[int, Aggregate]] = []
        for at, (dimension, aggregate) in enumerate(zip(self.dimensions, self.aggregates, strict=True)):
            self.writer.place = f"dimension `{dimension.name}`"
            self._item(at, aggregate)
            if aggregate.function in _PICKED:
                picked.append((at, aggregate))
                values[dimension.name] = len(sources), f"item {at}"
                sources.append(stage_name(self.table.name, str(at)))
            else:
                values[dimension.name] = 0, f"item {at}"
                self._sum(at, aggregate)
        if faults:
            self.sums.append(named(call("MAX", faults[0].node), FAULT))
            self.last.append(column(FAULT))
        queries += self.stages.queries(self._source(source))
        rows = queries[-1].name
        groups = selecting([column(KEY), *self.sums], rows)
        groups.set("group", exp.Group(expressions=[column(KEY)]))
        queries.append(Query(stage_name(self.table.name, "groups"), groups))
        queries.append(Query(sources[0], selecting([column(KEY), *self.last], queries[-1].name)))
        for at, aggregate in picked:
            queries += self._picked(at, aggregate, rows)
        return Joined(tuple(queries), tuple(sources), values)

    def _source(self, source: Sequence[str]) -> Node:
        """The rows that may count, with the columns that are asked for."""
        table, writer = self.table, self.writer
        key = column(table.key)
        found = [named(self.dialect.emit["key"](key) if "key" in self.dialect.emit else key, KEY)]
        if table.time is not None:
            found.append(named(column(table.time), TIME))
        found += [
            named(stored(writer, c.type, column(c.name)), raw_name(c.name))
            for c in self.columns
            if c.term is None
        ]
        select = exp.Select(expressions=found, from_=exp.From(this=reading(source)))
        checks: list[Node] = [is_null(column(table.key), negated=True)]
        if table.time is not None:
            checks.append(self._inside(table.time, self.whole))
        if table.recorded_at is not None and self.moment.known_at is not None:
            checks.append(self._inside(table.recorded_at, Interval(None, self.moment.known_at)))
        select.set("where", exp.Where(this=balanced(both, checks)))
        return select

    def _within(self, span: Interval) -> list[Piece]:
        """The part of a window that is not true of every row that is looked at."""
        time = str(self.table.time)
        if span == self.whole:
            return []
        if span.end == self.whole.end:
            return [Piece(self._since(time, span, TIME), 1)]
        return [Piece(self._inside(time, span, TIME), 1)]

    def _since(self, text: str, span: Interval, source: str) -> Node:
        """A column of instants not before the start of an interval."""
        both_bounds = self._inside(text, span, source)
        return next(node for node in both_bounds.find_all(exp.GTE))

    def _inside(self, text: str, span: Interval, source: str | None = None) -> Node:
        """A column of instants (or days, where it is declared as a date) within an interval."""
        declared = self.table.columns.get(text)
        days = declared is not None and declared.type == "date"
        bound = self._day if days else self._instant
        found = column(source or text)
        end = binary("<", found, bound(span.end))
        return end if span.start is None else both(binary(">=", found.copy(), bound(span.start)), end)

    def _instant(self, at: dt.datetime) -> Node:
        naive = at.astimezone(dt.UTC).replace(tzinfo=None)
        if "instant" in self.dialect.emit:
            return self.dialect.emit["instant"](naive)
        text = exp.Literal.string(naive.isoformat(" ") + self.dialect.zone)
        return text if self.dialect.instant_type is None else cast(text, self.dialect.instant_type)

    def _day(self, at: dt.datetime) -> Node:
        """The first day that does not begin before an instant."""
        local = at.astimezone(self.moment.zone)
        day = local.date()
        if dt.datetime(day.year, day.month, day.day, tzinfo=self.moment.zone) < at and day < dt.date.max:
            day += dt.timedelta(days=1)
        return self.writer.date(day)

    def _columns(self) -> list[Piece]:
        """The values of columns, within their domains; what is of a wrong type, as one text."""
        writer, wrong = self.writer, []
        for item in self.columns:
            writer.place = f"column `{self.table.name}.{item.name}`"
            if item.term is None:
                raw = self.stages.ref(raw_name(item.name))
                self.stages.add(item.name, within(writer, raw, Domain.of(item)))
                found = fault(writer, raw, Domain.of(item))
                if found is not None:
                    wrong.append((found, writer.text(f"{self.table.name}.{item.name}")))
            else:
                made = self.stages.settled(writer.term(item.term))
                self.stages.add(item.name, allowed(writer, made, Domain.of(item)))
        if not wrong:
            return []
        text = case([(found.node, place) for found, place in wrong])
        return [self.stages.settled(self.stages.piece(text, *(found for found, _ in wrong)))]

    def _item(self, at: int, aggregate: Aggregate) -> None:
        """The column `item i`: what a row that counts adds."""
        checks: list[Piece] = []
        counted = aggregate.function == "mode" or aggregate.distinct
        if self.dialect.padded and counted and aggregate.term is not None and aggregate.term.type in TEXTUAL:
            self.writer.refuse("texts told apart by spaces at their end")
        if self.table.time is not None:
            checks += self._within(self.spans[at])
        if aggregate.where is not None:
            checks.append(self.writer.formula(aggregate.where))
        item = Piece(integer(1)) if aggregate.term is None else self.writer.term(aggregate.term)
        direct = self._direct(aggregate)
        if direct is not None:
            item = direct
        elif aggregate.term is not None and aggregate.function in ("sum", "avg", "stddev"):
            unit = self.writer.number(10.0 ** scale_of(aggregate.term, self.table))
            half = self.writer.number(0.5)
            units = self.stages.piece(binary("+", self.writer.arithmetic("*", item.node, unit), half), item)
            item = self.writer.rounded("floor", units)
        if checks:
            holds = self.writer.joined(both, checks)
            item = self.stages.piece(case([(holds.node, item.node)]), item, holds)
        found = self.stages.add(f"item {at}", item)
        if direct is None and aggregate.function in ("sum", "avg", "stddev"):
            size = self.writer.number(2.0**_SPLIT)
            high = self.stages.piece(call("FLOOR", divide(found.node, size)), found)
            high = self.stages.add(f"high {at}", high)
            low = binary("-", found.node.copy(), binary("*", high.node, size.copy()))
            self.stages.add(f"low {at}", self.stages.piece(low, high))

    def _direct(self, aggregate: Aggregate) -> Piece | None:
        """The units of a column that are few enough to be 64-bit integers, where their sums are wider."""
        term = aggregate.term
        if (
            not self.dialect.wide_sums
            or aggregate.function not in ("sum", "avg")
            or not isinstance(term, Ref)
        ):
            return None
        if self.table.columns[term.name].type not in ("integer", "money"):
            return None
        scale = scale_of(term, self.table)
        text = f"units {term.name} {scale}"
        if text not in self.stages:
            found = self.stages.ref(term.name)
            scaled = binary("*", found.node, self.writer.number(10.0**scale))
            whole = call("FLOOR", binary("+", scaled, self.writer.number(0.5)))
            self.stages.add(text, self.stages.piece(cast(whole, self.dialect.whole), found))
        return self.stages.ref(text)

    def _sum(self, at: int, aggregate: Aggregate) -> None:
        """What the rows of a customer come to: parts in one query, the value made of them in the next."""
        item, text = column(f"item {at}"), f"item {at}"
        match aggregate.function:
            case "count":
                counted = item if aggregate.term is None else exp.Distinct(expressions=[item])
                self.sums.append(named(cast(exp.Count(this=counted), self.dialect.double), text))
                self.last.append(column(text))
            case "min" | "max":
                self.sums.append(named(call(aggregate.function.upper(), item), text))
                self.last.append(column(text))
            case _:
                self._exact(at, aggregate)

    def _exact(self, at: int, aggregate: Aggregate) -> None:
        """A sum, an average or a deviation, from exact sums."""
        assert aggregate.term is not None  # noqa: S101  sums are over columns
        dialect, writer = self.dialect, self.writer
        whole, unit = dialect.whole, 10.0 ** scale_of(aggregate.term, self.table)
        self.sums.append(named(exp.Count(this=column(f"item {at}")), f"count {at}"))
        number = cast(column(f"count {at}"), dialect.double)
        if self._direct(aggregate) is not None:
            self.sums[-1:] = self.sums[-1:] if aggregate.function == "avg" else []
            self.sums.append(named(call("SUM", column(f"item {at}")), f"sum {at}"))
            every = column(f"sum {at}")
            high = cast(cast(binary(">>", every, integer(_SPLIT)), whole), dialect.double)
            rest = cast(cast(binary("&", every.copy(), integer(2**_SPLIT - 1)), whole), dialect.double)
            self._total(at, aggregate, binary("+", binary("*", high, writer.number(2.0**_SPLIT)), rest))
            return
        if aggregate.function == "stddev":
            if dialect.wide is None:
                writer.refuse("`stddev`, which takes integers of more than 64 bits")
            wide = dialect.wide
            parts = [cast(cast(column(f"{part} {at}"), whole), wide) for part in ("high", "low")]
            x = binary("+", binary("*", parts[0], cast(integer(2**_SPLIT), wide)), parts[1])
            self.sums.append(named(call("SUM", x), f"sum {at}"))
            self.sums.append(named(call("SUM", binary("*", x.copy(), x.copy())), f"squares {at}"))
            first = column(f"sum {at}")
            product = binary("*", cast(column(f"count {at}"), wide), cast(column(f"squares {at}"), wide))
            spread = binary("-", product, binary("*", cast(first, wide), cast(first.copy(), wide)))
            if "checked" in dialect.emit:
                spread = dialect.emit["checked"](spread)
            text = cast(spread, dialect.words)  # by its digits, the only way that every engine rounds right
            pairs = binary("*", number, binary("-", number.copy(), writer.number(1.0)))
            share = divide(cast(text, dialect.double), pairs)
            made = divide(call("SQRT", share), writer.number(unit))
            two = binary(">=", column(f"count {at}"), integer(2))
            self.last.append(named(case([(two, made)]), f"item {at}"))
            return
        for part in ("high", "low"):
            summed = cast(call("SUM", cast(column(f"{part} {at}"), whole)), whole)
            self.sums.append(named(summed, f"{part} {at}"))
        low = column(f"low {at}")
        carry = cast(self._emitted("carry", low, lambda x: binary(">>", x, integer(_SPLIT))), whole)
        rest = cast(self._emitted("rest", low.copy(), self._rest), whole)
        high = cast(binary("+", column(f"high {at}"), carry), dialect.double)
        total = binary("+", binary("*", high, writer.number(2.0**_SPLIT)), cast(rest, dialect.double))
        self._total(at, aggregate, total)

    def _total(self, at: int, aggregate: Aggregate, total: Node) -> None:
        """A sum or an average, from a sum of units."""
        assert aggregate.term is not None  # noqa: S101  sums are over columns
        writer, unit = self.writer, 10.0 ** scale_of(aggregate.term, self.table)
        number = cast(column(f"count {at}"), self.dialect.double)
        if aggregate.function == "sum":
            made = divide(total, writer.number(unit))
        else:
            made = divide(total, call("NULLIF", binary("*", number, writer.number(unit)), writer.number(0.0)))
        self.last.append(named(made, f"item {at}"))

    def _emitted(self, name: str, low: Node, otherwise: Callable[[Node], Node]) -> Node:
        """A part of a sum as the dialect takes it apart."""
        return self.dialect.emit.get(name, otherwise)(low)

    def _rest(self, low: Node) -> Node:
        return self.writer.bit_and(low, integer(2**_SPLIT - 1))

    def _picked(self, at: int, aggregate: Aggregate, rows: str) -> list[Query]:
        """The first or last value by time, or the most frequent one; of equals the smallest."""
        item, queries = f"item {at}", []
        present = is_null(column(item), negated=True)
        if aggregate.function == "mode":
            counted = selecting([column(KEY), column(item), named(exp.Count(this=exp.Star()), "times")], rows)
            counted.set("where", exp.Where(this=present))
            counted.set("group", exp.Group(expressions=[column(KEY), column(item)]))
            queries.append(Query(stage_name(self.table.name, f"{at} counted"), counted))
            rows, order, desc, present = queries[-1].name, "times", True, None  # type: ignore[assignment]
        else:
            order, desc = TIME, aggregate.function == "last"
        place = exp.Window(
            this=call("ROW_NUMBER"),
            partition_by=[column(KEY)],
            order=exp.Order(
                expressions=[
                    exp.Ordered(this=column(order), desc=desc, nulls_first=False),
                    exp.Ordered(this=column(item), desc=False, nulls_first=False),
                ]
            ),
        )
        ranked = selecting([column(KEY), column(item), named(place, "place")], rows)
        if present is not None:
            timed = is_null(column(TIME), negated=True)
            ranked.set("where", exp.Where(this=both(present, timed)))
        queries.append(Query(stage_name(self.table.name, f"{at} ranked"), ranked))
        chosen = selecting([column(KEY), column(item)], queries[-1].name)
        chosen.set("where", exp.Where(this=binary("=", column("place"), integer(1))))
        return [*queries, Query(stage_name(self.table.name, str(at)), chosen)]
