"""The conformance files: what every backend must answer, as data; `tierkit.testing` reads and runs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tierkit.testing import Case, Result, run_cases
from tierkit.testing.cases import CaseFile, read_cases

__all__ = ["FILES", "Case", "CaseFile", "Result", "read_file", "results"]

FOLDER = Path(__file__).parent / "conformance"
FILES = sorted(FOLDER.glob("*.yaml"))


@cache
def read_file(path: Path) -> CaseFile:
    """The rule set of a file, one rule per case, and its cases."""
    return read_cases(path)


@cache
def results(path: Path) -> list[Result]:
    """What came out of the cases of a file, run once for all tests."""
    return run_cases(read_file(path))
