"""Inputs: files of records, read row by row, so that memory does not grow with the file.

A reader yields a record (a dict by dimension name, missing values left out) or a `BadRow`; one row that
cannot be read never stops the others. What makes the whole file unreadable raises.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tierkit.cli.files import near, reason
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.engine import RuleSet
from tierkit.errors import Fault, ReadError, UsageError
from tierkit.program.model import Dimension

_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet"}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why: faults of its values, or a text where it is no record at all."""

    key: Any
    faults: tuple[Fault, ...] = ()
    text: str = ""

    def message(self, locale: str) -> str:
        """What is wrong, in one line."""
        return self.text or "; ".join(fault.message(locale) for fault in self.faults)


Rows = Iterator[dict[str, Any] | BadRow]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for in an input: the key, dimensions that a record may hold, those that are computed.

    Without a column of `required` the input is refused.
    """

    ruleset: str
    key: str | None
    wanted: Mapping[str, Dimension]
    computed: frozenset[str]
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Input:
    """An input that is open: its rows, and how far reading has come, in bytes."""

    rows: Rows
    size: int
    position: Callable[[], int]


def plan_of(ruleset: RuleSet, given: tuple[str, ...], words: Words) -> Plan:
    """The plan of a rule set; refuses `given` names that are no dimension."""
    dimensions = ruleset.dimensions
    for name in given:
        if name not in dimensions:
            raise UsageError(words("unknown-given", name=name, hint=near(name, list(dimensions), words)))
    wanted = {name: d for name, d in dimensions.items() if not d.computed or name in given}
    return Plan(ruleset.name, ruleset.program.key, wanted, frozenset(dimensions) - frozenset(wanted))


def format_of(path: str, chosen: str, words: Words) -> str:
    """`csv`, `jsonl` or `parquet`: as chosen, else by the ending."""
    if chosen:
        if path == "-" and chosen == "parquet":
            raise UsageError(words("stdin-parquet"))
        return chosen
    if path == "-":
        raise UsageError(words("stdin-format"))
    found = _FORMATS.get(Path(path).suffix.lower())
    if found is None:
        raise UsageError(words("unknown-ending", path=path))
    return found


@contextlib.contextmanager
def open_input(path: str, format_: str, encoding: str, plan: Plan, terminal: Terminal) -> Iterator[Input]:
    """Opens an input; it and its rows raise `ReadError` when bytes cannot be had or are no text."""
    encoding = _encoding(encoding, format_, terminal.words)
    with contextlib.ExitStack() as stack:
        with _unreadable(path, encoding, terminal.words):
            raw: Any = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
            binary = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
            size = 0 if path == "-" else os.fstat(binary.fileno()).st_size
            _skip_mark(binary, encoding)
            rows = _rows(stack, binary, path, format_, encoding=encoding, plan=plan, terminal=terminal)
        guarded = _guarded(rows, path, encoding, terminal.words)
        yield Input(guarded, size, (lambda: 0) if path == "-" else binary.tell)


@contextlib.contextmanager
def _unreadable(path: str, encoding: str, words: Words) -> Iterator[None]:
    """Says that a file is no text, or why the system does not hand it out."""
    try:
        yield
    except UnicodeError:
        raise ReadError(words("not-text", path=path, encoding=encoding)) from None
    except ReadError:
        raise
    except OSError as error:
        raise ReadError(words("cannot-read", path=path, reason=reason(error))) from None


def _guarded(rows: Rows, path: str, encoding: str, words: Words) -> Rows:
    with _unreadable(path, encoding, words):
        yield from rows


def _encoding(name: str, format_: str, words: Words) -> str:
    """The encoding by its own name; lines of JSON need one in which a line end is one byte."""
    try:
        found = codecs.lookup(name).name
        newline = "\n".encode(found)
    except (LookupError, ValueError):
        raise UsageError(words("bad-encoding", text=name)) from None
    if found == "utf-8-sig":
        return "utf-8"
    if format_ == "jsonl" and newline != b"\n":
        raise UsageError(words("line-encoding", encoding=found))
    return found


def _skip_mark(binary: io.BufferedReader, encoding: str) -> None:
    """Skips a byte order mark, which would become part of the first name."""
    mark = "\ufeff".encode(encoding, "ignore")
    marks_itself = "".encode(encoding)
    if mark and not marks_itself and binary.peek(len(mark)).startswith(mark):
        binary.read(len(mark))


def _rows(
    stack: contextlib.ExitStack,
    binary: IO[bytes],
    path: str,
    format_: str,
    *,
    encoding: str,
    plan: Plan,
    terminal: Terminal,
) -> Rows:
    if format_ == "csv":
        from tierkit.cli.read_csv import csv_rows

        text = io.TextIOWrapper(binary, encoding, newline="")
        stack.callback(text.detach)  # who opened the file closes it
        return csv_rows(text, path, plan, terminal)
    if format_ == "jsonl":
        from tierkit.cli.read_jsonl import jsonl_rows

        return jsonl_rows(binary, encoding, plan, terminal.words)
    from tierkit.cli.parquet import parquet_rows

    return parquet_rows(binary, path, plan, terminal)
