"""CSV to records: every cell is a literal of its dimension's type, an empty cell is missing."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from typing import IO, Any

from tierkit.backends.text.cells import Reader, cell_reader, refused
from tierkit.backends.text.plan import BadRow, Plan, Rows
from tierkit.backends.text.words import Say
from tierkit.errors import Fault, ReadError

Columns = list[tuple[int, str, Reader | None]]


def csv_rows(lines: IO[str], path: str, plan: Plan, say: Say, about: Callable[[list[str]], None]) -> Rows:
    """The rows of a CSV file; `about` is told the names of the columns first."""
    reader = csv.reader(lines, strict=True)
    names = header(reader, path, say)
    about(names)
    return rows_under(reader, names, plan, say)


def header(reader: Any, path: str, say: Say) -> list[str]:
    """The names of the columns, from the first line that is not empty."""
    try:
        found = next((row for row in reader if row), None)
    except csv.Error as error:
        raise ReadError(say("cannot-read", path=path, reason=str(error))) from None
    if found is None:
        raise ReadError(say("no-header", path=path))
    return [unicodedata.normalize("NFC", cell.strip()) for cell in found]


def columns_of(names: list[str], plan: Plan) -> Columns:
    """The columns that are read: their places, names and readers."""
    return [
        (position, name, cell_reader(plan.wanted[name]) if name in plan.wanted else None)
        for position, name in enumerate(names)
        if name in plan.wanted or name == plan.key
    ]


def rows_under(reader: Any, names: list[str], plan: Plan, words: Say, before: int = 0) -> Rows:
    """The rows under a header; so many lines stand `before` those of the reader."""
    columns, width = columns_of(names, plan), len(names)
    texts = [(position, name) for position, name, read in columns if read is None]
    typed = [(position, name, read) for position, name, read in columns if read is not None]
    while True:
        start = before + reader.line_num + 1
        try:
            for row in reader:
                if len(row) != width and not _padded(row, width):
                    if row:
                        yield BadRow(None, text=_at(start, words, "ragged", found=len(row), expected=width))
                    start = before + reader.line_num + 1
                    continue
                record: dict[str, Any] = {}
                try:
                    for position, name in texts:
                        if cell := row[position]:
                            record[name] = cell
                    for position, name, convert in typed:
                        if cell := row[position]:
                            record[name] = convert(cell)
                except ValueError:
                    yield faults_of(row, typed, record, plan, words, line=start)
                else:
                    if record or any(row):
                        yield record
                start = before + reader.line_num + 1
        except csv.Error as error:
            yield BadRow(None, text=_at(start, words, "bad-csv", detail=str(error)))
        else:
            return


def _padded(row: list[str], width: int) -> bool:
    """Spreadsheets add empty cells at the end of a row; they say nothing."""
    return len(row) > width and not any(row[width:])


def faults_of(row: Any, typed: Any, record: dict[str, Any], plan: Plan, words: Say, *, line: int) -> BadRow:
    """Every cell of a row that cannot be read."""
    found = []
    for position, name, convert in typed:
        try:
            value = convert(row[position]) if row[position] else None
        except ValueError:
            found.append(Fault.of("unreadable", name, row[position], plan.wanted[name].type))
        else:
            record[name] = value
            if (fault := refused(plan.wanted[name], value)) is not None:
                found.append(fault)
    key = None if plan.key is None else record.get(plan.key)
    text = "; ".join(fault.message(words.locale) for fault in found)
    return BadRow(key, tuple(found), "" if key is not None else words("line", line=line, text=text))


def _at(line: int, words: Say, key: str, **slots: object) -> str:
    return words("line", line=line, text=words(key, **slots))
