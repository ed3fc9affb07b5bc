"""From an offset in a condition back to the file: through escapes, folded lines and blocks."""

from __future__ import annotations

import re

from tierkit.documents.nodes import Scalar

_ESCAPES = {"x": 4, "u": 6, "U": 10}
_CONTINUED = re.compile(r"(?:\\\n\s*)+")  # in double quotes, a line that goes on where the next one begins


class Place:
    """Where the text of one scalar stands; offsets map to indexes of the file, on demand."""

    def __init__(self, scalar: Scalar, source: str) -> None:
        self.scalar, self.source = scalar, source
        self._map: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the file for `[start, end)` of the scalar's text."""
        if self._map is None:
            self._map = _align(self.scalar, self.source)
        last = len(self._map) - 1
        first = self._map[min(start, last)]
        return first, max(self._map[min(max(end - 1, 0), last)] + 1, first + 1) if end > start else first + 1

    def cut_by_comment(self) -> bool:
        """True when a plain scalar is followed by a comment on its line: YAML may have cut it off there."""
        if not self.scalar.plain:
            return False
        rest = self.source[self.scalar.end : self.source.find("\n", self.scalar.end) % (len(self.source) + 1)]
        return rest.lstrip().startswith("#")


def _align(scalar: Scalar, source: str) -> list[int]:
    """The index of every character of `scalar`, and one more for its end."""
    text, at = str(scalar), scalar.start
    if scalar.style in ("|", ">"):
        at = source.find("\n", at) + 1
    elif scalar.style:
        at += 1
    if source.startswith(text, at) and "\n" not in text and (scalar.style != '"' or "\\" not in text):
        return list(range(at, at + len(text) + 1))
    found, end = [], max(scalar.end, at)
    for c in text:
        if scalar.style == '"' and (continued := _CONTINUED.match(source, at, end)):
            at = continued.end()
        while at < end and source[at] != c and source[at].isspace() and not c.isspace():
            at += 1
        found.append(min(at, end))
        at = _after(c, source, at, end, scalar.style)
    return [*found, min(at, end)]


def _after(c: str, source: str, at: int, end: int, style: str) -> int:
    """The index that follows the source of one character `c` at `at`."""
    if at >= end:
        return end
    if style == '"' and source[at] == "\\":
        return at + _ESCAPES.get(source[at + 1 : at + 2], 2)
    if style == "'" and source.startswith("''", at):
        return at + 2
    if source[at] == c:
        return at + 1
    while at < end and source[at].isspace():
        at += 1
    return at
