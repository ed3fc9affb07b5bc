"""A store in a repository: two branches that both publish, and what the person who merges them is told."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import tierkit
from tests.command import Result, run
from tests.invalid_files import FOLDER
from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping as Node
from tierkit.documents.nodes import Sequence
from tierkit.errors import Problems, Source
from tierkit.program.build.tree import value_tree

ROOT = FOLDER.parent.parent
RULES = """\
ruleset: demo
version: {version}
parameters: {{big: {{value: {big}}}}}
dimensions: {{amount: {{type: money}}}}
rules: [{{id: large, tag: Large, when: amount > big}}]
"""
FILE = Path("rulesets/demo.yaml")
HISTORY = Path("rulesets/demo/history.jsonl")
HEAD = HISTORY.with_name(".head")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(*arguments: str, status: int = 0) -> str:
    """Runs git, without anybody's own configuration."""
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(Path.cwd()), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "li", "GIT_AUTHOR_EMAIL": "li@example.com", "GIT_EDITOR": "true",
        "GIT_COMMITTER_NAME": "li", "GIT_COMMITTER_EMAIL": "li@example.com",
    }  # fmt: skip
    found = subprocess.run(["git", *arguments], capture_output=True, text=True, env=environment, check=False)  # noqa: S607  the git there is
    assert found.returncode == status, found.stdout + found.stderr
    return found.stdout


def commit(text: str) -> None:
    """Commits everything."""
    git("add", "-A")
    git("commit", "-q", "-m", text)


def tierkit_(*arguments: str | Path) -> Result:
    """A command that must succeed."""
    result = run(*arguments)
    assert result.status == 0, result.err
    return result


def publish(version: str, big: int, by: str, *options: str) -> None:
    """The author publishes a draft and activates it."""
    FILE.write_text(RULES.format(version=version, big=big), encoding="utf-8")
    tierkit_("publish", FILE, "--by", by, *options)
    tierkit_("activate", "demo", version, "--by", by, *options)


@pytest.fixture
def branches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository in which two branches have published since they parted; `main` is checked out."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    FILE.parent.mkdir()
    publish("1.0", 10, "li")
    commit("first")
    git("checkout", "-q", "-b", "autumn")
    publish("1.1", 20, "wu", "--reason", "it's autumn")
    commit("autumn")
    git("checkout", "-q", "main")
    HEAD.unlink()  # as the page says: this branch is behind on purpose
    publish("1.2", 30, "li")
    commit("main goes on")


def events() -> list[tuple[str, str, str]]:
    """The history as an engine sees it."""
    return [(e.event, e.version, e.by) for e in tierkit.Engine("rulesets").history("demo")]


def followed(text: str, side: int) -> None:
    """Does what the explanation says for keeping one side, step by step."""
    steps = text.split(f"Keep side {side},")[1].split("\n\n", maxsplit=1)[0]
    found = re.search(r"delete the lines ([\d, ]+);", steps)
    assert found is not None
    gone = {int(number) for number in found[1].split(", ")}
    lines = HISTORY.read_text(encoding="utf-8").splitlines(keepends=True)
    HISTORY.write_text("".join(line for i, line in enumerate(lines, 1) if i not in gone), encoding="utf-8")
    for command in re.findall(r"^ {4,}(\w.*)$", steps, re.MULTILINE):
        program, *arguments = shlex.split(command)
        if program == "rm":
            Path(arguments[-1]).unlink(missing_ok=True)
        elif program == "tierkit":
            tierkit_(*arguments)
        elif arguments != ["commit"]:
            git(*arguments)


TRUNK = [("published", "1.0", "li"), ("activated", "1.0", "li")]
MAIN = [("published", "1.2", "li"), ("activated", "1.2", "li")]
AUTUMN = [("published", "1.1", "wu"), ("activated", "1.1", "wu")]


@pytest.mark.usefixtures("branches")
@pytest.mark.parametrize(("side", "expected"), [(1, MAIN + AUTUMN), (2, AUTUMN + MAIN)])
@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_a_merge_of_two_histories_is_a_conflict_that_is_explained(
    side: int, expected: list[tuple[str, str, str]], style: str
) -> None:
    """An ordinary conflict; `--repair` tells whose lines are whose; done as told, everything works."""
    git("config", "merge.conflictStyle", style)
    git("merge", "-q", "autumn", status=1)
    assert "UU rulesets/demo/history.jsonl" in git("status", "--porcelain")
    listed = run("history", "demo")
    assert listed.status == 1
    assert "line 3 is a conflict that git left" in listed.err
    text = run("history", "demo", "--repair").out
    assert "conflict at line 3" in text
    assert "side 1 (HEAD): lines 4, 5\n" in text
    assert "side 2 (autumn): lines " in text
    assert "--reason 'it'\"'\"'s autumn'" in text
    assert "第 1 方 (HEAD)" in run("history", "demo", "--repair", "--locale", "zh").out
    FILE.write_text(RULES.format(version="1.3", big=40), encoding="utf-8")  # the author's conflict, resolved
    followed(text, side)
    git("add", "-A")
    git("commit", "-q", "-m", "merged")
    assert events() == TRUNK + expected
    assert tierkit_("status").out.splitlines()[2].split()[1] == expected[-1][1]
    tierkit_("check", "rulesets")
    publish("1.4", 50, "li")
    assert not git("status", "--porcelain", "--ignored").count("UU")


@pytest.mark.usefixtures("branches")
@pytest.mark.parametrize(("side", "expected"), [(1, MAIN + AUTUMN), (2, AUTUMN + MAIN)])
def test_a_union_merge_keeps_every_line_and_is_explained(
    side: int, expected: list[tuple[str, str, str]]
) -> None:
    """Whoever tells git to keep both sides has two histories in one file: refused, explained, mended."""
    Path(".git/info/attributes").write_text("history.jsonl merge=union\n")
    git("merge", "-q", "autumn", status=1)
    assert HISTORY.read_text(encoding="utf-8").count("\n") == 6
    assert run("history", "demo").status == 1
    text = run("history", "demo", "--repair").out
    assert "two histories were joined; both go on from line 2" in text
    FILE.write_text(RULES.format(version="1.3", big=40), encoding="utf-8")
    followed(text, side)
    assert events() == TRUNK + expected


@pytest.mark.usefixtures("branches")
def test_a_version_that_both_published_is_decided_by_the_person() -> None:
    """The other file comes back as a new version; the explanation says so and which file to take."""
    git("checkout", "-q", "autumn")
    HEAD.unlink()
    publish("1.2", 77, "wu")
    commit("the same number")
    git("checkout", "-q", "main")
    HEAD.unlink()
    git("merge", "-q", "autumn", status=1)
    text = run("history", "demo", "--repair").out
    assert text.count("both published 1.2: rulesets/demo/1.2.yaml must be that of the side kept") == 2
    assert "git checkout --ours -- rulesets/demo/1.2.yaml" in text
    FILE.write_text(RULES.format(version="1.3", big=77), encoding="utf-8")
    followed(text, 1)
    assert tierkit_("status").out.splitlines()[2].split()[1] == "1.2"
    tierkit_("publish", FILE)
    assert "parameter `big` changed\n  - value 30\n  + value 77" in tierkit_("diff", "demo", "demo@1.3").out


@pytest.mark.parametrize("side", [1, 2])
def test_two_branches_that_published_for_the_first_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    """Two histories with no line in common: told so, and mended in the same way."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    FILE.parent.mkdir()
    FILE.write_text(RULES.format(version="0", big=1), encoding="utf-8")
    commit("a draft")
    git("checkout", "-q", "-b", "autumn")
    publish("1.1", 20, "wu")
    commit("autumn")
    git("checkout", "-q", "main")
    HEAD.unlink()
    publish("1.2", 30, "li")
    commit("main goes on")
    git("merge", "-q", "autumn", status=1)
    text = run("history", "demo", "--repair").out
    assert "(conflict at line 1); both go on from the beginning" in text
    followed(text, side)
    assert events() == (MAIN + AUTUMN if side == 1 else AUTUMN + MAIN)


@pytest.mark.usefixtures("branches")
def test_an_older_commit_is_told_from_a_loss() -> None:
    """A machine that goes back on purpose is asked to say so, once."""
    git("checkout", "-q", "HEAD~1")
    assert "lines were cut off its end: it had 4" in run("history", "demo").err
    text = run("history", "demo", "--repair").out
    assert "If you went to an older state" in text
    assert "rm -f rulesets/demo/.head" in text
    HEAD.unlink()
    assert events() == TRUNK


@pytest.mark.usefixtures("branches")
def test_a_clone_is_as_good_and_keeps_every_byte() -> None:
    """Line ends are left alone, and the store's own files stay at home."""
    git("clone", "-q", "-c", "core.autocrlf=true", ".", "copy")
    assert (Path("copy") / HISTORY).read_bytes() == HISTORY.read_bytes()
    assert tierkit_("status", "--store", "copy/rulesets").status == 0
    tracked = git("ls-files", "rulesets/demo").split()
    assert tracked == [
        f"rulesets/demo/{name}" for name in (".gitattributes", ".gitignore", "1.0.yaml", "1.2.yaml", "history.jsonl")
    ]  # fmt: skip


def test_the_hooks_are_what_pre_commit_reads() -> None:
    """Both hooks, each with what it runs and the files that it is for."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    source = Source(text, "hooks")
    tree = parse(source, Problems(source))
    assert isinstance(tree, Sequence)
    hooks = [value_tree(hook) for hook in tree if isinstance(hook, Node)]
    assert [(hook["id"], hook["entry"], hook["language"]) for hook in hooks] == [
        ("tierkit-check", "tierkit check", "python"), ("tierkit-test", "tierkit test", "python"),
    ]  # fmt: skip
    check, test = (re.compile(hook["files"]) for hook in hooks)
    for path, wanted in (
        ("rulesets/a.yaml", (True, True)), ("rulesets/a/1.0.yaml", (True, False)), ("docs/a.yaml", (False, False)),
        ("rulesets/a/history.jsonl", (False, False)),
    ):  # fmt: skip
        assert (bool(check.search(path)), bool(test.search(path))) == wanted


@pytest.mark.usefixtures("branches")
def test_the_recipe_of_the_page_shows_what_a_pull_request_would_change(tmp_path: Path) -> None:
    """Its script, word for word, in the shell of the runner: drafts against active versions, new ones passed over."""
    page = (ROOT / "docs/versions.md").read_text(encoding="utf-8")
    found = re.search(r"shell: bash\n +run: \|\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    FILE.write_text(RULES.format(version="1.3", big=99), encoding="utf-8")
    FILE.with_name("new.yaml").write_text(
        RULES.format(version="1", big=1).replace("demo", "new"), encoding="utf-8"
    )
    shim = tmp_path / "bin" / "tierkit"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tierkit "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    script = textwrap.dedent(found[1])
    environment = {
        "PATH": f"{shim.parent}:/usr/bin:/bin", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "PYTHONPATH": ":".join(sys.path), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(shell, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("### <code>demo&#64;1&#46;2</code> → <code>demo&#64;1&#46;3</code>\n")
    assert "| <code>Large</code> | narrower |" in summary
    assert "parameter `big` changed" in summary
    assert "new" not in summary.split()
