"""Any order of changes, deaths, edits and reopenings against a plain model of what must be there.

`StoreMachine` knows nothing of directories: another store takes part by a subclass that says how to open it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import tierkit
from tests.stores import NAME, Clock, KilledError, Raising, put
from tierkit.errors import RefusedError, StoreError
from tierkit.versions.directory import DirectoryStore
from tierkit.versions.sql import SqlStore
from tierkit.versions.store import RuleSetStore

VERSIONS = st.sampled_from("123456")
MEANINGS = st.sampled_from("abc")
STEPS = st.integers(1, 40)


class StoreMachine(RuleBasedStateMachine):
    """The model: published versions with their meanings, plans by their times, and what a rollback goes through."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tierkit-machine-"))
        self.clock = Clock()
        self.running = self.clock.running()
        self.running.__enter__()
        self.published: dict[str, str] = {}
        self.stack: list[str] = []
        self.plans: dict[dt.datetime, str] = {}
        self.events = 0

    # -- what another store says

    def store(self) -> RuleSetStore:
        """The store, opened anew."""
        raise NotImplementedError

    def dying(self, step: int) -> RuleSetStore | None:
        """The store, opened by a process that dies at a step; None where that cannot be played."""
        raise NotImplementedError

    def spoil(self, version: str) -> Any:
        """Changes a published version behind the store's back; what `mend` needs."""
        raise NotImplementedError

    def mend(self, kept: Any) -> None:
        """Takes it back."""
        raise NotImplementedError

    # -- the model

    def made_active(self, version: str, *, back: bool = False) -> None:
        """A version is active now."""
        if version in self.stack:
            place = self.stack.index(version)
            self.stack = self.stack[:place] if back else self.stack[:place] + self.stack[place + 1 :]
        elif back:
            self.stack = self.stack[:-1]
        self.stack.append(version)

    def changed(self, change: tuple[Any, ...]) -> None:
        """A change has happened."""
        kind, version, more = change
        self.events += 1
        if kind == "publish":
            self.published[version] = more
        elif kind == "plan":
            self.plans = {time: other for time, other in self.plans.items() if time < more}
            self.plans[more] = version
        else:
            self.plans = {}
            self.made_active(version, back=kind == "rollback")

    def expected(self, change: tuple[Any, ...]) -> str:
        """`done`, `nothing` or `refused`."""
        kind, version, more = change
        active = self.stack[-1] if self.stack else None
        if kind == "publish":
            if version in self.published:
                return "nothing" if self.published[version] == more else "refused"
            return "nothing" if list(self.published.values())[-1:] == [more] else "done"
        if version not in self.published:
            return "refused"
        if kind == "rollback":
            return "refused" if active in (None, version) else "done"
        return "nothing" if kind == "activate" and version == active and not self.plans else "done"

    def do(self, made: tierkit.Engine, change: tuple[Any, ...], *, nearest: bool = False) -> str:
        """Makes a change; what came of it."""
        kind, version, more = change
        try:
            if kind == "publish":
                return "done" if made.publish(put(self.folder, version, more), by="li").new else "nothing"
            if kind == "rollback":
                made.rollback(NAME, to=None if nearest else version, by="li", reason="so")
                return "done"
            found = made.activate(NAME, version, by="li", effective=more)
        except RefusedError:
            return "refused"
        except StoreError as error:
            if "was ever published" not in str(error):
                raise
            return "refused"
        return "nothing" if found is None else "done"

    # -- what happens

    @initialize()
    def begin(self) -> None:
        """An engine that runs all the time and one that is opened again and again."""
        self.steady = tierkit.Engine(self.store(), entry_points=False, interval=0)
        self.reopen()

    @rule()
    def reopen(self) -> None:
        """Another process."""
        self.made = tierkit.Engine(self.store(), entry_points=False, interval=0)

    def attempt(self, change: tuple[Any, ...], *, nearest: bool = False) -> None:
        """A change, with what it must come to."""
        expected = self.expected(change)
        assert self.do(self.made, change, nearest=nearest) == expected
        if expected == "done":
            self.changed(change)

    @rule(version=VERSIONS, meaning=MEANINGS)
    def publish(self, version: str, meaning: str) -> None:
        """A version."""
        self.attempt(("publish", version, meaning))

    @rule(version=VERSIONS)
    def activate(self, version: str) -> None:
        """At once."""
        self.attempt(("activate", version, None))

    @rule(version=VERSIONS, hours=st.integers(1, 9))
    def plan(self, version: str, hours: int) -> None:
        """For later."""
        self.attempt(("plan", version, self.clock.after(3600 * hours)))

    @rule(version=VERSIONS)
    def roll_back_to(self, version: str) -> None:
        """To any version."""
        self.attempt(("rollback", version, None))

    @precondition(lambda self: self.published)
    @rule()
    def roll_back(self) -> None:
        """To the one before."""
        if len(self.stack) > 1:
            self.attempt(("rollback", self.stack[-2], None), nearest=True)
        else:
            assert self.do(self.made, ("rollback", "", None), nearest=True) == "refused"

    @rule(hours=st.integers(1, 5))
    def wait(self, hours: int) -> None:
        """Plans come due, in the order of their times."""
        self.clock.move(3600 * hours)
        for time in sorted(time for time in self.plans if time <= self.clock.now):
            self.made_active(self.plans.pop(time))

    @rule(
        step=STEPS, kind=st.sampled_from(["publish", "activate", "plan", "rollback"]), version=VERSIONS, meaning=MEANINGS
    )  # fmt: skip
    def die(self, step: int, kind: str, version: str, meaning: str) -> None:
        """A process dies while it makes a change: it is made or it is not."""
        store = self.dying(step)
        if store is None:
            return
        more = {"publish": meaning, "plan": self.clock.after(3600)}.get(kind)
        change = (kind, version, more)
        expected = self.expected(change)
        with suppress(KilledError):
            assert self.do(tierkit.Engine(store, entry_points=False), change) == expected
        self.reopen()
        events = self.made.status(NAME).events
        if events != self.events:
            assert (expected, events) == ("done", self.events + 1)
            self.changed(change)

    @precondition(lambda self: self.published)
    @rule(data=st.data())
    def spoil_a_version(self, data: st.DataObject) -> None:
        """A published version that is changed is told, not activated, and does not stop who runs."""
        version = data.draw(st.sampled_from(sorted(self.published)))
        kept = self.spoil(version)
        try:
            for made in (self.made, self.steady):
                assert f"version `{version}`" in str(made.status(NAME).faults)
            with pytest.raises(StoreError, match="was changed after it was published"):
                self.made.activate(NAME, version, by="li")
            if self.stack:
                assert self.steady.ruleset(NAME).version == self.stack[-1]
        finally:
            self.mend(kept)

    # -- what always holds

    @invariant()
    def as_the_model_says(self) -> None:
        """Every engine sees what the model holds."""
        if not hasattr(self, "made"):
            return
        for made in (self.made, self.steady):
            found = made.status(NAME)
            assert found.faults == ()
            assert found.versions == tuple(self.published)
            assert found.events == self.events == len(made.history(NAME))
            assert (None if found.active is None else found.active.version) == (
                self.stack[-1] if self.stack else None
            )
            assert [(event.start, event.version) for event in found.planned] == sorted(self.plans.items())
            if self.stack:
                decision = made.evaluate(NAME, {"amount": 1})
                assert decision.tags == (f"v{self.published[self.stack[-1]]}",)
            else:
                with pytest.raises(StoreError):
                    made.ruleset(NAME)

    def teardown(self) -> None:
        """Nothing stays."""
        self.running.__exit__(None, None, None)
        shutil.rmtree(self.folder)


class DirectoryMachine(StoreMachine):
    """The store in a directory."""

    def store(self) -> RuleSetStore:
        """The store, opened anew."""
        return DirectoryStore(self.folder / "store")

    def dying(self, step: int) -> RuleSetStore | None:
        """On a disk that is gone at a step."""
        return DirectoryStore(self.folder / "store", disk=Raising(step))

    def spoil(self, version: str) -> Any:
        """Edits the file."""
        path = self.folder / "store" / NAME / f"{version}.yaml"
        kept = path.read_bytes()
        path.write_bytes(kept + b" ")
        return path, kept

    def mend(self, kept: Any) -> None:
        """Writes the file as it was."""
        path, data = kept
        path.write_bytes(data)


TestDirectory = DirectoryMachine.TestCase
TestDirectory.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


class SqliteMachine(StoreMachine):
    """The store in a database."""

    def store(self) -> RuleSetStore:
        """The store, opened anew."""
        return SqlStore(f"sqlite:///{self.folder / 'rules.db'}")

    def dying(self, step: int) -> RuleSetStore | None:
        """Over a connection that is gone before a statement or a commit."""
        store = SqlStore(f"sqlite:///{self.folder / 'rules.db'}")
        left = [step]

        def next_step(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KilledError

        for happening in ("before_cursor_execute", "commit"):
            sqlalchemy.event.listen(store._engine, happening, next_step)
        return store

    def spoil(self, version: str) -> Any:
        """Changes the bytes of a version by hand."""
        place = {"name": NAME, "version": version}
        kept = self.store().source(NAME, version)
        self.change(place, kept + b" ")
        return place, kept

    def mend(self, kept: Any) -> None:
        """Writes the bytes as they were."""
        self.change(*kept)

    def change(self, place: dict[str, str], source: bytes) -> None:
        """Writes the bytes of a version, as somebody with the password could."""
        text = "UPDATE tierkit_versions SET source = :source WHERE name = :name AND version = :version"
        engine = sqlalchemy.create_engine(
            f"sqlite:///{self.folder / 'rules.db'}", poolclass=sqlalchemy.NullPool
        )
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(text), {**place, "source": source})


TestSqlite = SqliteMachine.TestCase
TestSqlite.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
