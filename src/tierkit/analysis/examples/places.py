"""The conditions of a program with the places where their leaves stand in the file.

A leaf is one that the author wrote: named conditions are conditions of their own and are not unfolded here.
`not` is pushed to the leaf, so `not x > 5` is `x <= 5`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from tierkit.documents.events import parse as parse_yaml
from tierkit.documents.language import parse
from tierkit.documents.language import syntax as s
from tierkit.documents.nodes import Mapping, Scalar, Sequence, span
from tierkit.documents.positions import Place
from tierkit.errors import Location, Problems, Source
from tierkit.program.model import Program
from tierkit.program.normal import opposite_leaf
from tierkit.program.terms import And, AtLeast, Formula, Leaf, Not, Or

Kind = Literal["eligible", "dimension", "rule", "ladder", "tier", "benefit"]


_Owner = tuple[Kind, str, Formula | None, Any, Any]
"""Whose a condition is, the condition, the node that names its owner, and the node that holds it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the file: whose it is, where that begins, and its leaves with their places.

    `formula` is None for a tier that takes everyone else. `name` is a rule's id, `ladder.tier`, the name of a
    dimension or a ladder, the targets of a benefit, and `eligible` for the gate of all.
    """

    kind: Kind
    name: str
    formula: Formula | None
    location: Location
    leaves: tuple[tuple[Leaf, Location], ...]


def conditions(program: Program, source: Source) -> tuple[Condition, ...]:
    """Every condition of a program, in file order.

    >>> import tierkit
    >>> text = '''ruleset: a
    ... version: 1
    ... dimensions: {x: {type: number}, y: {type: number}}
    ... rules:
    ...   - {id: r, tag: T, when: not x > 5 and y < 2}
    ... '''
    >>> found = conditions(tierkit.loads(text).program, Source(text))
    >>> [(leaf.operator, place.line, place.column) for leaf, place in found[0].leaves]
    [('<=', 5, 31), ('<', 5, 41)]
    """
    tree = parse_yaml(source, Problems(source))
    found = (_condition(owner, source) for owner in _owners(program, tree))
    return tuple(sorted(found, key=lambda condition: condition.location))


def leaves_of(formula: Formula | None, *, negate: bool = False) -> Iterator[Leaf]:
    """The leaves of a condition in order, with `not` pushed to them."""
    match formula:
        case None:
            return
        case Not():
            yield from leaves_of(formula.item, negate=not negate)
        case And() | Or() | AtLeast():
            for item in formula.items:
                yield from leaves_of(item, negate=negate)
        case _:
            yield opposite_leaf(formula) if negate else formula


def _owners(program: Program, tree: Any) -> Iterator[_Owner]:
    """Each condition with the node that names it and the node that holds it."""
    if program.eligible is not None:
        yield "eligible", "eligible", program.eligible, tree.key("eligible"), tree[Scalar("eligible")]
    dimensions = _named(tree, "dimensions")
    for name, dimension in program.dimensions.items():
        if dimension.condition is not None:
            key, node = dimensions[name]
            yield "dimension", name, dimension.condition, key, node[Scalar("value")]
    for rule, node in zip(program.rules, _at(tree, "rules"), strict=True):
        yield "rule", rule.id, rule.when, node[Scalar("id")], node[Scalar("when")]
    ladders = _named(tree, "ladders")
    for name, ladder in program.ladders.items():
        key, node = ladders[name]
        if ladder.eligible is not None:
            yield "ladder", name, ladder.eligible, key, node[Scalar("eligible")]
        for tier, inner in zip(ladder.tiers, node[Scalar("tiers")], strict=True):
            full = f"{name}.{tier.id}"
            yield "tier", full, tier.enter, inner[Scalar("id")], inner.get(Scalar("enter"))
    for benefit, node in zip(program.benefits, _at(tree, "benefits"), strict=True):
        if benefit.when is not None:
            name = ", ".join(benefit.targets)
            yield "benefit", name, benefit.when, node[Scalar("for")], node[Scalar("when")]


def _at(tree: Any, key: str) -> Any:
    """A section, empty where there is none."""
    node = tree.get(Scalar(key))
    return node if isinstance(node, Mapping | Sequence) else ()


def _named(tree: Any, key: str) -> dict[str, tuple[Scalar, Any]]:
    """The entries of a section by name, as names are compared."""
    section = _at(tree, key)
    return {str(name.composed): (name, section[name]) for name in section}


def _condition(owner: _Owner, source: Source) -> Condition:
    kind, name, formula, at, written = owner
    places = [] if formula is None else list(_spans(written, source))
    leaves = tuple(leaves_of(formula))
    start = span(at if formula is None else written)
    located = tuple(
        (leaf, source.location(*(place or start)))
        for leaf, place in zip_longest(leaves, places[: len(leaves)])
    )
    return Condition(kind, name, formula, source.location(*span(at)), located)


def _spans(node: Any, source: Source) -> Iterator[tuple[int, int]]:
    """Where the leaves of a written condition stand in the file, in the order of the typed leaves."""
    if isinstance(node, Mapping):
        yield from _spans_of_tree(node)
        return
    place = Place(node, source.text)
    for start, end in _spans_of_text(parse(node)):
        yield place.span(start, end)


def _spans_of_tree(node: Any) -> Iterator[tuple[int, int]]:
    """A condition in the form of a tree: what joins has one key, whatever else is a leaf."""
    for key in ("all", "any", "not"):
        if Scalar(key) in node:
            inner = node[Scalar(key)]
            for item in inner if isinstance(inner, Sequence) else (inner,):
                yield from _spans_of_tree(item)
            return
    yield span(node)


def _spans_of_text(node: s.Syntax) -> Iterator[s.Span]:
    match node:
        case s.Logic():
            for operand in node.operands:
                yield from _spans_of_text(operand)
        case s.Not():
            yield from _spans_of_text(node.operand)
        case s.Between():
            yield from (node.span, node.span)
        case s.Call("at_least"):
            for argument in node.arguments[1:]:
                yield from _spans_of_text(argument)
        case _:
            yield node.span
