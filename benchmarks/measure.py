"""Timing that can be trusted on a shared machine: many short interleaved rounds, medians, fresh records.

In each round every contender decides records with the same values, but objects of its own, so nobody profits
from what another one left in a cache (a text remembers its hash). The order rotates from round to round. A
ratio is the median of the ratios of each round, so a slow second on the machine hits both sides.
"""

from __future__ import annotations

import contextlib
import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.workload import Record, records

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

MICRO = 1e6


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure, and whether the garbage collector runs meanwhile."""

    rounds: int = 40
    chunk: int = 500
    gc: bool = False
    quick: bool = False

    @property
    def pool(self) -> int:
        """The number of records each contender decides."""
        return self.rounds * self.chunk


QUICK = Options(rounds=9, chunk=100, quick=True)


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to decide records; *run* has its own loop, so a call costs everybody the same.

    A slow contender decides only the first *share* of the records of each round.
    """

    name: str
    run: Callable[[list[Record]], object]
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds per record, one number a round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.rounds)

    def ratio(self, baseline: Timing) -> float:
        """Return the median of the ratios to *baseline*, round by round."""
        pairs = zip(self.rounds, baseline.rounds, strict=True)
        return statistics.median(mine / other for mine, other in pairs)


@contextlib.contextmanager
def collector(*, on: bool) -> Generator[None]:
    """Collect, then run the block with the garbage collector as asked."""
    was_on = gc.isenabled()
    gc.collect()
    if not on:
        gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def interleaved(
    contenders: list[Contender],
    options: Options,
    make: Callable[[int, int], list[Record]] = records,
) -> dict[str, Timing]:
    """Time all contenders on `make(count, seed)`, the seed being the round; the first round only warms up."""
    spent: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for seed in range(options.rounds + 1):
        turn = seed % len(contenders)
        for contender in contenders[turn:] + contenders[:turn]:
            chunk = make(max(1, round(options.chunk * contender.share)), seed)
            with collector(on=options.gc):
                seconds = timed(contender.run, chunk)
            if seed:
                spent[contender.name].append(seconds / len(chunk) * MICRO)
    return {name: Timing(tuple(rounds)) for name, rounds in spent.items()}


def timed(run: Callable[[list[Record]], object], chunk: list[Record]) -> float:
    """Return the seconds that one run over the records takes."""
    start = time.perf_counter()
    run(chunk)
    return time.perf_counter() - start


def all_records(options: Options) -> Iterator[Record]:
    """Yield every record that `interleaved` uses, so that the answers can be compared first."""
    for seed in range(options.rounds + 1):
        yield from records(options.chunk, seed)
