"""`fit`: how parameters follow a population. None may depend on itself through what it is fitted to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any, Literal

from tierkit.documents.language import ConditionError, parse, read_number
from tierkit.documents.language import syntax as s
from tierkit.documents.models import FitEntry, ParameterEntry
from tierkit.documents.nodes import Broken, Mapping, Scalar, span
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context
from tierkit.program.build.order import inputs, sort
from tierkit.program.model import Dimension, Fit, Ladder
from tierkit.program.terms import Const, Formula, references
from tierkit.program.types import BROKEN, NUMERIC, family

_FORMS: tuple[Literal["top", "quantile", "mean", "median"], ...] = ("top", "quantile", "mean", "median")


def build_fits(
    context: Context, dimensions: dict[str, Dimension], ladders: dict[str, Ladder], eligible: Formula | None
) -> dict[str, Fit]:
    """The fits of all parameters; what is wrong with them goes to the problems."""
    found: dict[str, Fit] = {}
    for name, entry in context.document.parameters.items():
        if isinstance(entry, Broken):
            continue
        if entry.fit is not None:
            fit = _fit(context, name, entry)
            if fit is not None:
                found[str(name)] = fit
        elif entry.fitted is not None and not _has_fit(context, name):
            node = context.document.tree[Scalar("parameters")][name]
            context.add("key-without", node.key("fitted"), key="fitted", other="fit")
    if found:
        _check_circles(context, found, {**dimensions, **ladders}, eligible)
    return found


def _fit(context: Context, name: Scalar, entry: ParameterEntry) -> Fit | None:
    """The fit of one parameter, or None with a problem."""
    written: Any = entry.fit
    _check_parameter(context, name, entry)
    _check_dimension(context, written.dimension)
    forms = [form for form in _FORMS if getattr(written, form) is not None]
    where = context.condition(written.where)
    if len(forms) != 1:
        context.add("fit-form", context.document.tree[Scalar("parameters")][name].key("fit"))
        return None
    form = forms[0]
    amount, step = _exact(getattr(written, form)), None if written.step is None else _exact(written.step)
    if form in ("top", "quantile") and not 0 < amount <= 1:
        context.add("fit-share", getattr(written, form), key=form)
    if written.ties is not None and form != "top":
        context.add("key-without", written.ties, key="ties", other="top")
    if step is not None and step <= 0:
        context.add("fit-step", written.step)
    ties: Literal["include", "exclude"] = "exclude" if written.ties == "exclude" else "include"
    return Fit(str(written.dimension), form, amount, ties, where, step)


def _check_parameter(context: Context, name: Scalar, entry: ParameterEntry) -> None:
    """Only one number can be replaced by one number."""
    parameter = context.scope.parameters.get(str(name))
    if parameter is None:
        return  # refused already
    value = parameter.value
    if isinstance(value, Const):
        if family(value.type) != "number":
            context.add("fit-parameter", entry.value, name=name, found="no number")
    else:
        found = "a list" if isinstance(value, tuple) else "one value per category value"
        context.add("fit-parameter", entry.value, name=name, found=found)


def _check_dimension(context: Context, name: Scalar) -> None:
    """What a parameter is fitted to exists and is a number."""
    known = context.scope.names.get(str(name))
    if known is None:
        if str(name) in context.scope.broken or context.scope.open:
            return
        if name in context.document.parameters:
            context.add("wrong-type", name, expected="a number", found="a parameter")
        else:
            context.add("unknown-name", name, *did_you_mean(name, context.scope.names), name=name)
    elif known.type not in NUMERIC and known.type != BROKEN:
        context.add("wrong-type", name, expected="a number", found=f"`{name}` (`{known.type}`)")


def _check_circles(
    context: Context, fits: dict[str, Fit], nodes: dict[str, Dimension | Ladder], eligible: Formula | None
) -> None:
    """Refuses a parameter whose population changes with its own value."""
    document = context.document
    edges = {name: {*inputs(node, eligible), *_mentioned(context, name)} for name, node in nodes.items()}
    entries: dict[str, FitEntry] = {
        str(name): document.parameters[name].fit for name in document.parameters if str(name) in fits
    }
    for name, fit in fits.items():
        read = references(fit.where) if fit.where is not None else frozenset[str]()
        edges[name] = {fit.dimension, *read, *_names(entries[name].where)}
    for cycle in sort({name: sorted(found) for name, found in edges.items()})[1]:
        first = next((name for name in cycle if name in fits), None)
        if first is not None:
            at = cycle.index(first)
            shown = [*cycle[at:], *cycle[:at], first]
            context.problems.add("cycle", span(entries[first].dimension), cycle=" → ".join(shown))


def _mentioned(context: Context, name: str) -> Iterator[str]:
    """The names in the texts of a dimension or a ladder: constants that were folded keep no parameter."""
    document = context.document
    entry = document.dimensions.get(Scalar(name))
    if entry is not None:
        for text in (entry.value, entry.aggregate, entry.where):
            yield from _names(text)
        return
    tiers = [tier for tier in document.tiers[Scalar(name)] if not isinstance(tier, Broken)]
    gates = [document.tree.get(Scalar("eligible")), document.ladders[Scalar(name)].eligible]
    for text in (*gates, *(tier.enter for tier in tiers)):
        yield from _names(text)


def _names(text: Any) -> Iterator[str]:
    """The names in a condition or an expression; a tree of business-rules names no parameter."""
    if isinstance(text, Scalar):
        with suppress(ConditionError):
            yield from _names_in(parse(text))


def _names_in(node: Any) -> Iterator[str]:
    if isinstance(node, s.Name):
        yield node.name
    elif isinstance(node, tuple):
        for item in node:
            yield from _names_in(item)
    elif is_dataclass(node):
        for part in fields(node):
            yield from _names_in(getattr(node, part.name))


def _has_fit(context: Context, name: Scalar) -> bool:
    """True when there is a `fit` that was refused."""
    node = context.document.tree[Scalar("parameters")].get(name)
    return isinstance(node, Mapping) and Scalar("fit") in node


def _exact(node: Scalar) -> Fraction:
    """The number that is written, exactly."""
    value = Fraction(read_number(node.removeprefix("-"))[0])
    return -value if node.startswith("-") else value
