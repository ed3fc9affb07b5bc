"""Outcomes packed into 64-bit words, 62 bits each: written by statements, read here and nowhere else.

Bit i of the true words says that rule i fires, of the unknown words that it cannot be decided. After these
come the ladders: true where some tier takes the customer, unknown where the ladder is undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierkit.program.model import Program
from tierkit.program.reference import NO_TIER, UNDECIDED

BITS = 62


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row of words says: positions of rules, ascending, and the state of every ladder.

    `tiers` holds a position, `NO_TIER` or `UNDECIDED` for each ladder, as answers of the other backends do.
    """

    fired: tuple[int, ...]
    unknown: tuple[int, ...]
    tiers: tuple[int, ...]


class Decoder:
    """Reads the words of one rule set; each combination is read once, and there are few.

    >>> import tierkit
    >>> rules = "dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}]"
    >>> program = tierkit.loads("{ruleset: a, version: 1, key: id, " + rules + "}").program
    >>> Decoder(program).outcome((1,), (0,), ())
    Outcome(fired=(0,), unknown=(), tiers=())
    """

    def __init__(self, program: Program) -> None:
        self._rules = len(program.rules)
        self._ladders = [
            {tier.id: position for position, tier in enumerate(ladder.tiers)}
            for ladder in program.ladders.values()
        ]
        self.words = count(self._rules + len(self._ladders))
        """How many true words a row has; of the unknown words there are as many."""
        self._kept: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[tuple[int, ...], ...]] = {}

    def outcome(self, true: Sequence[int], unknown: Sequence[int], tiers: Sequence[str | None]) -> Outcome:
        """The outcome of one row: its true words, its unknown words, its tiers by name."""
        key = (tuple(true), tuple(unknown))
        found = self._kept.get(key)
        if found is None:
            bits = positions(key[0]), positions(key[1])
            found = self._kept[key] = (
                tuple(bit for bit in bits[0] if bit < self._rules),
                tuple(bit for bit in bits[1] if bit < self._rules),
                tuple(bit - self._rules for bit in bits[1] if bit >= self._rules),
            )
        fired, open_, undecided = found
        places = tuple(
            UNDECIDED if ladder in undecided else NO_TIER if tier is None else self._ladders[ladder][tier]
            for ladder, tier in enumerate(tiers)
        )
        return Outcome(fired, open_, places)


def count(bits: int) -> int:
    """So many words hold so many bits; one at least.

    >>> count(0), count(62), count(63)
    (1, 1, 2)
    """
    return max(1, -(-bits // BITS))


def positions(words: Sequence[int]) -> tuple[int, ...]:
    """The bits that are set, ascending.

    >>> positions((5, 1))
    (0, 2, 62)
    """
    whole = sum(word << (BITS * at) for at, word in enumerate(words))
    found = []
    while whole:
        lowest = whole & -whole
        found.append(lowest.bit_length() - 1)
        whole ^= lowest
    return tuple(found)
