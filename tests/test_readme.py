"""The first screen of the README is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tierkit

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first fenced block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_first_example_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rule file and the program of the first screen give the printed reasons."""
    monkeypatch.chdir(tmp_path)
    Path("grading.yaml").write_text(block("yaml"), encoding="utf-8")
    exec(compile(block("python"), "README.md", "exec"), {})  # noqa: S102  our own README
    assert capsys.readouterr().out == block("text")


def test_every_linked_file_exists() -> None:
    """No link of the README leads nowhere."""
    root = Path(__file__).parent.parent
    missing = [link for link in re.findall(r"\]\(([^)#:]+)\)", README) if not (root / link).exists()]
    assert missing == []


def test_every_rule_set_of_the_readme_loads() -> None:
    """The rule sets to start from load without a problem or a warning."""
    root = Path(__file__).parent.parent
    for link in re.findall(r"\]\(([^)]+\.yaml)\)", README):
        assert tierkit.load(root / link).problems == ()
