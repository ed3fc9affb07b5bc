"""Answers in columns, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

_WIDEST = 10_000


def grid(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    whole: Sequence[int] = (),
    right: Sequence[int] = (),
) -> str:
    """Rows under their headings; what does not fit goes on below, but for the columns that stay `whole`.

    The columns of numbers stand to the `right`. Where every column is `whole`, lines are as long as they are.
    """
    table = Table(box=box.SIMPLE, pad_edge=False, header_style="")
    for position, column in enumerate(columns):
        justify: JustifyMethod = "right" if position in right else "left"
        table.add_column(column, overflow="fold", no_wrap=position in whole, justify=justify)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(highlight=False)
    if len(whole) == len(columns):  # nothing can be folded, and nothing is cut off
        room = console.options.update(max_width=_WIDEST)
        console = Console(
            highlight=False, width=max(console.width, console.measure(table, options=room).maximum)
        )
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines() if line.strip())
