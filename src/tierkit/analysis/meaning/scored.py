"""Scores of two versions: computed alike, or a customer whose score differs.

A score that is written otherwise is looked at where something turns: at the knots, caps and bounds of what it
reads. Where no customer shows a difference it is undecided, never the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from tierkit.analysis.meaning.declared import Reading
from tierkit.analysis.meaning.differences import Because, ScoreChange, Shown
from tierkit.analysis.meaning.rewriting import rewritten
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.spans import sources
from tierkit.program.domain import Missing, read
from tierkit.program.model import Dimension, Program
from tierkit.program.reference import Answer, decide
from tierkit.program.terms import Const
from tierkit.program.types import NUMERIC

_DAY = dt.date(2025, 1, 1)
_TRIED = 2_000


def score_changes(
    programs: tuple[Program, Program], reading: Reading, moved: frozenset[str]
) -> tuple[ScoreChange, ...]:
    """What becomes of each score, in the order of the newer version."""
    before, after = (
        {d.name for d in program.dimensions.values() if d.type == "score"} for program in programs
    )
    names = [name for program in reversed(programs) for name in program.dimensions]
    found: list[ScoreChange] = []
    for name in dict.fromkeys(names):
        if name in before and name in after:
            found.append(_compared(programs, reading, name, moved))
        elif name in before | after:
            found.append(ScoreChange(name, "new" if name in after else "gone"))
    return tuple(found)


def _compared(
    programs: tuple[Program, Program], reading: Reading, name: str, moved: frozenset[str]
) -> ScoreChange:
    read_ = frozenset.union(*(reading.reached(at, frozenset([name])) for at in (0, 1)))
    because = (Because("input", tuple(sorted(read_ & moved))),) if read_ & moved else ()
    if reading.alike(name):
        return ScoreChange(name, "undecided" if because else "same", None, because)
    shown = _shown(programs, name, read_)
    if shown is not None:
        return ScoreChange(name, "changed", shown, because)
    return ScoreChange(name, "undecided", None, (*because, Because("no_inputs", (name,))))


def _shown(programs: tuple[Program, Program], name: str, names: frozenset[str]) -> Shown | None:
    """A customer whose score differs."""
    for record in _records(programs, name, names):
        facts = [Facts(program, record, _DAY) for program in programs]
        values = [fact[name] for fact in facts]
        if values[0] == values[1]:
            continue
        given = [_provided(program) for program in programs]
        answers = [decide(program, record, _DAY, own) for program, own in zip(programs, given, strict=True)]
        if all(isinstance(answer, Answer) for answer in answers):
            used = tuple(n for n in dict.fromkeys((*given[0], *given[1])) if n in names)
            return Shown(record, _DAY, used, *values)
    return None


def _provided(program: Program) -> tuple[str, ...]:
    return tuple(d.name for d in program.dimensions.values() if d.provider is not None)


def _records(programs: tuple[Program, Program], name: str, names: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Records with everything there, then with one or two values elsewhere."""
    owners: dict[str, list[Dimension]] = {}
    for program in programs:
        needed = tuple(d.name for d in program.dimensions.values() if d.on_missing.policy == "error")
        for source in sources(program, (name, *needed)):
            owners.setdefault(source, []).append(program.dimensions[source])
    marks = sorted({mark for program in programs for mark in _marks(program, names)})
    choices = {source: _values(dimensions, marks) for source, dimensions in owners.items()}
    usual = {source: values[len(values) // 2] for source, values in choices.items()}
    count = 0
    for size in (0, 1, 2):
        for chosen in combinations(choices, size):
            for picked in _product([choices[source] for source in chosen]):
                made = usual | dict(zip(chosen, picked, strict=True))
                yield {key: value for key, value in made.items() if value is not None}
                count += 1
                if count > _TRIED:
                    return


def _product(lists: Sequence[list[Any]]) -> Iterator[tuple[Any, ...]]:
    if not lists:
        yield ()
        return
    for first in lists[0]:
        for rest in _product(lists[1:]):
            yield (first, *rest)


def _marks(program: Program, names: frozenset[str]) -> Iterator[float]:
    """Numbers where a score may turn."""
    for name in names:
        dimension = program.dimensions.get(name)
        if dimension is None:
            continue
        for item in dimension.scorecard:
            yield from item.xs or (0.0, item.cap / 2, item.cap)
        constants: list[float] = []

        def note(part: Any, found: list[float] = constants) -> Any:
            if isinstance(part, Const) and isinstance(part.value, int | float):
                found.append(float(part.value))
            return part

        rewritten(dimension.term, note)
        rewritten(dimension.condition, note)
        yield from constants


def _values(dimensions: Sequence[Dimension], marks: Sequence[float]) -> list[Any]:
    """Values of a dimension that every version takes, and none."""
    first = dimensions[0]
    found: list[Any]
    if first.type in NUMERIC:
        steps = [step for a, b in pairwise(marks) for step in (a, (a + b) / 2, b)]
        ends = [end for d in dimensions for end in (d.minimum, d.maximum) if end is not None]
        found = [
            *steps,
            *marks,
            *ends,
            *(mark + 1 for mark in marks),
            *(mark - 1 for mark in marks),
            0.0,
            1.0,
        ]
        if first.type == "money":
            found = [round(value, 2) for value in found]
        if "integer" in {d.type for d in dimensions}:
            found = [int(value) for value in found]
    elif first.type == "boolean":
        found = [True, False]
    elif first.type == "date":
        found = [_DAY, dt.date(2024, 1, 1), dt.date(2030, 1, 1)]
    elif first.type == "set":
        found = [frozenset(), frozenset(first.values or ())]
    else:
        found = [value for d in dimensions for value in d.values or ("other",)]
    kept = sorted(dict.fromkeys(found), key=repr) if first.type not in NUMERIC else sorted(set(found))
    return [
        *(value for value in kept if not any(isinstance(read(d, value), Missing) for d in dimensions)),
        None,
    ]
