"""Answers in columns, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def grid(columns: Sequence[str], rows: Iterable[Sequence[str]], whole: Sequence[int] = ()) -> str:
    """Rows under their headings; what does not fit goes on below, but for the columns that stay `whole`."""
    table = Table(box=box.SIMPLE, pad_edge=False, header_style="")
    for position, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=position in whole)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(highlight=False)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines() if line.strip())
