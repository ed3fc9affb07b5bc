"""The way of single records through a frame: slower, and for every rule set; the rows come out the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl

from tierkit.backends.frame.columns import check, plain_type
from tierkit.backends.frame.decoding import Head, from_rows, outcome_names
from tierkit.decisions import Decision
from tierkit.errors import RecordError
from tierkit.program.model import Program

_FAILED = "\0failed"

Decide = Callable[[Iterable[Mapping[str, Any]]], Iterable[Any]]
"""Decisions for records, in order; a `RecordError` in place of one that cannot be made."""


def record_by_record(
    program: Program,
    frame: pl.LazyFrame,
    head: Head,
    decide: Decide,
    *,
    columns: Mapping[str, str] | None = None,
    given: Iterable[str] = (),
    values: bool = False,
    aggregated: Iterable[str] = (),
    failed: str | None = None,
) -> pl.LazyFrame:
    """The outcome of every row of a frame, in order, as `Compiled` has it."""
    chosen, renamed, schema = frozenset(given), dict(columns or {}), frame.collect_schema()
    rows = frozenset(aggregated)
    places = {name: i for i, name in enumerate(schema)}
    read: dict[str, int] = {}
    for name, dimension in program.dimensions.items():
        column = renamed.get(name, name)
        if (not dimension.computed or name in chosen) and column in places:
            if name not in rows:
                check(dimension, column, schema[column])
            read[name] = places[column]
    key = program.key
    if key is not None and renamed.get(key, key) in places:
        read[key] = places[renamed.get(key, key)]
    ladders, scores = outcome_names(program)
    own = {
        name: pl.Int64() if dimension.type == "integer" else plain_type(dimension.type)
        for name, dimension in program.dimensions.items()
    }
    text, texts = pl.String(), pl.List(pl.String)
    before = {"key": text if key is None or key not in read else schema[renamed.get(key, key)]}
    before |= {"ruleset": text, "version": text, "as_of": text, "tags": texts}
    before |= dict.fromkeys(ladders.values(), text) | dict.fromkeys(scores.values(), pl.Float64())
    before |= {"undetermined": texts, "error": text}
    if values:
        missing = [n for n, d in program.dimensions.items() if not d.computed or n in chosen]
        before |= {"values": pl.Struct(own)}
        before |= {"missing": pl.Struct(dict.fromkeys(missing, text))} if missing else {}

    def row(record: Mapping[str, Any], found: Any) -> dict[str, Any]:
        head_ = {"key": record.get(key) if key is not None else None, "ruleset": program.name}
        head_ |= {"version": program.version, "as_of": head.as_of}
        if isinstance(found, str):
            return {**head_, "tags": [], "undetermined": [], "error": found}
        if isinstance(found, RecordError):
            error = "; ".join(fault.message() for fault in found.errors)
            return {**head_, "tags": [], "undetermined": [], "error": error}
        return {**head_, **_outcome(found, ladders, scores), **(_seen(found, before) if values else {})}

    def decided(piece: pl.DataFrame) -> pl.DataFrame:
        wrong: list[str | None] = [None] * piece.height
        if failed is not None:
            wrong, piece = piece[_FAILED].to_list(), piece.drop(_FAILED)
        records = piece.to_dicts() if piece.width else [{} for _ in range(piece.height)]
        for record in records if rows else ():
            record.update(from_rows(program, record, rows & read.keys()))
        fine = iter(decide([record for record, text in zip(records, wrong, strict=True) if text is None]))
        found = [
            row(record, next(fine) if text is None else text)
            for record, text in zip(records, wrong, strict=True)
        ]
        return pl.DataFrame(found, schema=before)

    chosen_columns = [pl.nth(at).alias(name) for name, at in read.items()]
    if failed is not None:
        chosen_columns.append(pl.nth(places[failed]).alias(_FAILED))
    frame = frame.select(chosen_columns)
    return frame.map_batches(decided, schema=before, streamable=True)


def _outcome(decision: Decision, ladders: Mapping[str, str], scores: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tags": decision.tags,
        **{ladders[name]: tier for name, tier in decision.tiers.items()},
        **{scores[name]: score for name, score in decision.scores.items()},
        "undetermined": [item.rule or item.ladder for item in decision.undetermined],
        "error": None,
    }


def _seen(decision: Decision, schema: Mapping[str, Any]) -> dict[str, Any]:
    """What conditions saw, and why what was read is missing."""
    known = decision.values
    found: dict[str, Any] = {
        "values": {
            n: sorted(v.value) if isinstance(v.value, frozenset) else v.value for n, v in known.items()
        }
    }
    if "missing" in schema:
        found["missing"] = {field.name: known[field.name].cause for field in schema["missing"].fields}
    return found
