"""What is known about one customer under one rule set: values, their sources, and why some are missing."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from tierkit.decisions.reasons import Known, MissingValue
from tierkit.program.domain import Missing
from tierkit.program.forms import Forms
from tierkit.program.interpreter import truth, value
from tierkit.program.model import Dimension
from tierkit.program.normal import is_self_test
from tierkit.program.providers import AS_OF
from tierkit.program.reference import effective, outcomes, tier_value
from tierkit.program.terms import (
    And,
    Arithmetic,
    AtLeast,
    Choose,
    Formula,
    Function,
    Leaf,
    Not,
    Or,
    Ref,
    Term,
    Value,
    children,
    leaf_terms,
    references,
)

_SOURCES = {"given": "given", "aggregated": "aggregated", "provider": "plugin"}


class Facts:
    """The values of an answer by name, and walks over conditions with them."""

    def __init__(self, forms: Forms, raw: tuple[Any, ...], tiers: tuple[int, ...], day: dt.date) -> None:
        self.forms, self.program, self.day = forms, forms.program, day
        # the fast path takes -0.0 for the 0 it is; here it becomes the one zero there is
        self.raw = {
            name: 0.0 if found == 0 and type(found) is float else found
            for name, found in zip(self.program.dimensions, raw, strict=True)
        }
        self.tiers = dict(zip(self.program.ladders, tiers, strict=True))

    @cached_property
    def known(self) -> dict[str, Value | None]:
        """The value that conditions see, by dimension and ladder; None is missing."""
        known = {name: effective(d, self.raw[name]) for name, d in self.program.dimensions.items()}
        for name, ladder in self.program.ladders.items():
            known[name] = tier_value(ladder, self.tiers[name])
        return known

    def truth(self, formula: Formula) -> bool | None:
        """Whether a condition holds."""
        return truth(formula, self.known, self.day)

    def value(self, term: Term) -> Value | None:
        """The value of a term."""
        return value(term, self.known, self.day)

    def source(self, name: str) -> str:
        """`given`, `derived`, `aggregated`, `default` or `plugin`."""
        dimension = self.program.dimensions.get(name)
        if dimension is None:
            return "derived"
        if self.known[name] is not None and (self.raw[name] is None or isinstance(self.raw[name], Missing)):
            return "default"
        if name in self.forms.given:
            return "given"
        return _SOURCES.get(dimension.kind, "derived")

    def described(self, name: str) -> Known:
        """The value, source and cause of one dimension."""
        missing = self.raw[name] is None or isinstance(self.raw[name], Missing)
        return Known(self.known[name], self.source(name), self.cause(name) if missing else None)

    def cause(self, name: str) -> str:
        """Why a dimension is missing: its own cause, or the first one at its root."""
        raw = self.raw[name]
        if isinstance(raw, Missing):
            return raw.cause
        roots: dict[MissingValue, None] = {}
        self._computed(self.program.dimensions[name], roots)
        return next(iter(roots)).cause if roots else "null"

    # -- the missing roots of what is unknown

    def missing_in(self, formula: Formula) -> tuple[MissingValue, ...]:
        """The root dimensions that make an unknown condition unknown, in order of appearance."""
        found: dict[MissingValue, None] = {}
        self._unknown(formula, found)
        return tuple(found)

    def roots_of(self, name: str) -> tuple[MissingValue, ...]:
        """The root dimensions that make `name` missing."""
        found: dict[MissingValue, None] = {}
        self._missing(name, found)
        return tuple(found)

    def _unknown(self, formula: Formula, found: dict[MissingValue, None]) -> None:
        if self.truth(formula) is not None:
            return
        if isinstance(formula, And | Or | AtLeast | Not):
            for part in (formula.item,) if isinstance(formula, Not) else formula.items:
                self._unknown(part, found)
            return
        for term in leaf_terms(formula):
            self._absent(term, found, None)

    def _absent(self, term: Term, found: dict[MissingValue, None], owner: str | None) -> None:
        """Adds why `term` has no value; `owner` is the derived dimension it belongs to."""
        if self.value(term) is not None:
            return
        if isinstance(term, Ref):
            self._missing(term.name, found)
            return
        inner: dict[MissingValue, None] = {}
        for child in self._taken(term) if isinstance(term, Choose) else children(term):
            if isinstance(child, And | Or | AtLeast | Not | Leaf):
                self._unknown(child, inner)
            else:
                self._absent(child, inner, owner)
        found.update(inner)
        if inner:
            return
        if isinstance(term, Function) and term.provider is not None:
            for name in sorted(references(term)):
                found[MissingValue(name, "function_failed")] = None
            return
        divides = isinstance(term, Arithmetic) and term.operator == "/"
        for name in [owner] if owner is not None else divisors(term) if divides else []:
            found[MissingValue(name, "divided_by_zero" if divides else "null")] = None

    def _taken(self, term: Choose) -> tuple[Term | Formula, ...]:
        """The part of a `case` that decided it: the first branch that is unknown, or the value chosen."""
        for condition, chosen in term.branches:
            holds = self.truth(condition)
            if holds is not False:
                return (condition,) if holds is None else (chosen,)
        return () if term.otherwise is None else (term.otherwise,)

    def _missing(self, name: str, found: dict[MissingValue, None]) -> None:
        if self.known[name] is not None:
            return
        if name in self.program.ladders:
            self._undecided(name, found)
            return
        raw = self.raw[name]
        if isinstance(raw, Missing):
            found[MissingValue(name, raw.cause)] = None
            return
        inner: dict[MissingValue, None] = {}
        self._computed(self.program.dimensions[name], inner)
        found.update(inner or {MissingValue(name, "null"): None})

    def _computed(self, dimension: Dimension, found: dict[MissingValue, None]) -> None:
        if dimension.supply is not None:
            for name, source in dimension.supply.inputs:
                if name != AS_OF:
                    self._missing(source, found)
        for item in dimension.scorecard:
            if item.on_missing is None:
                self._missing(item.dimension, found)
        if dimension.condition is not None:
            self._unknown(dimension.condition, found)
        if dimension.term is not None:
            self._absent(dimension.term, found, dimension.name)

    def _undecided(self, name: str, found: dict[MissingValue, None]) -> None:
        ladder = self.program.ladders[name]
        for gate in (self.program.eligible, ladder.eligible):
            if gate is not None:
                self._unknown(gate, found)
        found_by_tier = outcomes(self.program, ladder, self.known, self.day)
        for tier, outcome in zip(ladder.tiers, found_by_tier, strict=True):
            if outcome:
                break
            if outcome is None and tier.enter is not None:
                self._unknown(tier.enter, found)


def hidden(leaf: Leaf) -> bool:
    """True for leaves that the normal form added and nobody wrote."""
    return is_self_test(leaf)


def divisors(term: Term) -> list[str]:
    """The dimensions that a division divides by."""
    assert isinstance(term, Arithmetic)  # noqa: S101  the caller looked
    names: dict[str, None] = {}
    stack: list[Any] = [term.right]
    while stack:
        node = stack.pop()
        if isinstance(node, Ref):
            names[node.name] = None
        stack.extend(reversed(children(node)))
    return list(names)
