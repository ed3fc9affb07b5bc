"""Rule sets as SQL: what callers name, checked, and the statement made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tierkit.engine.clock import Clock
from tierkit.errors import UsageError, did_you_mean
from tierkit.program.model import Program

CUSTOMERS = "customers"
"""What the table of the records themselves is called in `tables`."""
SHAPES = ("outcomes", "tags")
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
    """One statement that decides every customer of a database.

    Raises:
        UsageError: an unknown dialect, shape or table, or a rule set without `key:`.
        UnsupportedError: the dialect cannot express something of the rule set.
    """
    from tierkit.backends.sql.dialects import DIALECTS  # sqlglot is loaded when it is needed
    from tierkit.backends.sql.rows import Moment
    from tierkit.backends.sql.statement import Request, statement

    _known(dialect, DIALECTS, "dialect", "no dialect that is known")
    _known(shape, SHAPES, "shape", "no shape")
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
    sources = {name: _parts(name, source) for name, source in tables.items()}
    customers = sources.pop(CUSTOMERS, None)
    instant = clock.instant(moment)
    known = None if known_at is None else clock.moment(known_at)
    request = Request(program, DIALECTS[dialect], customers, sources, Moment(instant, known, clock.zone))
    return statement(request, shape)


def _known(name: str, known: Iterable[str], argument: str, what: str) -> None:
    known = list(known)
    if name not in known:
        hint = "".join(f"; did you mean `{slots['word']}`?" for _, slots in did_you_mean(name, known))
        listed = ", ".join(known)
        raise UsageError(f"`{argument}` names `{name}`, which is {what}{hint or f': {listed}'}")


def _parts(name: str, source: Source) -> tuple[str, ...]:
    """The parts of a table's name: a text is cut at its dots, a sequence is taken as it is."""
    parts = tuple(source.split(".")) if isinstance(source, str) else tuple(source)
    if not 1 <= len(parts) <= _MOST_PARTS or not all(parts) or any("\0" in part for part in parts):
        message = f"`{name}` is read from `{source}`, which is no name of a table: write `schema.table`"
        raise UsageError(message)
    return parts
