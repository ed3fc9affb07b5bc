"""Scorecards as expressions: the sum in file order, as the reference has it, bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from tierkit.program.model import Characteristic
from tierkit.program.terms import Value


def score(
    items: tuple[Characteristic, ...],
    column: Callable[[str], pl.Expr],
    among: Callable[[str, Value], pl.Expr],
) -> pl.Expr:
    """`floor(s·1e6 + 0.5) / 1e6`; `column` gives a dimension's numbers, `among` tests it for a value."""
    total: pl.Expr | None = None
    for item in items:
        earned = pl.lit(item.factor) * _points(item, column, among)
        total = earned if total is None else total + earned
    assert total is not None  # noqa: S101  a scorecard has a line
    return divided((total * pl.lit(1e6) + pl.lit(0.5)).floor(), pl.lit(1e6))


def divided(value: pl.Expr, by: pl.Expr) -> pl.Expr:
    """`value / by`, correctly rounded; missing where `by` is zero.

    Where Polars knows that a whole column is one number it multiplies with the reciprocal instead of
    dividing, which is another result for a third of all numbers. It knows that of literals, and of what was
    made from them; not of a sum with another column.
    """
    return value / pl.when(by != pl.lit(0.0)).then(by + value * pl.lit(0.0))


def _points(
    item: Characteristic, column: Callable[[str], pl.Expr], among: Callable[[str, Value], pl.Expr]
) -> pl.Expr:
    if item.form == "values":
        earned = pl.lit(None, dtype=pl.Float64)
        for value, points in reversed(item.values):
            earned = pl.when(among(item.dimension, value)).then(pl.lit(points)).otherwise(earned)
    elif item.form == "cap":
        earned = divided(column(item.dimension), pl.lit(item.cap)).clip(0.0, 1.0)
    else:
        earned = _curve(item, column(item.dimension))
    return earned if item.on_missing is None else earned.fill_null(pl.lit(item.on_missing))


def _curve(item: Characteristic, x: pl.Expr) -> pl.Expr:
    """Straight lines between the points, or steps; flat outside."""
    xs, ys = item.xs, item.ys
    found: Any = pl.when(x < pl.lit(xs[0])).then(pl.lit(ys[0]))
    for at in range(len(xs) - 1):
        earned = pl.lit(ys[at])
        if item.form != "steps":
            part = divided(x - pl.lit(xs[at]), pl.lit(xs[at + 1] - xs[at]))
            line = pl.lit(ys[at]) + pl.lit(ys[at + 1] - ys[at]) * part
            earned = pl.when(x == pl.lit(xs[at])).then(earned).otherwise(line)
        found = found.when(x < pl.lit(xs[at + 1])).then(earned)
    whole: pl.Expr = found.when(x >= pl.lit(xs[-1])).then(pl.lit(ys[-1]))
    return whole
