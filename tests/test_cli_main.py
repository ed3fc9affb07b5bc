"""The command line as a whole: usage, help, languages, and never a traceback."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tierkit.cli
from tests.command import run
from tierkit.cli import messages
from tierkit.cli.app import app, command
from tierkit.cli.messages import Words
from tierkit.cli.usage import reworded

CLI = Path(tierkit.cli.__file__).parent
VERBS = (
    "new", "check", "test", "new-examples", "evaluate", "explain", "fit",
    "publish", "activate", "rollback", "history", "status", "diff", "impact",
    "schema", "plugins", "sql",
)  # fmt: skip
GROUPS = ("import", "export")


def test_the_verbs_are_those_of_this_version() -> None:
    """No more and no fewer."""
    assert tuple(command(Words("en")).commands) == VERBS + GROUPS
    assert [tuple(command(Words("en")).commands[group].commands) for group in GROUPS] == [
        ("business-rules",)
    ] * 2


def test_no_verb_shows_the_help_and_is_wrong_usage() -> None:
    """Status 2, so that a broken script does not go on."""
    result = run()
    assert result.status == 2
    assert result.out == run("--help").out
    assert run("-h").status == 0
    for verb in VERBS + GROUPS:
        assert f"  {verb} " in result.out


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_help_speaks_both_languages(verb: str, locale: str) -> None:
    """Every verb and option has a help text in the language that was asked for, by option or environment."""
    result = run(verb, "--help", "--locale", locale)
    assert result.status == 0
    assert bool(re.search("[\u4e00-\u9fff]", result.out)) == (locale == "zh")
    assert run(verb, "--help", LC_ALL="zh_CN.UTF-8" if locale == "zh" else "C") == result
    options = [p for p in command(Words(locale)).commands[verb].params if p.param_type_name == "option"]
    assert {"--format", "--locale"} <= {option.opts[0] for option in options}
    assert all(option.help for option in options)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_help_of_groups_speaks_both_languages(group: str, locale: str) -> None:
    """That of the group, of its commands and of their options."""
    for words in ([group], [group, "business-rules"]):
        result = run(*words, "--help", LC_ALL="zh_CN.UTF-8" if locale == "zh" else "C")
        assert result.status == 0
        assert bool(re.search("[\u4e00-\u9fff]", result.out)) == (locale == "zh")
    found = command(Words(locale)).commands[group].commands["business-rules"]
    options = [p for p in found.params if p.param_type_name == "option"]
    assert {"--format", "--locale"} <= {option.opts[0] for option in options}
    assert all(option.help for option in options)


def test_help_texts_are_translated_once() -> None:
    """Making the command again does not translate a translation."""
    assert command(Words("zh")).help != command(Words("en")).help
    assert app.info.help == "app"


def test_the_version_is_told() -> None:
    """With the name of the program."""
    result = run("--version")
    assert result.status == 0
    assert result.out.startswith("tierkit")


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["chek"], "there is no command `chek`; did you mean `check`?",
         "没有命令 `chek`；您是否想写 `check`？"),
        (["xyz"], "there is no command `xyz`", "没有命令 `xyz`"),
        (["check"], "`PATH` is missing", "缺少 `PATH`"),
        (["check", "--foo"], "there is no option `--foo`", "没有选项 `--foo`"),
        (["check", "x", "--store"], "`--store` needs a value", "`--store` 需要一个值"),
        (["check", "--help=3"], "`--help` takes no value", "`--help` 不接受值"),
        (["new", "a", "b"], "one thing too many: `b`", "多余的参数：`b`"),
        (["check", "x", "--format", "xml"], "`--format` cannot be `xml`: write one of `text`, `json`",
         "`--format` 不能是 `xml`：请写 `text`, `json` 之一"),
        (["import"], "a command is missing", "缺少命令"),
        (["export", "drools"], "there is no command `drools`", "没有命令 `drools`"),
        (["evaluate", "a.yaml"], "`--input` is missing", "缺少 `--input`"),
        (["evaluate", "a.yaml", "--inptu", "x"], "there is no option `--inptu`; did you mean `--input`?",
         "没有选项 `--inptu`；您是否想写 `--input`？"),
    ],
)  # fmt: skip
def test_wrong_usage_is_said_in_one_line(arguments: list[str], english: str, chinese: str) -> None:
    """Status 2, on standard error, with where to look; in both languages."""
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    first, second = result.err.splitlines()
    assert first.startswith(f"error: {english}")
    assert re.fullmatch(r"  hint: `tierkit( \w+)? --help` lists what there is", second)
    assert run(*arguments, LANG="zh_CN.UTF-8").err.startswith(f"错误：{chinese}")


def test_a_refusal_that_is_not_known_stays_as_it_is() -> None:
    """Whatever a later version of the parser says is shown."""
    assert reworded("Something new.", chinese=True) == "Something new"
    assert (
        reworded("Invalid value for '--x': 3 is too many.", chinese=False)
        == "`--x` cannot be read: 3 is too many"
    )


def test_nobody_sees_a_traceback_who_did_not_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An error of our own is one line and status 1; TIERKIT_TRACEBACK shows where it was."""

    def fail(*_: object, **__: object) -> None:
        message = "first line\nsecond line"
        raise KeyError(message)

    monkeypatch.setattr("tierkit.cli.checking.check", fail)
    result = run("check", tmp_path)
    assert result.status == 1
    assert result.err.count("\n") == 1
    assert result.err.startswith("error: this should not have happened: KeyError: 'first line")
    shown = run("check", tmp_path, TIERKIT_TRACEBACK="1")
    assert "Traceback" in shown.err


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (EOFError(), 130), (BrokenPipeError(32, "x"), 0)]
)
def test_interruptions_are_quiet(monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int) -> None:
    """Control-C is status 130; a reader that went away is no error."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("tierkit.cli.checking.check", fail)
    result = run("check", "x")
    assert (result.status, result.err.strip()) == (status, "")


def test_a_terminal_that_lacks_characters_still_gets_an_answer(tmp_path: Path) -> None:
    """Text that the terminal cannot show is escaped; JSON is UTF-8 wherever it goes."""
    path = tmp_path / "a.yaml"
    path.write_text("ruleset: 客户\nversion: 1\n", encoding="utf-8")
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    command_ = [sys.executable, "-m", "tierkit", "check", str(path)]
    text = subprocess.run(command_, capture_output=True, env=environment, check=False)
    assert (text.returncode, text.stderr) == (1, b"")
    assert b"\\u5ba2" in text.stdout
    data = subprocess.run([*command_, "--format", "json"], capture_output=True, env=environment, check=False)
    assert "客户" in data.stdout.decode("utf-8")


def test_importing_tierkit_brings_in_no_terminal() -> None:
    """Loading a rule set needs neither typer nor rich; nor does the command line until it runs."""
    program = (
        "import sys, tierkit; tierkit.loads('{ruleset: a, version: 1}'); "
        "assert not {'typer', 'rich', 'click', 'tierkit.cli'} & set(sys.modules); "
        "import tierkit.cli; assert not {'typer', 'rich', 'click'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_message_is_used_and_every_used_one_exists() -> None:
    """The table of messages and the code that speaks agree."""
    used = set()
    readers = CLI.parent / "backends" / "text"  # what they say is part of the table
    for path in [*CLI.glob("*.py"), *readers.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            told = path.name not in ("messages.py", "words.py")
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and told:
                used.add(node.value)
    defined = set(messages._TEXTS) | set(messages._COUNTED)
    made = {key for key in defined if key.startswith("plugin.")}  # from what the survey of plugins says
    assert defined - used - made == set()
    for path in CLI.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r'(?:words|\bwarn)\(\s*"([a-z-]+)"', text):
            assert key in defined, (path.name, key)
        for key in re.findall(r'help="([a-z.-]+)"', text):
            assert key in defined, (path.name, key)


@pytest.mark.parametrize("key", sorted(messages._TEXTS))
def test_both_languages_fill_the_same_slots(key: str) -> None:
    """A translation drops nothing, and is one."""
    english, chinese = messages._TEXTS[key]
    slots = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (english, chinese)]
    assert slots[0] == slots[1]
