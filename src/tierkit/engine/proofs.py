"""What is proven about a rule set, as problems of its file: each at its place, with a customer who shows it.

A part of a condition is underlined where its text can be read again; else the whole condition is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tierkit.documents.events import parse
from tierkit.documents.language import ConditionError
from tierkit.documents.language import parse as parse_condition
from tierkit.documents.language import syntax as s
from tierkit.documents.nodes import Mapping, Scalar, Sequence, span
from tierkit.documents.positions import Place
from tierkit.errors import Customer, Enough, Problems

if TYPE_CHECKING:
    from tierkit.analysis.findings import Finding, Spot
    from tierkit.engine.ruleset import RuleSet

Span = tuple[int, int]


def prove(ruleset: RuleSet, problems: Problems) -> None:
    """Adds what can be proven about a rule set, and what could not be decided.

    Kinds of findings that the file turns off altogether are left out.
    """
    from tierkit.analysis.findings import dated, findings  # nobody who only loads a file pays for it

    tree: Any = parse(problems.source, Problems(problems.source))
    declared = tree.get(Scalar("tags")) or {}
    day = dated(ruleset.program)
    with suppress(Enough):
        for finding in findings(ruleset.program, map(str, declared)):
            if problems.levels.get(finding.code) != "off":
                where = place(tree, finding.spot, problems.source.text)
                witness = _customer(finding, dated=day)
                problems.show(finding.code, where, witness, finding.arguments)


def _customer(finding: Finding, *, dated: bool) -> Customer | None:
    found = finding.witness
    return None if found is None else Customer(found.record, found.day, found.given, dated)


def place(tree: Mapping, spot: Spot, source: str) -> Span:
    """The stretch of the file for a spot."""
    where, node = (0, 1), tree
    for step in spot.way:
        if isinstance(node, Mapping):
            key = list(node)[step] if isinstance(step, int) else Scalar(step)
            if key not in node:
                break
            where, node = span(node.key(key)), node[key]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
            node = node[step]
            where = span(node)
    if not isinstance(spot.way[-1], str):
        return where
    if isinstance(node, Scalar):
        return span(node) if spot.part is None else _part(node, spot.part, source)
    return where if spot.part is None else _branch(node, spot.part)


def _part(scalar: Scalar, way: tuple[int, ...], source: str) -> Span:
    """The place of a part of a condition that is written as text."""
    try:
        node: s.Syntax = parse_condition(scalar)
    except ConditionError:
        return span(scalar)
    for step in way:
        inner = _inner(node)
        if not inner:
            break
        node = inner[step]
    return Place(scalar, source).span(*node.span)


def _inner(node: s.Syntax) -> tuple[s.Syntax, ...]:
    """The conditions that a piece of syntax joins, in the order of the typed ones."""
    if isinstance(node, s.Logic):
        return node.operands
    if isinstance(node, s.Not):
        return (node.operand,)
    if isinstance(node, s.Call) and node.function == "at_least":
        return node.arguments[1:]
    return ()


def _branch(node: Any, way: tuple[int, ...]) -> Span:
    """The place of a part of a condition that is written as a tree."""
    for step in way:
        keys = map(Scalar, ("all", "any", "not"))
        joined = next((node[key] for key in keys if isinstance(node, Mapping) and key in node), None)
        if isinstance(joined, Sequence):
            node = joined[step]
        elif isinstance(joined, Mapping):
            node = joined
    return span(node)
