"""Aggregates over regular rows in one pass; the generated function leaves everything else to the reference.

The function reads plain dicts whose cells have exactly the types of their columns and whose times are aware
instants. A row that is not so ends it with None, and the careful way starts over.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

from tierkit.backends.python.expressions import Writer
from tierkit.backends.python.generated import function
from tierkit.program.aggregates import scale_of
from tierkit.program.domain import MISSING, confine
from tierkit.program.model import Aggregate, Column, Dimension, Table
from tierkit.program.rows import needed
from tierkit.program.terms import Ref, references
from tierkit.program.types import NUMERIC, SMALLEST, magnitude

FastRows = Callable[..., "tuple[Any, ...] | None"]
"""`run(rows, key, day, known_at, starts, ends)`: the values in the order of the dimensions, or None."""

_SIMPLE = frozenset(["sum", "avg", "count", "min", "max"])


def fast_rows(table: Table, dimensions: Sequence[Dimension]) -> FastRows | None:
    """The one-pass function for the dimensions of a table, or None where they need more than one pass."""
    aggregates = [dimension.aggregate for dimension in dimensions]
    if not all(a is not None and a.function in _SIMPLE and not a.distinct for a in aggregates):
        return None
    return _Passes(table, dimensions).compile()


class _Passes:
    """Writes the function."""

    def __init__(self, table: Table, dimensions: Sequence[Dimension]) -> None:
        self.table, self.dimensions = table, dimensions
        self.aggregates: list[Aggregate] = [d.aggregate for d in dimensions if d.aggregate is not None]
        parts = [part for a in self.aggregates for part in (a.term, a.where) if part is not None]
        self.columns = needed(table, {name for part in parts for name in references(part)})
        names = {column.name: f"c{i}" for i, column in enumerate(self.columns)}
        self.namespace: dict[str, Any] = {"floor": math.floor, "inf": math.inf}
        self.names = names
        self.writer = Writer(names, self.namespace)

    def compile(self) -> FastRows:
        head, write = [], self.writer.line
        for i, aggregate in enumerate(self.aggregates):
            start = "inf" if aggregate.function == "min" else "-inf" if aggregate.function == "max" else "0"
            head.append(f"    a{i} = {start}; n{i} = 0; s{i} = starts[{i}]; e{i} = ends[{i}]")
        write("if row.__class__ is not dict: return None")
        key = self.writer.constant(self.table.key)
        write(f"if key is not None and row.get({key}, key) != key: return None")
        for name, variable in ((self.table.time, "t"), (self.table.recorded_at, "r")):
            if name is not None:
                self.namespace["datetime"] = dt.datetime
                write(f"{variable} = row[{self.writer.constant(name)}]")
                write(f"if {variable}.__class__ is not datetime or {variable}.tzinfo is None: return None")
        if self.table.recorded_at is not None:
            write("if known_at is not None and r >= known_at: continue")
        for column in self.columns:
            self.column(column)
        for i, aggregate in enumerate(self.aggregates):
            self.add(i, aggregate)
        body = "\n".join("        " + line for line in self.writer.lines)
        results = ", ".join(
            self.result(i, d, a)
            for i, (d, a) in enumerate(zip(self.dimensions, self.aggregates, strict=True))
        )
        source = "def run(rows, key, day, known_at, starts, ends):\n    try:\n" + "\n".join(
            "    " + line for line in head
        )
        source += f"\n        for row in rows:\n{body}\n"
        source += f"        return ({results},)\n"
        source += "    except (KeyError, TypeError, AttributeError, OverflowError):\n        return None\n"
        run: FastRows = function(source, self.namespace)
        return run

    def column(self, column: Column) -> None:
        """A cell of exactly its type and within its domain, or a computed one."""
        write, c = self.writer.line, self.names[column.name]
        if column.term is not None:
            write(f"{c} = {self.writer.term(column.term)}")
            dimension = Dimension(column.name, column.type, scale=column.scale, values=column.values)
            self.namespace["confine"] = confine
            if column.type in NUMERIC:
                write(f"if {c} is None: return None")
                self.magnitude(column)
            else:
                inside = f"confine({self.writer.constant(dimension)}, {c})"
                write(f"if {c} is None or {inside} is not {c}: return None")
            return
        write(f"{c} = row[{self.writer.constant(column.name)}]")
        if column.type == "integer":
            most = self.writer.value(int(magnitude("integer")))
            write(f"if {c}.__class__ is not int or not -{most} <= {c} <= {most}: return None")
        elif column.type in NUMERIC:
            write(f"if {c}.__class__ is int: {c} = float({c})")
            write(f"if {c}.__class__ is not float: return None")
            self.magnitude(column)
        elif column.type == "boolean":
            write(f"if {c}.__class__ is not bool: return None")
        elif column.type in ("text", "category"):
            write(f"if {c}.__class__ is not str or len({c}) > 100: return None")
            write(f"if not {c}.isascii() or not {c}.isprintable(): return None")
            if column.values is not None:
                write(f"if {c} not in {self.writer.constant(frozenset(column.values))}: return None")
        else:
            write("return None")

    def magnitude(self, column: Column) -> None:
        """Neither too large for its type nor so small that it counts as zero."""
        c, most = self.names[column.name], self.writer.value(_most(column.type))
        small = self.writer.value(SMALLEST)
        self.writer.line(f"if not -{most} <= {c} <= {most}: return None")
        self.writer.line(f"if -{small} < {c} < {small} and {c} != 0.0: return None")

    def add(self, i: int, aggregate: Aggregate) -> None:
        """Adds a row to an aggregate, where it counts."""
        conditions = []
        if self.table.time is not None:
            conditions.append(f"s{i} <= t < e{i}")
        if aggregate.where is not None:
            conditions.append(f"{self.writer.formula(aggregate.where)} is True")
        found = "" if aggregate.term is None else self.writer.term(aggregate.term)
        if aggregate.term is not None and not isinstance(aggregate.term, Ref):
            conditions.append(f"{found} is not None")
        test = " and ".join(conditions) or "True"
        if aggregate.term is None:
            self.writer.line(f"if {test}: n{i} += 1")
            return
        if aggregate.function in ("min", "max"):
            sign = "<" if aggregate.function == "min" else ">"
            self.writer.line(f"if {test}:")
            self.writer.line(f"n{i} += 1", 2)
            self.writer.line(f"if {found} {sign} a{i}: a{i} = {found}", 2)
            return
        scale = scale_of(aggregate.term, self.table)
        whole = (
            found
            if _whole(aggregate, self.table)
            else f"floor({found} * {self.writer.value(10.0**scale)} + 0.5)"
        )
        self.writer.line(f"if {test}: n{i} += 1; a{i} += {whole}")

    def result(self, i: int, dimension: Dimension, aggregate: Aggregate) -> str:
        """The value of a dimension, confined to its domain."""
        unit = self.writer.value(
            float(10 ** (0 if aggregate.term is None else scale_of(aggregate.term, self.table)))
        )
        self.namespace["NO_ROWS"] = MISSING["no_rows"]
        self.namespace["confine"] = confine
        match aggregate.function:
            case "count":
                found = f"n{i}"
            case "sum":
                found = f"float(a{i}) / {unit}"
            case "avg":
                found = f"float(a{i}) / (n{i} * {unit})"
            case _:
                found = f"a{i}"
        made = f"int({found})" if dimension.type == "integer" else f"float({found})"
        confined = f"confine({self.writer.constant(dimension)}, {made})"
        return confined if aggregate.function in ("sum", "count") else f"{confined} if n{i} else NO_ROWS"


def _most(type_: str) -> float:
    return math.nextafter(magnitude(type_), 0.0) if type_ == "money" else magnitude(type_)


def _whole(aggregate: Aggregate, table: Table) -> bool:
    term = aggregate.term
    return isinstance(term, Ref) and table.columns[term.name].type == "integer"
