"""What verbs that change versions say of a line of a history: when, what, and what it took the place of."""

from __future__ import annotations

import datetime as dt
import shlex
from dataclasses import dataclass, replace

from tierkit.cli.messages import Words
from tierkit.errors.text import GAPS, visible
from tierkit.versions.chronicle import Chronicle
from tierkit.versions.events import Event
from tierkit.versions.store import RuleSetStore

DEFAULT_STORE = "rulesets"
SHORT = 12
"""So much of a digest is shown to people."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What an activation or a rollback changed: the version before it, and the plans that it overruled."""

    before: str | None
    overruled: tuple[Event, ...]


def turn_of(store: RuleSetStore, name: str, event: Event) -> Turn:
    """What a line changed, told from the history itself, whatever others have written since."""
    history = Chronicle(store, name).whole()
    at = next((i for i, line in enumerate(history.events) if line == event), len(history.events))
    earlier = replace(history, events=history.events[:at])
    later = replace(history, events=history.events[: at + 1])
    active = earlier.active(event.at)
    still = later.planned(event.at)
    overruled = tuple(plan for plan in earlier.planned(event.at) if plan not in still)
    return Turn(None if active is None else active.version, overruled)


def time(moment: dt.datetime) -> str:
    """An instant for people, in the zone in which it was written.

    >>> time(dt.datetime(2025, 11, 20, 8, 30, tzinfo=dt.UTC))
    '2025-11-20 08:30Z'
    """
    return moment.isoformat(sep=" ", timespec="minutes").replace("+00:00", "Z")


def safe(text: str | None) -> str:
    """What somebody wrote into a history, with nothing in it that a terminal would obey."""
    return visible(text or "", GAPS)


def kind(event: Event, words: Words) -> str:
    """What happened."""
    return words(
        {"published": "published", "activated": "activated", "rolled_back": "rolled-back"}[event.event]
    )


def at_store(store: str) -> str:
    """The option that a command needs for a store other than the usual one, with a space before it."""
    return "" if store == DEFAULT_STORE else f" --store {shlex.quote(store)}"
