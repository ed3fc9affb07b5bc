"""Helpers for the tests of versions: rule files that say which version they are, disks that fail, a clock."""

from __future__ import annotations

import datetime as dt
import errno
import os
import types
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tierkit
from tierkit.engine import releases, service, status
from tierkit.versions.directory import DirectoryStore
from tierkit.versions.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

NAME = "graded"
START = dt.datetime(2025, 11, 20, 8, tzinfo=dt.UTC)


def rules(version: str, says: str | None = None, *, name: str = NAME, more: str = "") -> bytes:
    """A rule file whose only tag is its version, unless it says something else."""
    tag = "v" + (says or version).replace(".", "-")
    return (
        f"ruleset: {name}\nversion: '{version}'\ndimensions:\n  amount: {{type: money}}\n"
        f"rules:\n  - {{id: only, tag: {tag}, when: amount >= 0}}\n{more}"
    ).encode()


def put(folder: Path, version: str, says: str | None = None, **kind: str) -> Path:
    """The rule file in a file."""
    path = folder / "draft.yaml"
    path.write_bytes(rules(version, says, **kind))
    return path


def engine(
    folder: Path, *, disk: Disk | None = None, interval: float = 0.0, **options: Any
) -> tierkit.Engine:
    """An engine on the store of a folder that looks for news at every call."""
    store = DirectoryStore(folder / "store", disk=disk, timeout=options.pop("timeout", 10.0))
    return tierkit.Engine(store, entry_points=False, interval=interval, **options)


def filled(folder: Path, *versions: str, **options: Any) -> tierkit.Engine:
    """An engine with these versions published, the first of them active."""
    made = engine(folder, **options)
    for version in versions:
        made.publish(put(folder, version), by="li")
    made.activate(NAME, versions[0], by="li")
    return made


def history_file(folder: Path) -> Path:
    """The file of the history."""
    return folder / "store" / NAME / "history.jsonl"


class Stepping(Disk):
    """A disk that counts its steps, before and after each thing it does and in the middle of a write."""

    def __init__(self, last: float) -> None:
        self.last, self.count = last, 0

    def step(self) -> None:
        """One more; the last one is the end."""
        self.count += 1
        if self.count == self.last:
            self.end()

    def end(self) -> None:
        """What happens at the last step."""
        raise NotImplementedError

    def write(self, descriptor: int, data: bytes) -> None:
        """Half, a step, the rest."""
        self.step()
        half = len(data) // 2
        super().write(descriptor, data[:half])
        self.step()
        super().write(descriptor, data[half:])
        self.step()

    def flush(self, descriptor: int) -> None:
        """A step on either side."""
        self.step()
        super().flush(descriptor)
        self.step()

    def replace(self, source: Path, target: Path) -> None:
        """A step on either side."""
        self.step()
        super().replace(source, target)
        self.step()

    def truncate(self, descriptor: int, length: int) -> None:
        """A step on either side."""
        self.step()
        super().truncate(descriptor, length)
        self.step()


class Deadly(Stepping):
    """The process is gone at a step, as if it was killed."""

    def end(self) -> None:
        """No cleaning up, no flushing."""
        os._exit(137)


class KilledError(BaseException):
    """Not an `Exception`: nothing handles it, as nothing handles a kill."""


class Raising(Stepping):
    """The process is as good as gone at a step, but the test goes on."""

    def end(self) -> None:
        """Passes every handler of errors."""
        raise KilledError


class Full(Stepping):
    """A disk that fails at a step: once, or for every write from then on."""

    def __init__(self, last: float, *, code: int = errno.ENOSPC, stays: bool = False) -> None:
        super().__init__(last)
        self.code, self.stays = code, stays

    def end(self) -> None:
        """No space, or what else the system says."""
        raise OSError(self.code, os.strerror(self.code))

    def write(self, descriptor: int, data: bytes) -> None:
        """What is full stays full."""
        if self.stays and self.count >= self.last:
            self.end()
        super().write(descriptor, data)


def _written(descriptor: int, data: bytes) -> None:
    os.write(descriptor, data)


def forked(work: Callable[[Callable[[bytes], None]], None]) -> tuple[int, Callable[[], tuple[int, bytes]]]:
    """Runs `work` in a child, which may send bytes; its id, and a function that waits for status and bytes."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests are of no concern here
        child = os.fork()
    if child == 0:
        code = 70
        try:
            os.close(reading)
            work(partial(_written, writing))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)

    def wait() -> tuple[int, bytes]:
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told

    return child, wait


class Clock:
    """The time that the engine is told; it stands still unless it is moved."""

    def __init__(self) -> None:
        self.now, self.monotonic = START, 1000.0

    def move(self, seconds: float) -> None:
        """On, or back; what is monotone only goes on."""
        self.now += dt.timedelta(seconds=seconds)
        self.monotonic += abs(seconds)

    def seconds(self) -> float:
        """Since the epoch."""
        return self.now.timestamp()

    def after(self, seconds: float) -> dt.datetime:
        """A moment from now."""
        return self.now + dt.timedelta(seconds=seconds)

    @contextmanager
    def running(self) -> Iterator[Clock]:
        """In the place of the real one, in the modules that ask for the time."""
        clock = self

        class Told(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> Any:
                return clock.now.astimezone(tz)

        days = types.SimpleNamespace(datetime=Told, UTC=dt.UTC, timedelta=dt.timedelta)
        times = types.SimpleNamespace(monotonic=lambda: clock.monotonic, time=clock.seconds)
        modules: tuple[Any, ...] = (releases, service, status)
        timed: Any = service
        kept = timed.time
        try:
            for module in modules:
                module.dt = days
            timed.time = times
            yield self
        finally:
            for module in modules:
                module.dt = dt
            timed.time = kept


def without_locks(patch: pytest.MonkeyPatch, error: Exception) -> None:
    """A file system on which locking fails."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    patch.setattr("filelock.FileLock.acquire", refuse)
