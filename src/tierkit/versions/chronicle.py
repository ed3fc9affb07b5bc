"""A history that is kept read: asked again, it only reads what is new."""

from __future__ import annotations

from threading import Lock

from tierkit.errors import StoreError
from tierkit.versions.history import History, check_head, from_lines
from tierkit.versions.store import RuleSetStore

_NEVER = object()


class Chronicle:
    """The history of one rule set in a store. Safe to share between threads.

    What was verified before is not verified again: `read` looks at its last line, `compared` that every line
    is still the same; `whole` verifies everything.
    """

    def __init__(self, store: RuleSetStore, name: str) -> None:
        self.store, self.name = store, name
        self._lock = Lock()
        self._stamp: object = _NEVER
        self._history = History(name)
        self._lines: tuple[str, ...] = ()

    def read(self) -> History:
        """The history as it is now; the same object as long as nothing has changed."""
        with self._lock:
            stamp = self.store.stamp(self.name)
            if stamp != self._stamp:
                self._history = self._more(max(0, len(self._lines) - 1))
                self._stamp = stamp
            return self._history

    def compared(self) -> History:
        """The history as it is now, for who writes: nobody edited what was read before."""
        with self._lock:
            stamp = self.store.stamp(self.name)
            history = self._more(0)
            if history != self._history:
                self._history = history
            self._stamp = stamp
            return self._history

    def whole(self) -> History:
        """The history read and verified from its first line."""
        found = self.store.read(self.name)
        return check_head(from_lines(self.name, found.lines), found.head)

    def forked(self) -> None:
        """A child process does not wait for a thread that it does not have."""
        self._lock = Lock()

    def _more(self, after: int) -> History:
        """What was known with what is new; the lines from `after` on are read."""
        known, lines = self._history, self._lines
        found = self.store.read(self.name, after)
        count = len(lines) - after
        if known.fault is not None or found.lines[:count] != lines[after:]:
            found = self.store.read(self.name) if after else found
            history, lines = from_lines(self.name, found.lines), found.lines
        else:
            history, lines = known.extended(found.lines[count:]), lines + found.lines[count:]
        self._lines = lines
        return check_head(history, found.head)


def known(history: History, store: RuleSetStore) -> History:
    """A history that there is; raises `StoreError` for a rule set that was never published."""
    if not history.events and history.fault is None:
        names = ", ".join(f"`{name}`" for name in store.names()) or "none"
        message = (
            f"nothing of `{history.name}` was ever published in `{store.address}`; published there: {names}"
        )
        raise StoreError(message)
    return history
