"""Syntax to typed terms and formulas. Every refusal is a problem with a code, a place and a hint.

Names are resolved in a `Scope`; a literal gets its type from what it is compared with. A part that was
refused is `None`, and what contains it is not judged again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tierkit.documents.fields import BOOLEANS, date_hints, read_date
from tierkit.documents.language import Hint
from tierkit.documents.language import syntax as s
from tierkit.documents.language.refusals import AGGREGATES
from tierkit.errors import did_you_mean
from tierkit.program import magnitudes
from tierkit.program.canonical import term_text
from tierkit.program.interpreter import constant
from tierkit.program.providers import FunctionProvider, Offered
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
    mentions_as_of,
    references,
)
from tierkit.program.types import BROKEN, NUMERIC, TEXTUAL, family

MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
TEXT_TESTS = ("starts_with", "ends_with", "contains", "equals_ignoring_case")
SET_TESTS = ("has", "has_any", "has_all", "has_one", "subset_of")
CONDITIONS = ("at_least", *TEXT_TESTS, *SET_TESTS)
# name -> (least and most arguments, family of the arguments or "" for any, result type or "" for theirs)
FUNCTIONS: Mapping[str, tuple[int, int, str, str]] = {
    "abs": (1, 1, "number", "number"),
    "floor": (1, 1, "number", "integer"),
    "ceil": (1, 1, "number", "integer"),
    "least": (2, 1000, "number", ""),
    "greatest": (2, 1000, "number", ""),
    "coalesce": (2, 1000, "", ""),
    "days_between": (2, 2, "date", "integer"),
    "weekday": (1, 1, "date", "integer"),
    "month": (1, 1, "date", "integer"),
}
_USE_SET_TESTS = ("use", {"text": ", ".join(f"`{name}`" for name in SET_TESTS)})
_EXAMPLES = {"text": "="}
_NUMBER = re.compile(r"\d+(?:\.\d+)?[kKM%万亿]?")
_COUNTS = {(1, 1): "one argument", (2, 2): "two arguments", (2, 1000): "two or more arguments"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a name stands for in a scope: its type, its values, the bounds of a number."""

    type: str
    values: tuple[str, ...] | None = None
    largest: float | None = None


@dataclass(frozen=True)
class Scope:
    """The names that a condition may use.

    `table` is the table whose columns they are. A scope that is `open` lacks names whose declarations were
    refused: nothing is said about a name that it does not have. `functions` are those of plugins, `tolerance`
    is that of numeric comparisons.
    """

    names: Mapping[str, Known]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    table: str = ""
    open: bool = False
    functions: Mapping[str, Offered[FunctionProvider]] = field(default_factory=dict)
    tolerance: float = 0.0


Report = Callable[..., None]
"""`report(code, span, *hints, **arguments)` with a span in the condition's own text."""


class Typer:
    """Types one condition or expression."""

    def __init__(self, scope: Scope, report: Report) -> None:
        self.scope, self.report = scope, report

    # -- formulas

    def condition(self, node: s.Syntax) -> Formula | None:
        """A whole condition: it must involve a dimension."""
        formula = self.formula(node)
        if formula is not None and not references(formula):
            self.report("no-dimension", node.span)
            return None
        return formula

    def formula(self, node: s.Syntax) -> Formula | None:
        """A condition, or a part of one."""
        match node:
            case s.Logic():
                items = self.formulas(node.operands)
                return None if items is None else (And if node.operator == "and" else Or)(items)
            case s.Not():
                item = self.formula(node.operand)
                return None if item is None else Not(item)
            case s.Binary() if node.operator in MIRRORED:
                return self.compare(node.operator, node.left, node.right, node)
            case s.Between():
                low = self.compare(">=", node.operand, node.low, node, "between")
                high = low and self.compare("<=", node.operand, node.high, node, "between")
                if low is None or high is None:
                    return None
                both = And((low, high))
                return Not(both) if node.negated else both
            case s.In():
                return self.member(node)
            case s.IsMissing():
                term = self.term(node.operand)
                if term is None or not self.has_dimension(term, node.span):
                    return None
                return IsMissing(term, node.negated)
            case s.Call() if node.function in CONDITIONS:
                return self.test(node)
            case s.Boolean():
                self.report("boolean-literal", node.span)
                return None
            case _:
                return self.bare(node)

    def formulas(self, nodes: Iterable[s.Syntax]) -> tuple[Formula, ...] | None:
        """Conditions side by side; None when one was refused, but every one had its say."""
        found = [self.formula(node) for node in nodes]
        kept = tuple(formula for formula in found if formula is not None)
        return kept if len(kept) == len(found) else None

    def bare(self, node: s.Syntax) -> Formula | None:
        """A value where a condition is expected: good when it is boolean."""
        term = self.term(node)
        if term is None:
            return None
        if term.type in ("boolean", BROKEN):
            return Compare("=", term, Const(value=True, type="boolean"))
        example = f"{term_text(term)} {_EXAMPLES.get(family(term.type), '>')} …"
        if term.type == "set":
            example = f"has({term_text(term)}, …)"
        self.report("not-a-condition", node.span, found=described(term), text=example)
        return None

    def compare(
        self, operator: str, left: s.Syntax, right: s.Syntax, node: s.Syntax, word: str = ""
    ) -> Formula | None:
        """A comparison: two terms of one family, a constant on the right; `word` is how it was written."""
        if isinstance(left, s.Boolean) or isinstance(right, s.Boolean):
            return self.compare_boolean(word or operator, left, right, node.span)
        if self.lacks_quotes(left, right) or self.lacks_quotes(right, left):
            return None
        first, second = self.term(left), self.term(right)
        if first is None or second is None:
            return None
        a, b = self.fit(first, second, left.span), self.fit(second, first, right.span)
        if a is None or b is None:
            return None
        if BROKEN in (a.type, b.type):
            return Compare(operator, a, b)
        if family(a.type) != family(b.type):
            self.report("type-mismatch", node.span, *_way_out(a, b), left=described(a), right=described(b))
            return None
        if a.type == "set":
            self.report("type-mismatch", node.span, _USE_SET_TESTS, left=described(a), right=described(b))
            return None
        if operator not in ("=", "!=") and family(a.type) in ("text", "boolean"):
            self.report("order-on", node.span, type=type_words(a.type), operator=word or operator)
            return None
        if not self.sensible(a, b, left.span, right.span):
            return None
        if isinstance(a, Const) and not isinstance(b, Const):
            a, b, operator = b, a, MIRRORED[operator]
        if not (references(a) or references(b) or mentions_as_of(a) or mentions_as_of(b)):
            self.report("no-dimension", node.span)
            return None
        return Compare(operator, a, b, self.tolerance(a))

    def tolerance(self, term: Term) -> float:
        """How far from `term` another number may be and still be equal; only numbers have a tolerance."""
        return self.scope.tolerance if term.type in NUMERIC else 0.0

    def lacks_quotes(self, name: s.Syntax, beside: s.Syntax) -> bool:
        """True (and said) for a bare word that nothing is called and that stands beside a text."""
        if not (isinstance(name, s.Name) and isinstance(beside, s.Name)) or self.is_known(name.name):
            return False
        other = self.scope.names.get(beside.name)
        if other is None or self.scope.open or family(other.type) not in ("text", "set"):
            return False
        known = [*self.scope.names, *self.scope.parameters]
        word = did_you_mean(name.name, other.values) if other.values is not None else ()
        if not word and (other.values is not None or did_you_mean(name.name, known)):
            return False
        hint = ("text-in-quotes", {"text": word[0][1]["word"] if word else name.name})
        self.unknown(name, hint)
        return True

    def is_known(self, name: str) -> bool:
        """True for `as_of`, and for names that are declared, rightly or wrongly."""
        scope = self.scope
        return name == "as_of" or name in scope.names or name in scope.parameters or name in scope.broken

    def compare_boolean(self, operator: str, left: s.Syntax, right: s.Syntax, span: s.Span) -> Formula | None:
        """A comparison with `true` or `false`: always `=`, the literal turned round for `!=`."""
        if isinstance(left, s.Boolean):
            left, right = right, left
        if isinstance(left, s.Boolean) or not isinstance(right, s.Boolean):
            self.report("no-dimension", span)
            return None
        term = self.term(left)
        if term is None:
            return None
        if term.type not in ("boolean", BROKEN):
            self.report("type-mismatch", span, left=described(term), right=type_words("boolean"))
            return None
        if operator not in ("=", "!="):
            self.report("order-on", span, type=type_words("boolean"), operator=operator)
            return None
        return Compare("=", term, Const(right.value == (operator == "="), "boolean"))

    def fit(self, term: Term, other: Term, span: s.Span) -> Term | None:
        """A text literal becomes a date beside a date, and must be a value beside a category."""
        if other.type == "date":
            return self.dated(term, span)
        if term.type != "text" or other.type != "category" or not isinstance(other, Ref):
            return term
        return term if all(self.is_value(const, other, span) for const in _literals(term)) else None

    def dated(self, term: Term, span: s.Span) -> Term | None:
        """A term of nothing but text literals as a date; any other term as it is."""
        if term.type not in TEXTUAL or not _literal(term):
            return term
        match term:
            case Const():
                return self.date(term, span)
            case Lookup():
                dates = [(value, self.date(const, span)) for value, const in term.cases]
                default = None if term.default is None else self.date(term.default, span)
                cases = tuple((value, date) for value, date in dates if date is not None)
                if len(cases) < len(dates) or (default is None) != (term.default is None):
                    return None
                return Lookup(term.parameter, term.by, cases, default, "date")
            case Choose():
                values = [(condition, self.dated(value, span)) for condition, value in term.branches]
                rest = None if term.otherwise is None else self.dated(term.otherwise, span)
                branches = tuple((condition, value) for condition, value in values if value is not None)
                if len(branches) < len(values) or (rest is None) != (term.otherwise is None):
                    return None
                return Choose(branches, rest, "date")
            case Function():
                arguments = self.all_dated((argument, span) for argument in term.arguments)
                return None if arguments is None else Function(term.name, tuple(arguments), "date")
            case _:
                return term

    def all_dated(self, terms: Iterable[tuple[Term, s.Span]]) -> list[Term] | None:
        """Each term as `dated` has it, or None when one was refused."""
        found = [self.dated(term, span) for term, span in terms]
        kept = [term for term in found if term is not None]
        return kept if len(kept) == len(found) else None

    def date(self, term: Const, span: s.Span) -> Const | None:
        """A text literal as a date."""
        day = read_date(str(term.value))
        if day is None:
            self.report("bad-date", span, *date_hints(str(term.value)), text=term.value)
            return None
        return Const(day, "date", term.parameter)

    def is_value(self, term: Const, category: Ref, span: s.Span) -> bool:
        """Refuses a literal that is none of the values of a category."""
        known = self.scope.names[category.name].values if category.name in self.scope.names else None
        if known is None or term.value in known:
            return True
        text = str(term.value)
        self.report(
            "not-in-values", span, *did_you_mean(text, known),
            value=text, dimension=category.name, known=", ".join(known),
        )  # fmt: skip
        return False

    def sensible(self, a: Term, b: Term, a_span: s.Span, b_span: s.Span) -> bool:
        """Refuses a bare `%` beside money or whole numbers: 5% is 0.05 there, which nobody means."""
        for term, other, span in ((a, b, a_span), (b, a, b_span)):
            if other.type not in ("money", "integer"):
                continue
            for literal in _literals(term):
                if literal.type == "ratio":
                    text = literal.parameter or percent(literal.value)
                    named = term_text(other)
                    self.report(
                        "percent-mismatch", span, text=text, dimension=named, type=type_words(other.type)
                    )
                    return False
        return True

    def member(self, node: s.In) -> Formula | None:
        """`in` a list of literals, or a list parameter."""
        term = self.term(node.operand)
        items = node.items.items if isinstance(node.items, s.Items) else ()
        unquoted = [item for item in items if self.lacks_quotes(item, node.operand)]
        if unquoted:
            return None
        if isinstance(node.items, s.Name):
            hints: tuple[Hint, ...] = ()
            if isinstance(term, Const) and term.type == "text":
                has = f"{'not ' * node.negated}has({node.items.name}, {term_text(term)})"
                hints = (("use", {"text": f"`{has}`"}),)
            values, parameter = self.list_parameter(node.items, *hints), node.items.name
        else:
            values, parameter = self.literals(node.items), None
        if term is None or values is None or not self.has_dimension(term, node.operand.span):
            return None
        fitted = [self.element(term, value, span) for value, span in values]
        if any(value is None for value in fitted):
            return None
        unique = dict.fromkeys(value for value in fitted if value is not None)
        return Member(term, tuple(unique), node.negated, parameter, self.tolerance(term))

    def element(self, term: Term, value: Const, span: s.Span) -> Const | None:
        """A literal of a list, as a value that `term` can have."""
        fitted = self.fit(value, term, span)
        if fitted is None or not isinstance(fitted, Const):
            return None
        if term.type != BROKEN and (
            family(fitted.type) != family(term.type) or term.type in ("boolean", "set")
        ):
            hints = _way_out(term, fitted)
            self.report("type-mismatch", span, *hints, left=described(term), right=described(fitted))
            return None
        return fitted if self.sensible(term, fitted, span, span) else None

    def literals(self, items: s.Items) -> list[tuple[Const, s.Span]] | None:
        """The literals of a list in parentheses, each with its place."""
        found: list[tuple[Const, s.Span]] = []
        for item in items.items:
            term = self.term(item)
            if term is None:
                return None
            if not isinstance(term, Const):
                self.report("wrong-type", item.span, expected="a value", found=f"`{term_text(term)}`")
                return None
            found.append((term, item.span))
        return found

    def list_parameter(self, name: s.Name, *instead: Hint) -> list[tuple[Const, s.Span]] | None:
        """The values of a list parameter, all at the place of its name; `instead` is for a set."""
        parameter = self.scope.parameters.get(name.name)
        if name.name in self.scope.names:
            known = self.scope.names[name.name]
            if known.type != BROKEN:
                found = f"`{name.name}` (`{known.type}`)"
                hints = instead if known.type == "set" else ()
                self.report("wrong-type", name.span, *hints, expected="a list in parentheses", found=found)
            return None
        if parameter is None:
            if name.name not in self.scope.broken:
                self.unknown(name)
            return None
        if not isinstance(parameter.value, tuple):
            self.report("scalar-parameter", name.span, name=name.name)
            return None
        return [(Const(item.value, item.type, name.name), name.span) for item in parameter.value]

    def test(self, node: s.Call) -> Formula | None:
        """A function that is a condition: a test of a text or a set, or `at_least`."""
        if node.function == "at_least":
            return self.at_least(node)
        if len(node.arguments) != 2:  # noqa: PLR2004  every test takes a value and what to look for
            self.report(
                "argument-count",
                node.span,
                name=node.function,
                expected="two arguments",
                found=len(node.arguments),
            )
            return None
        subject = self.term(node.arguments[0])
        if subject is None:
            return None
        wanted = "text" if node.function in TEXT_TESTS else "set"
        if subject.type != BROKEN and family(subject.type) != wanted:
            self.report(
                "wrong-type", node.arguments[0].span, *([_USE_SET_TESTS] if subject.type == "set" else []),
                expected=type_words(wanted), found=described(subject),
            )  # fmt: skip
            return None
        if not self.has_dimension(subject, node.arguments[0].span):
            return None
        if node.function in TEXT_TESTS or node.function == "has":
            return self.one_text(node, subject)
        return self.many_texts(node, subject)

    def one_text(self, node: s.Call, subject: Term) -> Formula | None:
        """A test that looks for one text."""
        argument = node.arguments[1]
        text = self.term(argument)
        if text is None:
            return None
        if not isinstance(text, Const) or text.type != "text":
            self.report(
                "wrong-type", argument.span, expected="a text in single quotes", found=described(text)
            )
            return None
        if node.function in TEXT_TESTS:
            return TextTest(node.function, subject, text)
        if isinstance(subject, Ref) and not self.is_value(text, subject, argument.span):
            return None
        return SetTest("has", subject, (text,), parameter=text.parameter)

    def many_texts(self, node: s.Call, subject: Term) -> Formula | None:
        """A test of a set that looks for several texts."""
        argument, parameter = node.arguments[1], None
        if isinstance(argument, s.Items):
            values = self.literals(argument)
        elif isinstance(argument, s.Name):
            values, parameter = self.list_parameter(argument), argument.name
        else:
            self.report("wrong-type", argument.span, expected="a list in parentheses", found="a value")
            return None
        if values is None:
            return None
        for value, span in values:
            if value.type != "text":
                self.report("wrong-type", span, expected="a text in single quotes", found=described(value))
                return None
            if isinstance(subject, Ref) and not self.is_value(value, subject, span):
                return None
        wanted = tuple(dict.fromkeys(value for value, _ in values))
        return SetTest(node.function, subject, wanted, parameter=parameter)

    def at_least(self, node: s.Call) -> Formula | None:
        """`at_least`: a whole number, then no fewer conditions than that."""
        if len(node.arguments) < 2:  # noqa: PLR2004  a count and a condition
            self.report(
                "argument-count", node.span,
                name="at_least", expected="a condition or more after the count", found=len(node.arguments),
            )  # fmt: skip
            return None
        count, conditions = node.arguments[0], node.arguments[1:]
        if not isinstance(count, s.Number) or count.value % 1:
            self.report("wrong-type", count.span, expected="a whole-number literal", found="a value")
            return None
        if not 1 <= count.value <= len(conditions):
            self.report("at-least-count", count.span, most=len(conditions), found=count.value)
            return None
        items = self.formulas(conditions)
        return None if items is None else AtLeast(int(count.value), items)

    # -- terms

    def term(self, node: s.Syntax) -> Term | None:
        """A value, or a part of one."""
        match node:
            case s.Number():
                return Const(float(node.value), "ratio" if node.percent else "number")
            case s.Text():
                return Const(node.value, "text")
            case s.Name():
                return self.name(node)
            case s.Negative():
                operand = self.numeric(node.operand)
                return None if operand is None else self.folded(Negative(operand), node)
            case s.Binary() if node.operator not in MIRRORED:
                left = self.numeric(node.left)
                right = self.numeric(node.right) if left is not None else self.term(node.right)
                if left is None or right is None:
                    return None
                return self.folded(Arithmetic(node.operator, left, right), node)
            case s.Call() if node.function in FUNCTIONS:
                return self.call(node)
            case s.Call() if node.function in self.scope.functions:
                return self.provided(node, self.scope.functions[node.function].provider)
            case s.Call() if node.function not in CONDITIONS:
                self.no_function(node)
                return None
            case s.Case():
                return self.case(node)
            case s.Boolean():
                self.report("boolean-literal", node.span)
            case s.Items():
                self.report("unexpected", node.span, found="(")
            case _:
                self.report("not-a-value", node.span)
        return None

    def name(self, node: s.Name) -> Term | None:
        """What a name stands for: the day, a dimension or ladder, a parameter."""
        if node.name == "as_of":
            return AsOf()
        if node.name in self.scope.names:
            return Ref(node.name, self.scope.names[node.name].type)
        if node.name in self.scope.broken:
            return Ref(node.name, BROKEN)
        parameter = self.scope.parameters.get(node.name)
        if parameter is None:
            self.unknown(node)
            return None
        if isinstance(parameter.value, tuple):
            self.report("list-parameter", node.span, name=node.name)
            return None
        if isinstance(parameter.value, Const):
            return Const(parameter.value.value, parameter.value.type, node.name)
        by = self.scope.names.get(parameter.by)
        if by is None:
            if self.scope.table:
                self.unknown(s.Name(parameter.by, node.span))
                return None
            return Ref(node.name, BROKEN)
        cases = tuple((value, Const(c.value, c.type, node.name)) for value, c in parameter.value.items())
        rest = parameter.otherwise
        default = None if rest is None else Const(rest.value, rest.type, node.name)
        return Lookup(node.name, Ref(parameter.by, by.type), cases, default, cases[0][1].type)

    def unknown(self, node: s.Name, *hints: Hint) -> None:
        """Refuses a name that stands for nothing."""
        known = [*self.scope.names, *self.scope.parameters]
        if self.scope.open:
            return
        hints = hints or did_you_mean(node.name, known)
        if self.scope.table:
            self.report("unknown-column", node.span, *hints, table=self.scope.table, name=node.name)
        else:
            self.report("unknown-name", node.span, *hints, name=node.name)

    def no_function(self, node: s.Call) -> None:
        """Says that there is no such function, and which one was meant."""
        known, word = [*FUNCTIONS, *CONDITIONS, *self.scope.functions], node.function.lower()
        other = {"min": "least", "max": "greatest"}.get(word)
        if other is not None and len(node.arguments) > 1:
            self.report("wrong-spelling", node.name_span, ("write", {"text": other}), found=node.function)
            return
        hint = (
            (("aggregate", {"text": node.function}),)
            if word in AGGREGATES
            else did_you_mean(node.function, known)
        )
        self.report("unknown-function", node.name_span, *hint, found=node.function, known=", ".join(known))

    def numeric(self, node: s.Syntax) -> Term | None:
        """A term that is a number."""
        term = self.term(node)
        if term is None or term.type in NUMERIC or term.type == BROKEN:
            return term
        hints = (("use", {"text": "`days_between(a, b)`"}),) if term.type == "date" else ()
        self.report("wrong-type", node.span, *hints, expected=type_words("number"), found=described(term))
        return None

    def folded(self, term: Term, node: s.Syntax) -> Term | None:
        """Computes a constant part once; refuses division by zero and what could leave the range."""
        if isinstance(term, Arithmetic) and term.operator == "/" and constant(term.right) == 0:
            self.report("division-by-zero", node.span)
            return None
        if not magnitudes.within(term, self.scope.names):
            self.report("overflow", node.span)
            return None
        value = constant(term)
        if value is None:
            return term
        if isinstance(term, Negative) and term.operand.type == "ratio":
            return Const(value, "ratio")
        return Const(value, "number" if term.type in NUMERIC else term.type)

    def call(self, node: s.Call) -> Term | None:
        """A function that gives a value."""
        least, most, wanted, result = FUNCTIONS[node.function]
        if not least <= len(node.arguments) <= most:
            expected = _COUNTS[least, most]
            self.report(
                "argument-count", node.span, name=node.function, expected=expected, found=len(node.arguments)
            )
            return None
        terms: list[Term] = []
        for argument in node.arguments:
            term = self.term(argument)
            if term is None:
                return None
            if wanted == "date":
                term = self.dated(term, argument.span)
                if term is None:
                    return None
            if wanted and term.type != BROKEN and family(term.type) != wanted:
                self.report("wrong-type", argument.span, expected=type_words(wanted), found=described(term))
                return None
            terms.append(term)
        spans = [argument.span for argument in node.arguments]
        alike = self.alike(terms, spans)
        if alike is None:
            return None
        type_ = result or self.common(alike, spans)
        return None if type_ is None else self.folded(Function(node.function, tuple(alike), type_), node)

    def provided(self, node: s.Call, function: FunctionProvider) -> Term | None:
        """A function of a plugin: its arguments are of the types it declares."""
        if len(node.arguments) != len(function.arguments):
            count = len(function.arguments)
            expected = _COUNTS.get((count, count), f"{count} arguments")
            self.report(
                "argument-count", node.span, name=node.function, expected=expected, found=len(node.arguments)
            )
            return None
        terms: list[Term] = []
        for argument, wanted in zip(node.arguments, function.arguments, strict=True):
            term = self.term(argument)
            if term is not None and wanted == "date":
                term = self.dated(term, argument.span)
            if term is None:
                return None
            if not fits(term, wanted):
                self.report("wrong-type", argument.span, expected=type_words(wanted), found=described(term))
                return None
            terms.append(term)
        type_ = "text" if function.type == "category" else function.type
        found = Function(node.function, tuple(terms), type_, function)
        return found if self.has_dimension(found, node.span) else None

    def alike(self, terms: list[Term], spans: list[s.Span]) -> list[Term] | None:
        """The terms with text literals as dates where one of them is a date."""
        if all(term.type != "date" for term in terms):
            return terms
        return self.all_dated(zip(terms, spans, strict=True))

    def common(self, terms: list[Term], spans: list[s.Span]) -> str | None:
        """The one type of several terms: their own when they agree, `number` for mixed numeric types."""
        types = [term.type for term in terms if term.type != BROKEN]
        for type_, span, term in zip([t.type for t in terms], spans, terms, strict=True):
            if types and type_ != BROKEN and family(type_) != family(types[0]):
                self.report("wrong-type", span, expected=type_words(types[0]), found=described(term))
                return None
        if not types:
            return BROKEN
        if len(set(types)) == 1:
            return types[0]
        return "number" if types[0] in NUMERIC else "text"

    def case(self, node: s.Case) -> Term | None:
        """A `case` whose values are of one type."""
        found = [(self.formula(condition), self.term(value)) for condition, value in node.branches]
        otherwise = self.term(node.otherwise) if node.otherwise is not None else None
        branches = [(c, value) for c, value in found if c is not None and value is not None]
        if len(branches) < len(found) or (node.otherwise is not None and otherwise is None):
            return None
        terms = [value for _, value in branches] + ([otherwise] if otherwise is not None else [])
        spans = [value.span for _, value in node.branches] + ([node.otherwise.span] if node.otherwise else [])
        alike = self.alike(terms, spans)
        type_ = None if alike is None else self.common(alike, spans)
        if alike is None or type_ is None:
            return None
        chosen = tuple((condition, value) for (condition, _), value in zip(branches, alike, strict=False))
        otherwise = alike[-1] if node.otherwise is not None else None
        return Choose(chosen, otherwise, "text" if type_ in TEXTUAL else type_)

    def has_dimension(self, term: Term, span: s.Span) -> bool:
        """Refuses a term that is the same for everybody."""
        if references(term):
            return True
        self.report("no-dimension", span)
        return False


def _literal(term: Term) -> bool:
    """True for a term that gives nothing but texts written in the file."""
    match term:
        case Const() | Lookup():
            return True
        case Choose():
            return all(_literal(v) for _, v in term.branches) and (
                term.otherwise is None or _literal(term.otherwise)
            )
        case Function():
            return term.name == "coalesce" and all(_literal(argument) for argument in term.arguments)
        case _:
            return False


def percent(value: object) -> str:
    """A ratio as it was written: `0.05` as `5%`."""
    return f"{float(value) * 100:.12g}%"  # type: ignore[arg-type]  # a ratio is a number


def integral(term: Term) -> bool:
    """True when the term can only be a whole number."""
    match term:
        case Const():
            return isinstance(term.value, float) and term.value.is_integer()
        case Ref() | AsOf():
            return term.type == "integer"
        case Lookup():
            consts = [const for _, const in term.cases] + ([term.default] if term.default else [])
            return all(integral(const) for const in consts)
        case Arithmetic():
            return term.operator != "/" and integral(term.left) and integral(term.right)
        case Negative():
            return integral(term.operand)
        case Function():
            if term.provider is not None:
                return term.type == "integer"
            return term.name in ("floor", "ceil", "days_between", "weekday", "month") or all(
                integral(argument) for argument in term.arguments
            )
        case Choose():
            rest = () if term.otherwise is None else (term.otherwise,)
            return all(integral(value) for value in (*(value for _, value in term.branches), *rest))


def fits(term: Term, type_: str) -> bool:
    """True when the value of `term` can be one of `type_`: an integer takes what can only be whole."""
    if term.type == BROKEN:
        return True
    if type_ == "integer":
        return term.type in NUMERIC and integral(term)
    return family(term.type) == family(type_)


def _way_out(a: Term, b: Term) -> tuple[Hint, ...]:
    """What to write where `a` and `b` are of two kinds, where it can be guessed."""
    for one, other in ((a, b), (b, a)):
        kind, literal = family(one.type), isinstance(other, Const) and other.parameter is None
        text = str(other.value) if isinstance(other, Const) else ""
        if kind == "set":
            return (_USE_SET_TESTS,)
        if kind == "text" and literal and other.type in NUMERIC:
            return (("text-in-quotes", {"text": term_text(other)}),)
        if kind == "number" and literal and other.type == "text" and _NUMBER.fullmatch(text):
            return (("write", {"text": text}),)
        if kind == "boolean" and literal and text.casefold() in BOOLEANS:
            return (("write", {"text": BOOLEANS[text.casefold()]}),)
        if kind == "date" and family(other.type) == "number":
            return (("use", {"text": "`days_between(a, b)`"}),)
    return ()


def type_words(type_: str) -> str:
    """A type in words."""
    from tierkit.errors.messages import TYPE_NAMES  # only when something is refused

    return TYPE_NAMES.get(type_, (type_, type_))[0]


def described(term: Term) -> str:
    """What a term is, in words."""
    if isinstance(term, Const):
        return f"`{term_text(term)}`" if term.parameter is None else f"`{term.parameter}` (`{term.type}`)"
    return type_words(term.type) if not isinstance(term, Ref) else f"`{term.name}` (`{term.type}`)"


def _literals(term: Term) -> tuple[Const, ...]:
    """The constants that a literal or a parameter stands for."""
    if isinstance(term, Const):
        return (term,)
    if isinstance(term, Lookup):
        return (*(const for _, const in term.cases), *([term.default] if term.default else []))
    return ()
