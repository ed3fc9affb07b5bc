"""The conformance files, run by the reference interpreter and by the compiled index."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.conformance_cases import FILES, Case, read_file
from tierkit.engine import RuleSet
from tierkit.errors import RecordError
from tierkit.program.reference import decide


@cache
def loaded(path: Path) -> tuple[RuleSet, list[Case]]:
    """The rule set and the cases of a file, read once for both tests."""
    return read_file(path)


def reference(ruleset: RuleSet, case: Case) -> str:
    """What the reference interpreter says about a case."""
    answer = decide(ruleset.program, case.record, case.day)
    if isinstance(answer, tuple):
        return "error"
    position = next(i for i, rule in enumerate(ruleset.program.rules) if rule.id == case.rule)
    return "true" if position in answer.fired else "unknown" if position in answer.unknown else "false"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_interpreter_answers_every_case(path: Path) -> None:
    """The reference interpreter gives the answer that was worked out by hand."""
    ruleset, cases = loaded(path)
    wrong = [
        (case.line, case.when, case.record, got)
        for case in cases
        if (got := reference(ruleset, case)) != case.answer
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_index_answers_every_case(path: Path) -> None:
    """The compiled index gives the same answers, missing roots included."""
    ruleset, cases = loaded(path)
    wrong = []
    for case in cases:
        try:
            decision = ruleset.evaluate(case.record, as_of=case.day)
        except RecordError:
            got, roots = "error", None
        else:
            unknown = {item.rule: item.missing for item in decision.undetermined}
            got = "true" if case.rule in decision.tags else "unknown" if case.rule in unknown else "false"
            roots = frozenset((m.dimension, m.cause) for m in unknown.get(case.rule, ()))
        if got != case.answer or (case.because is not None and roots != case.because):
            wrong.append((case.line, case.when, case.record, got, roots, case.because))
    assert wrong == []
