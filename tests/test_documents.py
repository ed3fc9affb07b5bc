"""What no YAML file of reasonable size can show: bytes that are no text, and sizes beyond every limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierkit.documents import events
from tierkit.documents.reader import LARGEST, read
from tierkit.engine import check, loads
from tierkit.errors import RuleSetError

HEAD = "ruleset: a\nversion: 1\n"


def codes(text: str | bytes) -> list[str]:
    """The codes of the problems of a text."""
    with pytest.raises(RuleSetError) as caught:
        loads(text)
    return [problem.code for problem in caught.value.problems]


def test_bytes_that_are_not_utf8_are_told_with_their_place() -> None:
    """The first byte that cannot be read is named, and it stands where the text ends."""
    with pytest.raises(RuleSetError) as caught:
        loads(HEAD.encode() + "title: 中文\n".encode("gb18030"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.location.line, problem.location.column) == ("not-utf8", 3, 8)
    assert "byte" in problem.message()


def test_a_file_beyond_eight_megabytes_is_not_read(tmp_path: Path) -> None:
    """Size is checked before anything is decoded or parsed."""
    path = tmp_path / "large.yaml"
    path.write_bytes(b"x" * (LARGEST + 1))
    source, problems = read(path)
    assert source.text == ""
    assert [problem.code for problem in problems] == ["file-too-large"]
    assert check(path)[0] is None


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of values in a file is bounded."""
    monkeypatch.setattr(events, "MOST_VALUES", 50)
    assert codes(HEAD + "description: {" + ", ".join(f"a{i}: x" for i in range(60)) + "}\n") == [
        "too-many-values"
    ]


def test_a_long_text_is_refused() -> None:
    """A label has a limit of its own, any scalar a larger one."""
    assert "text-too-long" in codes(HEAD + f"title: {'x' * 10_001}\n")
    assert codes(HEAD + f"title: {'x' * 100_001}\n") == ["text-too-long"]


@pytest.mark.parametrize("text", ["\ufeff" + HEAD, HEAD.replace("\n", "\r\n"), HEAD.replace("\n", "\r")])
def test_marks_and_line_ends_of_other_systems_are_read(text: str) -> None:
    """A byte order mark and the line ends of Windows and old Macs change nothing."""
    assert loads(text.encode("utf-8")) == loads(HEAD)
