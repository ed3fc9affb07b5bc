"""What a version answers yes or no to: its tags, its tiers, who is eligible, and what each target earns.

Each question is a union of parts, such as the rules that give a tag. A part is true for the customers of one
shape and not false for those of another; between the two it is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tierkit.analysis.meaning.declared import AS_OF, names_in
from tierkit.analysis.regions.coordinates import Shape, every, outside
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.shapes import Shapes
from tierkit.program.interpreter import Truth, all_of
from tierkit.program.model import Award, Benefit, Ladder, Program, Rule
from tierkit.program.reference import UNDECIDED, Answer, outcomes
from tierkit.program.terms import Formula

Ask = Callable[[Facts, Answer], Truth]
"""What a version decides for one customer: true, false, or None where it cannot be decided."""


@dataclass(frozen=True, slots=True)
class Part:
    """One way to a yes: `meaning` is what it says, `reads` the names in it, `about` the rule or benefit."""

    about: Rule | Benefit | None
    meaning: Any
    reads: frozenset[str]
    yes: Callable[[Shapes], Shape]
    maybe: Callable[[Shapes], Shape]
    ask: Ask


@dataclass(slots=True)
class Question:
    """What one version answers: yes where a part is true, unknown where none is and some part may be."""

    parts: list[Part] = field(default_factory=list)

    def ask(self, facts: Facts, answer: Answer) -> Truth:
        """The answer for one customer."""
        held: list[Truth] = [part.ask(facts, answer) for part in self.parts]
        return True if True in held else None if None in held else False


Earned = tuple[str, str, str]
"""A target, a provider of benefits, and what the provider is told, as a text."""


@dataclass(slots=True)
class Questions:
    """All questions of one version."""

    targets: dict[str, Question] = field(default_factory=dict)
    eligible: Question = field(default_factory=Question)
    benefits: dict[Earned, Question] = field(default_factory=dict)


def questions(program: Program) -> Questions:
    """The questions of a version: tags in the order of the file, then the tiers of each ladder."""
    found = Questions()
    for rule in program.rules:
        found.targets.setdefault(rule.tag, Question()).parts.append(_rule(program, rule))
    for order, ladder in enumerate(program.ladders.values()):
        for position, tier in enumerate(ladder.tiers):
            part = _tier(program, order, ladder, position)
            found.targets.setdefault(f"{ladder.name}.{tier.id}", Question()).parts.append(part)
            if tier.tag is not None:
                found.targets.setdefault(tier.tag, Question()).parts.append(part)
    if program.eligible is not None:
        found.eligible.parts.append(_condition(program.eligible))
    else:
        found.eligible.parts.append(_always())
    for benefit in program.benefits:
        for target, award in _awards(benefit):
            key = target, award.provider, _params(award.params)
            part = _benefit(benefit, award)
            found.benefits.setdefault(key, Question()).parts.append(part)
    return found


# -- rules


def _rule(program: Program, rule: Rule) -> Part:
    return Part(
        rule,
        (rule.when, rule.valid_from, rule.valid_through, program.eligible),
        names_in(rule.when, program.eligible) | _days(rule),
        lambda shapes: shapes.rule(rule),
        lambda shapes: _possible_rule(shapes, program, rule),
        lambda facts, _: _fires(program, rule, facts),
    )


def _fires(program: Program, rule: Rule, facts: Facts) -> Truth:
    if not rule.valid_on(facts.day):
        return False
    gate = program.eligible
    own = facts.truth(rule.when)
    return own if gate is None else all_of([facts.truth(gate), own])


def _possible_rule(shapes: Shapes, program: Program, rule: Rule) -> Shape:
    return every((shapes.days(rule), _not_false(shapes, program.eligible), _not_false(shapes, rule.when)))


def _not_false(shapes: Shapes, formula: Formula | None) -> Shape:
    return outside(shapes.holds(formula, negate=True))


def _days(rule: Rule | Benefit) -> frozenset[str]:
    bounded = rule.valid_from is not None or rule.valid_through is not None
    return frozenset([AS_OF]) if bounded else frozenset()


# -- tiers


def _tier(program: Program, order: int, ladder: Ladder, position: int) -> Part:
    gates = (program.eligible, ladder.eligible)
    enters = tuple(tier.enter for tier in ladder.tiers[: position + 1])
    return Part(
        None,
        (enters, ladder.skip_unknown, gates),
        names_in(*enters, *gates),
        lambda shapes: shapes.placed(ladder, position),
        lambda shapes: _possible_tier(shapes, program, ladder, position),
        partial(_placed, order, ladder, position),
    )


def _possible_tier(shapes: Shapes, program: Program, ladder: Ladder, position: int) -> Shape:
    """Where the tier is still possible: it is not false, and no better one is true."""
    if ladder.skip_unknown:
        return shapes.placed(ladder, position)
    gates = [_not_false(shapes, gate) for gate in (program.eligible, ladder.eligible)]
    better = [
        outside(
            every(
                [
                    shapes.holds(gate)
                    for gate in (program.eligible, ladder.eligible, tier.enter)
                    if gate is not None
                ]
            )
        )
        for tier in ladder.tiers[:position]
    ]
    return every([*gates, _not_false(shapes, ladder.tiers[position].enter), *better])


def _placed(order: int, ladder: Ladder, position: int, facts: Facts, answer: Answer) -> Truth:
    placed = answer.tiers[order]
    if placed != UNDECIDED:
        return placed == position
    held = outcomes(facts.program, ladder, facts, facts.day)
    return None if held[position] is not False and True not in held[:position] else False


# -- who is eligible, and benefits


def _condition(formula: Formula) -> Part:
    return Part(
        None,
        formula,
        names_in(formula),
        lambda shapes: shapes.holds(formula),
        lambda shapes: _not_false(shapes, formula),
        lambda facts, _: facts.truth(formula),
    )


def _always() -> Part:
    return Part(None, None, frozenset(), lambda _: every(()), lambda _: every(()), lambda _facts, _: True)


def _awards(benefit: Benefit) -> Iterator[tuple[str, Award]]:
    for target in benefit.targets:
        for award in benefit.awards:
            yield target, award


def _benefit(benefit: Benefit, award: Award) -> Part:
    return Part(
        benefit,
        (benefit.when, benefit.valid_from, benefit.valid_through, award.reads),
        names_in(benefit.when) | _days(benefit) | frozenset(award.reads),
        lambda shapes: every((shapes.days(benefit), shapes.holds(benefit.when))),
        lambda shapes: every((shapes.days(benefit), _not_false(shapes, benefit.when))),
        lambda facts, _: _earned(benefit, facts),
    )


def _earned(benefit: Benefit, facts: Facts) -> Truth:
    when = True if benefit.when is None else facts.truth(benefit.when)
    return all_of([benefit.valid_on(facts.day), when])


def _params(params: Any) -> str:
    """The parameters of a benefit as one text, whatever the order in which they were written."""
    return json.dumps(params, sort_keys=True, ensure_ascii=False, default=str)
