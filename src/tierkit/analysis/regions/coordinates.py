"""Coordinates of a space: what a condition can ask about, each on its own.

A coordinate is a dimension of the record, the day of evaluation, or something opaque: a computed dimension, a
term, the order of two terms, a test. Leaves over one coordinate are correlated, those over two are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tierkit.program.build.order import inputs
from tierkit.program.model import Dimension, Program
from tierkit.program.terms import Compare, Leaf, Member, SetTest, TextTest

Kind = Literal["given", "member", "day", "computed", "term", "order", "test"]
OPAQUE = frozenset(["computed", "term", "order", "test"])


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two coordinates the same.

    `about` is the text of a set's member, the term or leaf of something opaque, or the whole definition of a
    computed dimension: two versions share it only when they compute it alike.
    """

    kind: Kind
    name: str = ""
    about: Any = None


@dataclass(slots=True)
class Coordinate:
    """One coordinate of a space while it is being surveyed: its place, and every leaf asked about it.

    `owner` is the program that asked first, and computes what is opaque. `total` says that nothing here is
    ever missing: where an input is missing, another coordinate says so.
    """

    key: Key
    at: int
    owner: int
    type: str
    total: bool = False
    asked: dict[tuple[int, Leaf], None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """The cells of a coordinate where a leaf is true, or (`inverted`) where it is not.

    Without a leaf: where a text is none that a condition names.
    """

    at: int
    program: int
    leaf: Leaf | None
    inverted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """At least `count` of the items."""

    count: int
    items: tuple[Shape, ...]


Shape = Atom | Some
"""A set of customers by atoms: each atom is in or out of it, nothing is unknown any more."""

EVERYBODY, NOBODY = Some(0, ()), Some(1, ())


def every(items: tuple[Shape, ...] | list[Shape]) -> Shape:
    """All of the items."""
    found = tuple(item for item in items if item is not EVERYBODY)
    if NOBODY in found:
        return NOBODY
    return EVERYBODY if not found else found[0] if len(found) == 1 else Some(len(found), found)


def either(items: tuple[Shape, ...] | list[Shape]) -> Shape:
    """One of the items."""
    found = tuple(item for item in items if item is not NOBODY)
    if EVERYBODY in found:
        return EVERYBODY
    return NOBODY if not found else found[0] if len(found) == 1 else Some(1, found)


def outside(shape: Shape) -> Shape:
    """Everybody who is not in `shape`: false or unknown alike."""
    if isinstance(shape, Atom):
        return replace(shape, inverted=not shape.inverted)
    if shape is EVERYBODY:
        return NOBODY
    if shape is NOBODY:
        return EVERYBODY
    return Some(len(shape.items) - shape.count + 1, tuple(outside(item) for item in shape.items))


def positive(leaf: Leaf) -> tuple[Leaf, bool]:
    """A leaf without its negation, and whether it had one: `!=` asks what `=` asks."""
    if isinstance(leaf, Compare):
        return (replace(leaf, operator="="), True) if leaf.operator == "!=" else (leaf, False)
    return (replace(leaf, negated=False), True) if leaf.negated else (leaf, False)


def named(leaf: Leaf) -> tuple[Any, ...]:
    """The values that a leaf names."""
    if isinstance(leaf, Compare):
        return (leaf.right.value,)  # type: ignore[union-attr]  # a constant stands on the right
    if isinstance(leaf, Member | SetTest):
        return tuple(const.value for const in leaf.values)
    return (leaf.text.value,) if isinstance(leaf, TextTest) else ()


def definition(program: Program, name: str, seen: dict[str, Any]) -> Any:
    """Everything that a dimension's value depends on, to be compared: its own words do not count."""
    if name not in seen:
        node = program.ladders.get(name) or program.dimensions[name]
        if isinstance(node, Dimension):
            own: Any = _meaning(node)
            read = inputs(node) if node.computed and node.supply is None else frozenset[str]()
        else:
            tiers = tuple((tier.id, tier.enter) for tier in node.tiers)
            own, read = (
                (tiers, node.skip_unknown, node.eligible, program.eligible),
                inputs(node, program.eligible),
            )
        seen[name] = (own, tuple((other, definition(program, other, seen)) for other in sorted(read)))
    return seen[name]


def _meaning(node: Dimension) -> tuple[Any, ...]:
    bounds = (node.type, node.minimum, node.maximum, node.values, node.on_missing)
    return (*bounds, node.term, node.condition, node.scorecard, node.provider)


Masks = Mapping[int, int]
