"""Parquet in and out, in batches; the one module that touches pyarrow, an optional package."""

from __future__ import annotations

from importlib import import_module
from typing import IO, Any

from tierkit.cli.files import reason
from tierkit.cli.flat import Flat
from tierkit.cli.header import about_header
from tierkit.cli.inputs import Plan, Rows
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.decisions import Decision
from tierkit.decisions.outcome import Common
from tierkit.errors import MissingExtraError, ReadError

_BATCH = 5_000


def _arrow(what: str, words: Words) -> tuple[Any, Any]:
    """`pyarrow` and `pyarrow.parquet`; their classes have no types."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MissingExtraError(words("missing-extra", what=words(what), extra="parquet")) from None


def parquet_rows(binary: IO[bytes], path: str, plan: Plan, terminal: Terminal) -> Rows:
    """The rows of a Parquet file, with the columns that the plan wants; a null stays a null."""
    arrow, parquet = _arrow("reading-parquet", terminal.words)
    try:
        file = parquet.ParquetFile(binary)
    except arrow.ArrowException as error:
        text = str(error).splitlines()[0]
        raise ReadError(terminal.words("cannot-read", path=path, reason=text)) from None
    names = list(file.schema_arrow.names)
    about_header(names, path, plan, terminal)
    wanted = [name for name in names if name in plan.wanted or name == plan.key]
    return _rows(file, wanted)


def names_of(path: str, terminal: Terminal) -> list[str]:
    """The names of a file's columns."""
    arrow, parquet = _arrow("reading-parquet", terminal.words)
    try:
        return list(parquet.read_schema(path).names)
    except FileNotFoundError as error:
        raise ReadError(terminal.words("cannot-read", path=path, reason=reason(error))) from None
    except (arrow.ArrowException, OSError) as error:
        text = str(error).splitlines()[0]
        raise ReadError(terminal.words("cannot-read", path=path, reason=text)) from None


def _rows(file: Any, wanted: list[str]) -> Rows:
    for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
        yield from batch.to_pylist() if wanted else ({} for _ in range(batch.num_rows))


class ParquetWriter:
    """Flat columns; tags and undetermined names are lists, the key is text."""

    def __init__(self, binary: IO[bytes], flat: Flat, words: Words) -> None:
        self._arrow, parquet = _arrow("writing-parquet", words)
        text, texts = self._arrow.string(), self._arrow.list_(self._arrow.string())
        kinds = {"tags": texts, "undetermined": texts} | dict.fromkeys(flat.scores, self._arrow.float64())
        self._schema = self._arrow.schema([(name, kinds.get(name, text)) for name in flat.columns])
        self._writer = parquet.ParquetWriter(binary, self._schema)
        self._flat, self._rows = flat, list[list[Any]]()

    def decided(self, decision: Decision, common: Common) -> None:
        """Writes a decision."""
        self._add(self._flat.decided(decision, common))

    def failed(self, key: Any, text: str) -> None:
        """Writes a record that could not be decided."""
        self._add(self._flat.failed(key, text))

    def table(self, rows: Any) -> None:
        """Writes rows that are a table of Arrow already."""
        self._writer.write_table(rows.select(self._schema.names).cast(self._schema))

    def close(self) -> None:
        """Writes the last batch and the end of the file."""
        self._flush()
        self._writer.close()

    def _add(self, row: list[Any]) -> None:
        row[0] = None if row[0] is None else str(row[0])
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else ((),) * len(self._schema)
        arrays = [
            self._arrow.array(column, type=field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_batch(self._arrow.record_batch(arrays, schema=self._schema))
        self._rows = []
