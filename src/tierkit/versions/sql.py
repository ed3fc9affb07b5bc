"""A store in a database, for hosts that share no directory; the one module that touches SQLAlchemy, an extra.

A change is one transaction. It holds the row of its rule set in `tierkit_heads` from its first statement to
its end, so writers of one rule set take turns; the primary key of `tierkit_history` lets nobody in who did
not wait. The head is written with the line it tells of; readers ask for the head first, so that no line can
be missing that a head knows. Every value is a bound parameter.

SQLite keeps its rollback journal: the store stays one file that can be copied, and read from a disk that
cannot be written. `synchronous = EXTRA` is FULL, and the end of the journal is flushed too: what was
acknowledged survives a loss of power. A database that somebody set to WAL works as well.
"""

from __future__ import annotations

import contextlib
import os
import re
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.documents.names import is_ruleset_name, is_version
from tierkit.errors import MissingExtraError, StoreError
from tierkit.versions.events import digest
from tierkit.versions.history import from_lines
from tierkit.versions.store import Lines

if TYPE_CHECKING:  # an extra: imported where it is used
    import sqlalchemy as sa

_DRIVERS = {"sqlite": "sqlite3", "postgresql": "psycopg[binary]"}
_MEMORY = ("", ":memory:")
_HIDDEN = "***"
_WRITES = "tierkit_writes"
_EARLIER = frozenset(["40001", "40P01"])
"""SQLSTATE of a transaction that gave way to another: serialization failure, deadlock."""
_WAITED = "55P03"
"""SQLSTATE of a lock that was not to be had in time."""
_FRESH = 0, ""
"""The head of a rule set that has no line yet: bytes only."""


class SqlStore:
    """The versions in three tables of a SQLite or PostgreSQL database; made when something is first written.

    Safe to share between threads and across a fork.

    Args:
        address: the database, as SQLAlchemy writes it. A password in it is never shown.
        timeout: seconds to wait for another writer, and for the server.

    Raises:
        MissingExtraError: SQLAlchemy or the driver is not installed.
        StoreError: the address is none, or none that keeps anything.

    >>> SqlStore("sqlite:///no-such-file.db").names()
    ()
    >>> SqlStore("postgresql://li:secret@rules.example/prod")
    <SqlStore 'postgresql://li:***@rules.example/prod'>
    """

    def __init__(self, address: str, *, timeout: float = 10.0) -> None:
        self.timeout = timeout
        url = _url(address)
        self._address, self._secrets = _public(url)
        self._postgresql = url.get_backend_name() == "postgresql"
        self._file = None if self._postgresql or "uri" in url.query else url.database
        self._tables = _tables()
        self._engine = _engine(url, self._address, timeout)
        self._reader = (
            self._engine.execution_options(isolation_level="AUTOCOMMIT") if self._postgresql else self._engine
        )
        self._writer = self._engine.execution_options(**{_WRITES: True})
        self._inherited: list[sa.Pool] = []
        weakref.finalize(self, self._engine.dispose)
        _forkable(self)

    @property
    def address(self) -> str:
        """The address of the database, without its password."""
        return self._address

    def names(self) -> tuple[str, ...]:
        """The rule sets that have a history, in order."""
        import sqlalchemy as sa

        (rows,) = self._found(sa.select(self._tables.history.c.name).distinct())
        return tuple(sorted(name for (name,) in rows if is_ruleset_name(name)))

    def stamp(self, name: str) -> Any:
        """The number and the digest of the last line; None without one."""
        (rows,) = self._found(self._tables.head(_named(name)))
        return _head(rows)

    def read(self, name: str, after: int = 0) -> Lines:
        """The lines of a history but for the first `after`."""
        heads, rows = self._found(self._tables.head(_named(name)), self._tables.lines(name, after))
        return Lines(tuple(line for (line,) in rows), head=_head(heads))

    def append(self, name: str, line: str, number: int, previous: str | None) -> bool:
        """Adds a line as line `number`, if the last one has the digest `previous`."""
        import sqlalchemy as sa

        tables, digest_ = self._tables, digest(_encodable(_named(name), line))
        written = False
        try:
            with self._changing(name) as (connection, head):
                last = connection.execute(tables.last(name)).one_or_none()
                found = None if last is None else (last.number, digest(last.line))
                if head is not None and head != found:
                    raise StoreError(self._cut(name, head[0], found), contradicts=True)
                if found != (None if previous is None else (number - 1, previous)):
                    return False
                connection.execute(sa.insert(tables.history), {"name": name, "number": number, "line": line})
                mine = sa.update(tables.heads).where(tables.heads.c.name == name)
                connection.execute(mine.values(lines=number, digest=digest_))
                written = True
        except sa.exc.SQLAlchemyError as error:
            if _gave_way(error):
                return False
            text = self._words(error)
            if written and getattr(error, "connection_invalidated", False):
                text += f"; it is not known whether line {number} of `{name}` was written: read the history"
            raise StoreError(text) from None
        return True

    def source(self, name: str, version: str) -> bytes:
        """The bytes of a version."""
        (rows,) = self._found(self._tables.source(*_versioned(name, version)))
        if not rows:
            message = f"`{self.address}` has no version `{name}@{version}`"
            raise StoreError(message)
        return bytes(rows[0].source)

    def add(self, name: str, version: str, source: bytes) -> None:
        """Keeps the bytes of a version. Those that a line has published stay: others come too late."""
        import sqlalchemy as sa

        tables = self._tables
        kept = tables.source(*_versioned(name, version))
        with self._told(), self._changing(name) as (connection, _):
            rows = connection.execute(kept).all()
            if rows and bytes(rows[0].source) == source:
                return
            lines = connection.execute(tables.lines(name, 0)).scalars().all()
            published = from_lines(name, lines).published(version)
            if published is not None and published[1].source_digest != digest(source):
                return
            if rows:
                mine = (tables.versions.c.name == name) & (tables.versions.c.version == version)
                connection.execute(sa.update(tables.versions).where(mine).values(source=source))
            else:
                row = {"name": name, "version": version, "source": source}
                connection.execute(sa.insert(tables.versions), row)

    def close(self) -> None:
        """Gives its connections back; the next call opens new ones."""
        self._engine.dispose()

    def __repr__(self) -> str:
        return f"<SqlStore {self.address!r}>"

    # -- reading and writing

    def _found(self, *statements: sa.Select[Any]) -> list[list[Any]]:
        """The rows of each statement, asked in this order; none where the tables are not there yet."""
        import sqlalchemy as sa

        nothing: list[list[Any]] = [[] for _ in statements]
        if self._file is not None and not os.path.exists(self._file):  # noqa: PTH110  it is quick
            return nothing  # SQLite would make the file
        with self._told():
            try:
                return self._rows(statements)
            except (sa.exc.OperationalError, sa.exc.ProgrammingError):
                # asked again: another host may have made the tables between the two questions
                return self._rows(statements) if self._made() else nothing

    def _rows(self, statements: tuple[sa.Select[Any], ...]) -> list[list[Any]]:
        with self._reader.connect() as connection:
            return [list(connection.execute(statement)) for statement in statements]

    @contextlib.contextmanager
    def _changing(self, name: str) -> Iterator[tuple[sa.Connection, tuple[int, str] | None]]:
        """A transaction that alone may change one rule set, and the head that it found."""
        import sqlalchemy as sa

        self._make()
        with self._writer.connect() as connection, connection.begin():
            if self._postgresql:
                connection.execute(_careful(self.timeout))
            held = self._tables.head(name).with_for_update()
            rows = connection.execute(held).all()
            if not rows:
                row = dict(zip(("name", "lines", "digest"), (name, *_FRESH), strict=True))
                with contextlib.suppress(sa.exc.IntegrityError), connection.begin_nested():
                    connection.execute(sa.insert(self._tables.heads), row)
                rows = connection.execute(held).all()
            yield connection, _head(rows)

    def _made(self) -> bool:
        """Whether the tables are there."""
        import sqlalchemy as sa

        with self._reader.connect() as connection:
            return bool(sa.inspect(connection).has_table(self._tables.heads.name))

    def _make(self) -> None:
        """Makes the tables, unless they are there or another host makes them at the same time."""
        import sqlalchemy as sa

        with self._told():
            if self._made():
                return
            try:
                with self._writer.connect() as connection, connection.begin():
                    for table in self._tables.all:
                        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
            except sa.exc.DBAPIError:
                if not self._made():
                    raise

    def _forked(self) -> None:
        """A child leaves its parent's connections alone: they are kept, never used and never closed."""
        self._inherited.append(self._engine.pool)
        self._engine.dispose(close=False)

    # -- words

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What the database refuses, in words."""
        import sqlalchemy as sa

        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            raise StoreError(self._words(error)) from None

    def _words(self, error: Exception) -> str:
        """What went wrong, by the driver's words: without SQL, without values, without a password."""
        state, cause = _state(error), getattr(error, "orig", None)
        if state == _WAITED or state.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return f"`{self.address}` is held by another writer for {self.timeout:g} s: try again"
        text = (str(cause or error).strip() or type(error).__name__).splitlines()[0]
        text = re.sub(r"\b[A-Z]{3,}:\s+", "", text.partition(" (Background on")[0])
        text = re.sub(r"(^|: )([A-Z])(?=[a-z ])", lambda found: found[1] + found[2].lower(), text)
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return f"`{self.address}`: {text}"

    def _cut(self, name: str, lines: int, found: tuple[int, str] | None) -> str:
        number = 0 if found is None else found[0]
        if number == lines:
            return f"the history of `{name}`: line {lines} is not the one that was written"
        return (
            f"the history of `{name}` had {lines} lines and ends with line {number}: it was changed by hand"
        )


@dataclass(frozen=True, slots=True)
class _Tables:
    """The three tables, and what is asked of them."""

    versions: sa.Table
    history: sa.Table
    heads: sa.Table

    @property
    def all(self) -> tuple[sa.Table, ...]:
        return self.versions, self.history, self.heads

    def head(self, name: str) -> sa.Select[Any]:
        """The number and the digest of the last line that was written."""
        import sqlalchemy as sa

        return sa.select(self.heads.c.lines, self.heads.c.digest).where(self.heads.c.name == name)

    def lines(self, name: str, after: int) -> sa.Select[Any]:
        """The lines after one, in order."""
        import sqlalchemy as sa

        lines = self.history.c
        return sa.select(lines.line).where(lines.name == name, lines.number > after).order_by(lines.number)

    def last(self, name: str) -> sa.Select[Any]:
        """The last line and its number."""
        import sqlalchemy as sa

        lines = self.history.c
        found = sa.select(lines.number, lines.line).where(lines.name == name)
        return found.order_by(lines.number.desc()).limit(1)

    def source(self, name: str, version: str) -> sa.Select[Any]:
        """The bytes of a version."""
        import sqlalchemy as sa

        mine = (self.versions.c.name == name) & (self.versions.c.version == version)
        return sa.select(self.versions.c.source).where(mine)


def _tables() -> _Tables:
    import sqlalchemy as sa

    metadata = sa.MetaData()

    def key(name: str, type_: Any = sa.Text) -> sa.Column[Any]:
        return sa.Column(name, type_, primary_key=True, autoincrement=False)

    return _Tables(
        sa.Table(
            "tierkit_versions", metadata,
            key("name"), key("version"), sa.Column("source", sa.LargeBinary, nullable=False),
        ),
        sa.Table(
            "tierkit_history", metadata,
            key("name"), key("number", sa.Integer), sa.Column("line", sa.Text, nullable=False),
        ),
        sa.Table(
            "tierkit_heads", metadata,
            key("name"), sa.Column("lines", sa.Integer, nullable=False),
            sa.Column("digest", sa.Text, nullable=False),
        ),
    )  # fmt: skip


def _url(address: str) -> sa.URL:
    """The address, read; what cannot be read is not repeated, for a password may be in it."""
    try:
        import sqlalchemy as sa
    except ImportError:
        message = "a store in a database needs a package that is missing: install `tierkit[sqlalchemy]`"
        raise MissingExtraError(message) from None
    scheme = address.partition("://")[0]
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        message = (
            f"the address that begins with `{scheme}:` cannot be read: write it as `sqlite:///rules.db` or "
            "`postgresql://user@host/database`"
        )
        raise StoreError(message) from None
    if url.get_backend_name() not in _DRIVERS:
        message = f"`{scheme}` is no database for a store: `sqlite` and `postgresql` are"
        raise StoreError(message)
    if url.get_backend_name() == "sqlite" and (
        (url.database or "") in _MEMORY or url.query.get("mode") == "memory"
    ):
        message = f"`{scheme}` in memory keeps nothing: name a file, such as `sqlite:///rules.db`"
        raise StoreError(message)
    return url


def _public(url: sa.URL) -> tuple[str, tuple[str, ...]]:
    """The address as it may be shown, and what may not."""
    hidden = {key: value for key, value in url.query.items() if "password" in key}
    secrets = [url.password, *(value for value in hidden.values() if isinstance(value, str))]
    shown = url.update_query_dict(dict.fromkeys(hidden, _HIDDEN)).render_as_string(hide_password=True)
    return shown.replace("%2A", "*"), tuple(secret for secret in secrets if secret)


def _engine(url: sa.URL, address: str, timeout: float) -> sa.Engine:
    """What connects. SQLite opens its file for each call: a file that takes its place is seen."""
    import sqlalchemy as sa

    backend = url.get_backend_name()
    options: dict[str, Any] = {"poolclass": sa.NullPool, "connect_args": {"timeout": timeout}}
    if backend == "postgresql":
        given = {key: url.query[key] for key in ("connect_timeout", "tcp_user_timeout") if key in url.query}
        limits = {"connect_timeout": max(2, round(timeout)), "tcp_user_timeout": round(timeout * 1000)}
        limits = {key: value for key, value in limits.items() if key not in given}
        options = {
            "pool_size": 2, "max_overflow": 8, "pool_timeout": timeout, "pool_pre_ping": True,
            "connect_args": limits,
        }  # fmt: skip
    try:
        engine = sa.create_engine(url, hide_parameters=True, **options)
    except ImportError:
        message = f"`{address}` needs a driver that is missing: install `{_DRIVERS[backend]}`"
        raise MissingExtraError(message) from None
    except (sa.exc.ArgumentError, TypeError, ValueError):
        message = f"`{address}` is no address that SQLAlchemy knows"
        raise StoreError(message) from None
    if backend == "sqlite":
        sa.event.listen(engine, "connect", _opened)
        sa.event.listen(engine, "begin", _begun)
    return engine


def _opened(connection: Any, _: object) -> None:
    """A new connection to SQLite: transactions begin when we say so, and what is committed stays."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = EXTRA")


def _begun(connection: sa.Connection) -> None:
    """A transaction of SQLite: a writer takes its turn before it reads, so that it never has to give up."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _careful(timeout: float) -> sa.Select[Any]:
    """For this transaction of PostgreSQL: waits no longer than that, and returns when it is on disk."""
    import sqlalchemy as sa

    now = sa.func.current_setting("synchronous_commit")
    return sa.select(
        sa.func.set_config("lock_timeout", f"{round(timeout * 1000)}ms", sa.true()),
        sa.func.set_config("synchronous_commit", sa.case((now == "off", "on"), else_=now), sa.true()),
    )


def _gave_way(error: Exception) -> bool:
    """Whether another writer came first and nothing was changed."""
    import sqlalchemy as sa

    return isinstance(error, sa.exc.IntegrityError) or _state(error) in _EARLIER


def _state(error: Exception) -> str:
    """The code of a database's error: an SQLSTATE, or SQLite's name."""
    cause = getattr(error, "orig", None)
    codes = (getattr(cause, key, None) for key in ("sqlstate", "pgcode", "sqlite_errorname"))
    return next((code for code in codes if code), "")


def _head(rows: Any) -> tuple[int, str] | None:
    found = next(((lines, digest) for lines, digest in rows), None)
    return None if found == _FRESH else found


def _named(name: str) -> str:
    if not is_ruleset_name(name):
        message = f"`{name}` cannot name a rule set"
        raise StoreError(message)
    return name


def _versioned(name: str, version: str) -> tuple[str, str]:
    if not is_ruleset_name(name) or not is_version(version):
        message = f"`{name}@{version}` cannot name a version"
        raise StoreError(message)
    return name, version


def _encodable(name: str, line: str) -> str:
    try:
        line.encode()
    except UnicodeEncodeError:
        message = f"a line for the history of `{name}` has text that is no Unicode"
        raise StoreError(message) from None
    return line


def _forkable(store: SqlStore) -> None:
    """After a fork the child opens connections of its own."""
    if hasattr(os, "register_at_fork"):
        alive = weakref.ref(store)

        def child() -> None:
            found = alive()
            if found is not None:
                found._forked()  # noqa: SLF001  one object in two parts

        os.register_at_fork(after_in_child=child)
