"""Engines: rule sets by name, plugins of their own; and the verb that lists plugins."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tierkit
from tests.command import run
from tierkit.plugins import DimensionProvider

RULES = """
ruleset: graded
version: 1
dimensions:
  amount: {type: money}
  mood: {type: number, provider: mood}
rules:
  - {id: happy, tag: Happy, when: mood > 1}
"""


def plugin(compute: Callable[[Any, Any], Any], name: str = "moods") -> types.ModuleType:
    """A plugin with one dimension."""
    module = types.ModuleType(name)
    provider = DimensionProvider(name="mood", type="number", inputs={"amount": "money"}, compute=compute)
    module.tierkit_dimensions = tierkit.hookimpl(_named("tierkit_dimensions", lambda: [provider]))  # type: ignore[attr-defined]
    return module


def _named(name: str, function: Callable[[], Any]) -> Callable[[], Any]:
    function.__name__ = name
    return function


def test_an_engine_serves_the_active_version(tmp_path: Path) -> None:
    """Rule sets are found by name, with the plugins of the engine; files can be loaded as they are."""
    (tmp_path / "graded.yaml").write_text(RULES, encoding="utf-8")
    engine = tierkit.Engine(tmp_path, plugins=[plugin(lambda record, _: record["amount"] / 10)])
    engine.publish(tmp_path / "graded.yaml", by="li")
    engine.activate("graded", "1", by="li")
    assert engine.ruleset("graded").evaluate({"amount": 20}).tags == ("Happy",)
    assert engine.evaluate("graded", {"amount": 5}).tags == ()
    assert engine.load(tmp_path / "graded.yaml") == engine.loads(RULES)


def test_engines_do_not_share_plugins() -> None:
    """Two engines in one process answer with their own plugins, and one without has none."""
    one = tierkit.Engine(plugins=[plugin(lambda *_: 1.0)]).loads(RULES)
    two = tierkit.Engine(plugins=[plugin(lambda *_: 2.0)]).loads(RULES)
    none = tierkit.Engine().loads(RULES)
    record = {"amount": 1}
    assert (one.evaluate(record).tags, two.evaluate(record).tags) == ((), ("Happy",))
    assert [problem.code for problem in none.problems] == ["provider-missing"]
    assert dict(two.evaluate(record).ruleset)["plugins"] == {"moods": ""}


def test_the_verb_lists_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built-in and installed plugins with what they offer; one that fails is named, and so is a mistake."""
    found = run("plugins", "--format", "json")
    (own,) = json.loads(found.out)["plugins"]
    assert found.status == 0
    assert (own["name"], own["origin"], own["dimensions"]) == (
        "tierkit",
        "built in",
        ["tenure_months", "days_to_anniversary"],
    )
    assert "discount" in run("plugins").out
    assert "内置" in run("plugins", "--locale", "zh").out
    entries = [
        _Entry("good", plugin(lambda *_: 1.0)),
        _Entry("broken", None),
        _Entry("odd", plugin(print, "odd")),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: entries)
    found = run("plugins")
    assert found.status == 1
    assert "not loaded: it cannot be imported: ImportError: no such thing" in " ".join(found.out.split())
    assert (
        "plugin `odd 1.0`: `tierkit_dimensions`: `mood` is offered by the plugin `good 1.0` already"
        in found.err
    )


class _Entry:
    """An entry point of an installed distribution."""

    def __init__(self, name: str, module: Any) -> None:
        self.name, self.module = name, module
        self.dist = types.SimpleNamespace(version="1.0")

    def load(self) -> Any:
        if self.module is None:
            message = "no such thing"
            raise ImportError(message)
        return self.module


def test_failing_providers_are_summed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`evaluate` says which provider failed how often, once, after all rows."""

    def moody(record: Any, _params: Any) -> float:
        if record["amount"] == 2:
            message = "not today"
            raise ValueError(message)
        return 2.0

    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [_Entry("moods", plugin(moody))])
    from tierkit.plugins import manager

    manager._plain.cache_clear()
    try:
        rules, records = tmp_path / "graded.yaml", tmp_path / "records.csv"
        rules.write_text(RULES, encoding="utf-8")
        records.write_text("amount\n1\n2\n3\n", encoding="utf-8")
        found = run("evaluate", str(rules), "--input", str(records))
    finally:
        manager._plain.cache_clear()
    assert found.status == 0
    assert "3 rows, 0 failed, 1 with something undetermined" in found.err
    assert "`mood`: `mood` of plugin `moods` failed 1 of 3 times; first: ValueError: not today" in found.err
