"""The other rule engines on PyPI, each used as its own documentation says is fast.

Whatever an engine can prepare once is prepared once. An adapter is a function from a record to its tags, in
the order of the rules; its answers are compared with those of the hand-written function.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.workload import CATEGORY, NUMERIC, Leaf, Record, Rule

if TYPE_CHECKING:
    from types import ModuleType

Decide = Callable[[Record], list[str]]


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine: its distribution, how it is used, how much slower than tierkit it should be, an adapter."""

    distribution: str
    module: str
    usage: str
    wanted: float | None
    build: Callable[[ModuleType, list[Rule]], Decide]

    def version(self) -> str | None:
        """Return the installed version, or None."""
        try:
            return importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return None

    def prepare(self, rule_list: list[Rule]) -> Decide:
        """Import the engine and hand it the rules."""
        return self.build(importlib.import_module(self.module), rule_list)


def _infix(rule: Rule, conjunction: str) -> str:
    """Write a rule with `and` or `&&`; the languages agree on the rest."""
    tests = [test for leaf in rule.leaves for test in _comparisons(leaf)]
    return f" {conjunction} ".join([*tests, f'{CATEGORY} == "{rule.value}"'])


def _comparisons(leaf: Leaf) -> list[str]:
    if leaf.low is not None and leaf.high is not None:
        return [f"{leaf.dimension} >= {leaf.low!r}", f"{leaf.dimension} <= {leaf.high!r}"]
    bound = f"> {leaf.low!r}" if leaf.low is not None else f"<= {leaf.high!r}"
    return [f"{leaf.dimension} {bound}"]


def _business_rules(_module: ModuleType, rule_list: list[Rule]) -> Decide:
    """Nothing can be compiled: the JSON rules are walked for every record."""
    engine = importlib.import_module("business_rules")
    variables = importlib.import_module("business_rules.variables")
    actions = importlib.import_module("business_rules.actions")
    fields = importlib.import_module("business_rules.fields")

    def getter(name: str, decorate: Callable[[], Any]) -> object:
        def read(self: Any) -> float | str:
            value: float | str = self.record[name]
            return value

        read.__name__ = name
        return decorate()(read)

    class Variables(variables.BaseVariables):  # type: ignore[misc, name-defined]
        def __init__(self, record: Record) -> None:
            self.record = record

    for name in NUMERIC:
        setattr(Variables, name, getter(name, variables.numeric_rule_variable))
    setattr(Variables, CATEGORY, getter(CATEGORY, variables.string_rule_variable))

    class Actions(actions.BaseActions):  # type: ignore[name-defined, misc]
        def __init__(self, tags: list[str]) -> None:
            self.tags = tags

        @actions.rule_action(params={"tag": fields.FIELD_TEXT})  # type: ignore[untyped-decorator]
        def give(self, tag: str) -> None:
            self.tags.append(tag)

    operators = {">": "greater_than", ">=": "greater_than_or_equal_to", "<=": "less_than_or_equal_to"}
    document = []
    for rule in rule_list:
        conditions: list[dict[str, object]] = []
        for comparison in (text for leaf in rule.leaves for text in _comparisons(leaf)):
            dimension, operator, value = comparison.split()
            conditions.append({"name": dimension, "operator": operators[operator], "value": float(value)})
        conditions.append({"name": CATEGORY, "operator": "equal_to", "value": rule.value})
        action = {"name": "give", "params": {"tag": rule.tag}}
        document.append({"conditions": {"all": conditions}, "actions": [action]})
    run_all = engine.run_all

    def decide(record: Record) -> list[str]:
        tags: list[str] = []
        run_all(document, Variables(record), Actions(tags))
        return tags

    return decide


def _rule_engine(module: ModuleType, rule_list: list[Rule]) -> Decide:
    """One `Rule` object per rule, compiled once."""
    compiled = [(rule.tag, module.Rule(_infix(rule, "and")).matches) for rule in rule_list]
    return lambda record: [tag for tag, matches in compiled if matches(record)]


def _cel(module: ModuleType, rule_list: list[Rule]) -> Decide:
    """One `Program` per rule, compiled once; the record becomes a `Context` once, not once per rule."""
    programs = [(rule.tag, module.compile(_infix(rule, "&&")).execute) for rule in rule_list]
    make_context = module.Context

    def decide(record: Record) -> list[str]:
        context = make_context(record)
        return [tag for tag, execute in programs if execute(context)]

    return decide


def _zen_table(rule_list: list[Rule]) -> dict[str, object]:
    """Return a JDM document: one decision table that collects the tags of all rows that match."""
    columns = [*NUMERIC, CATEGORY]
    rows = []
    for rule in rule_list:
        row = {"_id": rule.tag, "tag": f"'{rule.tag}'", CATEGORY: f"'{rule.value}'"}
        for leaf in rule.leaves:
            if leaf.low is not None and leaf.high is not None:
                row[leaf.dimension] = f"[{leaf.low!r}..{leaf.high!r}]"
            else:
                row[leaf.dimension] = f"> {leaf.low!r}" if leaf.low is not None else f"<= {leaf.high!r}"
        rows.append({name: row.get(name, "") for name in ("_id", *columns, "tag")})
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in columns],
        "outputs": [{"id": "tag", "name": "tag", "field": "tag"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": f"{source}-{target}", "sourceId": source, "targetId": target, "type": "edge"}
        for source, target in (("in", "table"), ("table", "out"))
    ]
    return {"nodes": nodes, "edges": edges}


def _zen(module: ModuleType, rule_list: list[Rule]) -> Decide:
    """Use a static loader: the engine compiles the table once and keeps it."""
    engine = module.ZenEngine({"loader": {"type": "static", "content": {"rules": _zen_table(rule_list)}}})
    evaluate = engine.evaluate
    return lambda record: [row["tag"] for row in evaluate("rules", record)["result"]]


def _zen_handle(module: ModuleType, rule_list: list[Rule]) -> Decide:
    """Use a decision handle from `create_decision`, with its content parsed before."""
    content = module.ZenDecisionContent(json.dumps(_zen_table(rule_list)))
    evaluate = module.ZenEngine().create_decision(content).evaluate
    return lambda record: [row["tag"] for row in evaluate(record)["result"]]


def _zen_expressions(module: ModuleType, rule_list: list[Rule]) -> Decide:
    """One compiled expression per rule, no table."""
    compiled = [(rule.tag, module.compile_expression(_infix(rule, "and")).evaluate) for rule in rule_list]
    return lambda record: [tag for tag, evaluate in compiled if evaluate(record)]


PEERS = (
    Peer("business-rules", "business_rules", "run_all", 60, _business_rules),
    Peer("rule-engine", "rule_engine", "Rule.matches", 30, _rule_engine),
    Peer("zen-engine", "zen", "decision table, kept by a static loader", None, _zen),
    Peer("zen-engine", "zen", "decision table, create_decision().evaluate", 60, _zen_handle),
    Peer("zen-engine", "zen", "compiled expressions", None, _zen_expressions),
    Peer("common-expression-language", "cel", "Program.execute, one Context a record", 3, _cel),
)
