"""Outputs of `tierkit evaluate`: by the ending of a file, whole or not at all, and readable on a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Result, run

RULES = """\
ruleset: demo
version: 1
key: id
dimensions:
  amount: {type: money}
  kind: {type: category, values: [a, b]}
  points: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 100}]}
  tags: {type: score, value: points / 3}
rules:
  - {id: big, tag: Big, when: amount > 10, because: large}
  - {id: of_a, tag: '重要, "A"', when: kind = 'a'}
ladders:
  size: {tiers: [{id: top, enter: amount > 50}, {id: rest}]}
  empty: {tiers: [{id: only, enter: amount < 0}]}
"""
INPUT = "id,amount,kind\nc1,60,a\nc2,,b\nc3,x,a\n"
AS_OF = "2025-11-20T00:00:00+00:00"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def evaluate(
    rules: Path, output: str | Path, *options: str, text: str = INPUT, screen: bool = False
) -> Result:
    """Evaluates a CSV text into `output`."""
    source = rules.parent / "input.csv"
    source.write_text(text, encoding="utf-8")
    where = ("--output", output) if output else ()
    arguments = ("--input", source, *where, "--as-of", "2025-11-20", *options)
    return run("evaluate", rules, *arguments, screen=screen, COLUMNS="200")


@pytest.mark.parametrize("ending", ["jsonl", "ndjson", "JSONL"])
def test_json_lines_in_a_file_are_those_of_standard_output(rules: Path, tmp_path: Path, ending: str) -> None:
    """The same bytes, UTF-8, one line end."""
    path = tmp_path / f"out.{ending}"
    result = evaluate(rules, path, "--reasons")
    assert (result.status, result.out) == (0, "")
    assert (
        path.read_bytes().decode()
        == evaluate(rules, "", "--reasons").out
        == evaluate(rules, "-", "--reasons").out
    )
    assert path.read_bytes().count(b"\n") == 3


def test_csv_is_flat(rules: Path, tmp_path: Path) -> None:
    """A column for each ladder and score; tags and undetermined names joined by bars; nothing for nothing."""
    path = tmp_path / "out.csv"
    assert evaluate(rules, path).status == 0
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    head = ["demo", "1", AS_OF]
    assert rows == [
        ["key", "ruleset", "version", "as_of", "tags", "tier_size", "tier_empty", "points", "score_tags",
         "undetermined", "error"],
        ["c1", *head, 'Big|重要, "A"', "top", "", "60.0", "20.0", "", ""],
        ["c2", *head, "", "", "", "", "", "big|size|empty", ""],
        ["c3", *head, "", "", "", "", "", "",
         "`amount` is 'x', which cannot be read as a money amount (a number)"],
    ]  # fmt: skip
    assert b"\r" not in path.read_bytes()


def test_csv_holds_reasons_and_values_as_json(rules: Path, tmp_path: Path) -> None:
    """The two columns at the end are the ones of the JSON rows."""
    path = tmp_path / "out.csv"
    evaluate(rules, path, "--reasons", "--values")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    lines = evaluate(rules, "", "--reasons", "--values").rows
    for row, line in zip(rows[:2], lines[:2], strict=True):
        assert json.loads(row["reasons"]) == line["reasons"]
        assert json.loads(row["values"]) == line["values"]
    assert (rows[2]["reasons"], lines[2]["reasons"], lines[2]["values"]) == ("", [], {})


def test_a_file_is_replaced_only_by_a_whole_one(rules: Path, tmp_path: Path) -> None:
    """When the input breaks off in the middle, the old output stays and nothing is left beside it."""
    path = tmp_path / "out.jsonl"
    path.write_text("yesterday", encoding="utf-8")
    source = tmp_path / "input.csv"
    source.write_bytes(b"id,amount\n" + b"c1,1\n" * 5000 + b"\xff\n")
    result = run("evaluate", rules, "--input", source, "--output", path)
    assert result.status == 2
    assert path.read_text(encoding="utf-8") == "yesterday"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demo.yaml", "input.csv", "out.jsonl"]
    assert evaluate(rules, path).status == 0
    assert path.read_text(encoding="utf-8").count("\n") == 3


def test_the_output_is_there_also_when_a_limit_is_passed(rules: Path, tmp_path: Path) -> None:
    """It says of every row what is wrong with it."""
    path = tmp_path / "out.jsonl"
    assert evaluate(rules, path, "--fail-on-error", "--max-undetermined", "1%").status == 1
    assert path.read_text(encoding="utf-8").count("\n") == 3


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and links")
def test_permissions_and_links_are_kept(rules: Path, tmp_path: Path) -> None:
    """A new file has the usual mode, a replaced one its own, and a link still points where it did."""
    path, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    previous = os.umask(0o027)
    try:
        assert evaluate(rules, path).status == 0
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    link.symlink_to(path)
    assert evaluate(rules, link).status == 0
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_is_written_and_a_full_one_is_reported(rules: Path, tmp_path: Path) -> None:
    """What is no regular file is not replaced; a disk that is full is status 2."""
    link = tmp_path / "null.jsonl"
    link.symlink_to("/dev/null")
    assert evaluate(rules, link).status == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    full = tmp_path / "full.jsonl"
    full.symlink_to("/dev/full")
    result = evaluate(rules, full)
    assert result.status == 2
    assert result.err.endswith("no space left on device\n")


def test_outputs_that_cannot_be_are_refused(rules: Path, tmp_path: Path) -> None:
    """An ending nobody knows, a directory that is not there, the input itself: status 2."""
    assert "the ending must be" in evaluate(rules, tmp_path / "out.xlsx").err
    missing = evaluate(rules, tmp_path / "no" / "out.csv")
    assert missing.status == 2
    assert missing.err.startswith("error: cannot write `")
    same = evaluate(rules, tmp_path / "input.csv")
    assert same.status == 2
    assert "is the input: write the output somewhere else" in same.err
    assert (tmp_path / "input.csv").read_text(encoding="utf-8") == INPUT


def test_inputs_that_cannot_be_are_refused(rules: Path, tmp_path: Path) -> None:
    """No such file, a directory, an ending nobody knows, standard input without a format: status 2."""
    (tmp_path / "folder.csv").mkdir()
    for arguments, words in (
        (("--input", tmp_path / "no.csv"), "no.csv`: no such file or directory"),
        (("--input", tmp_path / "folder.csv"), "folder.csv`: is a directory"),
        (("--input", tmp_path / "data.xlsx"), "the ending must be .csv, .jsonl, .ndjson or .parquet, or say"),
        (("--input", "-"), "standard input needs `--input-format csv` or `jsonl`"),
        (("--input", "-", "--input-format", "parquet"), "Parquet cannot be read from standard input"),
    ):
        result = run("evaluate", rules, *arguments)
        assert result.status == 2
        assert words in result.err


def test_input_format_beats_the_ending(rules: Path, tmp_path: Path) -> None:
    """An export with another ending is still CSV."""
    (tmp_path / "export.txt").write_text(INPUT, encoding="utf-8")
    assert len(run("evaluate", rules, "--input", tmp_path / "export.txt", "--input-format", "csv").rows) == 3


def test_people_get_a_table(rules: Path) -> None:
    """On a terminal: what was decided, without the columns that are empty or the same in every row."""
    result = evaluate(rules, "", screen=True)
    for word in ("c1", "c2", "c3", "Big", "top", "60", "20", "big, size, empty", "cannot be read"):
        assert word in result.out
    assert "ruleset" not in result.out
    assert "│" not in result.out
    assert "标签" in evaluate(rules, "", "--locale", "zh", screen=True).out
    assert evaluate(rules, "", "--format", "json", screen=True).rows == evaluate(rules, "").rows
    assert evaluate(rules, "-", screen=True).rows == evaluate(rules, "").rows


def test_a_long_table_says_how_much_more_there_is(rules: Path) -> None:
    """The first hundred rows, whatever they are; all are counted."""
    text = "id,amount\n" + "".join(f"k{i:05},{'x' if i % 100 == 99 else i}\n" for i in range(2250))
    result = evaluate(rules, "", text=text, screen=True)
    assert "k00099" in result.out
    assert "k00100" not in result.out
    assert result.out.endswith("… and 2,150 more rows; `--output F` writes them all\n")
    assert "2,250 rows, 22 failed" in result.err


def test_nothing_moves_in_a_pipe(rules: Path, tmp_path: Path) -> None:
    """A progress bar is drawn on a terminal only."""
    text = "id,amount\n" + "k,1\n" * 5000
    assert "\x1b" not in evaluate(rules, tmp_path / "out.jsonl", text=text).err
    assert "deciding" in evaluate(rules, tmp_path / "out.jsonl", text=text, screen=True).err


def start(*arguments: str | Path, **options: object) -> subprocess.Popen[bytes]:
    """Starts the command in a process of its own."""
    command = [sys.executable, "-m", "tierkit", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def test_a_reader_that_goes_away_is_no_error(rules: Path, tmp_path: Path) -> None:
    """`tierkit evaluate … | head -1` ends quietly."""
    source = tmp_path / "input.csv"
    source.write_text("id,amount\n" + "k,1\n" * 20_000, encoding="utf-8")
    process = start("evaluate", rules, "--input", source, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert errors == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_that_takes_no_more_is_reported(rules: Path, tmp_path: Path) -> None:
    """Status 2 and one line."""
    source = tmp_path / "input.csv"
    source.write_text(INPUT, encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        process = start("evaluate", rules, "--input", source, stdout=full)
        _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.endswith(b"error: cannot write `-`: no space left on device\n")
