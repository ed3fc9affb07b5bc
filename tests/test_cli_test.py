"""`tierkit test`: the examples of rule files, run."""

from __future__ import annotations

from pathlib import Path

from tests.command import run

ROOT = Path(__file__).parent.parent

RULES = """\
ruleset: demo
version: 1
eligible: not barred
dimensions:
  x: {type: number}
  barred: {type: boolean, on_missing: false}
rules:
  - {id: big, tag: Big, when: x > 10, because: {en: large, zh: 大}}
  - {id: huge, tag: Huge, when: x > 100}
ladders:
  size: {tiers: [{id: top, enter: x > 50, because: much}, {id: rest}]}
examples:
"""


def write(tmp_path: Path, *examples: str) -> Path:
    """A rule file with these examples."""
    path = tmp_path / "demo.yaml"
    path.write_text(RULES + "".join(f"  - {example}\n" for example in examples), encoding="utf-8")
    return path


def test_examples_that_hold_are_counted(tmp_path: Path) -> None:
    """Status 0 and a summary."""
    path = write(
        tmp_path, "{name: a, given: {x: 11}, expect: {tags: [Big]}}", "{name: b, given: {}, expect: {}}"
    )
    assert run("test", path) == run("test", tmp_path)
    result = run("test", path)
    assert (result.status, result.out, result.err) == (0, "1 file, 2 examples, 0 failed\n", "")
    assert run("test", path, "--locale", "zh").out == "1 个文件，2 个示例，0 个未通过\n"


def test_a_file_without_examples_is_fine(tmp_path: Path) -> None:
    """There is nothing to fail."""
    path = tmp_path / "demo.yaml"
    path.write_text("ruleset: a\nversion: 1\n", encoding="utf-8")
    assert run("test", path).out == "1 file, 0 examples, 0 failed\n"


def test_a_failure_says_what_was_expected_what_came_and_why(tmp_path: Path) -> None:
    """Status 1; the place of the example, each difference, and the reasons behind what came out."""
    path = write(
        tmp_path,
        "{name: one too few, given: {x: 60}, expect: {tags: [], tiers: {size: rest}}}",
        "{name: not so, given: {x: 11}, expect: {tags: {include: [Huge], exclude: [Big]}}}",
        "{name: nothing known, given: {}, expect: {undetermined: []}}",
        "{name: barred, given: {x: 60, barred: true}, expect: {tags: [Big]}}",
    )
    result = run("test", path)
    assert result.status == 1
    assert (
        result.out
        == f"""\
{path}:13: failed: one too few
  tags: expected none, got Big
    Big: large – x > 10
  the tier of `size`: expected rest, got top
    size.top: much – x > 50

{path}:14: failed: not so
  the tag `Huge` is missing: got Big
  the tag `Big` must not be given: got Big
    Big: large – x > 10

{path}:15: failed: nothing known
  undetermined: expected none, got big, huge, size
    big is undetermined: x (absent)
    huge is undetermined: x (absent)
    size is undetermined: x (absent)

{path}:16: failed: barred
  tags: expected Big, got none
    not eligible: barred = true

1 file, 4 examples, 4 failed
"""
    )


def test_results_as_json(tmp_path: Path) -> None:
    """Every example with every difference, and the problems of files that do not load."""
    path = write(tmp_path, "{name: a, given: {x: 11}, expect: {tags: []}}")
    (tmp_path / "broken.yaml").write_text("ruleset: b\n", encoding="utf-8")
    result = run("test", tmp_path, "--format", "json")
    assert result.status == 1
    (example,) = result.json["examples"]
    assert example == {
        "path": str(path), "name": "a", "line": 13, "passed": False,
        "differences": [
            {"part": "tags", "name": None, "expected": [], "actual": ["Big"],
             "message": "tags: expected none, got Big"}
        ],
    }  # fmt: skip
    assert [problem["code"] for problem in result.json["problems"]] == ["missing-key"]


def test_a_file_with_errors_fails(tmp_path: Path) -> None:
    """Its problems are shown; warnings are left to `check`."""
    (tmp_path / "broken.yaml").write_text("ruleset: b\n", encoding="utf-8")
    result = run("test", tmp_path / "broken.yaml")
    assert result.status == 1
    assert "error[missing-key]" in result.out
    assert result.out.endswith("1 file, 0 examples, 0 failed, 1 error\n")
    warns = tmp_path / "warns.yaml"
    warns.write_text(
        "ruleset: w\nversion: 1\ndimensions: {p: {type: ratio, provider: none}}\n", encoding="utf-8"
    )
    assert run("test", warns).out == "1 file, 0 examples, 0 failed\n"


def test_an_unreadable_file_is_status_2(tmp_path: Path) -> None:
    """The other files are still tested."""
    path = write(tmp_path, "{name: a, given: {x: 11}, expect: {tags: []}}")
    result = run("test", tmp_path / "missing.yaml", path)
    assert result.status == 2
    assert "missing.yaml`: no such file or directory" in result.err
    assert "1 failed" in result.out


def test_a_record_that_cannot_be_decided_fails(tmp_path: Path) -> None:
    """Its fault is the difference."""
    path = tmp_path / "demo.yaml"
    path.write_text(
        "ruleset: a\nversion: 1\ndimensions: {x: {type: number, on_missing: error}}\n"
        "examples: [{name: a, given: {}, expect: {tags: []}}]\n",
        encoding="utf-8",
    )
    result = run("test", path)
    assert result.status == 1
    assert "  the record cannot be decided: `x` is missing (absent) and must not be\n" in result.out


def test_the_rule_sets_of_the_repository_pass() -> None:
    """`tierkit test` agrees that what ships is right."""
    # tierkit-churn needs its plugin, and has tests of its own
    result = run("test", ROOT / "rulesets", ROOT / "examples" / "wholesale")
    assert result.status == 0, result.out
