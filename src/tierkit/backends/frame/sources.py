"""What can be read as a frame, and outcomes handed back in the same family."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import polars as pl

from tierkit.errors import ReadError, UsageError


@dataclass(frozen=True, slots=True)
class Source:
    """A frame to read lazily, and the family its outcomes are handed back in."""

    frame: pl.LazyFrame
    family: str

    def hand_back(self, outcomes: pl.LazyFrame) -> Any:
        """The outcomes as the caller holds tables."""
        if self.family == "lazy":
            return outcomes
        found = outcomes.collect(engine="streaming")
        if self.family == "pandas":
            return found.to_pandas()
        return found.to_arrow() if self.family == "arrow" else found


def open_source(source: Any) -> Source:
    """A frame of Polars or pandas, a table of Arrow, or the path of a Parquet file.

    Raises:
        ReadError: there is no such file.
        UsageError: it is none of these.
    """
    if isinstance(source, pl.LazyFrame):
        return Source(source, "lazy")
    if isinstance(source, pl.DataFrame):
        return Source(source.lazy(), "frame")
    if isinstance(source, str | PathLike):
        return Source(_scanned(Path(fspath(source))), "lazy")
    module, name = type(source).__module__.partition(".")[0], type(source).__name__
    if module == "pandas" and name == "DataFrame":
        return Source(_of_pandas(source).lazy(), "pandas")
    if module == "pyarrow" and name in ("Table", "RecordBatch"):
        found = pl.from_arrow(source)
        assert isinstance(found, pl.DataFrame)  # noqa: S101  a table is no series
        return Source(found.lazy(), "arrow")
    message = (
        f"{type(source).__name__} is no table: pass a frame of Polars or pandas, a table of Arrow, "
        "or the path of a Parquet file"
    )
    raise UsageError(message)


def _of_pandas(source: Any) -> pl.DataFrame:
    try:
        return pl.from_pandas(source)
    except (TypeError, ValueError) as error:
        message = f"the frame cannot be read: {error}"
        raise UsageError(message) from error


def _scanned(path: Path) -> pl.LazyFrame:
    if not path.exists():
        message = f"cannot read {path}: no such file"
        raise ReadError(message)
    if path.suffix.lower() in (".parquet", ".pq"):
        frame = pl.scan_parquet(path)
        try:
            frame.collect_schema()
        except (pl.exceptions.PolarsError, OSError) as error:
            message = f"cannot read {path}: {error}"
            raise ReadError(message) from error
        return frame
    message = f"cannot read {path} as a table: its name must end in .parquet"
    raise UsageError(message)
