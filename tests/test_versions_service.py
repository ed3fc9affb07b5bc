"""Engines in service: new versions without a restart, whole versions only, the last good one when one is bad."""

from __future__ import annotations

import gc
import logging
import pickle
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tierkit
from tests.stores import NAME, Clock, engine, filled, forked, history_file, put, rules
from tierkit.engine import service
from tierkit.errors import RefusedError, StoreError, UsageError

RECORD = {"amount": 1}


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands still unless it is moved."""
    with Clock().running() as clock:
        yield clock


class Listener:
    """A plugin that hears of switches."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str | None]] = []

    @tierkit.hookimpl
    def tierkit_switched(self, name: str, version: str, error: str | None) -> None:
        """Keeps what it hears, and fails."""
        self.heard.append((name, version, error))
        message = "not my day"
        raise RuntimeError(message)


# -- news


def test_news_within_the_interval(tmp_path: Path, clock: Clock) -> None:
    """Another engine's activation is live when the interval has passed, and not looked for before."""
    writer = filled(tmp_path, "1", "2")
    running = engine(tmp_path, interval=1)
    assert running.ruleset(NAME).version == "1"
    writer.activate(NAME, "2", by="li")
    clock.move(0.5)
    assert running.ruleset(NAME).version == "1"
    clock.move(0.5)
    assert running.ruleset(NAME).version == "2"
    writer.rollback(NAME, by="li", reason="no")
    assert running.refresh(NAME).version == "1"


def test_an_engine_knows_its_own_changes(tmp_path: Path, clock: Clock) -> None:
    """Who activates decides with it from the next call on, whatever the interval."""
    made = filled(tmp_path, "1", "2", interval=3600)
    assert made.ruleset(NAME).version == "1"
    made.activate(NAME, "2", by="li")
    assert made.evaluate(NAME, RECORD).tags == ("v2",)
    made.rollback(NAME, by="li", reason="no")
    assert made.evaluate(NAME, RECORD).tags == ("v1",)
    clock.move(1)
    assert made.ruleset(NAME).version == "1"


@pytest.mark.parametrize("ask", [
    lambda made: made.ruleset(f"{NAME}@1"),
    lambda made: made.ruleset(NAME, as_of="2999-01-01"),
    lambda made: made.activate(NAME, "2", by="li"),
    lambda made: made.status(NAME),
    lambda made: made.history(NAME),
])  # fmt: skip
def test_news_that_another_question_read_first(ask: Callable[[tierkit.Engine], Any], tmp_path: Path) -> None:
    """A pinned version asked for, or a change refused, takes no news away from who is in service."""
    writer = filled(tmp_path, "1", "2")
    running = engine(tmp_path)
    assert running.ruleset(NAME).version == "1"
    writer.activate(NAME, "2", by="li")
    ask(running)
    assert running.ruleset(NAME).version == "2"


def test_an_interval_of_nothing_looks_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look per call, and no reading where nothing is new."""
    made = filled(tmp_path, "1")
    made.ruleset(NAME)
    looks, reads, stamp = [0], [0], made.store.stamp

    def counted(name: str) -> Any:
        looks[0] += 1
        return stamp(name)

    def read(*_: Any) -> Any:
        reads[0] += 1

    monkeypatch.setattr(made.store, "stamp", counted)
    monkeypatch.setattr(made.store, "read", read)
    for _ in range(10):
        made.evaluate(NAME, RECORD)
    assert (looks, reads) == ([10], [0])


def test_a_decision_is_of_one_version(tmp_path: Path) -> None:
    """A hundred threads see whole versions only, while versions change under them."""
    made = filled(tmp_path, "1", "2", "3")
    other = engine(tmp_path)
    wrong: list[Any] = []
    seen: set[str] = set()
    done = threading.Event()

    def decide() -> None:
        while not done.is_set():
            try:
                decision = made.evaluate(NAME, RECORD)
                version = dict(decision.ruleset)["version"]
                seen.add(version)
                if decision.tags != (f"v{version}",):
                    wrong.append((version, decision.tags))
                rule_set = made.ruleset(NAME)
                if rule_set.evaluate(RECORD).tags != (f"v{rule_set.version}",):
                    wrong.append(rule_set.version)
                time.sleep(0.002)  # a hundred that never rest would let nobody else run
            except BaseException as error:  # noqa: BLE001  whatever it is, it is told
                wrong.append(error)
                return

    threads = [threading.Thread(target=decide) for _ in range(100)]
    for thread in threads:
        thread.start()
    until, turn = time.monotonic() + 1.5, 0
    while time.monotonic() < until:
        turn += 1
        (made if turn % 2 else other).activate(NAME, str(1 + turn % 3), by="li")
        time.sleep(0.005)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert seen == {"1", "2", "3"}


def test_one_looks_and_the_others_go_on(tmp_path: Path) -> None:
    """While one thread loads a newer version, the others decide with what there is."""
    made = filled(tmp_path, "1", "2")
    assert made.ruleset(NAME).version == "1"
    engine(tmp_path).activate(NAME, "2", by="li")
    held, free = threading.Event(), threading.Event()
    asked = made._service(NAME)
    load = asked.load

    def slow(*arguments: Any) -> Any:
        held.set()
        assert free.wait(5)
        return load(*arguments)

    asked.load = slow  # type: ignore[assignment,method-assign]
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(made.ruleset(NAME).version))
    thread.start()
    assert held.wait(5)
    assert made.ruleset(NAME).version == "1"
    free.set()
    thread.join()
    assert found == ["2"]
    assert made.ruleset(NAME).version == "2"


def test_threads_that_ask_first_at_once(tmp_path: Path) -> None:
    """The first version is loaded once, however many ask for it."""
    filled(tmp_path, "1")
    made, found, barrier = engine(tmp_path), [], threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(made.ruleset(NAME))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(rule_set) for rule_set in found}) == 1


# -- bad news


def test_the_last_good_version_is_kept(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A version that cannot be used is told once, in the log, to plugins and in the status; and tried again."""
    filled(tmp_path, "1", "2", "3")
    listener = Listener()
    made = engine(tmp_path, plugins=[listener])
    caplog.set_level(logging.INFO, "tierkit.engine")
    assert made.ruleset(NAME).version == "1"
    assert listener.heard == [(NAME, "1", None)]
    path = tmp_path / "store" / NAME / "2.yaml"
    kept = path.read_bytes()
    engine(tmp_path).activate(NAME, "2", by="li")
    path.write_bytes(rules("2", "other"))
    for _ in range(5):
        assert made.evaluate(NAME, RECORD).tags == ("v1",)
        clock.move(2)
    made.ruleset(NAME)
    (fault,) = [fault for fault in made.status(NAME).faults if "contradicts" in fault]
    assert fault.startswith("`graded@2` was changed after it was published: it contradicts line 2")
    assert made.status(NAME).serving == "1"
    assert listener.heard == [(NAME, "1", None), (NAME, "1", fault)]
    (record,) = [record for record in caplog.records if record.name == "tierkit.engine"]
    assert (record.levelname, record.getMessage()) == ("ERROR", f"`{NAME}` stays at 1: {fault}")
    path.write_bytes(kept)  # nothing new in the history
    assert made.ruleset(NAME).version == "1"
    clock.move(service.AGAIN)
    assert made.ruleset(NAME).version == "2"
    assert made.status(NAME).faults == ()
    assert listener.heard[-1] == (NAME, "2", None)
    told = [record.getMessage() for record in caplog.records if record.name == "tierkit.engine"]
    assert told[1:] == [f"`{NAME}` switched from 1 to 2"]


def test_a_bad_version_is_left_at_once(tmp_path: Path) -> None:
    """The next activation is taken without waiting, and so is a look that was asked for."""
    writer = filled(tmp_path, "1", "2", "3")
    made = engine(tmp_path)
    made.ruleset(NAME)
    path = tmp_path / "store" / NAME / "2.yaml"
    kept = path.read_bytes()
    writer.activate(NAME, "2", by="li")
    path.write_bytes(b"")
    assert made.ruleset(NAME).version == "1"
    writer.activate(NAME, "3", by="li")
    assert made.ruleset(NAME).version == "3"
    path.unlink()
    with pytest.raises(StoreError):
        writer.activate(NAME, "2", by="li")
    path.write_bytes(kept)
    writer.activate(NAME, "2", by="li")
    path.unlink()
    assert made.refresh(NAME).version == "3"
    path.write_bytes(kept)
    assert made.refresh(NAME).version == "2"


def test_a_planned_version_that_is_bad(tmp_path: Path, clock: Clock) -> None:
    """When its time comes and it cannot be used, the last good one stays until it can."""
    made = filled(tmp_path, "1", "2")
    assert made.ruleset(NAME).version == "1"
    made.activate(NAME, "2", by="li", effective=clock.after(60))
    assert made.ruleset(NAME).version == "1"
    other = engine(tmp_path)
    assert other.ruleset(NAME).version == "1"
    path = tmp_path / "store" / NAME / "2.yaml"
    kept = path.read_bytes()
    path.unlink()
    clock.move(61)
    assert other.ruleset(NAME).version == "1"
    assert made.ruleset(NAME).version == "2"  # it was loaded when it was planned
    path.write_bytes(kept)
    clock.move(2)
    assert other.ruleset(NAME).version == "2"


def test_the_history_goes_away(tmp_path: Path, clock: Clock) -> None:
    """A store that disappears while an engine runs stops no decision."""
    made = filled(tmp_path, "1")
    made.ruleset(NAME)
    away = tmp_path / "away"
    (tmp_path / "store").rename(away)
    assert made.ruleset(NAME).version == "1"
    assert "nothing of `graded` was ever published" in str(made.status(NAME).faults)
    away.rename(tmp_path / "store")
    clock.move(2)
    assert made.ruleset(NAME).version == "1"
    assert made.status(NAME).faults == ()


def test_the_first_version_must_be_good(tmp_path: Path) -> None:
    """An engine that has nothing to fall back to says why, and serves once there is something."""
    writer = filled(tmp_path, "1")
    path = tmp_path / "store" / NAME / "1.yaml"
    kept = path.read_bytes()
    path.write_bytes(b"{}")
    made = engine(tmp_path)
    for _ in range(2):
        with pytest.raises(StoreError, match="was changed after it was published"):
            made.evaluate(NAME, RECORD)
        with pytest.raises(StoreError, match="was changed after it was published"):
            made.refresh(NAME)
    path.write_bytes(kept)
    assert made.evaluate(NAME, RECORD).tags == ("v1",)
    assert writer.evaluate(NAME, RECORD).tags == ("v1",)


# -- other versions than the active one


def test_pinned_versions(tmp_path: Path) -> None:
    """`name@version` is that version whatever is active, and beats `as_of`; a loaded one is kept."""
    made = filled(tmp_path, "1", "2")
    assert made.ruleset(f"{NAME}@2").version == "2"
    assert made.evaluate(f"{NAME}@2", RECORD).tags == ("v2",)
    assert made.evaluate(f"{NAME}@2", RECORD, as_of="2001-01-01").tags == ("v2",)
    assert made.ruleset(f"{NAME}@1") is made.ruleset(NAME)
    with pytest.raises(RefusedError, match="`graded@3` was never published"):
        made.ruleset(f"{NAME}@3")


def test_what_was_active_then(tmp_path: Path, clock: Clock) -> None:
    """`as_of` picks the version by the history, a day by the active version's time zone."""
    made = engine(tmp_path)
    for version in ("1", "2"):
        made.publish(put(tmp_path, version, more="timezone: Asia/Shanghai\n"), by="li")
    with pytest.raises(
        UsageError, match=r"no version of `graded` was active at 2025-11-20.*pin one, such as `graded@1`"
    ):
        made.ruleset(NAME, as_of="2025-11-20")
    made.activate(NAME, "1", by="li")
    clock.move(86400)
    made.activate(NAME, "2", by="li")
    assert made.ruleset(NAME, as_of="2025-11-21").version == "1"
    assert made.ruleset(NAME, as_of="2025-11-22").version == "2"
    assert made.ruleset(NAME, as_of=clock.now).version == "2"
    assert made.ruleset(NAME, as_of=clock.after(-1)).version == "1"
    assert made.evaluate(NAME, RECORD, as_of="2025-11-21").tags == ("v1",)
    with pytest.raises(UsageError, match="was active at 2025-11-20T00:00:00"):
        made.evaluate(NAME, RECORD, as_of="2025-11-20")
    with pytest.raises(StoreError, match="was ever published"):
        made.ruleset("other", as_of="2025-11-20")


def test_a_loaded_version_is_kept_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many versions are kept loaded."""
    monkeypatch.setattr(service, "MOST_KEPT", 2)
    made = filled(tmp_path, "1", "2", "3")
    first = made.ruleset(f"{NAME}@1")
    assert made.ruleset(f"{NAME}@1") is first
    made.ruleset(f"{NAME}@2")
    made.ruleset(f"{NAME}@3")
    assert made.ruleset(f"{NAME}@1") is not first


def test_decisions_can_be_pickled(tmp_path: Path) -> None:
    """A decision of a published version says the same after a journey, whatever is active by then."""
    made = filled(tmp_path, "1", "2")
    decision = made.evaluate(NAME, RECORD)
    data = pickle.dumps(decision)
    made.activate(NAME, "2", by="li")
    found = pickle.loads(data)
    assert found == decision
    assert found.to_dict() == decision.to_dict()
    assert found.explain() == decision.explain()


# -- processes


def test_a_fork_sees_changes(tmp_path: Path) -> None:
    """A worker that was forked takes over what its parent activates, and the parent what the worker does."""
    made = filled(tmp_path, "1", "2", "3")
    made.ruleset(NAME)

    def work(tell: Callable[[bytes], None]) -> None:
        until = time.monotonic() + 5
        while made.ruleset(NAME).version != "2" and time.monotonic() < until:
            time.sleep(0.005)
        made.activate(NAME, "3", by="worker")
        tell(made.ruleset(NAME).version.encode())

    _, wait = forked(work)
    made.activate(NAME, "2", by="li")
    assert wait() == (0, b"3")
    assert made.ruleset(NAME).version == "3"


def test_a_fork_while_a_thread_holds_the_locks(tmp_path: Path) -> None:
    """The child waits for no thread that it does not have, and misses no news that the thread was about to tell."""
    made = filled(tmp_path, "1", "2")
    made.ruleset(NAME)
    asked = made._service(NAME)
    held, free = threading.Event(), threading.Event()
    load = asked.load

    def slow(*arguments: Any) -> Any:
        if threading.current_thread() is thread:
            held.set()
            assert free.wait(10)
        return load(*arguments)

    asked.load = slow  # type: ignore[assignment,method-assign]
    engine(tmp_path).activate(NAME, "2", by="li")
    thread = threading.Thread(target=lambda: made.ruleset(NAME))
    thread.start()
    assert held.wait(5)
    with asked.chronicle._lock:
        _, wait = forked(lambda tell: tell(made.ruleset(NAME).version.encode()))
        told: list[Any] = []
        waiter = threading.Thread(target=lambda: told.append(wait()))
        waiter.start()
        waiter.join(5)
    free.set()
    thread.join()
    assert told == [(0, b"2")]
    assert made.ruleset(NAME).version == "2"


def test_what_a_child_does_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes locks of its own; an engine is not kept alive for the sake of forks."""
    hooks: list[Callable[[], None]] = []

    def register(*, after_in_child: Callable[[], None]) -> None:
        hooks.append(after_in_child)

    monkeypatch.setattr("os.register_at_fork", register)
    made: Any = filled(tmp_path, "1")
    (child,) = hooks
    made.ruleset(NAME)
    asked = made._service(NAME)
    with asked._lock, asked.chronicle._lock:
        child()
        assert made.refresh(NAME).version == "1"
    del made
    gc.collect()
    child()


def test_where_nothing_forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems without `fork` have engines too."""
    monkeypatch.setattr("tierkit.engine.engine.os", types.SimpleNamespace(PathLike=Path))
    assert filled(tmp_path, "1").ruleset(NAME).version == "1"
    assert history_file(tmp_path).exists()
