"""Nothing that was acknowledged is lost and nothing half-done is seen: killed, out of space, edited, locked out."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import tierkit
from tests.stores import (
    NAME,
    Deadly,
    Full,
    Stepping,
    engine,
    filled,
    forked,
    history_file,
    put,
    without_locks,
)
from tierkit.errors import RefusedError, StoreError
from tierkit.versions.directory import DirectoryStore
from tierkit.versions.events import digest

Change = Callable[[tierkit.Engine, Path], Any]

CHANGES: dict[str, Change] = {
    "publish": lambda made, folder: made.publish(put(folder, "3"), by="li"),
    "activate": lambda made, _: made.activate(NAME, "2", by="li"),
    "rollback": lambda made, _: made.rollback(NAME, to="2", by="li", reason="wrong"),
}

HISTORY: Change = lambda made, _: made.history(NAME)  # noqa: E731  one more of them


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two versions, the first of them active."""
    folder = tmp_path_factory.mktemp("template")
    filled(folder, "1", "2")
    return folder


def copies(template: Path, tmp_path: Path) -> Callable[[], Path]:
    """Copies of the template, one after another."""
    numbers = iter(range(1_000_000))

    def copy() -> Path:
        folder = tmp_path / str(next(numbers))
        shutil.copytree(template, folder)
        return folder

    return copy


def state(folder: Path) -> tuple[str | None, tuple[str, ...], int]:
    """The active version, the published ones, and how many events there are."""
    found = engine(folder).status(NAME)
    assert found.faults == ()
    return None if found.active is None else found.active.version, found.versions, found.events


def usable(folder: Path) -> None:
    """The next change works, and nothing of the dead is left."""
    made = engine(folder)
    made.publish(put(folder, "9"), by="wu")
    made.activate(NAME, "9", by="wu")
    assert made.ruleset(NAME).evaluate({"amount": 1}).tags == ("v9",)
    found = made.status(NAME)
    assert (found.faults, found.notes) == ((), ())
    assert not list((folder / "store" / NAME).glob(".*.part"))


@pytest.mark.parametrize("change", CHANGES)
def test_killed_at_any_step(change: str, template: Path, tmp_path: Path) -> None:
    """Whoever is killed at any step of a change leaves the old state or the new one, and the way free."""
    before, copy = state(template), copies(template, tmp_path)
    after: Any = None
    seen, last, step = set(), 0, 0
    while True:
        step += 1
        folder = copy()

        def work(tell: Callable[[bytes], None], folder: Path = folder, step: int = step) -> None:
            CHANGES[change](engine(folder, disk=Deadly(step)), folder)
            tell(b"done")

        status, told = forked(work)[1]()
        found = state(folder)
        if after is None:
            whole = copy()
            CHANGES[change](engine(whole), whole)
            after = state(whole)
        assert found in (before, after)
        assert status in (0, 137)
        if told:
            assert found == after
        seen.add(found)
        usable(folder)
        if status == 0:
            last = step
            break
    assert seen == {before, after}
    assert last > 10  # every write, flush and replacement was one of them


def test_killed_at_any_step_of_the_first_publishing(tmp_path: Path) -> None:
    """A store that was never finished is an empty one."""
    step = 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()

        def work(tell: Callable[[bytes], None], folder: Path = folder, step: int = step) -> None:
            engine(folder, disk=Deadly(step)).publish(put(folder, "1"), by="li")
            tell(b"done")

        status, told = forked(work)[1]()
        found = engine(folder).status(NAME)
        assert found.faults == ()
        assert found.versions in ((), ("1",))
        if told:
            assert found.versions == ("1",)
        usable(folder)
        if status == 0:
            break


WRITER = """
import sys, tierkit
engine = tierkit.Engine(sys.argv[1], entry_points=False)
version = 0
while True:
    version = 3 - version if version else 2
    event = engine.activate("graded", str(version), by="li")
    if event is not None:
        sys.stdout.write(event.line() + "\\n")
        sys.stdout.flush()
"""


def test_killed_for_real(tmp_path: Path) -> None:
    """After `kill -9` at any moment every acknowledged activation is in the history, in its order."""
    filled(tmp_path, "1", "2")
    for pause in (0.05, 0.11, 0.17):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "store")], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        told = [line for line in (first + writer.stdout.read()).split("\n")[:-1] if line]
        writer.wait()
        writer.stdout.close()
        lines = [event.line() for event in engine(tmp_path).history(NAME)]
        places = [lines.index(line) for line in told]
        assert told
        assert places == sorted(places)
        assert len(lines) - 1 - places[-1] <= 1  # one may have been written and not told
        assert engine(tmp_path).status(NAME).faults == ()
    usable(tmp_path)


@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_no_space_at_any_step(change: str, template: Path, tmp_path: Path, *, stays: bool) -> None:
    """A full disk is an error in words, and the change did not happen: not half of it, not for a while."""
    before, copy = state(template), copies(template, tmp_path)
    refused, step = 0, 0
    while True:
        step += 1
        folder, disk = copy(), Full(step, stays=stays)
        try:
            CHANGES[change](engine(folder, disk=disk), folder)
        except StoreError as error:
            assert "no space left on device" in str(error)  # noqa: PT017  the other steps succeed
            assert state(folder) == before
            assert not list((folder / "store" / NAME).glob(".*.part"))
            refused += 1
        else:
            assert state(folder) != before  # only the reminder failed
        usable(folder)
        if disk.count < step:
            break
    assert refused >= 6


def test_a_store_that_can_only_be_read(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written, decisions are made and changes are refused in words."""
    folder, opened = copies(template, tmp_path)(), os.open
    draft = put(tmp_path, "3")
    made = engine(folder)

    def refuse(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert made.evaluate(NAME, {"amount": 1}).tags == ("v1",)
    for change in (lambda: made.activate(NAME, "2", by="li"), lambda: made.publish(draft, by="li")):
        with pytest.raises(StoreError, match="read-only file system"):
            change()
    monkeypatch.undo()
    assert made.activate(NAME, "2", by="li") is not None


def test_a_store_that_cannot_be_read(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses to tell is an error in words; who is in service goes on."""
    folder = copies(template, tmp_path)()
    made, stat = engine(folder), os.stat
    assert made.ruleset(NAME).version == "1"

    def refuse(path: Any, **options: Any) -> Any:
        if str(path).endswith("history.jsonl"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", refuse)
    assert made.ruleset(NAME).version == "1"
    with pytest.raises(StoreError, match="permission denied"):
        engine(folder).ruleset(NAME)
    monkeypatch.undo()
    (folder / "file").write_bytes(b"")
    other = tierkit.Engine(folder / "file", entry_points=False)
    for ask in (other.ruleset, other.history):
        with pytest.raises(StoreError, match="not a directory"):
            ask(NAME)
    with pytest.raises(StoreError, match=r"file exists|not a directory"):
        other.publish(put(folder, "1"), by="li")
    assert other.store.names() == ()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotImplementedError("no flock"), "has no locks: keep the store elsewhere or in a database"),
        (OSError(errno.ENOSYS, "not implemented"), "has no locks"),
        (OSError(errno.ENOLCK, "no locks available"), "has no locks"),
        (OSError(errno.EACCES, "Permission denied"), "permission denied"),
    ],
)
def test_a_file_system_without_locks(
    error: Exception, says: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without locks nothing is written, and it says what to do."""
    folder = copies(template, tmp_path)()
    without_locks(monkeypatch, error)
    with pytest.raises(StoreError, match=says):
        engine(folder).activate(NAME, "2", by="li")
    monkeypatch.undo()
    assert state(folder) == state(template)


def test_no_lock_that_is_only_a_file(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that would outlive its writer is never taken: a file system without `flock` is refused."""
    folder = copies(template, tmp_path)()

    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(StoreError, match="has no locks"):
        engine(folder).activate(NAME, "2", by="li")


def test_a_lock_that_another_process_holds(template: Path, tmp_path: Path) -> None:
    """A writer waits for another one as long as it was told to; readers do not wait."""
    folder = copies(template, tmp_path)()
    (held, hold_it), (free, free_it) = os.pipe(), os.pipe()

    def hold(tell: Callable[[bytes], None]) -> None:
        os.close(free_it)
        with FileLock(folder / "store" / NAME / ".lock"):
            os.write(hold_it, b"x")
            os.read(free, 1)
        tell(b"let go")

    _, wait = forked(hold)
    made = engine(folder, timeout=0.05)
    assert os.read(held, 1) == b"x"
    with pytest.raises(StoreError, match=r"is held by another process for 0.05 s: try again"):
        made.activate(NAME, "2", by="li")
    assert made.ruleset(NAME).version == "1"
    os.close(free_it)
    assert wait() == (0, b"let go")
    for descriptor in (held, hold_it, free):
        os.close(descriptor)
    assert made.activate(NAME, "2", by="li") is not None


# -- histories that were damaged


def edit(lines: list[bytes], number: int) -> None:
    """Another name in a line, nothing else."""
    assert b'"by": "li"' in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(b'"by": "li"', b'"by": "ei"')


def change(lines: list[bytes], number: int, **values: Any) -> None:
    """Other values in a line."""
    data = json.loads(lines[number - 1]) | values
    lines[number - 1] = json.dumps(data, separators=(", ", ": ")).encode()


def swap(lines: list[bytes]) -> None:
    """Two lines change places."""
    lines[1], lines[2] = lines[2], lines[1]


def all_with_returns(lines: list[bytes]) -> None:
    """Ends of lines as Windows has them."""
    lines[:] = [line + b"\r" for line in lines]


DAMAGE: dict[str, tuple[Callable[[list[bytes]], Any], str]] = {
    "edited": (lambda lines: edit(lines, 2), "line 3 does not follow line 2: one of them was edited"),
    "first edited": (lambda lines: edit(lines, 1), "line 2 does not follow line 1"),
    "last edited": (lambda lines: edit(lines, 5), "line 5 is not the one that was written"),
    "reordered": (swap, "line 2 does not follow line 1"),
    "duplicated": (lambda lines: lines.insert(2, lines[1]), "line 3 does not follow line 2"),
    "last duplicated": (lambda lines: lines.append(lines[-1]), "line 6 does not follow line 5"),
    "taken out": (lambda lines: lines.pop(2), "line 3 does not follow line 2"),
    "first cut": (lambda lines: lines.pop(0), "line 1 does not begin it: lines before it were cut off"),
    "last cut": (lambda lines: lines.pop(), "lines were cut off its end: it had 5 and has 4"),
    "emptied": (lambda lines: lines.clear(), "lines were cut off its end: it had 5 and has 0"),
    "CRLF": (all_with_returns, "line 2 does not follow line 1"),
    "not UTF-8": (lambda lines: change_bytes(lines, 2), "line 3 does not follow line 2"),
    "last not UTF-8": (lambda lines: change_bytes(lines, 5), "line 5 is not the one that was written"),
    "conflict": (lambda lines: lines.insert(2, b"<<<<<<< HEAD"), "line 3 is a conflict that git left"),
    "conflict's middle": (lambda lines: lines.insert(4, b"======="), "line 5 is a conflict that git left"),
    "not JSON": (lambda lines: lines.insert(1, b"hello"), "line 2 is not JSON"),
    "an empty line": (lambda lines: lines.insert(3, b""), "line 4 is not JSON"),
    "an empty line at the end": (lambda lines: lines.append(b""), "line 6 is not JSON"),
    "too deep": (lambda lines: lines.insert(1, b"[" * 100_000), "line 2 is not JSON"),
    "no event": (lambda lines: lines.insert(1, b"[]"), "line 2 is no event of a history"),
    "no format": (lambda lines: lines.insert(1, b"{}"), "line 2 is no event of a history"),
    "newer": (lambda lines: change(lines, 5, format=2), "line 5 was written by a newer tierkit"),
    "another key": (lambda lines: change(lines, 4, more=1), "line 4 is no event of a history"),
    "another event": (lambda lines: change(lines, 4, event="deleted"), "line 4 is no event of a history"),
    "no time zone": (lambda lines: change(lines, 4, at="2025-11-20T08:00:00"), "line 4 is no event"),
    "no time": (lambda lines: change(lines, 4, at=None), "line 4 is no event of a history"),
    "a version that is no text": (lambda lines: change(lines, 4, version=2), "line 4 is no event"),
    "a reason that is no text": (lambda lines: change(lines, 4, reason=2), "line 4 is no event"),
    "another time to begin": (lambda lines: change(lines, 4, effective="2025"), "line 4 is no event"),
}  # fmt: skip


def change_bytes(lines: list[bytes], number: int) -> None:
    """Bytes that are no UTF-8 in a line that is JSON otherwise."""
    lines[number - 1] = lines[number - 1].replace(b'"li"', b'"\xff\xfe"')


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with five lines: 1 and 2 published, 1 activated, 2 activated, rolled back to 1."""
    folder = tmp_path_factory.mktemp("longer")
    made = filled(folder, "1", "2")
    made.activate(NAME, "2", by="li")
    made.rollback(NAME, by="li", reason="too many")
    return folder


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_named(damage: str, longer: Path, tmp_path: Path) -> None:
    """A history that was changed by hand is named with its line, and no change is built on it.

    Who was in service stays there, says so, and goes on once the history is as it was.
    """
    folder = copies(longer, tmp_path)()
    path, (harm, says) = history_file(folder), DAMAGE[damage]
    running = engine(folder)
    assert running.ruleset(NAME).version == "1"
    kept = path.read_bytes()
    lines = kept.splitlines()
    harm(lines)
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    damaged = path.read_bytes()
    for made in (engine(folder), running):
        assert [fault for fault in made.status(NAME).faults if says in fault]
        for ask in (*CHANGES.values(), HISTORY):
            with pytest.raises(StoreError) as raised:
                ask(made, folder)
            assert says in str(raised.value)
            assert f"the history of `{NAME}`" in str(raised.value)
    assert path.read_bytes() == damaged
    assert running.ruleset(NAME).version == "1"
    assert [fault for fault in running.status(NAME).faults if says in fault]
    with pytest.raises(StoreError):
        engine(folder).ruleset(NAME)
    path.write_bytes(kept)
    assert running.activate(NAME, "2", by="wu") is not None
    assert running.ruleset(NAME).version == "2"
    assert running.status(NAME).faults == ()


def test_half_a_line_is_no_line(longer: Path, tmp_path: Path) -> None:
    """What a dead writer began is ignored by readers, told by the status, and taken away by the next writer."""
    folder = copies(longer, tmp_path)()
    path = history_file(folder)
    whole = path.read_bytes()
    for torn in (b"{", whole.splitlines()[0][:100], "…".encode()[:1], b"{}}"):
        path.write_bytes(whole + torn)
        for made in (engine(folder), engine(folder)):
            assert len(made.history(NAME)) == 5
            found = made.status(NAME)
            assert found.faults == ()
            assert "ends in half a line" in found.notes[0]
    event = engine(folder).activate(NAME, "2", by="wu")
    assert event is not None
    assert path.read_bytes() == whole + event.line().encode() + b"\n"
    assert engine(folder).status(NAME).notes == ()


@pytest.mark.parametrize("remembered", [True, False])
def test_a_line_whose_end_is_missing_is_kept(longer: Path, tmp_path: Path, *, remembered: bool) -> None:
    """An editor that takes the last newline away takes nothing else away, with or without the reminder."""
    folder = copies(longer, tmp_path)()
    path = history_file(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    if not remembered:
        (path.parent / ".head").unlink()
    assert engine(folder).status(NAME).notes == ()
    event = engine(folder).activate(NAME, "2", by="wu")
    assert event is not None
    assert path.read_bytes() == whole + event.line().encode() + b"\n"


def test_the_only_line_without_its_end(tmp_path: Path) -> None:
    """The first line may be the one whose end is missing."""
    engine(tmp_path).publish(put(tmp_path, "1"), by="li")
    path = history_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    engine(tmp_path).activate(NAME, "1", by="li")
    assert len(engine(tmp_path).history(NAME)) == 2


def test_long_lines_at_the_end(tmp_path: Path) -> None:
    """The last line is found however long it is, whole, torn, or without its end."""
    made = filled(tmp_path, "1", "2")
    path = history_file(tmp_path)
    made.activate(NAME, "2", by="li", reason="长" * 200_000)
    made.activate(NAME, "1", by="li")
    made.activate(NAME, "2", by="li", reason="x" * 70_000)
    path.write_bytes(path.read_bytes()[:-1])
    made.activate(NAME, "1", by="li", reason="x" * 70_000)
    path.write_bytes(path.read_bytes() + b'{"' + b"y" * 700_000)
    made.activate(NAME, "2", by="li")
    assert [event.version for event in engine(tmp_path).history(NAME)[3:]] == ["2", "1", "2", "1", "2"]


@pytest.mark.parametrize("head", [b"", b"x", b"[1]", b'["1", "x"]', b"[5, 5]", b"5", b"\xff", None])
def test_the_reminder_is_only_a_reminder(head: bytes | None, longer: Path, tmp_path: Path) -> None:
    """Without the number and digest of the last line, or with one that cannot be read, nothing is missing."""
    folder = copies(longer, tmp_path)()
    path = history_file(folder).with_name(".head")
    if head is None:
        path.unlink()
    else:
        path.write_bytes(head)
    assert engine(folder).status(NAME).faults == ()
    engine(folder).activate(NAME, "2", by="li")
    assert json.loads(path.read_bytes())[0] == 6


def test_a_line_written_between_the_lines_and_the_reminder(longer: Path, tmp_path: Path) -> None:
    """A reader that is overtaken by a writer sees the lines of before, and no fault."""
    folder = copies(longer, tmp_path)()
    other = engine(folder)

    class Overtaken(DirectoryStore):
        def _head(self, name: str) -> tuple[int, str] | None:
            other.activate(NAME, "2", by="wu")
            found = super()._head(name)
            other.activate(NAME, "1", by="wu")
            return found

    store = Overtaken(folder / "store")
    for _ in range(3):
        assert tierkit.Engine(store, entry_points=False).status(NAME).faults == ()


def test_two_publish_one_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes of the one who came first are kept, whatever the other one had."""
    first, second = engine(tmp_path), engine(tmp_path)
    append = DirectoryStore.append
    waiting = [True]

    def late(self: DirectoryStore, *arguments: Any) -> bool:
        if waiting:
            waiting.clear()
            first.publish(put(tmp_path, "1", "one"), by="li")
        return append(self, *arguments)

    monkeypatch.setattr(DirectoryStore, "append", late)
    with pytest.raises(RefusedError, match="was published with another meaning"):
        second.publish(put(tmp_path, "1", "other"), by="wu")
    assert first.status(NAME).faults == ()
    assert first.ruleset(f"{NAME}@1").evaluate({"amount": 1}).tags == ("vone",)


def test_bytes_that_come_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another publisher's bytes between the bytes and the line of the first do not stay."""
    made, other = engine(tmp_path), DirectoryStore(tmp_path / "store")
    append = DirectoryStore.append

    def late(self: DirectoryStore, *arguments: Any) -> bool:
        other.add(NAME, "1", b"other")
        return append(self, *arguments)

    monkeypatch.setattr(DirectoryStore, "append", late)
    made.publish(put(tmp_path, "1"), by="li")
    assert made.status(NAME).faults == ()
    other.add(NAME, "1", b"too late")
    assert made.status(NAME).faults == ()


def test_publishing_again_puts_a_file_back(tmp_path: Path) -> None:
    """Who has the bytes of a published file that was edited or deleted restores it by publishing them."""
    made = filled(tmp_path, "1")
    path = tmp_path / "store" / NAME / "1.yaml"
    for harm in (path.unlink, lambda: path.write_bytes(b"edited")):
        harm()
        assert made.status(NAME).faults
        assert not made.publish(put(tmp_path, "1"), by="li").new
        assert made.status(NAME).faults == ()


def test_bytes_without_a_line_are_replaced(tmp_path: Path) -> None:
    """What a publisher left that died before its line is no version, and can be published with other bytes."""
    folder = tmp_path / "store" / NAME
    folder.mkdir(parents=True)
    (folder / "1.yaml").write_bytes(b"left over")
    (folder / ".1.yaml.77.part").write_bytes(b"half")
    made = engine(tmp_path)
    made.store.add(NAME, "1", b"left over")
    assert made.status(NAME).versions == ()
    with pytest.raises(
        StoreError, match=r"nothing of `graded` was ever published in `.*`; published there: none"
    ):
        made.ruleset(f"{NAME}@1")
    made.publish(put(tmp_path, "1"), by="li")
    assert made.ruleset(f"{NAME}@1").evaluate({"amount": 1}).tags == ("v1",)
    assert sorted(path.name for path in folder.iterdir()) == [
        ".gitattributes", ".gitignore", ".head", ".lock", "1.yaml", "history.jsonl",
    ]  # fmt: skip


def test_git_is_told(tmp_path: Path) -> None:
    """Bytes are left as they are, and what is only for this machine is not shared."""
    filled(tmp_path, "1")
    folder = tmp_path / "store" / NAME
    assert (folder / ".gitattributes").read_text() == "* -text\n"
    assert (folder / ".gitignore").read_text() == ".head\n.lock\n*.part\n"
    assert json.loads((folder / ".head").read_bytes()) == [
        2, digest(history_file(tmp_path).read_text().splitlines()[-1])
    ]  # fmt: skip


def test_a_directory_that_cannot_be_flushed_is_no_fault(tmp_path: Path) -> None:
    """Where directories cannot be opened, files are flushed and that is all."""
    Stepping(float("inf")).flush_directory(tmp_path / "missing")
    with pytest.raises(NotImplementedError):
        Stepping(1).step()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_many_processes_at_once(tmp_path: Path) -> None:
    """Every acknowledged change of many processes is in one history, once, in the order each process saw."""
    long = os.environ.get("TIERKIT_LONG") == "1"
    number, seconds = (32, 60.0) if long else (8, 3.0)
    made = filled(tmp_path, "1", "2", "3", "4", "5")
    made.activate(NAME, "2", by="li")
    until = time.monotonic() + seconds
    acknowledged = tmp_path / "acknowledged"
    acknowledged.mkdir()

    def work(me: int) -> None:
        own, turn = engine(tmp_path, timeout=60), me
        with (acknowledged / str(me)).open("wb", buffering=0) as file:
            while time.monotonic() < until:
                turn += 1
                try:
                    if turn % 3:
                        event = own.activate(NAME, str(1 + turn % 5), by=f"p{me}")
                    else:
                        event = own.rollback(NAME, by=f"p{me}", reason="at once")
                except RefusedError:
                    continue
                if event is not None:
                    file.write(event.line().encode() + b"\n")

    waits = [forked(lambda _, me=me: work(me))[1] for me in range(number)]  # type: ignore[misc]
    assert [wait() for wait in waits] == [(0, b"")] * number
    events = engine(tmp_path).history(NAME)
    places = {event.line(): place for place, event in enumerate(events)}
    total = 0
    for me in range(number):
        told = (acknowledged / str(me)).read_text().splitlines()
        found = [places[line] for line in told]
        assert found == sorted(set(found))
        total += len(told)
    assert total == len(events) - 7
    assert total >= number
    assert engine(tmp_path).status(NAME).faults == ()
