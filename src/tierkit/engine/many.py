"""Many records: decided one by one, or asked about together first. One that is refused stops nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tierkit.decisions import Decision
from tierkit.engine.records import as_mapping
from tierkit.errors import RecordError

BATCH = 1_000
"""So many records are put before a provider at once."""

Outcomes = Iterator[Decision | RecordError]


def one_by_one(records: Iterable[Any], decide: Callable[[Any], Decision], *, stop: bool) -> Outcomes:
    """A decision per record, or its error in the place of one; with `stop` the first error is raised."""
    for record in records:
        try:
            yield decide(record)
        except RecordError as error:
            if stop:
                raise
            yield error


def in_batches(
    records: Iterable[Any],
    ask: Callable[[Sequence[Mapping[str, Any] | None]], Sequence[Mapping[str, Any]]],
    decide: Callable[[Any, Mapping[str, Any]], Decision],
    *,
    stop: bool,
) -> Outcomes:
    """As `one_by_one`, where providers are asked about many records at once."""
    rest = iter(records)
    error: Exception | None = None
    while error is None:
        batch, error = _next_batch(rest)
        supplied = ask([_mapping(record) for record in batch])
        pairs = zip(batch, supplied, strict=True)
        yield from one_by_one(pairs, lambda pair: decide(*pair), stop=stop)
    if not isinstance(error, StopIteration):
        raise error


def _mapping(record: Any) -> Mapping[str, Any] | None:
    """The record as a mapping; None for what is none, which is refused in its turn."""
    try:
        return as_mapping(record)
    except RecordError:
        return None


def _next_batch(records: Iterator[Any]) -> tuple[list[Any], Exception | None]:
    """The next records, and what ended them: `StopIteration`, or an error of theirs, told in its turn."""
    batch: list[Any] = []
    try:
        while len(batch) < BATCH:
            batch.append(next(records))
    except Exception as error:  # noqa: BLE001  whatever the caller's records raise
        return batch, error
    return batch, None
