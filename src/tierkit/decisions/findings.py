"""Findings: the leaves of a condition with the values they met.

Reasons are made by walking the normal form again, never by instrumenting the fast path.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tierkit.decisions.facts import Facts, hidden
from tierkit.decisions.reasons import Finding
from tierkit.program.canonical import leaf_text
from tierkit.program.model import Program
from tierkit.program.terms import (
    And,
    AtLeast,
    Compare,
    Const,
    Formula,
    IsMissing,
    Leaf,
    Lookup,
    Member,
    Not,
    Or,
    Ref,
    SetTest,
    Term,
    TextTest,
)
from tierkit.program.tolerance import apart


def held(facts: Facts, formula: Formula, *, negate: bool = False) -> tuple[Finding, ...]:
    """The findings that made a condition (or its opposite) true: of `or` and `at_least` only what held.

    The condition must be true; nothing is evaluated again that follows from that.
    """
    found: dict[str, Finding] = {}
    _held(facts, facts.forms.of(formula, negate=negate), found)
    return tuple(found.values())


def open_leaves(facts: Facts, formula: Formula) -> tuple[Finding, ...]:
    """Every leaf of a condition that is not true, unknown ones included; nothing when the condition holds."""
    return tuple(dict.fromkeys(_open(facts, facts.forms.of(formula))))


def _held(facts: Facts, formula: Formula, found: dict[str, Finding]) -> None:
    """Adds the findings of a condition that is true."""
    if isinstance(formula, And):
        for item in formula.items:
            _held(facts, item, found)
    elif isinstance(formula, Or | AtLeast):
        for item in formula.items:
            if facts.truth(item):
                _held(facts, item, found)
    else:
        assert not isinstance(formula, Not)  # noqa: S101  a normal form has none
        shape = _shape(facts, formula)
        if shape.hidden or shape.expression in found:
            return
        meaning = definition(facts, formula) if shape.named else None
        if meaning is None:
            found[shape.expression] = _finding(facts, formula, shape, outcome=True)
        else:
            _held(facts, facts.forms.of(meaning[0], negate=meaning[1]), found)


def _open(facts: Facts, formula: Formula) -> Iterator[Finding]:
    outcome = facts.truth(formula)
    if outcome is True:
        return
    if isinstance(formula, And | Or | AtLeast | Not):
        for item in (formula.item,) if isinstance(formula, Not) else formula.items:
            yield from _open(facts, item)
    elif not hidden(formula):
        meaning = definition(facts, formula)
        if meaning is None:
            yield _finding(facts, formula, _shape(facts, formula), outcome=outcome)
        else:
            yield from _open(facts, facts.forms.of(meaning[0], negate=meaning[1]))


def definition(facts: Facts, leaf: Leaf) -> tuple[Formula, bool] | None:
    """The definition of a named condition whose value was computed from it, and whether it is negated."""
    if not (isinstance(leaf, Compare) and isinstance(leaf.left, Ref) and isinstance(leaf.right, Const)):
        return None
    dimension = facts.program.dimensions.get(leaf.left.name)
    if dimension is None or dimension.condition is None or facts.source(dimension.name) != "derived":
        return None
    return dimension.condition, leaf.right.value is False


@dataclass(frozen=True, slots=True)
class Shape:
    """What is the same in every finding of a leaf."""

    expression: str
    subject: Term
    dimension: str | None
    operator: str
    parameter: str | None
    hidden: bool
    named: bool


def _shape(facts: Facts, leaf: Leaf) -> Shape:
    """The shape of a leaf of a normal form; made once, since normal forms are kept."""
    shapes = facts.forms.shapes
    kept = shapes.get(id(leaf))
    shape: Shape = shape_of(facts.program, leaf) if kept is None else kept[1]
    shapes[id(leaf)] = leaf, shape  # the leaf is kept beside its shape, so that its id stays its own
    return shape


def shape_of(program: Program, leaf: Leaf) -> Shape:
    """The shape of any leaf."""
    subject = leaf.left if isinstance(leaf, Compare) else leaf.term
    two = isinstance(leaf, Compare) and not isinstance(leaf.right, Const | Lookup)
    dimension = subject.name if isinstance(subject, Ref) and not two else None
    known = program.dimensions.get(dimension or "")
    named = known is not None and known.condition is not None
    return Shape(leaf_text(leaf), subject, dimension, _operator(leaf), _parameter(leaf), hidden(leaf), named)


def finding(facts: Facts, leaf: Leaf, *, outcome: bool | None) -> Finding:
    """Any leaf with what was found, also one of no normal form."""
    return _finding(facts, leaf, shape_of(facts.program, leaf), outcome=outcome)


def _finding(facts: Facts, leaf: Leaf, shape: Shape, *, outcome: bool | None) -> Finding:
    found, threshold = facts.value(shape.subject), _threshold(facts, leaf)
    return Finding(
        shape.expression,
        shape.dimension,
        found,
        shape.operator,
        threshold,
        shape.parameter,
        outcome,
        margin(leaf.operator, found, threshold, leaf.tolerance) if isinstance(leaf, Compare) else None,
        facts.source(shape.dimension) if shape.dimension is not None else None,
        leaf,
    )


def margin(operator: str, found: Any, threshold: Any, tolerance: float = 0.0) -> float | None:
    """How far `found` is on the right side of `threshold`; days for dates, None where there is no distance.

    Numbers no further apart than the tolerance of the rule set are equal: the margin is 0.

    >>> margin(">", 12500.0, 10000.0), margin("<", 0.07, 0.05) < 0
    (2500.0, True)
    """
    if isinstance(found, dt.date) and isinstance(threshold, dt.date):
        distance: float = (found - threshold).days
    elif _is_number(found) and _is_number(threshold):
        distance = apart(found, threshold, tolerance)
    else:
        return None
    if operator in ("=", "!="):
        distance = -abs(distance) if operator == "=" else abs(distance)
    elif operator in ("<", "<="):
        distance = -distance
    return distance + 0.0  # no -0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _threshold(facts: Facts, leaf: Leaf) -> Any:
    return facts.value(leaf.right) if isinstance(leaf, Compare) else listed(leaf)


def listed(leaf: Member | TextTest | SetTest | IsMissing) -> Any:
    """The threshold of a leaf that compares with constants only."""
    match leaf:
        case Member() | SetTest():
            values = tuple(const.value for const in leaf.values)
            return values[0] if isinstance(leaf, SetTest) and leaf.function == "has" else values
        case TextTest():
            return leaf.text.value
        case IsMissing():
            return None


def _operator(leaf: Leaf) -> str:
    match leaf:
        case Compare():
            return leaf.operator
        case Member():
            return "not in" if leaf.negated else "in"
        case TextTest() | SetTest():
            return f"not {leaf.function}" if leaf.negated else leaf.function
        case IsMissing():
            return "is not missing" if leaf.negated else "is missing"


def _parameter(leaf: Leaf) -> str | None:
    match leaf:
        case Compare():
            return _parameter_of(leaf.right) or _parameter_of(leaf.left)
        case Member() | SetTest():
            return leaf.parameter
        case TextTest():
            return leaf.text.parameter
        case IsMissing():
            return None


def _parameter_of(term: Term) -> str | None:
    return term.parameter if isinstance(term, Const | Lookup) else None
