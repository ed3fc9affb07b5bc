"""Rules that other rules make needless: the same rule again, and rules whose customers others tag anyway."""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.analysis.findings.cover import Cover
from tierkit.analysis.findings.model import Finding, Spot
from tierkit.analysis.findings.survey import QUESTION, Survey, fires
from tierkit.analysis.regions.boxes import Region, TooLargeError
from tierkit.analysis.regions.coordinates import every, outside
from tierkit.analysis.regions.facts import Facts

_FEW, _MANY = 5, 500
_CROWD, _LEAST = 5_000_000, 2_000
"""Steps that the rules of one tag share, and what each has at least."""

Signature = tuple[tuple[int, int], ...]


def needless(survey: Survey) -> Iterator[Finding]:
    """Rules that are alike, and then rules that the others of their tag cover."""
    regions: dict[int, Region] = {}
    for at, rule in enumerate(survey.program.rules):
        try:
            regions[at] = survey.rule(rule)
        except TooLargeError:
            survey.doubt(_spot(at), "too_large")
    alike = _Alike(survey, {at: region for at, region in regions.items() if region})
    yield from alike.findings()
    yield from _covered(survey, alike)


def _spot(at: int) -> Spot:
    return Spot(("rules", at, "when"))


class _Alike:
    """Which rules hold for the same customers: each belongs to the first that it is like."""

    def __init__(self, survey: Survey, regions: dict[int, Region]) -> None:
        self.survey, self.regions = survey, regions
        self.first: dict[int, int] = {}
        self.tagged: dict[int, int] = {}
        """The first rule that is the same and gives the same tag."""
        groups: dict[tuple[Signature, ...], list[int]] = {}
        for at, region in regions.items():
            groups.setdefault(self._signature(region), []).append(at)
        for group in groups.values():
            self._sort(group)
        by_tag: dict[tuple[int, str], int] = {}
        for at in regions:
            own = self.first[at], survey.program.rules[at].tag
            self.tagged[at] = by_tag.setdefault(own, at)

    def _signature(self, region: Region) -> tuple[Signature, ...]:
        """What is the same for two regions that are the same set, however they are cut into boxes.

        How far the set reaches along each thing that all its boxes ask about, and its first and last corner.
        """
        full = self.survey.space.full
        asked = sorted({at for box in region for at in box})
        reach = dict.fromkeys(asked, 0)
        for box in region:
            for at in asked:
                reach[at] |= box.get(at, full[at])
        reached = tuple((at, mask) for at, mask in reach.items() if mask != full[at])
        first = min(tuple(_low(box.get(at, full[at])) for at in asked) for box in region)
        last = max(tuple(box.get(at, full[at]).bit_length() for at in asked) for box in region)
        ends = zip(asked, first, strict=True), zip(asked, last, strict=True)
        return (
            reached,
            tuple((at, low) for at, low in ends[0] if low),
            tuple((at, top) for at, top in ends[1] if top != full[at].bit_length()),
        )

    def _sort(self, group: list[int]) -> None:
        heads: list[int] = []
        for at in group:
            self.first[at] = next((head for head in heads if self._same(head, at)), at)
            if self.first[at] == at:
                heads.append(at)

    def _same(self, a: int, b: int) -> bool:
        one, other = self.regions[a], self.regions[b]
        if one == other:
            return True
        budget = self.survey.purse()
        try:
            return not self.survey.rest(one, other, budget) and not self.survey.rest(other, one, budget)
        except TooLargeError:
            self.survey.doubt(_spot(b), "too_large")
            return False

    def findings(self) -> Iterator[Finding]:
        """Each rule that is like an earlier one."""
        rules = self.survey.program.rules
        for at, first in self.first.items():
            if self.tagged[at] != at:
                other, code = self.tagged[at], "duplicate-rule"
            elif first != at:
                other, code = first, "same-condition"
            else:
                continue
            told = {"id": rules[at].id, "first": rules[other].id, "tag": rules[at].tag}
            both = self.survey.fires(rules[at], rules[other])
            claim = self.survey.shapes.rule(rules[at])
            yield Finding(code, _spot(at), told, self.survey.shown(self.regions[at], claim, both))


def _low(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _covered(survey: Survey, alike: _Alike) -> Iterator[Finding]:
    by_tag: dict[str, list[int]] = {}
    for at in alike.regions:
        by_tag.setdefault(survey.program.rules[at].tag, []).append(at)
    for group in by_tag.values():
        if len(group) < 2:  # noqa: PLR2004  one rule alone covers nobody else's customers
            continue
        cover = Cover(survey, [(at, alike.regions[at]) for at in group])
        doubtful: list[int] = []
        for at in group:
            if alike.tagged[at] == at:
                try:
                    yield from _cover(survey, alike, cover, at, group)
                except TooLargeError:
                    doubtful.append(at)
        for at in doubtful[:1]:  # once for each tag: the others have the same cause
            survey.doubt(_spot(at), "too_large")


def _cover(survey: Survey, alike: _Alike, cover: Cover, at: int, group: list[int]) -> Iterator[Finding]:
    region, rule = alike.regions[at], survey.program.rules[at]
    budget = survey.purse(min(max(_CROWD // len(group), _LEAST), QUESTION))
    own = frozenset(other for other in group if alike.tagged[other] == at)
    others = [survey.program.rules[other] for other in group if other not in own]

    def alone(facts: Facts) -> bool:
        return fires(survey.program, rule, facts) and not any(fires(survey.program, o, facts) for o in others)

    if cover.alone(region, rule, own):
        return
    left = cover.rest(region, own, budget)
    if left:
        if not survey.exact(left) and len(others) > _MANY:
            raise TooLargeError
        if not survey.exact(left):
            claim = every(
                [survey.shapes.rule(rule), *(outside(survey.shapes.rule(other)) for other in others)]
            )
            survey.settle(left, claim, _spot(at), alone)
        return
    covering = cover.owners(region, own, budget)
    listed = [survey.program.rules[other] for other in covering]

    def covered(facts: object) -> bool:
        found = facts[0]  # type: ignore[index]  # one program
        return fires(survey.program, rule, found) and any(fires(survey.program, o, found) for o in listed)

    named = ", ".join(f"`{other.id}`" for other in listed[:_FEW]) + ", …" * (len(listed) > _FEW)
    told = {"id": rule.id, "tag": rule.tag, "known": named}
    claim = survey.shapes.rule(rule)
    yield Finding("covered-rule", _spot(at), told, survey.shown(region, claim, covered))
