"""Connections to databases: outcomes read, and written where the data lives, through SQLAlchemy.

Statements come from `backends.sql`. What is written is written in one transaction: all of it or nothing. A
connection is asked once whether its settings change what statements mean.
"""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tierkit.backends.sql import canary
from tierkit.backends.sql.shapes import true_word, unknown_word
from tierkit.backends.sql.words import BITS
from tierkit.errors import ReadError, UsageError
from tierkit.program.model import Program

_NAMES = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mariadb"}
_ASKED = "tierkit canary"
_STAGED, _BITS = "tierkit_staged", "tierkit_bits"
_AT_ONCE = 5_000

Told = tuple[str, list[tuple[str, str | None, str | None]]]
"""What is said of a customer: the error or nothing, and target, dimension and cause of what is open."""


@dataclass(frozen=True, slots=True)
class Into:
    """The three tables that outcomes are written to."""

    schema: str | None
    outcomes: str
    tags: str
    undetermined: str


def is_connection(source: Any) -> bool:
    """True for an engine or a connection of SQLAlchemy."""
    return isinstance(source, sa.Engine | sa.Connection)


def dialect_of(source: Any) -> str:
    """The dialect of a connection, by our name."""
    name = str(source.dialect.name)
    if name == "mysql" and getattr(source.dialect, "is_mariadb", False):
        return "mariadb"
    return _NAMES.get(name, name)


@contextlib.contextmanager
def connected(source: Any) -> Iterator[Any]:
    """A connection that was asked whether it can be trusted.

    Raises:
        UnsupportedError: its settings change what statements mean.
        ReadError: the database says no, or goes away.
    """
    with told(), contextlib.ExitStack() as stack:
        connection = source if isinstance(source, sa.Connection) else stack.enter_context(source.connect())
        stack.enter_context(_own_floor(connection))
        began = not connection.in_transaction()
        _trusted(connection)
        if began and connection.in_transaction():
            connection.rollback()  # nothing but a question
        yield connection


@contextlib.contextmanager
def _own_floor(connection: Any) -> Iterator[None]:
    """A `floor` as SQLite's own is, for a while: the one that SQLAlchemy puts in its place fails on NULL."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.create_function("floor", 1, _floor, deterministic=True)
    try:
        yield
    finally:
        driver.create_function("floor", 1, math.floor, deterministic=True)


def _floor(value: Any) -> Any:
    if not isinstance(value, float):
        return value if isinstance(value, int) else None
    return float(math.floor(value)) if math.isfinite(value) else value


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Says what a database says as an error of ours."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        first = next(iter(str(cause).splitlines()), type(cause).__name__)
        message = f"the database could not go on: {first}"
        raise ReadError(message) from error


def rows(connection: Any, text: str) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a statement, some at a time, as the driver hands them over."""
    options = {"no_parameters": True, "stream_results": True}
    with connection.exec_driver_sql(text, execution_options=options) as found:
        while some := found.fetchmany(_AT_ONCE):
            yield some


def _trusted(connection: Any) -> None:
    if _ASKED not in connection.info:
        name = dialect_of(connection)
        answer = [row for some in rows(connection, canary.statement(name)) for row in some]
        canary.check(name, answer)
        connection.info[_ASKED] = True


def written(
    connection: Any, program: Program, text: str, into: Into, tell: Callable[[Sequence[Any]], Told]
) -> int:
    """Writes the outcomes of a statement, in place of what the three tables hold; returns how many there are.

    The statement has the shape `outcomes`, with the values as they were found. `tell` is asked about each
    customer that has an error or something undetermined.

    Raises:
        UsageError: a key is null, or stands twice.
    """
    made: list[Any] = []
    with contextlib.ExitStack() as all_or_nothing:
        own = not connection.in_transaction()
        try:
            # tables are made before the transaction: some databases end one when a table is made
            with connection.begin() if own else contextlib.nullcontext():
                staged = _staged(connection, text)
                count = _keys_checked(connection, staged.c[str(program.key)])
                tables = _tables(connection, program, staged, into, made)
            if own:
                all_or_nothing.enter_context(connection.begin())
            elif connection.dialect.name != "sqlite":  # its driver knows no savepoints
                all_or_nothing.enter_context(connection.begin_nested())
            _filled(connection, program, staged, tables, tell)
        except BaseException:
            all_or_nothing.pop_all().__exit__(*sys.exc_info())
            _undone(connection, made if own else [])
            raise
    _undone(connection, [])
    return count


def _filled(
    connection: Any, program: Program, staged: Any, tables: list[Any], tell: Callable[[Sequence[Any]], Told]
) -> None:
    """Puts the outcomes in the place of what the tables hold."""
    for table in tables:
        connection.execute(sa.delete(table))
    main, tags, open_ = tables
    columns = [column.name for column in main.columns]
    fine = sa.select(*(staged.c[name] for name in columns)).where(staged.c.error.is_(None))
    connection.execute(main.insert().from_select(columns, fine))
    _tags_written(connection, program, staged, tags)
    _told_written(connection, program, staged, (main, open_), tell)


def _undone(connection: Any, made: Iterable[Any]) -> None:
    """Takes away what was only needed for a while, and tables that were made for nothing."""
    with contextlib.suppress(sa.exc.SQLAlchemyError):
        own = not connection.in_transaction()
        with connection.begin() if own else contextlib.nullcontext():
            _dropped(connection)
            for table in made:
                table.drop(connection)


def _staged(connection: Any, text: str) -> Any:
    """The outcomes as a table of this connection."""
    _dropped(connection)
    create = f"CREATE TEMPORARY TABLE {_STAGED} AS\n{text}"
    connection.exec_driver_sql(create, execution_options={"no_parameters": True})
    return sa.Table(_STAGED, sa.MetaData(), autoload_with=connection)


def _dropped(connection: Any) -> None:
    temporary = "TEMPORARY " if dialect_of(connection) in ("mariadb", "mysql") else ""
    for name in (_STAGED, _BITS):
        connection.exec_driver_sql(f"DROP {temporary}TABLE IF EXISTS {name}")


def _keys_checked(connection: Any, key: Any) -> int:
    """How many customers there are; each has a key of its own."""
    plain = _exact(connection, key)
    counts = sa.select(
        sa.func.count(), sa.func.count(key), sa.func.count(sa.distinct(getattr(plain, "element", plain)))
    )
    every, present, different = connection.execute(counts.select_from(key.table)).one()
    if present != every:
        message = f"`{key.name}` is null in {every - present:,} of {every:,} rows of the customers"
        raise UsageError(message)
    if different != every:
        twice = (
            sa.select(sa.func.min(key))
            .group_by(getattr(plain, "element", plain))
            .having(sa.func.count() > 1)
            .limit(1)
        )
        first = connection.execute(twice).scalar()
        message = f"`{key.name}` is {first!r} in more than one row of the customers: each has one"
        raise UsageError(message)
    return int(every)


def _exact(connection: Any, key: Any) -> Any:
    """A key told apart by every character: `a` and `A` are two customers, whatever the column says."""
    if not isinstance(key.type, sa.String):
        return key
    name = dialect_of(connection)
    if name in ("mariadb", "mysql"):
        from sqlalchemy.dialects.mysql import CHAR

        return sa.cast(key, CHAR(charset="utf8mb4")).collate("utf8mb4_nopad_bin")
    collation = {"postgres": "C", "sqlite": "BINARY"}.get(name)
    return key if collation is None else key.collate(collation)


def _tables(connection: Any, program: Program, staged: Any, into: Into, made: list[Any]) -> list[Any]:
    """The three tables, made where they are not there; `made` says which."""
    meta = sa.MetaData(schema=into.schema)
    key = str(program.key)
    text = sa.String(255) if dialect_of(connection) in ("mariadb", "mysql") else sa.Text()
    scores = [d.name for d in program.dimensions.values() if d.type == "score"]

    def keyed() -> Any:
        kind = staged.c[key].type
        plain = isinstance(kind, sa.String | sa.types.NullType)
        return sa.Column(key, text if plain else kind, nullable=False)

    day = sa.Text() if connection.dialect.name == "sqlite" else sa.Date()

    main = sa.Table(
        into.outcomes, meta, keyed(),
        sa.Column("ruleset", text), sa.Column("version", text), sa.Column("as_of", day),
        *(sa.Column(f"tier_{name}", text) for name in program.ladders),
        *(sa.Column(name, sa.Double()) for name in scores),
        sa.Column("error", sa.Text()),
    )  # fmt: skip
    tags = sa.Table(into.tags, meta, keyed(), sa.Column("tag", text))
    open_ = sa.Table(
        into.undetermined, meta, keyed(),
        sa.Column("target", text), sa.Column("dimension", text), sa.Column("cause", text),
    )  # fmt: skip
    found = [main, tags, open_]
    inspector = sa.inspect(connection)
    for table in found:
        if not inspector.has_table(table.name, schema=into.schema):
            table.create(connection)
            made.append(table)
            continue
        there = {column["name"] for column in inspector.get_columns(table.name, schema=into.schema)}
        if lacking := [column.name for column in table.columns if column.name not in there]:
            names = ", ".join(f"`{name}`" for name in lacking)
            message = f"the table `{table.name}` lacks the columns {names}: drop it, or write to another"
            raise UsageError(message)
    return found


def _tags_written(connection: Any, program: Program, staged: Any, tags: Any) -> None:
    """A row for each tag of each customer: of rules by their bits, of tiers by their names."""
    key = _exact(connection, staged.c[str(program.key)])
    selects = []
    bits: dict[tuple[str, int], int] = {}
    for at, rule in enumerate(program.rules):
        place = rule.tag, at // BITS
        bits[place] = bits.get(place, 0) | 1 << (at % BITS)
    if bits:
        temporary = sa.Table(
            _BITS, sa.MetaData(), sa.Column("tag", tags.c.tag.type), sa.Column("word", sa.BigInteger()),
            sa.Column("mask", sa.BigInteger()), prefixes=["TEMPORARY"],
        )  # fmt: skip
        temporary.create(connection)
        listed = [{"tag": tag, "word": word, "mask": mask} for (tag, word), mask in bits.items()]
        connection.execute(temporary.insert(), listed)
        words = {at: staged.c[true_word(at)] for at in range(max(word for _, word in bits) + 1)}
        found = words[0] if len(words) == 1 else sa.case(words, value=temporary.c.word)
        holds = found.bitwise_and(temporary.c.mask) != 0
        selects.append(sa.select(key, temporary.c.tag).select_from(staged.join(temporary, holds)))
    for name, ladder in program.ladders.items():
        for tier in ladder.tiers:
            if tier.tag is not None:
                tag = sa.literal(tier.tag, tags.c.tag.type).label("tag")
                selects.append(sa.select(key, tag).where(staged.c[f"tier_{name}"] == tier.id))
    if selects:
        made = selects[0].distinct() if len(selects) == 1 else sa.union(*selects)
        connection.execute(tags.insert().from_select([str(program.key), "tag"], made))


def _told_written(
    connection: Any,
    program: Program,
    staged: Any,
    tables: tuple[Any, Any],
    tell: Callable[[Sequence[Any]], Told],
) -> None:
    """The customers with an error, and what is undetermined, as Python tells them."""
    main, open_ = tables
    unknown = [column for column in staged.columns if column.name.startswith(unknown_word(0)[:-1])]
    plain: list[Any] = [sa.column(column.name) for column in staged.columns]  # values as the driver has them
    asked = (
        sa.select(*plain)
        .select_from(staged)
        .where(sa.or_(staged.c.error.is_not(None), *(word != 0 for word in unknown)))
    )
    key = str(program.key)
    found = connection.execute(asked).fetchall()
    for start in range(0, len(found), _AT_ONCE):
        errors: list[Mapping[str, Any]] = []
        listed: list[Mapping[str, Any]] = []
        for row in found[start : start + _AT_ONCE]:
            error, targets = tell(row)
            own = row._mapping  # noqa: SLF001  its public name begins so
            if error:
                kept = {name: own[name] for name in (key, "ruleset", "version", "as_of")}
                errors.append({**kept, "error": error})
            listed += [
                {key: own[key], "target": target, "dimension": dimension, "cause": cause}
                for target, dimension, cause in targets
            ]
        _inserted(connection, main, errors)
        _inserted(connection, open_, listed)


def _inserted(connection: Any, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    if listed := list(rows):
        connection.execute(table.insert(), listed)
