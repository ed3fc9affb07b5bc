"""Cases run by the reference interpreter and by the compiled index, and what came out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tierkit.engine import RuleSet
from tierkit.errors import RecordError
from tierkit.program.reference import decide
from tierkit.testing.cases import Case, CaseFile, read_cases

Roots = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one case: both answers, the missing roots, and the plugins that failed."""

    case: Case
    interpreter: str
    index: str
    missing: Roots | None = None
    errors: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[str, ...]:
        """Each way in which the case did not come out as it says."""
        wanted = self.case.answer
        found = [
            f"{self.case}: {who} gives {answer}, not {wanted}"
            for who, answer in (("the interpreter", self.interpreter), ("the index", self.index))
            if answer != wanted
        ]
        if self.case.because is not None and self.missing != self.case.because:
            found.append(f"{self.case}: missing is {_shown(self.missing)}, not {_shown(self.case.because)}")
        if found:
            found += [f"{self.case}: {error}" for error in self.errors]
        return tuple(found)


def run_cases(
    path_or_text: str | os.PathLike[str] | CaseFile,
    plugins: Iterable[Any] = (),
    *,
    entry_points: bool = False,
) -> list[Result]:
    """Runs the cases of a file, or of a text, by the interpreter, which is the definition, and by the index.

    Args:
        path_or_text: a file, a string of more than one line, or what `read_cases` gave.
        plugins: modules or objects with hooks, for functions and dimensions of your own.
        entry_points: True to let what is installed take part too.

    >>> results = run_cases('''
    ... dimensions: {x: {type: number}}
    ... cases:
    ...   - {when: "x > 1", record: {x: 2}, is: true}
    ...   - {when: "x > 1", record: {}, is: unknown, because: [{dimension: x, cause: absent}]}
    ... ''')
    >>> [(result.interpreter, result.index, result.differences) for result in results]
    [('true', 'true', ()), ('unknown', 'unknown', ())]

    Raises:
        RuleSetError, UsageError, ReadError, PluginError: see `read_cases`.
    """
    if isinstance(path_or_text, CaseFile):
        file = path_or_text
    else:
        file = read_cases(path_or_text, plugins, entry_points=entry_points)
    return [_run(file.ruleset, position, case) for position, case in enumerate(file.cases)]


def assert_cases(
    path_or_text: str | os.PathLike[str] | CaseFile,
    plugins: Iterable[Any] = (),
    *,
    entry_points: bool = False,
) -> None:
    """Runs cases, and fails with a line for every difference; see `run_cases`.

    >>> assert_cases('''
    ... dimensions: {x: {type: number}}
    ... cases:
    ...   - {when: "x > 1", record: {x: 1}, is: true}
    ... ''')
    Traceback (most recent call last):
        ...
    AssertionError: <text>:4: x > 1 with {'x': 1}: the interpreter gives false, not true
    <text>:4: x > 1 with {'x': 1}: the index gives false, not true
    """
    results = run_cases(path_or_text, plugins, entry_points=entry_points)
    found = [line for result in results for line in result.differences]
    if found:
        raise AssertionError("\n".join(found))


def _run(ruleset: RuleSet, position: int, case: Case) -> Result:
    reference = decide(ruleset.program, case.record, case.day)
    if isinstance(reference, tuple):
        interpreter = "error"
    else:
        interpreter = _word(position in reference.fired, position in reference.unknown)
    try:
        decision = ruleset.evaluate(case.record, as_of=case.day)
    except RecordError:
        return Result(case, interpreter, "error")
    unknown = {item.rule: item.missing for item in decision.undetermined}
    index = _word(case.rule in decision.tags, case.rule in unknown)
    roots = frozenset((item.dimension, item.cause) for item in unknown.get(case.rule, ()))
    return Result(case, interpreter, index, roots, tuple(map(str, decision.errors)))


def _word(true: bool, unknown: bool) -> str:  # noqa: FBT001  two facts about a rule
    return "true" if true else "unknown" if unknown else "false"


def _shown(roots: Roots | None) -> str:
    return ", ".join(f"{name} ({cause})" for name, cause in sorted(roots or ())) or "nothing"
