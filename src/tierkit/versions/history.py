"""The history of one rule set, read and verified, and what follows from it: what is active, what was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tierkit.errors import StoreError
from tierkit.versions.events import Event, digest


@dataclass(frozen=True, slots=True)
class History:
    """Events in the order they were written, each linked to the one before.

    `last` is the digest of the last line. `fault` is what is wrong with what followed, if anything is: a
    history is right up to its first wrong line.
    """

    name: str
    events: tuple[Event, ...] = ()
    last: str | None = None
    fault: str | None = None

    def extended(self, lines: Iterable[str]) -> History:
        """The history with more lines, verified one by one; it ends before the first that is wrong."""
        events, last = list(self.events), self.last
        for line in lines:
            number = len(events) + 1
            try:
                event = Event.read(line, number)
            except StoreError as error:
                return replace(self, events=tuple(events), last=last, fault=str(error))
            if event.previous != last:
                return replace(self, events=tuple(events), last=last, fault=_broken(number))
            events.append(event)
            last = digest(line)
        return replace(self, events=tuple(events), last=last)

    def sound(self) -> History:
        """Itself; raises `StoreError` when it is not sound."""
        if self.fault is not None:
            raise StoreError(f"the history of `{self.name}`: {self.fault}", contradicts=True)
        return self

    def published(self, version: str) -> tuple[int, Event] | None:
        """The line that published a version, and its number."""
        for number, event in enumerate(self.events, 1):
            if event.event == "published" and event.version == version:
                return number, event
        return None

    @property
    def versions(self) -> tuple[str, ...]:
        """The published versions, oldest first."""
        return tuple(event.version for event in self.events if event.event == "published")

    def active(self, now: dt.datetime) -> Event | None:
        """The activation or rollback that counts now: the last whose time has come.

        One without a time of its own counts from its line on, whatever the clock says: a clock that jumps
        back takes nothing back.
        """
        for event in reversed(self.events):
            if event.event != "published" and (event.effective is None or event.effective <= now):
                return event
        return None

    def active_at(self, moment: dt.datetime) -> Event | None:
        """The activation or rollback that counted at a moment of the past, as far as it is known today."""
        for event in reversed(self.events):
            if event.event != "published" and event.start <= moment:
                return event
        return None

    def planned(self, now: dt.datetime) -> tuple[Event, ...]:
        """Activations whose time is still to come, in the order of their times; a later line overrules."""
        coming: list[Event] = []
        for event in reversed(self.events):
            if event.event == "published":
                continue
            if event.effective is None or event.effective <= now:
                break  # this one counts now; what was planned before it is overruled
            if not coming or event.effective < coming[0].effective:  # type: ignore[operator]  # planned: it has a time
                coming.insert(0, event)
        return tuple(coming)

    def before(self, now: dt.datetime) -> tuple[str, ...]:
        """The versions a rollback would go back through, nearest first.

        An activation puts its version on top, a rollback takes off what it went past, and no version is there
        twice. So a second rollback goes further back, and never forth to what was rolled back. A version that
        was overruled before its time came was never active.

        >>> at = dt.datetime(2025, 11, 20, tzinfo=dt.timezone.utc)
        >>> def done(kind, version): return Event(kind, version, "", "", at, None, "", None, None)
        >>> history = History("h", (done("activated", "1"), done("activated", "2"), done("activated", "3")))
        >>> history.before(at)
        ('2', '1')
        >>> replace(history, events=(*history.events, done("rolled_back", "2"))).before(at)
        ('1',)
        """
        stack: dict[str, None] = {}
        for event in self._counted(now):
            if event.event == "rolled_back" and stack:
                stack.popitem()
                while event.version in stack:
                    stack.popitem()
            stack.pop(event.version, None)
            stack[event.version] = None
        return tuple(reversed(stack))[1:]

    def _counted(self, now: dt.datetime) -> list[Event]:
        """The activations and rollbacks that have counted for a while, in order."""
        counted: list[Event] = []
        overruled: dt.datetime | None = None
        for event in reversed(self.events):
            if event.event == "published":
                continue
            start = event.effective
            if start is None:
                start = event.at
            elif start > now or (overruled is not None and start >= overruled):
                continue
            counted.append(event)
            if overruled is None or start < overruled:
                overruled = start
        return counted[::-1]


def check_head(history: History, head: tuple[int, str] | None) -> History:
    """The history, with the fault that lines were cut off where the store remembers more of them."""
    if head is None or history.fault is not None:
        return history
    count, last = head
    if len(history.events) < count:
        kept = len(history.events)
        return replace(history, fault=f"lines were cut off its end: it had {count} and has {kept}")
    if len(history.events) == count and history.last != last:
        return replace(history, fault=f"line {count} is not the one that was written")
    return history


def from_lines(name: str, lines: Sequence[str]) -> History:
    """A history read from the start."""
    return History(name).extended(lines)


def _broken(number: int) -> str:
    if number == 1:
        return "line 1 does not begin it: lines before it were cut off"
    return f"line {number} does not follow line {number - 1}: one of them was edited, moved or taken out"
