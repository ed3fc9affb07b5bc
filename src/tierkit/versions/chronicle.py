"""A history that is kept read: asked again, it only reads what is new."""

from __future__ import annotations

from threading import Lock

from tierkit.errors import StoreError
from tierkit.versions.events import digest
from tierkit.versions.history import History, check_head, from_lines
from tierkit.versions.store import RuleSetStore

_NEVER = object()


class Chronicle:
    """The history of one rule set in a store. Safe to share between threads.

    What was verified before is not verified again, but for its last line; `whole` reads everything.
    """

    def __init__(self, store: RuleSetStore, name: str) -> None:
        self.store, self.name = store, name
        self._lock = Lock()
        self._stamp: object = _NEVER
        self._history = History(name)
        self._tail: str | None = None
        self.torn = False
        """True when the history ends in half a line that nobody acknowledged."""

    def changed(self) -> bool:
        """True when the store has something that was not read yet."""
        return bool(self.store.stamp(self.name) != self._stamp)

    def read(self) -> History:
        """The history as it is now."""
        with self._lock:
            stamp = self.store.stamp(self.name)
            if stamp != self._stamp:
                self._history = self._more()
                self._stamp = stamp
            return self._history

    def whole(self) -> History:
        """The history read and verified from its first line."""
        found = self.store.read(self.name)
        return check_head(from_lines(self.name, found.lines), found.head)

    def forked(self) -> None:
        """A child process does not wait for a thread that it does not have."""
        self._lock = Lock()

    def _more(self) -> History:
        known = self._history
        if known.fault is not None or self._tail is None:
            return self._anew()
        found = self.store.read(self.name, len(known.events) - 1)
        if not found.lines or digest(found.lines[0]) != known.last:
            return self._anew()
        self.torn = found.torn
        self._tail = found.lines[-1]
        return check_head(known.extended(found.lines[1:]), found.head)

    def _anew(self) -> History:
        found = self.store.read(self.name)
        self.torn = found.torn
        self._tail = found.lines[-1] if found.lines else None
        return check_head(from_lines(self.name, found.lines), found.head)


def known(history: History, store: RuleSetStore) -> History:
    """A history that there is; raises `StoreError` for a rule set that was never published."""
    if not history.events and history.fault is None:
        names = ", ".join(f"`{name}`" for name in store.names()) or "none"
        message = (
            f"nothing of `{history.name}` was ever published in `{store.address}`; published there: {names}"
        )
        raise StoreError(message)
    return history
