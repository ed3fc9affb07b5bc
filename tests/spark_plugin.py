"""A plugin for Spark, in a module that loads quickly: every process of the cluster loads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlglot
from pydantic import BaseModel

from tierkit.plugins import hookimpl
from tierkit.program.providers import DimensionProvider


class Half(BaseModel):
    """Parameters."""

    days: float


def loyalty(record: Mapping[str, Any], params: Half) -> float:
    """Fails for the future."""
    silent: int = (record["as_of"] - record["last"]).days
    if silent < 0:
        message = "not yet"
        raise ValueError(message)
    return float(0.5 ** (silent / params.days))


def words(record: Mapping[str, Any], _: Any) -> list[str] | None:
    """Asked of missing values too."""
    if record["size"] is None:
        return None
    return [record["size"], *("xy" if record["flag"] else "")]


def counted(records: Sequence[Mapping[str, Any]], _: Any) -> list[int]:
    """Many at once."""
    return [len(record["words"]) * 10**15 + record["visits"] for record in records]


class Plugin:
    """Providers of several types, one of them with SQL."""

    @hookimpl
    def tierkit_dimensions(self) -> list[DimensionProvider]:
        """Each reads what another computes."""
        return [
            DimensionProvider(
                name="loyalty", type="ratio", inputs={"last": "date", "as_of": "date"}, params=Half, compute=loyalty
            ),
            DimensionProvider(
                name="words", type="set", inputs={"size": "category", "flag": "boolean"}, compute=words,
                accepts_missing=True,
            ),
            DimensionProvider(
                name="counted", type="integer", inputs={"words": "set", "visits": "integer"},
                compute=lambda record, _: counted([record], _)[0], compute_many=counted,
            ),
            DimensionProvider(
                name="said", type="text", inputs={"n": "integer"}, compute=lambda record, _: f"n {record['n']}"
            ),
            DimensionProvider(
                name="due", type="date", inputs={"last": "date"},
                compute=lambda record, _: record["last"] + dt.timedelta(30),
            ),
            DimensionProvider(
                name="busy", type="boolean", inputs={"n": "integer"}, compute=lambda record, _: record["n"] > 3,
                sql=lambda _: sqlglot.exp.GT(this=sqlglot.exp.column("n"), expression=sqlglot.exp.Literal.number(3)),
            ),
        ]  # fmt: skip
