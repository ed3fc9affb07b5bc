"""From the masks of a record to tiers and rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from tierkit.backends.python.masks import union
from tierkit.backends.python.plan import Stage
from tierkit.program.model import Ladder, Rule
from tierkit.program.reference import NO_TIER, UNDECIDED

Placer = Callable[[int, int, int], int]
Listed = tuple[tuple[int, ...], tuple[int, ...]]
Lister = Callable[[tuple[Any, ...], Any], Listed]

_NOTHING: Listed = ((), ())
_WIDE = 1 << 512


def placer(stage: Stage, ladder: Ladder) -> Placer:
    """`place(known, possible, certain)`: the position of the tier, `NO_TIER` or `UNDECIDED`.

    The lowest bit that is not contradicted names the best tier that may hold; it is the answer when one of
    that tier's own bits is certain.
    """
    first = stage.starts[ladder.name]
    last = _end(stage, ladder.name)
    owners = stage.owners[first:last]
    window = (1 << len(owners)) - 1
    bits_of: dict[int, list[int]] = {}
    for i, owner in enumerate(owners):
        bits_of.setdefault(owner, []).append(i)
    own = {owner: union(bits) for owner, bits in bits_of.items()}
    skip = ladder.skip_unknown

    def place(known: int, possible: int, certain: int) -> int:
        bits = (known >> first) & window
        if possible == -1:
            return owners[(bits & -bits).bit_length() - 1] if bits else NO_TIER
        sure = bits & (certain >> first)
        if skip:
            return owners[(sure & -sure).bit_length() - 1] if sure else NO_TIER
        open_ = bits & (possible >> first)
        if not open_:
            return NO_TIER
        best = owners[(open_ & -open_).bit_length() - 1]
        return best if sure & own[best] else UNDECIDED

    return place


def lister(stages: list[Stage], rules: tuple[Rule, ...], day_of: Callable[[Any], dt.date]) -> Lister:
    """`rules(masks, moment)`: the positions of rules that fired, and of unknown ones.

    `masks` holds what is known, possible and certain, for each stage that has rules, and the partition.
    """
    parts = [(stage.first_rule, stage.owners[stage.first_rule :]) for stage in stages if stage.rules]
    dated = {
        p for p, rule in enumerate(rules) if rule.valid_from is not None or rule.valid_through is not None
    }

    def listed(masks: tuple[Any, ...], moment: Any) -> Listed:
        fired: list[int] = []
        unknown: list[int] = []
        for i, (first, owners) in enumerate(parts):
            known, possible, certain = masks[3 * i : 3 * i + 3]
            bits = known >> first
            if possible == -1:
                fired += _owners(bits, owners)
            elif bits:
                sure = _owners(bits & (certain >> first), owners)
                fired += sure
                unknown += set(_owners(bits & (possible >> first), owners)).difference(sure)
        if dated and not dated.isdisjoint((*fired, *unknown)):
            day = day_of(moment)
            fired = [p for p in fired if p not in dated or rules[p].valid_on(day)]
            unknown = [p for p in unknown if p not in dated or rules[p].valid_on(day)]
        return tuple(sorted(fired)), tuple(sorted(unknown))

    if len(parts) != 1:
        return listed
    first, owners = parts[0]

    def one_stage(masks: tuple[Any, ...], moment: Any) -> Listed:
        bits = masks[0] >> first
        if not bits:
            return _NOTHING
        return (_owners(bits, owners), ()) if masks[1] == -1 and not dated else listed(masks, moment)

    return one_stage


def _owners(bits: int, owners: list[int]) -> tuple[int, ...]:
    """The owners of the bits that are set, each once, ascending (the bits of one owner stand together)."""
    found = []
    if bits < _WIDE:
        while bits:
            low = bits & -bits
            found.append(owners[low.bit_length() - 1])
            bits ^= low
    else:
        while bits:  # a wide mask is peeled from its top, which shrinks it
            high = bits.bit_length() - 1
            found.append(owners[high])
            bits ^= 1 << high
        found.reverse()
    return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))  # noqa: PLR2004  one is always once


def _end(stage: Stage, name: str) -> int:
    """The bit after the last one of a ladder."""
    following = [start for start in stage.starts.values() if start > stage.starts[name]]
    return min([*following, stage.first_rule])
