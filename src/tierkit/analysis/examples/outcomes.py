"""Which outcomes conditions can have at all: never too few, now and then too many."""

from __future__ import annotations

from functools import reduce

from tierkit.program import types
from tierkit.program.model import Dimension, Program
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
    Not,
    Or,
    Ref,
    Term,
    children,
    leaf_terms,
    references,
)

Outcomes = frozenset[bool | None]

NAMES: dict[bool | None, str] = {True: "true", False: "false", None: "unknown"}
BOTH: Outcomes = frozenset([True, False])
ALL: Outcomes = frozenset([True, False, None])
_TOP_SCORE = 100.0


class Possible:
    """The outcomes that rules, tiers and leaves of a program can have."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._missing: dict[str, bool] = {}
        self._leaves: dict[Leaf, Outcomes] = {}

    def rule(self, position: int) -> Outcomes:
        """The outcomes of a rule, behind the gate of all; outside its days it is false."""
        rule = self.program.rules[position]
        found = self.formula(
            rule.when if self.program.eligible is None else And((self.program.eligible, rule.when))
        )
        return found if rule.valid_from is None and rule.valid_through is None else found | {False}

    def tier(self, name: str, position: int) -> Outcomes:
        """The outcomes of a tier: the customer is in it, is not, or may be."""
        ladder = self.program.ladders[name]
        gates = [gate for gate in (self.program.eligible, ladder.eligible) if gate is not None]
        better = [self.formula(tier.enter) for tier in ladder.tiers[:position] if tier.enter is not None]
        enter = ladder.tiers[position].enter
        found = self._joined([*map(self.formula, gates), *([] if enter is None else [self.formula(enter)])])
        if any(True in outcome for outcome in better):
            found |= {False}
        if not ladder.skip_unknown and any(None in outcome for outcome in better):
            found |= {None}
        return found - {None} if ladder.skip_unknown else found

    def formula(self, formula: Formula) -> Outcomes:
        """The outcomes of a condition: those that its parts could have together if they were free."""
        match formula:
            case Not():
                return frozenset(
                    None if outcome is None else not outcome for outcome in self.formula(formula.item)
                )
            case And():
                return self._joined([self.formula(item) for item in formula.items])
            case Or():
                turned = [self.formula(Not(item)) for item in formula.items]
                return frozenset(None if o is None else not o for o in self._joined(turned))
            case AtLeast():
                return reduce(frozenset.union, (self.formula(item) for item in formula.items))
            case _:
                return self.leaf(formula)

    def leaf(self, leaf: Leaf) -> Outcomes:
        """The outcomes of a leaf."""
        found = self._leaves.get(leaf)
        if found is None:
            found = self._leaves[leaf] = self._leaf(leaf)
        return found

    def missing(self, name: str) -> bool:
        """True when a dimension or a ladder may have no value for conditions."""
        found = self._missing.get(name)
        if found is None:
            found = self._missing[name] = self._lacks(name)
        return found

    @staticmethod
    def _joined(parts: list[Outcomes]) -> Outcomes:
        found = frozenset(outcome for part in parts for outcome in part if outcome is not True)
        return found | {True} if all(True in part for part in parts) else found

    def _leaf(self, leaf: Leaf) -> Outcomes:
        lacks = any(self._term(term) for term in leaf_terms(leaf))
        if isinstance(leaf, IsMissing):
            return BOTH if lacks else frozenset([leaf.negated])
        return self._decided(leaf) | ({None} if lacks else frozenset())

    def _decided(self, leaf: Leaf) -> Outcomes:
        """True, false or both, by the limits of a single dimension."""
        if not isinstance(leaf, Compare) or leaf.tolerance or not isinstance(leaf.left, Ref):
            return self._chosen(leaf) if isinstance(leaf, Member) else BOTH
        dimension, right = self.program.dimensions.get(leaf.left.name), leaf.right
        if dimension is None or not isinstance(right, Const) or dimension.type not in types.NUMERIC:
            return BOTH
        low, high = _limits(dimension)
        at: float = right.value  # type: ignore[assignment]  # numbers are compared with numbers
        below, equal, above = low < at, low <= at <= high, high > at
        by_operator = {
            "<": (below, equal or above), "<=": (below or equal, above), ">": (above, below or equal),
            ">=": (above or equal, below), "=": (equal, below or above), "!=": (below or above, equal),
        }  # fmt: skip
        return frozenset(o for o, may in zip((True, False), by_operator[leaf.operator], strict=True) if may)

    def _chosen(self, leaf: Member) -> Outcomes:
        """A list that holds every value of a category is never left."""
        dimension = self.program.dimensions.get(leaf.term.name) if isinstance(leaf.term, Ref) else None
        if dimension is None or dimension.type != "category" or dimension.values is None:
            return BOTH
        listed = {const.value for const in leaf.values}
        return frozenset([not leaf.negated]) if listed.issuperset(dimension.values) else BOTH

    def _term(self, term: Term) -> bool:
        """True when a term may have no value."""
        match term:
            case Ref():
                return self.missing(term.name)
            case Function() if term.name == "coalesce":
                return all(self._term(argument) for argument in term.arguments)
            case Function() if term.provider is not None:
                return True
            case Lookup():
                return term.default is None or self.missing(term.by.name)
            case Choose():
                return term.otherwise is None or any(map(self.missing, references(term)))
            case Arithmetic("/", _, Const() as divisor):
                return self._term(term.left) or not divisor.value
            case Arithmetic("/"):
                return True
            case _:
                return any(self._term(child) for child in children(term))  # type: ignore[arg-type]  # no formulas

    def _lacks(self, name: str) -> bool:
        self._missing[name] = True  # a cycle was refused before; this only guards the walk
        ladder = self.program.ladders.get(name)
        if ladder is not None:
            gates = (self.program.eligible, ladder.eligible, *(tier.enter for tier in ladder.tiers))
            open_ = any(None in self.formula(gate) for gate in gates if gate is not None)
            return open_ and not ladder.skip_unknown
        dimension = self.program.dimensions[name]
        if dimension.on_missing.policy != "unknown":
            return dimension.on_missing.policy == "default" and dimension.kind == "aggregated"
        if dimension.condition is not None:
            return None in self.formula(dimension.condition)
        if dimension.scorecard:
            return any(
                item.on_missing is None and self.missing(item.dimension) for item in dimension.scorecard
            )
        limited = dimension.values is not None or (dimension.minimum, dimension.maximum) != (None, None)
        if dimension.kind != "derived" or dimension.term is None or limited:
            return True
        return isinstance(dimension.term, Arithmetic) or self._term(dimension.term)


def _limits(dimension: Dimension) -> tuple[float, float]:
    """The least and the largest value that a number can have."""
    largest = types.magnitude(dimension.type)
    low, high = (0.0, _TOP_SCORE) if dimension.scorecard else (-largest, largest)
    if dimension.minimum is not None:
        low = max(low, dimension.minimum)
    if dimension.maximum is not None:
        high = min(high, dimension.maximum)
    return low, high
