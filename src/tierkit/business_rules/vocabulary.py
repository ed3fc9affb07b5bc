"""What business-rules offers, asked of the package itself: types and their operators.

The only module besides `builder` that imports it, and not before something is carried over.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tierkit.program.model import Dimension, Program
from tierkit.program.terms import Ref, SetTest, children
from tierkit.program.types import NUMERIC

EPSILON = "0.000001"
"""Two numbers no further apart are equal in business-rules; a constant of its `NumericType`."""

TYPES: Mapping[str, str] = {
    "numeric": "number",
    "string": "text",
    "boolean": "boolean",
    "select": "set",
    "select_multiple": "set",
}
"""Types of business-rules, and those of dimensions that stand for them."""


def operators() -> dict[str, dict[str, str]]:
    """For each type its operators, each with the kind of value it takes.

    >>> operators()["boolean"]
    {'is_false': 'none', 'is_true': 'none'}
    """
    from business_rules import operators as module

    types = [getattr(module, name) for name in sorted(vars(module))]
    exported = [type_ for type_ in types if getattr(type_, "export_in_rule_data", False)]
    return {
        type_.name: {found["name"]: found["input_type"] for found in type_.get_all_operators()}
        for type_ in exported
    }


def fits(value: Any, takes: str) -> bool:
    """Whether an operator that takes this kind of value can take `value`; None is the empty text."""
    match takes:
        case "none":
            return True
        case "numeric":
            return isinstance(value, int | float | Decimal)
        case "text":
            return value is None or isinstance(value, str)
        case "select":
            return isinstance(value, str)
        case _:
            return isinstance(value, list | tuple) and bool(value) and all(isinstance(v, str) for v in value)


def field_type(dimension: Dimension, selects: frozenset[str]) -> str | None:
    """The type of business-rules for a dimension; None for a date."""
    if dimension.type in NUMERIC:
        return "numeric"
    if dimension.type == "set":
        return "select" if dimension.name in selects else "select_multiple"
    return {"boolean": "boolean", "date": None}.get(dimension.type, "string")


def selects(program: Program) -> frozenset[str]:
    """The sets of which conditions only ask whether they hold one text.

    They are a `select`, which has an operator for that; any other set is a `select_multiple`, which has not.
    """
    asked: dict[str, set[str]] = {}
    stack: list[Any] = [rule.when for rule in program.rules]
    stack += [d.condition for d in program.dimensions.values() if d.condition is not None]
    stack += [] if program.eligible is None else [program.eligible]
    while stack:
        node = stack.pop()
        if isinstance(node, SetTest) and isinstance(node.term, Ref):
            asked.setdefault(node.term.name, set()).add(node.function)
        stack.extend(children(node))
    return frozenset(name for name, functions in asked.items() if functions == {"has"})
