"""What every store of rule sets must do, as checks that run under any test runner.

Each check takes a function that opens the same place anew, as another host would. The place is empty at
first; the checks may share it, for each has rule sets of its own. A check raises `AssertionError` in words.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tierkit.errors import StoreError
from tierkit.versions.events import Event, digest
from tierkit.versions.history import check_head, from_lines
from tierkit.versions.store import RuleSetStore

Opening = Callable[[], RuleSetStore]

_WRITERS = 4
_EACH = 5
_LONG = 20_000
_ILLEGAL = ("../x", "a/b", "a\\b", "", ".", "..", "A", "a b", "nul", "a\n", "a'; drop table x; --", "等级")


def check_store(opening: Opening) -> None:
    """Runs every check on one place.

    Args:
        opening: opens the place, which is empty before the first call.

    Raises:
        AssertionError: the store does not do what it must; the text says what.

    >>> import tempfile
    >>> from tierkit.versions.directory import DirectoryStore
    >>> path = tempfile.mkdtemp()
    >>> check_store(lambda: DirectoryStore(path))
    """
    for check in CHECKS:
        check(opening)


def check_unknown(opening: Opening) -> None:
    """What was never written is not there, and asking for it leaves nothing behind."""
    store = opening()
    found = store.read("unknown")
    _equal(found.lines, (), "the lines of an unknown rule set")
    _equal(found.head, None, "the head of an unknown rule set")
    _equal(store.stamp("unknown"), store.stamp("unknown"), "the stamp of an unknown rule set, asked twice")
    _refused(lambda: store.source("unknown", "1"), "the bytes of an unknown version")
    _holds("unknown" not in store.names(), "a rule set that was only asked for has no name")
    _holds(store.address, "a store has an address in words")


def check_append(opening: Opening) -> None:
    """Lines come back as they were written, from any line on, in every other opening of the place."""
    store, lines = opening(), _chain(5, "an ordinary reason, 等级 é 🙂 \\ \" ' % :name \u2028 \u0000")
    for number, line in enumerate(lines, 1):
        previous = digest(lines[number - 2]) if number > 1 else None
        _holds(store.append("appended", line, number, previous), f"line {number} follows and is not taken")
        _equal(opening().read("appended").lines, lines[:number], f"the lines after line {number}")
    for after in range(len(lines) + 2):
        _equal(opening().read("appended", after).lines, lines[after:], f"the lines but for the first {after}")
    _holds(not opening().read("appended").torn, "a whole history is not torn")
    head = opening().read("appended").head
    _holds(head in {None, (5, digest(lines[-1]))}, f"the head is {head!r} after five lines")


def check_compare_and_swap(opening: Opening) -> None:
    """A line that does not follow the last one changes nothing and is answered by False."""
    store, lines = opening(), _chain(3)
    _holds(
        not store.append("swapped", lines[1], 2, digest(lines[0])), "a second line is taken before the first"
    )
    _holds(store.append("swapped", lines[0], 1, None), "the first line is not taken")
    for wrong in (None, digest("another"), ""):
        _holds(not store.append("swapped", lines[1], 2, wrong), f"a line after {wrong!r} is taken")
    _holds(not store.append("swapped", lines[0], 1, None), "the first line is taken again")
    _holds(opening().append("swapped", lines[1], 2, digest(lines[0])), "the second line is not taken")
    _holds(not store.append("swapped", lines[1], 2, digest(lines[0])), "the second line is taken again")
    _equal(store.read("swapped").lines, lines[:2], "the lines after attempts that failed")


def check_names(opening: Opening) -> None:
    """Rule sets have a name from their first line on, in order; bytes alone give none."""
    store, line = opening(), _chain(1)[0]
    mine = ("b-2", "a", "b_1", "0", "b", "long" * 20)
    for name in mine:
        store.add(name, "1", b"")
        _holds(name not in opening().names(), f"`{name}` has bytes, and no line yet")
    for name in mine:
        store.append(name, line, 1, None)
    found = opening().names()
    _equal(found, tuple(sorted(found)), "the names")
    _holds(set(mine) <= set(found), f"of {sorted(mine)} only {sorted(set(mine) & set(found))} have names")


def check_stamp(opening: Opening) -> None:
    """The stamp changes with every line, whoever writes it, and with nothing else."""
    store, lines, seen = opening(), _chain(4), []
    for number, line in enumerate(lines, 1):
        seen.append(store.stamp("stamped"))
        _equal(store.stamp("stamped"), seen[-1], "a stamp without a change")
        opening().append("stamped", line, number, digest(lines[number - 2]) if number > 1 else None)
    seen.append(store.stamp("stamped"))
    for number, stamp in enumerate(seen):
        _holds(stamp not in seen[:number], f"the stamp after line {number} was there before: {stamp!r}")
    before = store.stamp("stamped")
    opening().append("stamped-2", lines[0], 1, None)
    _equal(store.stamp("stamped"), before, "the stamp of one rule set after a line of another")


def check_source(opening: Opening) -> None:
    """Bytes come back as they are; those of a published version stay, others are replaced."""
    store = opening()
    for version, source in (("1", b""), ("1.0", bytes(range(256))), ("2-rc.1+x", b"\r\n" * 100_000)):
        store.add("kept", version, source)
        _equal(opening().source("kept", version), source, f"the bytes of version {version}")
    store.add("kept", "1", b"first")
    store.add("kept", "1", b"first")
    _equal(opening().source("kept", "1"), b"first", "bytes in the place of bytes that no line publishes")
    _refused(lambda: store.source("kept", "1.1"), "the bytes of a version that is not there")
    store.append("kept", _line(1, None, source=b"first"), 1, None)
    _equal(opening().source("kept", "1"), b"first", "the bytes of a published version")
    store.add("kept", "1", b"late")
    _equal(opening().source("kept", "1"), b"first", "the bytes of a published version, after other ones")


def check_illegal_names(opening: Opening) -> None:
    """What cannot name a rule set or a version is refused, whatever is asked, and has no effect."""
    store, line = opening(), _chain(1)[0]
    for name in _ILLEGAL:
        _refused(partial(store.stamp, name), f"the stamp of {name!r}")
        _refused(partial(store.read, name), f"the lines of {name!r}")
        _refused(partial(store.append, name, line, 1, None), f"a line of {name!r}")
        _refused(partial(store.source, name, "1"), f"the bytes of {name!r}")
        _refused(partial(store.add, name, "1", b""), f"bytes for {name!r}")
    for version in ("../1", "1/2", "", "..", "1..2", "1 ", "nul"):
        _refused(partial(store.source, "legal", version), f"the bytes of version {version!r}")
        _refused(partial(store.add, "legal", version, b""), f"bytes for version {version!r}")
    _holds(not set(_ILLEGAL) & set(opening().names()), "an illegal name is among the names")


def check_threads(opening: Opening) -> None:
    """Threads that share one opening, and others with their own: all acknowledged lines, in one chain."""
    shared, start = opening(), threading.Barrier(_WRITERS)

    def write(writer: int) -> list[str]:
        store = shared if writer % 2 else opening()
        mine: list[str] = []
        start.wait()
        while len(mine) < _EACH:
            lines = store.read("contended").lines
            previous = digest(lines[-1]) if lines else None
            line = _line(len(lines) + 1, previous, by=f"writer {writer}")
            if store.append("contended", line, len(lines) + 1, previous):
                mine.append(line)
        return mine

    with ThreadPoolExecutor(_WRITERS) as pool:
        written = [line for lines in pool.map(write, range(_WRITERS)) for line in lines]
    found = opening().read("contended")
    check_head(from_lines("contended", found.lines), found.head).sound()
    _equal(sorted(found.lines), sorted(written), "the lines of all writers")


def check_never_torn(opening: Opening) -> None:
    """A reader beside a writer sees whole lines, none but those, and never fewer than the head tells of."""
    lines, done = _chain(20, "x" * _LONG), threading.Event()

    def write() -> None:
        store = opening()
        try:
            for number, line in enumerate(lines, 1):
                store.append("watched", line, number, digest(lines[number - 2]) if number > 1 else None)
        finally:
            done.set()

    def watch() -> int:
        store, most = opening(), 0
        while True:
            last = done.is_set()
            found = store.read("watched")
            _equal(found.lines, lines[: len(found.lines)], "what a reader sees beside a writer")
            check_head(from_lines("watched", found.lines), found.head).sound()
            _holds(len(found.lines) >= most, "a reader sees fewer lines than before")
            most = len(found.lines)
            if last:
                return most

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(watch), pool.submit(watch)]
        pool.submit(write).result()
        for reader in readers:
            _equal(reader.result(), len(lines), "the lines that a reader sees in the end")


CHECKS: tuple[Callable[[Opening], None], ...] = (
    check_unknown,
    check_append,
    check_compare_and_swap,
    check_names,
    check_stamp,
    check_source,
    check_illegal_names,
    check_threads,
    check_never_torn,
)
"""Every check, for a runner that wants to report them one by one."""


def _line(
    number: int,
    previous: str | None,
    *,
    by: str = "li",
    reason: str | None = None,
    source: bytes | None = None,
) -> str:
    """A line as tierkit writes it: it publishes version `number` if there is a source, or activates it."""
    at = dt.datetime(2025, 11, 20, 8, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    kept = digest(source or b"")
    kind = "activated" if source is None else "published"
    return Event(kind, str(number), kept, kept, at, None, by, reason, previous).line()  # type: ignore[arg-type]


def _chain(length: int, reason: str | None = None) -> tuple[str, ...]:
    """Lines that follow one another."""
    lines: list[str] = []
    for number in range(1, length + 1):
        lines.append(_line(number, digest(lines[-1]) if lines else None, reason=reason))
    return tuple(lines)


def _holds(condition: object, text: str) -> None:
    if not condition:
        raise AssertionError(text)


def _equal(found: object, expected: object, what: str) -> None:
    if found != expected:
        text = f"{what}: {_short(found)}, and should be {_short(expected)}"
        raise AssertionError(text)


def _refused(call: Callable[[], object], what: str) -> None:
    try:
        call()
    except StoreError:
        return
    text = f"{what} should be refused by a `StoreError`"
    raise AssertionError(text)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}… ({len(text)} characters)"  # noqa: PLR2004
