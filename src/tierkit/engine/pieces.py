"""A table decided piece by piece, for whoever writes outcomes himself: the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.engine.raw import opened_with
from tierkit.program.model import Table

if TYPE_CHECKING:
    from tierkit.engine.frames import Asked
    from tierkit.engine.ruleset import RuleSet

ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome rows of a piece, and the record of each by its place."""

    outcomes: Any
    record: Callable[[int], Mapping[str, Any]]


class Pieces:
    """A table whose outcomes come in pieces, in order; everything that can be refused is refused here.

    Raises:
        UsageError: frames cannot decide it; the text says why.
        ReadError: a file cannot be read.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        source: Any,
        asked: Asked,
        instant: dt.datetime,
        readings: tuple[Any, Callable[[Table], Any]],
    ) -> None:
        from tierkit.backends.frame import FAILED, Compiled, Head

        self._reading, self.program = readings[0], ruleset.program
        opened, columns, rows = opened_with(ruleset, source, asked, instant, readings)
        self._frame = opened.frame
        schema = self._frame.collect_schema()
        head = Head(instant.isoformat(), instant.date(), self._reading.say.locale)
        failed = FAILED if FAILED in schema else None
        self._compiled = Compiled(
            self.program, schema, head, columns=columns, given=asked.given, aggregated=rows, failed=failed
        )
        self._rows = rows
        own = {
            name: columns.get(name, name)
            for name, d in self.program.dimensions.items()
            if not d.computed or name in asked.given
        }
        self._own = {name: column for name, column in own.items() if column in schema}
        self._texts = failed is not None or source is None
        self.key_type = None if self.program.key is None else schema.get(self.program.key)

    def decided(self) -> Iterator[Decided]:
        """The pieces."""
        batches = self._frame.collect_batches(
            chunk_size=ROWS, maintain_order=True, lazy=True, engine="streaming"
        )
        for piece in batches:
            outcomes = self._compiled.run(piece.lazy()).collect()
            yield Decided(outcomes, lambda at, piece=piece: self._record(piece, at))  # type: ignore[misc]

    def _record(self, piece: Any, at: int) -> dict[str, Any]:
        """A record as single ones are read: in CSV an empty cell is no value at all."""
        from tierkit.backends.frame import ABSENT
        from tierkit.backends.frame.decoding import from_rows

        row = piece.row(at, named=True)
        absent = row.get(ABSENT)
        found = {}
        for name, column in self._own.items():
            value = row[column]
            gone = value is None and (self._texts if absent is None else name in absent)
            if name in self._rows or not gone:
                found[name] = value
        found |= from_rows(self.program, found, self._rows)
        key = self.program.key
        return found if key is None else {key: row.get(key), **found}
