"""Terms and formulas back to text: one spelling per meaning, readable by the parser again."""

from __future__ import annotations

import datetime as dt

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
)

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_WHOLE = 1e16


def value_text(value: Value) -> str:
    """A constant as the language writes it.

    >>> value_text(10000.0), value_text(0.05), value_text("it's"), value_text(True)
    ('10000', '0.05', "'it''s'", 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dt.date):
        return f"'{value.isoformat()}'"
    if isinstance(value, frozenset):
        return "(" + ", ".join(value_text(item) for item in sorted(value)) + ")"
    return str(value)


def term_text(term: Term, strength: int = 0) -> str:
    """A term as text; parentheses only where they are needed."""
    match term:
        case Ref():
            return term.name
        case Const():
            return term.parameter or value_text(term.value)
        case Lookup():
            return term.parameter
        case Arithmetic():
            own = _STRENGTH[term.operator]
            text = f"{term_text(term.left, own)} {term.operator} {term_text(term.right, own + 1)}"
            return f"({text})" if own < strength else text
        case Negative():
            text = term_text(term.operand, 3)
            return f"-({text})" if text.startswith("-") else f"-{text}"  # `--` would begin a comment
        case Function():
            return f"{term.name}({', '.join(term_text(argument) for argument in term.arguments)})"
        case Choose():
            parts = [f"when {formula_text(c)} then {term_text(t, 1)}" for c, t in term.branches]
            if term.otherwise is not None:
                parts.append(f"else {term_text(term.otherwise, 1)}")
            return f"case {' '.join(parts)} end"
        case AsOf():
            return "as_of"


def leaf_text(leaf: Leaf) -> str:
    """A leaf as text: the `expression` of a finding."""
    match leaf:
        case Compare():
            return f"{term_text(leaf.left)} {leaf.operator} {term_text(leaf.right)}"
        case Member():
            return f"{term_text(leaf.term)} {'not ' * leaf.negated}in {_items(leaf.values, leaf.parameter)}"
        case TextTest():
            return f"{'not ' * leaf.negated}{leaf.function}({term_text(leaf.term)}, {term_text(leaf.text)})"
        case SetTest():
            values = (
                term_text(leaf.values[0]) if leaf.function == "has" else _items(leaf.values, leaf.parameter)
            )
            return f"{'not ' * leaf.negated}{leaf.function}({term_text(leaf.term)}, {values})"
        case IsMissing():
            return f"{term_text(leaf.term)} is {'not ' * leaf.negated}missing"


def formula_text(formula: Formula, *, inner: bool = False) -> str:
    """A formula as text.

    >>> leaf = Compare(">", Ref("amount", "money"), Const(10000.0, "number"))
    >>> formula_text(Not(Or((leaf, IsMissing(Ref("city", "text"))))))
    'not (amount > 10000 or city is missing)'
    """
    match formula:
        case And() | Or():
            word = " and " if isinstance(formula, And) else " or "
            text = word.join(formula_text(item, inner=True) for item in formula.items)
            return f"({text})" if inner else text
        case Not():
            return f"not {formula_text(formula.item, inner=True)}"
        case AtLeast():
            return f"at_least({formula.count}, {', '.join(formula_text(item) for item in formula.items)})"
        case _:
            return leaf_text(formula)


def _items(values: tuple[Const, ...], parameter: str | None) -> str:
    return parameter or "(" + ", ".join(value_text(value.value) for value in values) + ")"
