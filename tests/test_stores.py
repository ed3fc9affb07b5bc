"""Stores: the same checks on every one, contention, and databases that refuse or were changed by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import tierkit
from tests.contenders import EACH, PROCESSES, RULES
from tests.places import DATABASES, KINDS, SERVER, place, run, schema
from tierkit.testing import stores
from tierkit.testing.stores import CHECKS, check_store
from tierkit.versions.events import digest
from tierkit.versions.history import check_head, from_lines
from tierkit.versions.opening import open_store
from tierkit.versions.sql import SqlStore
from tierkit.versions.store import Lines

ROOT = Path(__file__).parent.parent


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place of each kind, empty."""
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind, empty."""
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three versions of a rule set."""
    paths = [tmp_path / f"{version}.yaml" for version in (1, 2, 3)]
    for path in paths:
        path.write_text(RULES.format(version=path.stem), encoding="utf-8")
    return paths


def filled(address: str, files: list[Path]) -> tierkit.Engine:
    """An engine over a store with three versions, all of which were active."""
    engine = tierkit.Engine(address, interval=0, entry_points=False)
    for path in files:
        engine.publish(path, by="li", reason="等级 \U0001f642")
        engine.activate("contended", path.stem, by="li")
    return engine


# -- every store


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_store_does_what_it_must(address: str, check: object) -> None:
    """Every store passes every check, and the checks need no test runner."""
    assert callable(check)
    check(lambda: open_store(address))


def test_the_checks_share_a_place(address: str) -> None:
    """All checks at once, on one place, which the checks do not fill for one another."""
    check_store(lambda: open_store(address))


def test_every_check_is_listed() -> None:
    """No check is left out of the list, and checks bring no test runner with them."""
    named = {
        found for name, found in vars(stores).items() if name.startswith("check_") and name[6:] != "store"
    }
    assert named - {check_head} == set(CHECKS)
    assert "pytest" not in Path(stores.__file__).read_text(encoding="utf-8")


class _Yes(SqlStore):
    def append(self, name: str, line: str, number: int, previous: str | None) -> bool:
        """Acknowledges what it did not write."""
        super().append(name, line, number, previous)
        return True


class _Open(SqlStore):
    def source(self, name: str, version: str) -> bytes:
        """Takes every name."""
        return b"" if ".." in name else super().source(name, version)


class _Whole(SqlStore):
    def read(self, name: str, after: int = 0) -> Lines:
        """Gives all lines, whatever is asked."""
        del after
        return super().read(name)


class _Still(SqlStore):
    def stamp(self, name: str) -> Any:
        """Never notices a change."""
        return name


@pytest.mark.parametrize(
    ("store", "message"),
    [
        (_Yes, "a second line is taken before the first"),
        (_Open, r"the bytes of '\.\./x' should be refused by a `StoreError`"),
        (_Whole, "the lines but for the first 1: .* characters.*, and should be "),
        (_Still, "the stamp after line 1 was there before: 'stamped'"),
    ],
)
def test_the_checks_find_mistakes(store: type[SqlStore], message: str, tmp_path: Path) -> None:
    """A store with a mistake fails a check with a text that names it."""
    with pytest.raises(AssertionError, match=message):
        check_store(lambda: store(f"sqlite:///{tmp_path}/rules.db"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are made by fork")
@pytest.mark.parametrize("killed", [0, 4])
def test_contention(address: str, killed: int, tmp_path: Path) -> None:
    """Eight processes change one rule set: each acknowledged change is in the history, once, in one order.

    Of those that are killed, each leaves one line at most that it did not live to acknowledge.
    """
    folder = tmp_path / "acknowledged"
    folder.mkdir()
    command = [sys.executable, "-W", "error", "-m", "tests.contenders", address, str(folder), str(killed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = [
        line
        for name in (*map(str, range(PROCESSES)), "parent")
        if (folder / name).exists()
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    found = open_store(address).read("contended")
    history = check_head(from_lines("contended", found.lines), found.head).sound()
    changes = [line for line, event in zip(found.lines, history.events, strict=True) if event.by != "setup"]
    assert len(changes) == len(set(changes))
    assert len(told) == len(set(told)) >= (PROCESSES - killed) * EACH + 1
    assert set(told) <= set(changes)
    assert len(changes) - len(told) <= killed


# -- engines over databases


def test_an_engine_over_a_database(database: str, files: list[Path]) -> None:
    """Publish, activate, roll back; another engine, as on another host, sees each of them at its next call."""
    engine = filled(database, files)
    other = tierkit.Engine(database, interval=0, entry_points=False)
    assert other.ruleset("contended").version == "3"
    engine.rollback("contended", by="wang", reason="too strict")
    assert other.ruleset("contended").version == "2"
    assert other.ruleset("contended@1").version == "1"
    assert [event.event for event in other.history("contended")] == ["published", "activated"] * 3 + [
        "rolled_back"
    ]
    status = other.status("contended")
    assert (status.faults, status.notes, status.serving) == ((), (), "2")
    assert engine.publish(files[0], by="li").new is False
    files[0].write_text(files[0].read_text(encoding="utf-8").replace("100", "101"), encoding="utf-8")
    with pytest.raises(tierkit.RefusedError, match="was published with another meaning"):
        engine.publish(files[0], by="li")


def test_a_late_publisher_changes_nothing(address: str, files: list[Path]) -> None:
    """Who publishes other bytes as a version that another host has just published leaves that host's bytes."""
    engine = filled(address, files)
    store, late = open_store(address), files[2].read_bytes().replace(b"300", b"999")
    store.add("contended", "3", late)
    assert store.source("contended", "3") == files[2].read_bytes()
    assert engine.status("contended").faults == ()


def test_bytes_that_were_changed_are_restored_by_their_own(database: str, files: list[Path]) -> None:
    """Bytes changed by hand are told; the published ones, and no others, can be put in their place."""
    filled(database, files)
    run(database, "UPDATE tierkit_versions SET source = :source WHERE version = '3'", source=b"changed")
    engine = tierkit.Engine(database, entry_points=False)
    with pytest.raises(tierkit.StoreError, match="was changed after it was published"):
        engine.ruleset("contended")
    assert "version `3` was changed after it was published: see line 5" in engine.status("contended").faults
    engine.store.add("contended", "3", b"others")
    assert engine.store.source("contended", "3") == b"changed"
    engine.store.add("contended", "3", files[2].read_bytes())
    assert engine.ruleset("contended").version == "3"


# -- histories changed by hand


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM tierkit_history WHERE number = 6", "lines were cut off its end: it had 6 and has 5"),
        ("DELETE FROM tierkit_history WHERE number > 2", "lines were cut off its end: it had 6 and has 2"),
        ("DELETE FROM tierkit_history", "lines were cut off its end: it had 6 and has 0"),
        ("DELETE FROM tierkit_history WHERE number = 1", "line 1 does not begin it"),
        ("DELETE FROM tierkit_history WHERE number = 3", "line 3 does not follow line 2"),
        (
            "UPDATE tierkit_history SET line = replace(line, 'li', 'me') WHERE number = 6",
            "line 6 is not the one",
        ),
    ],
)
def test_a_history_changed_by_hand(database: str, files: list[Path], statement: str, fault: str) -> None:
    """Lines that were deleted or edited are told, the last ones too, and nothing is written after them."""
    filled(database, files)
    run(database, statement)
    engine = tierkit.Engine(database, entry_points=False)
    with pytest.raises(tierkit.StoreError, match=fault):
        engine.history("contended")
    with pytest.raises(tierkit.StoreError):
        engine.activate("contended", "1", by="li")


def test_an_engine_in_service_writes_nothing_after_a_cut(database: str, files: list[Path]) -> None:
    """An engine that read the history before it was cut is told when it writes, at once."""
    engine = filled(database, files)
    assert engine.ruleset("contended").version == "3"
    run(database, "DELETE FROM tierkit_history WHERE number = 6")
    with pytest.raises(tierkit.StoreError, match="lines were cut off its end: it had 6 and has 5"):
        engine.activate("contended", "1", by="li")
    run(database, "UPDATE tierkit_heads SET lines = 5, digest = 'another'")
    with pytest.raises(tierkit.StoreError, match="line 5 is not the one that was written"):
        engine.store.append("contended", "{}", 6, "another")


def test_a_head_that_was_deleted_comes_back(database: str, files: list[Path]) -> None:
    """Without its head a history is as good; the next line writes it again."""
    filled(database, files)
    run(database, "DELETE FROM tierkit_heads")
    engine = tierkit.Engine(database, entry_points=False)
    assert engine.store.read("contended").head is None
    event = engine.activate("contended", "1", by="li")
    assert event is not None
    assert engine.store.read("contended").head == (7, digest(event.line()))


def test_tables_that_are_gone(database: str, files: list[Path]) -> None:
    """An engine keeps deciding when the tables were dropped under it; half of them are an error in words."""
    engine = filled(database, files)
    assert engine.ruleset("contended").version == "3"
    run(database, "DROP TABLE tierkit_history")
    with pytest.raises(tierkit.StoreError, match="tierkit_history"):
        engine.store.read("contended")
    run(database, "DROP TABLE tierkit_heads")
    assert engine.refresh("contended").version == "3"
    assert "nothing of `contended` was ever published" in engine.status("contended").faults[-1]


# -- SQLite


def test_asking_makes_no_file(tmp_path: Path) -> None:
    """A database is made when something is written, not when somebody asks."""
    store = SqlStore(f"sqlite:///{tmp_path}/rules.db")
    assert (store.names(), store.stamp("a"), store.read("a").lines) == ((), None, ())
    with pytest.raises(tierkit.StoreError, match="has no version `a@1`"):
        store.source("a", "1")
    assert list(tmp_path.iterdir()) == []
    store.add("a", "1", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["rules.db"]


def test_another_file_in_its_place_is_seen(tmp_path: Path, files: list[Path]) -> None:
    """A restored backup counts from the next call on."""
    address = f"sqlite:///{tmp_path}/rules.db"
    engine, path = filled(address, files), tmp_path / "rules.db"
    backup = path.read_bytes()
    engine.activate("contended", "1", by="li")
    assert engine.ruleset("contended").version == "1"
    (tmp_path / "backup").write_bytes(backup)
    (tmp_path / "backup").replace(path)
    assert engine.ruleset("contended").version == "3"
    assert len(engine.history("contended")) == 6


def test_what_is_acknowledged_is_flushed(tmp_path: Path) -> None:
    """Every connection waits for the disk, and for the end of the journal."""
    store = SqlStore(f"sqlite:///{tmp_path}/rules.db")
    store.add("a", "1", b"")
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"


def test_a_database_with_a_write_ahead_log(tmp_path: Path) -> None:
    """Where somebody chose WAL, the store does the same."""
    address = f"sqlite:///{tmp_path}/rules.db"
    with sa.create_engine(address, poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    check_store(lambda: SqlStore(address))


def test_a_locked_database(tmp_path: Path) -> None:
    """Who cannot write in time is told so; readers go on."""
    address = f"sqlite:///{tmp_path}/rules.db"
    store = SqlStore(address, timeout=0.05)
    store.append("a", "{}", 1, None)
    with sa.create_engine(address, poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(tierkit.StoreError, match=r"is held by another writer for 0\.05 s: try again"):
            store.append("a", "{}", 2, digest("{}"))
        assert store.read("a").lines == ("{}",)
        connection.exec_driver_sql("ROLLBACK")
    assert store.append("a", "{}", 2, digest("{}"))


def test_databases_that_refuse(tmp_path: Path) -> None:
    """A file that is no database, one that is read-only, a folder that is not there: each in words."""
    other = tmp_path / "other.db"
    other.write_bytes(b"no database" * 1000)
    store = SqlStore(f"sqlite:///{other}")
    for call in (store.names, lambda: store.read("a"), lambda: store.append("a", "{}", 1, None)):
        with pytest.raises(tierkit.StoreError, match=r"^`sqlite:///.*other\.db`: file is not a database$"):
            call()
    SqlStore(f"sqlite:///{tmp_path}/rules.db").append("a", "{}", 1, None)
    store = SqlStore(f"sqlite:///file:{tmp_path}/rules.db?mode=ro&uri=true")
    assert store.read("a").lines == ("{}",)
    for refused in (lambda: store.append("a", "{}", 2, digest("{}")), lambda: store.add("a", "1", b"")):
        with pytest.raises(tierkit.StoreError, match="attempt to write a readonly database"):
            refused()
    (tmp_path / "empty.db").touch()
    store = SqlStore(f"sqlite:///file:{tmp_path}/empty.db?mode=ro&uri=true")
    with pytest.raises(tierkit.StoreError, match="attempt to write a readonly database"):
        store.add("a", "1", b"")
    store = SqlStore(f"sqlite:///{tmp_path}/none/rules.db")
    assert store.names() == ()
    with pytest.raises(tierkit.StoreError, match="unable to open database file"):
        store.append("a", "{}", 1, None)


# -- PostgreSQL


def test_a_server_that_holds_a_rule_set() -> None:
    """A writer that waits too long for another one is told so; readers and other rule sets go on."""
    with schema() as address:
        store = SqlStore(address, timeout=0.2)
        store.append("a", "{}", 1, None)
        with sa.create_engine(address, poolclass=sa.NullPool).connect() as connection:
            connection.exec_driver_sql("SELECT * FROM tierkit_heads FOR UPDATE")
            with pytest.raises(tierkit.StoreError, match=r"is held by another writer for 0\.2 s: try again"):
                store.append("a", "{}", 2, digest("{}"))
            assert store.read("a").lines == ("{}",)
            assert store.append("b", "{}", 1, None)
        store.close()
        assert store.append("a", "{}", 2, digest("{}"))


@pytest.mark.parametrize("level", ["serializable", "repeatable\\ read"])
def test_a_server_with_strict_isolation(level: str) -> None:
    """Transactions that the server undoes count as those that came second, and can be tried again."""
    with schema(options=f"-cdefault_transaction_isolation={level}") as address:
        check_store(lambda: SqlStore(address))


def test_tables_made_by_two_hosts_at_once() -> None:
    """Hosts that write the first line of a store at the same time make the tables once, and one of them wins."""
    for _ in range(5):
        with schema() as address:
            start = threading.Barrier(6)

            def first(number: int, address: str = address, start: threading.Barrier = start) -> bool:
                store = SqlStore(address)
                start.wait()
                return store.append("a", f"{{{number}}}", 1, None)

            with ThreadPoolExecutor(6) as pool:
                assert sorted(pool.map(first, range(6))) == [False] * 5 + [True]
            assert len(SqlStore(address).read("a").lines) == 1


def test_a_connection_lost_at_the_last_moment() -> None:
    """When nobody knows whether a line was written, the error says so; a lost idle connection is replaced."""
    with schema() as address:
        store = SqlStore(address)
        store.append("a", "{}", 1, None)

        def lose(connection: sa.Connection) -> None:
            number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            run(SERVER, "SELECT pg_terminate_backend(:number)", number=number)

        sa.event.listen(store._engine, "commit", lose)
        with pytest.raises(tierkit.StoreError, match="it is not known whether line 2 of `a` was written"):
            store.append("a", "{}", 2, digest("{}"))
        sa.event.remove(store._engine, "commit", lose)
        assert store.append("a", "{}", 2, digest("{}"))
        with store._engine.connect() as connection:
            idle = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        run(SERVER, "SELECT pg_terminate_backend(:number)", number=idle)
        assert store.stamp("a")[0] == 2


def test_a_server_that_is_not_there() -> None:
    """An address without a server, and a database that is not there: words, and no password."""
    store = SqlStore("postgresql://li:geheim@127.0.0.1:1/rules?sslpassword=geheim2", timeout=2)
    for call in (store.names, lambda: store.stamp("a"), lambda: store.append("a", "{}", 1, None)):
        with pytest.raises(tierkit.StoreError, match="connection refused") as found:
            call()
        assert "geheim" not in f"{found.value!r} {found.value}"
        assert found.value.__suppress_context__
        assert "\n" not in str(found.value)
    with schema() as address:
        url = sa.make_url(address).set(database="none-such", password="geheim")  # noqa: S106
        with pytest.raises(tierkit.StoreError, match='database "none-such" does not exist') as found:
            SqlStore(url.render_as_string(hide_password=False)).names()
        assert "geheim" not in str(found.value)
        assert "FATAL" not in str(found.value)


def test_a_child_leaves_the_connections_of_its_parent_alone() -> None:
    """After a fork the parent's connections are kept and not used; in the parent they still work."""
    with schema() as address:
        store = SqlStore(address)
        store.append("a", "{}", 1, None)
        parent = store._engine.pool
        store._forked()  # what a child does first
        assert parent in store._inherited
        assert store._engine.pool is not parent
        assert store.read("a").lines == ("{}",)
        connection = parent.connect()
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM tierkit_history")
        assert cursor.fetchone() == (1,)
        connection.close()
        parent.dispose()


def test_a_pool_that_is_empty() -> None:
    """When every connection is taken, the wait ends in words."""
    with schema() as address:
        store = SqlStore(address, timeout=0.1)
        taken = [store._engine.connect() for _ in range(10)]
        with pytest.raises(tierkit.StoreError, match="connection timed out"):
            store.names()
        for connection in taken:
            connection.close()
        assert store.names() == ()


# -- addresses


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("sqlite://", "in memory keeps nothing"),
        ("sqlite:///:memory:", "in memory keeps nothing"),
        ("sqlite:///file:x?mode=memory&uri=true", "in memory keeps nothing"),
        ("mysql://li:geheim@host/x", "`mysql` is no database for a store: `sqlite` and `postgresql` are"),
        ("nope://li:geheim@host/x", "`nope` is no database for a store"),
        ("postgresql://li:ge/heim@host:x/x", "the address that begins with `postgresql:` cannot be read"),
        ("postgresql+nope://li:geheim@host/x", "is no address that SQLAlchemy knows"),
    ],
)
def test_addresses_that_are_none(address: str, message: str) -> None:
    """An address that cannot be a store is refused when it is opened, and what may be secret is not repeated."""
    with pytest.raises(tierkit.StoreError, match=message) as found:
        tierkit.Engine(address)
    assert "heim" not in str(found.value)


def test_a_password_is_never_shown() -> None:
    """Neither the store nor an engine tells a password, wherever the address has it."""
    for address in ("postgresql://li:geheim@host/rules", "postgresql://li@host/rules?password=geheim"):
        store = SqlStore(address)
        engine = tierkit.Engine(store)
        assert (
            "geheim"
            not in f"{store} {store!r} {store.address} {engine!r} {store._words(Exception('geheim'))}"
        )
        assert "***" in store.address


def test_packages_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SQLAlchemy, or the driver, the error says what to install."""
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(tierkit.MissingExtraError, match=r"install `psycopg\[binary\]`"):
            SqlStore("postgresql://host/rules")
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(tierkit.MissingExtraError, match=r"tierkit\[sqlalchemy\]"):
        tierkit.Engine("sqlite:///rules.db")
    assert tierkit.Engine("rules").store.names() == ()


def test_text_that_is_no_unicode(tmp_path: Path) -> None:
    """Half a character cannot be written, and the error says so."""
    with pytest.raises(tierkit.StoreError, match="has text that is no Unicode"):
        SqlStore(f"sqlite:///{tmp_path}/rules.db").append("a", '{"by": "\udcff"}', 1, None)
