"""Publish, activate, roll back: each checks everything first and ends in one line that is there or is not."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tierkit.documents.names import is_version
from tierkit.documents.reader import decode as decode_bytes
from tierkit.engine.diff import diff_sources
from tierkit.engine.examples import run
from tierkit.engine.load import checked, finish
from tierkit.engine.ruleset import RuleSet
from tierkit.errors import Problem, RefusedError, RuleSetError, StoreError, UsageError, suggestion
from tierkit.plugins.manager import Plugins
from tierkit.versions.chronicle import Chronicle, known
from tierkit.versions.events import Event, Kind, digest
from tierkit.versions.history import History
from tierkit.versions.store import RuleSetStore

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds for which a writer goes on when others come first."""

_MISSING = frozenset(["provider-missing", "benefit-missing"])


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing: the line that says so, or the earlier one that says the same.

    `problems` is what the check says: warnings, for a file with errors is not published.
    """

    ruleset: RuleSet
    event: Event
    new: bool
    problems: tuple[Problem, ...] = ()


def publish(
    store: RuleSetStore, plugins: Plugins, source: bytes, *, path: str, by: str, reason: str | None = None
) -> Published:
    """Publishes a rule file: checked, its examples run, its bytes kept, then one line.

    Raises:
        RuleSetError: the file has problems, house rules included.
        RefusedError: an example fails, or the version is there with another meaning.
        StoreError: the store refuses.
    """
    ruleset, told = _checked(source, path, plugins)
    failing = _failing(ruleset)
    if failing:
        raise RefusedError(failing)
    name, version = ruleset.name, ruleset.version
    chronicle = Chronicle(store, name)

    def attempt() -> Published | None:
        history = chronicle.read().sound()
        published = [event for event in history.events if event.event == "published"]
        same = history.published(version)
        if same is not None:
            if same[1].digest != ruleset.digest:
                raise RefusedError(_other(store, name, version, same[0], source))
            if same[1].source_digest == digest(source):
                _keep(store, name, version, source)
            return Published(ruleset, same[1], new=False, problems=told)
        if published and published[-1].digest == ruleset.digest:
            return Published(ruleset, published[-1], new=False, problems=told)
        alike = [event.version for event in published if event.version.lower() == version.lower()]
        if alike:
            one = f"`{name}@{version}` and the published `{alike[0]}` would be one file on some systems"
            raise RefusedError([f"{one}: give it another version"])
        event = _event("published", history, version, ruleset.digest, digest(source), by=by, reason=reason)
        store.add(name, version, source)
        if not _appended(store, history, event):
            return None
        _keep(store, name, version, source)
        return Published(ruleset, event, new=True, problems=told)

    return _insist(attempt)


def _keep(store: RuleSetStore, name: str, version: str, source: bytes) -> None:
    """Puts back the bytes that a line has published: another publisher's may have come, or an edit."""
    try:
        there = store.source(name, version) == source
    except StoreError:
        there = False
    if not there:
        store.add(name, version, source)


def _checked(source: bytes, path: str, plugins: Plugins) -> tuple[RuleSet, tuple[Problem, ...]]:
    ruleset, problems = checked(*decode_bytes(source, path), plugins)
    errors = [problem for problem in problems if problem.severity == "error"]
    if ruleset is None or errors:
        raise RuleSetError(errors)
    return ruleset, problems


def _failing(ruleset: RuleSet) -> list[str]:
    return [
        f"the example `{result.name}` (line {result.line}) fails: "
        + "; ".join(difference.message() for difference in result.differences)
        for result in run(ruleset)
        if not result.passed
    ]


def _other(store: RuleSetStore, name: str, version: str, line: int, source: bytes) -> list[str]:
    """Why a version cannot be published again, and what differs."""
    told = (
        f"`{name}@{version}` was published with another meaning (line {line} of its history): "
        "give it a new version"
    )
    changes = diff_sources(store.source(name, version), source)
    return [told, *(f"  {change}" for change in changes)]


def activate(
    store: RuleSetStore,
    chronicle: Chronicle,
    version: str,
    *,
    load: Callable[[History, str], RuleSet],
    by: str,
    reason: str | None = None,
    effective: dt.datetime | None = None,
) -> Event | None:
    """Makes a published version the active one, now or from a time on; None when it is active already.

    Raises:
        RefusedError: it cannot be activated: it was not published, its `valid_from` has not come, a provider
            is missing, an example fails, or its time is in the past.
        StoreError: the store refuses, or the published file is not what was published.
    """

    def attempt() -> tuple[Event | None] | None:
        now = _now()
        history = known(chronicle.compared(), store).sound()
        _, published = _published(history, version)
        ruleset = load(history, version)
        start = effective or now
        refusals = preflight(ruleset, start)
        if effective is not None and effective <= now:
            refusals.append(
                f"`--effective {effective.isoformat()}` has passed: leave it out to activate at once"
            )
        if refusals:
            raise RefusedError(
                [f"`{chronicle.name}@{version}` cannot be activated: {text}" for text in refusals]
            )
        active = history.active(now)
        if (
            effective is None
            and active is not None
            and active.version == version
            and not history.planned(now)
        ):
            return (None,)
        event = _event(
            "activated", history, version, published.digest, published.source_digest,
            by=by, reason=reason, effective=effective,
        )  # fmt: skip
        return (event,) if _appended(store, history, event) else None

    return _insist(attempt)[0]


def roll_back(
    store: RuleSetStore,
    chronicle: Chronicle,
    to: str | None,
    *,
    load: Callable[[History, str], RuleSet],
    by: str,
    reason: str,
) -> Event:
    """Goes back to the version active before, or to any published one.

    Raises:
        RefusedError: there is nothing to go back to, the version is the active one or was never published, or
            it cannot decide: a provider is missing.
        UsageError: there is no reason.
        StoreError: the store refuses, or the published file is not what was published.
    """
    if not reason.strip():
        message = "a rollback needs a reason"
        raise UsageError(message)

    def attempt() -> Event | None:
        now = _now()
        history = known(chronicle.compared(), store).sound()
        active = history.active(now)
        if active is None:
            raise RefusedError([f"no version of `{chronicle.name}` is active: there is nothing to roll back"])
        earlier = history.before(now)
        if to is None and not earlier:
            first = f"`{chronicle.name}@{active.version}`"
            text = f"{first} is the first that was active: there is nothing before it"
            raise RefusedError([text])
        version = earlier[0] if to is None else to
        if version == active.version:
            raise RefusedError([f"`{chronicle.name}@{version}` is the active version"])
        _, published = _published(history, version)
        missing = _lacking(load(history, version))
        if missing:
            raise RefusedError([f"`{chronicle.name}@{version}` cannot decide: {text}" for text in missing])
        event = _event(
            "rolled_back", history, version, published.digest, published.source_digest, by=by, reason=reason
        )
        return event if _appended(store, history, event) else None

    return _insist(attempt)


def preflight(ruleset: RuleSet, start: dt.datetime) -> list[str]:
    """Why a version should not become active at `start`; empty when nothing speaks against it."""
    found = _lacking(ruleset)
    first = ruleset.program.valid_from
    if first is not None and ruleset.day_of(start) < first:
        found.append(
            f"it is valid from {first.isoformat()}: activate it with `--effective {first.isoformat()}`"
        )
    return found + _failing(ruleset)


def _lacking(ruleset: RuleSet) -> list[str]:
    return [f"line {p.location.line}: {p.message()}" for p in ruleset.problems if p.code in _MISSING]


def _published(history: History, version: str) -> tuple[int, Event]:
    found = history.published(version) if is_version(version) else None
    if found is None:
        near = suggestion(version, history.versions)
        raise RefusedError([f"`{history.name}@{version}` was never published{near}"])
    return found


def _event(
    kind: Kind,
    history: History,
    version: str,
    meaning: str,
    source: str,
    *,
    by: str,
    reason: str | None,
    effective: dt.datetime | None = None,
) -> Event:
    """The next line. Times of a history never run backwards, whatever the clock does."""
    at = _now()
    if history.events and history.events[-1].at > at:
        at = history.events[-1].at
    told = None if reason is None else _writable(reason)
    return Event(kind, version, meaning, source, at, effective, _writable(by), told, history.last)


def _writable(text: str) -> str:
    """A text without the half characters that an argument in another encoding leaves."""
    return text.encode("utf-8", "replace").decode()


def _appended(store: RuleSetStore, history: History, event: Event) -> bool:
    return store.append(history.name, event.line(), len(history.events) + 1, history.last)


def _insist(attempt: Callable[[], T | None]) -> T:
    """Tries until nobody else came first: what others did may change what is right to do."""
    until, pause = time.monotonic() + PATIENCE, 0.001
    while True:
        found = attempt()
        if found is not None:
            return found
        if time.monotonic() > until:
            message = f"others wrote to the store for {PATIENCE:g} s without a break: try again"
            raise StoreError(message)
        time.sleep(pause * random.random())  # noqa: S311  so that two do not meet again
        pause = min(pause * 2, 0.05)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def load_published(store: RuleSetStore, plugins: Plugins, history: History, version: str) -> RuleSet:
    """A published version as it was published.

    Raises:
        RefusedError: it was never published.
        StoreError: its bytes are not those that were published.
        RuleSetError: it does not load here.
    """
    source = published_bytes(store, history, version)
    return finish(*decode_bytes(source, f"{store.address}/{history.name}/{version}.yaml"), plugins)


def published_bytes(store: RuleSetStore, history: History, version: str) -> bytes:
    """The bytes of a published version; raises as `load_published` does when they are not those."""
    number, event = _published(history, version)
    source = store.source(history.name, version)
    if digest(source) != event.source_digest:
        message = (
            f"`{history.name}@{version}` was changed after it was published: it contradicts line {number} of "
            "the history; restore it, or publish the change as a new version"
        )
        raise StoreError(message, contradicts=True)
    return source
