"""What happened to a history that does not hold together, as far as its lines tell. Nothing is changed here.

Every line names the digest of the one before. So lines that were moved can be put back in order, and those
that two people added to one history can be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tierkit.errors import StoreError
from tierkit.versions.events import Event, digest
from tierkit.versions.history import History, from_lines

Kind = Literal[
    "conflict", "branches", "order", "broken", "unreadable", "newer", "line-ends", "cut", "replaced"
]

_MARKER = re.compile(r"([<|=>])\1{6}(?: (.*))?")
_NEWER = re.compile(r"line \d+ was written by a newer")


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number; `event` is None where it cannot be read."""

    number: int
    text: str
    event: Event | None


@dataclass(frozen=True, slots=True)
class Side:
    """The lines that one of two writers added; `label` is the name git gives to it, empty without one."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong from line `at` on; the `common` lines before hold together.

    `sides` are the histories that meet, `others` the lines that belong to none, such as git's marks. `order`
    are the lines in the order in which they were written. `rest` are the first line that may be wrong and all
    that follow.
    """

    kind: Kind
    at: int
    common: int
    sides: tuple[Side, ...] = ()
    others: tuple[int, ...] = ()
    order: tuple[int, ...] = ()
    rest: tuple[Line, ...] = ()


def damage(history: History, texts: Sequence[str]) -> Damage | None:
    """What is wrong with a history that was read from these lines; None when it is sound."""
    if history.fault is None:
        return None
    lines = [_line(text, number) for number, text in enumerate(texts, 1)]
    common = len(history.events)
    plain = [text.removesuffix("\r") for text in texts]
    if plain != list(texts) and from_lines(history.name, plain).fault is None:
        return Damage("line-ends", common + 1, common)
    if any(_MARKER.fullmatch(line.text) for line in lines):
        return _conflict(lines)
    if common == len(lines):
        kind: Kind = "cut" if "cut off" in history.fault else "replaced"
        return Damage(kind, common + 1, common)
    found = lines[common]
    if found.event is None:
        kind = "newer" if _NEWER.match(history.fault) else "unreadable"
        return Damage(kind, found.number, common, rest=tuple(lines[common:]))
    return _branches(lines) or Damage("broken", found.number, common, rest=tuple(lines[max(common - 1, 0) :]))


def _line(text: str, number: int) -> Line:
    try:
        return Line(number, text, Event.read(text, number))
    except StoreError:
        return Line(number, text, None)


def _conflict(lines: Sequence[Line]) -> Damage:
    """The two sides between git's marks; what git shows of their common past is no side."""
    sides: dict[str, list[Line]] = {"<": [], ">": []}
    labels = {"<": "", ">": ""}
    others: list[int] = []
    first, where = 0, ""
    for line in lines:
        mark = _MARKER.fullmatch(line.text)
        if mark is not None:
            others.append(line.number)
            first = first or line.number
            where = {"<": "<", "|": "|", "=": ">", ">": ""}[mark[1]]
            labels[mark[1]] = mark[2] or labels.get(mark[1], "")
        elif where in sides:
            sides[where].append(line)
        elif where == "|":
            others.append(line.number)
        elif first:
            _after(line, list(sides.values()), others)
    both = tuple(Side(labels[key], tuple(found)) for key, found in sides.items())
    return Damage("conflict", first, first - 1, both, tuple(others))


def _after(line: Line, sides: list[list[Line]], others: list[int]) -> None:
    """A line below the marks goes with the side that it follows."""
    for side in sides:
        if line.event is not None and side and line.event.previous == digest(side[-1].text):
            side.append(line)
            return
    others.append(line.number)


def _branches(lines: Sequence[Line]) -> Damage | None:
    """Lines that all follow one another, in another order or from a fork on; None where one is missing."""
    children: dict[str | None, list[Line]] = {}
    for line in lines:
        if line.event is None:
            return None
        children.setdefault(line.event.previous, []).append(line)
    trunk = list(_chain(None, children))
    last = digest(trunk[-1].text) if trunk else None
    sides = [[line, *_chain(digest(line.text), children)] for line in children.get(last, ())]
    placed = [line.number for part in (trunk, *sides) for line in part]
    if sorted(placed) != [line.number for line in lines]:
        return None
    wrong = next(i for i, number in enumerate(placed, 1) if number != i) if placed != sorted(placed) else 0
    if not sides:
        return Damage("order", wrong, wrong - 1, order=tuple(placed))
    found = tuple(Side("", tuple(side)) for side in sides)
    return Damage("branches", len(trunk) + 1, len(trunk), found, order=tuple(placed))


def _chain(start: str | None, children: Mapping[str | None, list[Line]]) -> Iterator[Line]:
    """The lines after a digest, as long as each has one follower."""
    following = children.get(start, [])
    while len(following) == 1:
        yield following[0]
        following = children.get(digest(following[0].text), [])
