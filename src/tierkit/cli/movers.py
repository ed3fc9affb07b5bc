"""Everybody who moves, written one by one: as JSON lines with reasons, or as CSV."""

from __future__ import annotations

import csv
import json
from typing import IO

from tierkit.analysis.impact.movers import Mover
from tierkit.analysis.impact.places import Place
from tierkit.decisions.outcome import json_key
from tierkit.engine.impact import Comparison

FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


class MoverList:
    """Writes movers in the order of the records. In CSV a place that is no tier is in parentheses."""

    def __init__(self, stream: IO[str], format_: str, about: Comparison, locale: str) -> None:
        self._stream, self._locale = stream, locale
        self._scheme, self.count = about.scheme, 0
        self._row = csv.writer(stream, lineterminator="\n").writerow if format_ == "csv" else None
        if self._row is not None:
            ladders = [f"{word}_{rungs.ladder}" for rungs in self._scheme.ladders for word in _SIDES]
            tags = [f"{word}_tags" for word in _SIDES]
            self._row(["key", "row", "direction", "steps", "gained", "lost", *ladders, *tags])

    def __call__(self, mover: Mover) -> None:
        """Writes a mover."""
        self.count += 1
        if self._row is None:
            data = mover.to_dict(self._scheme, self._locale)
            self._stream.write(json.dumps(data, ensure_ascii=False) + "\n")
            return
        how = mover.move
        places = zip(*(side.places for side in mover.sides), strict=True)
        self._row(
            [
                json_key(mover.key), mover.row, str(how.direction), how.steps,
                "|".join(how.gained), "|".join(how.lost),
                *(_cell(place) for pair in places for place in pair),
                *("|".join(side.tags) for side in mover.sides),
            ]
        )  # fmt: skip


_SIDES = ("before", "after")


def _cell(place: Place) -> str:
    return place.tier if place.tier is not None else f"({place.state})"
