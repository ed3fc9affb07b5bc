"""Inputs made up for a provider or a function: the same each time, dense at the boundaries."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tierkit.documents.params import is_model
from tierkit.program.providers import DimensionProvider, FunctionProvider
from tierkit.testing.databases import columns, literals_of
from tierkit.testing.near import usual

MOST = 1_500
"""How many records are made up at most."""


def input_records(provider: DimensionProvider, params: Any) -> list[dict[str, Any]]:
    """Records for a provider: values near its literals, and missing ones if it takes them."""
    sql = provider.sql
    literals = [*_literals(params), *literals_of(None if sql is None else lambda: sql(params))]
    pools = {name: usual(type_, literals) for name, type_ in provider.inputs.items()}
    if provider.accepts_missing:
        pools = {name: [*pool, None] for name, pool in pools.items()}
    return [dict(zip(pools, values, strict=True)) for values in _drawn([*pools.values()])]


def argument_lists(function: FunctionProvider) -> list[tuple[Any, ...]]:
    """Arguments for a function; none is ever missing, for then it is not called."""
    names = [f"argument_{number}" for number, _ in enumerate(function.arguments, 1)]
    sql = function.sql
    literals = literals_of(None if sql is None else lambda: sql(*columns(names)))
    return _drawn([usual(type_, literals) for type_ in function.arguments])


def _drawn(pools: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Every combination, or as many as are allowed: each value of each pool at least once."""
    total = 1
    for pool in pools:
        total *= len(pool)
    if total <= MOST:
        return list(itertools.product(*pools))
    chance = random.Random(0)  # noqa: S311  no secret: the same records each time
    rows = [
        tuple(value if i == place else chance.choice(pool) for i, pool in enumerate(pools))
        for place, values in enumerate(pools)
        for value in values
    ]
    rows += [tuple(chance.choice(pool) for pool in pools) for _ in range(MOST - len(rows))]
    return list(dict.fromkeys(rows))


def _literals(data: Any) -> Iterator[Any]:
    """The plain values in parameters of any shape."""
    if is_model(type(data)):
        data = data.model_dump()
    if isinstance(data, Mapping):
        data = [*data.values()]
    if isinstance(data, list | tuple | set | frozenset):
        for item in data:
            yield from _literals(item)
    else:
        yield data
