"""Columns as callers hold them to values as conditions see them, exactly as `program.domain` has it.

Numbers become binary64, whatever the column holds; an integer of a dimension's domain is one without loss.
Categories with declared values become an enumeration. Every other value is missing, with its cause. A column
of a wrong type is refused as a whole; what only single values can show, a fraction where whole numbers are
expected, is a fault of its row.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from tierkit.errors import UsageError
from tierkit.errors.messages import TYPE_NAMES
from tierkit.program import types
from tierkit.program.model import Dimension
from tierkit.program.terms import Value


@dataclass(frozen=True, slots=True)
class Normal:
    """A column as conditions see it before defaults: values, causes of missing ones, rows with a fault."""

    value: pl.Expr
    cause: pl.Expr
    fault: pl.Expr | None = None


def check(dimension: Dimension, column: str, dtype: pl.DataType) -> None:
    """Refuses a column whose type no value of the dimension can have.

    Raises:
        UsageError: names the column, its type and what is expected.
    """
    if dtype == pl.Null or _fits(dimension.type, dtype):
        return
    expected = TYPE_NAMES.get(dimension.type, (dimension.type, ""))[0]
    own = "" if column == dimension.name else f" (for `{dimension.name}`)"
    message = f"the column `{column}`{own} is of type {dtype}, but {expected} is expected"
    raise UsageError(message)


def _fits(type_: str, dtype: pl.DataType) -> bool:
    if type_ in types.NUMERIC:
        return dtype.is_numeric()
    if type_ == "boolean":
        return dtype == pl.Boolean
    if type_ in types.TEXTUAL:
        return _is_text(dtype)
    if type_ == "date":
        return dtype == pl.Date
    inner = dtype.inner if isinstance(dtype, pl.List | pl.Array) else None
    return inner is not None and (inner == pl.Null or _is_text(inner))


def _is_text(dtype: object) -> bool:
    return dtype in (pl.String, pl.Categorical, pl.Enum)


def frame_type(dimension: Dimension) -> pl.DataType:
    """The type of a dimension's normalised column."""
    if dimension.type in types.TEXTUAL and dimension.values is not None:
        return pl.Enum(dimension.values)
    return plain_type(dimension.type)


def plain_type(type_: str) -> pl.DataType:
    """The type of a term's column."""
    if type_ in types.NUMERIC:
        return pl.Float64()
    if type_ in types.TEXTUAL:
        return pl.String()
    return {"boolean": pl.Boolean(), "date": pl.Date()}.get(type_, pl.List(pl.String()))


def literal(value: Value | None, type_: str) -> pl.Expr:
    """A constant of a type; its type never depends on its looks."""
    if value is None:
        return pl.lit(None, dtype=plain_type(type_))
    if type_ in types.NUMERIC:
        return pl.lit(float(value), dtype=pl.Float64)  # type: ignore[arg-type]  # typed as a number
    return pl.lit(value, dtype=plain_type(type_))


def normal(dimension: Dimension, raw: pl.Expr, dtype: pl.DataType) -> Normal:
    """The values of a column of the right type, those outside the domain missing."""
    if dtype == pl.Null:
        nothing = pl.lit(None, dtype=frame_type(dimension))
        return Normal(nothing, pl.lit("null"))
    if dimension.type in types.NUMERIC:
        return _number(dimension, raw, dtype)
    if dimension.type == "set":
        items = raw.arr.to_list() if isinstance(dtype, pl.Array) else raw
        return _with_cause(raw, _set(dimension, items.cast(pl.List(pl.String))), _outside(dimension))
    if dimension.type in types.TEXTUAL:
        return _with_cause(raw, confined(dimension, raw), _outside(dimension))
    return _with_cause(raw, confined(dimension, raw), "out_of_domain")


def summed(dimension: Dimension, raw: pl.Expr, dtype: pl.DataType) -> Normal:
    """What rows came to: of the right type already, missing outside the domain, and where there were none."""
    if dtype == pl.Null:
        return Normal(pl.lit(None, dtype=frame_type(dimension)), pl.lit("no_rows"))
    value = raw
    if dimension.type in types.NUMERIC:
        value = raw.cast(pl.Float64)
        if dimension.type == "integer":
            value = pl.when(value.floor() == value).then(value)
    inside = confined(dimension, value)
    listed = dimension.type in types.TEXTUAL and dimension.values is not None
    outside = pl.lit("not_in_values" if listed else "out_of_domain")
    why = pl.when(raw.is_null()).then(pl.lit("no_rows")).when(inside.is_null()).then(outside)
    return Normal(inside, why)


def confined(dimension: Dimension, value: pl.Expr) -> pl.Expr:
    """Values of the dimension's own type, those outside its domain missing."""
    if dimension.type in types.NUMERIC:
        return _inside(dimension, value)  # the value of an integer is one, its type says so
    if dimension.type == "set":
        return _set(dimension, value)
    if dimension.type in types.TEXTUAL:
        if dimension.values is not None:
            return value.cast(pl.Enum(dimension.values), strict=False)
        text = value.cast(pl.String)
        return pl.when(_regular(text)).then(text)
    if dimension.type == "date":  # frames can hold days that a calendar of Python cannot
        return pl.when((value >= pl.lit(dt.date.min)) & (value <= pl.lit(dt.date.max))).then(value)
    return value


def _number(dimension: Dimension, raw: pl.Expr, dtype: pl.DataType) -> Normal:
    value = raw.cast(pl.Float64)
    found = _inside(dimension, value, tiny=not dtype.is_integer())
    cause: Any = pl.when(raw.is_null()).then(pl.lit("null"))
    if dtype.is_float():
        cause = cause.when(raw.is_nan()).then(pl.lit("nan")).when(raw.is_infinite()).then(pl.lit("infinite"))
    fault = None
    if dimension.type == "integer" and not dtype.is_integer():
        largest = pl.lit(float(types.LARGEST_INTEGER))
        fault = ((value.abs() <= largest) & (raw.floor() != raw)).fill_null(value=False)
    return Normal(found, cause.when(found.is_null()).then(pl.lit("out_of_domain")), fault)


def _inside(dimension: Dimension, value: pl.Expr, *, tiny: bool = True) -> pl.Expr:
    """Numbers within the domain; what is nearly nothing is 0, and the sign of a zero is lost.

    NaN is larger than every number here, so it is outside.
    """
    bound = types.magnitude(dimension.type)
    if dimension.type == "money":
        bound = math.nextafter(bound, 0.0)
    low = -bound if dimension.minimum is None else max(-bound, float(dimension.minimum))
    high = bound if dimension.maximum is None else min(bound, float(dimension.maximum))
    inside = (value >= pl.lit(low)) & (value <= pl.lit(high))
    if not tiny:
        return pl.when(inside).then(value)
    zero = pl.lit(0.0 if low <= 0 <= high else None, dtype=pl.Float64)
    return pl.when(value.abs() < pl.lit(types.SMALLEST)).then(zero).when(inside).then(value)


def _set(dimension: Dimension, value: pl.Expr) -> pl.Expr:
    """Sets without nulls and without doubles."""
    items = value.list.drop_nulls().list.unique(maintain_order=True)
    regular = items.list.eval(_regular(pl.element())).list.all()
    if dimension.values is not None:
        regular &= items.list.eval(pl.element().is_in(list(dimension.values))).list.all()
    return pl.when(regular).then(items)


def _regular(text: pl.Expr) -> pl.Expr:
    """True for text that every engine can hold."""
    return (text.str.len_chars() <= types.LONGEST_TEXT) & ~text.str.contains("\0", literal=True)


def _outside(dimension: Dimension) -> str:
    return "out_of_domain" if dimension.values is None else "not_in_values"


def _with_cause(raw: pl.Expr, value: pl.Expr, cause: str) -> Normal:
    why = pl.when(raw.is_null()).then(pl.lit("null")).when(value.is_null()).then(pl.lit(cause))
    return Normal(value, why)
