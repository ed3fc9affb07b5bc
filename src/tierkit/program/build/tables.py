"""Tables and aggregates: what an aggregated dimension will read, checked now."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Any

from tierkit.documents.decode import Document
from tierkit.documents.language import syntax as s
from tierkit.documents.language.refusals import AGGREGATES
from tierkit.documents.models import ColumnEntry, DimensionEntry, TableEntry
from tierkit.documents.nodes import Broken, Mapping, Scalar
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context, number, optional_text
from tierkit.program.model import Aggregate, Column, Table
from tierkit.program.terms import Ref, Term
from tierkit.program.types import BROKEN, NUMERIC, family
from tierkit.program.typing import Known, Scope, Typer, fits, type_words

_TRAILING = re.compile(r"([1-9]\d{0,4})\s+(day|month)s?")
_CALENDAR = re.compile(r"(this|previous)\s+(day|week|month|quarter|year)")
_NEED_NUMBERS = frozenset(["sum", "avg", "stddev"])
_RESULTS = {"avg": "number", "stddev": "number", "count": "integer"}  # of the others: the type of the values


def build_tables(context: Context, document: Document) -> dict[str, Table]:
    """The tables of a file; computed columns may use the columns before them."""
    tables: dict[str, Table] = {}
    for name, entry in document.tables.items():
        if isinstance(entry, Broken):
            continue
        columns: dict[str, Column] = {}
        for column, item in entry.columns.items():
            columns[str(column)] = _column(context, name, str(column), item, columns)
        tables[str(name)] = _table(str(name), entry, columns)
    return tables


def _table(name: str, entry: TableEntry, columns: dict[str, Column]) -> Table:
    return Table(name, str(entry.key), optional_text(entry.time), optional_text(entry.recorded_at), columns)


def _column(
    context: Context, table: Scalar, name: str, entry: ColumnEntry, before: dict[str, Column]
) -> Column:
    values = None if entry.values is None else tuple(str(value) for value in entry.values)
    term: Term | None = None
    if entry.value is not None and (tree := context.syntax(entry.value)) is not None:
        report, later = context.reporter(entry.value), context.document.tables[table].columns

        def with_order(code: str, where: tuple[int, int], *hints: Any, **arguments: Any) -> None:
            if code == "unknown-column" and arguments["name"] in later:
                hints = (("column-order", {}),)
            report(code, where, *hints, **arguments)

        term = Typer(_scope(str(table), before, context.scope), with_order).term(tree)
        if term is not None and not fits(term, str(entry.type)):
            expected, found = type_words(str(entry.type)), type_words(term.type)
            context.add("wrong-type", entry.value, expected=expected, found=found)
            term = None
    return Column(
        name, str(entry.type), None if entry.scale is None else int(number(entry.scale)), values, term
    )


def _scope(table: str, columns: Map[str, Column], outer: Scope) -> Scope:
    names = {name: Known(column.type, column.values) for name, column in columns.items()}
    return Scope(names, outer.parameters, table=table, tolerance=outer.tolerance)


def build_aggregate(context: Context, entry: DimensionEntry, tables: dict[str, Table]) -> Aggregate | None:
    """The aggregate of a dimension, or None with a problem."""
    if entry.aggregate is None:
        context.add("missing-key", entry.from_, place="a dimension", key="aggregate")
        return None
    table = tables.get(str(entry.from_))
    if table is None:
        declared = context.document.tables
        if str(entry.from_) not in declared and "tables" not in context.document.refused:
            context.add("unknown-table", entry.from_, *did_you_mean(entry.from_, declared), name=entry.from_)
        return None
    scope = replace(_scope(table.name, table.columns, context.scope), broken=context.scope.broken)
    read = _aggregate(context, entry, table, scope)
    where = context.condition(entry.where, scope)
    window, before = _window(context, entry.window), _window(context, entry.before, trailing=True)
    if window is not None and table.time is None:
        context.add("key-without", entry.window, key="window", other="time")
    if read is None:
        return None
    function, term, distinct = read
    if function in ("first", "last") and table.time is None:
        context.add("key-without", entry.aggregate, key=function, other="time")
        return None
    return Aggregate(table.name, function, term, distinct, where, window, before)


def _aggregate(
    context: Context, entry: DimensionEntry, table: Table, scope: Scope
) -> tuple[str, Term | None, bool] | None:
    tree = context.syntax(entry.aggregate)
    if tree is None:
        return None
    report = context.reporter(entry.aggregate)
    if not isinstance(tree, s.Call) or tree.function not in AGGREGATES:
        hint = did_you_mean(tree.function, AGGREGATES) if isinstance(tree, s.Call) else ()
        report("not-an-aggregate", tree.span, *hint, known=", ".join(sorted(AGGREGATES)))
        return None
    if len(tree.arguments) != (0 if tree.function == "count" and not tree.distinct else 1):
        expected = "no argument, or `distinct` and a column" if tree.function == "count" else "one argument"
        report("argument-count", tree.span, name=tree.function, expected=expected, found=len(tree.arguments))
        return None
    term = Typer(scope, report).term(tree.arguments[0]) if tree.arguments else None
    if tree.arguments and term is None:
        return None
    if tree.function in _NEED_NUMBERS and term is not None:
        if term.type not in NUMERIC:
            report("wrong-type", tree.arguments[0].span, expected="a number", found=type_words(term.type))
            return None
        if not _exact(term, table):
            column = entry.aggregate[slice(*tree.arguments[0].span)]
            report(
                "inexact-sum",
                tree.arguments[0].span,
                function=tree.function,
                column=column,
                type=type_words(term.type),
            )
            return None
    if tree.function in ("min", "max") and term is not None and family(term.type) not in ("number", "date"):
        expected = "a number or a date"
        report("wrong-type", tree.arguments[0].span, expected=expected, found=type_words(term.type))
        return None
    result = _RESULTS.get(tree.function) or (term.type if term is not None else BROKEN)
    wanted = str(entry.type)
    fitting = wanted == result if wanted == "integer" else family(wanted) == family(result)
    if result != BROKEN and not fitting:
        report("wrong-type", tree.span, expected=type_words(wanted), found=type_words(result))
        return None
    return tree.function, term, tree.distinct


def _exact(term: Term, table: Table) -> bool:
    """Sums need integers of a smallest unit: integers, money, and numbers with a declared scale."""
    if not isinstance(term, Ref):
        return False
    column = table.columns[term.name]
    return column.type in ("integer", "money") or column.scale is not None


def _window(context: Context, node: Scalar | None, *, trailing: bool = False) -> tuple[str, int, str] | None:
    if node is None or isinstance(node, Mapping):
        return None
    if match := _TRAILING.fullmatch(node):
        return "trailing", int(match[1]), match[2]
    if not trailing and (match := _CALENDAR.fullmatch(node)):
        return match[1], 1, match[2]
    hints = (("write", {"text": "30 days"}),) if trailing else ()
    context.add("bad-window", node, *hints, text=node)
    return None
