"""The reference interpreter: what conditions mean, as short as it can be said.

Three values everywhere: a term has a value or is missing (`None`), a formula is true, false or unknown
(`None`). Every backend is tested against this module; when they differ, this module is right.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from tierkit.program.domain import Missing
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
    mentions_as_of,
    references,
)
from tierkit.program.tolerance import apart

Values = Mapping[str, Value | None]
Truth = bool | None

_FOLD = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def truth(formula: Formula, values: Values, day: dt.date) -> Truth:
    """Whether `formula` holds for `values` on `day`: true, false, or unknown (`None`)."""
    match formula:
        case And():
            return all_of([truth(item, values, day) for item in formula.items])
        case Or():
            return any_of([truth(item, values, day) for item in formula.items])
        case Not():
            inner = truth(formula.item, values, day)
            return None if inner is None else not inner
        case AtLeast():
            return at_least(formula.count, [truth(item, values, day) for item in formula.items])
        case IsMissing():
            return (value(formula.term, values, day) is None) != formula.negated
        case Compare():
            left, right = value(formula.left, values, day), value(formula.right, values, day)
            if left is None or right is None:
                return None
            return compare(formula.operator, left, right, formula.tolerance)
        case Member():
            found = value(formula.term, values, day)
            if found is None:
                return None
            return member(found, [c.value for c in formula.values], formula.tolerance) != formula.negated
        case TextTest():
            found, text = value(formula.term, values, day), formula.text.value
            return None if found is None else text_test(formula.function, found, text) != formula.negated
        case SetTest():
            found, wanted = value(formula.term, values, day), [c.value for c in formula.values]
            return None if found is None else set_test(formula.function, found, wanted) != formula.negated


def value(term: Term, values: Values, day: dt.date) -> Value | None:
    """The value of `term`, or `None` when it is missing."""
    match term:
        case Ref():
            return values[term.name]
        case Const():
            return term.value
        case Lookup():
            chosen = values[term.by.name]
            const = dict(term.cases).get(chosen, term.default) if isinstance(chosen, str) else None
            return None if const is None else const.value
        case Arithmetic():
            return arithmetic(term.operator, value(term.left, values, day), value(term.right, values, day))
        case Negative():
            inner = value(term.operand, values, day)
            return None if inner is None else -float(inner)  # type: ignore[arg-type]  # typed as a number
        case Function():
            arguments = [value(argument, values, day) for argument in term.arguments]
            return function(term.name, arguments) if term.provider is None else provided(term, arguments)
        case Choose():
            for condition, result in term.branches:
                holds = truth(condition, values, day)
                if holds is None:
                    return None
                if holds:
                    return value(result, values, day)
            return None if term.otherwise is None else value(term.otherwise, values, day)
        case AsOf():
            return day


def all_of(items: list[Truth]) -> Truth:
    """Kleene's and: false beats unknown beats true."""
    return False if False in items else None if None in items else True


def any_of(items: list[Truth]) -> Truth:
    """Kleene's or: true beats unknown beats false."""
    return True if True in items else None if None in items else False


def at_least(count: int, items: list[Truth]) -> Truth:
    """True with `count` true items, false when the unknown ones can no longer make them."""
    if items.count(True) >= count:
        return True
    return None if items.count(True) + items.count(None) >= count else False


def member(found: Value, values: list[Value], tolerance: float = 0.0) -> bool:
    """Whether a present value is equal to one of a list."""
    return any(compare("=", found, value, tolerance) for value in values)


def compare(operator: str, left: Value, right: Value, tolerance: float = 0.0) -> bool:
    """Two present values of one family compared; numbers as they are, text by code point."""
    if tolerance:  # only comparisons of numbers have one
        left, right = apart(left, right, tolerance), 0.0  # type: ignore[arg-type]
    match operator:  # that both are of one family was seen to when the comparison was typed
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right  # type: ignore[operator]
        case "<=":
            return left <= right  # type: ignore[operator]
        case ">":
            return left > right  # type: ignore[operator]
        case _:
            return left >= right  # type: ignore[operator]


def arithmetic(operator: str, left: Value | None, right: Value | None) -> Value | None:
    """`+ - * /` in binary64; missing when an operand is, or when it divides by zero."""
    if left is None or right is None:
        return None
    a, b = float(left), float(right)  # type: ignore[arg-type]  # typed as numbers
    if operator == "/":
        return a / b if b else None
    return a + b if operator == "+" else a - b if operator == "-" else a * b


def function(name: str, arguments: list[Value | None]) -> Value | None:
    """A function of the language; all but `coalesce` are missing when an argument is."""
    if name == "coalesce":
        return next((argument for argument in arguments if argument is not None), None)
    if None in arguments:
        return None
    match name, arguments:
        case "days_between", [dt.date() as start, dt.date() as end]:
            return (end - start).days
        case "weekday", [dt.date() as day]:
            return day.isoweekday()
        case "month", [dt.date() as day]:
            return day.month
        case _:
            pass
    numbers = [float(argument) for argument in arguments]  # type: ignore[arg-type]  # typed as numbers
    match name:
        case "abs":
            return abs(numbers[0])
        case "floor":
            return float(math.floor(numbers[0]))
        case "ceil":
            return float(math.ceil(numbers[0]))
        case "least":
            return min(numbers)
        case _:
            return max(numbers)


def provided(term: Function, arguments: list[Value | None]) -> Value | None:
    """The function of a plugin; missing when an argument is, and when it fails."""
    from tierkit.program.calls import call_function  # few rule sets use one

    assert term.provider is not None  # noqa: S101  the caller looked
    found = call_function(term.provider, arguments)
    return None if isinstance(found, Missing) else found


def text_test(name: str, text: Value, wanted: Value) -> bool:
    """A test of a text, by code point; case is ignored for ASCII letters only."""
    assert isinstance(text, str)  # noqa: S101  an invariant of typed terms
    assert isinstance(wanted, str)  # noqa: S101
    match name:
        case "starts_with":
            return text.startswith(wanted)
        case "ends_with":
            return text.endswith(wanted)
        case "contains":
            return wanted in text
        case _:
            return text.translate(_FOLD) == wanted.translate(_FOLD)


def set_test(name: str, found: Value, wanted: list[Value]) -> bool:
    """A test of a set of texts."""
    assert isinstance(found, frozenset)  # noqa: S101  an invariant of typed terms
    count = sum(item in found for item in wanted)
    match name:
        case "has_all":
            return count == len(wanted)
        case "has_one":
            return count == 1
        case "subset_of":
            return count == len(found)
        case _:
            return count > 0


def constant(term: Term) -> Value | None:
    """The value of a term that is the same for everybody, else `None`."""
    if isinstance(term, Const):
        return term.value
    return None if references(term) or mentions_as_of(term) else value(term, {}, dt.date.min)
