"""Stores copied: every byte, only what is missing, and nothing over what is something else."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

import tierkit
from tests.contenders import RULES
from tests.places import DATABASES, KINDS, place, run
from tierkit.versions.copying import Copied
from tierkit.versions.directory import DirectoryStore
from tierkit.versions.opening import open_store
from tierkit.versions.sql import SqlStore

BYTES = "\ufeff# 等级 \U0001f642\r\n"


def publish(engine: tierkit.Engine, folder: Path, *versions: int, name: str = "contended") -> None:
    """Publishes versions, in bytes that an editor of another system might have left, and activates them."""
    folder.mkdir(exist_ok=True)
    for version in versions:
        text = RULES.format(version=version).replace("contended", name).replace("\n", "\r\n")
        (folder / "rules.yaml").write_bytes((BYTES + text).encode())
        engine.publish(folder / "rules.yaml", by="李", reason="等级 \\ \u2028 \u0000 \"'")
        engine.activate(name, str(version), by="li", effective=None)


def content(path: Path) -> dict[str, bytes]:
    """Every version and history of a store in a directory."""
    return {
        str(found.relative_to(path)): found.read_bytes()
        for found in sorted(path.rglob("*"))
        if found.is_file() and found.name not in {".lock", ".gitignore", ".gitattributes"}
    }


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A store in a directory with two rule sets."""
    path = tmp_path / "source"
    engine = tierkit.Engine(path, entry_points=False)
    publish(engine, tmp_path / "edited", 1, 2, 3)
    publish(engine, tmp_path / "edited", 7, name="another")
    engine.rollback("contended", by="li", reason="too strict")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(kind: str, source: Path, tmp_path: Path) -> None:
    """Copied into any store and back into a directory, every byte and every digest is what it was."""
    with place(kind, tmp_path) as address:
        expected = (Copied("another", 1, 2), Copied("contended", 3, 7))
        assert tierkit.copy_store(source, address) == expected
        assert tierkit.copy_store(address, tmp_path / "back") == expected
        assert content(tmp_path / "back") == content(source)
        engine = tierkit.Engine(address, entry_points=False)
        assert engine.ruleset("contended").version == "2"
        assert engine.history("contended") == tierkit.Engine(source).history("contended")


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_missing(kind: str, source: Path, tmp_path: Path) -> None:
    """A target that has the beginning gets the rest; what it has, it keeps."""
    with place(kind, tmp_path) as address:
        tierkit.copy_store(source, address)
        assert tierkit.copy_store(source, address) == (Copied("another", 0, 0), Copied("contended", 0, 0))
        publish(tierkit.Engine(source, entry_points=False), tmp_path / "edited", 4)
        assert tierkit.copy_store(source, address) == (Copied("another", 0, 0), Copied("contended", 1, 2))
        tierkit.copy_store(address, tmp_path / "back")
        assert content(tmp_path / "back") == content(source)


class _Dying(DirectoryStore):
    """A store whose writer dies at some step."""

    steps = 0

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise KeyboardInterrupt

    def add(self, name: str, version: str, source: bytes) -> None:
        """A step."""
        self._step()
        super().add(name, version, source)

    def append(self, name: str, line: str, number: int, previous: str | None) -> bool:
        """A step."""
        self._step()
        return super().append(name, line, number, previous)


def test_a_copy_that_was_cut_short(source: Path, tmp_path: Path) -> None:
    """Wherever a copy ends, the target is sound as far as it goes, and the next copy completes it."""
    for steps in range(13):
        path = tmp_path / f"target-{steps}"
        target = _Dying(path)
        target.steps = steps
        with pytest.raises(KeyboardInterrupt):
            tierkit.copy_store(source, target)
        engine = tierkit.Engine(path, entry_points=False)
        assert all(engine.status(name).faults == () for name in target.names())
        tierkit.copy_store(source, path)
        assert content(path) == content(source)


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_with_something_else(kind: str, source: Path, tmp_path: Path) -> None:
    """A target with another history, or a longer one, is refused before anything is written anywhere."""
    with place(kind, tmp_path) as address:
        engine = tierkit.Engine(address, entry_points=False)
        publish(engine, tmp_path / "edited", 1)
        before = engine.store.read("contended").lines
        with pytest.raises(tierkit.StoreError, match="has another history of `contended`, from line 1 on"):
            tierkit.copy_store(source, address)
        assert engine.store.names() == ("contended",)
        assert engine.store.read("contended").lines == before
    with place(kind, tmp_path / "longer") as address:
        (tmp_path / "longer").mkdir()
        tierkit.copy_store(source, address)
        tierkit.Engine(address, entry_points=False).activate("contended", "1", by="li")
        with pytest.raises(tierkit.StoreError, match="has 8 lines of `contended`, and 7 are to be copied"):
            tierkit.copy_store(source, address)


def test_a_source_that_contradicts_itself(source: Path, tmp_path: Path) -> None:
    """A changed version, or a cut history, is not copied, and nor is anything else of its store."""
    kept = (source / "contended" / "2.yaml").read_bytes()
    (source / "contended" / "2.yaml").write_bytes(kept + b" ")
    with pytest.raises(
        tierkit.StoreError, match=r"`contended@2` in `.*source` was changed after it was published"
    ):
        tierkit.copy_store(source, tmp_path / "target")
    (source / "contended" / "2.yaml").write_bytes(kept)
    lines = (source / "contended" / "history.jsonl").read_bytes().splitlines(keepends=True)
    (source / "contended" / "history.jsonl").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(tierkit.StoreError, match="lines were cut off its end"):
        tierkit.copy_store(source, tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("kind", DATABASES)
def test_a_target_that_lost_bytes(kind: str, source: Path, tmp_path: Path) -> None:
    """Bytes that the target lost come back; bytes that were changed there are told, and a person decides."""
    with place(kind, tmp_path) as address:
        tierkit.copy_store(source, address)
        run(address, "DELETE FROM tierkit_versions WHERE version = '2'")
        assert tierkit.copy_store(source, address)[1] == Copied("contended", 1, 0)
        run(address, "UPDATE tierkit_versions SET source = :source WHERE version = '2'", source=b"")
        with pytest.raises(
            tierkit.StoreError, match=r"`contended@2` in .* was changed after it was published"
        ):
            tierkit.copy_store(source, address)


class _Overtaken(DirectoryStore):
    def append(self, name: str, line: str, number: int, previous: str | None) -> bool:
        """Another one comes first."""
        del name, line, number, previous
        return False


def test_a_target_in_use(source: Path, tmp_path: Path) -> None:
    """Somebody else's line in the middle of a copy ends it in words."""
    with pytest.raises(tierkit.StoreError, match="was changed while it was copied: copy again"):
        tierkit.copy_store(source, _Overtaken(tmp_path / "target"))


def test_a_line_that_nobody_acknowledged_is_not_copied(source: Path, tmp_path: Path) -> None:
    """Half a line at the end of a history stays behind."""
    with (source / "contended" / "history.jsonl").open("ab") as file:
        file.write(b'{"format": 1, "ev')
    tierkit.copy_store(source, tmp_path / "target")
    assert len(open_store(tmp_path / "target").read("contended").lines) == 7


def test_names_of_the_parameters() -> None:
    """Stores are given as to an engine: a path, an address, a store."""
    assert list(inspect.signature(tierkit.copy_store).parameters) == ["source", "target"]
    assert isinstance(open_store(SqlStore("sqlite:///none.db")), SqlStore)
    assert not os.path.lexists("none.db")
