"""A rule set in service: the active version, looked for now and then; the last good one if it is bad.

A decision is made by one rule set from start to end; who asks for the rule set again gets the newer one.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from tierkit.engine.clock import Clock
from tierkit.engine.releases import load_published, published_bytes
from tierkit.engine.ruleset import RuleSet
from tierkit.errors import StoreError, TierkitError, UsageError
from tierkit.plugins.manager import Plugins
from tierkit.versions.chronicle import Chronicle, known
from tierkit.versions.events import Event
from tierkit.versions.history import History
from tierkit.versions.store import RuleSetStore

MOST_KEPT = 64
"""Versions of one rule set that are kept loaded."""

AGAIN = 1.0
"""Seconds after which a version that could not be used is tried again, though nothing new was written."""

_log = logging.getLogger("tierkit.engine")


@dataclass(frozen=True, slots=True)
class Serving:
    """What an engine decides with, and since which line; `error` is why a newer version is not used."""

    ruleset: RuleSet
    event: Event
    error: str | None = None


class Service:
    """One rule set of an engine. Safe to share between threads: one looks for news, the others go on."""

    def __init__(self, store: RuleSetStore, plugins: Plugins, name: str, interval: float) -> None:
        self.name, self.store, self.plugins, self.interval = name, store, plugins, interval
        self.chronicle = Chronicle(store, name)
        self._lock = Lock()
        self._serving: Serving | None = None
        self._seen: History | None = None
        self._check_at = self._again_at = 0.0
        self._turn_at: float | None = None
        self._kept: OrderedDict[tuple[str, str], RuleSet] = OrderedDict()

    def current(self) -> RuleSet:
        """The active version; looks for a newer one when it is time to.

        Raises:
            StoreError: no version is active, or the first one that this engine asks for cannot be used.
        """
        serving = self._serving
        if serving is None:
            return self._first()
        if time.monotonic() >= self._check_at or (self._turn_at is not None and time.time() >= self._turn_at):
            self._look()
            serving = self._serving or serving
        return serving.ruleset

    def _first(self) -> RuleSet:
        with self._lock:
            if self._serving is None:
                self.refresh_held()
            assert self._serving is not None  # noqa: S101  it raised otherwise
            return self._serving.ruleset

    def _look(self) -> None:
        """Looks for news; while one thread looks, the others go on with what there is."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self.refresh_held()
        finally:
            self._lock.release()

    def refresh(self) -> Serving:
        """Looks for news now, whatever the interval."""
        with self._lock:
            self.refresh_held(again=True)
            assert self._serving is not None  # noqa: S101  it raised otherwise
            return self._serving

    def renew(self) -> None:
        """Looks for news at the next call, after a change of its own."""
        self._check_at = 0.0

    def refresh_held(self, *, again: bool = False) -> None:
        """Takes over a newer version, or keeps the last good one and says why. The caller holds the lock.

        What matters is whether this history was seen here: others may have read it first. `again` tries
        again what was tried before.
        """
        serving, moment = self._serving, time.monotonic()
        self._check_at = moment + self.interval
        failing = serving is not None and serving.error is not None and moment >= self._again_at
        turned = self._turn_at is not None and time.time() >= self._turn_at
        history: History | None = None
        try:
            history = self.chronicle.read()
            if serving is None or again or failing or turned or history is not self._seen:
                self._renew(serving, known(history, self.store).sound())
            self._seen = history
        except TierkitError as error:
            if serving is None:
                raise
            self._seen, self._turn_at, self._again_at = history, None, moment + AGAIN
            text = str(error)
            if text != serving.error:
                self._serving = Serving(serving.ruleset, serving.event, text)
                _log.error("`%s` stays at %s: %s", self.name, serving.event.version, text)
                self.plugins.switched(self.name, serving.event.version, text)

    def _renew(self, serving: Serving | None, history: History) -> None:
        now = dt.datetime.now(dt.UTC)
        planned = history.planned(now)
        self._turn_at = planned[0].start.timestamp() if planned else None
        event = history.active(now)
        if event is None:
            raise StoreError(_inactive(self.name, history, planned))
        if serving is not None and serving.event.source_digest == event.source_digest:
            ruleset = serving.ruleset
        else:
            ruleset = self.load(history, event.version)
        self._serving = Serving(ruleset, event)
        if serving is not None and serving.event.version != event.version:
            _log.info("`%s` switched from %s to %s", self.name, serving.event.version, event.version)
        if serving is None or serving.event.version != event.version:
            self.plugins.switched(self.name, event.version, None)

    @property
    def serving(self) -> Serving | None:
        """What is decided with now, without looking for news."""
        return self._serving

    def version(self, version: str) -> RuleSet:
        """A published version, whatever is active."""
        return self.load(known(self.chronicle.read(), self.store).sound(), version)

    def at(self, as_of: object) -> RuleSet:
        """The version that was active at a moment; a day is its 00:00 in the active version's time zone."""
        history = known(self.chronicle.read(), self.store).sound()
        latest = history.active(dt.datetime.now(dt.UTC))
        zone = "UTC" if latest is None else self.load(history, latest.version).program.timezone
        moment = Clock(zone).moment(as_of)
        event = history.active_at(moment)
        if event is None:
            message = (
                f"no version of `{self.name}` was active at {moment.isoformat()}: pin one, such as "
                f"`{self.name}@{history.versions[0] if history.versions else 'VERSION'}`"
            )
            raise UsageError(message)
        return self.load(history, event.version)

    def verified(self, history: History, version: str) -> RuleSet:
        """A published version whose bytes were looked at now, kept or not."""
        published_bytes(self.store, history, version)
        return self.load(history, version)

    def load(self, history: History, version: str) -> RuleSet:
        """A published version, kept once it was loaded."""
        found = history.published(version)
        key = (version, "" if found is None else found[1].source_digest)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = load_published(self.store, self.plugins, history, version)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def forked(self) -> None:
        """A child process does not wait for a thread that it does not have."""
        self._lock = Lock()
        self.chronicle.forked()


def _inactive(name: str, history: History, planned: tuple[Event, ...]) -> str:
    if planned:
        start = planned[0].start.isoformat()
        return f"no version of `{name}` is active yet: `{planned[0].version}` takes over at {start}"
    versions = ", ".join(f"`{version}`" for version in history.versions[-5:])
    pinned = f"`{name}@{history.versions[-1]}`"
    return f"no version of `{name}` is active: activate one of {versions}, or pin one, such as {pinned}"
