"""Publish, activate, roll back: what is refused and why, what is active when, and what differs."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierkit
from tests.stores import NAME, START, Clock, engine, filled, history_file, put, rules
from tierkit.engine import releases
from tierkit.engine.diff import diff_sources
from tierkit.errors import ReadError, RefusedError, RuleSetError, StoreError, UsageError
from tierkit.plugins import Advice, DimensionProvider
from tierkit.versions.directory import DirectoryStore
from tierkit.versions.events import Event
from tierkit.versions.history import History
from tierkit.versions.opening import open_store
from tierkit.versions.who import caller


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands still unless it is moved."""
    with Clock().running() as clock:
        yield clock


def reasons(change: Callable[[], Any]) -> str:
    """What a refused change is told, in one text."""
    with pytest.raises(RefusedError) as raised:
        change()
    assert str(raised.value) == "\n".join(raised.value.reasons)
    return str(raised.value)


# -- publish


def test_publishing_keeps_the_bytes(tmp_path: Path) -> None:
    """A published version is the file as it was, comments and all, with a line that says who did it and why."""
    made = engine(tmp_path)
    path = put(tmp_path, "1", more="# 注释\n")
    found = made.publish(path, by="li", reason="the first")
    assert found.new
    assert (tmp_path / "store" / NAME / "1.yaml").read_bytes() == path.read_bytes()
    (event,) = made.history(NAME)
    assert event == found.event
    assert (event.event, event.version, event.by, event.reason) == ("published", "1", "li", "the first")
    assert (event.digest, event.previous, event.effective) == (found.ruleset.digest, None, None)
    assert [path.name for path in (tmp_path / "store").iterdir()] == [NAME]
    assert made.store.names() == (NAME,)


def test_the_same_meaning_is_nothing_new(tmp_path: Path) -> None:
    """What means the same as the last version is not published again, whatever its number and layout."""
    made = engine(tmp_path)
    first = made.publish(put(tmp_path, "1", "same"), by="li").event
    for version, more in (("1", ""), ("1", "# other bytes\n"), ("2", "")):
        found = made.publish(put(tmp_path, version, "same", more=more), by="li")
        assert (found.new, found.event) == (False, first)
    assert made.publish(put(tmp_path, "2", "other"), by="li").new
    assert made.publish(put(tmp_path, "3", "same"), by="li").new  # back to what the first one meant
    assert made.status(NAME).versions == ("1", "2", "3")


def test_a_version_means_one_thing(tmp_path: Path) -> None:
    """A version that is there with another meaning is refused, and what differs is told."""
    made = engine(tmp_path)
    made.publish(put(tmp_path, "1", "one"), by="li")
    text = reasons(lambda: made.publish(put(tmp_path, "1", "other"), by="li"))
    assert (
        "`graded@1` was published with another meaning (line 1 of its history): give it a new version" in text
    )
    assert '  rule `only` changed: tag "vone" → tag "vother"' in text


def test_versions_that_differ_in_case_only(tmp_path: Path) -> None:
    """Where case does not count two versions would be one file, so the second one is refused everywhere."""
    made = engine(tmp_path)
    made.publish(put(tmp_path, "1a"), by="li")
    assert "`graded@1A` and the published `1a` would be one file" in reasons(
        lambda: made.publish(put(tmp_path, "1A"), by="li")
    )


EXAMPLE = "examples:\n  - {name: small, given: {amount: -1}, expect: {tags: [v1]}}\n"


def test_failing_examples_are_refused(tmp_path: Path) -> None:
    """What contradicts its own examples is not published."""
    text = reasons(lambda: engine(tmp_path).publish(put(tmp_path, "1", more=EXAMPLE), by="li"))
    assert "the example `small` (line 8) fails" in text
    assert not (tmp_path / "store").exists()


def _module(name: str, **hooks: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    for hook, function in hooks.items():
        function.__name__ = hook
        setattr(module, hook, tierkit.hookimpl(function))
    return module


def _said(ruleset: tierkit.RuleSet, severity: Any) -> list[Advice]:
    return [Advice(at="rules.only", text=f"not here, {ruleset.name}", severity=severity)]


def test_problems_and_house_rules_are_refused(tmp_path: Path) -> None:
    """A file with errors, a house rule's among them, is not published; an advice alone does no harm."""
    with pytest.raises(RuleSetError, match="amuont"):
        engine(tmp_path).publish(put(tmp_path, "1", more="ladders: {amuont: 5}\n"), by="li")
    severity = ["error"]
    house = _module(
        "house",
        tierkit_check=lambda ruleset: _said(ruleset, severity[0]),
    )
    made = engine(tmp_path, plugins=[house])
    with pytest.raises(RuleSetError, match="not here"):
        made.publish(put(tmp_path, "1"), by="li")
    severity[0] = "warning"
    assert made.publish(put(tmp_path, "1"), by="li").new


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there, and bytes that are no text."""
    with pytest.raises(ReadError, match=r"cannot read `.*missing.yaml`: no such file or directory"):
        engine(tmp_path).publish(tmp_path / "missing.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(RuleSetError):
        engine(tmp_path).publish(tmp_path / "bytes.yaml")


NAMES = ["../../etc/x", "CON", "con", "a/b", "a\\b", "", ".", "..", "A", "a b", "a\n", "ä", "nul", "com1"]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_elsewhere(name: str, tmp_path: Path) -> None:
    """A name that is no name of a rule set opens no file, not even to look whether there is one."""
    made = engine(tmp_path)
    made.publish(put(tmp_path, "1"), by="li")
    for ask in (
        lambda: made.ruleset(name),
        lambda: made.ruleset(f"{name}@1"),
        lambda: made.history(name),
        lambda: made.status(name),
        lambda: made.activate(name, "1", by="li"),
        lambda: made.rollback(name, by="li", reason="no"),
        lambda: made.store.read(name),
        lambda: made.store.stamp(name),
        lambda: made.store.append(name, "{}", 1, None),
    ):
        with pytest.raises(StoreError, match="cannot name a"):
            ask()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draft.yaml", "store"]


@pytest.mark.parametrize("version", ["../../x", "CON", "a/b", "", "..", "1.", "nul.yaml", "2"])
def test_versions_that_lead_elsewhere(version: str, tmp_path: Path) -> None:
    """A version that is none was never published."""
    made = filled(tmp_path, "1")
    for ask in (
        lambda: made.ruleset(f"{NAME}@{version}"),
        lambda: made.activate(NAME, version, by="li"),
        lambda: made.activate(NAME, version, by="li", effective="2999-01-01"),
        lambda: made.rollback(NAME, to=version, by="li", reason="no"),
    ):
        assert f"`graded@{version}` was never published" in reasons(ask)
    with pytest.raises(StoreError):
        made.store.source(NAME, version)


def test_a_version_that_is_nearly_right(tmp_path: Path) -> None:
    """A slip of the pen is met with the version that was meant."""
    made = filled(tmp_path, "2025.10.0")
    assert "never published; did you mean `2025.10.0`?" in reasons(lambda: made.activate(NAME, "2025.1.0"))


# -- activate


def test_activating(tmp_path: Path) -> None:
    """An activation is one line; activating what is active adds none, and verifies the file all the same."""
    made = filled(tmp_path, "1", "2")
    event = made.activate(NAME, "2", by="li", reason="ready")
    assert event is not None
    assert (event.event, event.version, event.reason) == ("activated", "2", "ready")
    before = history_file(tmp_path).read_bytes()
    assert made.activate(NAME, "2", by="li") is None
    assert engine(tmp_path).activate(NAME, "2", by="li") is None
    assert history_file(tmp_path).read_bytes() == before
    published = tmp_path / "store" / NAME / "2.yaml"
    kept = published.read_bytes()
    published.write_bytes(kept + b"\n")
    for other in (made, engine(tmp_path)):
        with pytest.raises(
            StoreError, match="`graded@2` was changed after it was published: it contradicts line 2"
        ):
            other.activate(NAME, "2", by="li")
    published.unlink()
    for other in (made, engine(tmp_path)):
        with pytest.raises(StoreError, match=r"2.yaml` is not there"):
            other.activate(NAME, "2", by="li")
    published.write_bytes(kept)
    assert made.activate(NAME, "2", by="li") is None


MOOD = "ruleset: graded\nversion: 1\ndimensions:\n  mood: {type: number, provider: mood}\n"


def test_a_missing_provider(tmp_path: Path) -> None:
    """What can be published without a plugin cannot become active without it, nor be gone back to."""
    provider = DimensionProvider(name="mood", type="number", inputs={}, compute=lambda *_: 1.0)
    moods = _module("moods", tierkit_dimensions=lambda: [provider])
    (tmp_path / "moody.yaml").write_text(MOOD)
    bare, full = engine(tmp_path), engine(tmp_path, plugins=[moods])
    bare.publish(tmp_path / "moody.yaml", by="li")
    text = reasons(lambda: bare.activate(NAME, "1", by="li"))
    assert text.startswith("`graded@1` cannot be activated: line 4: ")
    assert full.activate(NAME, "1", by="li") is not None
    full.publish(put(tmp_path, "2"), by="li")
    full.activate(NAME, "2", by="li")
    assert "`graded@1` cannot decide: line 4: " in reasons(lambda: bare.rollback(NAME, by="li", reason="no"))
    assert full.rollback(NAME, by="li", reason="yes").version == "1"


def test_examples_are_run_again(tmp_path: Path) -> None:
    """What passed where it was published may fail where it is activated: a plugin may differ."""
    mood = [2.0]
    provider = DimensionProvider(name="mood", type="number", inputs={}, compute=lambda *_: mood[0])
    made = engine(tmp_path, plugins=[_module("moods", tierkit_dimensions=lambda: [provider])])
    rest = (
        "rules:\n  - {id: happy, tag: Happy, when: mood > 1}\n"
        "examples:\n  - {name: any, given: {}, expect: {tags: [Happy]}}\n"
    )
    (tmp_path / "moody.yaml").write_text(MOOD + rest)
    made.publish(tmp_path / "moody.yaml", by="li")
    mood[0] = 0.0
    assert "the example `any` (line 8) fails" in reasons(lambda: made.activate(NAME, "1", by="li"))


def test_valid_from(tmp_path: Path, clock: Clock) -> None:
    """A version is not active before it is valid, but can be planned for the day it becomes valid."""
    made = engine(tmp_path)
    made.publish(put(tmp_path, "1", more="valid_from: 2025-12-01\ntimezone: Asia/Shanghai\n"), by="li")
    text = reasons(lambda: made.activate(NAME, "1", by="li"))
    assert text == (
        "`graded@1` cannot be activated: it is valid from 2025-12-01: activate it with `--effective 2025-12-01`"
    )
    assert "it is valid from" in reasons(lambda: made.activate(NAME, "1", by="li", effective="2025-11-30"))
    event = made.activate(NAME, "1", by="li", effective=dt.date(2025, 12, 1))
    assert event is not None
    assert event.start == dt.datetime(2025, 11, 30, 16, tzinfo=dt.UTC)
    with pytest.raises(StoreError, match=r"is active yet: `1` takes over at 2025-12-01T00:00:00\+08:00"):
        made.ruleset(NAME)
    clock.move(11 * 86400)
    assert made.ruleset(NAME).version == "1"
    assert made.status(NAME).planned == ()


def test_a_time_that_has_passed(tmp_path: Path, clock: Clock) -> None:
    """Nothing becomes active in the past; all that speaks against it is told at once."""
    made = filled(tmp_path, "1")
    made.publish(put(tmp_path, "2", more="valid_from: 2026-01-01\n"), by="li")
    text = reasons(lambda: made.activate(NAME, "2", by="li", effective="2025-11-01"))
    assert "it is valid from 2026-01-01" in text
    assert "`--effective 2025-11-01T00:00:00+00:00` has passed: leave it out to activate at once" in text
    assert "has passed" in reasons(lambda: made.activate(NAME, "1", by="li", effective=clock.now))
    with pytest.raises(UsageError, match="without a time zone"):
        made.activate(NAME, "1", by="li", effective="2026-11-01T00:00:00")


def test_a_planned_version_takes_over_by_itself(tmp_path: Path, clock: Clock) -> None:
    """At its time, in engines that run and in those that start; and a later change overrules it."""
    made = filled(tmp_path, "1", "2", "3")
    other = engine(tmp_path, interval=3600)
    assert other.ruleset(NAME).version == "1"
    made.activate(NAME, "2", by="li", effective=clock.after(60))
    clock.move(3601)
    clock.move(-3595)
    assert other.ruleset(NAME).version == "1"
    assert [event.version for event in other.status(NAME).planned] == ["2"]
    clock.move(54)
    for running in (made, other, engine(tmp_path)):
        assert running.ruleset(NAME).version == "2"
        active = running.status(NAME).active
        assert active is not None
        assert active.version == "2"
    made.activate(NAME, "3", by="li", effective=clock.after(60))
    made.activate(NAME, "2", by="li")  # it is active, and now it stays
    clock.move(61)
    assert made.ruleset(NAME).version == "2"
    made.activate(NAME, "3", by="li", effective=clock.after(60))
    made.rollback(NAME, by="li", reason="not at all")
    clock.move(61)
    assert made.ruleset(NAME).version == "1"


def test_a_clock_that_jumps_back(tmp_path: Path, clock: Clock) -> None:
    """The times of a history do not run backwards, and what was activated stays active."""
    made = filled(tmp_path, "1", "2")
    clock.move(-86400)
    event = made.activate(NAME, "2", by="li")
    assert event is not None
    assert event.at == START
    for running in (made, engine(tmp_path)):
        assert running.ruleset(NAME).version == "2"
    clock.move(2 * 86400)
    made.activate(NAME, "1", by="li")
    times = [event.at for event in made.history(NAME)]
    assert times == sorted(times)


# -- roll back


def test_rolling_back(tmp_path: Path) -> None:
    """Each rollback goes further back and none comes back to what was rolled back; a reason is needed."""
    made = filled(tmp_path, "1", "2", "3", "4")
    made.activate(NAME, "2", by="li")
    made.activate(NAME, "3", by="li")
    for reason in ("", "  "):
        with pytest.raises(UsageError, match="a rollback needs a reason"):
            made.rollback(NAME, by="li", reason=reason)
    event = made.rollback(NAME, by="li", reason="too many")
    assert (event.event, event.version, event.reason) == ("rolled_back", "2", "too many")
    assert made.rollback(NAME, by="li", reason="still").version == "1"
    text = "`graded@1` is the first that was active: there is nothing before it"
    assert reasons(lambda: made.rollback(NAME, by="li", reason="more")) == text
    assert "`graded@1` is the active version" in reasons(
        lambda: made.rollback(NAME, to="1", by="li", reason="x")
    )
    assert made.rollback(NAME, to="4", by="li", reason="never active before").version == "4"
    assert "nothing before it" in reasons(lambda: made.rollback(NAME, by="li", reason="x"))
    assert made.ruleset(NAME).version == "4"
    made.activate(NAME, "1", by="li")
    assert made.rollback(NAME, by="li", reason="x").version == "4"


def test_nothing_to_roll_back(tmp_path: Path) -> None:
    """Nothing published, nothing active."""
    made = engine(tmp_path)
    with pytest.raises(StoreError, match="nothing of `graded` was ever published"):
        made.rollback(NAME, by="li", reason="x")
    made.publish(put(tmp_path, "1"), by="li")
    assert "no version of `graded` is active" in reasons(lambda: made.rollback(NAME, by="li", reason="x"))
    with pytest.raises(StoreError, match="activate one of `1`, or pin one, such as `graded@1`"):
        made.ruleset(NAME)


def did(kind: Any, version: str, hours: float = 0, effective: float | None = None) -> Event:
    """An event of a history, at an hour."""
    at = START + dt.timedelta(hours=hours)
    return Event(
        kind,
        version,
        "",
        "",
        at,
        None if effective is None else START + dt.timedelta(hours=effective),
        "",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("events", "hours", "before"),
    [
        ("a1 a2 a1", 9, "2"),
        ("a1 a2 a1 r2", 9, ""),  # 1 was rolled back: not to it
        ("a1 a2 a1 a2", 9, "1"),
        ("a1 a2 a1 a2 r1", 9, ""),
        ("a1 a2 a3 a1 a2", 9, "1 3"),
        ("a1 a2 a3 a1 a2 r1", 9, "3"),
        ("a1 a1 a2 a2", 9, "1"),
        ("a1 a2 a3 r1", 9, ""),
        ("a1 a2 r9", 9, "1"),
        ("a1 a2 r9 a3 r9", 9, "1"),
        ("a1 a2:5 a3", 9, "1"),  # 2 was overruled before its time came
        ("a1 a2:5 a3:3", 9, "1"),
        ("a1 a2:3 a3:5", 9, "2 1"),
        ("a1 a2:3 a3:5", 4, "1"),
        ("a1 a2:3 a3:5", 2, ""),
        ("a1 a2:3 a3:3", 9, "1"),
        ("a1:1", 9, ""),
        ("a1:1", 0.5, ""),
        ("", 0, ""),
    ],
)
def test_what_a_rollback_goes_back_through(events: str, hours: float, before: str) -> None:
    """The versions that were active, nearest first, each once, without those that were rolled back."""
    lines = []
    for number, event in enumerate(events.split()):
        version, _, effective = event[1:].partition(":")
        kind = "activated" if event[0] == "a" else "rolled_back"
        lines.append(did(kind, version, number / 100, float(effective) if effective else None))
    history = History("h", (did("published", "1"), *lines))
    assert history.before(START + dt.timedelta(hours=hours)) == tuple(before.split())


_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["published", "activated", "rolled_back"]),
        st.sampled_from("1234"),
        st.one_of(st.none(), st.integers(1, 30)),
    ),
    max_size=10,
)


@given(_EVENTS, st.integers(0, 40))
def test_what_was_active_when(events: list[tuple[Any, str, int | None]], hours: int) -> None:
    """Active is what followed from the times, moment by moment; a rollback never offers what is active."""
    lines = tuple(
        did(kind, version, hour, hour + effective if effective and kind == "activated" else None)
        for hour, (kind, version, effective) in enumerate(events)
    )
    history = History("h", lines)
    moment = START + dt.timedelta(hours=max(hours, len(events)))
    pending: dict[dt.datetime, Event] = {}
    active = None
    for hour in range(int((moment - START).total_seconds() // 3600) + 1):
        time = START + dt.timedelta(hours=hour)
        active = pending.pop(time, active)
        if hour < len(lines) and lines[hour].event != "published":
            event = lines[hour]
            pending = {start: other for start, other in pending.items() if start < event.start}
            if event.effective is None:
                active = event
            else:
                pending[event.start] = event
        now = History("h", lines[: hour + 1])
        assert now.active(time) == active
        assert now.active_at(time) == active
        assert now.planned(time) == tuple(pending[start] for start in sorted(pending))
    assert history.active(moment) == active
    offered = history.before(moment)
    assert len(set(offered)) == len(offered)
    assert active is None or active.version not in offered


# -- reading


def test_nothing_of_that_name(tmp_path: Path) -> None:
    """A rule set that was never published is named with those that were."""
    filled(tmp_path, "1")
    with pytest.raises(
        StoreError, match=r"nothing of `other` was ever published in `.*`; published there: `graded`"
    ):
        engine(tmp_path).ruleset("other")
    assert engine(tmp_path).history("other") == ()
    found = engine(tmp_path).status("other")
    assert (found.active, found.versions, found.faults) == (None, (), ())


def test_published_files_are_watched(tmp_path: Path) -> None:
    """A published file that was edited or deleted is found by the status and refused at load."""
    filled(tmp_path, "1", "2", "3")
    folder = tmp_path / "store" / NAME
    (folder / "1.yaml").write_bytes(rules("1", "other"))
    (folder / "2.yaml").unlink()
    made = engine(tmp_path)
    faults = made.status(NAME).faults
    assert faults[0] == "version `1` was changed after it was published: see line 1"
    assert faults[1].startswith("version `2`, published by line 2, cannot be read: ")
    assert len(faults) == 2
    says = (
        "`graded@1` was changed after it was published: it contradicts line 1 of the history; "
        "restore it, or publish the change as a new version"
    )
    for name in (NAME, f"{NAME}@1"):
        with pytest.raises(StoreError) as raised:
            made.ruleset(name)
        assert str(raised.value) == says
    with pytest.raises(StoreError, match=r"2.yaml` is not there"):
        made.ruleset(f"{NAME}@2")
    assert made.ruleset(f"{NAME}@3").version == "3"


def test_the_status_as_data(tmp_path: Path, clock: Clock) -> None:
    """Every key is there, and what a line holds is what was asked for."""
    made = filled(tmp_path, "1", "2")
    made.activate(NAME, "2", by="li", effective=clock.after(60))
    found = json.loads(json.dumps(made.status(NAME).to_dict()))
    events = [json.loads(line) for line in history_file(tmp_path).read_text().splitlines()]
    assert found == {
        "name": NAME, "active": events[2], "planned": [events[3]], "versions": ["1", "2"], "events": 4,
        "serving": None, "faults": [], "notes": [],
    }  # fmt: skip
    made.ruleset(NAME)
    assert made.status(NAME).serving == "1"
    assert set(events[3]) == {
        "format", "event", "version", "digest", "source_digest", "at", "effective", "by", "reason", "previous",
    }  # fmt: skip


def test_who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's word, the environment's, git's, the system's; what is no text becomes one."""
    made = engine(tmp_path)
    monkeypatch.setenv("TIERKIT_BY", " robot ")
    assert made.publish(put(tmp_path, "1")).event.by == "robot"
    event = made.activate(NAME, "1", by="li\udcff\n", reason="\udcfe 好")
    assert event is not None
    assert made.history(NAME)[1] == event
    assert (event.by, event.reason) == ("li?\n", "? 好")
    monkeypatch.delenv("TIERKIT_BY")
    answers: list[Any] = [
        subprocess.CompletedProcess([], 0, "王\n"), subprocess.CompletedProcess([], 1, "x"),
        FileNotFoundError(), subprocess.TimeoutExpired("git", 5),
    ]  # fmt: skip

    def run(*_: Any, **__: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("getpass.getuser", lambda: "user")
    assert [caller(), caller(), caller()] == ["王", "user", "user"]
    monkeypatch.setattr("getpass.getuser", lambda: 1 / 0)
    assert caller() == "unknown"


def test_stores_by_address(tmp_path: Path) -> None:
    """A path, a text that is one, or a store as it is."""
    store = DirectoryStore(tmp_path)
    assert open_store(store) is store
    assert open_store(tmp_path).address == open_store(str(tmp_path)).address == str(tmp_path)
    assert repr(tierkit.Engine(tmp_path)) == f"<Engine {str(tmp_path)!r}>"


def test_others_that_never_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who never comes first gives up after a while, in words."""
    made = filled(tmp_path, "1", "2")
    monkeypatch.setattr(DirectoryStore, "append", lambda *_: False)
    monkeypatch.setattr(releases, "PATIENCE", 0.02)
    with pytest.raises(StoreError, match=r"others wrote to the store for 0.02 s without a break: try again"):
        made.activate(NAME, "2", by="li")


def test_a_loaded_file_needs_no_store(tmp_path: Path) -> None:
    """Rule files can be loaded with the engine's plugins, published or not."""
    made = engine(tmp_path)
    assert made.load(put(tmp_path, "1")) == made.loads(rules("1"))
    assert not os.path.lexists(tmp_path / "store")


# -- what differs

PARTS = """
ruleset: parts
version: 1
timezone: Asia/Shanghai
parameters:
  share: {value: 5%}
dimensions:
  amount: {type: money}
  orders: {type: number}
tags:
  A: {label: {en: A tag}}
rules:
  - {id: one, tag: A, when: amount > 1}
  - {id: two, tag: B, when: orders > 2}
  - {id: three, tag: C, when: amount > share}
ladders:
  value:
    tiers:
      - {id: gold, enter: amount > 10}
      - {id: silver, enter: amount > 5}
      - {id: base}
benefits:
  - for: value.gold
    grant: {discount: {percent: 5}}
  - for: [A, B]
    grant: {discount: {percent: 1}}
examples:
  - {name: some, given: {amount: 20}, expect: {tiers: {value: gold}}}
"""

DIFFERENCES = [
    ("timezone: Asia/Shanghai", "timezone: UTC", ['timezone changed: "Asia/Shanghai" → "UTC"']),
    ("timezone: Asia/Shanghai\n", "", ['timezone removed: "Asia/Shanghai"']),
    ("{value: 5%}", "{value: 6%}", ["parameter `share` changed: value 0.05 → value 0.06"]),
    ("parameters:\n  share: {value: 5%}\n", "", ['parameter `share` removed: {"value": 0.05}']),
    ("  orders: {type: number}\n", "", ['dimension `orders` removed: {"type": "number"}']),
    ("orders: {type: number}", "orders: {type: integer}", ['dimension `orders` changed: type "number" → type "integer"']),
    ("  orders:", "  other: {type: text}\n  orders:", ['dimension `other` added: {"type": "text"}']),
    ("A tag", "The tag", ['tag `A` changed: label {"en": "A tag"} → label {"en": "The tag"}']),
    ("tags:\n  A: {label: {en: A tag}}", "tags: []", None),
    ("amount > 1}", "amount > 3}", ['rule `one` changed: when "amount > 1" → when "amount > 3"']),
    ("when: amount > 1}", "when: amount > 1, because: {en: So}}", ['rule `one` changed: nothing → because {"en": "So"}']),
    ("  - {id: two, tag: B, when: orders > 2}\n", "", ['rule `two` removed: {"id": "two", "tag": "B", "when": "orders > 2"}']),
    ("ladders:", "  - {id: four, tag: D, when: amount > 4}\nladders:", ['rule `four` added: {"id": "four", "tag": "D", "when": "amount > 4"}']),
    ("  - {id: two, tag: B, when: orders > 2}\n  - {id: three, tag: C, when: amount > share}\n", "  - {id: three, tag: C, when: amount > share}\n  - {id: two, tag: B, when: orders > 2}\n", ["rules changed: one, two, three → one, three, two"]),
    ("amount > 5}", "amount > 6}", ['tier `value.silver` changed: enter "amount > 5" → enter "amount > 6"']),
    ("      - {id: silver, enter: amount > 5}\n", "", ['tier `value.silver` removed: {"id": "silver", "enter": "amount > 5"}']),
    ("      - {id: gold, enter: amount > 10}\n      - {id: silver, enter: amount > 5}\n", "      - {id: silver, enter: amount > 5}\n      - {id: gold, enter: amount > 10}\n", ["tiers changed: value.gold, value.silver, value.base → value.silver, value.gold, value.base"]),
    ("    tiers:\n", "    label: {en: Value}\n    tiers:\n", ['ladder `value` changed: nothing → label {"en": "Value"}']),
    ("ladders:\n", "ladders:\n  other: {tiers: [{id: all}]}\n", ['ladder `other` added: {"tiers": [{"id": "all"}]}']),
    ("percent: 5}", "percent: 6}", ['benefit `value.gold` removed: {"for": "value.gold", "grant": {"discount": {"percent": 5}}}', 'benefit `value.gold` added: {"for": "value.gold", "grant": {"discount": {"percent": 6}}}']),
    ("  - for: [A, B]\n    grant: {discount: {percent: 1}}\n", "", ['benefit `A, B` removed: {"for": ["A", "B"], "grant": {"discount": {"percent": 1}}}']),
    ("{amount: 20}", "{amount: 30}", ['example `some` changed: given {"amount": 20} → given {"amount": 30}']),
    ("name: some", "name: any", None),
    ("version: 1", "version: 2", []),
    ("5%", "0.05", []),
    ("amount > 1}", "  amount  >  1 }  # a comment", []),
    ("{id: one, tag: A, when: amount > 1}", "{when: amount > 1, tag: A, id: one}", []),
    ("  amount: {type: money}\n  orders: {type: number}\n", "  orders: {type: number}\n  amount: {type: money}\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), DIFFERENCES)
def test_what_differs(old: str, new: str, says: list[str] | None) -> None:
    """Each part that means something else is told by its name; layout, order of keys and version are not."""
    assert PARTS.count(old) == 1
    found = diff_sources(PARTS.encode(), PARTS.replace(old, new).encode())
    if says is None:
        assert found
    else:
        assert [str(change) for change in found] == says
    assert diff_sources(PARTS.replace(old, new).encode(), PARTS.replace(old, new).encode()) == ()


@pytest.mark.parametrize(("old", "new", "says"), DIFFERENCES)
def test_what_differs_agrees_with_the_digest(old: str, new: str, says: list[str] | None) -> None:
    """There is a difference exactly where the meaning has another digest, examples aside."""
    changed = PARTS.replace(old, new).replace("A tag", "A  tag")
    try:
        digests = [tierkit.loads(text).digest for text in (PARTS.replace("A tag", "A  tag"), changed)]
    except RuleSetError:
        return  # no rule set: nothing could publish it
    found = diff_sources(PARTS.encode(), PARTS.replace(old, new).encode())
    assert any(change.part != "example" for change in found) == (digests[0] != digests[1])
    assert says is None or len(says) == len(found)


def test_a_file_that_cannot_be_read_differs_as_a_whole() -> None:
    """Broken YAML and a list are no rule file; long texts are cut where people read them, not in the data."""
    for broken in (b"{", b"[]", b"\xff"):
        found = diff_sources(PARTS.encode(), broken)
        assert found
        assert {change.kind for change in found} == {"removed"}
    (change,) = diff_sources(b"{parameters: {}}", b"{parameters: {}, notes: '" + b"x" * 500 + b"'}")
    assert (change.to_dict()["change"], len(str(change.after))) == ("added", 502)
    assert str(change).endswith("x…")
    assert len(str(change)) < 420
    assert diff_sources(b"{ladders: {a: 1}}", b"{ladders: {a: 2}}")
    assert diff_sources(b"{rules: 1}", b"{rules: {a: 2}}") is not None
    assert diff_sources(b"{benefits: [1]}", b"{benefits: [2], rules: [1]}")
