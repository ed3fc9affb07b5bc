"""Scorecards as source: one line per characteristic, summed in file order."""

from __future__ import annotations

import math
from collections.abc import Callable

from tierkit.backends.python.expressions import Writer
from tierkit.program.model import Characteristic
from tierkit.program.reference import points


def write_score(writer: Writer, items: tuple[Characteristic, ...]) -> str:
    """Source of a score; None when an input without points of its own is missing."""
    terms, needed = [], []
    for item in items:
        x = writer.names[item.dimension]
        earned = _earned(writer, item, x)
        if item.on_missing is None:
            needed.append(f"{x} is None")
        else:
            earned = f"({writer.value(item.on_missing)} if {x} is None else {earned})"
        terms.append(f"{writer.value(item.factor)} * {earned}")
    writer.namespace["floor"] = math.floor
    total = f"floor(({' + '.join(terms)}) * 1e6 + 0.5) / 1e6"
    return f"None if {' or '.join(needed)} else {total}" if needed else total


def _earned(writer: Writer, item: Characteristic, x: str) -> str:
    if item.form == "values":
        return f"{writer.constant(dict(item.values))}[{x}]"
    if item.form == "cap":
        cap = writer.value(item.cap)
        return f"(0.0 if {x} <= 0 else 1.0 if {x} >= {cap} else {x} / {cap})"
    return f"{writer.constant(_curve(item))}({x})"


def _curve(item: Characteristic) -> Callable[[float], float | None]:
    def earned(x: float) -> float | None:
        return points(item, x)

    return earned
