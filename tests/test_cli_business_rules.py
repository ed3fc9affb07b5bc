"""`tierkit import business-rules` and `tierkit export business-rules`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import tierkit
from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

RULES: list[Any] = [
    {
        "conditions": {"all": [{"name": "amount", "operator": "greater_than", "value": 10000}]},
        "actions": [{"name": "add_tag", "params": {"tag": "VIP"}}],
    },
    {
        "conditions": {"all": [{"name": "code", "operator": "matches_regex", "value": "a+"}]},
        "actions": [{"name": "coded"}],
    },
    {
        "conditions": {"all": [{"name": "words", "operator": "contains", "value": "x"}]},
        "actions": [{"name": "worded"}],
    },
]
FILE = """\
ruleset: {name}
version: 1
numeric_tolerance: 0.000001
dimensions:
  amount: {{type: number}}
  code: {{type: text, on_missing: ""}}
  words: {{type: text, on_missing: ""}}
rules:
  - id: rule_1
    tag: VIP
    when: amount > 10000
  - id: rule_3
    tag: worded
    when: contains(words, 'x')
"""
WARNINGS = """\
warning: assumed: `words`: `contains` tests a text or a list: `words` is taken for a text; write `type: set` if it is a list
warning: left out: rule_2: `{"name": "code", "operator": "matches_regex", "value": "a+"}`: regular expressions differ between engines and can take forever
2 rules carried over, 1 thing left out
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of rules of business-rules."""
    path = tmp_path / "old-rules.json"
    path.write_text(json.dumps(RULES), encoding="utf-8")
    return path


def test_a_rule_file_is_printed(source: Path) -> None:
    """With its warnings on standard error, status 0."""
    result = run("import", "business-rules", source)
    assert (result.status, result.out, result.err) == (0, FILE.format(name="old-rules"), WARNINGS)
    assert run("import", "business-rules", "-", stdin=source.read_bytes()).out == FILE.format(name="imported")


def test_a_rule_file_is_written_and_is_right(source: Path, tmp_path: Path) -> None:
    """Under the name of the file; all that `check` has to say is that nobody asks for a field that was left out."""
    path = tmp_path / "grading.yaml"
    result = run("import", "business-rules", source, "--output", path)
    assert (result.status, result.out, result.err) == (0, "", WARNINGS)
    assert path.read_text(encoding="utf-8") == FILE.format(name="grading")
    said = run("check", path).out
    assert said.count("info[") == said.count("info[unused]: nothing asks for the dimension `code`") == 1
    assert said.endswith("1 file, 0 errors, 0 warnings, 1 note\n")


def test_warnings_are_chinese_too(source: Path) -> None:
    """All of them."""
    result = run("import", "business-rules", source, "--locale", "zh")
    first, second, last = result.err.splitlines()
    assert (
        first
        == "警告：推定：`words`：`contains` 可用于文本或列表：`words` 按文本处理；若为列表，请声明 `type: set`"
    )
    assert second.startswith("警告：未转换：rule_2：`")
    assert second.endswith("`：正则表达式因引擎而异，且可能永不结束")
    assert last == "已转换 2 条规则，未转换 1 项"


def test_programs_get_everything_as_json(source: Path, tmp_path: Path) -> None:
    """The text with the lists; with `--output` only the lists."""
    result = run("import", "business-rules", source, "--format", "json")
    assert (result.status, result.err) == (0, "")
    assert result.json["text"] == FILE.format(name="old-rules")
    assert [item["code"] for item in result.json["left_out"]] == ["regex"]
    assert [item["code"] for item in result.json["assumed"]] == ["taken-for-text"]
    written = run("import", "business-rules", source, "--format", "json", "--output", tmp_path / "a.yaml")
    assert set(written.json) == {"left_out", "assumed"}
    assert tierkit.load(tmp_path / "a.yaml").name == "a"


def test_there_and_back(source: Path, tmp_path: Path) -> None:
    """What is exported is imported again, with nothing left out."""
    path, back, again = tmp_path / "a.yaml", tmp_path / "b.json", tmp_path / "a2.yaml"
    run("import", "business-rules", source, "--output", path)
    result = run("export", "business-rules", path, "--output", back)
    assert (result.status, result.out, result.err) == (0, "", "2 rules carried over, 0 things left out\n")
    data = json.loads(back.read_text(encoding="utf-8"))
    assert set(data) == {"rules", "variables", "actions", "variable_type_operators"}
    assert [rule["conditions"] for rule in data["rules"]] == [RULES[0]["conditions"], RULES[2]["conditions"]]
    result = run("import", "business-rules", back, "--output", again)
    assert (result.status, result.err) == (0, "2 rules carried over, 0 things left out\n")
    assert again.read_text(encoding="utf-8") == path.read_text(encoding="utf-8").replace(
        "ruleset: a", "ruleset: a2"
    )


def test_export_lists_what_it_leaves_out(tmp_path: Path) -> None:
    """By rule and leaf, in both languages and as JSON; a rule set may be named."""
    path = tmp_path / "a.yaml"
    path.write_text(
        "{ruleset: a, version: 1, dimensions: {d: {type: date}}, rules: [{id: r, tag: T, when: d < as_of}]}",
        encoding="utf-8",
    )
    result = run("export", "business-rules", "a", "--store", tmp_path)
    assert (result.status, result.json["rules"]) == (0, [])
    assert (
        result.err
        == "warning: left out: r: `d < as_of`: there are no dates\n0 rules carried over, 1 thing left out\n"
    )
    assert run("export", "business-rules", path, "--locale", "zh").err.startswith(
        "警告：未转换：r：`d < as_of`：没有日期\n"
    )
    data = run("export", "business-rules", path, "--format", "json").json
    assert data["left_out"] == [
        {"rule": "r", "leaf": "d < as_of", "code": "date", "because": "there are no dates"}
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not valid JSON: expecting value (1:1)"),
        (b"{", "not valid JSON: expecting property name enclosed in double quotes (1:2)"),
        (b'{"rules": [], "rules": []}', "the key `rules` stands twice"),
        (b"[" * 100_000, "not valid JSON: nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "not valid JSON: a number with too many digits"),
        (b"5", "rules of business-rules are a list, or a mapping with the key `rules`"),
        (b'{"conditions": {}}', "rules of business-rules are a list, or a mapping with the key `rules`"),
        (
            b'{"rules": [], "variables": 5}',
            "`variables` is not a list as `export_rule_data` of business-rules writes it",
        ),
    ],
)
def test_what_holds_no_rules_is_status_1(tmp_path: Path, content: bytes, said: str) -> None:
    """In one line, and nothing is written."""
    path, output = tmp_path / "a.json", tmp_path / "a.yaml"
    path.write_bytes(content)
    result = run("import", "business-rules", path, "--output", output)
    assert (result.status, result.out, result.err) == (1, "", f"error: `{path}`: {said}\n")
    assert not output.exists()


def test_what_cannot_be_read_or_written_is_status_2(source: Path, tmp_path: Path) -> None:
    """No file, no text, no rule file, the input itself, a directory."""
    missing, binary = tmp_path / "no.json", tmp_path / "b.json"
    binary.write_bytes(b"\xff\xfe")
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        (("import", "business-rules", missing), f"cannot read `{missing}`: no such file or directory"),
        (("import", "business-rules", "a\0b"), "cannot read `a\0b`: "),
        (("import", "business-rules", binary), f"`{binary}` is not UTF-8 text"),
        (
            ("import", "business-rules", source, "--output", source),
            f"`{source}` is the input: write the output somewhere else",
        ),
        (
            ("import", "business-rules", source, "--output", tmp_path),
            f"cannot write `{tmp_path}`: is a directory",
        ),
        (
            ("export", "business-rules", "nobody", "--store", tmp_path),
            f"there is no rule set `nobody` in `{tmp_path}`",
        ),
        (("export", "business-rules", tmp_path / "no.yaml"), f"cannot read `{tmp_path / 'no.yaml'}`: "),
    ]
    for arguments, said in cases:
        result = run(*arguments)
        assert (result.status, result.out, result.err.count("\n")) == (2, "", 1), arguments
        assert result.err.startswith(f"error: {said}"), result.err


def test_a_rule_file_with_problems_is_status_1(tmp_path: Path) -> None:
    """They are shown as `check` shows them."""
    path = tmp_path / "a.yaml"
    path.write_text("{ruleset: a, version: 1, rules: [{id: r, tag: T, when: x > 1}]}", encoding="utf-8")
    result = run("export", "business-rules", path)
    assert (result.status, result.out) == (1, "")
    assert "error[unknown-name]" in result.err


def test_more_than_a_rule_file_holds_is_status_1(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the loader says is shown."""

    def refuse(*_: object, **__: object) -> None:
        tierkit.loads("{ruleset: a}")

    monkeypatch.setattr("tierkit.cli.carrying.from_business_rules", refuse)
    result = run("import", "business-rules", source)
    assert (result.status, result.out) == (1, "")
    assert "error[missing-key]" in result.err


def test_the_exported_file_speaks_the_language_asked_for(tmp_path: Path) -> None:
    """Labels are texts of a locale."""
    path = tmp_path / "a.yaml"
    path.write_text(
        "{ruleset: a, version: 1, dimensions: {x: {type: number, label: {en: Ex, zh: 某}}}}", encoding="utf-8"
    )
    labels = [
        run("export", "business-rules", path, "--locale", locale).json["variables"][0]["label"]
        for locale in ("en", "zh")
    ]
    assert labels == ["Ex", "某"]
