"""The verbs of versions: publish, activate, rollback, history, status, diff, and names that mean a version."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import tierkit
from tests.command import Result, run
from tierkit.cli.retold import retold
from tierkit.versions.directory import DirectoryStore

RULES = """\
ruleset: demo
version: {version}
timezone: Asia/Shanghai
parameters: {{big: {{value: {big}}}}}
dimensions: {{amount: {{type: money}}}}
rules: [{{id: large, tag: Large, when: amount > big}}]
ladders: {{size: {{tiers: [{{id: top, enter: amount > 50}}, {{id: rest}}]}}}}
examples: [{{name: a hundred is large, given: {{amount: 100}}, expect: {{tags: [Large]}}}}]
"""
RECORD = '{"amount": 11}'
FAR = "2099-01-01"


class Shop:
    """A store with the author's file in it, in the current directory."""

    def __init__(self) -> None:
        self.file = Path("rulesets/demo.yaml")
        self.folder = Path("rulesets/demo")
        self.history = self.folder / "history.jsonl"
        self.file.parent.mkdir()

    def write(self, version: str, big: int = 10, change: Mapping[str, str] | None = None) -> Path:
        """The author edits."""
        text = RULES.format(version=version, big=big)
        for old, new in (change or {}).items():
            text = text.replace(old, new)
        self.file.write_text(text, encoding="utf-8")
        return self.file

    def publish(self, *versions: str) -> None:
        """Publishes and activates versions, each with a threshold of its own."""
        for number, version in enumerate(versions, 1):
            assert run("publish", self.write(version, 10 * number), "--by", "li").status == 0
            assert run("activate", "demo", version, "--by", "li").status == 0

    @property
    def lines(self) -> list[str]:
        """The lines of the history."""
        return self.history.read_text(encoding="utf-8").splitlines()

    def rewrite(self, *lines: str) -> None:
        """Somebody edits the history."""
        self.history.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty store."""
    monkeypatch.chdir(tmp_path)
    return Shop()


def both(*arguments: str | Path) -> tuple[Result, Result]:
    """A command that changes nothing, in English and in Chinese."""
    english, chinese = run(*arguments), run(*arguments, "--locale", "zh")
    assert english.status == chinese.status
    assert "Traceback" not in english.err + chinese.err
    return english, chinese


def refused(status: int, english: str, chinese: str, *arguments: str | Path) -> None:
    """A command that is refused with these words."""
    results = both(*arguments)
    assert [result.status for result in results] == [status] * 2
    for result, words in zip(results, (english, chinese), strict=True):
        assert words in result.err, result.err
        assert result.out == ""


# -- publish


def test_a_file_is_published_once(shop: Shop) -> None:
    """The version and its digest are told; the same meaning again is nothing new, under any version."""
    first = run("publish", shop.write("1.0"), "--by", "li", "--reason", "first")
    assert (first.status, first.err) == (0, "")
    assert re.fullmatch(
        r"published demo@1\.0 \(digest [0-9a-f]{12}\)\nnext: tierkit activate demo 1\.0\n", first.out
    )
    (line,) = shop.lines
    assert (json.loads(line)["by"], json.loads(line)["reason"]) == ("li", "first")
    for version in ("1.0", "1.1"):
        english, chinese = both("publish", shop.write(version))
        assert english.status == 0
        assert english.out.startswith("nothing new: demo@1.0 has the same meaning (digest ")
        assert chinese.out.startswith("无变化：demo@1.0 含义相同")
    assert shop.lines == [line]


def test_publishing_as_json(shop: Shop) -> None:
    """Every key, whether or not something is new."""
    for new in (True, False):
        data = run("publish", shop.write("1.0"), "--format", "json").json
        assert list(data) == ["name", "new", "event"]
        assert (data["name"], data["new"], data["event"]["version"]) == ("demo", new, "1.0")


def test_a_name_is_the_author_s_file_here(shop: Shop) -> None:
    """What is published is what was edited."""
    shop.write("1.0")
    assert run("publish", "demo").out.startswith("published demo@1.0 ")
    refused(2, "there is no rule set `dmo`", "没有规则集 `dmo`", "publish", "dmo")


def test_what_is_next_names_another_store(shop: Shop) -> None:
    """The command that is shown can be copied."""
    result = run("publish", shop.write("1.0"), "--store", "other store")
    assert "next: tierkit activate demo 1.0 --store 'other store'\n" in result.out


def test_a_file_with_problems_is_not_published(shop: Shop) -> None:
    """Status 1, rendered as `check` does."""
    shop.write("1.0", change={"amount > big": "amuont > big"})
    result = run("publish", shop.file)
    assert (result.status, result.out) == (1, "")
    checked = run("check", shop.file).out
    assert result.err.strip() in checked
    assert "error[unknown-name]" in result.err
    assert not shop.folder.exists()
    assert run("publish", shop.file, "--format", "json").err.startswith('{\n  "problems"')


def test_a_file_whose_examples_fail_is_not_published(shop: Shop) -> None:
    """Status 1, shown as `test` shows it."""
    shop.write("1.0", big=200)
    english, chinese = both("publish", shop.file)
    assert english.status == 1
    assert "rulesets/demo.yaml:8: failed: a hundred is large\n  tags: expected Large, got none" in english.err
    assert english.err.endswith("error: `demo` is not published: 1 example failed\n")
    assert "未通过：a hundred is large" in chinese.err
    data = json.loads(run("publish", shop.file, "--format", "json").err)
    assert len(data["refused"]) == 1


def test_a_version_keeps_its_meaning(shop: Shop) -> None:
    """Another meaning under a published version is refused, and the difference is shown."""
    run("publish", shop.write("1.0"))
    refused(
        1, "error: `demo@1.0` was published with another meaning (line 1 of its history): give it a new "
        "version\n  parameter `big` changed\n    - value 10\n    + value 20\n",
        "已以另一含义发布（历史第 1 行）：请使用新的版本号\n  修改参数 `big`\n",
        "publish", shop.write("1.0", big=20),
    )  # fmt: skip
    data = json.loads(run("publish", shop.file, "--format", "json", "--locale", "zh").err)
    assert data == {"refused": ["`demo@1.0` 已以另一含义发布（历史第 1 行）：请使用新的版本号"]}


def test_warnings_do_not_keep_a_file_from_being_published(shop: Shop) -> None:
    """They are shown."""
    shop.write("1.0", change={"{type: money}}": "{type: money}, p: {type: ratio, provider: nobody}}"})
    result = run("publish", shop.file)
    assert result.status == 0
    assert "warning[provider-missing]" in result.err


@pytest.mark.usefixtures("shop")
def test_a_file_that_cannot_be_read_is_status_2() -> None:
    """In both languages."""
    refused(2, "cannot read `nothing.yaml`", "无法读取 `nothing.yaml`", "publish", "nothing.yaml")


# -- activate


def test_activating_tells_what_was_active_before(shop: Shop) -> None:
    """Old and new; the active version again is nothing new."""
    run("publish", shop.write("1.0"))
    assert run("activate", "demo", "1.0").out == "demo: none → 1.0\n"
    run("publish", shop.write("1.1", 20))
    assert run("activate", "demo", "1.1", "--locale", "zh").out == "demo：1.0 → 1.1\n"
    english, chinese = both("activate", "demo", "1.1")
    assert (english.status, english.out) == (0, "nothing new: demo@1.1 is active already\n")
    assert chinese.out == "无变化：demo@1.1 已启用\n"
    assert len(shop.lines) == 4


def test_a_planned_activation_and_what_overrules_it(shop: Shop) -> None:
    """A day is its 00:00 in the rule set's time zone; what a later command takes back is said."""
    shop.publish("1.0")
    run("publish", shop.write("1.1", 20))
    planned = run("activate", "demo", "1.1", "--effective", FAR)
    assert planned.out == "demo: 1.0 → 1.1, from 2099-01-01 00:00+08:00 on\n"
    assert "1.1 from 2099-01-01 00:00+08:00" in run("status", COLUMNS="100").out
    again = run("activate", "demo", "1.0")
    assert again.out == (
        "demo: 1.0 stays active\noverruled: the activation of 1.1 that was planned for 2099-01-01 00:00+08:00\n"
    )
    run("activate", "demo", "1.1", "--effective", FAR)
    data = run("activate", "demo", "1.1", "--format", "json").json
    assert list(data) == ["name", "event", "before", "overruled"]
    assert (data["before"], data["event"]["version"]) == ("1.0", "1.1")
    assert [plan["version"] for plan in data["overruled"]] == ["1.1"]
    assert run("activate", "demo", "1.1", "--format", "json").json == {
        "name": "demo", "event": None, "before": "1.1", "overruled": [],
    }  # fmt: skip


def test_an_activation_is_refused_for_every_reason(shop: Shop) -> None:
    """Status 1 and all of them, one per line."""
    run("publish", shop.write("1.0", change={"timezone:": "valid_from: 2098-01-01\ntimezone:"}))
    refused(
        1, "`demo@1.0` cannot be activated: it is valid from 2098-01-01: activate it with `--effective 2098-01-01`",
        "`demo@1.0` 不能启用：它自 2098-01-01 起有效：请用 `--effective 2098-01-01` 启用", "activate", "demo", "1.0",
    )  # fmt: skip
    english, chinese = both("activate", "demo", "1.0", "--effective", "2020-01-01")
    assert english.err.count("error: `demo@1.0` cannot be activated: ") == 2
    assert "`--effective 2020-01-01T00:00:00+08:00` has passed" in english.err
    assert "`--effective 2020-01-01T00:00:00+08:00` 已过" in chinese.err
    refused(
        1,
        "was never published; did you mean `1.0`?",
        "从未发布；您是否想写 `1.0`？",
        "activate",
        "demo",
        "1.00",
    )
    refused(1, "`demo@zzz` was never published", "`demo@zzz` 从未发布", "activate", "demo", "zzz")
    data = json.loads(run("activate", "demo", "1.0", "--format", "json").err)
    assert list(data) == ["refused"]


def test_a_version_that_lacks_a_provider_is_not_activated(shop: Shop) -> None:
    """Published where it could be checked, refused where it cannot decide."""
    shop.write("1.0", change={"{type: money}}": "{type: money}, p: {type: ratio, provider: nobody}}"})
    run("publish", shop.file)
    refused(
        1, "cannot be activated: line 5: no plugin offers the provider `nobody`", "不能启用：第 5 行",
        "activate", "demo", "1.0",
    )  # fmt: skip
    refused(1, "`p` is unknown for everybody", "没有插件提供 `nobody`", "activate", "demo", "1.0")


@pytest.mark.parametrize("day", ["tomorrow", "2025-13-01", "2098-12-01T10:00:00"])
def test_a_day_that_is_none_is_wrong_usage(shop: Shop, day: str) -> None:
    """Status 2, with how to write one."""
    shop.publish("1.0")
    english = f"`--effective {day}`: write a day such as 2025-12-01"
    refused(2, english, f"`--effective {day}`：请写日期", "activate", "demo", "1.0", "--effective", day)


def test_a_rule_set_that_was_never_published(shop: Shop) -> None:
    """Status 2, with what there is."""
    shop.publish("1.0")
    for command in (
        ["activate", "dmo", "1.0"], ["rollback", "dmo", "--reason", "x"], ["history", "dmo"], ["status", "dmo"],
        ["history", "dmo", "--repair"],
    ):  # fmt: skip
        english = "nothing of `dmo` was ever published in `rulesets`; published there: `demo`"
        refused(2, english, "`rulesets` 中从未发布过 `dmo`；已发布的有：`demo`", *command)
    refused(2, "`../x` cannot name a rule set", "不能作为规则集名称", "history", "../x")
    refused(2, "published there: none", "已发布的有：无", "history", "demo", "--store", "nowhere")


# -- rollback


def test_rolling_back_goes_to_the_version_before(shop: Shop) -> None:
    """And to any that was published, with `--to`."""
    shop.publish("1.0", "1.1", "1.2")
    assert run("rollback", "demo", "--reason", "wrong").out == "demo: rolled back, 1.2 → 1.1\n"
    assert run("rollback", "demo", "--reason", "x", "--locale", "zh").out == "demo：已回滚，1.1 → 1.0\n"
    data = run("rollback", "demo", "--to", "1.2", "--reason", "x", "--by", "wu", "--format", "json").json
    assert (data["event"]["event"], data["event"]["by"], data["before"]) == ("rolled_back", "wu", "1.0")
    assert data["overruled"] == []


def test_a_rollback_overrules_what_was_planned(shop: Shop) -> None:
    """And says so: nobody is surprised by the next version at midnight."""
    shop.publish("1.0", "1.1")
    run("activate", "demo", "1.1", "--effective", FAR)
    result = run("rollback", "demo", "--reason", "wrong")
    assert "overruled: the activation of 1.1 that was planned for 2099-01-01" in result.out


def test_rollbacks_that_are_refused(shop: Shop) -> None:
    """Nothing active, nothing before, the active one, one that was never published, and no reason."""
    run("publish", shop.write("1.0"))
    reason = ("--reason", "x")
    refused(1, "there is nothing to roll back", "没有可回滚的内容", "rollback", "demo", *reason)
    shop.publish("1.0")
    refused(1, "is the first that was active", "是首个启用的版本", "rollback", "demo", *reason)
    refused(1, "is the active version", "就是启用中的版本", "rollback", "demo", "--to", "1.0", *reason)
    refused(1, "was never published", "从未发布", "rollback", "demo", "--to", "7", *reason)
    refused(2, "a rollback needs a reason", "回滚必须写明原因", "rollback", "demo", "--reason", " ")
    refused(2, "`--reason` is missing", "缺少 `--reason`", "rollback", "demo")


# -- history


def test_the_history_is_listed(shop: Shop) -> None:
    """When, what, which, who and why; the JSON has the promised shape."""
    shop.publish("1.0", "1.1")
    run("rollback", "demo", "--reason", "too few", "--by", "wu")
    english, chinese = both("history", "demo")
    assert english.status == 0
    heading, _, *rows = english.out.splitlines()
    assert heading.split() == ["when", "event", "version", "by", "reason", "effective"]
    assert [row.split()[2] for row in rows] == ["published", "activated"] * 2 + ["rolled"]
    assert rows[-1].split()[3:] == ["back", "1.0", "wu", "too", "few"]
    assert chinese.out.splitlines()[0].split() == ["时间", "事件", "版本", "操作人", "原因", "生效时间"]
    data = run("history", "demo", "--format", "json").json
    assert list(data) == ["events"]
    assert [set(event) for event in data["events"]] == [
        {
            "format",
            "event",
            "version",
            "digest",
            "source_digest",
            "at",
            "effective",
            "by",
            "reason",
            "previous",
        }
    ] * 5
    assert run("history", "demo", "--repair").out == "the history of `demo` holds together: 5 lines\n"


@pytest.mark.parametrize(
    ("order", "said", "kind", "told"),
    [
        (
            [0, 1, 2],
            ("cut off its end: it had 4", "原有 4 行"),
            "cut",
            "this machine had written more",
        ),
        ([1, 2, 3], ("lines before it were cut off", "之前的行被删去"), "broken", "line 1 does not follow"),
        (
            [0, 2, 3],
            ("line 2 does not follow line 1", "第 2 行与第 1 行不衔接"),
            "broken",
            "lines between were taken out",
        ),
        (
            [0, 2, 1, 3],
            ("line 2 does not follow line 1", "第 2 行与第 1 行不衔接"),
            "order",
            "not in the order",
        ),
    ],
)
def test_a_history_that_lost_lines_is_named(
    shop: Shop, order: list[int], said: tuple[str, str], kind: str, told: str
) -> None:
    """Cut and reordered histories are status 1; `--repair` says which of these it is; nobody decides with one."""
    shop.publish("1.0", "1.1")
    shop.rewrite(*(shop.lines[i] for i in order))
    before = shop.history.read_bytes()
    for result, words in zip(both("history", "demo"), said, strict=True):
        assert result.status == 1
        assert words in result.err
        assert "tierkit history demo --repair" in result.err
    explained, other = both("history", "demo", "--repair")
    assert (explained.status, explained.err) == (1, "")
    assert told in explained.out
    assert "Nothing was changed" in explained.out
    assert "未作任何改动" in other.out
    data = run("history", "demo", "--repair", "--format", "json").json
    assert list(data) == ["name", "fault", "kind", "sides", "steps"]
    assert data["kind"] == kind
    assert run("status").status == 1
    assert run("explain", "demo", "--record", RECORD).status == 1
    assert shop.history.read_bytes() == before


def test_an_edited_history_is_named(shop: Shop) -> None:
    """The line after the edited one tells; damage of other kinds too."""
    shop.publish("1.0", "1.1")
    lines = shop.lines
    shop.rewrite(lines[0], lines[1].replace('"li"', '"wu"'), *lines[2:])
    result = run("history", "demo")
    assert result.status == 1
    assert "line 3 does not follow line 2" in result.err
    assert len(result.out.splitlines()) == 4, "the events up to there are shown"
    steps = run("history", "demo", "--repair").out
    assert "line 2 was edited" in steps
    assert "in rulesets/demo/history.jsonl delete line 2 and every line after it" in steps
    assert "tierkit activate demo 1.1 --by li" in steps
    shop.rewrite(*lines[:3], lines[3].replace('"li"', '"wu"'))
    assert "line 4 is not the one that was written" in run("history", "demo").err
    assert "`git checkout`" in run("history", "demo", "--repair").out
    for line, kind in (("{", "unreadable"), ('{"format": 1}', "unreadable"), ('{"format": 9}', "newer")):
        shop.rewrite(*lines[:2], line, lines[3])
        assert run("history", "demo").status == 1
        assert run("history", "demo", "--repair", "--format", "json").json["kind"] == kind
        for found in both("history", "demo", "--repair"):
            assert found.status == 1


def test_a_damaged_history_is_mended_as_told(shop: Shop) -> None:
    """The commands of `--repair` are followed word for word."""
    shop.publish("1.0", "1.1")
    lines = shop.lines
    shop.rewrite(*lines[:2], "garbage", lines[3])
    run_steps(run("history", "demo", "--repair").out, "Where there is none:", shop)
    assert run("history", "demo").status == 0
    shop.rewrite(lines[1], lines[0], *lines[2:])
    order = re.search(
        r"into this order, each exactly as it is: ([\d, ]+)", run("history", "demo", "--repair").out
    )
    assert order is not None
    found = shop.lines
    shop.rewrite(*(found[int(i) - 1] for i in order[1].split(", ")))
    (shop.folder / ".head").unlink()
    assert run("history", "demo").status == 0


def test_half_a_line_is_nothing_to_worry_about(shop: Shop) -> None:
    """It is told, and taken away by the next change."""
    shop.publish("1.0", "1.1")
    with shop.history.open("a", encoding="utf-8") as file:
        file.write('{"format": 1, "ev')
    english, chinese = both("history", "demo")
    assert (english.status, english.err[:8]) == (0, "warning:")
    assert "半行" in chinese.err
    english, chinese = both("history", "demo", "--repair")
    assert english.status == 0
    assert "its writer died" in english.out
    assert "写入者中途终止" in chinese.out
    assert "warning: demo: the history ends in half a line" in run("status").out
    assert run("rollback", "demo", "--reason", "x").status == 0
    assert run("history", "demo").err == ""


def test_line_ends_that_were_changed_are_told(shop: Shop) -> None:
    """An editor did it: nothing is lost, and saving it the other way is all."""
    shop.publish("1.0", "1.1")
    whole = shop.history.read_bytes()
    shop.history.write_bytes(whole.replace(b"\n", b"\r\n"))
    assert run("history", "demo").status == 1
    english, chinese = both("history", "demo", "--repair")
    assert english.status == 1
    assert "ends were changed to those of Windows" in english.out
    assert "LF" in chinese.out
    shop.history.write_bytes(whole)
    assert run("history", "demo").status == 0


def test_what_was_written_into_a_history_cannot_move_the_terminal(shop: Shop) -> None:
    """Names and reasons are shown safely, and copied safely."""
    run("publish", shop.write("1.0"), "--by", "li\x1b[31m", "--reason", "a\nb")
    run("activate", "demo", "1.0", "--by", "li\x1b[31m")
    for result in (run("history", "demo"), run("status"), run("history", "demo", "--repair")):
        assert "\x1b" not in result.out
        assert result.status == 0
    assert "a\\nb" in run("history", "demo").out


def test_a_stranger_s_history_gives_no_commands_of_its_own(shop: Shop) -> None:
    """What is copied from the explanation is one word each, whatever the lines say."""
    shop.publish("1.0")
    line = shop.lines[1].replace('"version": "1.0"', '"version": "1.0; rm -r \\u001b[0m"')
    shop.rewrite("garbage", line.replace('"by": "li"', '"by": "$(reboot)"'))
    text = run("history", "demo", "--repair").out
    assert "tierkit activate demo '1.0; rm -r \\x1b[0m' --by '$(reboot)'" in text
    assert "\x1b" not in text


def test_the_history_of_a_newer_tierkit_tells_to_update(shop: Shop) -> None:
    """Nothing else helps."""
    shop.publish("1.0")
    shop.rewrite(shop.lines[0], '{"format": 9}')
    assert "newer tierkit (format 9, this one reads 1): update tierkit" in run("history", "demo").err
    assert run("history", "demo", "--repair").out.endswith("update tierkit on this machine\n")


def run_steps(text: str, part: str, shop: Shop) -> None:
    """Does what one part of an explanation says: deletes lines, removes the reminder, runs the commands."""
    steps = text.split(part)[1]
    steps = re.split(r"\n\n|\n(?=\S)", steps.lstrip("\n"))[0] if "\n\n" in steps else steps
    found = re.search(r"delete line (\d+) and every line after it", steps)
    if found is not None:
        shop.rewrite(*shop.lines[: int(found[1]) - 1])
    found = re.search(r"delete the lines ([\d, ]+);", steps)
    if found is not None:
        gone = {int(number) for number in found[1].split(", ")}
        shop.rewrite(*(line for i, line in enumerate(shop.lines, 1) if i not in gone))
    if "rm -f" in steps:
        (shop.folder / ".head").unlink()
    for command in re.findall(r"^ +tierkit (.*)$", steps, re.MULTILINE):
        result = run(*shlex.split(command))
        assert result.status == 0, (command, result)


# -- status


def test_the_status_of_all_and_of_one(shop: Shop) -> None:
    """Active, since, by, planned, versions; the JSON has every key."""
    assert run("status").out == "nothing was ever published in `rulesets`\n"
    assert run("status", "--format", "json").json == {"rulesets": []}
    run("publish", shop.write("1.0"))
    assert run("status").out.splitlines()[2].split() == ["demo", "none", "1"]
    shop.publish("1.0", "1.1")
    for result in (run("status"), run("status", "demo")):
        assert result.status == 0
        heading, _, row = result.out.splitlines()
        assert heading.split() == ["rule", "set", "active", "since", "by", "planned", "versions"]
        assert (row.split()[:2], row.split()[-2:]) == (["demo", "1.1"], ["li", "2"])
    (data,) = run("status", "--format", "json").json["rulesets"]
    assert list(data) == ["name", "active", "planned", "versions", "events", "serving", "faults", "notes"]
    assert both("status")[1].out.splitlines()[0].split()[0] == "规则集"


def test_a_published_file_that_was_edited_is_found_by_everybody(shop: Shop) -> None:
    """Status, check, load, evaluate, activate: each names the version and the line of the history."""
    shop.publish("1.0", "1.1")
    path = shop.folder / "1.1.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    english, chinese = both("status")
    assert english.status == 1
    assert "error: demo: version `1.1` was changed after it was published: see line 3" in english.out
    assert "错误：demo：版本 `1.1` 在发布后被改动：见第 3 行" in chinese.out
    checked = run("check", "rulesets", "--format", "json")
    assert checked.status == 1
    (problem,) = checked.json["problems"]
    assert (problem["code"], problem["severity"]) == ("published-edited", "error")
    assert problem["message"].endswith("it contradicts line 3 of `rulesets/demo/history.jsonl`")
    assert "在发布后被改动" in run("check", path, "--locale", "zh").out
    with pytest.raises(tierkit.RuleSetError, match="published-edited"):
        tierkit.load(path)
    with pytest.raises(tierkit.RuleSetError, match="published-edited"):
        tierkit.Engine("rulesets").load(path)
    refused(1, "contradicts line 3", "与历史第 3 行不符", "explain", "demo", "--record", RECORD)
    refused(1, "contradicts line 3", "与历史第 3 行不符", "activate", "demo", "1.1", "--effective", FAR)
    assert run("rollback", "demo", "--reason", "edited").out == "demo: rolled back, 1.1 → 1.0\n"


def test_published_files_are_checked_like_all_others(shop: Shop, tmp_path: Path) -> None:
    """A directory is searched to the bottom; a file beside a history that it does not name is any file."""
    shop.publish("1.0")
    assert run("check", "rulesets").out == "2 files, 0 errors, 0 warnings\n"
    stray = shop.folder / "2.0.yaml"
    stray.write_bytes(shop.file.read_bytes())
    assert run("check", "rulesets").status == 0
    odd = tmp_path / "Not a name" / "1.0.yaml"
    odd.parent.mkdir()
    odd.write_bytes(shop.file.read_bytes())
    odd.with_name("history.jsonl").write_text("anything")
    assert run("check", odd).status == 0


def test_a_version_that_vanished_is_a_fault(shop: Shop) -> None:
    """Status 1 of `status`; whoever wants to decide with it gets status 2."""
    shop.publish("1.0")
    (shop.folder / "1.0.yaml").unlink()
    english, chinese = both("status")
    assert english.status == 1
    assert "cannot be read: `rulesets/demo/1.0.yaml` is not there" in english.out
    assert "`rulesets/demo/1.0.yaml` 不存在" in chinese.out
    refused(2, "is not there", "不存在", "explain", "demo", "--record", RECORD)


# -- diff


def test_differences_are_told_part_by_part(shop: Shop) -> None:
    """Files, names and versions on either side; status 0 whether or not they differ."""
    shop.publish("1.0", "1.1")
    shop.write(
        "1.2", 30, change={"amount > 50": "amount > 60", "id: large, tag: Large": "id: huge, tag: Large"}
    )
    english, chinese = both("diff", "demo", shop.file)
    assert english.status == 0
    assert english.out.startswith(
        "demo@1.1 → demo@1.2: 4 changes\n\nLarge: narrower\n  loses 20.00 < amount ≤ 30.00\n"
        '  such as {"amount": 21} on 2025-01-01: yes → no\n\ntop (size): narrower\n'
    )
    assert "\n\nparameter `big` changed\n  - value 20\n  + value 30\n" in english.out
    assert "rule `huge` added\n  + {" in english.out
    assert "rule `large` removed\n  - {" in english.out
    assert 'tier `size.top` changed\n  - enter "amount > 50"\n  + enter "amount > 60"\n' in english.out
    assert "\nLarge：变窄\n  失去：20.00 < amount ≤ 30.00\n" in chinese.out
    assert "新增规则 `huge`" in chinese.out
    assert "demo@1.1 → demo@1.2：4 处变更" in chinese.out
    assert run("diff", "demo@1.0", "demo@1.1").out.startswith("demo@1.0 → demo@1.1: 1 change\n")
    same = run("diff", "demo@1.1", "demo")
    assert (same.status, same.out) == (0, "demo@1.1 → demo@1.1: the same meaning\n")
    shop.write("1.2", 20, change={"timezone: Asia/Shanghai": "timezone: UTC"})
    assert "`timezone` changed" in run("diff", "demo", shop.file).out


def test_differences_as_json(shop: Shop) -> None:
    """Both sides and every change, all keys."""
    shop.publish("1.0", "1.1")
    data = run("diff", "demo@1.0", "demo", "--format", "json").json
    assert list(data) == [
        "before", "after", "targets", "eligible", "scores", "benefits", "inputs", "changes",
    ]  # fmt: skip
    assert [(found["target"], found["change"]) for found in data["targets"]] == [
        ("Large", "narrower"), ("size.top", "same"), ("size.rest", "same"),
    ]  # fmt: skip
    assert data["targets"][0] == {
        "target": "Large", "change": "narrower", "more_regions": 0, "because": [],
        "regions": [{"change": "loses", "condition": "amount > 10 and amount <= 20", "sure": True,
                     "text": "loses 10.00 < amount ≤ 20.00"}],
        "witness": {"record": {"amount": 11}, "as_of": "2025-01-01", "given": [], "before": "yes", "after": "no"},
    }  # fmt: skip
    assert list(data["before"]) == ["name", "version", "digest", "path"]
    assert (data["before"]["version"], data["after"]["version"]) == ("1.0", "1.1")
    assert data["changes"] == [
        {"part": "parameter", "name": "big", "change": "changed", "before": "value 10", "after": "value 20"}
    ]


def test_differences_for_a_pull_request(shop: Shop) -> None:
    """Markdown that no name in the files can break out of, in both languages."""
    shop.publish("1.0")
    evil = "a|b](x) <img src=x> @me **b** ``` <!-- _i_"
    shop.write("1.1", 20, change={"tag: Large": f"tag: '{evil}'", "tags: [Large]": f"tags: ['{evil}']"})
    english, chinese = both("diff", "demo", shop.file, "--format", "markdown")
    assert english.status == 0
    assert english.out.startswith(
        "### <code>demo&#64;1&#46;0</code> → <code>demo&#64;1&#46;1</code>\n\n| target |"
    )
    prose, _, code = english.out.partition("````diff\n")
    assert "<img" not in prose
    assert "<!--" not in prose
    assert not re.search(r"@me|\*\*b|_i_|\]\(", prose)
    assert all(line.count("|") == 4 for line in prose.splitlines() if line.startswith("|"))
    assert code.count("````") == 1
    assert "已证明不变" in chinese.out
    assert run("diff", "demo", "demo", "--format", "markdown").out.endswith("the same meaning\n")


def test_sides_that_cannot_be_compared(shop: Shop) -> None:
    """A file with errors is status 1, what is not there status 2."""
    shop.publish("1.0")
    refused(1, "`demo@9` was never published", "`demo@9` 从未发布", "diff", "demo@9", "demo")
    refused(2, "there is no rule set `other`", "没有规则集 `other`", "diff", "other", "demo")
    shop.write("1.1", change={"amount > big": "amuont > big"})
    result = run("diff", "demo", shop.file)
    assert result.status == 1
    assert "error[unknown-name]" in result.err


# -- names


def explained(name: str, *options: str) -> Result:
    """The decision for a record of 11."""
    return run("explain", name, "--record", RECORD, *options)


def test_a_name_is_the_active_version_and_a_pin_is_that_one(shop: Shop) -> None:
    """Not the author's file once something was published; `--as-of` picks what was active then."""
    shop.publish("1.0", "1.1")
    shop.write("1.2", 30)
    assert explained("demo").out.startswith("demo, version 1.1,")
    assert explained("demo@1.0").out.startswith("demo, version 1.0,")
    assert explained("demo@1.0", "--as-of", "2020-01-01").out.startswith("demo, version 1.0,")
    assert explained("demo", "--as-of", FAR).out.startswith("demo, version 1.1,")
    assert explained(str(shop.file)).out.startswith("demo, version 1.2,")
    assert explained("demo").err == ""
    rows = run("evaluate", "demo", "--input", "-", "--input-format", "csv", stdin=b"amount\n11\n").rows
    assert [row["version"] for row in rows] == ["1.1"]
    refused(
        2, "no version of `demo` was active at 2020-01-01T00:00:00+08:00: pin one, such as `demo@1.0`",
        "在 2020-01-01T00:00:00+08:00 没有启用中的版本：请指定版本，例如 `demo@1.0`",
        "explain", "demo", "--record", RECORD, "--as-of", "2020-01-01",
    )  # fmt: skip
    refused(1, "`demo@9` was never published", "从未发布", "explain", "demo@9", "--record", RECORD)
    refused(
        2,
        "`--as-of soon`: write a day",
        "`--as-of soon`：请写日期",
        "explain",
        "demo",
        "--record",
        RECORD,
        "--as-of",
        "soon",
    )


def test_a_name_that_was_never_published_is_the_author_s_file(shop: Shop) -> None:
    """With a note; a pin of it is refused, and an unknown name has its hint."""
    shop.write("1.0")
    english, chinese = both("explain", "demo", "--record", RECORD)
    assert english.status == 0
    assert (
        english.err
        == "note: nothing of `demo` was published yet: this is the author's file, rulesets/demo.yaml\n"
    )
    assert chinese.err.startswith("注：`demo` 尚未发布")
    refused(
        2,
        "nothing of `demo` was ever published",
        "从未发布过 `demo`",
        "explain",
        "demo@1.0",
        "--record",
        RECORD,
    )
    refused(
        2,
        "there is no rule set `dmo` in `rulesets`; did you mean `demo`?",
        "您是否想写 `demo`？",
        "explain",
        "dmo",
        "--record",
        RECORD,
    )


def test_published_and_not_active(shop: Shop) -> None:
    """Says what to activate or to pin, or when it will be."""
    run("publish", shop.write("1.0"))
    refused(
        2,
        "no version of `demo` is active: activate one of `1.0`",
        "没有启用中的版本：请启用 `1.0`",
        "explain",
        "demo",
        "--record",
        RECORD,
    )
    run("activate", "demo", "1.0", "--effective", FAR)
    refused(
        2, "`1.0` takes over at 2099-01-01", "`1.0` 将于 2099-01-01", "explain", "demo", "--record", RECORD
    )


# -- the place


def test_a_store_that_cannot_be_written_is_status_2(shop: Shop) -> None:
    """In words."""
    shop.write("1.0")
    Path("file").write_text("")
    result = run("publish", shop.file, "--store", "file")
    assert result.status == 2
    assert re.fullmatch(r"error: `file/.*`: not a directory\n", result.err)


def test_plugins_that_are_wrong_are_status_2(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mistake; what needs no plugins goes on working."""
    shop.publish("1.0", "1.1")

    def broken(*_: object, **__: object) -> object:
        raise tierkit.PluginError(["`a` is wrong", "`b` is wrong"])

    monkeypatch.setattr("tierkit.engine.engine.together", broken)
    result = run("rollback", "demo", "--reason", "x")
    assert (result.status, result.err) == (2, "error: `a` is wrong\n`b` is wrong\n")
    assert run("history", "demo").status == run("status").status == 0


# -- words


def test_what_is_not_in_the_table_stays_as_it_is() -> None:
    """And English is what was said."""
    assert retold("something new", chinese=True) == "something new"
    assert retold("line 3 is not JSON", chinese=False) == "line 3 is not JSON"


def test_an_example_that_fails_at_activation_is_told_in_chinese() -> None:
    """Reasons inside reasons."""
    text = "`a@1` cannot be activated: the example `x` (line 3) fails: tags: expected A, got none; the tier of `l`: expected b, got c"
    found = retold(text, chinese=True)
    assert (
        found == "`a@1` 不能启用：示例 `x`（第 3 行）未通过：标签：期望 A，实际 无；阶梯 `l`：期望 b，实际 c"
    )


def test_two_sides_without_marks_are_told_apart(shop: Shop) -> None:
    """A union merge keeps every line: whose is whose, and following the steps for either side mends it."""
    shop.publish("1.0")
    trunk = shop.lines
    run("publish", shop.write("1.1", 20), "--by", "li")
    ours = shop.lines[2:]
    shop.rewrite(*trunk)
    (shop.folder / ".head").unlink()
    run("publish", shop.write("1.2", 30), "--by", "wu", "--reason", "it's due")
    run("activate", "demo", "1.2", "--by", "wu")
    theirs = shop.lines[2:]
    for kept in (1, 2):
        shop.rewrite(*trunk, *ours, *theirs)
        text = run("history", "demo", "--repair").out
        assert "both go on from line 2" in text
        assert "side 1: lines 3\n" in text
        assert "side 2: lines 4, 5\n" in text
        assert run("history", "demo", "--repair", "--format", "json").json["kind"] == "branches"
        run_steps(text, f"Keep side {kept},", shop)
        events = [(event.version, event.by) for event in tierkit.Engine("rulesets").history("demo")]
        redone = [("1.1", "li")], [("1.2", "wu"), ("1.2", "wu")]
        assert events[2:] == [*redone[kept - 1], *redone[2 - kept]]
        assert run("status").status == 0


def test_the_runbook_is_followed_from_start_to_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the page, as it is copied at night: the version before decides again, and nothing is wrong."""
    page = (Path(tierkit.__file__).parents[2] / "docs/versions.md").read_text(encoding="utf-8")
    rules = re.search(r"```yaml\n(ruleset: fresh-produce\n.*?)```", page, re.DOTALL)
    assert rules is not None
    file = shop.file.with_name("fresh-produce.yaml")
    file.write_text(rules[1], encoding="utf-8")
    assert run("publish", file).status == 0
    assert run("activate", "fresh-produce", "2025.11.0").status == 0
    file.write_text(rules[1].replace("2025.11.0", "2025.12.0").replace("10k", "12k"), encoding="utf-8")
    assert run("publish", file).status == 0
    record = {"monthly_amount": 11_000, "return_rate": 0.01}
    engine = tierkit.Engine("rulesets", interval=0)
    assert engine.evaluate("fresh-produce", record).tags == ("VIP",)
    runbook = page.split("## The 3 a.m. rollback")[1].split("\n## ")[0]
    commands = re.findall(r"^\$ tierkit (.*)$", runbook, re.MULTILINE)
    assert [command.split()[0] for command in commands] == [
        "activate", "status", "diff", "rollback", "status", "explain", "history",
    ]  # fmt: skip
    monkeypatch.setenv("TIERKIT_BY", "li")
    tags = []
    for command in commands:
        result = run(*shlex.split(command))
        assert (result.status, result.err) == (0, "")
        tags.append(engine.evaluate("fresh-produce", record).tags)
    assert tags == [()] * 3 + [("VIP",)] * 4
    assert engine.status("fresh-produce").faults == ()
    assert engine.history("fresh-produce")[-1].event == "rolled_back"


def test_lines_below_the_marks_go_with_the_side_they_follow(shop: Shop) -> None:
    """However git cut the conflict; what follows neither is taken away with the marks."""
    shop.publish("1.0")
    trunk = shop.lines
    run("publish", shop.write("1.1", 20), "--by", "li")
    run("activate", "demo", "1.1", "--by", "li")
    ours = shop.lines[2:]
    shop.rewrite(*trunk)
    (shop.folder / ".head").unlink()
    run("publish", shop.write("1.2", 30), "--by", "wu")
    theirs = shop.lines[2:]
    marks = ("<<<<<<< ours", "||||||| base", "=======", ">>>>>>> theirs")
    shop.rewrite(
        *trunk, marks[0], ours[0], marks[1], trunk[1], marks[2], theirs[0], marks[3], ours[1], trunk[0]
    )
    data = run("history", "demo", "--repair", "--format", "json").json
    assert [(side["label"], side["lines"]) for side in data["sides"]] == [("ours", [4, 10]), ("theirs", [8])]
    assert "delete the lines 3, 5, 6, 7, 8, 9, 11;" in data["steps"][1]
    run_steps("\n".join(data["steps"]), "Keep side 1,", shop)
    assert [event.version for event in tierkit.Engine("rulesets").history("demo")] == [
        "1.0", "1.0", "1.1", "1.1", "1.2",
    ]  # fmt: skip


def test_a_database_has_no_steps_of_its_own(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept elsewhere is restored there."""
    shop.publish("1.0", "1.1")
    shop.rewrite(*shop.lines[::-1])
    found = DirectoryStore("rulesets")

    class Database:
        """Reads as a directory does, and is none."""

        def __getattr__(self, name: str) -> Any:
            return getattr(found, name)

    monkeypatch.setattr("tierkit.cli.repairing.open_store", lambda _: Database())
    result = run("history", "demo", "--repair")
    assert (result.status, result.out.splitlines()[-1]) == (
        1, "it is kept in a database: restore the table of events from a backup",
    )  # fmt: skip
