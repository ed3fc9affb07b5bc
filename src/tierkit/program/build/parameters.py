"""Parameters: literals by what they look like, lists of one type, values per category."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from tierkit.documents.fields import date_hints, kind, read_date
from tierkit.documents.language import ConditionError, read_number, without_commas
from tierkit.documents.models import ParameterEntry
from tierkit.documents.nodes import Mapping, Scalar, Sequence
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context, texts
from tierkit.program.model import Parameter
from tierkit.program.terms import Const
from tierkit.program.types import family

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def literal(scalar: Scalar) -> Const:
    """A scalar as the constant it looks like; quoted, it is always text.

    >>> literal(Scalar("10k")), literal(Scalar("10k", style='"'))
    (Const(value=10000.0, type='number', parameter=None), Const(value='10k', type='text', parameter=None))
    """
    text = str(scalar)
    if scalar.plain:
        if text in ("true", "false"):
            return Const(text == "true", "boolean")
        date = read_date(text)
        if date is not None:
            return Const(date, "date")
        try:
            value, percent = read_number(text.removeprefix("-"))
        except ConditionError:
            return Const(text, "text")
        return Const(
            -float(value) if text.startswith("-") else float(value), "ratio" if percent else "number"
        )
    return Const(text, "text")


def _literal(context: Context, scalar: Scalar) -> Const | None:
    """A scalar as the constant it looks like; None when it was meant for a number or a date and is none."""
    const = literal(scalar)
    plain = scalar.removeprefix("-")
    if const.type != "text" or not scalar.plain or not plain[:1].isdigit():
        return const
    if _DATE.fullmatch(scalar):
        context.add("bad-date", scalar, *date_hints(scalar), text=scalar)
        return None
    if (commas := without_commas(plain)) is not None and commas[0] == plain:
        context.add("wrong-spelling", scalar, ("write", {"text": commas[1]}), found=scalar)
        return None
    try:
        read_number(plain)
    except ConditionError as error:
        if error.code == "bad-literal":
            return const  # text that begins with a digit
        context.add(error.code, scalar, *error.hints, **error.arguments)
    return None


def build_parameter(context: Context, name: Scalar, entry: ParameterEntry) -> Parameter | None:
    """The parameter of an entry, or None with a problem."""
    value: Any = entry.value
    if isinstance(value, Mapping) != (entry.by is not None):
        if entry.by is None:
            context.add("missing-key", value, place="a parameter", key="by")
        else:
            context.add("wrong-shape", value, expected="a mapping", found=kind(value))
        return None
    if entry.else_ is not None and entry.by is None:
        context.add("key-without", entry.else_, key="else", other="by")
        return None
    if isinstance(value, Mapping):
        read = [_literal(context, item) for item in value.values()]
        if entry.else_ is not None and not isinstance(entry.else_, Scalar):
            context.add("wrong-shape", entry.else_, expected="a value", found="a list")
            return None
        otherwise = None if entry.else_ is None else _literal(context, entry.else_)
        consts = [const for const in read if const is not None]
        if len(consts) < len(read) or (otherwise is None) != (entry.else_ is None):
            return None
        if not _alike(context, name, value, [*consts, *([otherwise] if otherwise else [])]):
            return None
        cases = dict(zip((str(key) for key in value), consts, strict=True))
        return Parameter(str(name), cases, str(entry.by), otherwise, texts(entry.because), texts(entry.label))
    if isinstance(value, Sequence):
        read = [_literal(context, item) for item in value]
        consts = [const for const in read if const is not None]
        if len(consts) < len(read):
            return None
        if not _alike(context, name, value, consts):
            return None
        return Parameter(str(name), tuple(consts), because=texts(entry.because), label=texts(entry.label))
    const = _literal(context, value)
    if const is None:
        return None
    return Parameter(str(name), const, because=texts(entry.because), label=texts(entry.label))


def check_by(context: Context, name: Scalar, entry: ParameterEntry) -> bool:
    """Checks a `by:` parameter against its category once dimensions are known."""
    if entry.by is None:
        return True
    known = context.scope.names.get(str(entry.by))
    if known is None:
        if entry.by in context.document.parameters:
            context.add("wrong-type", entry.by, expected="a category (text)", found="a parameter")
        elif not context.scope.open:
            context.add("unknown-name", entry.by, *did_you_mean(entry.by, context.scope.names), name=entry.by)
        return False
    if known.values is None or known.type != "category":
        if known.type != "broken":
            context.add(
                "wrong-type", entry.by, expected="a category (text)", found=f"`{entry.by}` (`{known.type}`)"
            )
        return False
    fine = True
    for key in entry.value:
        if key not in known.values:
            context.add(
                "not-in-values", key, *did_you_mean(key, known.values),
                value=key, dimension=entry.by, known=", ".join(known.values),
            )  # fmt: skip
            fine = False
    left = [value for value in known.values if value not in entry.value]
    if fine and left and entry.else_ is None:
        context.add("parameter-gap", name, name=name, missing=", ".join(f"`{value}`" for value in left))
        fine = False
    return fine


def _alike(context: Context, name: Scalar, node: Any, consts: list[Const]) -> bool:
    if len({family(const.type) for const in consts}) > 1:
        context.add("mixed-list", node, name=name)
        return False
    return True


class Share(float):
    """A number that was written with `%`: a model of parameters may refuse what would mean something else."""


def plain(node: Any) -> Any:
    """A node as plain data, scalars as what they look like: for `params`, `grant` and `expect`."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    if isinstance(node, Scalar):
        if node.null:
            return None
        value = literal(node).value
        if isinstance(value, float):
            if node.plain and node.endswith("%"):
                return Share(value)
            return int(value) if value.is_integer() and "." not in node and "%" not in node else value
        return value.isoformat() if isinstance(value, dt.date) else value
    return None
