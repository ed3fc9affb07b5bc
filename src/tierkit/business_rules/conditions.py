"""Conditions as trees of business-rules. What has no operator there is written out where that says the same.

x != 5                       ->  x above 5, or x below 5
category != 'a'              ->  equal to 'b', or to 'c': its other values
not has_all(s, ('a', 'b'))   ->  shares nothing with ['a'], or nothing with ['b']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb
from typing import Any, assert_never

from tierkit.backends.python.masks import accepts
from tierkit.business_rules.left_out import LeftOut
from tierkit.business_rules.vocabulary import EPSILON
from tierkit.program.canonical import formula_text
from tierkit.program.model import Dimension, Program
from tierkit.program.normal import opposite_leaf
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
    TextTest,
    Value,
    children,
    leaf_terms,
)
from tierkit.program.types import NUMERIC

MOST = 64
"""How many conditions one may be written out as."""

Node = dict[str, Any]

_NUMBERS = {
    "=": "equal_to",
    ">": "greater_than",
    "<": "less_than",
    ">=": "greater_than_or_equal_to",
    "<=": "less_than_or_equal_to",
}
_TEXTS = {"equals_ignoring_case": "equal_to_case_insensitive"}
_SETS = {
    "has": "contains_all",
    "has_any": "shares_at_least_one_element_with",
    "has_all": "contains_all",
    "has_one": "shares_exactly_one_element_with",
    "subset_of": "is_contained_by",
}


class Writer:
    """Writes the conditions of one rule; what cannot be written is in `left_out`, and the result is None."""

    def __init__(self, program: Program, rule: str, selects: frozenset[str]) -> None:
        self.program, self.rule, self.selects = program, rule, selects
        self.left_out: list[LeftOut] = []

    def all(self, formulas: Sequence[Formula]) -> Node | None:
        """The conditions of a rule: rule builders expect `all` or `any` at the top."""
        found = self._node(And(tuple(formulas)) if len(formulas) > 1 else formulas[0], negate=False)
        return found if found is None or not found.keys().isdisjoint(("all", "any")) else {"all": [found]}

    def _no(self, leaf: Formula, code: str, **arguments: str) -> None:
        self.left_out.append(LeftOut(self.rule, formula_text(leaf), code, arguments))

    # -- joined

    def _node(self, formula: Formula, *, negate: bool) -> Node | None:
        match formula:
            case And() | Or():
                word = "all" if isinstance(formula, And) != negate else "any"
                return self._joined(word, [self._node(item, negate=negate) for item in formula.items])
            case Not():
                return self._node(formula.item, negate=not negate)
            case AtLeast():
                return self._at_least(formula, negate=negate)
            case _:
                return self._leaf(formula, negate=negate)

    def _joined(self, word: str, items: Sequence[Node | None]) -> Node | None:
        kept = [item for item in items if item is not None]
        if len(kept) < len(items):
            return None
        return kept[0] if len(kept) == 1 else {word: kept}

    def _at_least(self, formula: AtLeast, *, negate: bool) -> Node | None:
        count = len(formula.items) - formula.count + 1 if negate else formula.count
        if comb(len(formula.items), count) > MOST:
            self._no(formula, "too-large", limit=str(MOST))
            return None
        found = [self._node(item, negate=negate) for item in formula.items]
        chosen = [self._joined("all", items) for items in combinations(found, count)]
        return self._joined("any", chosen)

    # -- leaves

    def _leaf(self, leaf: Leaf, *, negate: bool) -> Node | None:
        named = self._named(leaf)
        if named is not None:
            assert isinstance(leaf, Compare)  # noqa: S101  only a comparison names a condition
            wanted = leaf.right == Const(value=True, type="boolean")
            return self._node(named, negate=negate == wanted)
        dimension = self._dimension(leaf)
        if dimension is None:
            return None
        found = opposite_leaf(leaf) if negate else leaf
        if isinstance(found, SetTest):
            return self._set(found, dimension)
        if dimension.type in NUMERIC:
            return self._number(found, dimension.name)
        if isinstance(found, Compare) and isinstance(found.right, Const) and dimension.type == "boolean":
            return _node(dimension.name, "is_true" if found.right.value else "is_false")
        return self._text(found, dimension)

    def _named(self, leaf: Leaf) -> Formula | None:
        """The definition of a named condition, unless a default could stand in for it."""
        if not (isinstance(leaf, Compare) and isinstance(leaf.left, Ref) and isinstance(leaf.right, Const)):
            return None
        dimension = self.program.dimensions.get(leaf.left.name)
        if dimension is None or dimension.condition is None:
            return None
        return dimension.condition if dimension.on_missing.policy != "default" else None

    def _dimension(self, leaf: Leaf) -> Dimension | None:
        """The dimension that the leaf tests; None (and said) where business-rules could not test it."""
        first, *rest = leaf_terms(leaf)
        lookup = next(filter(None, map(_lookup, (first, *rest))), None)
        if lookup is not None:
            self._no(leaf, "by-category", name=lookup.parameter)
        elif isinstance(leaf, IsMissing):
            self._no(leaf, "missing")
        elif any(isinstance(term, Ref) for term in rest) and isinstance(first, Ref):
            self._no(leaf, "two-dimensions")
        elif not isinstance(first, Ref) or any(not isinstance(term, Const) for term in rest):
            self._no(leaf, "date" if first.type == "date" else "expression")
        elif first.name in self.program.ladders:
            self._no(leaf, "ladder")
        else:
            return self._known(leaf, self.program.dimensions[first.name])
        return None

    def _known(self, leaf: Leaf, dimension: Dimension) -> Dimension | None:
        if dimension.condition is not None:
            self._no(leaf, "condition-default", name=dimension.name)
        elif dimension.computed:
            self._no(leaf, "computed", name=dimension.name)
        elif dimension.type == "date":
            self._no(leaf, "date")
        elif dimension.name.startswith("__") or dimension.name == "get_all_variables":
            self._no(leaf, "taken-name", name=dimension.name)
        else:
            return dimension
        return None

    def _number(self, leaf: Leaf, name: str) -> Node | None:
        if isinstance(leaf, Compare):
            assert isinstance(leaf.right, Const)  # noqa: S101  looked at before
            return _compared(name, leaf.operator, leaf.right.value, leaf.tolerance)
        assert isinstance(leaf, Member)  # noqa: S101  numbers have no other tests
        if len(leaf.values) > MOST:
            self._no(leaf, "too-large", limit=str(MOST))
            return None
        operator, word = ("!=", "all") if leaf.negated else ("=", "any")
        return self._joined(
            word, [_compared(name, operator, const.value, leaf.tolerance) for const in leaf.values]
        )

    def _text(self, leaf: Leaf, dimension: Dimension) -> Node | None:
        if dimension.values is not None:
            return self._category(leaf, dimension)
        name = dimension.name
        match leaf:
            case Compare(operator="=", right=Const(value)):
                return _node(name, "equal_to", value)
            case Compare(operator="!=", right=Const("")):
                return _node(name, "non_empty", "")
            case Member(negated=False):
                return self._joined("any", [_node(name, "equal_to", const.value) for const in leaf.values])
            case TextTest(negated=False):
                text = str(leaf.text.value)
                if leaf.function in _TEXTS and any(not c.isascii() and c.lower() != c.upper() for c in text):
                    self._no(leaf, "beyond-ascii", text=text)
                    return None
                return _node(name, _TEXTS.get(leaf.function, leaf.function), text)
            case Compare() | Member() | TextTest():
                operator = leaf.function if isinstance(leaf, TextTest) else "equal_to"
                self._no(leaf, "no-opposite", operator=_TEXTS.get(operator, operator))
                return None
            case SetTest() | IsMissing():
                raise AssertionError(leaf)  # pragma: no cover  told apart before
            case _:
                assert_never(leaf)

    def _category(self, leaf: Leaf, dimension: Dimension) -> Node | None:
        """Any of the values that the leaf accepts."""
        wanted = [value for value in dimension.values or () if accepts(leaf, value)]
        if not wanted:
            self._no(leaf, "never")
            return None
        return self._joined("any", [_node(dimension.name, "equal_to", value) for value in wanted])

    # -- sets

    def _set(self, leaf: SetTest, dimension: Dimension) -> Node | None:
        name, wanted = dimension.name, [str(const.value) for const in leaf.values]
        twins = _twins(wanted if dimension.values is None else dimension.values)
        if twins is not None:
            self._no(leaf, "upper-lower", text=twins[0], other=twins[1])
            return None
        if leaf.function == "has" and name in self.selects:
            return _node(name, "does_not_contain" if leaf.negated else "contains", wanted[0])
        if not leaf.negated:
            return _node(name, _SETS[leaf.function], wanted)
        match leaf.function:
            case "has_all" | "has":
                none = [_node(name, "shares_no_elements_with", [text]) for text in wanted]
                return self._joined("any", none)
            case "has_any":
                return _node(name, "shares_no_elements_with", wanted)
            case "has_one" if len(wanted) * (len(wanted) - 1) // 2 < MOST:
                both = [_node(name, "contains_all", list(pair)) for pair in combinations(wanted, 2)]
                return self._joined("any", [_node(name, "shares_no_elements_with", wanted), *both])
            case "subset_of" if dimension.values is not None:
                rest = [value for value in dimension.values if value not in wanted]
                if rest:
                    return _node(name, "shares_at_least_one_element_with", rest)
                self._no(leaf, "never")
            case "has_one":
                self._no(leaf, "too-large", limit=str(MOST))
            case _:
                self._no(leaf, "no-opposite", operator=_SETS[leaf.function])
        return None


def _node(name: str, operator: str, value: Any = "") -> Node:
    """A leaf; business-rules asks for a value even where the operator takes none."""
    return {"name": name, "operator": operator, "value": value}


def _compared(name: str, operator: str, value: Value, tolerance: float) -> Node:
    """A number compared; a tolerance that is not that of business-rules moves the threshold."""
    number = float(value)  # type: ignore[arg-type]  # the constant of a comparison of numbers
    if operator == "!=":
        return {"any": [_compared(name, side, value, tolerance) for side in ("<", ">")]}
    if tolerance in (0.0, float(EPSILON)):
        return _node(name, _NUMBERS[operator], _plain(number))
    if operator == "=":
        return {"all": [_compared(name, side, value, tolerance) for side in (">=", "<=")]}
    return _node(name, _NUMBERS[operator], number + (tolerance if operator in (">", "<=") else -tolerance))


def _plain(number: float) -> float:
    """A whole number without its point."""
    return int(number) if number.is_integer() else number


def _lookup(term: Any) -> Lookup | None:
    """The first parameter by category in a term."""
    if isinstance(term, Lookup):
        return term
    return next(filter(None, map(_lookup, children(term))), None)


def _twins(texts: Iterable[str]) -> tuple[str, str] | None:
    """Two texts that differ only in upper and lower case."""
    seen: dict[str, str] = {}
    for text in texts:
        other = seen.setdefault(text.lower(), text)
        if other != text:
            return other, text
    return None
