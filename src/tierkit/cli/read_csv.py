"""CSV to records: every cell is a literal of its dimension's type, an empty cell is missing."""

from __future__ import annotations

import csv
import unicodedata
from typing import IO, Any

from tierkit.cli.cells import Reader, cell_reader, refused
from tierkit.cli.header import about_header
from tierkit.cli.inputs import BadRow, Plan, Rows
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.errors import Fault, ReadError

Columns = list[tuple[int, str, Reader | None]]


def csv_rows(lines: IO[str], path: str, plan: Plan, terminal: Terminal) -> Rows:
    """The rows of a CSV file; what is odd about its header is said at once."""
    reader = csv.reader(lines, strict=True)
    try:
        header = next((row for row in reader if row), None)
    except csv.Error as error:
        raise ReadError(terminal.words("cannot-read", path=path, reason=str(error))) from None
    if header is None:
        raise ReadError(terminal.words("no-header", path=path))
    names = [unicodedata.normalize("NFC", cell.strip()) for cell in header]
    about_header(names, path, plan, terminal)
    columns: Columns = [
        (position, name, cell_reader(plan.wanted[name]) if name in plan.wanted else None)
        for position, name in enumerate(names)
        if name in plan.wanted or name == plan.key
    ]
    return _rows(reader, len(names), columns, plan, terminal.words)


def _rows(reader: Any, width: int, columns: Columns, plan: Plan, words: Words) -> Rows:
    texts = [(position, name) for position, name, read in columns if read is None]
    typed = [(position, name, read) for position, name, read in columns if read is not None]
    while True:
        start = reader.line_num + 1
        try:
            for row in reader:
                if len(row) != width and not _padded(row, width):
                    if row:
                        yield BadRow(None, text=_at(start, words, "ragged", found=len(row), expected=width))
                    start = reader.line_num + 1
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
                    yield _faults(row, typed, record, plan, words, line=start)
                else:
                    if record or any(row):
                        yield record
                start = reader.line_num + 1
        except csv.Error as error:
            yield BadRow(None, text=_at(start, words, "bad-csv", detail=str(error)))
        else:
            return


def _padded(row: list[str], width: int) -> bool:
    """Spreadsheets add empty cells at the end of a row; they say nothing."""
    return len(row) > width and not any(row[width:])


def _faults(
    row: list[str], typed: Any, record: dict[str, Any], plan: Plan, words: Words, *, line: int
) -> BadRow:
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


def _at(line: int, words: Words, key: str, **slots: object) -> str:
    return words("line", line=line, text=words(key, **slots))
