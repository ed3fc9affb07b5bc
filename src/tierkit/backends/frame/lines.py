"""Outcome rows of frames as the command line writes them: the same bytes as row by row, many at a time.

A row that has an error, or (in lines of JSON) something undetermined, is written by who writes single rows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tierkit.program.model import Program

_SPECIAL = r'["\\\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]'
_MARK = "\x1f"

Combination = tuple[tuple[str, ...], tuple[str | None, ...]]
"""The tags of a row, and its tier on each ladder."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rows of a piece come to."""

    rows: int
    failed: Sequence[tuple[int, Any, str]]
    """The place, the key and the error of each row that has one."""
    undetermined: int
    combinations: Mapping[Combination, int]
    undecided: Counter[str]


class Lines:
    """Reads the outcome rows of a rule set's pieces."""

    def __init__(self, program: Program, ladders: Sequence[str], scores: Sequence[str]) -> None:
        self.program = program
        self._ladders, self._scores = list(ladders), list(scores)

    def counted(self, piece: pl.DataFrame) -> Counts:
        """How many there are of everything."""
        bad = piece["error"].is_not_null()
        failed = []
        if bad.any():
            rows = piece.with_row_index("\0at").filter(bad).select("\0at", "key", "error")
            failed = list(rows.iter_rows())
        fine = piece.filter(~bad) if failed else piece
        open_ = fine["undetermined"].list.len() > 0
        undecided: Counter[str] = Counter()
        if open_.any():
            names = fine["undetermined"].filter(open_).explode().value_counts()
            found = dict(names.iter_rows())
            undecided.update({name: found[name] for name in self.program.ladders if name in found})
        groups = self._marked(fine).group_by("\0marked", *self._ladders).agg(
            pl.len(), pl.col("tags").first()
        )  # fmt: skip
        combinations = {(tuple(row[-1]), tuple(row[1:-2])): row[-2] for row in groups.iter_rows()}
        return Counts(piece.height, failed, int(open_.sum()), combinations, undecided)

    def plain(self, piece: pl.DataFrame) -> pl.Series:
        """True for rows without an error and with nothing undetermined."""
        return piece.select(pl.col("error").is_null() & (pl.col("undetermined").list.len() == 0)).to_series()

    def json(
        self,
        piece: pl.DataFrame,
        common: Callable[[Combination], str],
        one: Callable[[int], str],
        *,
        written: bool,
    ) -> str:
        """Lines of JSON: `common` is the text of a combination, `one` that of a row that is not plain.

        `written` is True for keys that are JSON already.
        """
        marked = self._marked(piece)
        groups = marked.group_by("\0marked", *self._ladders).agg(pl.col("tags").first())
        texts = [common((tuple(row[-1]), tuple(row[1:-1]))) for row in groups.iter_rows()]
        known = groups.select("\0marked", *self._ladders).with_columns(
            pl.Series("\0text", texts, dtype=pl.String)
        )
        on = ["\0marked", *self._ladders]
        shared = marked.join(known, on=on, how="left", nulls_equal=True, maintain_order="left")["\0text"]
        parts: list[Any] = [pl.lit('{"key": '), pl.Series("\0key", _keys(piece["key"], written=written))]
        parts += [pl.lit(", "), shared, pl.lit(', "scores": {')]
        for at, name in enumerate(self._scores):
            values = ["null" if value is None else repr(value) for value in piece[name].to_list()]
            parts += [pl.lit(f"{', ' if at else ''}{json.dumps(self._name(at), ensure_ascii=False)}: ")]
            parts += [pl.Series(f"\0score{at}", values, dtype=pl.String)]
        parts.append(pl.lit('}, "undetermined": [], "error": null}'))
        lines = piece.select(
            pl.concat_str([pl.lit(p) if isinstance(p, pl.Series) else p for p in parts]).alias("l")
        )["l"]
        special = (~self.plain(piece)).arg_true()
        if len(special):
            lines = lines.scatter(special, [one(at).removesuffix("\n") for at in special])
        return lines.str.join("\n").item() + "\n" if len(lines) else ""

    def _name(self, at: int) -> str:
        return [name for name, d in self.program.dimensions.items() if d.type == "score"][at]

    def rows(self, piece: pl.DataFrame, *, written: bool) -> Iterator[tuple[Any, ...]]:
        """Flat rows, several tags or names in one cell joined by `|`."""
        joined = piece.with_columns(pl.col("tags", "undetermined").list.join("|"))
        columns = [joined[name].to_list() for name in joined.columns]
        if written:
            columns[0] = [json.loads(key) for key in columns[0]]
        return zip(*columns, strict=True)

    def arrow(self, piece: pl.DataFrame, *, written: bool) -> Any:
        """The rows as a table of Arrow, the key as text."""
        if written:
            keys = [json.loads(key) for key in piece["key"].to_list()]
            texts = pl.Series("key", [None if key is None else str(key) for key in keys], dtype=pl.String)
        else:
            texts = piece["key"].cast(pl.String)
        return piece.with_columns(texts.alias("key")).to_arrow()

    def _marked(self, piece: pl.DataFrame) -> pl.DataFrame:
        """The tags as one text, which is quicker to tell apart."""
        return piece.select("tags", *self._ladders, pl.col("tags").list.join(_MARK).alias("\0marked"))


def has_plain_keys(kind: Any) -> bool:
    """True for keys that are written as they are: whole numbers and texts."""
    return bool(kind in (pl.String, pl.Null) or kind.is_integer())


def _keys(keys: pl.Series, *, written: bool) -> pl.Series:
    """Keys as JSON."""
    if written:
        return keys
    if keys.dtype != pl.String:
        return keys.cast(pl.String).fill_null("null")
    quoted = keys.to_frame("k").select(
        pl.when(pl.col("k").is_null()).then(pl.lit("null")).otherwise(pl.format('"{}"', pl.col("k")))
    ).to_series()  # fmt: skip
    special = keys.str.contains(_SPECIAL).fill_null(value=False).arg_true()
    if len(special):
        quoted = quoted.scatter(special, [_escaped(key) for key in keys.gather(special).to_list()])
    return quoted


def _escaped(key: str) -> str:
    text = json.dumps(key, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04x}" if c in "\x85\u2028\u2029" else c for c in text)
