"""House rules: what an organisation wants of its rule files, told by `check` and not by `load`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.command import run
from tierkit import load
from tierkit.engine import check
from tierkit.plugins import Advice, hookimpl, manager

TEXT = """\
ruleset: house
version: 1
dimensions:
  amount: {type: money}
  count:
    type: integer
parameters:
  limit: {value: 10}
rules:
  - id: vip
    tag: VIP
    when: amount > limit
  - {id: poor, tag: Poor, when: amount < 1 and count > 0}
ladders:
  value:
    tiers:
      - {id: gold, enter: amount > 5}
      - id: low
benefits:
  - {for: VIP, grant: {attributes: {a: 1}}}
"""


class Rules:
    """A plugin with house rules."""

    name, version = "rules", "3"

    def __init__(self, *advice: Any) -> None:
        self.advice = advice

    @hookimpl
    def tierkit_check(self, ruleset: Any) -> Any:
        """What it was made to say."""
        assert ruleset.name == "house"
        for advice in self.advice:
            if isinstance(advice, Exception):
                raise advice
            yield advice


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def told(path: Path, *advice: Any) -> list[tuple[int, int, str, str]]:
    """Place, code and words of what `check` says."""
    ruleset, problems = check(path, plugins=[Rules(*advice)], entry_points=False)
    assert ruleset is not None
    return [(p.location.line, p.location.column, p.code, p.message()) for p in problems]


@pytest.mark.parametrize(
    ("at", "line", "column"),
    [
        ("", 1, 1),
        ("rules", 9, 1),
        ("rules.vip", 10, 9),
        ("rules.poor", 13, 10),
        ("rules.vip.when", 12, 5),
        ("dimensions.amount", 4, 3),
        ("dimensions.count.type", 6, 5),
        ("parameters.limit", 8, 3),
        ("ladders.value", 15, 3),
        ("ladders.value.gold", 17, 14),
        ("ladders.value.low", 18, 13),
        ("ladders.value.tiers.low", 18, 13),
        ("benefits", 19, 1),
        ("rules.nobody", 9, 1),
        ("rules.vip.when.deeper", 12, 5),
        ("nothing.here", 1, 1),
        ("ladders.value.nobody", 15, 3),
        ("..", 1, 1),
    ],
)
def test_advice_stands_where_it_belongs(at: str, line: int, column: int, path: Path) -> None:
    """A path finds keys by name and items by id; where it leads nowhere, the last place on it counts."""
    assert told(path, Advice("do better", at=at)) == [
        (line, column, "house-rule", "do better (plugin `rules`)")
    ]


def test_advice_can_be_a_warning(path: Path) -> None:
    """Its severity says which of the two codes it has; the words are the plugin's, with the plugin named."""
    _, problems = check(
        path, plugins=[Rules(Advice("a", severity="warning"), Advice("b"))], entry_points=False
    )
    assert [(p.code, p.severity, p.message("zh")) for p in problems] == [
        ("house-advice", "warning", "a（插件 `rules`）"),
        ("house-rule", "error", "b（插件 `rules`）"),
    ]


def test_loading_asks_for_no_advice(path: Path) -> None:
    """A file that a house rule refuses can still be loaded: whether it may be used is asked elsewhere."""
    ruleset = load(path, plugins=[Rules(Advice("no"))], entry_points=False)
    assert ruleset.problems == ()
    assert ruleset.evaluate({"amount": 20}).tags == ("VIP",)


@pytest.mark.parametrize(
    ("advice", "words"),
    [
        (RuntimeError("out of\norder"), "RuntimeError: out of order"),
        ("a text", "it gave str, not `Advice`"),
        (None, "it gave NoneType, not `Advice`"),
        (Advice(5), "it gave `Advice` whose `text` or `at` is no text"),  # type: ignore[arg-type]
        (Advice("x", at=5), "it gave `Advice` whose `text` or `at` is no text"),  # type: ignore[arg-type]
        (Advice("x", severity="fatal"), "it gave `Advice` of the severity `fatal`"),  # type: ignore[arg-type]
    ],
)
def test_a_house_rule_that_fails_is_a_problem(advice: Any, words: str, path: Path) -> None:
    """Nobody believes that the file is fine when it was not looked at."""
    ((line, column, code, message),) = told(path, advice)
    assert (line, column, code) == (1, 1, "plugin-failed")
    assert message.startswith(f"the plugin `rules` could not check this file: {words}")


@pytest.mark.parametrize("given", [5, Advice("x"), "text"])
def test_a_house_rule_must_give_a_list(given: Any, path: Path) -> None:
    """What else it gives is told."""

    class Odd:
        @hookimpl
        def tierkit_check(self) -> Any:
            return given

    problems = check(path, plugins=[Odd()], entry_points=False)[1]
    assert {problem.code for problem in problems} == {"plugin-failed"}


def test_a_house_rule_may_have_nothing_to_say(path: Path) -> None:
    """None is no advice, and no failure."""

    class Silent:
        @hookimpl
        def tierkit_check(self) -> None:
            return None

    assert check(path, plugins=[Silent()], entry_points=False)[1] == ()


def test_there_is_an_end_to_advice(path: Path) -> None:
    """A thousand problems are kept; more break nothing."""
    assert len(told(path, *(Advice(f"number {n}") for n in range(3000)))) == 1000


def test_a_file_with_errors_is_not_asked_about(path: Path) -> None:
    """House rules see rule sets that load, and none else."""
    path.write_text(TEXT.replace("amount >", "amont >"), encoding="utf-8")
    ruleset, problems = check(path, plugins=[Rules(Advice("no"))], entry_points=False)
    assert ruleset is None
    assert {problem.code for problem in problems} == {"unknown-name"}


def test_the_command_line_asks_installed_house_rules(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tierkit check` prints advice as it prints its own problems; without plugins nothing changes."""
    before = run("check", path)
    assert (before.status, before.out) == (0, "1 file, 0 errors, 0 warnings\n")
    entries: list[Any] = []
    monkeypatch.setattr(metadata, "entry_points", lambda **_: entries)
    try:
        for severity, code in (("warning", 0), ("error", 1)):
            house = Rules(Advice("write why", at="rules.vip", severity=severity))  # type: ignore[arg-type]
            entries[:] = [SimpleNamespace(name="rules", dist=None, load=lambda house=house: house)]
            manager._plain.cache_clear()
            found = run("check", path)
            assert found.status == code
            assert found.out.startswith(f"{path}:10:9: {severity}[house-")
            assert "write why (plugin `rules`)" in found.out
    finally:
        manager._plain.cache_clear()
