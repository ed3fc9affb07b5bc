"""Typed conditions: terms have a value or are missing, formulas are true, false or unknown.

One spelling per meaning: `between` is two comparisons, a bare boolean is `= true`, a constant stands on the
right. Everything is immutable and compares by content; there is nothing else below this line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierkit.program.providers import FunctionProvider

Value = bool | int | float | str | dt.date | frozenset[str]


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a dimension."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Const:
    """A literal, or the value of a parameter."""

    value: Value
    type: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A parameter with one value per category value; missing when the category is."""

    parameter: str
    by: Ref
    cases: tuple[tuple[str, Const], ...]
    default: Const | None
    type: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * /` in binary64; `x / 0` is missing."""

    operator: str
    left: Term
    right: Term
    type: str = "number"


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Term
    type: str = "number"


@dataclass(frozen=True, slots=True)
class Function:
    """`abs floor ceil least greatest coalesce days_between weekday month`, or the function of a plugin."""

    name: str
    arguments: tuple[Term, ...]
    type: str
    provider: FunctionProvider | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """`case`: missing when it meets an unknown branch before a true one, or none and no `else`."""

    branches: tuple[tuple[Formula, Term], ...]
    otherwise: Term | None
    type: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day of evaluation."""

    type: str = "date"


Term = Ref | Const | Lookup | Arithmetic | Negative | Function | Choose | AsOf


@dataclass(frozen=True, slots=True)
class Compare:
    """`= != < <= > >=` of two terms; numbers no further apart than `tolerance` are equal."""

    operator: str
    left: Term
    right: Term
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """`in` a list of constants, numbers with the same `tolerance` as in a comparison."""

    term: Term
    values: tuple[Const, ...]
    negated: bool = False
    parameter: str | None = None
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class TextTest:
    """`starts_with ends_with contains equals_ignoring_case` with a constant text."""

    function: str
    term: Term
    text: Const
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SetTest:
    """`has has_any has_all has_one subset_of` with constant texts."""

    function: str
    term: Term
    values: tuple[Const, ...]
    negated: bool = False
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`is missing`: the one test that is never unknown."""

    term: Term
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """Kleene's and."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Kleene's or."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Kleene's not; gone in the normal form."""

    item: Formula


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when `count` of the items are true, false when so many no longer can be."""

    count: int
    items: tuple[Formula, ...]


Leaf = Compare | Member | TextTest | SetTest | IsMissing
Formula = Leaf | And | Or | Not | AtLeast


def leaf_terms(leaf: Leaf) -> tuple[Term, ...]:
    """The terms of a leaf."""
    return (leaf.left, leaf.right) if isinstance(leaf, Compare) else (leaf.term,)


def references(node: Term | Formula) -> frozenset[str]:
    """The names of all dimensions that `node` reads.

    >>> sorted(references(Compare(">", Ref("a", "number"), Ref("b", "number"))))
    ['a', 'b']
    """
    found: set[str] = set()
    _collect(node, found)
    return frozenset(found)


def mentions_as_of(node: Term | Formula) -> bool:
    """True when the answer depends on the day of evaluation."""
    found: set[str] = set()
    _collect(node, found, "\0as_of")
    return "\0as_of" in found


def _collect(node: Term | Formula, found: set[str], as_of: str | None = None) -> None:
    match node:
        case Ref():
            found.add(node.name)
        case Lookup():
            found.add(node.by.name)
        case AsOf():
            if as_of is not None:
                found.add(as_of)
        case Const():
            pass
        case _:
            for child in children(node):
                _collect(child, found, as_of)


def children(node: Term | Formula) -> tuple[Term | Formula, ...]:
    """The parts of a node, in order."""
    match node:
        case Arithmetic() | Compare():
            return (node.left, node.right)
        case Negative():
            return (node.operand,)
        case Function():
            return node.arguments
        case Choose():
            parts: list[Term | Formula] = []
            for condition, term in node.branches:
                parts += (condition, term)
            return (*parts, node.otherwise) if node.otherwise is not None else tuple(parts)
        case Member() | TextTest() | SetTest() | IsMissing():
            return (node.term,)
        case And() | Or() | AtLeast():
            return node.items
        case Not():
            return (node.item,)
        case Lookup():
            return (node.by,)
        case _:
            return ()
