"""`status`: how rule sets stand, with every history and every published file verified."""

from __future__ import annotations

from tierkit.cli.changes import safe, time
from tierkit.cli.grid import grid
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.engine.status import Status
from tierkit.engine.status import status as status_of
from tierkit.versions.chronicle import Chronicle, known
from tierkit.versions.opening import open_store

FINE, WRONG = 0, 1


def status(name: str, *, store: str, terminal: Terminal) -> int:
    """Prints how one rule set stands, or all of them; 1 when something is wrong with one."""
    words, place = terminal.words, open_store(store)
    if name:
        known(Chronicle(place, name).whole(), place)
    found = [status_of(place, each) for each in ([name] if name else place.names())]
    if terminal.json:
        terminal.data({"rulesets": [each.to_dict() for each in found]})
    elif found:
        terminal.out(grid(_columns(words), [_row(each, words) for each in found], whole=(0, 1, 2, 5)))
    else:
        terminal.out(words("nothing-published", store=place.address))
    for each in () if terminal.json else found:
        for note in each.notes:
            terminal.out(words("warning", text=words("pair", name=each.name, value=terminal.say(note))))
        for fault in each.faults:
            terminal.out(words("error", text=words("pair", name=each.name, value=terminal.say(fault))))
    return WRONG if any(each.faults for each in found) else FINE


def _columns(words: Words) -> list[str]:
    return [words(key) for key in ("rule-set", "active", "since", "by", "planned", "versions")]


def _row(found: Status, words: Words) -> tuple[str, ...]:
    active = found.active
    plans = [words("plan", version=safe(plan.version), when=time(plan.start)) for plan in found.planned]
    return (
        found.name,
        words("none") if active is None else safe(active.version),
        "" if active is None else time(active.start),
        "" if active is None else safe(active.by),
        "\n".join(plans),
        str(len(found.versions)),
    )
