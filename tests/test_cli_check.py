"""`tierkit check`: the problems of rule files, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "ruleset: good\nversion: 1\ndimensions: {x: {type: number}}\nrules: [{id: r, tag: T, when: x > 1}]\n"
BAD = "ruleset: bad\nversion: 1\ndimensions: {a: {type: date}}\nrules:\n  - {id: r, tag: T, when: a == 1}\n"
WARNING = "ruleset: warns\nversion: 1\ndimensions: {p: {type: ratio, provider: nobody}}\n"


def write(path: Path, text: str | bytes) -> Path:
    """A file with this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file_has_nothing_to_say(tmp_path: Path) -> None:
    """Status 0 and the counts."""
    result = run("check", write(tmp_path / "good.yaml", GOOD))
    assert (result.status, result.out, result.err) == (0, "1 file, 0 errors, 0 warnings\n", "")


def test_an_error_has_its_place_its_line_and_a_hint(tmp_path: Path) -> None:
    """Status 1; path, line and column, the line underlined, what to do."""
    path = write(tmp_path / "bad.yaml", BAD)
    result = run("check", path)
    assert result.status == 1
    assert result.out.startswith(f"{path}:5:29: error[wrong-spelling]: `==` is not a word of the language\n")
    assert "  5 |   - {id: r, tag: T, when: a == 1}\n" in result.out
    assert "hint: write `=`" in result.out
    assert result.out.endswith("\n1 file, 1 error, 0 warnings\n")


def test_warnings_alone_are_fine(tmp_path: Path) -> None:
    """Status 0, and the warning is shown."""
    result = run("check", write(tmp_path / "w.yml", WARNING))
    assert result.status == 0
    assert "warning[provider-missing]" in result.out
    assert result.out.endswith("1 file, 0 errors, 1 warning\n")


def test_problems_as_json_have_every_key(tmp_path: Path) -> None:
    """The shape that programs rely on; also when there is nothing to report."""
    result = run("check", write(tmp_path / "bad.yaml", BAD), "--format", "json")
    assert result.status == 1
    (problem,) = result.json["problems"]
    assert problem == {
        "code": "wrong-spelling", "severity": "error", "message": "`==` is not a word of the language",
        "path": str(tmp_path / "bad.yaml"), "line": 5, "column": 29, "end_column": 31, "hint": "write `=`",
        "fix": {"line": 5, "column": 29, "end_column": 31, "text": "="},
        "witness": None,
    }  # fmt: skip
    assert run("check", write(tmp_path / "good.yaml", GOOD), "--format=json").json == {"problems": []}


def test_chinese_is_spoken_where_it_is_asked_for(tmp_path: Path) -> None:
    """By `--locale` and by the environment, for problems and for the summary."""
    path = write(tmp_path / "bad.yaml", BAD)
    for result in (run("check", path, "--locale", "zh"), run("check", path, LANG="zh_CN.UTF-8")):
        assert "错误[wrong-spelling]" in result.out
        assert result.out.endswith("1 个文件，1 个错误，0 个警告\n")
    assert run("check", path, LANG="zh_CN.UTF-8", LC_ALL="C").out.endswith("1 error, 0 warnings\n")


def test_a_directory_is_searched_for_rule_files(tmp_path: Path) -> None:
    """Every .yaml and .yml below it that holds a rule set, in order, none of the hidden ones."""
    write(tmp_path / "b" / "good.yml", GOOD)
    write(tmp_path / "a.YAML", b"\xef\xbb\xbf" + BAD.encode())
    write(tmp_path / "json.yaml", '{"ruleset": "j", "version": "1"}')
    write(tmp_path / "workflow.yaml", "jobs: {ruleset: no}\n")
    write(tmp_path / "notes.txt", BAD)
    write(tmp_path / ".hidden" / "bad.yaml", BAD)
    result = run("check", tmp_path)
    assert result.status == 1
    assert result.out.endswith("3 files, 1 error, 0 warnings\n")
    assert result.out.startswith(str(tmp_path / "a.YAML"))


def test_a_directory_without_rule_files_is_a_mistake(tmp_path: Path) -> None:
    """A build that checks nothing must not pass."""
    result = run("check", tmp_path)
    assert (result.status, result.out) == (2, "")
    assert "there are no rule files under" in result.err


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    """By its own name and as part of a directory."""
    path = write(tmp_path / "good.yaml", GOOD)
    assert run("check", path, tmp_path, path).out == "1 file, 0 errors, 0 warnings\n"


def test_what_cannot_be_read_is_said_and_the_rest_is_checked(tmp_path: Path) -> None:
    """Status 2 wins over 1; the problems of the other files are shown."""
    missing = tmp_path / "missing.yaml"
    result = run("check", missing, write(tmp_path / "bad.yaml", BAD))
    assert result.status == 2
    assert result.err == f"error: cannot read `{missing}`: no such file or directory\n"
    assert result.out.endswith("1 file, 1 error, 0 warnings\n")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"ruleset: a\nversion: \xff\xfe\n", "not-utf8"),
        ("ruleset: 客户\n".encode("gb18030"), "not-utf8"),
        (b"ruleset: [a\n", "yaml-syntax"),
        (b"", "empty-file"),
        (b"ruleset: a\nversion: 1\nversion: 2\n", "duplicate-key"),
    ],
)
def test_a_broken_file_that_was_read_is_an_error_of_the_file(tmp_path: Path, data: bytes, code: str) -> None:
    """Syntax and encoding too: status 1 and a problem, no status 2."""
    result = run("check", write(tmp_path / "x.yaml", data), "--format", "json")
    assert result.status == 1
    assert code in [problem["code"] for problem in result.json["problems"]]


def test_a_name_is_looked_up_in_the_store(tmp_path: Path) -> None:
    """`--store` or TIERKIT_STORE, with .yaml or .yml."""
    write(tmp_path / "good.yaml", GOOD)
    write(tmp_path / "warns.yml", WARNING)
    assert run("check", "good", "--store", tmp_path).status == 0
    assert run("check", "good", "warns", TIERKIT_STORE=str(tmp_path)).out.endswith(
        "2 files, 0 errors, 1 warning\n"
    )
    result = run("check", "goood", "--store", tmp_path)
    assert result.status == 2
    assert result.err == f"error: there is no rule set `goood` in `{tmp_path}`; did you mean `good`?\n"


def test_only_the_author_s_file_is_meant_by_a_name(tmp_path: Path) -> None:
    """NAME@VERSION is refused clearly, and so is what is neither a file nor a name."""
    result = run("check", "good@1.0", "--store", tmp_path)
    assert result.status == 2
    assert "name the file of a published version" in result.err
    for argument in ("rules.txt", "Good", "", "a b", "../good"):
        result = run("check", argument, "--store", tmp_path)
        assert result.status == 2
        assert "is neither a .yaml file nor the name of a rule set" in result.err


def test_a_directory_that_cannot_be_listed_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2, not a search that silently found less."""
    write(tmp_path / "good.yaml", GOOD)

    def walk(top: object, onerror: object) -> object:
        assert callable(onerror)
        onerror(PermissionError(13, "Permission denied", str(top)))
        return iter(())

    monkeypatch.setattr("os.walk", walk)
    result = run("check", tmp_path)
    assert result.status == 2
    assert result.err == f"error: cannot read `{tmp_path}`: permission denied\n"


def test_a_file_that_vanishes_during_the_search_is_unreadable(tmp_path: Path) -> None:
    """A dangling link ends in .yaml and cannot be read."""
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    result = run("check", tmp_path)
    assert result.status == 2
    assert "gone.yaml`: no such file or directory" in result.err


PROVEN = """ruleset: proven
version: 1
dimensions: {x: {type: number}, since: {type: date}, words: {type: set}}
rules:
  - {id: r, tag: T, when: "x > 1 and since > '2025-03-01' and has(words, 'a')"}
  - {id: s, tag: T, when: "has(words, 'a') and x > 1 and not (since <= '2025-03-01')"}
  - {id: never, tag: U, when: x > 1 and x < 1}
"""


def test_what_is_proven_is_shown_with_a_customer(tmp_path: Path) -> None:
    """In text on a line of its own, in JSON as data that a record can hold; `--no-proofs` leaves it out."""
    path = write(tmp_path / "proven.yaml", PROVEN)
    result = run("check", path)
    assert result.status == 0
    assert (
        "warning[duplicate-rule]: the rule `s` gives `T` to the same customers as the rule `r`" in result.out
    )
    assert "  for example: {x: 2, since: 2025-03-02, words: [a]}\n" in result.out
    assert result.out.endswith("1 file, 0 errors, 2 warnings\n")
    first, second = run("check", path, "--format", "json").json["problems"]
    assert first["witness"] == {
        "record": {"x": 2.0, "since": "2025-03-02", "words": ["a"]}, "as_of": "2025-01-01", "given": [],
    }  # fmt: skip
    assert (second["code"], second["witness"]) == ("never-fires", None)
    assert run("check", path, "--no-proofs").out == "1 file, 0 errors, 0 warnings\n"


def test_notes_are_counted(tmp_path: Path) -> None:
    """What is neither an error nor a warning stands in the summary when there is some, in both languages."""
    path = write(tmp_path / "notes.yaml", GOOD.replace("x: {", "y: {type: date}, x: {"))
    assert run("check", path).out.endswith("\n1 file, 0 errors, 0 warnings, 1 note\n")
    assert run("check", path, "--locale", "zh").out.endswith("\n1 个文件，0 个错误，0 个警告，1 个提示\n")


def test_a_file_tunes_what_is_proven(tmp_path: Path) -> None:
    """An error fails the check and refuses publication; what is off is not spoken of."""
    strict = PROVEN.replace("version: 1", "version: 1\nchecks: {never-fires: error, duplicate-rule: off}")
    path = write(tmp_path / "proven.yaml", strict)
    result = run("check", path)
    assert result.status == 1
    assert result.out.endswith("1 file, 1 error, 0 warnings\n")
    assert run("check", path, "--no-proofs").status == 0
    refused = run("publish", path, "--store", tmp_path / "store", "--by", "a")
    assert refused.status == 1
    assert "never-fires" in refused.err
    fine = run("publish", write(path, PROVEN), "--store", tmp_path / "store", "--by", "a")
    assert fine.status == 0
    assert "warning[duplicate-rule]" in fine.err
