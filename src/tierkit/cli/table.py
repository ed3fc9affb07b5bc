"""Outcome rows as a table on a terminal: the first of them, as many as anybody reads."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from tierkit.cli.flat import Flat
from tierkit.cli.terminal import Terminal
from tierkit.decisions import Decision
from tierkit.decisions.outcome import Common

MOST_ROWS = 100


class Table:
    """Keeps the first rows and prints them at the end; says how many more there are."""

    def __init__(self, flat: Flat, terminal: Terminal) -> None:
        self._flat, self._terminal = flat, terminal
        self._rows: list[list[Any]] = []
        self._more = 0

    def decided(self, decision: Decision, common: Common) -> None:
        """Takes a decision."""
        if len(self._rows) < MOST_ROWS:
            self._rows.append(self._flat.decided(decision, common))
        else:
            self._more += 1

    def failed(self, key: Any, text: str) -> None:
        """Takes a record that could not be decided."""
        if len(self._rows) < MOST_ROWS:
            self._rows.append(self._flat.failed(key, text))
        else:
            self._more += 1

    def close(self) -> None:
        """Prints the table; columns that say nothing are left out."""
        words = self._terminal.words
        hidden = {"ruleset", "version", "as_of"}
        shown = [
            (position, name)
            for position, name in enumerate(self._flat.columns)
            if name not in hidden and (name == "key" or any(_cell(row[position]) for row in self._rows))
        ]
        titles = {
            "tags": words("tags"),
            "undetermined": words("undetermined"),
            "error": words("error-column"),
        }
        table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
        for _, name in shown:
            numeric = name in self._flat.scores
            table.add_column(
                Text(titles.get(name, name.removeprefix("tier_"))), justify="right" if numeric else "left"
            )
        for row in self._rows:
            table.add_row(*(Text(_cell(row[position])) for position, _ in shown))
        Console().print(table)
        if self._more:
            self._terminal.out(words("more-rows", count=f"{self._more:,}"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)
