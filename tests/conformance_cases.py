"""The conformance files: what every backend must answer, as data; `tierkit.testing` reads and runs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tierkit.engine import loads
from tierkit.testing import Case, Result, run_cases
from tierkit.testing.cases import CaseFile, read_cases

__all__ = ["FILES", "Case", "CaseFile", "Result", "read_file", "results"]

FOLDER = Path(__file__).parent / "conformance"
FILES = sorted(FOLDER.glob("*.yaml"))


@cache
def read_file(path: Path, without: frozenset[int] = frozenset()) -> CaseFile:
    """The rule set of a file, one rule per case, and its cases; those on some lines may be left out."""
    file = read_cases(path)
    if not without:
        return file
    lines = file.ruleset.text.split("\n")
    for line in without:
        lines[line - 1] = ""  # a case is the rule on its line
    cases = tuple(case for case in file.cases if case.line not in without)
    return CaseFile(loads("\n".join(lines), path=str(path), entry_points=False), cases)


@cache
def results(path: Path) -> list[Result]:
    """What came out of the cases of a file, run once for all tests."""
    return run_cases(read_file(path))
