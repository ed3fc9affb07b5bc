"""Every literal of a rule set: the values at which its answers change."""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.program.model import Dimension, Program
from tierkit.program.terms import (
    Const,
    Formula,
    Lookup,
    Member,
    SetTest,
    Term,
    TextTest,
    Value,
    children,
)  # fmt: skip


def literals(program: Program) -> tuple[Value, ...]:
    """The literals of conditions and expressions, parameters, scorecards and bounds, each once.

    >>> import tierkit
    >>> rules = tierkit.loads('''
    ... ruleset: demo
    ... version: 1
    ... dimensions: {x: {type: number, max: 9}, city: {type: text}}
    ... rules: [{id: r, tag: T, when: "x > 5 and city in ('a', 'b')"}]
    ... ''')
    >>> literals(rules.program)
    (5.0, 'a', 'b', 9.0)
    """
    found = [value for node in _roots(program) for value in _of(node)]
    found += [value for dimension in program.dimensions.values() for value in _own(dimension)]
    return tuple({(type(value), value): value for value in found}.values())


def _roots(program: Program) -> Iterator[Formula | Term]:
    formulas = [program.eligible, *(rule.when for rule in program.rules), *(b.when for b in program.benefits)]
    for ladder in program.ladders.values():
        formulas += [ladder.eligible, *(tier.enter for tier in ladder.tiers)]
    for dimension in program.dimensions.values():
        formulas.append(dimension.condition)
        if dimension.term is not None:
            yield dimension.term
    yield from (formula for formula in formulas if formula is not None)


def _of(node: Formula | Term) -> Iterator[Value]:
    match node:
        case Const():
            yield node.value
        case Lookup():
            for _, const in node.cases:
                yield const.value
            if node.default is not None:
                yield node.default.value
        case Member() | SetTest():
            yield from (const.value for const in node.values)
        case TextTest():
            yield node.text.value
        case _:
            pass
    for child in children(node):
        yield from _of(child)


def _own(dimension: Dimension) -> Iterator[Value]:
    """The literals that a dimension has itself."""
    yield from (bound for bound in (dimension.minimum, dimension.maximum) if bound is not None)
    for item in dimension.scorecard:
        if item.form == "cap":
            yield item.cap
        yield from item.xs
