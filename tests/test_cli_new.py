"""`tierkit new` and `tierkit schema`: what an author begins with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

import tierkit
from tests.command import run
from tierkit.documents.json_schema import schema

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_file_is_right_and_its_examples_pass(tmp_path: Path) -> None:
    """What `new` writes checks without a warning, tests without a failure, and fits its schema."""
    store = tmp_path / "rules" / "here"
    result = run("new", "my-first_1", "--store", store)
    path = store / "my-first_1.yaml"
    assert result.status == 0
    assert result.out.startswith(f"wrote {path} and {store / 'ruleset.schema.json'}\n")
    assert f"  tierkit check {path}\n  tierkit test {path}\n" in result.out
    assert run("check", path).out == "1 file, 0 errors, 0 warnings\n"
    assert run("test", "my-first_1", "--store", store).out == "1 file, 3 examples, 0 failed\n"
    assert tierkit.load(path).name == "my-first_1"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=ruleset.schema.json\n")
    jsonschema.validate(yaml.safe_load(text), schema())
    assert json.loads((store / "ruleset.schema.json").read_text(encoding="utf-8")) == schema()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file that exists stays as it is, status 2; the schema beside it is brought up to date."""
    (tmp_path / "a.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "ruleset.schema.json").write_text("old", encoding="utf-8")
    result = run("new", "a", "--store", tmp_path)
    assert result.status == 2
    assert result.err == f"error: `{tmp_path / 'a.yaml'}` exists already and is left as it is\n"
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == "mine"
    assert run("new", "b", "--store", tmp_path).status == 0
    assert (tmp_path / "ruleset.schema.json").read_text(encoding="utf-8") != "old"


@pytest.mark.parametrize("name", ["Big", "a b", "", "../a", "a.yaml", "con", "客户"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    """It would name no rule set, or a file somewhere else."""
    result = run("new", name, "--store", tmp_path)
    assert result.status == 2
    assert "cannot name a rule set" in result.err
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_cannot_be_written_is_status_2(tmp_path: Path) -> None:
    """For example because it is a file."""
    (tmp_path / "store").write_text("", encoding="utf-8")
    result = run("new", "a", "--store", tmp_path / "store")
    assert result.status == 2
    assert result.err.startswith("error: cannot write `")


def test_new_answers_programs_too(tmp_path: Path) -> None:
    """`--format json` names what was written; `--locale zh` says it in Chinese."""
    result = run("new", "a", "--store", tmp_path, "--format", "json")
    assert result.json == {"path": str(tmp_path / "a.yaml"), "schema": str(tmp_path / "ruleset.schema.json")}
    assert run("new", "b", "--store", tmp_path, "--locale", "zh").out.startswith("已生成 ")


def test_the_schema_goes_to_standard_output_or_a_file(tmp_path: Path) -> None:
    """Both are the same JSON."""
    assert run("schema").json == schema()
    path = tmp_path / "s.json"
    assert run("schema", "--output", path) == run("schema", "--output", path)
    assert json.loads(path.read_text(encoding="utf-8")) == schema()
    assert [p.name for p in tmp_path.iterdir()] == ["s.json"]
    assert run("schema", "--output", "-").json == schema()
    assert run("schema", "--output", tmp_path / "no" / "s.json").status == 2
