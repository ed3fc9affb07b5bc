"""A flow diagram of a migration: places before on the left, after on the right, bands between them.

Heights are proportional to heads, and every place has room for its label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_GAP = 10.0
_THINNEST = 0.8
"""A band of one customer among millions is still to be seen."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place on one side: its bar, and where its label stands."""

    at: int
    side: str
    x: float
    y: float
    height: float
    middle: float


@dataclass(frozen=True, slots=True)
class Band:
    """The customers of one place before and one after, as the outline of a path."""

    before: int
    after: int
    count: int
    path: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing of `width` by `height`."""

    width: float
    height: float
    bar: float
    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]


def diagram(
    counts: Sequence[Sequence[int]],
    *,
    width: float,
    tall: float,
    margin: float,
    label: float,
    bar: float = 10.0,
) -> Diagram:
    """The diagram of a matrix, before by after.

    Args:
        counts: heads, before by after.
        width: of the whole drawing.
        tall: how high all heads together are.
        margin: the room for labels at either end.
        label: the least height that a place needs for its label.
        bar: the width of a place's bar.

    >>> found = diagram([[3, 1], [0, 0]], width=400, tall=100, margin=50, label=20)
    >>> [(node.at, node.side, node.height) for node in found.nodes], [band.count for band in found.bands]
    ([(0, 'before', 100.0), (0, 'after', 75.0), (1, 'after', 25.0)], [3, 1])
    """
    total = sum(map(sum, counts)) or 1
    scale = tall / total
    sums = [sum(row) for row in counts], [sum(column) for column in zip(*counts, strict=True)]
    left, depth = _stacked(sums[0], scale, label)
    right, other = _stacked(sums[1], scale, label)
    ends = margin, width - margin - bar
    nodes = [
        Node(at, side, x, top, sums[i][at] * scale, top + sums[i][at] * scale / 2)
        for i, (side, x, tops) in enumerate((("before", ends[0], left), ("after", ends[1], right)))
        for at, top in tops.items()
    ]
    outs, ins = dict(left), dict(right)
    bands = []
    for before, row in enumerate(counts):
        for after, count in enumerate(row):
            if count:
                thick = count * scale
                path = _band(ends[0] + bar, outs[before], ends[1], ins[after], thick)
                bands.append(Band(before, after, count, path))
                outs[before] += thick
                ins[after] += thick
    return Diagram(width, max(depth, other), bar, tuple(nodes), tuple(bands))


def measure(number: float) -> str:
    """A measure of a drawing, to a tenth.

    >>> measure(12.0), measure(1 / 3)
    ('12', '0.3')
    """
    return f"{number:.1f}".removesuffix(".0")


def _stacked(heads: Sequence[int], scale: float, label: float) -> tuple[dict[int, float], float]:
    """Where each bar begins, and where the last one's room ends; a small bar is in the middle of its room."""
    tops, y = {}, 0.0
    for at, count in enumerate(heads):
        if count:
            height = count * scale
            room = max(height, label)
            tops[at] = y + (room - height) / 2
            y += room + _GAP
    return tops, max(y - _GAP, 0.0)


def _band(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    """The outline of a band that leaves and arrives level."""
    half, thick = (x0 + x1) / 2, max(thick, _THINNEST)
    say: Callable[..., str] = "{:.1f} {:.1f}".format
    return (
        f"M{say(x0, y0)}C{say(half, y0)} {say(half, y1)} {say(x1, y1)}"
        f"V{y1 + thick:.1f}C{say(half, y1 + thick)} {say(half, y0 + thick)} {say(x0, y0 + thick)}Z"
    )
