"""The outcomes of rules and ladders to outcome rows. Each combination is put into words once.

The outcomes of a piece of a frame are packed into integers, seven times eight rules to a word, and a second
row of words says which are unknown. Of combinations there are usually a few hundred, however many rows there
are: each becomes its tags and names in Python, and is joined back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import polars as pl

from tierkit.errors import Fault
from tierkit.program.domain import read
from tierkit.program.model import Program
from tierkit.program.reference import NO_TIER, UNDECIDED, absent, decide, effective

_BYTE, _WORD = 8, 56
_MOST_KEPT = 100_000
_TEXTS = pl.List(pl.String)


@dataclass(frozen=True, slots=True)
class Head:
    """What every outcome row says: the moment as written, and its day."""

    as_of: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that are decoded: of the key, each rule by position, each ladder, each score.

    `fault` says which rows are refused, and `records` holds what the frame had for each dimension, so that the
    faults can be told.
    """

    key: str | None
    rules: Mapping[int, str]
    ladders: Mapping[str, str]
    scores: Mapping[str, str]
    records: Mapping[str, str]
    fault: str | None
    given: frozenset[str]
    values: tuple[str, ...]


def outcome_names(program: Program) -> tuple[dict[str, str], dict[str, str]]:
    """The columns of ladders and of scores, by name."""
    ladders = {name: f"tier_{name}" for name in program.ladders}
    taken = {"key", "ruleset", "version", "as_of", "tags", *ladders.values(), "undetermined", "error"}
    taken |= {"values", "missing"}
    scores = [name for name, dimension in program.dimensions.items() if dimension.type == "score"]
    return ladders, {name: f"score_{name}" if name in taken else name for name in scores}


class Decoder:
    """Decodes pieces of a frame; may be called by several threads at once."""

    def __init__(self, program: Program, layout: Layout, head: Head) -> None:
        self.program, self.layout, self.head = program, layout, head
        self.ladders, self.scores = outcome_names(program)
        self._positions = list(layout.rules)
        self._tags = [rule.tag for rule in program.rules]
        self._kept: dict[tuple[int, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._shared = len(set(self._tags)) < len(self._tags)

    def schema(self, before: Mapping[str, pl.DataType]) -> dict[str, pl.DataType]:
        """The columns of outcome rows, and their types."""
        text = pl.String()
        found: dict[str, pl.DataType] = {"key": before[self.layout.key or "key"]}
        found |= {"ruleset": text, "version": text, "as_of": text, "tags": _TEXTS}
        found |= dict.fromkeys(self.ladders.values(), text) | dict.fromkeys(self.scores.values(), pl.Float64())
        found |= {"undetermined": _TEXTS, "error": text}
        return found | {name: before[name] for name in ("values", "missing") if name in before}

    def __call__(self, piece: pl.DataFrame) -> pl.DataFrame:
        """The outcome rows of a piece."""
        head = (("ruleset", self.program.name), ("version", self.program.version), ("as_of", self.head.as_of))
        found = [
            piece["key"],
            *(pl.repeat(value, piece.height, dtype=pl.String, eager=True).alias(name) for name, value in head),
        ]
        tags, undetermined = self._words(piece)
        found.append(tags)
        for name, column in self.layout.ladders.items():
            ids = pl.Series([*(tier.id for tier in self.program.ladders[name].tiers), None], dtype=pl.String)
            places = piece[column]
            last = len(ids) - 1
            found.append(ids.gather(places.set(places < 0, last)).alias(self.ladders[name]))
        found += [piece[column].alias(self.scores[name]) for name, column in self.layout.scores.items()]
        found += [undetermined, pl.repeat(None, piece.height, dtype=pl.String, eager=True).alias("error")]
        found += [piece[name] for name in ("values", "missing") if name in piece.columns]
        rows = pl.DataFrame(found)
        return rows if self.layout.fault is None else self._refused(rows, piece)

    # -- tags, and what is undetermined

    def _words(self, piece: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """The tags of each row, and the names of the rules and ladders that could not be decided."""
        rules = list(self.layout.rules.values())
        open_ = {i: column for i, column in enumerate(rules) if piece[column].null_count()}
        words = [
            *_packed({i: pl.col(c).fill_null(value=False) if i in open_ else pl.col(c) for i, c in enumerate(rules)}, "fired"),
            *_packed({i: pl.col(c).is_null() for i, c in open_.items()}, "open"),
            *(pl.col(column) for column in self.layout.ladders.values()),
        ]  # fmt: skip
        if not words:
            nothing = pl.repeat([], piece.height, dtype=_TEXTS, eager=True)
            return nothing.alias("tags"), nothing.alias("undetermined")
        masks = piece.select(words)
        combinations = masks.unique()
        keys = masks.columns
        said = [self._said(keys, row) for row in combinations.iter_rows()]
        told = combinations.with_columns(
            pl.Series("tags", [tags for tags, _ in said], dtype=_TEXTS),
            pl.Series("undetermined", [names for _, names in said], dtype=_TEXTS),
        )
        joined = masks.join(told, on=keys, how="left", maintain_order="left")
        return joined["tags"], joined["undetermined"]

    def _said(self, keys: Sequence[str], row: tuple[int, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tags and undetermined names of one combination."""
        fired = open_ = 0
        for key, word in zip(keys, row, strict=False):
            kind, _, at = key.partition(".")
            if kind == "fired":
                fired |= word << int(at)
            elif kind == "open":
                open_ |= word << int(at)
        places = row[len(row) - len(self.layout.ladders) :]
        known = (fired, open_, *places)
        found = self._kept.get(known)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[known] = self._tags_of(fired, places), self._open_of(open_, places)
        return found

    def _tags_of(self, fired: int, places: Sequence[int]) -> tuple[str, ...]:
        tags = dict.fromkeys(self._tags[self._positions[bit]] for bit in _bits(fired))
        for ladder, place in zip(self.program.ladders.values(), places, strict=True):
            tag = ladder.tiers[place].tag if place >= 0 else None
            if tag is not None:
                tags[tag] = None
        return tuple(tags)

    def _open_of(self, open_: int, places: Sequence[int]) -> tuple[str, ...]:
        rules = [self.program.rules[self._positions[bit]].id for bit in _bits(open_)]
        ladders = [n for n, place in zip(self.program.ladders, places, strict=True) if place == UNDECIDED]
        return (*rules, *ladders)

    # -- rows that are refused

    def _refused(self, rows: pl.DataFrame, piece: pl.DataFrame) -> pl.DataFrame:
        """The rows with the error of each that has a fault, and nothing else in them."""
        assert self.layout.fault is not None  # noqa: S101  the caller looked
        faulty = piece[self.layout.fault]
        if not faulty.any():
            return rows
        held = piece.filter(faulty).select(
            pl.col(column).alias(name) for name, column in self.layout.records.items()
        )
        texts = pl.Series([self._error(record) for record in held.iter_rows(named=True)], dtype=pl.String)
        # the n-th refused row takes the n-th text
        error = texts.gather(faulty.cast(pl.UInt32).cum_sum().set(~faulty, None) - 1)
        bare = {"key", "ruleset", "version", "as_of", "error"}
        wrong = pl.lit(faulty)
        emptied = [
            pl.when(~wrong)
            .then(pl.col(name))
            .otherwise(pl.lit([] if dtype == _TEXTS else None, dtype=dtype))
            .alias(name)
            for name, dtype in rows.schema.items()
            if name not in bare
        ]
        return rows.with_columns(*emptied, error.alias("error"))

    def _error(self, record: Mapping[str, Any]) -> str:
        """Every fault of a record, as the reference tells it."""
        program, given = self.program, self.layout.given
        faults: list[Fault] = []
        if any(d.on_missing.policy == "error" for d in program.dimensions.values() if d.computed):
            answer = decide(program, record, self.head.day, given)
            faults += answer if isinstance(answer, tuple) else ()
        else:  # what is read tells everything
            for dimension in program.dimensions.values():
                if not dimension.computed or dimension.name in given:
                    found = read(dimension, record.get(dimension.name, absent(dimension)))
                    if isinstance(found, Fault):
                        faults.append(found)
                    elif dimension.on_missing.policy == "error" and effective(dimension, found) is None:
                        cause = getattr(found, "cause", "null")
                        faults.append(Fault("missing", dimension.name, cause, dimension.type))
        return "; ".join(fault.message() for fault in faults)


def _packed(flags: Mapping[int, pl.Expr], name: str) -> Iterator[pl.Expr]:
    """Words of flags by bit, called after the bit they begin with."""
    words: dict[int, dict[int, list[pl.Expr]]] = {}
    for bit, flag in flags.items():
        word, within = divmod(bit, _WORD)
        byte, place = divmod(within, _BYTE)
        scaled = flag.cast(pl.UInt8)
        if place:
            scaled *= pl.lit(1 << place, dtype=pl.UInt8)
        words.setdefault(word, {}).setdefault(byte, []).append(scaled)
    for word, bytes_ in words.items():
        parts = [
            reduce(add, flags).cast(pl.Int64) * pl.lit(1 << (_BYTE * byte), dtype=pl.Int64)
            for byte, flags in bytes_.items()
        ]
        yield reduce(add, parts).alias(f"{name}.{word * _WORD}")


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


__all__ = ["NO_TIER", "Decoder", "Head", "Layout", "outcome_names"]
