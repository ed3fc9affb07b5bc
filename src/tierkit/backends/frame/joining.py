"""What rows came to, put with the customers whose they are: a column for each dimension, by key.

Customers keep their order. A customer without rows has a sum and a count of 0, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tierkit.errors import UsageError
from tierkit.program.model import Dimension

FAILED = "\0failed"
"""The column with what is wrong with a customer's rows."""
_WRONG = "\0wrong"
_AT = "\0at"


def column_of(name: str) -> str:
    """The column of a dimension that rows came to; no column of a caller's is called like it."""
    return f"\0{name}"


def joined(
    customers: pl.LazyFrame, key: str, found: Any, dimensions: Sequence[Dimension], faults: Mapping[Any, str]
) -> pl.LazyFrame:
    """The customers with the values of one table, which Arrow holds, the key first.

    Raises:
        UsageError: the keys are of two kinds, so that none would ever be found.
    """
    values = pl.from_arrow(found)
    assert isinstance(values, pl.DataFrame)  # noqa: S101  a table is no series
    names = [column_of(dimension.name) for dimension in dimensions]
    own = "\0key"
    values.columns = [own, *names]
    if faults:
        wrong = pl.DataFrame({own: list(faults), _WRONG: list(faults.values())})
        wrong = wrong.with_columns(pl.col(own).cast(values.schema[own]))
        values = values.join(wrong, on=own, how="left")
    schema = customers.collect_schema()
    left, right = _alike(schema[key], values.schema[own])
    values = values.with_columns(pl.col(own).cast(right))
    place = pl.nth(list(schema).index(key))
    # sorting afterwards is twice as quick as a join that keeps the order
    made = customers.with_columns(place.cast(left).alias(own)).with_row_index(_AT)
    made = made.join(values.lazy(), on=own, how="left").sort(_AT).drop(_AT)
    zero = [
        pl.col(column_of(d.name)).fill_null(0.0)
        for d in dimensions
        if d.aggregate is not None and d.aggregate.function in ("sum", "count")
    ]
    made = made.drop(own).with_columns(zero)
    if faults:
        before = [pl.col(FAILED)] if FAILED in schema else []
        made = made.with_columns(pl.coalesce(*before, pl.col(_WRONG)).alias(FAILED)).drop(_WRONG)
    return made


def check_keys(customers: pl.LazyFrame, key: str) -> None:
    """Refuses customers without a key, and keys that stand twice: whose rows would they be?

    Raises:
        UsageError: names the first such key.
    """
    names = list(customers.collect_schema())
    column = pl.nth(names.index(key))
    if FAILED in names:
        customers = customers.filter(pl.col(FAILED).is_null())
    keys = customers.select(column.alias("key")).collect(engine="streaming").to_series()
    rows, null = keys.len(), keys.null_count()
    if null:
        message = f"`{key}` is null in {null:,} of {rows:,} rows: rows find their customer by it"
        raise UsageError(message)
    if not _ascend(keys) and keys.n_unique() != rows:
        twice = keys.filter(keys.is_duplicated())[0]
        message = f"`{key}` is {twice!r} in more than one row: each customer has one"
        raise UsageError(message)


def _ascend(keys: pl.Series) -> bool:
    """True where each key is larger than the one before it, as it often is: then none stands twice."""
    return keys.dtype.is_integer() and bool((keys.slice(1) > keys.slice(0, max(0, keys.len() - 1))).all())


def _alike(left: pl.DataType, right: pl.DataType) -> tuple[pl.DataType, pl.DataType]:
    """The types that two columns of keys are compared in."""
    if left == right:
        return left, right
    if _is_text(left) and _is_text(right):
        return pl.String(), pl.String()
    if left.is_integer() and right.is_integer():
        wide: pl.DataType = pl.Int128() if {left, right} & {pl.UInt64(), pl.Int128()} else pl.Int64()
        return wide, wide
    if left.is_numeric() and right.is_numeric():
        return pl.Float64(), pl.Float64()
    if pl.Null in (left, right):
        return (right, right) if left == pl.Null else (left, left)
    message = f"the keys of rows are of type {right}, those of the customers of type {left}"
    raise UsageError(message)


def _is_text(dtype: pl.DataType) -> bool:
    return dtype in (pl.String, pl.Categorical, pl.Enum)
