"""Scorecards: weights that sum to exactly one, points that cover everything."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from tierkit.documents.language import read_number
from tierkit.documents.models import CharacteristicEntry, DimensionEntry
from tierkit.documents.nodes import Mapping, Scalar
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context, number
from tierkit.program.model import Characteristic
from tierkit.program.terms import Value
from tierkit.program.types import BROKEN, NUMERIC
from tierkit.program.typing import type_words

_FORMS: tuple[Literal["cap", "points", "steps"], ...] = ("cap", "points", "steps")


def build_scorecard(context: Context, name: Scalar, entry: DimensionEntry) -> tuple[Characteristic, ...]:
    """The characteristics of a scorecard; what is wrong with them goes to the problems."""
    if entry.type != "score":
        context.add("scorecard-type", name, name=name)
    items = entry.scorecard or []
    if not items:
        context.add("empty-list", name, what="`scorecard`")
        return ()
    weights = [_signed(item.weight) for item in items]
    bad = [item for item, weight in zip(items, weights, strict=True) if not 0 < weight <= 1]
    for item in bad:
        context.add("bad-weight", item.weight)
    if not bad and sum(weights) != 1:
        total = f"{sum(weights) * 100:.12f}".rstrip("0").rstrip(".") + "%"
        context.add("weights-sum", items[0].weight, sum=total)
    built = [_characteristic(context, item, weight) for item, weight in zip(items, weights, strict=True)]
    return tuple(item for item in built if item is not None)


def _signed(node: Scalar) -> Decimal:
    value, _ = read_number(node.removeprefix("-"))
    return -value if node.startswith("-") else value


def _characteristic(context: Context, item: CharacteristicEntry, weight: Decimal) -> Characteristic | None:
    known = context.scope.names.get(str(item.dimension))
    if known is None:
        if str(item.dimension) not in context.scope.broken and not context.scope.open:
            names = context.scope.names
            context.add(
                "unknown-name", item.dimension, *did_you_mean(item.dimension, names), name=item.dimension
            )
        return None
    forms = [form for form in _FORMS if getattr(item, form) is not None]
    if len(forms) != 1:
        context.add("points-form", item.dimension)
        return None
    form = forms[0]
    if known.type == BROKEN:
        return None
    on_missing = None if item.on_missing is None else number(item.on_missing)
    if on_missing is not None and not 0 <= on_missing <= 1:
        context.add("points-range", item.on_missing, value=item.on_missing)
    name, factor = str(item.dimension), float(100 * weight)
    node: Any = getattr(item, form)
    if known.type in NUMERIC:
        if form == "cap":
            if number(node) <= 0:
                context.add("bad-cap", node)
            elif known.type in ("money", "integer") and node.endswith("%"):
                context.add("percent-mismatch", node, text=node, dimension=name, type=type_words(known.type))
            return Characteristic(name, factor, "cap", number(node), on_missing=on_missing)
        return _curve(context, name, factor, form, node, on_missing=on_missing)
    if form != "points" or not isinstance(node, Mapping) or known.type not in ("category", "boolean"):
        context.add("not-for-type", node, key=form, type=f"`{known.type}`")
        return None
    return _table(context, name, factor, node, known.values, on_missing=on_missing)


def _curve(
    context: Context,
    name: str,
    factor: float,
    form: Literal["points", "steps"],
    node: Any,
    *,
    on_missing: float | None,
) -> Characteristic | None:
    if isinstance(node, Mapping):
        context.add("wrong-shape", node, expected="a list of [x, y] pairs", found="a mapping")
        return None
    xs, ys = [number(x) for x, _ in node], [number(y) for _, y in node]
    for pair, before, after in zip(node[1:], xs, xs[1:], strict=False):
        if after <= before:
            context.add("points-order", pair[0], key=form)
    for (_, written), y in zip(node, ys, strict=True):
        if not 0 <= y <= 1:
            context.add("points-range", written, value=written)
    return Characteristic(name, factor, form, xs=tuple(xs), ys=tuple(ys), on_missing=on_missing)


def _table(
    context: Context, name: str, factor: float, node: Mapping, values: Any, *, on_missing: float | None
) -> Characteristic | None:
    wanted = list(values) if values is not None else ["true", "false"]
    for key, written in node.items():
        if key not in wanted:
            context.add(
                "not-in-values",
                key,
                *did_you_mean(key, wanted),
                value=key,
                dimension=name,
                known=", ".join(wanted),
            )
        if not 0 <= number(written) <= 1:
            context.add("points-range", written, value=written)
    left = [value for value in wanted if value not in node]
    if left:
        context.add("points-gap", node, missing=", ".join(f"`{value}`" for value in left), dimension=name)
    points: list[tuple[Value, float]] = [
        (key if values is not None else key == "true", number(y))
        for key, y in ((str(k), y) for k, y in node.items())
    ]
    return Characteristic(name, factor, "values", values=tuple(points), on_missing=on_missing)
