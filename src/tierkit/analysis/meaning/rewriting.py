"""Conditions rewritten: without the names of parameters, or with other names for dimensions.

Two versions that write one number differently, as a literal or as a parameter, ask the same. What is
rewritten keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from tierkit.program.model import Dimension, Ladder, Program
from tierkit.program.terms import (
    And,
    Arithmetic,
    AtLeast,
    Choose,
    Compare,
    Const,
    Function,
    IsMissing,
    Lookup,
    Member,
    Negative,
    Not,
    Or,
    Ref,
    SetTest,
    TextTest,
)

_NODES = (
    And, Arithmetic, AtLeast, Choose, Compare, Const, Function, IsMissing, Lookup, Member, Negative, Not, Or,
    Ref, SetTest, TextTest,
)  # fmt: skip
_INNER = {node: tuple(field.name for field in fields(node)) for node in _NODES}


def rewritten(node: Any, change: Callable[[Any], Any]) -> Any:
    """A term or a formula, each part changed from the leaves up; what does not change stays as it is."""
    if isinstance(node, tuple):
        items = tuple(rewritten(item, change) for item in node)
        return items if any(a is not b for a, b in zip(items, node, strict=True)) else node
    names = _INNER.get(type(node))
    if names is None:
        return node
    found = {}
    for name in names:
        old = getattr(node, name)
        new = rewritten(old, change)
        if new is not old:
            found[name] = new
    return change(replace(node, **found) if found else node)


def renamed(node: Any, names: Mapping[str, str]) -> Any:
    """A condition about dimensions called otherwise.

    >>> from tierkit.program.canonical import formula_text
    >>> formula_text(renamed(IsMissing(Ref("x", "number")), {"x": "y"}))
    'y is missing'
    """
    if not names:
        return node

    def change(part: Any) -> Any:
        return replace(part, name=names[part.name]) if isinstance(part, Ref) and part.name in names else part

    return rewritten(node, change)


def bare(program: Program) -> Program:
    """A program whose conditions have numbers where they named parameters."""
    ladders = {name: _ladder(ladder) for name, ladder in program.ladders.items()}
    return replace(
        program,
        eligible=_unnamed(program.eligible),
        dimensions={name: _dimension(dimension) for name, dimension in program.dimensions.items()},
        rules=tuple(replace(rule, when=_unnamed(rule.when)) for rule in program.rules),
        ladders=ladders,
        benefits=tuple(replace(item, when=_unnamed(item.when)) for item in program.benefits),
    )


def _unnamed(node: Any) -> Any:
    return rewritten(node, _anonymous)


def _anonymous(part: Any) -> Any:
    if isinstance(part, Const | Member | SetTest) and part.parameter is not None:
        return replace(part, parameter=None)
    return part


def _ladder(ladder: Ladder) -> Ladder:
    tiers = tuple(replace(tier, enter=_unnamed(tier.enter)) for tier in ladder.tiers)
    return replace(ladder, tiers=tiers, eligible=_unnamed(ladder.eligible))


def _dimension(dimension: Dimension) -> Dimension:
    aggregate = dimension.aggregate
    if aggregate is not None:
        aggregate = replace(aggregate, term=_unnamed(aggregate.term), where=_unnamed(aggregate.where))
    return replace(
        dimension,
        term=_unnamed(dimension.term),
        condition=_unnamed(dimension.condition),
        aggregate=aggregate,
    )
