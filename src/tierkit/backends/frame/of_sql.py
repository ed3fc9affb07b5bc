"""Outcomes as statements of DuckDB hand them out, in pieces of Arrow, to the rows that frames give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tierkit.backends.frame.columns import check, plain_type, summed
from tierkit.backends.frame.decoding import Decoder, Head, Layout, outcome_names
from tierkit.backends.frame.expressions import NotInFramesError
from tierkit.backends.frame.joining import FAILED, column_of
from tierkit.backends.frame.of_rows import said
from tierkit.backends.frame.pieces import in_pieces
from tierkit.backends.sql.shapes import raw_word, true_word, unknown_word
from tierkit.backends.sql.words import Decoder as Words
from tierkit.program.model import Dimension, Program
from tierkit.program.types import TEXTUAL

_TEXTS = pl.List(pl.String)


def check_columns(
    own: Iterable[Dimension], schema: Mapping[str, pl.DataType], columns: Mapping[str, str]
) -> dict[str, tuple[str, str] | None]:
    """The column and the kind of its type for each dimension; None for one that is not there.

    Raises:
        UsageError: a column is of a type that its dimension cannot have.
        NotInFramesError: what cannot be told apart in SQL.
    """
    if FAILED in schema:
        message = "text files, and rows with faults, are not decided by DuckDB"
        raise NotInFramesError(message)
    found: dict[str, tuple[str, str] | None] = {}
    for dimension in own:
        column = columns.get(dimension.name, dimension.name)
        dtype = schema.get(column)
        if dtype is None or dtype == pl.Null:
            if dtype is None and dimension.kind == "aggregated" and dimension.on_missing.policy == "default":
                message = f"`{dimension.name}` was not given, which DuckDB cannot tell from null"
                raise NotInFramesError(message)
            found[dimension.name] = None
            continue
        check(dimension, column, dtype)
        kind = "text" if dimension.type in TEXTUAL and dtype != pl.String else ""
        whole = dimension.type != "integer" or dtype.is_integer()
        found[dimension.name] = column, kind or ("" if whole else "fraction")
    return found


def confined_columns(program: Program, frame: pl.LazyFrame, columns: Mapping[str, str]) -> pl.LazyFrame:
    """The columns that rows came to, those outside the domain of their dimension missing."""
    schema = frame.collect_schema()
    made = []
    for name, dimension in program.dimensions.items():
        column = columns.get(name, name)
        if column == column_of(name) and column in schema:
            at = list(schema).index(column)
            value = summed(dimension, pl.nth(at), schema[column]).value
            value = value.cast(pl.String) if dimension.type in TEXTUAL else value
            made.append(value.alias(column))
    return frame.with_columns(made)


def numbered(
    frame: pl.LazyFrame, key: str, columns: Mapping[str, tuple[str, str] | None]
) -> tuple[pl.LazyFrame, dict[str, tuple[str, str] | None]]:
    """The columns that are read, under names that every engine takes, rows numbered; and which is which."""
    schema = frame.collect_schema()
    places = {name: at for at, name in enumerate(schema)}
    found: dict[str, tuple[str, str] | None] = {}
    made = [pl.nth(places[key]).alias("key")]
    for at, (name, column) in enumerate(columns.items()):
        found[name] = None
        if column is not None:
            found[name] = f"column {at}", column[1]
            value = pl.nth(places[column[0]])
            if schema[column[0]] == pl.Int128:  # which Arrow has no type for; numbers are binary64 anyway
                value = value.cast(pl.Float64)
            made.append(value.alias(f"column {at}"))
    return frame.select(made).with_row_index("place"), found


class Told:
    """Reads pieces of outcomes; `own` are the dimensions whose values are carried."""

    def __init__(self, program: Program, head: Head, own: Iterable[Dimension]) -> None:
        self.program, self.head, self._own = program, head, tuple(own)
        self._ladders, self._scores = outcome_names(program)
        self._words = Words(program)
        layout = Layout(None, {}, {}, {}, {}, None, frozenset(), ())
        self._faults = Decoder(program, layout, head)
        self._said: dict[Any, tuple[list[str], list[str]]] = {}

    def frame(self, pieces: Any, key: Any) -> pl.LazyFrame:
        """The outcome rows; `pieces()` begins anew."""
        count = self._words.words
        raw = {"key": key, **dict.fromkeys(self._ladders.values(), pl.String())}
        raw |= dict.fromkeys(self._scores, pl.Float64())
        raw |= dict.fromkeys(
            [word(at) for word in (true_word, unknown_word) for at in range(count)], pl.Int64()
        )
        raw |= {"error": pl.String(), **{raw_word(at): plain_type(d.type) for at, d in enumerate(self._own)}}
        told = {"key": key, "tags": _TEXTS, **dict.fromkeys(self._ladders.values(), pl.String())}
        told |= dict.fromkeys(self._scores.values(), pl.Float64())
        told |= {"undetermined": _TEXTS, "error": pl.String()}
        head = {"ruleset": self.program.name, "version": self.program.version, "as_of": self.head.as_of}
        names = list(raw)

        def read() -> Iterator[pl.DataFrame]:
            for piece in pieces():
                found = pl.DataFrame(piece)[:, 1:]
                found.columns = names
                yield found.with_columns(pl.col("key").cast(key))

        frame = in_pieces(read, raw).map_batches(self.rows, schema=told, streamable=True)
        [first, *rest] = told
        return frame.select(
            first, *(pl.lit(value, dtype=pl.String).alias(name) for name, value in head.items()), *rest
        )

    def rows(self, piece: pl.DataFrame) -> pl.DataFrame:
        """The outcome rows of a piece, without what all rows share."""
        count = self._words.words
        open_ = [at for at in range(count) if piece[unknown_word(at)].max()]  # mostly nothing is
        marks = [*map(true_word, range(count)), *map(unknown_word, open_), *self._ladders.values()]
        masks = piece.select(marks)
        combinations = masks.unique()
        told = [self._of(row, open_) for row in combinations.iter_rows()]
        known = combinations.with_columns(
            pl.Series("tags", [tags for tags, _ in told], dtype=_TEXTS),
            pl.Series("undetermined", [names for _, names in told], dtype=_TEXTS),
        )
        nulls = any(column.null_count() for column in combinations)
        joined = masks.join(known, on=marks, how="left", nulls_equal=nulls, maintain_order="left")
        error = piece["error"]
        if error.null_count() < piece.height:
            wrong = error.is_not_null().arg_true()
            error = error.scatter(wrong, [self._error(row) for row in piece[wrong].iter_rows(named=True)])
        return piece.select(
            "key",
            joined["tags"],
            *self._ladders.values(),
            *(pl.col(column).alias(name) for column, name in self._scores.items()),
            joined["undetermined"],
            error,
        )

    def _of(self, row: tuple[Any, ...], open_: Sequence[int]) -> tuple[list[str], list[str]]:
        """What a combination says; of the unknown words it has those that are in `open_`."""
        if row[0] is None:
            return [], []
        count = self._words.words
        unknown = [0] * count
        for at, word in zip(open_, row[count:], strict=False):
            unknown[at] = word
        key = row[:count], tuple(unknown), row[count + len(open_) :]
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = said(self.program, self._words.outcome(*key))
        return found

    def _error(self, row: Mapping[str, Any]) -> str:
        record = {d.name: row[raw_word(at)] for at, d in enumerate(self._own)}
        return self._faults.error_of(record) or f"`{row['error']}` is of a wrong type"
