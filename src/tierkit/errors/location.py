"""Where something stands in a rule file: lines and columns are made here and nowhere else."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from tierkit.errors.text import GAPS, visible


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A stretch of one line: 1-based, counted in code points, `end_column` exclusive.

    >>> str(Location("vip.yaml", 3, 11, 17))
    'vip.yaml:3:11'
    """

    path: str
    line: int
    column: int
    end_column: int

    def __str__(self) -> str:
        return f"{visible(self.path, GAPS)}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Source:
    """The text of one file, and the way from an index into it to a line and a column."""

    text: str = field(repr=False)
    path: str = "<text>"

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def location(self, start: int, end: int | None = None) -> Location:
        r"""The place from index `start` up to `end`, cut off at the end of its line.

        >>> Source("a: 1\nbb: 2\n").location(9, 10)
        Location(path='<text>', line=2, column=5, end_column=6)
        """
        start = min(max(start, 0), len(self.text))
        line = bisect_right(self._starts, start)
        column = start - self._starts[line - 1] + 1
        stop = start + 1 if end is None else max(end, start + 1)
        width = max(min(stop, self._line_end(line)) - start, 1)
        return Location(self.path, line, column, column + width)

    def line(self, number: int) -> str:
        """The text of line `number`, without its line break."""
        return self.text[self._starts[number - 1] : self._line_end(number)]

    def _line_end(self, number: int) -> int:
        return self._starts[number] - 1 if number < len(self._starts) else len(self.text)
