"""Two frames of outcomes of the same rows, crossed: how many rows have which outcome in each, and which rows.

Nothing is counted here that could be counted from the groups, for groups are few where rows are many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl

from tierkit.backends.frame.decoding import outcome_names
from tierkit.backends.frame.sources import Source
from tierkit.program.model import Program

NO_TIER, UNDETERMINED, FAILED, ABSENT = -1, -2, -3, -4
"""Places that are no tier; a tier is its position in the list that was handed over."""

_BETWEEN = "\x1f"
"""Stands between the tags of a group: no tag holds a control character."""

_PIECE = 50_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same outcomes: on each side places, tags, whether anything is open, whether it failed."""

    places: tuple[tuple[int, ...], tuple[int, ...]]
    tags: tuple[tuple[str, ...], tuple[str, ...]]
    open: tuple[bool, bool]
    failed: tuple[bool, bool]
    count: int


class Crossing:
    """Outcomes of the same rows by two programs, grouped.

    Args:
        frames: the outcomes of each program, as `Compiled.run` gives them, in the same order.
        programs: the programs, in the same order.
        ladders: each ladder that is compared, with the tiers of both programs.
    """

    def __init__(
        self,
        frames: tuple[pl.LazyFrame, pl.LazyFrame],
        programs: tuple[Program, Program],
        ladders: Mapping[str, Sequence[str]],
    ) -> None:
        sides = pl.collect_all(
            [_side(*one, ladders, at) for at, one in enumerate(zip(frames, programs, strict=True))],
            engine="streaming",
        )
        self._rows = pl.concat(sides, how="horizontal")
        self._ladders, self._programs = tuple(ladders), programs
        self.height = self._rows.height
        names = [
            f"{at}{name}"
            for at in (0, 1)
            for name in (*(f"place{i}" for i in range(len(ladders))), "tags", "open", "failed")
        ]
        self._groups = (
            self._rows.select(names)
            .with_row_index("row")
            .group_by(names, maintain_order=True)
            .agg(pl.len().alias("count"), pl.col("row"))
        )

    def groups(self) -> Iterator[Group]:
        """Every group, in the order of its first row."""
        places = range(len(self._ladders))
        for row in self._groups.drop("row").iter_rows(named=True):
            yield Group(
                places=_both(tuple(row[f"{at}place{i}"] for i in places) for at in (0, 1)),
                tags=_both(
                    tuple(text.split(_BETWEEN)) if (text := row[f"{at}tags"]) else () for at in (0, 1)
                ),
                open=(row["0open"], row["1open"]),
                failed=(row["0failed"], row["1failed"]),
                count=row["count"],
            )

    def rows(self, groups: Iterable[int], most: int | None = None) -> list[tuple[int, int]]:
        """The rows of some groups, with the group of each, in their order; only the first `most`."""
        wanted = pl.Series(list(groups), dtype=pl.UInt32)
        found = (
            self._groups.with_row_index("group")
            .select("group", "row")
            .filter(pl.col("group").is_in(wanted.implode()))
            .explode("row")
            .select(pl.col("row").cast(pl.Int64), pl.col("group").cast(pl.Int64))
            .sort("row")
        )
        return list((found if most is None else found.head(most)).iter_rows())

    def keys(self, rows: Sequence[int]) -> list[Any]:
        """The keys of some rows: of the newer program, else of the older one."""
        at = 1 if self._programs[1].key is not None else 0
        return self._rows[f"{at}key"].gather(list(rows)).to_list() if rows else []

    def targets(self, at: int) -> dict[str, int]:
        """The rules and ladders that could not be decided on one side, with how many rows each."""
        found = self._rows[f"{at}undetermined"].explode(empty_as_null=False).drop_nulls().value_counts()
        return dict(found.iter_rows())

    def bands(self, at: int, score: str, width: float, last: int) -> dict[int | None, int]:
        """Rows per band of a score; None where it is missing. Rows that failed are in none."""
        column = f"{at}score:{score}"
        if column not in self._rows.columns:
            return {None: self.height - int(self._rows[f"{at}failed"].sum())}
        found = (
            self._rows.filter(~pl.col(f"{at}failed"))
            .select((pl.col(column) / width).floor().clip(0, last).cast(pl.Int32).alias("band"))
            .group_by("band")
            .len()
        )
        return dict(found.iter_rows())


def _both(sides: Iterable[_T]) -> tuple[_T, _T]:
    first, second = sides
    return first, second


def _side(
    frame: pl.LazyFrame, program: Program, ladders: Mapping[str, Sequence[str]], at: int
) -> pl.LazyFrame:
    """What is compared of one program's outcomes, in columns that begin with the side's number."""
    columns, scores = outcome_names(program)
    failed, undetermined = pl.col("error").is_not_null(), pl.col("undetermined")
    places = []
    for i, (ladder, tiers) in enumerate(ladders.items()):
        if ladder in columns:
            tier = pl.col(columns[ladder])
            found = tier.replace_strict(
                list(tiers), list(range(len(tiers))), default=None, return_dtype=pl.Int32
            )
            other = pl.when(undetermined.list.contains(pl.lit(ladder))).then(UNDETERMINED).otherwise(NO_TIER)
            place = pl.when(failed).then(FAILED).otherwise(pl.coalesce(found, other))
        else:
            place = pl.when(failed).then(FAILED).otherwise(ABSENT)
        places.append(place.cast(pl.Int32).alias(f"{at}place{i}"))
    return frame.select(
        *places,
        pl.col("tags").list.join(_BETWEEN).alias(f"{at}tags"),
        (undetermined.list.len() > 0).alias(f"{at}open"),
        failed.alias(f"{at}failed"),
        undetermined.alias(f"{at}undetermined"),
        pl.col("key").alias(f"{at}key"),
        *(pl.col(column).alias(f"{at}score:{name}") for name, column in scores.items()),
    )


def records_at(
    source: Source, rows: Sequence[int] | None, names: Iterable[str], columns: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Some rows of a table, which ascend, or all of them, as records: `names` where it has them."""
    places = {name: at for at, name in enumerate(source.frame.collect_schema())}
    wanted = {name: places[columns.get(name, name)] for name in names if columns.get(name, name) in places}
    frame = source.frame.select(pl.nth(at).alias(f"={name}") for name, at in wanted.items())
    if rows is None:
        rows = range(int(source.frame.select(pl.len()).collect().item()))
    for start in range(0, len(rows), _PIECE):
        own = pl.Series(rows[start : start + _PIECE], dtype=pl.UInt32)
        if not wanted:
            yield from ({} for _ in own)
            continue
        piece = (
            frame.with_row_index("row")
            .filter(pl.col("row").is_in(own.implode()))
            .sort("row")
            .drop("row")
            .collect(engine="streaming")
        )
        piece.columns = list(wanted)
        yield from piece.iter_rows(named=True)


def ambiguous(programs: Iterable[Program]) -> bool:
    """True when a rule and a ladder have one name, so that outcomes do not say which is undetermined."""
    return any(program.ladders.keys() & {rule.id for rule in program.rules} for program in programs)


__all__ = ["ABSENT", "FAILED", "NO_TIER", "UNDETERMINED", "Crossing", "Group", "ambiguous", "records_at"]
