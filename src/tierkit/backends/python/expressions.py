"""Typed terms and formulas to Python source: `v0`-style names only, every literal from the namespace.

Each piece yields a value, or None for missing and unknown. Nothing emitted can raise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierkit.program import interpreter
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
)
from tierkit.program.tolerance import apart

_OPERATORS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_FUNCTIONS = frozenset(
    ["abs", "floor", "ceil", "least", "greatest", "coalesce", "days_between", "weekday", "month"]
)


class Writer:
    """Collects lines of source and the constants they use; `names` maps dimensions to their variables."""

    def __init__(self, names: Mapping[str, str], namespace: dict[str, Any]) -> None:
        self.names, self.namespace = names, namespace
        self.lines: list[str] = []
        self._made: dict[Any, str] = {}
        self._temporaries = 0

    def line(self, text: str, depth: int = 1) -> None:
        """Adds one line."""
        self.lines.append("    " * depth + text)

    def constant(self, value: Any, prefix: str = "k") -> str:
        """The name under which the source finds `value`."""
        name = f"{prefix}{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def temporary(self, source: str) -> str:
        """Computes `source` once, under a name of its own."""
        found = self._made.get(source)
        if found is None:
            self._temporaries += 1
            found = self._made[source] = f"t{self._temporaries}"
            self.line(f"{found} = {source}")
        return found

    def term(self, term: Term) -> str:
        """A name (or atom) that holds the value of a term, or None."""
        match term:
            case Ref():
                return self.names[term.name]
            case Const():
                return self.value(term.value)
            case AsOf():
                return "day"
            case Lookup():
                return self.lookup(term)
            case Negative():
                inner = self.number(term.operand)
                return self.temporary(f"None if {inner} is None else -{inner}")
            case Arithmetic():
                return self.arithmetic(term)
            case Function():
                return self.function(term)
            case Choose():
                return self.choose(term)

    def value(self, value: Any) -> str:
        """A constant; one name for equal constants of one type."""
        key = (type(value), value)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self.constant(value)
        return found

    def number(self, term: Term) -> str:
        """A term as binary64."""
        name = self.term(term)
        if (
            isinstance(term, Const)
            or (isinstance(term, Ref) and term.type != "integer")
            or term.type == "number"
        ):
            return name
        return self.temporary(f"None if {name} is None else float({name})")

    def arithmetic(self, term: Arithmetic) -> str:
        """A calculation; missing when an operand is, or when it divides by zero."""
        left, right = self.number(term.left), self.number(term.right)
        checks = [f"{left} is None"] if not isinstance(term.left, Const) else []
        if term.operator == "/":
            checks.append(f"not {right}")  # missing or zero
        elif not isinstance(term.right, Const):
            checks.append(f"{right} is None")
        return self.temporary(_guarded(checks, f"{left} {term.operator} {right}"))

    def lookup(self, term: Lookup) -> str:
        """A parameter by category; missing when the category is."""
        table = {value: const.value for value, const in term.cases}
        default = "None" if term.default is None else self.value(term.default.value)
        by = self.names[term.by.name]
        return self.temporary(f"None if {by} is None else {self.constant(table)}.get({by}, {default})")

    def function(self, term: Function) -> str:
        """A call of the interpreter's own function, or of a plugin's as the interpreter calls it."""
        if term.provider is not None:
            arguments = ", ".join(self.term(argument) for argument in term.arguments)
            self.namespace["provided"] = interpreter.provided
            return self.temporary(f"provided({self.constant(term)}, [{arguments}])")
        assert term.name in _FUNCTIONS  # noqa: S101  names of functions come from the catalogue, never from a file
        arguments = ", ".join(self.term(argument) for argument in term.arguments)
        self.namespace["function"] = interpreter.function
        return self.temporary(f"function({term.name!r}, [{arguments}])")

    def choose(self, term: Choose) -> str:
        """A `case`: conditional expressions, one inside the other; an unknown branch makes it missing."""
        source = "None" if term.otherwise is None else self.term(term.otherwise)
        branches = [(self.formula(condition), self.term(value)) for condition, value in term.branches]
        for condition, value in reversed(branches):
            source = f"(None if {condition} is None else {value} if {condition} else {source})"
        return self.temporary(source)

    def formula(self, formula: Formula) -> str:
        """A name that holds True, False or None."""
        match formula:
            case And() | Or():
                name = "all_of" if isinstance(formula, And) else "any_of"
                self.namespace[name] = getattr(interpreter, name)
                return self.temporary(f"{name}([{self.formulas(formula.items)}])")
            case AtLeast():
                self.namespace["at_least"] = interpreter.at_least
                return self.temporary(f"at_least({formula.count}, [{self.formulas(formula.items)}])")
            case Not():
                inner = self.formula(formula.item)
                return self.temporary(f"None if {inner} is None else not {inner}")
            case IsMissing():
                return self.temporary(f"{self.term(formula.term)} is {'not ' * formula.negated}None")
            case Compare():
                return self.compare(formula)
            case Member():
                found = self.term(formula.term)
                if formula.tolerance:
                    self.namespace["member"] = interpreter.member
                    listed = self.constant([const.value for const in formula.values])
                    source = f"member({found}, {listed}, {self.value(formula.tolerance)})"
                    source = f"not {source}" if formula.negated else source
                    return self.temporary(_guarded([f"{found} is None"], source))
                values = self.constant(frozenset(const.value for const in formula.values))
                return self.temporary(
                    _guarded([f"{found} is None"], f"{found} {'not ' * formula.negated}in {values}")
                )
            case TextTest():
                self.namespace["text_test"] = interpreter.text_test
                call = f"text_test({formula.function!r}"
                return self.test(call, formula.term, formula.text.value, negated=formula.negated)
            case SetTest():
                self.namespace["set_test"] = interpreter.set_test
                call, wanted = f"set_test({formula.function!r}", [const.value for const in formula.values]
                return self.test(call, formula.term, wanted, negated=formula.negated)

    def formulas(self, items: tuple[Formula, ...]) -> str:
        """The names of several formulas, as the items of a list."""
        return ", ".join([self.formula(item) for item in items])

    def compare(self, leaf: Compare) -> str:
        """A comparison; unknown when a side is missing."""
        left, right = self.term(leaf.left), self.term(leaf.right)
        checks = [
            f"{name} is None"
            for name, term in ((left, leaf.left), (right, leaf.right))
            if not isinstance(term, Const | AsOf)
        ]
        source = f"{left} {_OPERATORS[leaf.operator]} {right}"
        if leaf.tolerance:
            self.namespace["apart"] = apart
            source = f"apart({left}, {right}, {self.value(leaf.tolerance)}) {_OPERATORS[leaf.operator]} 0.0"
        return self.temporary(_guarded(checks, source))

    def test(self, call: str, term: Term, wanted: Any, *, negated: bool) -> str:
        """A test of a text or a set: `call` has begun, the value and what is looked for complete it."""
        found = self.term(term)
        source = f"{call}, {found}, {self.constant(wanted)})"
        return self.temporary(_guarded([f"{found} is None"], f"not {source}" if negated else source))


def _guarded(checks: list[str], source: str) -> str:
    return f"None if {' or '.join(checks)} else {source}" if checks else source
