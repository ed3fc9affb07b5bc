"""Tables of results, as plain text or as Markdown for the documentation."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """A title, a header and rows of text, with notes below."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row; missing cells at the end stay empty."""
        self.rows.append(cells + ("",) * (len(self.header) - len(cells)))

    def text(self) -> str:
        """Return the table in columns."""
        widths = [max(map(_width, column)) for column in zip(self.header, *self.rows, strict=True)]
        lines = [self.title, "-" * _width(self.title)]
        for row in (self.header, *self.rows):
            cells = [_pad(cell, width) for cell, width in zip(row, widths, strict=True)]
            lines += ["  ".join(cells).rstrip()]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [f"### {self.title}", "", _markdown(self.header), _markdown(("---",) * len(self.header))]
        lines += map(_markdown, self.rows)
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes)])


@dataclass(frozen=True, slots=True)
class Target:
    """A bound that a measured number should keep."""

    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        """Return the bound as it is printed."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"

    def verdict(self, value: float) -> str:
        """Say whether the value keeps the bound."""
        return "holds" if (value >= self.bound if self.at_least else value <= self.bound) else "MISSED"


def number(value: float) -> str:
    """Write a number with about three digits."""
    if value >= 100:  # noqa: PLR2004 - a matter of layout
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.1 else f"{value:.4f}"  # noqa: PLR2004


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _markdown(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
