"""The engine: a store of rule sets and the plugins that take part in all of them."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tierkit.decisions import Decision
from tierkit.documents.reader import decode
from tierkit.engine.clock import Clock
from tierkit.engine.load import finish, read_file
from tierkit.engine.releases import Published, activate, publish, roll_back
from tierkit.engine.ruleset import RuleSet
from tierkit.engine.service import Service
from tierkit.engine.status import Status, status
from tierkit.errors import ReadError
from tierkit.plugins.manager import plugins as together
from tierkit.versions.events import Event
from tierkit.versions.opening import open_store
from tierkit.versions.store import RuleSetStore
from tierkit.versions.who import caller

INTERVAL = 1.0
"""Seconds after which an engine looks again whether another version is active."""


class Engine:
    """Rule sets by name, at the version that is active, all with the same plugins. Two engines share nothing.

    Safe to share between threads and across a fork. A new active version is used without a restart, from the
    next call of `ruleset` or `evaluate` on; a rule set that was handed out stays what it is.

    Args:
        store: a directory, the address of a database, or any `RuleSetStore`.
        plugins: modules or objects with hooks that take part.
        entry_points: False to leave out the plugins that are installed.
        interval: seconds between two looks for a newer version; 0 looks at every call.

    Raises:
        PluginError: a plugin is not what it must be; every mistake of every plugin at once.

    >>> import tempfile
    >>> engine = Engine(tempfile.mkdtemp())
    >>> engine.publish("rulesets/rfm.yaml", by="li").new
    True
    >>> engine.activate("rfm", "2025.11.0", by="li").event
    'activated'
    >>> engine.ruleset("rfm"), engine.ruleset("rfm@2025.11.0") is engine.ruleset("rfm")
    (<RuleSet rfm@2025.11.0>, True)
    """

    def __init__(
        self,
        store: str | os.PathLike[str] | RuleSetStore = "rulesets",
        *,
        plugins: Iterable[Any] = (),
        entry_points: bool = True,
        interval: float = INTERVAL,
    ) -> None:
        self.store = open_store(store)
        self.plugins = together(plugins, installed=entry_points)
        """The plugins that take part; `plugins.list` tells their names, versions and hooks."""
        self.interval = interval
        self._services: dict[str, Service] = {}
        _forkable(self)

    # -- rule sets

    def ruleset(self, name: str, *, as_of: Any = None) -> RuleSet:
        """The active version of a rule set, or the one that `name@version` pins.

        Args:
            name: the rule set, or `name@version`, which beats `as_of`.
            as_of: the version that was active then.

        Raises:
            StoreError: nothing is active, or the store contradicts itself.
            RefusedError: the pinned version was never published.
            UsageError: nothing was active then.
        """
        base, pinned, version = name.partition("@")
        service = self._service(base)
        if pinned:
            return service.version(version)
        return service.current() if as_of is None else service.at(as_of)

    def evaluate(self, name: str, record: Any, *, as_of: Any = None, **options: Any) -> Decision:
        """`engine.ruleset(name, as_of=as_of).evaluate(record, as_of=as_of, …)` in one call."""
        if as_of is None and not options:
            return self.ruleset(name).evaluate(record)
        return self.ruleset(name, as_of=as_of).evaluate(record, as_of=as_of, **options)

    def load(self, path: str | os.PathLike[str]) -> RuleSet:
        """Loads a rule file, published or not; raises as `tierkit.load` does."""
        return finish(*read_file(path), self.plugins)

    def loads(self, text: str | bytes, *, path: str = "<text>") -> RuleSet:
        """Loads a rule set from text; raises as `tierkit.loads` does."""
        return finish(*decode(text, path), self.plugins)

    # -- versions

    def publish(
        self, path: str | os.PathLike[str], *, by: str | None = None, reason: str | None = None
    ) -> Published:
        """Publishes a rule file as a version; with the meaning of the last one there is nothing new.

        Raises:
            RuleSetError: the file has problems, house rules included.
            RefusedError: an example fails, or the version is there with another meaning.
            ReadError: the file cannot be read.
            StoreError: the store refuses.
        """
        try:
            source = Path(path).read_bytes()
        except OSError as error:
            message = f"cannot read `{path}`: {(error.strerror or str(error)).lower()}"
            raise ReadError(message) from None
        return publish(self.store, self.plugins, source, path=str(path), by=by or caller(), reason=reason)

    def activate(
        self,
        name: str,
        version: str,
        *,
        by: str | None = None,
        reason: str | None = None,
        effective: Any = None,
    ) -> Event | None:
        """Makes a published version the active one, at once or from `effective` on; None when it is already.

        `effective` is an instant, or a day: its 00:00 in the version's time zone.

        Raises:
            RefusedError: something speaks against it; `reasons` says all of it.
            StoreError: the store refuses.
        """
        service = self._service(name)
        start = None
        if effective is not None:
            start = Clock(service.version(version).program.timezone).moment(effective)
        event = activate(
            self.store, service.chronicle, version,
            load=service.verified, by=by or caller(), reason=reason, effective=start,
        )  # fmt: skip
        service.renew()
        return event

    def rollback(self, name: str, to: str | None = None, *, by: str | None = None, reason: str) -> Event:
        """Goes back to the version that was active before, or to the published version `to`.

        Raises:
            RefusedError: there is nothing to go back to.
            UsageError: there is no reason.
            StoreError: the store refuses.
        """
        service = self._service(name)
        event = roll_back(
            self.store, service.chronicle, to, load=service.verified, by=by or caller(), reason=reason
        )
        service.renew()
        return event

    def history(self, name: str) -> tuple[Event, ...]:
        """Every event of a rule set, oldest first, verified from the first line.

        Raises:
            StoreError: the history contradicts itself.
        """
        return self._service(name).chronicle.whole().sound().events

    def status(self, name: str) -> Status:
        """How a rule set stands: its versions, the active one, what is planned, and all that is wrong."""
        found, serving = status(self.store, name), self._service(name).serving
        if serving is None:
            return found
        error = serving.error
        told = error is None or any(error.endswith(fault) for fault in found.faults)
        faults = found.faults if told else (*found.faults, str(error))
        return replace(found, serving=serving.event.version, faults=faults)

    def refresh(self, name: str) -> RuleSet:
        """Looks now for a newer active version, whatever the interval, and returns what is decided with."""
        return self._service(name).refresh().ruleset

    def _service(self, name: str) -> Service:
        found = self._services.get(name)
        if found is None:
            made = Service(self.store, self.plugins, name, self.interval)
            found = self._services.setdefault(name, made)
        return found

    def _forked(self) -> None:
        for service in self._services.values():
            service.forked()

    def __repr__(self) -> str:
        return f"<Engine {self.store.address!r}>"


def _forkable(engine: Engine) -> None:
    """After a fork the child takes its own locks: a thread that held one is not there."""
    if hasattr(os, "register_at_fork"):
        alive = weakref.ref(engine)

        def child() -> None:
            found = alive()
            if found is not None:
                found._forked()  # noqa: SLF001  one object in two parts

        os.register_at_fork(after_in_child=child)
