"""`rollback`: the version that was active before takes over again, at once."""

from __future__ import annotations

from tierkit.cli.activating import show
from tierkit.cli.changes import turn_of
from tierkit.cli.terminal import Terminal
from tierkit.engine import Engine

FINE = 0


def rollback(name: str, *, to: str, by: str, reason: str, store: str, terminal: Terminal) -> int:
    """Goes back, and says from which version to which."""
    engine = Engine(store)
    event = engine.rollback(name, to or None, by=by or None, reason=reason)
    show(name, event, turn_of(engine.store, name, event), terminal)
    return FINE
