"""Rule sets as SQL: what callers name, checked, and the statement made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tierkit.engine.clock import Clock
from tierkit.errors import UsageError, suggestion
from tierkit.program.model import Program

CUSTOMERS = "customers"
"""What the table of the records themselves is called in `tables`."""
SHAPES = ("outcomes", "tags", "reasons", "undetermined")
_MOST_PARTS = 3

Source = str | Sequence[str]


def to_sql(
    program: Program,
    clock: Clock,
    *,
    dialect: str,
    tables: Mapping[str, Source],
    moment: Any,
    known_at: Any,
    shape: str,
) -> str:
    """One statement that decides every customer of a database; see `request_for`."""
    from tierkit.backends.sql.statement import statement

    _known(shape, SHAPES, "shape", "no shape")
    request = request_for(program, clock, dialect=dialect, tables=tables, moment=moment, known_at=known_at)
    return statement(request, shape)


def request_for(
    program: Program,
    clock: Clock,
    *,
    dialect: str,
    tables: Mapping[str, Source],
    moment: Any,
    known_at: Any,
    carried: bool = False,
) -> Any:
    """What a statement is made for, checked.

    Raises:
        UsageError: an unknown dialect or table, or a rule set without `key:`.
        UnsupportedError: the dialect cannot express something of the rule set.
    """
    from tierkit.backends.sql.rows import Moment  # sqlglot is loaded when it is needed
    from tierkit.backends.sql.statement import Request
    from tierkit.backends.sql.untried import EVERY

    _known(dialect, EVERY, "dialect", "no dialect that is known")
    if program.key is None:
        message = "customers are told apart by their key: the rule set needs `key:`"
        raise UsageError(message)
    if CUSTOMERS in program.tables:
        message = (
            f"`{CUSTOMERS}` stands for the records in `tables`: the rule set's own table needs another name"
        )
        raise UsageError(message)
    if not tables:
        message = "`tables` names no table: `customers`, or a table of the rule set, must be there"
        raise UsageError(message)
    for name in tables:
        _known(name, [CUSTOMERS, *program.tables], "tables", "no table of the rule set")
    sources = {name: parts_of(name, source) for name, source in tables.items()}
    customers = sources.pop(CUSTOMERS, None)
    instant = clock.instant(moment)
    known = None if known_at is None else clock.moment(known_at)
    moments = Moment(instant, known, clock.zone)
    return Request(program, EVERY[dialect], customers, sources, moments, carried)


def _known(name: str, known: Iterable[str], argument: str, what: str) -> None:
    known = list(known)
    if name not in known:
        hint = suggestion(name, known)
        listed = ", ".join(known)
        raise UsageError(f"`{argument}` names `{name}`, which is {what}{hint or f': {listed}'}")


def parts_of(name: str, source: Source) -> tuple[str, ...]:
    """The parts of a table's name: a text is cut at its dots, a sequence is taken as it is."""
    parts = tuple(source.split(".")) if isinstance(source, str) else tuple(source)
    if not 1 <= len(parts) <= _MOST_PARTS or not all(parts) or any("\0" in part for part in parts):
        message = f"`{name}` is read from `{source}`, which is no name of a table: write `schema.table`"
        raise UsageError(message)
    return parts
