"""The impact of a whole table: decided by `evaluate_table`, and by Python only where somebody is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierkit.analysis.impact.counting import ASKED, Tally
from tierkit.analysis.impact.figures import FailedRecord, Impact
from tierkit.analysis.impact.movers import Answer, Mover
from tierkit.analysis.impact.places import ABSENT, FAILED, NONE, UNDETERMINED, Move, Place, Side, State, move
from tierkit.analysis.impact.psi import BANDS
from tierkit.decisions import Decision
from tierkit.decisions.costs import priced
from tierkit.engine import impact as rows_of
from tierkit.engine.frames import Asked, evaluate_table
from tierkit.engine.impact import Comparison, composed, impact_of_answers
from tierkit.engine.impact_records import earns
from tierkit.engine.reading import reading_of
from tierkit.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from tierkit.backends.frame.crossing import Crossing, Group
    from tierkit.backends.frame.sources import Source

Pair = tuple[Side, Side]


def impact_of_table(about: Comparison, table: Any, engine: str) -> Impact:
    """The impact of a table; see `tierkit.engine.impact.impact`."""
    try:
        from tierkit.backends.frame import open_source
        from tierkit.backends.frame.crossing import Crossing, ambiguous
    except ImportError as error:
        message = "deciding tables needs Polars: pip install 'tierkit[polars]'"
        raise MissingExtraError(message) from error
    if isinstance(table, str | PathLike) and Path(table).suffix.lower() not in (".parquet", ".pq"):
        message = f"cannot read {table} as a table: each version reads text by its own types, so pass records"
        raise UsageError(message)
    asked = [
        Asked(about.moments[at], columns=about.columns_of(at), given=about.givens[at], engine=engine)
        for at in range(2)
    ]
    source = open_source(table, reading_of(about.before, asked[0]))
    if source.once:  # it is read for each version, and again for those who are shown
        source = replace(source, frame=source.frame.collect().lazy(), once=False)
    programs = about.before.program, about.after.program
    found = [evaluate_table(side, source.frame, own) for side, own in zip(about.sides, asked, strict=True)]
    records = Records(about, source)
    if ambiguous(programs):
        return impact_of_answers(about, records.answers(None))
    ladders = {rungs.ladder: rungs.tiers for rungs in about.scheme.ladders}
    crossing = Crossing((found[0], found[1]), programs, ladders)
    return _Table(about, records, crossing).impact()


class Records:
    """The rows of a table as records, decided one by one."""

    def __init__(self, about: Comparison, source: Source) -> None:
        self._about, self._source = about, source
        self._names = [
            dict.fromkeys(
                [
                    *(name for name, d in side.program.dimensions.items() if not d.computed),
                    *about.givens[at],
                    *([side.program.key] if side.program.key else []),
                ]
            )
            for at, side in enumerate(about.sides)
        ]

    def read(self, rows: Sequence[int] | None) -> Iterator[dict[str, Any]]:
        """Some rows as records, or all of them."""
        from tierkit.backends.frame.crossing import records_at

        names = {**self._names[0], **self._names[1]}
        return records_at(self._source, rows, names, self._about.columns)

    def answers(self, rows: Sequence[int] | None) -> Iterator[tuple[Answer, Answer]]:
        """Both answers to some rows, or to all of them."""
        for record in self.read(rows):
            yield self._about.answer(0, record), self._about.answer(1, record)

    def decided(self, at: int, rows: Sequence[int]) -> Iterator[Decision]:
        """The decisions of one side on some rows."""
        for record in self.read(rows):
            answer = self._about.answer(at, record)
            if isinstance(answer, Decision):
                yield answer


class _Table:
    """Everything that is counted of one table."""

    def __init__(self, about: Comparison, records: Records, crossing: Crossing) -> None:
        self.about, self.records, self.crossing = about, records, crossing
        self.sides: list[Pair] = []
        self.counts: list[int] = []
        for group in crossing.groups():
            self.sides.append(self._pair(group))
            self.counts.append(group.count)
        moves = {pair: move(about.scheme, *pair) for pair in dict.fromkeys(self.sides)}
        self.moves: dict[int, Move] = {
            at: how for at, pair in enumerate(self.sides) if (how := moves[pair]) is not None
        }

    def impact(self) -> Impact:
        """The impact of the table."""
        pairs: dict[Pair, int] = {}
        for pair, count in zip(self.sides, self.counts, strict=True):
            pairs[pair] = pairs.get(pair, 0) + count
        tallies = self._tally(0), self._tally(1)
        if self.about.each is not None:
            self._tell(self.about.each)
        return composed(self.about, pairs, tallies, self._movers(), self._failed())

    def _pair(self, group: Group) -> Pair:
        first, second = (self._side(group, at) for at in (0, 1))
        return first, second

    def _side(self, group: Group, at: int) -> Side:
        if group.failed[at]:
            return self.about.scheme.failed()
        known = {-1: NONE, -2: UNDETERMINED, -3: FAILED, -4: ABSENT}
        places = [
            known[place] if place < 0 else Place(State.tier, rungs.tiers[place])
            for rungs, place in zip(self.about.scheme.ladders, group.places[at], strict=True)
        ]
        return Side(tuple(places), group.tags[at], group.open[at])

    def _tally(self, at: int) -> Tally:
        tally, program = Tally(), self.about.sides[at].program
        for score in self.about.scheme.scores:
            for band, count in self.crossing.bands(at, score, 100 / BANDS, BANDS - 1).items():
                tally.bands[score, band] += count
        for name, count in self.crossing.targets(at).items():
            tally.targets["ladder" if name in program.ladders else "rule", name] += count
        open_ = [i for i, pair in enumerate(self.sides) if pair[at].open]
        for decision in self.records.decided(at, self._rows(open_, ASKED)):
            tally.ask(decision)
        targets = priced(program)
        if targets:
            earning = [i for i, pair in enumerate(self.sides) if earns(pair[at], self.about.scheme, targets)]
            for decision in self.records.decided(at, self._rows(earning)):
                tally.price(decision)
        return tally

    def _rows(self, groups: Iterable[int], most: int | None = None) -> list[int]:
        return [row for row, _ in self.crossing.rows(groups, most)]

    def _movers(self) -> tuple[Mover, ...]:
        """The first movers by rank, with their decisions."""
        ranks: dict[Any, list[int]] = {}
        for group, how in self.moves.items():
            ranks.setdefault(how.rank, []).append(group)
        first: list[tuple[int, int]] = []
        for rank in sorted(ranks):
            if len(first) < self.about.movers:
                first += self.crossing.rows(ranks[rank], self.about.movers - len(first))
        answers = self._answers([row for row, _ in first])
        keys = self.crossing.keys([row for row, _ in first])
        return tuple(
            Mover(key, row + 1, self.moves[group], self.sides[group], answers[row])
            for key, (row, group) in zip(keys, first, strict=True)
        )

    def _answers(self, rows: Sequence[int]) -> dict[int, tuple[Answer, Answer]]:
        ordered = sorted(rows)
        return dict(zip(ordered, self.records.answers(ordered), strict=True))

    def _tell(self, each: rows_of.Each) -> None:
        """Every mover, in the order of the rows."""
        found = self.crossing.rows(self.moves)
        keys = iter(self.crossing.keys([row for row, _ in found]))
        answers = self.records.answers([row for row, _ in found]) if self.about.reasons else None
        for row, group in found:
            both = None if answers is None else next(answers)
            each(Mover(next(keys), row + 1, self.moves[group], self.sides[group], both))

    def _failed(self) -> tuple[FailedRecord, ...]:
        """The first records that could not be decided."""
        groups = [i for i, (old, new) in enumerate(self.sides) if old.failed or new.failed]
        rows = self._rows(groups, rows_of.FAILED)
        keys = self.crossing.keys(rows)
        return tuple(
            FailedRecord(key, row + 1, answers)
            for key, row, answers in zip(keys, rows, self.records.answers(rows), strict=True)
        )
