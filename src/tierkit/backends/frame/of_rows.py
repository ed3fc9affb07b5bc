"""Outcome rows as databases hand them out, words of bits and all, to the frame that frames give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl

from tierkit.backends.frame.decoding import Head, outcome_names
from tierkit.backends.sql.words import Decoder, Outcome
from tierkit.program.model import Program
from tierkit.program.reference import UNDECIDED

_TEXTS = pl.List(pl.String)


class Rows:
    """Collects rows of the shape `outcomes`; `error` says what is wrong with one that has an error."""

    def __init__(self, program: Program, head: Head, error: Callable[[Sequence[Any]], str]) -> None:
        self.program, self.head, self._error = program, head, error
        self._ladders, self._scores = outcome_names(program)
        self._decoder = Decoder(program)
        self._said: dict[Any, tuple[list[str], list[str]]] = {}
        self._kept: list[tuple[Any, ...]] = []

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Takes some rows."""
        ladders, words = len(self._ladders), self._decoder.words
        scores = 4 + ladders
        first = scores + len(self._scores)
        end = first + 2 * words
        nothing = [None] * (first - 4)
        for row in rows:
            if row[end] is not None:
                self._kept.append((row[0], [], *nothing, [], self._error(row)))
                continue
            key = tuple(row[4:scores]), tuple(row[first:end])
            said = self._said.get(key)
            if said is None:
                said = self._said[key] = self._words(*key)
            self._kept.append((row[0], said[0], *row[4:first], said[1], None))

    def frame(self) -> pl.DataFrame:
        """All of them as a frame."""
        names = ["key", "tags", *self._ladders.values(), *self._scores.values(), "undetermined", "error"]
        columns = list(zip(*self._kept, strict=True)) if self._kept else [()] * len(names)
        types = {"tags": _TEXTS, "undetermined": _TEXTS, "error": pl.String()}
        types |= dict.fromkeys(self._ladders.values(), pl.String())
        types |= dict.fromkeys(self._scores.values(), pl.Float64())
        made = pl.DataFrame(
            [
                pl.Series(name, column, dtype=types.get(name), strict=False)
                for name, column in zip(names, columns, strict=True)
            ]
        )
        head = {"ruleset": self.program.name, "version": self.program.version, "as_of": self.head.as_of}
        constant = [pl.lit(value, dtype=pl.String).alias(name) for name, value in head.items()]
        return made.select("key", *constant, *names[1:])

    def _words(self, tiers: tuple[Any, ...], words: tuple[int, ...]) -> tuple[list[str], list[str]]:
        half = self._decoder.words
        return said(self.program, self._decoder.outcome(words[:half], words[half:], tiers))


def said(program: Program, outcome: Outcome) -> tuple[list[str], list[str]]:
    """The tags of an outcome, and the names of the rules and ladders that are undetermined."""
    tags = dict.fromkeys(program.rules[at].tag for at in outcome.fired)
    open_ = [program.rules[at].id for at in outcome.unknown]
    for (name, ladder), place in zip(program.ladders.items(), outcome.tiers, strict=True):
        tag = ladder.tiers[place].tag if place >= 0 else None
        if tag is not None:
            tags[tag] = None
        if place == UNDECIDED:
            open_.append(name)
    return list(tags), open_
