"""The outcomes of rules and ladders to outcome rows. Each combination is put into words once.

The outcomes of a piece of a frame are packed into integers, seven times eight rules to a word, and a second
row of words says which are unknown. Of combinations there are usually a few hundred, however many rows there
are: each becomes its tags and names in Python, and is joined back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from tierkit.backends.outcomes import outcome_names as outcome_names  # noqa: PLC0414  other modules find it here
from tierkit.errors import Fault
from tierkit.program.domain import MISSING, confine, read
from tierkit.program.model import Program
from tierkit.program.reference import UNDECIDED, absent, decide, effective

_BYTE, _WORD = 8, 56
_ALIKE = 4
_MOST_KEPT = 100_000
MANY = 4_000
"""More combinations than this in a piece are not put into words one by one."""
FIRED, OPEN = "+", "?"
"""What the columns of words begin with."""

Said = tuple[tuple[str, ...], tuple[str, ...]]
_TEXTS = pl.List(pl.String)


@dataclass(frozen=True, slots=True)
class Head:
    """What every outcome row says: the moment as written, and its day; and the language of its errors."""

    as_of: str
    day: dt.date
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that are decoded: of the key, each rule by position, each ladder, each score.

    `fault` says which rows are refused, and `records` holds what the frame had for each dimension, so that
    the faults can be told. `failed` holds those that were known before; what is in `aggregated` came from
    rows.
    """

    key: str | None
    rules: Mapping[int, str]
    ladders: Mapping[str, str]
    scores: Mapping[str, str]
    records: Mapping[str, str]
    fault: str | None
    given: frozenset[str]
    values: tuple[str, ...]
    failed: str | None = None
    aggregated: frozenset[str] = frozenset()


class Decoder:
    """Decodes pieces of a frame; may be called by several threads at once."""

    def __init__(self, program: Program, layout: Layout, head: Head) -> None:
        self.program, self.layout, self.head = program, layout, head
        self.ladders, self.scores = outcome_names(program)
        rules = [program.rules[position] for position in layout.rules]
        self._tags, self._ids = [rule.tag for rule in rules], [rule.id for rule in rules]
        self._places = frozenset(layout.ladders.values())
        self._kept: dict[tuple[int, int, tuple[int, ...]], Said] = {}

    def run(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The outcome rows of a whole frame, piece by piece."""
        schema = frame.collect_schema()
        extra = [name for name in ("values", "missing") if name in schema]
        decoded: dict[str, pl.DataType] = {"key": schema["key"], "tags": _TEXTS}
        decoded |= dict.fromkeys(self.ladders.values(), pl.String())
        decoded |= dict.fromkeys(self.scores.values(), pl.Float64())
        decoded |= {"undetermined": _TEXTS, "error": pl.String()} | {name: schema[name] for name in extra}
        program, [first, *rest] = self.program, list(decoded)
        head = {"ruleset": program.name, "version": program.version, "as_of": self.head.as_of}
        shared = {name: pl.lit(value, dtype=pl.String).alias(name) for name, value in head.items()}
        if self.layout.fault is None:
            del decoded["error"]
            shared["error"] = pl.lit(None, dtype=pl.String).alias("error")
        return frame.map_batches(self, schema=decoded, streamable=True).select(
            first, *(shared.get(name, pl.col(name)) for name in (*head, *rest))
        )

    def __call__(self, piece: pl.DataFrame) -> pl.DataFrame:
        """The outcome rows of a piece, without what all rows share."""
        tags, undetermined = self._words(piece)
        found = [piece["key"], tags]
        for name, column in self.layout.ladders.items():
            tiers, places = self.program.ladders[name].tiers, piece[column]
            ids = pl.Series([*(tier.id for tier in tiers), None], dtype=pl.String)
            found.append(ids.gather(places.set(places < 0, len(tiers))).alias(self.ladders[name]))
        found += [piece[column].alias(self.scores[name]) for name, column in self.layout.scores.items()]
        found.append(undetermined)
        if self.layout.fault is not None:
            found.append(pl.repeat(None, piece.height, dtype=pl.String, eager=True).alias("error"))
        found += [piece[name] for name in ("values", "missing") if name in piece.columns]
        rows = pl.DataFrame(found)
        return rows if self.layout.fault is None else self._refused(rows, piece)

    # -- tags, and what is undetermined

    def _words(self, piece: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """The tags of each row, and the names of the rules and ladders that could not be decided."""
        open_ = {bit: c for bit, c in enumerate(self.layout.rules.values()) if piece[c].null_count()}
        fired = [name for name in piece.columns if name.startswith(FIRED)]
        masks = piece.select(*fired, *packed(open_, OPEN, pl.Expr.is_null), *self.layout.ladders.values())
        if not masks.width:
            nothing = pl.repeat([], piece.height, dtype=_TEXTS, eager=True)
            return nothing.alias("tags"), nothing.alias("undetermined")
        combinations = masks.unique()
        if combinations.height > MANY and combinations.height > masks.height // _ALIKE:
            return self._row_by_row(piece, open_)
        words = [(name[0], int(name[1:])) for name in masks.columns if name not in self._places]
        said = [self._said(words, row) for row in combinations.iter_rows()]
        told = combinations.with_columns(
            pl.Series("tags", [tags for tags, _ in said], dtype=_TEXTS),
            pl.Series("undetermined", [names for _, names in said], dtype=_TEXTS),
        )
        joined = masks.join(told, on=masks.columns, how="left", maintain_order="left")
        return joined["tags"], joined["undetermined"]

    def _row_by_row(self, piece: pl.DataFrame, open_: Mapping[int, str]) -> tuple[pl.Series, pl.Series]:
        """The same for a piece in which hardly two rows are alike."""
        tags = [(piece[column], self._tags[bit]) for bit, column in enumerate(self.layout.rules.values())]
        names = [(piece[column].is_null(), self._ids[bit]) for bit, column in open_.items()]
        for name, column in self.layout.ladders.items():
            for place, tier in enumerate(self.program.ladders[name].tiers):
                if tier.tag is not None:
                    tags.append((piece[column] == place, tier.tag))
            names.append((piece[column] == UNDECIDED, name))
        return _listed(tags, piece.height).alias("tags"), _listed(names, piece.height).alias("undetermined")

    def _said(self, words: Sequence[tuple[str, int]], row: tuple[int, ...]) -> Said:
        """The tags and undetermined names of one combination."""
        fired = open_ = 0
        for (kind, at), word in zip(words, row, strict=False):
            if kind == FIRED:
                fired |= word << at
            else:
                open_ |= word << at
        places = row[len(words) :]
        known = (fired, open_, places)
        found = self._kept.get(known)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[known] = self._tags_of(fired, places), self._open_of(open_, places)
        return found

    def _tags_of(self, fired: int, places: Sequence[int]) -> tuple[str, ...]:
        tags = dict.fromkeys(self._tags[bit] for bit in _bits(fired))
        for ladder, place in zip(self.program.ladders.values(), places, strict=True):
            tag = ladder.tiers[place].tag if place >= 0 else None
            if tag is not None:
                tags[tag] = None
        return tuple(tags)

    def _open_of(self, open_: int, places: Sequence[int]) -> tuple[str, ...]:
        ladders = [n for n, place in zip(self.program.ladders, places, strict=True) if place == UNDECIDED]
        return (*(self._ids[bit] for bit in _bits(open_)), *ladders)

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
        known: list[str | None] = [None] * held.height
        if self.layout.failed is not None:
            known = piece[self.layout.failed].filter(faulty).to_list()
        records = held.iter_rows(named=True) if held.width else ({} for _ in known)
        told = [
            self.error_of(record) if text is None else text
            for record, text in zip(records, known, strict=True)
        ]  # fmt: skip
        texts = pl.Series(told, dtype=pl.String)
        # the n-th refused row takes the n-th text
        error = texts.gather(faulty.cast(pl.UInt32).cum_sum().set(~faulty, None) - 1)
        bare = {"key", "error"}
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

    def error_of(self, record: Mapping[str, Any]) -> str:
        """Every fault of a record, as the reference tells it."""
        program, given = self.program, self.layout.given
        record = {**record, **from_rows(program, record, self.layout.aggregated)}
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
        return "; ".join(fault.message(self.head.locale) for fault in faults)


def from_rows(program: Program, record: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What rows came to as records hold it: within the domain, or missing with its cause."""
    found: dict[str, Any] = {}
    for name in names:
        value = record.get(name)
        found[name] = MISSING["no_rows"] if value is None else confine(program.dimensions[name], value)
    return found


def packed(
    columns: Mapping[int, str], kind: str, test: Callable[[pl.Expr], pl.Expr] = lambda flag: flag
) -> Iterator[pl.Expr]:
    """Words of flags by bit, each called by its kind and the bit it begins with; null counts as false."""
    words: dict[int, dict[int, list[pl.Expr]]] = {}
    for bit, column in columns.items():
        word, within = divmod(bit, _WORD)
        byte, place = divmod(within, _BYTE)
        # a choice between two bytes is quicker than a cast
        yes, no = (pl.lit(value, dtype=pl.UInt8) for value in (1 << place, 0))
        flag = pl.when(test(pl.col(column))).then(yes).otherwise(no)
        words.setdefault(word, {}).setdefault(byte, []).append(flag)
    for word, bytes_ in words.items():
        parts = [
            reduce(or_, flags).cast(pl.Int64) * pl.lit(1 << (_BYTE * byte), dtype=pl.Int64)
            for byte, flags in bytes_.items()
        ]
        yield reduce(or_, parts).alias(f"{kind}{word * _WORD}")


def _listed(flags: Sequence[tuple[pl.Series, str]], height: int) -> pl.Series:
    """Per row the texts whose flags are true, in order, each once."""
    rows = [flag.arg_true() for flag, _ in flags]
    texts = [
        pl.repeat(text, len(own), dtype=pl.String, eager=True)
        for (_, text), own in zip(flags, rows, strict=True)
    ]
    nobody = pl.DataFrame(schema={"row": pl.UInt32, "text": pl.String})
    found = pl.concat([nobody, *map(_pair, rows, texts)]).sort("row", maintain_order=True)
    if len({text for _, text in flags}) < len(flags):
        found = found.unique(maintain_order=True)
    lists = found.group_by("row", maintain_order=True).agg("text")
    every = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    texts_of = every.join(lists, on="row", how="left", maintain_order="left")["text"]
    return texts_of.fill_null(pl.Series([[]], dtype=_TEXTS))


def _pair(rows: pl.Series, texts: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"row": rows.cast(pl.UInt32), "text": texts})


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
