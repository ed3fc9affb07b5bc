"""What can be proven wrong with a rule set that loads, each kind in a module of its own.

Every finding has a code, a place and, where there can be one, a customer whom the reference was asked about.
What cannot be decided is a finding too: nothing is dropped in silence, and no check goes on without end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tierkit.analysis.findings.families import families
from tierkit.analysis.findings.ladders import ladders
from tierkit.analysis.findings.model import Finding, Spot
from tierkit.analysis.findings.outright import outright
from tierkit.analysis.findings.parts import parts
from tierkit.analysis.findings.rules import needless
from tierkit.analysis.findings.spelling import spellings
from tierkit.analysis.findings.survey import Survey
from tierkit.analysis.findings.unused import unused
from tierkit.program.model import Program
from tierkit.program.terms import mentions_as_of

__all__ = ["CHECKS", "Finding", "Spot", "Survey", "dated", "findings"]

CHECKS: tuple[Callable[[Survey], Iterator[Finding]], ...] = (
    outright, parts, needless, ladders, families, unused, spellings,
)  # fmt: skip
"""In this order: what holds for nobody is not spoken of again by the others."""


def findings(program: Program, declared: Iterable[str] = ()) -> Iterator[Finding]:
    """Everything that is found about a program; `declared` are the tags that the file lists by itself.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: integer}}, "
    ...     "rules: [{id: r, tag: T, when: x > 5 and x < 6}]}")
    >>> [(found.code, found.spot.way) for found in findings(rules.program)]
    [('never-fires', ('rules', 0, 'when'))]
    """
    survey = Survey(program, tuple(declared))
    for check in CHECKS:
        yield from check(survey)
    yield from survey.undecided()


def dated(program: Program) -> bool:
    """Whether answers of a program depend on the day."""
    named = [d.condition or d.term for d in program.dimensions.values()]
    asked = [rule.when for rule in program.rules]
    asked += [tier.enter for ladder in program.ladders.values() for tier in ladder.tiers if tier.enter]
    asked += [ladder.eligible for ladder in program.ladders.values() if ladder.eligible]
    asked += [program.eligible] if program.eligible else []
    return any(rule.valid_from or rule.valid_through for rule in program.rules) or any(
        mentions_as_of(node) for node in (*named, *asked) if node is not None
    )
