"""Dimensions: types first, so that expressions may use one another in any order; then their definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tierkit.documents.fields import boolean_hints, date_hints, read_date
from tierkit.documents.language import syntax as s
from tierkit.documents.language import without_commas
from tierkit.documents.models import DimensionEntry
from tierkit.documents.nodes import Broken, Mapping, Scalar
from tierkit.errors import did_you_mean
from tierkit.program import domain
from tierkit.program.build.context import Context, number, optional_text, texts
from tierkit.program.build.parameters import literal, plain
from tierkit.program.build.provided import build_supply
from tierkit.program.build.scorecards import build_scorecard
from tierkit.program.build.tables import build_aggregate
from tierkit.program.model import Dimension, Kind, OnMissing, Table
from tierkit.program.terms import Formula, Term, references
from tierkit.program.types import BROKEN, NUMERIC, family
from tierkit.program.typing import Known, Typer, fits, type_words

_SOURCES: tuple[tuple[str, str, Kind], ...] = (
    ("value", "value", "derived"),
    ("from_", "from", "aggregated"),
    ("provider", "provider", "provider"),
    ("scorecard", "scorecard", "scorecard"),
)
_ONLY = (
    ("aggregate", "aggregate", "from_", "from"),
    ("where", "where", "from_", "from"),
    ("window", "window", "from_", "from"),
    ("before", "before", "window", "window"),
    ("params", "params", "provider", "provider"),
)


def known(entry: Any) -> Known:
    """What other conditions need to know of a dimension before it is built."""
    if isinstance(entry, Broken):
        return Known(BROKEN)
    values = None if entry.values is None else tuple(str(value) for value in entry.values)
    largest = None
    if entry.type in NUMERIC and entry.min is not None and entry.max is not None:
        largest = max(abs(number(entry.min)), abs(number(entry.max)))
    type_ = "text" if entry.type == "category" and values is None else str(entry.type)
    return Known(type_, values, largest)


def build_dimension(
    context: Context, name: Scalar, entry: DimensionEntry, tables: dict[str, Table]
) -> Dimension:
    """The dimension of an entry; what is wrong with it goes to the problems."""
    type_ = str(entry.type)
    _check_keys(context, name, entry)
    kinds = [(key, kind) for attribute, key, kind in _SOURCES if getattr(entry, attribute) is not None]
    if len(kinds) > 1:
        context.add(
            "conflicting-keys", name, place="a dimension", keys=", ".join(f"`{key}`" for key, _ in kinds)
        )
    dimension = Dimension(
        str(name),
        type_,
        kinds[0][1] if kinds else "given",
        texts(entry.label),
        texts(entry.description),
        optional_text(entry.unit),
        None if entry.scale is None else int(number(entry.scale)),
        None if entry.values is None else tuple(str(value) for value in entry.values),
        {str(v): texts(entry.values[v]) for v in entry.values} if isinstance(entry.values, Mapping) else {},
        None if entry.min is None or _reversed(entry) else number(entry.min),
        None if entry.max is None or _reversed(entry) else number(entry.max),
        actionable=str(entry.actionable) != "false",
    )
    dimension = replace(dimension, on_missing=_on_missing(context, entry.on_missing, dimension))
    if len(kinds) > 1:
        return dimension
    match dimension.kind:
        case "derived":
            term, condition = _derived(context, entry, dimension)
            return replace(dimension, term=term, condition=condition)
        case "scorecard":
            return replace(dimension, scorecard=build_scorecard(context, name, entry))
        case "aggregated":
            return replace(dimension, aggregate=build_aggregate(context, entry, tables))
        case "provider":
            dimension = replace(dimension, provider=str(entry.provider), params=plain(entry.params))
            return replace(dimension, supply=build_supply(context, name, entry, dimension))
        case _:
            return dimension


def _check_keys(context: Context, name: Scalar, entry: DimensionEntry) -> None:
    type_ = str(entry.type)
    if type_ == "category" and entry.values is None:
        context.add("category-without-values", name, name=name)
    if entry.values is not None and type_ not in ("category", "set"):
        context.add("not-for-type", entry.values, key="values", type=f"`{type_}`")
    for key in ("min", "max", "scale"):
        node = getattr(entry, key)
        if node is not None and (type_ not in NUMERIC or (key == "scale" and type_ == "integer")):
            context.add("not-for-type", node, key=key, type=f"`{type_}`")
    for node in (entry.min, entry.max, entry.on_missing):
        check_percent(context, node, str(name), type_)
    if _reversed(entry):
        context.add("min-above-max", entry.max)
    for attribute, key, needs, needed in _ONLY:
        if getattr(entry, attribute) is not None and getattr(entry, needs) is None:
            context.add("key-without", getattr(entry, attribute), key=key, other=needed)


def _reversed(entry: DimensionEntry) -> bool:
    return entry.min is not None and entry.max is not None and number(entry.min) > number(entry.max)


def _on_missing(context: Context, node: Scalar | None, dimension: Dimension) -> OnMissing:
    """`unknown` and `error` are words when bare; anything else is a value of the dimension's type."""
    if node is None or (node.plain and node == "unknown"):
        return OnMissing()
    if node.plain and node == "error":
        return OnMissing("error")
    value = native(node, dimension.type)
    if value is None or dimension.type == "set":
        if node.plain and node.endswith("%") and dimension.type == "integer":
            return OnMissing()  # said already
        context.add(
            "bad-default", node, *nearly(node, dimension.type),
            name=dimension.name, found=f"`{shown(node)}`", expected=type_words(dimension.type),
        )  # fmt: skip
        return OnMissing()
    confined = domain.confine(dimension, value)
    if isinstance(confined, domain.Missing):
        known_values = dimension.values or ()
        context.add("default-outside", node, *did_you_mean(node, known_values), name=dimension.name)
        return OnMissing()
    return OnMissing("default", confined)


def native(node: Scalar, type_: str) -> Any:
    """A scalar of the file as a value of the type, or None: numbers unquoted, dates and texts either way."""
    if family(type_) == "text":
        return str(node)
    if type_ == "date":
        return read_date(node)
    const = literal(node)
    if type_ == "boolean":
        return const.value if const.type == "boolean" else None
    if type_ in NUMERIC and family(const.type) == "number" and isinstance(const.value, float):
        if type_ == "integer" and not const.value.is_integer():
            return None
        return const.value
    return None


def nearly(node: Any, type_: str) -> tuple[Any, ...]:
    """What to write where a scalar is nearly a value of the type."""
    if not isinstance(node, Scalar):
        return ()
    if not node.plain and native(Scalar(node), type_) is not None:
        return (("unquote", {}),)
    if type_ == "boolean":
        return boolean_hints(node)
    if type_ == "date":
        return date_hints(node)
    commas = without_commas(node) if type_ in NUMERIC else None
    return (("write", {"text": commas[1]}),) if commas is not None and commas[0] == node else ()


def shown(node: Any) -> str:
    """A scalar as it is written, with its quotes; a list or a mapping is not shown."""
    if not isinstance(node, Scalar):
        return "…"
    return str(node) if node.plain else f'"{node}"'


def _derived(
    context: Context, entry: DimensionEntry, dimension: Dimension
) -> tuple[Term | None, Formula | None]:
    tree = context.syntax(entry.value)
    if tree is None:
        return None, None
    report = context.reporter(entry.value)
    typer = Typer(context.scope, report)
    if dimension.type == "boolean":
        return None, typer.condition(tree)
    term = typer.term(tree)
    if term is not None and dimension.type == "date":
        term = typer.dated(term, tree.span)
    if term is None:
        return None, None
    if not references(term):
        report("no-dimension", tree.span)
        return None, None
    if not fits(term, dimension.type):
        report("wrong-type", tree.span, expected=type_words(dimension.type), found=type_words(term.type))
        return None, None
    known_values = dimension.values
    for text in _texts_of(tree):
        if known_values is not None and text.value not in known_values:
            report(
                "not-in-values", text.span, *did_you_mean(text.value, known_values),
                value=text.value, dimension=dimension.name, known=", ".join(known_values),
            )  # fmt: skip
    return term, None


def check_percent(context: Context, node: Any, name: str, type_: str) -> None:
    """Refuses a bare `%` for money and whole numbers: 5% is 0.05 there, which nobody means."""
    if type_ in ("money", "integer") and isinstance(node, Scalar) and node.plain and node.endswith("%"):
        context.add("percent-mismatch", node, text=node, dimension=name, type=type_words(type_))


def _texts_of(tree: s.Syntax) -> Iterator[s.Text]:
    """The texts that an expression can be, as far as they are written in it."""
    match tree:
        case s.Text():
            yield tree
        case s.Case():
            for part in (*(value for _, value in tree.branches), tree.otherwise):
                if part is not None:
                    yield from _texts_of(part)
        case s.Call() if tree.function == "coalesce":
            for part in tree.arguments:
                yield from _texts_of(part)
