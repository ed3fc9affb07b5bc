"""Typed terms and formulas to Polars expressions: null is missing, null is unknown.

Literals are typed and stand on the right; what is the same for everybody is computed once, by the reference
interpreter. Conditions on a category with declared values are settled for each value when they are compiled.
Nothing made here can raise.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import and_, or_

import polars as pl

from tierkit.backends.frame.columns import literal, plain_type
from tierkit.backends.frame.leaves import Name, balanced, coded, compared, tested
from tierkit.backends.frame.scoring import divided
from tierkit.errors import UsageError
from tierkit.program import interpreter
from tierkit.program.canonical import term_text
from tierkit.program.terms import (
    And,
    Arithmetic,
    AsOf,
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
    Value,
    references,
)

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class NotInFramesError(UsageError):
    """A rule set has something that data frames cannot do; says what, and where."""


class Writer:
    """Expressions over named columns on one day; `made` holds leaves that have columns of their own."""

    def __init__(self, names: Mapping[str, Name], day: dt.date) -> None:
        self.names, self.day = names, day
        self.made: dict[Formula, pl.Expr] = {}

    @contextlib.contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Says in refusals where the term or formula stands."""
        try:
            yield
        except NotInFramesError as refused:
            message = f"{where}: {refused}"
            raise NotInFramesError(message) from None

    # -- terms

    def term(self, term: Term) -> pl.Expr:
        """The value of a term, null when it is missing."""
        if isinstance(term, Function) and term.provider is not None:
            message = f"`{term_text(term)}` calls the function of a plugin, and data frames cannot"
            raise NotInFramesError(message)
        if not references(term):
            return literal(interpreter.value(term, {}, self.day), term.type)
        match term:
            case Ref():
                return self.names[term.name].plain
            case Lookup():
                return self._lookup(term)
            case Negative():
                return -self.term(term.operand)
            case Arithmetic():
                return self._arithmetic(term)
            case Function():
                return self._function(term)
            case Choose():
                return self._choose(term)
            case Const() | AsOf():  # pragma: no cover  they read nothing, and were settled above
                raise AssertionError

    def _lookup(self, term: Lookup) -> pl.Expr:
        found = pl.lit(None, dtype=plain_type(term.type))
        if term.default is not None:
            known = self.names[term.by.name].plain.is_not_null()
            found = pl.when(known).then(literal(term.default.value, term.type))
        for value, const in reversed(term.cases):
            found = (
                pl.when(self.among(term.by.name, value))
                .then(literal(const.value, term.type))
                .otherwise(found)
            )
        return found

    def _arithmetic(self, term: Arithmetic) -> pl.Expr:
        left, right = self.term(term.left), self.term(term.right)
        match term.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return divided(left, right)

    def _function(self, term: Function) -> pl.Expr:
        arguments = [self.term(argument) for argument in term.arguments]
        first = arguments[0]
        match term.name:
            case "coalesce":
                return pl.coalesce(arguments)
            case "days_between":
                return (arguments[1] - first).dt.total_days().cast(pl.Float64)
            case "weekday":
                return first.dt.weekday().cast(pl.Float64)
            case "month":
                return first.dt.month().cast(pl.Float64)
            case "abs":
                return first.abs()
            case "floor":
                return first.floor()
            case "ceil":
                return first.ceil()
            case _:
                extreme = pl.min_horizontal if term.name == "least" else pl.max_horizontal
                known = reduce(and_, [argument.is_not_null() for argument in arguments])
                return pl.when(known).then(extreme(arguments))

    def _choose(self, term: Choose) -> pl.Expr:
        nothing = pl.lit(None, dtype=plain_type(term.type))
        found = nothing if term.otherwise is None else self.term(term.otherwise)
        for condition, value in reversed(term.branches):
            holds = self.formula(condition)
            found = pl.when(holds).then(self.term(value)).when(holds.is_null()).then(nothing).otherwise(found)
        return found

    # -- formulas

    def formula(self, formula: Formula) -> pl.Expr:
        """Whether a condition holds: Kleene's logic is Polars' own."""
        made = self.made.get(formula)
        if made is not None:
            return made
        if not references(formula):
            return literal(interpreter.truth(formula, {}, self.day), "boolean")
        match formula:
            case And() | Or():
                items = [self.formula(item) for item in formula.items]
                return balanced(and_ if isinstance(formula, And) else or_, items)
            case Not():
                return ~self.formula(formula.item)
            case AtLeast():
                items = [self.formula(item) for item in formula.items]
                sure = pl.sum_horizontal([item.fill_null(value=False).cast(pl.Int32) for item in items])
                open_ = sure + pl.sum_horizontal([item.is_null().cast(pl.Int32) for item in items])
                count = pl.lit(formula.count, dtype=pl.Int32)
                return (
                    pl.when(sure >= count)
                    .then(pl.lit(value=True))
                    .when(open_ < count)
                    .then(pl.lit(value=False))
                )
            case IsMissing():
                found = self._bare(formula.term)
                return found.is_not_null() if formula.negated else found.is_null()
            case _:
                return self._leaf(formula)

    def among(self, name: str, value: Value) -> pl.Expr:
        """Whether a dimension has a value; unknown while it is missing."""
        known = self.names[name]
        if known.values is not None:
            return coded(known, lambda own: own == value)
        if isinstance(value, bool):
            return pl.col(known.column) if value else ~pl.col(known.column)
        return pl.col(known.column) == pl.lit(value, dtype=pl.String)

    def _bare(self, term: Term) -> pl.Expr:
        return pl.col(self.names[term.name].column) if isinstance(term, Ref) else self.term(term)

    def _leaf(self, leaf: Compare | Member | TextTest | SetTest) -> pl.Expr:
        subject = leaf.left if isinstance(leaf, Compare) else leaf.term
        known = self.names.get(subject.name) if isinstance(subject, Ref) else None
        others = references(leaf.right) if isinstance(leaf, Compare) else ()
        if known is not None and known.values is not None and not others:
            name = subject.name  # type: ignore[union-attr]  # only a reference is known
            return coded(known, lambda own: bool(interpreter.truth(leaf, {name: own}, self.day)))
        if isinstance(leaf, Compare):
            return self._compare(leaf)
        test = tested(leaf, self.term(leaf.term))
        return ~test if leaf.negated else test

    def _compare(self, leaf: Compare) -> pl.Expr:
        if not references(leaf.left):
            swapped = _SWAPPED.get(leaf.operator, leaf.operator)
            leaf = replace(leaf, operator=swapped, left=leaf.right, right=leaf.left)
        left, right = self.term(leaf.left), self.term(leaf.right)
        if isinstance(leaf.right, Const) and isinstance(leaf.right.value, bool):
            return left if leaf.right.value == (leaf.operator == "=") else ~left
        return compared(leaf.operator, left, right)


def leaves_of(formula: Formula) -> list[Leaf]:
    """Every leaf of a formula."""
    match formula:
        case And() | Or() | AtLeast():
            return [leaf for item in formula.items for leaf in leaves_of(item)]
        case Not():
            return leaves_of(formula.item)
        case _:
            return [formula]
