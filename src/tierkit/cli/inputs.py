"""Inputs: files of records, read row by row, so that memory does not grow with the file.

A reader yields a record (a dict by dimension name, missing values left out) or a `BadRow`; one row that
cannot be read never stops the others. What makes the whole file unreadable raises.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tierkit.backends.text.opening import encoding_of, skip_mark, unreadable
from tierkit.backends.text.plan import BadRow, Plan, Rows
from tierkit.cli.files import near
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.engine import RuleSet
from tierkit.errors import UsageError

__all__ = ["BadRow", "Input", "Plan", "Rows", "format_of", "open_input", "plan_of"]

_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet"}


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
    encoding = encoding_of(encoding, format_, terminal.words)
    with contextlib.ExitStack() as stack:
        with unreadable(path, encoding, terminal.words):
            raw: Any = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
            binary = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
            size = 0 if path == "-" else os.fstat(binary.fileno()).st_size
            skip_mark(binary, encoding)
            rows = _rows(stack, binary, path, format_, encoding=encoding, plan=plan, terminal=terminal)
        guarded = _guarded(rows, path, encoding, terminal.words)
        yield Input(guarded, size, (lambda: 0) if path == "-" else binary.tell)


def _guarded(rows: Rows, path: str, encoding: str, words: Words) -> Rows:
    with unreadable(path, encoding, words):
        yield from rows


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
        from tierkit.backends.text.read_csv import csv_rows
        from tierkit.cli.header import about_header

        text = io.TextIOWrapper(binary, encoding, newline="")
        stack.callback(text.detach)  # who opened the file closes it
        return csv_rows(
            text, path, plan, terminal.words, lambda names: about_header(names, path, plan, terminal)
        )
    if format_ == "jsonl":
        from tierkit.backends.text.read_jsonl import jsonl_rows

        return jsonl_rows(binary, encoding, plan, terminal.words)
    from tierkit.cli.parquet import parquet_rows

    return parquet_rows(binary, path, plan, terminal)
