"""The part of an impact's page that is about one ladder: its flow, its matrix, its headcount."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tierkit.analysis.impact.figures import Migration
from tierkit.analysis.impact.places import State
from tierkit.cli.impact_words import Wording, used
from tierkit.cli.pages.sankey import Band, Node, diagram, measure
from tierkit.errors.text import width


@dataclass(frozen=True, slots=True)
class _Shape:
    """The measures of a drawing; a label has at most `longest` columns, each `column` wide."""

    width: float
    tall: float
    label: float
    bar: float
    column: float
    longest: int


_SHAPES = {
    "wide": _Shape(width=1040, tall=300, label=38, bar=10, column=9, longest=24),
    "narrow": _Shape(width=340, tall=260, label=40, bar=8, column=7.9, longest=13),
}
_SHADES = 6
_BROAD = 50
"""A matrix with more characters in a row than this has the whole width."""


def ladder_data(ladder: Migration, customers: int, say: Wording) -> dict[str, Any]:
    """A ladder as the template takes it."""
    shown = used(ladder)
    names = {at: say.place(ladder.ladder, ladder.places[at]) for at in shown}
    return {
        "name": say.ladder(ladder.ladder),
        "id": ladder.ladder,
        "stability": say.stability(ladder.psi),
        "verdict": say.verdict(ladder.psi),
        "flow": say("flow-of", ladder=say.ladder(ladder.ladder)),
        "drawings": [{"kind": kind, **_drawn(ladder, names, say, shape)} for kind, shape in _SHAPES.items()],
        "columns": [names[at] for at in shown],
        "unclear": bool(ladder.moves["unclear"]),
        "broad": _row(ladder, names, say) > _BROAD,
        "still": _still(ladder, say),
        "rows": [
            {
                "name": names[a],
                "cells": [_cell(ladder, a, b, names, say) for b in shown],
                "total": say.number(ladder.before[a]),
            }
            for a in shown
        ],
        "totals": [say.number(ladder.after[b]) for b in shown],
        "everybody": say.number(customers),
        "heads": [_heads(ladder, at, names[at], customers, say) for at in shown],
    }


def _row(ladder: Migration, names: dict[int, str], say: Wording) -> int:
    """How many characters a row of the matrix has."""
    columns = (max(width(name), len(say.number(ladder.after[at]))) for at, name in names.items())
    return (
        max(map(width, [say("matrix"), *names.values()])) + sum(columns) + len(say.number(sum(ladder.after)))
    )


def _still(ladder: Migration, say: Wording) -> str:
    """What is said in place of a flow where nothing flows."""
    if not ladder.rungs.compared:
        return say("only-after" if ladder.rungs.after else "only-before")
    return "" if ladder.moves["same"] < sum(ladder.before) else say("still")


def _drawn(ladder: Migration, names: dict[int, str], say: Wording, shape: _Shape) -> dict[str, Any]:
    """A drawing with room for its labels at either end."""
    short = {at: _cut(name, shape.longest) for at, name in names.items()}
    most = say.number(max((*ladder.before, *ladder.after)))
    margin = 14 + shape.column * max(map(width, [most, *short.values()]))
    found = diagram(
        ladder.counts, width=shape.width, tall=shape.tall, margin=margin, label=shape.label, bar=shape.bar
    )
    bands = [_band(band, ladder, names, say) for band in found.bands]
    bands.sort(key=lambda band: band["way"] != "same")  # who moves is drawn above who stays
    nodes = [
        {**_node(node, ladder, found.bar, say), "name": short[node.at], "full": names[node.at]}
        for node in found.nodes
    ]
    return {
        "width": measure(found.width),
        "height": measure(found.height + 2),
        "nodes": nodes,
        "bands": bands,
    }


def _node(node: Node, ladder: Migration, bar: float, say: Wording) -> dict[str, str]:
    """The bar of a place, and where its label stands."""
    left = node.side == "before"
    return {
        "x": measure(node.x),
        "y": measure(node.y),
        "height": measure(max(node.height, 1.0)),
        "bar": measure(bar),
        "text": measure(node.x - 10 if left else node.x + bar + 10),
        "anchor": "end" if left else "start",
        "middle": measure(node.middle),
        "count": say.number((ladder.before if left else ladder.after)[node.at]),
        "kind": "tier" if ladder.places[node.at].state is State.tier else "other",
    }


def _band(band: Band, ladder: Migration, names: dict[int, str], say: Wording) -> dict[str, str]:
    """The band of those who go from one place to another."""
    count = say.number(band.count)
    return {
        "path": band.path,
        "way": ladder.way(ladder.places[band.before], ladder.places[band.after]),
        "title": say("flow", before=names[band.before], after=names[band.after], count=count),
    }


def _cut(text: str, longest: int) -> str:
    """A text of so many columns; a Chinese character takes two."""
    if width(text) <= longest:
        return text
    while width(text) >= longest:
        text = text[:-1]
    return f"{text}…"


def _cell(ladder: Migration, a: int, b: int, names: dict[int, str], say: Wording) -> dict[str, Any]:
    count = ladder.counts[a][b]
    most = max((n for i, row in enumerate(ladder.counts) for j, n in enumerate(row) if i != j), default=0)
    base = max(map(max, ladder.counts)) if a == b else most
    shade = math.ceil(_SHADES * math.sqrt(count / base)) if count and base else 0
    return {
        "count": count,
        "text": say.number(count) if count else "",
        "class": f"{ladder.way(ladder.places[a], ladder.places[b])} s{shade}" if count else "zero",
        "title": say("flow", before=names[a], after=names[b], count=say.number(count)),
    }


def _heads(ladder: Migration, at: int, name: str, everybody: int, say: Wording) -> dict[str, Any]:
    old, new = ladder.before[at], ladder.after[at]
    shares = [count / everybody if everybody else 0.0 for count in (old, new)]
    return {
        "name": name,
        "before": say.number(old), "after": say.number(new), "change": say.signed(new - old),
        "way": "more" if new > old else "less" if new < old else "even",
        "shares": [say.share(share) for share in shares],
        "bars": [measure(100 * share) for share in shares],
    }  # fmt: skip
