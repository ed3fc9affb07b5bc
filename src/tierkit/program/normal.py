"""Normal forms. Only laws of Kleene logic are used: `x or not x` stays unknown while x is missing.

    not (a and b)       ->  not a or not b
    not (x > 5)         ->  x <= 5
    x > parameter by c  ->  c = 'a' and x > 1  or  c = 'b' and x > 2  or  c != c
    named               ->  its definition, unless a default could stand in for it

`c != c` is false when c is known and unknown when it is missing, exactly as the parameter is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from math import comb
from typing import assert_never

from tierkit.program.terms import (
    And,
    Arithmetic,
    AtLeast,
    Choose,
    Compare,
    Const,
    Formula,
    Function,
    IsMissing,
    Leaf,
    Lookup,
    Member,
    Negative,
    Not,
    Or,
    Ref,
    SetTest,
    Term,
    TextTest,
    children,
    leaf_terms,
)

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_UNFOLDED = 64
_INLINED = 64

Conjunct = tuple[Leaf, ...]


def negation_normal(
    formula: Formula, definitions: Mapping[str, Formula] | None = None, *, negate: bool = False
) -> Formula:
    """`formula` without `not`; named conditions and parameters by category unfolded.

    `definitions` are the named conditions that may be put in their names' place.
    """
    known = definitions or {}
    match formula:
        case Not():
            return negation_normal(formula.item, known, negate=not negate)
        case And() | Or():
            items = tuple(negation_normal(item, known, negate=negate) for item in formula.items)
            return _flat(Or if isinstance(formula, And) == negate else And, items)
        case AtLeast():
            items = tuple(negation_normal(item, known, negate=negate) for item in formula.items)
            return AtLeast(len(items) - formula.count + 1 if negate else formula.count, items)
        case Compare("=", Ref(name), Const(value)) if name in known:
            return negation_normal(known[name], known, negate=(value is False) != negate)
        case _:
            return _unfold(opposite_leaf(formula) if negate else formula)


def opposite_leaf(leaf: Leaf) -> Leaf:
    """The leaf that is true when `leaf` is false, false when it is true, and unknown with it."""
    match leaf:
        case Compare():
            if isinstance(leaf.right, Const) and isinstance(leaf.right.value, bool):
                return replace(leaf, right=replace(leaf.right, value=not leaf.right.value))
            return replace(leaf, operator=OPPOSITE[leaf.operator])
        case Member() | TextTest() | SetTest() | IsMissing():
            return replace(leaf, negated=not leaf.negated)
        case _:
            assert_never(leaf)


def inlinable(definitions: Mapping[str, Formula]) -> dict[str, Formula]:
    """The named conditions small enough to stand in their names' place, whatever they use in turn."""
    sizes: dict[str, int] = {}

    def size(node: Formula | Term) -> int:
        if isinstance(node, Ref):
            if node.name not in definitions:
                return 1
            if node.name not in sizes:
                sizes[node.name] = _INLINED + 1  # a cycle was refused before; this only guards the walk
                sizes[node.name] = size(definitions[node.name])
            return sizes[node.name]
        return 1 + sum(size(child) for child in children(node))

    return {name: formula for name, formula in definitions.items() if size(formula) <= _INLINED}


def disjuncts(formula: Formula, limit: int) -> tuple[Conjunct, ...] | None:
    """The disjunctive normal form of a formula without `not`, or None beyond `limit` conjuncts."""
    match formula:
        case Or():
            found: dict[Conjunct, None] = {}
            for item in formula.items:
                part = disjuncts(item, limit)
                if part is None:
                    return None
                found.update(dict.fromkeys(part))
            return tuple(found) if len(found) <= limit else None
        case And():
            product: tuple[Conjunct, ...] = ((),)
            for part in _factors(formula.items, limit):
                if part is None or len(product) * len(part) > limit:
                    return None
                product = tuple(dict.fromkeys(_joined(a, b) for a in product for b in part))
            return product
        case AtLeast():
            if comb(len(formula.items), formula.count) > limit:
                return None
            chosen = combinations(formula.items, formula.count)
            return disjuncts(Or(tuple(And(items) for items in chosen)), limit)
        case Not():
            raise AssertionError  # pragma: no cover  negation_normal leaves none
        case _:
            return ((formula,),)


def _factors(items: tuple[Formula, ...], limit: int) -> Iterator[tuple[Conjunct, ...] | None]:
    """What an `and` multiplies; leaves in a row are one conjunct, or a chain of thousands would take long."""
    row: list[Leaf] = []
    for item in items:
        if isinstance(item, Leaf):
            row.append(item)
            continue
        if row:
            yield (tuple(row),)
            row = []
        yield disjuncts(item, limit)
    if row:
        yield (tuple(row),)


def leaves(formula: Formula) -> tuple[Leaf, ...]:
    """Every leaf of a formula, in order."""
    if isinstance(formula, And | Or | AtLeast):
        return tuple(leaf for item in formula.items for leaf in leaves(item))
    return leaves(formula.item) if isinstance(formula, Not) else (formula,)


def is_self_test(leaf: Leaf) -> bool:
    """True for `c != c` and `c = c`: only there to be unknown when c is missing."""
    if not isinstance(leaf, Compare) or leaf.operator not in ("=", "!="):
        return False
    return isinstance(leaf.left, Ref) and leaf.left == leaf.right


def _joined(a: Conjunct, b: Conjunct) -> Conjunct:
    return tuple(dict.fromkeys(a + b))


def _flat(kind: type[And | Or], items: tuple[Formula, ...]) -> Formula:
    flat: list[Formula] = []
    for item in items:
        flat.extend(item.items if isinstance(item, kind) else (item,))
    return kind(tuple(flat))


def _unfold(leaf: Leaf) -> Formula:
    """One branch per value of the category a parameter depends on, and one that is unknown without it."""
    lookup = next((found for term in leaf_terms(leaf) if (found := _lookup(term)) is not None), None)
    if lookup is None or len(lookup.cases) > _UNFOLDED or isinstance(leaf, IsMissing):
        return leaf
    by = lookup.by
    branches: list[Formula] = [
        And((Compare("=", by, Const(value, "text")), _put(leaf, lookup, const)))
        for value, const in lookup.cases
    ]
    if lookup.default is not None:
        listed = tuple(Const(value, "text") for value, _ in lookup.cases)
        branches.append(And((Member(by, listed, negated=True), _put(leaf, lookup, lookup.default))))
    return Or((*branches, Compare("!=", by, by)))


def _lookup(term: Term) -> Lookup | None:
    """The first parameter by category in a term, unless it hides in a `case` or a `coalesce`.

    Those two can have a value although the parameter has none, so they are no reason for an unknown.
    """
    if isinstance(term, Lookup):
        return term
    if isinstance(term, Choose) or (isinstance(term, Function) and term.name == "coalesce"):
        return None
    return next((found for child in children(term) if (found := _lookup(child)) is not None), None)  # type: ignore[arg-type]  # only a `case` has formulas inside


def _put(leaf: Leaf, lookup: Lookup, const: Const) -> Formula:
    """`leaf` with the value of one branch, unfolded further where another parameter is left."""
    if isinstance(leaf, Compare):
        return _unfold(
            replace(leaf, left=_swap(leaf.left, lookup, const), right=_swap(leaf.right, lookup, const))
        )
    return _unfold(replace(leaf, term=_swap(leaf.term, lookup, const)))


def _swap(term: Term, lookup: Lookup, const: Const) -> Term:
    match term:
        case Lookup():
            return const if term == lookup else term
        case Arithmetic():
            return replace(term, left=_swap(term.left, lookup, const), right=_swap(term.right, lookup, const))
        case Negative():
            return replace(term, operand=_swap(term.operand, lookup, const))
        case Function():
            return replace(
                term, arguments=tuple(_swap(argument, lookup, const) for argument in term.arguments)
            )
        case _:
            return term
