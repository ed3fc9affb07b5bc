"""`activate`: a published version becomes the active one, now or from a day on."""

from __future__ import annotations

from tierkit.cli.changes import Turn, time, turn_of
from tierkit.cli.choosing import moment_of
from tierkit.cli.terminal import Terminal
from tierkit.engine import Engine
from tierkit.versions.events import Event

FINE = 0


def activate(
    name: str, version: str, *, effective: str, by: str, reason: str, store: str, terminal: Terminal
) -> int:
    """Activates a version and says what it took the place of; nothing is new when it is active already."""
    words = terminal.words
    if effective:
        moment_of(effective, words, "bad-effective")
    engine = Engine(store)
    event = engine.activate(name, version, by=by or None, reason=reason or None, effective=effective or None)
    if event is None:
        if terminal.json:
            terminal.data({"name": name, "event": None, "before": version, "overruled": []})
        else:
            terminal.out(words("already-active", name=name, version=version))
        return FINE
    show(name, event, turn_of(engine.store, name, event), terminal)
    return FINE


def show(name: str, event: Event, turn: Turn, terminal: Terminal) -> None:
    """Prints which version took the place of which, and the plans that it overruled."""
    words = terminal.words
    if terminal.json:
        overruled = [plan.to_dict() for plan in turn.overruled]
        data = {"name": name, "event": event.to_dict(), "before": turn.before, "overruled": overruled}
        terminal.data(data)
        return
    slots = {"name": name, "before": turn.before or words("none"), "after": event.version}
    if event.effective is not None:
        terminal.out(words("will-turn", **slots, when=time(event.effective)))
    elif turn.before == event.version:
        terminal.out(words("stays", name=name, version=event.version))
    else:
        terminal.out(words("turned-back" if event.event == "rolled_back" else "turned", **slots))
    for plan in turn.overruled:
        terminal.out(words("overruled", version=plan.version, when=time(plan.start)))
