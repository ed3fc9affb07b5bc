"""How a rule set stands: its versions, which is active, what is planned, and everything that is wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tierkit.errors import StoreError
from tierkit.versions.chronicle import Chronicle
from tierkit.versions.events import Event, digest
from tierkit.versions.history import History
from tierkit.versions.store import RuleSetStore


@dataclass(frozen=True, slots=True)
class Status:
    """How one rule set stands. `serving` is the version an engine decides with, where one was asked."""

    name: str
    active: Event | None
    planned: tuple[Event, ...]
    versions: tuple[str, ...]
    events: int
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()
    serving: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data; every key is always present."""
        return {
            "name": self.name,
            "active": None if self.active is None else self.active.to_dict(),
            "planned": [event.to_dict() for event in self.planned],
            "versions": list(self.versions),
            "events": self.events,
            "serving": self.serving,
            "faults": list(self.faults),
            "notes": list(self.notes),
        }


def status(store: RuleSetStore, name: str) -> Status:
    """How a rule set stands in a store: its whole history and every published file are verified."""
    chronicle = Chronicle(store, name)
    history, torn = chronicle.whole(), store.read(name).torn
    now = dt.datetime.now(dt.UTC)
    faults = [] if history.fault is None else [history.fault]
    faults += _contradictions(store, history)
    note = "the history ends in half a line, which nobody acknowledged: the next change takes it away"
    return Status(
        name, history.active(now), history.planned(now), history.versions, len(history.events), tuple(faults),
        (note,) if torn else (),
    )  # fmt: skip


def _contradictions(store: RuleSetStore, history: History) -> list[str]:
    """Published files that are not what was published."""
    found = []
    for number, event in enumerate(history.events, 1):
        if event.event != "published":
            continue
        try:
            if digest(store.source(history.name, event.version)) != event.source_digest:
                found.append(
                    f"version `{event.version}` was changed after it was published: see line {number}"
                )
        except StoreError as error:
            found.append(f"version `{event.version}`, published by line {number}, cannot be read: {error}")
    return found
