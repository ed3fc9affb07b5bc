"""A store by its address."""

from __future__ import annotations

import os
import re

from tierkit.versions.directory import DirectoryStore
from tierkit.versions.store import RuleSetStore

_DATABASE = re.compile(r"[A-Za-z][\w+]*://")


def open_store(store: str | os.PathLike[str] | RuleSetStore) -> RuleSetStore:
    """A directory, a database by its address (`sqlite:///rules.db`, `postgresql://…`), or a store as it is.

    Raises:
        MissingExtraError: a database, and SQLAlchemy is not installed.
        StoreError: the database cannot be used.
    """
    if isinstance(store, str) and _DATABASE.match(store):
        from tierkit.versions.sql import SqlStore  # an extra

        return SqlStore(store)
    return DirectoryStore(store) if isinstance(store, str | os.PathLike) else store
