"""The located value tree: text, mappings and lists that remember where they stand in the file.

Scalars are text as written. What the text means is decided by the place it stands in, never by its looks.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Self

Node = "Scalar | Mapping | Sequence"


class Scalar(str):
    """Text of a rule file, with its span and its YAML style (`''` is plain)."""

    __slots__ = ("end", "start", "style")
    start: int
    end: int
    style: str

    def __new__(cls, text: str, start: int = 0, end: int = 0, style: str = "") -> Self:
        """Makes the text with the span `[start, end)` of the file."""
        self = super().__new__(cls, text)
        self.start, self.end, self.style = start, end, style
        return self

    @property
    def plain(self) -> bool:
        """True when it was written without quotes and not as a block."""
        return not self.style

    @property
    def null(self) -> bool:
        """True for nothing at all, `~` and `null`, unless quoted."""
        return not self.style and self in ("", "~", "null")

    @property
    def composed(self) -> Scalar:
        """The text as names are compared: a letter and its accents are one character (NFC)."""
        if self.isascii():
            return self
        return Scalar(unicodedata.normalize("NFC", self), self.start, self.end, self.style)

    def __reduce__(self) -> tuple[Any, ...]:
        return Scalar, (str(self), self.start, self.end, self.style)


class Mapping(dict[Scalar, Any]):
    """A mapping in file order, with the index where it begins.

    `refused` names the keys that were left out because they were refused; `""` is one without a name.
    """

    __slots__ = ("end", "flow", "places", "refused", "start")

    def __init__(self, start: int, *, flow: bool = False) -> None:
        super().__init__()
        self.start, self.end, self.flow = start, start + 1, flow
        self.refused: list[str] = []
        self.places: dict[str, Scalar] = {}  # made when a key is asked for, which few mappings ever are

    def __setitem__(self, key: Scalar, value: Any) -> None:
        super().__setitem__(key, value)
        if self.places:
            self.places.setdefault(key, key)

    def key(self, name: str) -> Scalar:
        """The key as it stands in the file."""
        if not self.places:
            self.places = {key: key for key in self}
        return self.places[name]


class Sequence(list[Any]):
    """A list in file order, with the index where it begins."""

    __slots__ = ("end", "flow", "start")

    def __init__(self, start: int, *, flow: bool = False) -> None:
        super().__init__()
        self.start, self.end, self.flow = start, start + 1, flow


class Broken:
    """Stands where a value was refused already, so that nothing else is said about it."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


def span(node: object) -> tuple[int, int]:
    """The stretch of the file that a message about `node` underlines."""
    if isinstance(node, Mapping | Sequence):
        for child in node:
            return span(child) if not node.flow else (node.start, node.start + 1)
        return node.start, node.start + 1
    if isinstance(node, Scalar | Broken):
        return node.start, node.end
    return 0, 1
