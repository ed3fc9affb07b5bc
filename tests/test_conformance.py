"""The conformance files, run by the reference interpreter and by the compiled index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance_cases import FILES, results


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_interpreter_answers_every_case(path: Path) -> None:
    """The reference interpreter gives the answer that was worked out by hand."""
    assert [(str(r.case), r.interpreter) for r in results(path) if r.interpreter != r.case.answer] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_index_answers_every_case(path: Path) -> None:
    """The compiled index gives the same answers, missing roots included."""
    assert [line for result in results(path) for line in result.differences] == []
