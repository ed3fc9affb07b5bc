"""Frames are decided as the reference interpreter decides their records."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import frames, matrix
from tests.conformance_cases import FILES
from tests.test_conformance import loaded


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_frames_answer_every_conformance_case(path: Path) -> None:
    """Every case that a column can hold has the answer that was worked out by hand."""
    ruleset, cases = loaded(path)
    wrong = []
    for day in {case.day for case in cases}:
        own = [case for case in cases if case.day == day]
        by_id = {id(case.record): case for case in own}
        for group in frames.groups(ruleset, [case.record for case in own]):
            members = [by_id[id(record)] for record in group.originals]
            if not group.fits:
                wrong += [(case.line, case.when, "refused") for case in members if case.answer != "error"]
                continue
            found = ruleset.evaluate_table(frames.frame_of(group), as_of=day, engine="polars")
            for case, row in zip(members, found.iter_rows(named=True), strict=True):
                unknown = "unknown" if case.rule in row["undetermined"] else "false"
                got = "error" if row["error"] else "true" if case.rule in row["tags"] else unknown
                if got != case.answer:
                    wrong.append((case.line, case.when, case.record, got))
    assert wrong == []


@pytest.mark.parametrize("eligible", ["", "not flag or count > 5"], ids=["plain", "eligible"])
def test_the_boundary_matrix_in_frames(eligible: str) -> None:
    """Every operator on every boundary value gives the reference's answer, to the last bit of every value."""
    ruleset = matrix.rule_set(eligible=eligible)
    assert frames.differences(ruleset, matrix.records(), matrix.DAY) == []
