"""Whether the ways in which a provider answers agree: one record, many records, and SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tierkit.documents.params import is_model, read_params
from tierkit.errors import UsageError
from tierkit.program.calls import described
from tierkit.program.model import Dimension
from tierkit.program.providers import DimensionProvider, FunctionProvider
from tierkit.testing.answers import Answer, Failed, agree, answer, understood
from tierkit.testing.databases import Rows, columns, engines
from tierkit.testing.inputs import argument_lists, input_records

MOST = 10
"""Differences that one message tells of."""


def assert_provider_agrees(
    provider: DimensionProvider, params: Any = None, records: Iterable[Mapping[str, Any]] | None = None
) -> None:
    """Fails unless `compute`, `compute_many` and `sql` of a provider give one answer for each record.

    `compute_many` must give exactly what `compute` gives. `sql`, run in SQLite (and in DuckDB where that is
    installed), may differ by 1e-9 of a number. What `compute` fails for, the others must fail for, or give
    nothing.

    Args:
        provider: the provider.
        params: its parameters, as its model or as a rule file has them.
        records: values by the names of its inputs; made up when left out: boundaries, the numbers of `params`
            and their neighbours, and missing values where the provider takes them. A record without an input
            is left out where it does not: then it is not asked.

    >>> basket = DimensionProvider(
    ...     name="basket", type="money", inputs={"amount": "money", "orders": "integer"},
    ...     compute=lambda record, _: record["amount"] / record["orders"] if record["orders"] else None,
    ...     compute_many=lambda records, _: [r["amount"] / max(r["orders"], 1) for r in records],
    ... )
    >>> assert_provider_agrees(basket, records=[{"amount": 30.0, "orders": 2}, {"amount": 1.0, "orders": 0}])
    Traceback (most recent call last):
        ...
    AssertionError: `basket` for {'amount': 1.0, 'orders': 0}: `compute` gives None, `compute_many` gives 1.0

    Raises:
        UsageError: the parameters are not those of the provider, or a set is to be tried in SQL.
    """
    typed = _typed(provider, params)
    if records is None:
        tried = input_records(provider, typed)
    else:
        tried = [{name: record.get(name) for name in provider.inputs} for record in records]
        if not provider.accepts_missing:
            tried = [record for record in tried if None not in record.values()]
    dimension = Dimension(provider.name, provider.type, values=provider.values)
    wanted = [answer(dimension, provider.compute, dict(record), typed) for record in tried]
    _some(provider.name, wanted)
    found = [*_many(provider, typed, dimension, tried, wanted)]
    if (sql := provider.sql) is not None:
        rows = Rows(dict(provider.inputs), [tuple(record.values()) for record in tried])
        found += _sql(provider.name, dimension, rows, lambda: sql(typed), wanted)
    _fail(found)


def assert_function_agrees(
    function: FunctionProvider, arguments: Iterable[Sequence[Any]] | None = None
) -> None:
    """Fails unless a function gives the same answer each time and in SQL, and never raises.

    Args:
        function: the function.
        arguments: lists of arguments; made up when left out.

    >>> root = FunctionProvider(name="root", arguments=("number",), type="number", compute=lambda x: x**0.5)
    >>> assert_function_agrees(root, [(4.0,), (-4.0,)])
    Traceback (most recent call last):
        ...
    AssertionError: `root` for (-4.0,): `compute` failed: it gave (1.22...e-16+2j), but a number is expected
    """
    tried = argument_lists(function) if arguments is None else [tuple(found) for found in arguments]
    dimension = Dimension(function.name, function.type)
    name, first, second = function.name, *(
        [answer(dimension, function.compute, *items) for items in tried] for _ in range(2)
    )  # fmt: skip
    found = [
        _line(name, items, "`compute` failed: " + one.text)
        if isinstance(one, Failed)
        else _line(name, items, f"`compute` gives {one}, and then {two}")
        for items, one, two in zip(tried, first, second, strict=True)
        if isinstance(one, Failed) or one != two
    ]
    if (sql := function.sql) is not None and not found:
        rows = Rows({f"argument_{i}": type_ for i, type_ in enumerate(function.arguments, 1)}, tried)
        found += _sql(name, dimension, rows, lambda: sql(*columns(rows.columns)), first)
    _fail(found)


def _typed(provider: DimensionProvider, params: Any) -> Any:
    """The parameters as the provider's model takes them."""
    if provider.params is None:
        if params is not None:
            raise UsageError(f"`{provider.name}` takes no parameters")
        return None
    if is_model(provider.params) and not isinstance(params, provider.params):
        typed, mistakes = read_params(provider.params, {} if params is None else params)
        if mistakes:
            told = "; ".join(f"{'.'.join(map(str, m.path))}: {m.text}" for m in mistakes)
            raise UsageError(f"the parameters of `{provider.name}` do not fit: {told}")
        return typed
    return params


def _some(name: str, wanted: Sequence[Answer]) -> None:
    """Nothing is shown by a provider that fails for everything."""
    failed = [found for found in wanted if isinstance(found, Failed)]
    if len(failed) == len(wanted):
        raise AssertionError(
            f"`{name}`: " + (f"`compute` always failed: {failed[0].text}" if failed else "no record")
        )


def _many(
    provider: DimensionProvider,
    params: Any,
    dimension: Dimension,
    tried: Sequence[Any],
    wanted: Sequence[Answer],
) -> Iterator[str]:
    """Differences of `compute_many`: for all records at once, and for each that `compute` fails for."""
    many = provider.compute_many
    if many is None:
        return
    whole = [(record, one) for record, one in zip(tried, wanted, strict=True) if not isinstance(one, Failed)]
    try:
        values = list(many([dict(record) for record, _ in whole], params))
    except Exception as error:  # noqa: BLE001  a plugin may raise anything
        yield f"`{provider.name}`: `compute_many` failed for {len(whole)} records: {described(error)}"
        return
    if len(values) != len(whole):
        yield f"`{provider.name}`: `compute_many` gives {len(values)} values for {len(whole)} records"
        return
    for (record, one), value in zip(whole, values, strict=True):
        if (found := understood(dimension, value)) != one:
            yield _line(provider.name, record, f"`compute` gives {one}, `compute_many` gives {found}")
    for record, failed in zip(tried, wanted, strict=True):
        if isinstance(failed, Failed):
            found = answer(dimension, lambda r: next(iter(many([r], params))), dict(record))
            if found is not None and not isinstance(found, Failed):
                yield _line(provider.name, record, f"`compute` gives {failed}, `compute_many` gives {found}")


def _sql(
    name: str, dimension: Dimension, rows: Rows, make: Callable[[], Any], wanted: Sequence[Answer]
) -> Iterator[str]:
    """Differences of `sql`, engine by engine."""
    for engine, select in engines(rows):
        try:
            values = select(make(), dimension.type)
        except (UsageError, ImportError):
            raise
        except Exception as error:  # noqa: BLE001  the plugin or the engine may raise anything
            yield f"`{name}`: {engine} cannot run its `sql`: {described(error)}"
            continue
        for items, one, value in zip(rows.values, wanted, values, strict=True):
            found = understood(dimension, value)
            if not agree(one, found):
                shown = dict(zip(rows.columns, items, strict=True)) if not rows.made_up else items
                yield _line(name, shown, f"`compute` gives {one}, `sql` in {engine} gives {found}")


def _line(name: str, items: Any, what: str) -> str:
    return f"`{name}` for {items}: {what}"


def _fail(found: list[str]) -> None:
    if found:
        more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
        raise AssertionError("\n".join([*found[:MOST], *more]))
