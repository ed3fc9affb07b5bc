"""Typed terms and formulas to SQL. Three values are SQL's own; what functions make of NULL is mended here.

Every number is binary64, every literal of one is `CAST('…' AS DOUBLE)`: a bare `0.1` is a decimal in half the
engines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NoReturn

from sqlglot import exp

from tierkit.backends.sql.dialects import Dialect
from tierkit.backends.sql.nodes import (
    Node,
    among,
    balanced,
    binary,
    both,
    call,
    case,
    cast,
    day_text,
    digits,
    divide,
    either,
    integer,
    is_null,
    opposite,
    plus,
)
from tierkit.backends.sql.stages import Piece, Stages
from tierkit.errors import UnsupportedError
from tierkit.program.interpreter import _FOLD
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
)
from tierkit.program.types import TEXTUAL


class Writer:
    """Writes conditions of one program for one dialect and day; `stages` holds the columns they read."""

    def __init__(self, dialect: Dialect, stages: Stages, day: dt.date) -> None:
        self.dialect, self.stages, self.day = dialect, stages, day
        self.place = "the rule set"
        """What is written now, for messages."""

    # -- literals

    def number(self, value: float) -> Node:
        """A number."""
        if "number" in self.dialect.emit:
            return self.emit("number", digits(value))
        return cast(exp.Literal.string(digits(value)), self.dialect.double)

    def text(self, value: str) -> Node:
        """A text; in hex where a setting of the server could make another of it."""
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            self.refuse("a text with a character that the database cannot hold")
        if self.dialect.hex_text is not None and not self.dialect.plain_text.isdisjoint(value):
            return self.dialect.hex_text(value)
        if self.dialect.empty_is_null and not value:
            self.refuse("an empty text, which it takes for NULL")
        if self.dialect.most_text is not None and len(value.encode()) > self.dialect.most_text:
            self.refuse(f"a text of more than {self.dialect.most_text} bytes")
        return self.emit("literal", value) if "literal" in self.dialect.emit else exp.Literal.string(value)

    def date(self, value: dt.date) -> Node:
        """A day."""
        first, last = self.dialect.days or (dt.date.min, dt.date.max)
        if not first <= value <= last:
            self.refuse(f"the day {value.isoformat()}")
        if "date" in self.dialect.emit:
            return self.emit("date", day_text(value))
        text = exp.Literal.string(day_text(value))
        return text if self.dialect.day is None else cast(text, self.dialect.day)

    def value(self, value: Value) -> Node:
        """A constant of any type but a set."""
        if isinstance(value, bool):
            return exp.Boolean(this=value)
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, frozenset):
            return self.emit("array", [self.text(item) for item in sorted(value)])
        return self.text(value) if isinstance(value, str) else self.number(value)

    def collated(self, node: Node) -> Node:
        """A text as it is compared: by code point, whatever the column says."""
        if "collated" in self.dialect.emit:
            return self.emit("collated", node)
        return exp.Collate(this=node, expression=exp.Var(this=self.dialect.collation))

    def compared(self, term: Term, node: Node) -> Node:
        """One side of a comparison."""
        plain = isinstance(node, exp.Literal | exp.National)
        return self.collated(node) if term.type in TEXTUAL and not plain else node

    def bit_and(self, left: Node, right: Node) -> Node:
        """The bits that are set in both."""
        if "bit_and" in self.dialect.emit:
            return self.emit("bit_and", left, right)
        return binary("&", left, right)

    def among(self, node: Node, values: Sequence[Node]) -> Node:
        """True for one of some values."""
        if "among" in self.dialect.emit:
            return self.emit("among", node, values)
        return among(node, values)

    def mask(self, value: int) -> Node:
        """A whole number of 64 bits, to compare bits with."""
        return self.emit("mask", value) if "mask" in self.dialect.emit else integer(value)

    def emit(self, name: str, *arguments: object) -> Node:
        """A function of the dialect, or a refusal."""
        function = self.dialect.emit.get(name)
        if function is None:
            self.refuse(_WORDS.get(name, f"`{name}`"))
        return function(*arguments)

    def refuse(self, what: str) -> NoReturn:
        """Raises `UnsupportedError`, naming what is written now."""
        raise UnsupportedError(f"{self.place}: `{self.dialect.name}` cannot express {what}")

    # -- terms

    def term(self, term: Term) -> Piece:
        """The value of a term, NULL when it is missing."""
        piece = self.stages.piece
        match term:
            case Ref():
                return self.stages.ref(term.name)
            case Const():
                return Piece(self.value(term.value))
            case AsOf():
                return Piece(self.date(self.day))
            case Lookup():
                return self.lookup(term)
            case Negative():
                inner = self.term(term.operand)
                return piece(binary("-", self.number(0.0), inner.node), inner)
            case Arithmetic():
                left, right = self.term(term.left), self.term(term.right)
                if term.operator == "/":
                    return piece(divide(left.node, call("NULLIF", right.node, self.number(0.0))), left, right)
                return piece(self.arithmetic(term.operator, left.node, right.node), left, right)
            case Function():
                return self.function(term)
            case Choose():
                return self.choose(term)

    def arithmetic(self, operator: str, left: Node, right: Node) -> Node:
        """`left operator right` in binary64, in the order in which it is written."""
        made = binary(operator, left, right)
        if self.dialect.reorders and isinstance(made, exp.Add | exp.Mul):
            for side in ("this", "expression"):
                inner = made.args[side]
                if isinstance(inner.unnest(), type(made)):  # what is subtracted from is no part of a sum
                    made.set(side, exp.Paren(this=binary("-", inner, self.number(0.0))))
        return made

    def lookup(self, term: Lookup) -> Piece:
        """A parameter by category: NULL when the category is."""
        by = self.stages.ref(term.by.name)
        branches = [
            (binary("=", self.collated(by.node.copy()), self.text(value)), self.value(const.value))
            for value, const in term.cases
        ]
        if term.default is not None:
            branches.append((is_null(by.node.copy(), negated=True), self.value(term.default.value)))
        return self.stages.piece(case(branches), by)

    def function(self, term: Function) -> Piece:
        """A function of the language, or of a plugin that says how in SQL."""
        found = [self.term(argument) for argument in term.arguments]
        if term.provider is not None:
            return self.provided(term, found)
        nodes = [part.node for part in found]
        match term.name:
            case "coalesce":
                return self.stages.piece(call("COALESCE", *nodes), *found)
            case "days_between" | "weekday" | "month":
                made = cast(self.emit(term.name, *nodes), self.dialect.double)
                return self.stages.piece(made, *found)
            case "least" | "greatest":
                return self.guarded(found, lambda *safe: self.emit(term.name, *safe))
            case "floor" | "ceil":
                return self.rounded(term.name, found[0])
            case _:
                return self.stages.piece(call(term.name.upper(), *nodes), *found)

    def rounded(self, name: str, found: Piece) -> Piece:
        """`floor` or `ceil`, in binary64."""
        if name in self.dialect.emit:
            found = self.stages.settled(found)
            return self.stages.piece(self.emit(name, found.node), found)
        return self.stages.piece(call(name.upper(), found.node), found)

    def whole(self, x: Node) -> Node:
        """True for a number without a fraction."""
        if "whole" in self.dialect.emit:
            return self.emit("whole", x)
        return binary("=", x, call("FLOOR", x.copy()))

    def guarded(self, found: Sequence[Piece], make: Callable[..., Node]) -> Piece:
        """NULL when an argument is: engines differ in what they do with a missing one."""
        parts = [self.stages.simple(part) for part in found]
        missing = [is_null(part.node.copy(), negated=True) for part in parts if not _constant(part.node)]
        made = make(*(part.node for part in parts))
        if missing:
            made = case([(balanced(both, missing), made)])
        return self.stages.piece(made, *parts)

    def provided(self, term: Function, found: Sequence[Piece]) -> Piece:
        """The function of a plugin: its result is read like any value of its type."""
        provider = term.provider
        if provider is None or provider.sql is None:
            self.refuse(f"`{term.name}`, a function of a plugin without `sql`")
        made = self.guarded(found, provider.sql)
        return self.confined(self.stages.settled(made), term.type)

    def choose(self, term: Choose) -> Piece:
        """A `case`; an unknown branch before a true one makes it missing."""
        branches: list[tuple[Node, Node]] = []
        parts: list[Piece] = []
        for condition, value in term.branches:
            holds = self.stages.simple(self.formula(condition))
            then = self.term(value)
            parts += (holds, then)
            branches += ((holds.node, then.node), (is_null(holds.node.copy()), exp.Null()))
        otherwise = None
        if term.otherwise is not None:
            last = self.term(term.otherwise)
            parts.append(last)
            otherwise = last.node
        return self.stages.piece(case(branches, otherwise), *parts)

    def confined(
        self, found: Piece, type_: str, low: float | None = None, high: float | None = None
    ) -> Piece:
        """A number within the domain of its type, else NULL; what is too small to matter is 0."""
        from tierkit.backends.sql.domains import confined  # the two need each other

        return confined(self, found, type_, low, high)

    # -- formulas

    def formula(self, formula: Formula) -> Piece:
        """Whether a condition holds: TRUE, FALSE or NULL."""
        piece = self.stages.piece
        match formula:
            case And() | Or():
                items = formula.items
                if self.dialect.lazy and isinstance(formula, And):
                    items = tuple(sorted(items, key=_chance))
                found = [self.formula(item) for item in items]
                return self.joined(both if isinstance(formula, And) else either, found)
            case Not():
                inner = self.formula(formula.item)
                return piece(opposite(inner.node), inner)
            case AtLeast():
                return self.at_least(formula.count, [self.formula(item) for item in formula.items])
            case IsMissing():
                inner = self.term(formula.term)
                return piece(is_null(inner.node, negated=formula.negated), inner)
            case Compare():
                left, right = self.term(formula.left), self.term(formula.right)
                sides = self.compared(formula.left, left.node), self.compared(formula.right, right.node)
                return piece(binary(formula.operator, *sides), left, right)
            case Member():
                inner = self.stages.simple(self.term(formula.term))
                values = [self.value(const.value) for const in formula.values]
                found_in = self.among(self.compared(formula.term, inner.node), values)
                return piece(opposite(found_in) if formula.negated else found_in, inner)
            case TextTest():
                return self.text_test(formula)
            case SetTest():
                return self.set_test(formula)

    def joined(self, join: Callable[[Node, Node], Node], found: Sequence[Piece]) -> Piece:
        """Many conditions as a tree of least depth."""
        if len(found) == 1:
            return found[0]
        middle = len(found) // 2
        left, right = self.joined(join, found[:middle]), self.joined(join, found[middle:])
        return self.stages.piece(join(left.node, right.node), left, right)

    def at_least(self, count: int, found: Sequence[Piece]) -> Piece:
        """True with so many true items, false when the unknown ones can no longer make them."""
        items = [self.stages.simple(item) for item in found]
        one, zero = integer(1), integer(0)
        true = [case([(item.node, one.copy())], zero.copy()) for item in items]
        open_ = [case([(is_null(item.node.copy()), one.copy())], zero.copy()) for item in items]
        enough = binary(">=", balanced(plus, true), integer(count))
        possible = binary(">=", balanced(plus, [node.copy() for node in true] + open_), integer(count))
        made = case([(enough, exp.true()), (possible, exp.Null())], exp.false())
        return self.stages.piece(made, *items)

    def text_test(self, test: TextTest) -> Piece:
        """A test of a text, by code point."""
        inner, wanted = self.term(test.term), str(test.text.value)
        found = self.collated(inner.node)
        if test.function == "equals_ignoring_case":
            folded = self.emit("fold", found, wanted)
            made = binary("=", folded, self.text(wanted.translate(_FOLD)))
        elif not wanted:
            inner = self.stages.simple(inner)
            made = binary("=", inner.node, inner.node.copy())
        elif test.function == "contains":
            made = self.emit("contains", found, self.text(wanted))
        else:
            made = self.emit(test.function, found, self.text(wanted), len(wanted))
        return self.stages.piece(opposite(made) if test.negated else made, inner)

    def set_test(self, test: SetTest) -> Piece:
        """A test of a set of texts."""
        inner = self.stages.simple(self.term(test.term))
        wanted = [self.text(str(const.value)) for const in test.values]
        if test.function == "subset_of":
            made = self.emit("within", inner.node, self.emit("array", wanted))
        else:
            each = [self.emit("has", inner.node.copy(), value) for value in wanted]
            if test.function == "has_one":
                ones = [case([(node, integer(1))], integer(0)) for node in each]
                one = binary("=", balanced(plus, ones), integer(1))
                made = case([(is_null(inner.node.copy(), negated=True), one)])
            else:
                made = balanced(both if test.function == "has_all" else either, each)
        return self.stages.piece(opposite(made) if test.negated else made, inner)


_WORDS = dict.fromkeys(("has", "within", "array", "distinct"), "sets")


def _chance(formula: Formula) -> int:
    """How likely a condition holds, by its looks: that a value is one of a few is least likely."""
    named = isinstance(formula, Member) and not formula.negated
    equal = isinstance(formula, Compare) and formula.operator == "="
    return 0 if named or equal else 1 if isinstance(formula, Compare) else 2


def _constant(node: Node) -> bool:
    return not any(True for _ in node.find_all(exp.Column))
