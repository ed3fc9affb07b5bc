"""Text files as frames: read in pieces by the declared types, exactly as single records are.

Whoever reads a piece, the values are those of `backends.text`: plain pieces are cut at commas and line ends
by Arrow and their common numbers read as columns, everything else is read cell by cell. A row that cannot be
read stays in its place; the column `FAILED` says what is wrong with it.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tierkit.backends.frame.columns import plain_type
from tierkit.backends.frame.joining import FAILED
from tierkit.backends.frame.pieces import in_pieces
from tierkit.backends.frame.plain_csv import is_plain, plain_piece
from tierkit.backends.text.cells import INSTANT
from tierkit.backends.text.opening import encoding_of, skip_mark, unreadable
from tierkit.backends.text.plan import BadRow, Plan
from tierkit.backends.text.read_csv import columns_of, csv_rows, header, rows_under
from tierkit.backends.text.read_jsonl import jsonl_rows
from tierkit.backends.text.words import Say, Words
from tierkit.errors import UsageError
from tierkit.program.domain import read
from tierkit.program.types import NUMERIC, TEXTUAL

ABSENT = "\0absent"
"""The column with the dimensions that a line of JSON does not have, which is not the same as null."""
ROWS = 20_000
BLOCK = 4 * 1024 * 1024
_CUT = frozenset([
    "utf-8", "ascii", "gb18030", "gbk", "gb2312", "big5", "cp932", "shift_jis", "euc_jp", "euc_kr", "cp949",
    "cp1250", "cp1251", "cp1252", "cp1253", "iso8859-1", "iso8859-2", "iso8859-15",
])  # fmt: skip
"""Encodings in which a line ends at a byte that is nothing else."""
_KEYS = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text file is read.

    Args:
        plan: what is looked for.
        refuse: what is wrong with a record that holds a value of a wrong type.
        encoding: of the file.
        say: the words of the reader's language.
        about: is told the names of the columns of a CSV file.
        place: an instant without an offset, put into a zone.
        written: how a key of JSON is written; None to keep its type, which must then be one for all.
        seen: is told how many bytes have been read.
        left_out: is told the number of a row of a table that is left out, and why; None is for want of a key.
    """

    plan: Plan
    refuse: Callable[[Mapping[str, Any]], str]
    encoding: str = "utf-8"
    say: Say = field(default_factory=Words)
    about: Callable[[list[str]], None] = lambda _: None
    place: Callable[[Any], Any] = lambda instant: instant
    written: Callable[[Any], str] | None = None
    seen: Callable[[int], None] = lambda _: None
    left_out: Callable[[int, str | None], None] = lambda _number, _text: None


def text_frame(path: Path, format_: str, reading: Reading) -> pl.LazyFrame:
    """A file of CSV (`csv`) or of lines of JSON (`jsonl`) as a frame, read anew each time.

    Raises:
        ReadError: the file cannot be read, or is no text.
        UsageError: the encoding is none, or a column stands twice.
    """
    encoding = encoding_of(reading.encoding, format_, reading.say)
    with unreadable(str(path), encoding, reading.say), path.open("rb") as binary:
        skip_mark(binary, encoding)
        names, key = _looked_at(binary, path, format_, encoding, reading)
    schema = dict[str, pl.DataType]()
    if key is not None and reading.plan.key is not None:
        schema[reading.plan.key] = key
    schema |= {
        name: pl.Datetime("us", "UTC") if d.type == INSTANT else plain_type(d.type)
        for name, d in reading.plan.wanted.items()
        if format_ == "jsonl" or name in names
    }
    if format_ == "jsonl" and reading.written is not None:
        schema[ABSENT] = pl.List(pl.String)
    schema[FAILED] = pl.String()

    def pieces() -> Iterator[pl.DataFrame]:
        with unreadable(str(path), encoding, reading.say), path.open("rb") as file:
            skip_mark(file, encoding)
            for piece in _pieces(file, _Text(path, encoding, reading, schema), format_):
                reading.seen(file.tell())
                yield piece

    return in_pieces(pieces, schema)


def _looked_at(
    binary: Any, path: Path, format_: str, encoding: str, reading: Reading
) -> tuple[list[str], pl.DataType | None]:
    """The names of the columns, and the type of the key where there is one."""
    plan = reading.plan
    if format_ == "csv":
        lines = io.TextIOWrapper(binary, encoding, newline="")
        names = header(csv.reader(lines, strict=True), str(path), reading.say)
        lines.detach()
        reading.about(names)
        twice = {name for _, name, _ in columns_of(names, plan) if names.count(name) > 1}
        if twice:
            message = f"cannot read {path}: the column `{min(twice)}` stands twice"
            raise UsageError(message)
        return names, pl.String() if plan.key in names else None
    if plan.key is None:
        return [], None
    if reading.written is not None:
        return [], pl.String()
    rows = jsonl_rows(binary, encoding, plan, reading.say)
    some = (row.get(plan.key) for row in itertools.islice(rows, ROWS) if not isinstance(row, BadRow))
    kinds = {_KEYS.get(type(key), pl.String) for key in some if key is not None}
    return [], (kinds.pop() if len(kinds) == 1 else pl.String)()


@dataclass(frozen=True, slots=True)
class _Text:
    """A file that is being read: its path and encoding, how it is read, and the columns that come of it."""

    path: Path
    encoding: str
    reading: Reading
    schema: Mapping[str, pl.DataType]

    def pieces(self, rows: Iterable[Any]) -> Iterator[pl.DataFrame]:
        """Rows, as columns."""
        for some in _batches(rows):
            yield _piece(some, self.reading, self.schema)


def _pieces(file: Any, text: _Text, format_: str) -> Iterator[pl.DataFrame]:
    if format_ == "csv":
        return _csv_pieces(file, text)
    return text.pieces(jsonl_rows(file, text.encoding, text.reading.plan, text.reading.say))


def _csv_pieces(file: Any, text: _Text) -> Iterator[pl.DataFrame]:
    """Plain blocks as columns; from the first that is not plain, everything cell by cell."""
    plan, say, encoding = text.reading.plan, text.reading.say, text.encoding
    names: list[str] | None = None
    rest, line = b"", 1
    while encoding in _CUT and (block := file.read(BLOCK)):
        own, end, part = (rest + block).rpartition(b"\n")
        if not end:
            rest = part
            continue
        own, rest, before = own + end, part, line
        line += own.count(b"\n")
        try:
            whole = own.decode(encoding).encode()
        except UnicodeError:
            whole = b""
        if not whole or not is_plain(whole):
            left = io.BufferedReader(_Joined(own + rest, file))
            yield from _carefully(left, text, names, before - 1)
            return
        if names is None:
            first, _, whole = whole.partition(b"\n")
            names = header(csv.reader([first.decode()], strict=True), str(text.path), say)
            before += 1
        piece = plain_piece(whole, names, text.reading, text.schema, before) if whole else None
        if piece is not None:
            yield piece
        elif whole:
            lines = io.StringIO(whole.decode(), newline="")
            rows = rows_under(csv.reader(lines, strict=True), names, plan, say, before - 1)
            yield from text.pieces(rows)
    if rest or names is None:
        left = io.BufferedReader(_Joined(rest, file))
        yield from _carefully(left, text, names, line - 1)


def _carefully(file: Any, text: _Text, names: list[str] | None, before: int) -> Iterator[pl.DataFrame]:
    """The rest of a file cell by cell."""
    plan, say = text.reading.plan, text.reading.say
    lines = io.TextIOWrapper(file, text.encoding, newline="")
    try:
        if names is None:
            rows = csv_rows(lines, str(text.path), plan, say, lambda _: None)
        else:
            rows = rows_under(csv.reader(lines, strict=True), names, plan, say, before)
        yield from text.pieces(rows)
    finally:
        lines.detach()


class _Joined(io.RawIOBase):
    """What has been read of a file, and then the rest of it."""

    def __init__(self, start: bytes, file: Any) -> None:
        self._parts = [io.BytesIO(start), file]

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills a buffer."""
        for part in self._parts:
            if count := part.readinto(buffer):
                return int(count)
        return 0


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while some := list(itertools.islice(rows, ROWS)):
        yield some


def _piece(rows: list[Any], reading: Reading, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows as single records have them, as columns; what no column can hold is refused by its row."""
    plan, locale = reading.plan, reading.say.locale
    failed: list[str | None] = [None] * len(rows)
    records: list[Mapping[str, Any]] = []
    for at, row in enumerate(rows):
        if row.__class__ is BadRow:
            failed[at] = row.message(locale)
            row = {} if plan.key is None else {plan.key: row.key}  # noqa: PLW2901  the row as it goes on
        records.append(row)
    for name in schema:
        dimension = plan.wanted.get(name)
        if dimension is None or dimension.type == INSTANT:
            continue
        kinds = {value.__class__ for value in (record.get(name) for record in records)}
        if kinds <= _HELD.get(dimension.type, _HELD["number"]):
            continue
        for at, record in enumerate(records):
            if failed[at] is None and _wrong(read(dimension, record.get(name))):
                failed[at] = reading.refuse(record)
                records[at] = {} if plan.key is None else {plan.key: record.get(plan.key)}
    columns = []
    for name, dtype in schema.items():
        if name == FAILED:
            columns.append(pl.Series(FAILED, failed, dtype=pl.String))
            continue
        if name == ABSENT:
            columns.append(
                pl.Series(ABSENT, [list(plan.wanted.keys() - r.keys()) for r in records], dtype=dtype)
            )
            continue
        values = [record.get(name) for record in records]
        dimension = plan.wanted.get(name)
        columns.append(_column(name, values, None if dimension is None else dimension.type, dtype, reading))
    return pl.DataFrame(columns)


_HELD = {
    "number": {float, int, type(None)},
    "boolean": {bool, type(None)},
    "set": {frozenset, type(None)},
    **{type_: {str, type(None)} for type_ in TEXTUAL},
}


def _wrong(found: Any) -> bool:
    return type(found).__name__ == "Fault"


def _column(
    name: str, values: list[Any], type_: str | None, dtype: pl.DataType, reading: Reading
) -> pl.Series:
    if type_ is None:
        return _keys(name, values, dtype, reading)
    if type_ == INSTANT:
        values = [None if value is None else reading.place(value) for value in values]
    elif type_ in NUMERIC:
        values = [None if value is None else _double(value) for value in values]
    elif type_ == "set":
        values = [
            None if value is None else sorted(_text(item) for item in value if item is not None)
            for value in values
        ]
    elif type_ in TEXTUAL:
        try:
            return pl.Series(name, values, dtype=dtype)
        except UnicodeEncodeError:
            values = [None if value is None else _text(value) for value in values]
    return pl.Series(name, values, dtype=dtype)


def _keys(name: str, values: list[Any], dtype: pl.DataType, reading: Reading) -> pl.Series:
    if reading.written is not None:
        return pl.Series(name, [reading.written(value) for value in values], dtype=dtype)
    if dtype == pl.String:
        values = [None if value is None else _known(str(value)) for value in values]
    try:
        return pl.Series(name, values, dtype=dtype)
    except (TypeError, pl.exceptions.PolarsError):
        message = f"`{name}` is of several kinds: a column of keys has one"
        raise UsageError(message) from None


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # outside the domain of every dimension, as an infinity is
        return 1e300 if value > 0 else -1e300


def _text(value: str) -> str:
    """A text that can be written down; what cannot is outside the domain, and so is what stands for it."""
    return value if value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value) else "\0"


def _known(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode()
