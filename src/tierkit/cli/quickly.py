"""`evaluate` for many rows at a time: what is written, said and counted is the same as row by row."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierkit.backends.text.plan import Plan
from tierkit.cli.files import replacing
from tierkit.cli.flat import Flat
from tierkit.cli.header import about_header
from tierkit.cli.inputs import Input
from tierkit.cli.outputs import Csv, JsonLines, json_key_text
from tierkit.cli.terminal import Terminal, utf8
from tierkit.engine.frames import Asked
from tierkit.engine.reading import reading_of, rows_reading_of
from tierkit.errors import MissingExtraError, RecordError, UsageError
from tierkit.program.model import Table

if TYPE_CHECKING:
    from tierkit.cli.evaluating import Request, Run

QUICK = ("polars", "duckdb")
_LARGE = 4 * 1024 * 1024
_SHOWN = 5


def wanted(request: Request, *, screen: bool) -> bool:
    """True where many rows at a time were asked for, or pay."""
    if request.engine in QUICK:
        return True
    if request.engine == "python" or request.reasons or request.values or screen or request.input == "-":
        return False
    paths = [request.input, *(spec.partition("=")[2] for spec in request.tables)]
    with contextlib.suppress(OSError):
        return any(Path(path).stat().st_size >= _LARGE for path in paths if path)
    return False


class Quick:
    """A run over frames. Making one reads headers, checks columns and aggregates rows; nothing is written.

    Raises:
        UsageError: it cannot be done in frames; the text says why.
        MissingExtraError: Polars or DuckDB is not installed.
    """

    def __init__(self, run: Run, format_: str, written: str, plan: Plan) -> None:
        request = run.request
        self.run, self._read, self._plan = run, 0, plan
        self._bad: Counter[str] = Counter()
        if request.reasons or request.values:
            raise UsageError(run.terminal.words("engine-extras", engine=request.engine))
        if request.input == "-":
            raise UsageError(run.terminal.words("engine-stdin", engine=request.engine))
        try:
            from tierkit.backends.frame import Lines, has_plain_keys
            from tierkit.engine.pieces import Pieces
        except ImportError:
            raise MissingExtraError(
                run.terminal.words("missing-extra", what="--engine", extra="polars")
            ) from None
        self.written = format_ == "jsonl"
        if self.written and request.tables:
            raise UsageError(run.terminal.words("engine-jsonl", engine=request.engine or "auto"))
        tables = _tables(run) if request.tables else None
        asked = Asked(
            None, tables=tables, given=request.given, engine="polars", encoding=request.encoding,
            memory_limit=request.memory_limit or None,
        )  # fmt: skip
        source = Path(request.input) if request.input else None
        rows = self._rows_reading if tables is not None else _none
        readings = (self._reading(asked), rows)
        self.left_out, self.engine = 0, "polars" if tables is None else "duckdb, polars"
        if format_ == "parquet":
            _about_parquet(request.input, plan, run.terminal)
        self.pieces = Pieces(run.ruleset, source, asked, run.instant, readings)
        for name, bad in self._bad.items():
            if bad > _SHOWN:
                run.terminal.warn("table-rows", table=name, count=f"{bad - _SHOWN:,}")
        if self.pieces.key_type is not None and not has_plain_keys(self.pieces.key_type):
            raise UsageError(run.terminal.words("engine-keys", engine=request.engine or "auto"))
        scores = tuple(flat_scores(run))
        ladders = [f"tier_{name}" for name in run.ruleset.program.ladders]
        self._lines = Lines(run.ruleset.program, ladders, scores)
        self._format = written
        self.size = Path(request.input).stat().st_size if request.input and format_ != "parquet" else 0

    def source(self) -> Input:
        """For the progress bar: how large the input is, and how much has been read."""
        return Input(iter(()), self.size, lambda: self._read)

    def write(self, flat: Flat) -> Iterator[None]:
        """Decides and writes everything; yields now and then."""
        path, terminal = self.run.request.output, self.run.terminal
        if path in ("", "-"):
            utf8(sys.stdout)
            yield from self._texts(sys.stdout, flat)
            return
        with replacing(Path(path), terminal.words) as binary:
            if self._format == "parquet":
                from tierkit.cli.parquet import ParquetWriter

                writer = ParquetWriter(binary, flat, terminal.words)
                for piece in self._counted():
                    writer.table(self._lines.arrow(piece.outcomes, written=self.written))
                    yield
                writer.close()
                return
            stream = io.TextIOWrapper(binary, "utf-8", errors="backslashreplace", newline="")
            yield from self._texts(stream, flat)
            stream.flush()
            stream.detach()

    def _texts(self, stream: Any, flat: Flat) -> Iterator[None]:
        if self._format == "csv":
            table = Csv(stream, flat)
            for piece in self._counted():
                table.rows(self._lines.rows(piece.outcomes, written=self.written))
                yield
            return
        single = io.StringIO()
        rows = JsonLines(single, flat)
        for piece in self._counted():
            one = partial(self._one, piece, rows, single)
            stream.write(self._lines.json(piece.outcomes, rows.shared, one, written=self.written))
            yield

    def _one(self, piece: Any, rows: JsonLines, single: io.StringIO, at: int) -> str:
        """The line of a row that has an error or something undetermined, as single records have it."""
        single.seek(0)
        single.truncate()
        outcome = piece.outcomes.row(at, named=True)
        key = json.loads(outcome["key"]) if self.written else outcome["key"]
        if outcome["error"] is not None:
            rows.failed(key, outcome["error"])
            return single.getvalue()
        record = dict(piece.record(at))
        name = self.run.ruleset.program.key
        if name is not None:
            record[name] = key
        try:
            decision = self.run.ruleset.evaluate(record, as_of=self.run.moment, given=self.run.request.given)
        except RecordError as error:  # frames would have told it
            raise AssertionError(record) from error
        rows.decided(decision, self.run.outcomes.uncounted(decision))
        return single.getvalue()

    def _counted(self) -> Iterator[Any]:
        """The pieces; what they come to is added up, and the first failures are told."""
        run = self.run
        for piece in self._decided():
            counts = self._lines.counted(piece.outcomes)
            for at, key, text in counts.failed:
                run.failed += 1
                if run.failed <= _SHOWN:
                    shown = json.loads(key) if self.written else key
                    run.told(run.rows + at + 1, shown, text)
            run.rows += counts.rows
            run.undetermined += counts.undetermined
            for (tags, tiers), count in counts.combinations.items():
                run.outcomes.add(tags, tiers, count)
            for ladder, count in counts.undecided.items():
                run.outcomes.add_undecided(ladder, count)
            yield piece

    def _decided(self) -> Iterator[Any]:
        from tierkit.backends.frame import told

        with told():
            yield from self.pieces.decided()

    def _reading(self, asked: Asked) -> Any:
        words = self.run.terminal.words
        made = reading_of(self.run.ruleset, asked, words.locale)

        def seen(position: int) -> None:
            self._read = position

        def about(names: list[str]) -> None:
            about_header(names, self.run.request.input, self._plan, self.run.terminal)

        return replace(
            made, plan=self._plan, say=words, about=about, seen=seen,
            written=json_key_text if self.written else None,
        )  # fmt: skip

    def _rows_reading(self, table: Table) -> Any:
        terminal, path = self.run.terminal, _tables(self.run)[table.name]
        made = rows_reading_of(self.run.ruleset, table, self.run.request.encoding)

        def left_out(number: int, text: str | None) -> None:
            self._bad[table.name] += 1
            self.left_out += 1
            if self._bad[table.name] <= _SHOWN:
                why = text or terminal.words("no-row-key", key=table.key)
                terminal.warn("table-row", table=table.name, row=f"{number:,}", text=why)

        def about(names: list[str]) -> None:
            about_header(names, path, made.plan, terminal)

        return replace(made, say=terminal.words, about=about, left_out=left_out)


def flat_scores(run: Run) -> Iterator[str]:
    """The columns of scores."""
    from tierkit.backends.frame.decoding import outcome_names

    yield from outcome_names(run.ruleset.program)[1].values()


def _tables(run: Run) -> dict[str, str]:
    from tierkit.cli.tables import named

    return dict(named(run.request.tables, run.ruleset, run.terminal.words))


def _none(_table: Table) -> Any:
    raise AssertionError


def _about_parquet(path: str, plan: Plan, terminal: Terminal) -> None:
    from tierkit.cli.parquet import names_of

    about_header(names_of(path, terminal), path, plan, terminal)
