"""A store in a directory, as a repository holds it: `NAME/VERSION.yaml` and `NAME/history.jsonl`.

One line is one write to the end of the history, flushed before it is acknowledged. Writers take turns by a
lock file; readers take none. What a dead writer left behind, half a line at most, is no line, and the next
writer cuts it off.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tierkit.documents.names import is_ruleset_name, is_version
from tierkit.errors import StoreError
from tierkit.versions.disk import BINARY, Disk
from tierkit.versions.events import digest
from tierkit.versions.history import from_lines
from tierkit.versions.store import Lines

HISTORY = "history.jsonl"
HEAD = ".head"
LOCK = ".lock"
_IGNORED = f"{HEAD}\n{LOCK}\n*.part\n"
_ATTRIBUTES = "* -text\n"
_TAIL = 1 << 16
_POLL = 0.005
_NO_LOCKS = frozenset([errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP])


class DirectoryStore:
    """The versions under one directory; made when the first version is published.

    Args:
        path: the directory.
        timeout: seconds to wait for another writer.
        disk: what writes; tests pass one that fails.

    >>> DirectoryStore("no/such/directory").names()
    ()
    """

    def __init__(
        self, path: str | os.PathLike[str], *, timeout: float = 10.0, disk: Disk | None = None
    ) -> None:
        self.path, self.timeout, self._disk = Path(path), timeout, disk or Disk()

    @property
    def address(self) -> str:
        """The directory."""
        return str(self.path)

    def names(self) -> tuple[str, ...]:
        """The rule sets that have a history, in order."""
        with _told(self.path):
            if not self.path.is_dir():
                return ()
            return tuple(
                sorted(
                    p.parent.name for p in self.path.glob(f"*/{HISTORY}") if is_ruleset_name(p.parent.name)
                )
            )

    def stamp(self, name: str) -> Any:
        """The size, the time and the identity of the history's file; None without one."""
        try:
            found = os.stat(self._history(name))  # noqa: PTH116  asked for every decision
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(_words(self._history(name), error)) from None
        return found.st_size, found.st_mtime_ns, found.st_ino

    def read(self, name: str, after: int = 0) -> Lines:
        """The lines of a history but for the first `after`."""
        path = self._history(name)
        head = self._head(name)  # before the lines: what is written meanwhile is not missing
        with _told(path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                return Lines((), head=head)
        lines, torn = _split(data)
        return Lines(tuple(lines[after:]), torn, head)

    def append(self, name: str, line: str, number: int, previous: str | None) -> bool:
        """Adds a line as line `number`, if the last one has the digest `previous`."""
        path = self._history(name)
        with self._locked(name), _told(path):
            new = not path.exists()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | BINARY, 0o666)
            try:
                end, last, ended = _last_line(descriptor)
                if (None if last is None else digest(last)) != previous:
                    return False
                self._disk.truncate(descriptor, end)
                os.lseek(descriptor, end, os.SEEK_SET)
                data = f"{'' if ended else chr(10)}{line}\n".encode()
                try:
                    self._disk.write(descriptor, data)
                    self._disk.flush(descriptor)
                except OSError:
                    with contextlib.suppress(OSError):
                        self._disk.truncate(descriptor, end)
                        self._disk.flush(descriptor)
                    raise
            finally:
                os.close(descriptor)
            if new:
                self._disk.flush_directory(path.parent)
            with contextlib.suppress(OSError):  # a reminder; without it the history is as good
                self._disk.put(path.with_name(HEAD), json.dumps([number, digest(line)]).encode())
        return True

    def source(self, name: str, version: str) -> bytes:
        """The bytes of a version."""
        path = self.version_path(name, version)
        with _told(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                message = f"`{path}` is not there"
                raise StoreError(message) from None

    def add(self, name: str, version: str, source: bytes) -> None:
        """Keeps the bytes of a version. Those that a line has published stay: others come too late."""
        path = self.version_path(name, version)
        with self._locked(name), _told(path):
            if path.exists() and path.read_bytes() == source:
                return
            published = from_lines(name, self.read(name).lines).published(version)
            if published is None or published[1].source_digest == digest(source):
                self._disk.put(path, source)

    def version_path(self, name: str, version: str) -> Path:
        """The file of a version."""
        if not is_ruleset_name(name) or not is_version(version):
            message = f"`{name}@{version}` cannot name a version"
            raise StoreError(message)
        return self.path / name / f"{version}.yaml"

    def _history(self, name: str) -> Path:
        if not is_ruleset_name(name):
            message = f"`{name}` cannot name a rule set"
            raise StoreError(message)
        return self.path / name / HISTORY

    def _head(self, name: str) -> tuple[int, str] | None:
        """What the last writer remembered; a head that cannot be read reminds of nothing."""
        try:
            count, last = json.loads((self.path / name / HEAD).read_bytes())
        except (OSError, ValueError, TypeError):
            return None
        return (count, last) if isinstance(count, int) and isinstance(last, str) else None

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """The right to write to one rule set."""
        from filelock import FileLock, Timeout  # only writers need it

        folder = self.path / name
        with _told(folder):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                self._disk.flush_directory(self.path)
        # a lock that is only a file would outlive its writer, and the next would wait for the dead
        lock = FileLock(folder / LOCK, timeout=self.timeout, poll_interval=_POLL, fallback_to_soft=False)
        with _told(folder / LOCK):
            try:
                lock.acquire()
            except Timeout:
                message = f"`{folder / LOCK}` is held by another process for {self.timeout:g} s: try again"
                raise StoreError(message) from None
            except (NotImplementedError, OSError) as error:
                if isinstance(error, OSError) and error.errno not in _NO_LOCKS:
                    raise
                message = (
                    f"the file system of `{folder}` has no locks: keep the store elsewhere or in a database"
                )
                raise StoreError(message) from None
        try:
            with _told(folder):
                self._prepared(folder)
            yield
        finally:
            lock.release()

    def _prepared(self, folder: Path) -> None:
        """What a dead writer left is taken away; git is told to leave bytes and reminders alone."""
        for left in folder.glob(".*.part"):
            left.unlink()
        for path, text in ((folder / ".gitignore", _IGNORED), (folder / ".gitattributes", _ATTRIBUTES)):
            if not path.exists():
                self._disk.put(path, text.encode())


def _split(data: bytes) -> tuple[list[str], bool]:
    """The lines, and whether a last one was begun and not finished.

    A last line without its end counts when it is whole JSON: an editor took the end away, or its writer died
    after the last byte that matters.
    """
    *lines, rest = data.decode("utf-8", "replace").split("\n")
    if not rest:
        return lines, False
    if _whole(rest):
        return [*lines, rest], False
    return lines, True


def _last_line(descriptor: int) -> tuple[int, str | None, bool]:
    """Where the whole lines end, the last of them, and whether it has its end."""
    size = os.fstat(descriptor).st_size
    reach = _TAIL
    while True:
        start = max(0, size - reach)
        os.lseek(descriptor, start, os.SEEK_SET)
        data = os.read(descriptor, size - start) if size else b""
        body = data[: data.rfind(b"\n") + 1]
        rest = data[len(body) :]
        if start == 0 or body.count(b"\n") > 1:
            lines = body.decode("utf-8", "replace").split("\n")
            ending = rest.decode("utf-8", "replace")
            if _whole(ending):
                return size, ending, False
            return size - len(rest), (lines[-2] if body else None), True
        reach *= 8


def _whole(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system refuses, in words."""
    try:
        yield
    except OSError as error:
        raise StoreError(_words(path, error)) from None


def _words(path: Path, error: OSError) -> str:
    return f"`{path}`: {(error.strerror or str(error)).lower()}"
