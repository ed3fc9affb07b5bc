"""Exits with 1 as soon as the package on the path differs from what the tests expect; used on mutants.

The first argument is the backend that is asked: `python`, `frame` or `sql` (in DuckDB and SQLite, which run
everywhere); the second is the step that is likeliest to tell, and comes first. The step that told is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests import frames, matrix, test_frame, test_sql_cases
from tests.conformance_cases import FILES
from tests.sql_engines import differences, engine, run
from tierkit.engine import RuleSet
from tierkit.testing import run_cases

Step = tuple[str, Callable[[], object]]
"""A name, and what is wrong: nothing when the answers are right."""


def python() -> Iterator[Step]:
    """Whether the index answers every conformance case, and agrees with the interpreter on the boundary matrix."""
    for path in FILES:
        yield path.stem, partial(_answers, path)
    yield "partitions", lambda: _differs(*matrix.partitioned())
    for eligible, prefer in (("", ""), ("kind != 'b'", "kind = 'b'")):
        yield "matrix", partial(_matrix_differs, eligible, prefer)
    yield "given", _given_differs


def frame() -> Iterator[Step]:
    """The same of frames."""
    for path in FILES:
        yield path.stem, partial(test_frame.wrong_answers, path)
    for eligible in ("", "not flag or count > 5"):
        yield "matrix", partial(_frames_differ, eligible)
    yield "whole", _whole_frames_differ


def sql() -> Iterator[Step]:
    """The same of statements."""
    for name in ("duckdb", "sqlite"):
        for path in FILES:
            yield path.stem, partial(test_sql_cases.wrong_answers, name, path)
    for name, eligible in (("duckdb", ""), ("sqlite", ""), ("duckdb", "kind != 'c' or amount > 50")):
        yield "matrix", partial(_statements_differ, name, eligible)


def _answers(path: Path) -> object:
    return [result for result in run_cases(path) if result.index != result.case.answer]


def _differs(ruleset: RuleSet, records: Iterable[dict[str, Any]]) -> object:
    return any(matrix.difference(ruleset, record) is not None for record in records)


def _matrix_differs(eligible: str, prefer: str) -> object:
    return _differs(matrix.rule_set(eligible=eligible, prefer=prefer), matrix.records())


def _given_differs() -> object:
    record = {**matrix.BASE, "share": 0.5, "big": False, "mark": 80.0}
    return matrix.difference(matrix.rule_set(), record, given=("share", "big", "mark"))


def _frames_differ(eligible: str) -> object:
    return frames.differences(matrix.rule_set(eligible=eligible), matrix.records(), matrix.DAY)


def _whole_frames_differ() -> object:
    with frames.whole():
        return frames.differences(matrix.rule_set(), matrix.records(), matrix.DAY)


def _statements_differ(name: str, eligible: str) -> object:
    ruleset, records = test_sql_cases.matrix_for(name, eligible), list(matrix.records())
    with engine(name) as where:
        found, _ = run(where, ruleset, records, matrix.DAY)
    return differences(ruleset, records, found, matrix.DAY)


def main(backend: str, first: str) -> int:
    """1 when a step tells."""
    steps = list({"python": python, "frame": frame, "sql": sql}[backend]())
    for name, wrong in sorted(steps, key=lambda step: step[0] != first):
        try:
            told = bool(wrong())
        except Exception:  # noqa: BLE001  a mutant may do anything
            told = True
        if told:
            print(name)  # noqa: T201  what is likeliest to tell next time
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
