"""Exits with 1 as soon as the package on the path differs from what the tests expect; used on mutants."""

from __future__ import annotations

import sys

from tests import matrix
from tests.conformance_cases import FILES
from tierkit.testing import run_cases


def conformance() -> bool:
    """True when the index answers every conformance case."""
    return not any(result.index != result.case.answer for path in FILES for result in run_cases(path))


def boundary() -> bool:
    """True when the index agrees with the interpreter on the boundary matrix, partitioned or not."""
    ruleset, records = matrix.partitioned()
    if any(matrix.difference(ruleset, record) is not None for record in records):
        return False
    for eligible, prefer in (("", ""), ("kind != 'b'", "kind = 'b'")):
        ruleset = matrix.rule_set(eligible=eligible, prefer=prefer)
        if any(matrix.difference(ruleset, record) is not None for record in matrix.records()):
            return False
    record = {**matrix.BASE, "share": 0.5, "big": False, "mark": 80.0}
    return matrix.difference(matrix.rule_set(), record, given=("share", "big", "mark")) is None


if __name__ == "__main__":
    sys.exit(0 if conformance() and boundary() else 1)
