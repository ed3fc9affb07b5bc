"""Frames that are read piece by piece: one way to hand pieces to Polars, wherever they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source


def in_pieces(read: Callable[[], Iterable[pl.DataFrame]], schema: Any) -> pl.LazyFrame:
    """A lazy frame of pieces; `read` begins anew each time, and is left alone once there are rows enough.

    >>> in_pieces(lambda: [pl.DataFrame({"x": [1, 2]}), pl.DataFrame({"x": [3]})], {"x": pl.Int64}).head(
    ...     1
    ... ).collect().rows()
    [(1,)]
    """

    def pieces(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        for piece in read():
            found = piece if columns is None else piece.select(columns)
            found = found if predicate is None else found.filter(predicate)
            if rows is not None:
                found = found.head(rows)
                rows -= found.height
            yield found
            if rows == 0:
                return

    return register_io_source(pieces, schema=schema)
