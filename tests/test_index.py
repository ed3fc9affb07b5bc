"""The bit-vector index answers exactly like the reference interpreter."""

from __future__ import annotations

import pytest

from tests import matrix


@pytest.mark.parametrize(
    ("eligible", "prefer"),
    [("", ""), ("not flag or count > 5", ""), ("kind != 'b'", "kind = 'b'")],
    ids=["plain", "eligible", "partitioned"],
)
def test_the_boundary_matrix(eligible: str, prefer: str) -> None:
    """Every operator on every boundary value gives the interpreter's answer, values and faults included."""
    ruleset = matrix.rule_set(eligible=eligible, prefer=prefer)
    assert (ruleset._default.compiled.pivot is not None) == bool(prefer)
    differences = [d for record in matrix.records() if (d := matrix.difference(ruleset, record)) is not None]
    assert differences == []


def test_an_index_for_each_value() -> None:
    """Partitioned by a category, an index keeps the rules for its value and those for any."""
    ruleset, records = matrix.partitioned()
    assert ruleset._default.compiled.pivot == "town"
    assert [d for record in records if (d := matrix.difference(ruleset, record)) is not None] == []


def test_the_boundary_matrix_with_given_values() -> None:
    """A computed dimension that the caller gives is read from the record, and nothing else changes."""
    ruleset = matrix.rule_set()
    given = ("share", "big", "mark", "band")
    for share, big, mark, band in (
        (0.5, True, 80.0, "low"),
        (None, False, 101.0, "high"),
        (float("nan"), None, -1, "x"),
    ):
        record = {**matrix.BASE, "share": share, "big": big, "mark": mark, "band": band}
        assert matrix.difference(ruleset, record, given=given) is None
