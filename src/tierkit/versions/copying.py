"""Stores copied: every published version and every line, byte for byte, so that all digests stay the same.

Everything is read and verified before anything is written. A copy that was cut short can be taken up.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from tierkit.errors import StoreError
from tierkit.versions.events import digest
from tierkit.versions.history import History, check_head, from_lines
from tierkit.versions.opening import open_store
from tierkit.versions.store import RuleSetStore


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied of one rule set: how many versions and lines the target did not have."""

    name: str
    versions: int
    lines: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the target lacks of one rule set."""

    name: str
    lines: tuple[str, ...]
    known: int
    sources: tuple[tuple[str, bytes], ...]


def copy_store(
    source: str | os.PathLike[str] | RuleSetStore, target: str | os.PathLike[str] | RuleSetStore
) -> tuple[Copied, ...]:
    """Copies every rule set of a store into another one, which has none of it yet, or its beginning.

    Args:
        source: a directory, the address of a database, or any `RuleSetStore`.
        target: the same.

    Raises:
        StoreError: the source contradicts itself, or the target has something else. Nothing was written then.

    >>> import tempfile, tierkit
    >>> here, there = tempfile.mkdtemp(), tempfile.mkdtemp()
    >>> _ = tierkit.Engine(here).publish("rulesets/rfm.yaml", by="li")
    >>> copy_store(here, there)
    (Copied(name='rfm', versions=1, lines=1),)
    >>> copy_store(here, there)
    (Copied(name='rfm', versions=0, lines=0),)
    """
    one, other = open_store(source), open_store(target)
    plans = [_plan(one, other, name) for name in one.names()]
    return tuple(_carried_out(plan, other) for plan in plans)


def _plan(source: RuleSetStore, target: RuleSetStore, name: str) -> _Plan:
    """What to copy of a rule set; raises where one of the two stores is not as it should be."""
    found = source.read(name)
    history = check_head(from_lines(name, found.lines), found.head).sound()
    there = target.read(name)
    count = len(there.lines)
    check_head(from_lines(name, there.lines), there.head).sound()
    if there.lines != found.lines[:count]:
        raise StoreError(_other(name, found.lines, there.lines, target))
    known, sources = History(name).extended(there.lines), []
    for event in history.events:
        if event.event == "published":
            data = _verified(source, name, event.version, event.source_digest)
            if known.published(event.version) is None or not _kept(target, name, event.version, data):
                sources.append((event.version, data))
    return _Plan(name, found.lines, count, tuple(sources))


def _verified(store: RuleSetStore, name: str, version: str, expected: str) -> bytes:
    """The bytes of a version as they were published."""
    data = store.source(name, version)
    if digest(data) != expected:
        message = f"`{name}@{version}` in `{store.address}` was changed after it was published"
        raise StoreError(message)
    return data


def _kept(store: RuleSetStore, name: str, version: str, data: bytes) -> bool:
    """Whether the target has these bytes; raises where it has others, for a line there publishes them."""
    try:
        found = store.source(name, version)
    except StoreError:
        return False
    if found != data:
        message = f"`{name}@{version}` in `{store.address}` was changed after it was published"
        raise StoreError(message)
    return True


def _other(name: str, lines: tuple[str, ...], there: tuple[str, ...], target: RuleSetStore) -> str:
    """Why a target does not hold the beginning of the history."""
    same = next(
        (n for n, (one, other) in enumerate(zip(lines, there, strict=False)) if one != other), len(lines)
    )
    if same == len(lines):
        return f"`{target.address}` has {len(there)} lines of `{name}`, and {len(lines)} are to be copied"
    return f"`{target.address}` has another history of `{name}`, from line {same + 1} on"


def _carried_out(plan: _Plan, target: RuleSetStore) -> Copied:
    """Bytes first, then the lines that publish them."""
    for version, data in plan.sources:
        target.add(plan.name, version, data)
    previous = digest(plan.lines[plan.known - 1]) if plan.known else None
    for number, line in enumerate(plan.lines[plan.known :], plan.known + 1):
        if not target.append(plan.name, line, number, previous):
            message = f"`{plan.name}` in `{target.address}` was changed while it was copied: copy again"
            raise StoreError(message)
        previous = digest(line)
    return Copied(plan.name, len(plan.sources), len(plan.lines) - plan.known)
