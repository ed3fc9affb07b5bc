"""`history`: every change of a rule set, verified from the first line to the last."""

from __future__ import annotations

from tierkit.cli.changes import kind, safe, time
from tierkit.cli.grid import grid
from tierkit.cli.terminal import Terminal
from tierkit.versions.chronicle import Chronicle, known
from tierkit.versions.history import History
from tierkit.versions.opening import open_store

FINE, WRONG = 0, 1


def history(name: str, *, store: str, terminal: Terminal) -> int:
    """Prints the events up to the first wrong line; 1 when there is one."""
    words, place = terminal.words, open_store(store)
    found = known(Chronicle(place, name).whole(), place)
    if terminal.json:
        terminal.data({"events": [event.to_dict() for event in found.events]})
    elif found.events:
        _show(found, terminal)
    if place.read(name).torn:
        terminal.warn("torn")
    if found.fault is None:
        return FINE
    terminal.error(f"the history of `{name}`: {found.fault}")
    terminal.note(words("hint", text=words("see-repair", name=name)))
    return WRONG


def _show(found: History, terminal: Terminal) -> None:
    words = terminal.words
    columns = [words(key) for key in ("when", "event", "version", "by", "reason", "effective")]
    rows = [
        (
            time(event.at),
            kind(event, words),
            safe(event.version),
            safe(event.by),
            safe(event.reason),
            "" if event.effective is None else time(event.effective),
        )
        for event in found.events
    ]
    terminal.out(grid(columns, rows, whole=(0, 1, 2, 5)))
