"""What can be read as a frame, and outcomes handed back in the same family."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import polars as pl

from tierkit.backends.frame.joining import FAILED
from tierkit.backends.frame.pieces import in_pieces
from tierkit.backends.frame.texts import Reading, text_frame
from tierkit.errors import ReadError, TierkitError, UsageError

_ROWS = 131_072
_KINDS = (
    "pass a frame of Polars or pandas, a table, dataset or reader of Arrow, a relation of DuckDB, "
    "or the path of a Parquet or CSV file or of lines of JSON"
)
_FORMATS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@dataclass(frozen=True, slots=True)
class Source:
    """A frame to read lazily, and the family its outcomes are handed back in."""

    frame: pl.LazyFrame
    family: str
    once: bool = False
    """True for what can be read once only."""

    def hand_back(self, outcomes: pl.LazyFrame) -> Any:
        """The outcomes as the caller holds tables."""
        if self.family == "lazy":
            return outcomes
        if self.family == "reader":
            return reader_of(outcomes)
        with told():
            found = outcomes.collect(engine="streaming")
        if self.family == "pandas":
            return found.to_pandas()
        return found.to_arrow() if self.family == "arrow" else found


def written(outcomes: pl.LazyFrame, path: Path) -> int:
    """Writes outcomes to a Parquet file, piece by piece; how many there are.

    Raises:
        ReadError: Polars could not go on.
    """
    with told():
        outcomes.sink_parquet(path)
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Says what Polars says as an error of ours; one that came through it comes out as it was."""
    try:
        yield
    except TierkitError:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        own = error.__cause__ or error.__context__
        if isinstance(own, TierkitError):
            raise own from None
        first = next(iter(str(error).splitlines()), type(error).__name__)
        message = f"Polars could not go on: {first}"
        raise ReadError(message) from error


def open_source(source: Any, reading: Reading) -> Source:
    """A frame of Polars or pandas, what Arrow and DuckDB hold, or the path of a file.

    Raises:
        ReadError: there is no such file.
        UsageError: it is none of these.
    """
    if isinstance(source, pl.LazyFrame):
        return Source(source, "lazy")
    if isinstance(source, pl.DataFrame):
        return Source(source.lazy(), "frame")
    if isinstance(source, str | PathLike):
        return Source(_scanned(Path(fspath(source)), reading), "lazy")
    kind = _kind(source)
    if kind == "pandas":
        return Source(_of_pandas(source).lazy(), "pandas")
    if kind == "table":
        return Source(_of_arrow(source).lazy(), "arrow")
    if kind == "dataset":
        return Source(_in_pieces(source.schema, lambda: source.to_batches(batch_size=_ROWS)), "reader")
    if kind == "reader":
        return Source(_in_pieces(source.schema, lambda: source), "reader", once=True)
    if kind == "relation":
        schema = source.limit(0).to_arrow_table().schema
        return Source(_in_pieces(schema, lambda: source.to_arrow_reader(_ROWS)), "arrow")
    message = f"{type(source).__name__} is no table: {_KINDS}"
    raise UsageError(message)


def family_of(source: Any) -> str:
    """The family of outcomes of everybody who has a row in a table."""
    if isinstance(source, pl.DataFrame):
        return "frame"
    if isinstance(source, pl.LazyFrame | str | PathLike):
        return "lazy"
    kind = _kind(source)
    return {"pandas": "pandas", "dataset": "reader", "reader": "reader"}.get(kind, "arrow")


def rows_source(source: Any, reading: Reading) -> Any:
    """The rows of a table as DuckDB reads them: the path of a Parquet file, its own relation, or Arrow.

    Raises:
        ReadError: there is no such file.
        UsageError: it is no table.
    """
    if isinstance(source, pl.LazyFrame):
        return reader_of(source)
    if isinstance(source, pl.DataFrame):
        return source.to_arrow()
    if isinstance(source, str | PathLike):
        path = Path(fspath(source))
        found = _scanned(path, reading)
        return path if _format(path) == "parquet" else reader_of(fine_rows(found, reading))
    kind = _kind(source)
    if kind == "pandas":
        return _of_pandas(source).to_arrow()
    if kind:
        return source
    message = f"{type(source).__name__} is no table: {_KINDS}"
    raise UsageError(message)


def reader_of(frame: pl.LazyFrame) -> Any:
    """The rows of a frame in pieces, as Arrow hands them on; nothing is read before it is asked for."""
    pa: Any = import_module("pyarrow")
    schema = pl.DataFrame(schema=frame.collect_schema()).to_arrow().schema

    def pieces() -> Iterator[Any]:
        for piece in frame.collect_batches(chunk_size=_ROWS, lazy=True, engine="streaming"):
            yield from piece.to_arrow().cast(schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, pieces())


def _kind(source: Any) -> str:
    """What a source of another library is; nothing for what is no table."""
    module, name = type(source).__module__.partition(".")[0], type(source).__name__
    if module == "pandas" and name == "DataFrame":
        return "pandas"
    if module == "pyarrow":
        if name in ("Table", "RecordBatch"):
            return "table"
        if name == "RecordBatchReader":
            return "reader"
        return "dataset" if any(base.__name__ == "Dataset" for base in type(source).__mro__) else ""
    return "relation" if name == "DuckDBPyRelation" else ""


def _of_pandas(source: Any) -> pl.DataFrame:
    try:
        return pl.from_pandas(source)
    except (TypeError, ValueError) as error:
        message = f"the frame cannot be read: {error}"
        raise UsageError(message) from error


def _of_arrow(source: Any) -> pl.DataFrame:
    found = pl.from_arrow(source)
    assert isinstance(found, pl.DataFrame)  # noqa: S101  a table is no series
    return found


def _in_pieces(schema: Any, read: Callable[[], Iterable[Any]]) -> pl.LazyFrame:
    """A frame that is read batch by batch, without a copy."""
    return in_pieces(lambda: map(_of_arrow, read()), _of_arrow(schema.empty_table()).schema)


def fine_rows(frame: pl.LazyFrame, reading: Reading) -> pl.LazyFrame:
    """The rows of a table that could be read and have a key; the others are told, by number."""
    key = reading.plan.key or ""
    number = 0

    def fine(piece: pl.DataFrame) -> pl.DataFrame:
        nonlocal number
        wrong = piece.select(pl.col(FAILED).is_not_null() | pl.col(key).is_null()).to_series()
        for at in wrong.arg_true():
            reading.left_out(number + at + 1, piece[FAILED][at])
        number += piece.height
        return piece.filter(~wrong).drop(FAILED)

    schema = {name: kind for name, kind in frame.collect_schema().items() if name != FAILED}
    return frame.map_batches(fine, schema=schema, streamable=False)


def _format(path: Path) -> str | None:
    return _FORMATS.get(path.suffix.lower())


def _scanned(path: Path, reading: Reading) -> pl.LazyFrame:
    if not path.exists():
        message = f"cannot read {path}: no such file"
        raise ReadError(message)
    format_ = _format(path)
    if format_ is None:
        message = f"cannot read {path} as a table: its name must end in .parquet, .csv or .jsonl"
        raise UsageError(message)
    if format_ != "parquet":
        return text_frame(path, format_, reading)
    frame = pl.scan_parquet(path)
    try:
        frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        message = f"cannot read {path}: {error}"
        raise ReadError(message) from error
    return frame
