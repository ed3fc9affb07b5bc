"""Ladders: tiers that no customer can be in, and customers who are in none."""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.analysis.findings.model import Finding, Spot
from tierkit.analysis.findings.samples import Test
from tierkit.analysis.findings.survey import Survey, in_gate
from tierkit.analysis.regions.boxes import Budget, Region, TooLargeError, boxes
from tierkit.analysis.regions.coordinates import Shape, either, every, outside
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.witness import Claim
from tierkit.program.model import Ladder
from tierkit.program.reference import NO_TIER, outcomes, place


def ladders(survey: Survey) -> Iterator[Finding]:
    """What is wrong with each ladder as a whole."""
    for at, ladder in enumerate(survey.program.ladders.values()):
        one = _OneLadder(survey, ladder, at)
        for n in range(1, len(ladder.tiers)):
            try:
                yield from one.unreachable(n)
            except TooLargeError:
                survey.doubt(one.spot(n), "too_large")
        if ladder.tiers[-1].enter is not None:
            try:
                yield from one.gap()
            except TooLargeError:
                survey.doubt(Spot(("ladders", at)), "too_large")


class _OneLadder:
    """A ladder, its gate, and where each tier would take a customer or might."""

    def __init__(self, survey: Survey, ladder: Ladder, at: int) -> None:
        self.survey, self.ladder, self.at = survey, ladder, at
        shapes = survey.shapes
        self.gate = every([shapes.holds(survey.program.eligible), shapes.holds(ladder.eligible)])
        self.refused: list[Shape] = [
            outside(shapes.holds(tier.enter))
            if ladder.skip_unknown
            else shapes.holds(tier.enter, negate=True)
            for tier in ladder.tiers
        ]

    def spot(self, n: int) -> Spot:
        """The place of a tier: its condition, or its id where it has none."""
        key = "id" if self.ladder.tiers[n].enter is None else "enter"
        return Spot(("ladders", self.at, "tiers", n, key))

    def unreachable(self, n: int) -> Iterator[Finding]:
        """A tier whose customers are all in better ones, or undecided because of better ones."""
        survey, spot = self.survey, self.spot(n)
        if spot in survey.never:
            return
        budget = survey.purse()
        enter = every((self.gate, survey.shapes.holds(self.ladder.tiers[n].enter)))
        region = survey.region(enter, budget)
        left = self.beyond(region, list(range(n)), budget)
        if left:
            if not survey.exact(left):
                survey.settle(left, every((enter, *self.refused[:n])), spot, self.placed(n))
            return
        better = list(range(n))
        for other in tuple(better):
            fewer = [one for one in better if one != other]
            if not self.beyond(region, fewer, budget):
                better = fewer
        tiers = self.ladder.tiers
        named = ", ".join(f"`{tiers[other].id}`" for other in better)
        survey.unreached.add(f"{self.ladder.name}.{tiers[n].id}")
        told = {"ladder": self.ladder.name, "tier": tiers[n].id, "known": named}
        yield Finding("unreachable-tier", spot, told, survey.shown(region, enter, self.not_placed(n)))

    def beyond(self, region: Region, better: list[int], budget: Budget) -> Region:
        """The customers of a region whom some better tiers surely refuse."""
        taken = either([outside(self.refused[other]) for other in better])
        full = self.survey.space.full
        return self.survey.rest(region, boxes(taken, self.survey.mask, full, budget), budget)

    def placed(self, n: int) -> Test:
        """A test: the ladder puts the customer there; nobody is in none of it who is not meant for it."""
        return lambda facts: self.position(facts) == n and in_gate(self.survey.program, self.ladder, facts)

    def not_placed(self, n: int) -> Claim:
        """A claim: the ladder is for the customer, and puts the customer elsewhere."""
        return lambda facts: (
            self.position(facts[0]) != n and in_gate(self.survey.program, self.ladder, facts[0])
        )

    def position(self, facts: Facts) -> int:
        """Where the reference puts a customer."""
        found = outcomes(self.survey.program, self.ladder, facts, facts.day)
        return place(found, skip_unknown=self.ladder.skip_unknown)

    def gap(self) -> Iterator[Finding]:
        """A customer whom every tier refuses."""
        survey, spot = self.survey, Spot(("ladders", self.at))
        budget = survey.purse()
        tiers = list(range(len(self.ladder.tiers)))
        left = self.beyond(survey.region(self.gate, budget), tiers, budget)
        claim = every((self.gate, *self.refused))
        found = survey.settle(left, claim, spot, self.placed(NO_TIER))
        if found is not None:
            yield Finding("ladder-gap", spot, {"ladder": self.ladder.name}, found)
