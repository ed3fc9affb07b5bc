"""Outputs: outcome rows as JSON lines, CSV, Parquet or a table on a terminal, written one by one.

A file takes its place only when it is whole.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import IO, Any, Protocol

from tierkit.cli.files import replacing
from tierkit.cli.flat import Flat, extra_data
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal, utf8
from tierkit.decisions import Decision
from tierkit.decisions.outcome import Common, json_key
from tierkit.errors import UsageError

_BREAKS = re.compile("[\x85\u2028\u2029]")
_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}


class Writer(Protocol):
    """What takes outcome rows."""

    def decided(self, decision: Decision, common: Common) -> None:
        """Writes a decision."""

    def failed(self, key: Any, text: str) -> None:
        """Writes a record that could not be decided."""

    def close(self) -> None:
        """Writes what is left."""


class JsonLines:
    """One JSON object a line; every key always present. Hand-assembled: this is the fast way out."""

    def __init__(self, stream: IO[str], flat: Flat) -> None:
        self._write, self._flat = stream.write, flat
        self._outcomes, self._scores = flat.outcomes, [quoted(name) for name, _, _ in flat.outcomes.scores]
        name, version, as_of = (quoted(text) for text in flat.head)
        self._head = f'"ruleset": {name}, "version": {version}, "as_of": {as_of}'

    def decided(self, decision: Decision, common: Common) -> None:
        """Writes a decision."""
        key = decision.key
        text = common.text or self._common(common)
        scores = ""
        if self._scores:
            values = self._outcomes.score_values(decision)
            named = zip(self._scores, values, strict=True)
            scores = ", ".join(
                [f"{name}: {'null' if value is None else repr(value)}" for name, value in named]
            )
        undetermined = "[]"
        if common.undetermined:
            undetermined = json.dumps([item.to_dict() for item in decision.undetermined], ensure_ascii=False)
        extra = "".join(
            f', "{name}": {json.dumps(extra_data(decision, name, self._flat.locale), ensure_ascii=False)}'
            for name in self._flat.extra
        )
        written = quoted(key) if key.__class__ is str and key.isascii() else json_key_text(key)
        self._write(
            f'{{"key": {written}, {text}, "scores": {{{scores}}}, '
            f'"undetermined": {undetermined}, "error": null{extra}}}\n'
        )

    def failed(self, key: Any, text: str) -> None:
        """Writes a record that could not be decided: the same keys, and nothing in them."""
        tiers = ", ".join(f"{quoted(name)}: null" for name in self._outcomes.program.ladders)
        scores = ", ".join(f"{name}: null" for name in self._scores)
        extra = "".join(f', "{name}": {"[]" if name == "reasons" else "{}"}' for name in self._flat.extra)
        self._write(
            f'{{"key": {json_key_text(key)}, {self._head}, '
            f'"tags": [], "tiers": {{{tiers}}}, '
            f'"scores": {{{scores}}}, "undetermined": [], "error": {quoted(text)}{extra}}}\n'
        )

    def close(self) -> None:
        """Nothing is kept back."""

    def shared(self, combination: tuple[tuple[str, ...], tuple[str | None, ...]]) -> str:
        """The part that rows with the same tags and tiers have in common."""
        tags, places = combination
        tiers = dict(zip(self._outcomes.program.ladders, places, strict=True))
        told = (json.dumps(part, ensure_ascii=False) for part in (tags, tiers))
        return '{}, "tags": {}, "tiers": {}'.format(self._head, *told)

    def _common(self, common: Common) -> str:
        common.text = self.shared((common.tags, tuple(common.tiers.values())))
        return common.text


def json_key_text(key: Any) -> str:
    """A key as JSON, without the characters at which some readers break lines."""
    return _BREAKS.sub(lambda c: f"\\u{ord(c[0]):04x}", json.dumps(json_key(key), ensure_ascii=False))


class Csv:
    """Flat columns; several tags or names in one cell are joined by `|`."""

    def __init__(self, stream: IO[str], flat: Flat) -> None:
        writer = csv.writer(stream, lineterminator="\n")
        self._row, self.rows, self._flat = writer.writerow, writer.writerows, flat
        self._row(flat.columns)

    def decided(self, decision: Decision, common: Common) -> None:
        """Writes a decision."""
        self._row(["|".join(v) if v.__class__ is tuple else v for v in self._flat.decided(decision, common)])

    def failed(self, key: Any, text: str) -> None:
        """Writes a record that could not be decided."""
        self._row(["|".join(v) if v.__class__ is tuple else v for v in self._flat.failed(key, text)])

    def close(self) -> None:
        """Nothing is kept back."""


def output_format(path: str, source: str, words: Words) -> str:
    """`jsonl`, `csv` or `parquet` by the ending; refuses to write over the input."""
    if path in ("", "-"):
        return "jsonl"
    found = _FORMATS.get(Path(path).suffix.lower())
    if found is None:
        raise UsageError(words("unknown-output", path=path))
    with contextlib.suppress(OSError):
        if source != "-" and Path(path).samefile(source):
            raise UsageError(words("same-file", path=path))
    return found


@contextlib.contextmanager
def open_output(path: str, format_: str, flat: Flat, terminal: Terminal) -> Iterator[Writer]:
    """Opens an output; without a path it is standard output: a table for people, JSON lines for programs."""
    if path in ("", "-"):
        if not path and not terminal.json and sys.stdout.isatty():
            from tierkit.cli.table import Table

            writer: Writer = Table(flat, terminal)
        else:
            utf8(sys.stdout)
            writer = JsonLines(sys.stdout, flat)
        yield writer
        writer.close()
        return
    if format_ == "parquet":
        from tierkit.cli.parquet import ParquetWriter

        with replacing(Path(path), terminal.words) as binary:
            writer = ParquetWriter(binary, flat, terminal.words)
            yield writer
            writer.close()
        return
    with replacing(Path(path), terminal.words) as binary:
        stream = io.TextIOWrapper(binary, "utf-8", errors="backslashreplace", newline="")
        writer = (Csv if format_ == "csv" else JsonLines)(stream, flat)
        yield writer
        writer.close()
        stream.flush()
        stream.detach()
