"""Every conformance case and the boundary matrix, run as SQL in each engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import matrix
from tests.conformance_cases import FILES, Case, read_file
from tests.sql_engines import SETS, Engine, differences, engine, run
from tierkit.engine import RuleSet, loads
from tierkit.errors import UnsupportedError
from tierkit.program.build.order import inputs
from tierkit.program.terms import references

ENGINES = ("duckdb", "sqlite", "postgres", "mariadb", "spark")
QUICK = tuple(name for name in ENGINES if name != "spark")
"""Engines for which a statement is nothing; for Spark many drawn cases go into one, in `test_spark_laws`."""
GAPS: dict[str, dict[str, int]] = {
    "between": {"mariadb": 1},
    "categories": {"duckdb": 1, "spark": 1, "postgres": 1, "mariadb": 1},
    "kleene": {"mariadb": 1},
    "ladders": {"mariadb": 1},
    "membership": {"mariadb": 1},
    "missing": {"duckdb": 2, "spark": 2, "sqlite": 1, "postgres": 2, "mariadb": 18},
    "on_missing": {"duckdb": 3, "spark": 3, "sqlite": 1, "postgres": 3, "mariadb": 5},
    "on_missing_error": {"duckdb": 1, "spark": 1, "postgres": 1, "mariadb": 3},
    "roots": {"mariadb": 3},
    "scalars": {"duckdb": 7, "spark": 7, "sqlite": 6, "postgres": 7, "mariadb": 13},
    "scorecards": {"mariadb": 3},
    "sets": {"duckdb": 3, "spark": 3, "postgres": 3},
    "wrong_types": {"duckdb": 58, "spark": 58, "sqlite": 31, "postgres": 58, "mariadb": 52},
}
"""Cases by file that an engine is never asked: a column of it cannot hold a value of the record.

A text under a number, a truth value under a number, a number beyond binary64, a text with NUL (PostgreSQL) or with half
a surrogate; NaN and infinity (MariaDB). A case more or less is a failure. Conditions about sets are refused by SQLite
and MariaDB, which is looked at case by case.
"""


def keyed(text: str) -> RuleSet:
    """A rule set with a key."""
    return loads(text.replace("version: 1\n", "version: 1\nkey: id\n", 1))


def about_sets(ruleset: RuleSet, cases: list[Case]) -> frozenset[int]:
    """The lines of the cases whose condition reads a set, be it through other dimensions."""
    program = ruleset.program
    found = set()
    for case in cases:
        rule = next(rule for rule in program.rules if rule.id == case.rule)
        todo, seen = list(references(rule.when)), set[str]()
        while todo:
            name = todo.pop()
            if name in program.dimensions and name not in seen:
                seen.add(name)
                todo += inputs(program.dimensions[name])
        if any(program.dimensions[name].type == "set" for name in seen):
            found.add(case.line)
    return frozenset(found)


def without_sets(text: str) -> str:
    """A rule set whose rules and dimensions know no sets."""
    head, _, rules = text.rpartition("rules: ")
    lines = [line for line in head.splitlines() if "type: set" not in line]
    kept = [rule for rule in json.loads(rules) if "words" not in rule["when"]]
    return "\n".join(lines) + "\nrules: " + json.dumps(kept, ensure_ascii=False)


def answers(where: Engine, ruleset: RuleSet, cases: list[Case]) -> tuple[list[Any], int]:
    """What an engine answers otherwise than was worked out by hand, and how many cases it cannot be asked."""
    wrong, left = [], 0
    program = ruleset.program
    for day in sorted({case.day for case in cases}):
        asked = [case for case in cases if case.day == day]
        found, skipped = run(where, ruleset, [case.record for case in asked], day)
        left += len(skipped)
        for number, row in found.items():
            case = asked[number]
            at = next(i for i, rule in enumerate(program.rules) if rule.id == case.rule)
            if row.answer is None:
                got = "error"
            else:
                got = "true" if at in row.answer[1] else "unknown" if at in row.answer[2] else "false"
            if got != case.answer:
                wrong.append((case.line, case.when, case.record, got, case.answer))
    return wrong, left


def wrong_answers(name: str, path: Path) -> list[Any]:
    """The cases of a file that an engine answers otherwise, and how many it is never asked where that is new."""
    file = read_file(path)
    ruleset, cases = file.ruleset, list(file.cases)
    if ruleset.program.tolerance:
        with pytest.raises(UnsupportedError, match="`numeric_tolerance` cannot be said"):
            keyed(ruleset.text).to_sql(name, tables={"customers": "records"})
        return []
    if name not in SETS:
        refused = about_sets(ruleset, cases)
        if refused:
            with pytest.raises(UnsupportedError, match="sets"):
                keyed(ruleset.text).to_sql(name, tables={"customers": "records"})
        total, cases = len(cases), [case for case in cases if case.line not in refused]
        assert total - len(cases) == len(refused)
        if cases:
            ruleset = read_file(path, refused).ruleset
    with engine(name) as where:
        wrong, left = answers(where, keyed(ruleset.text), cases) if cases else ([], 0)
    return wrong if left == GAPS.get(path.stem, {}).get(name, 0) else [*wrong, f"{left} are not asked"]


def matrix_for(name: str, eligible: str) -> RuleSet:
    """The boundary matrix, without sets where an engine has none."""
    text = matrix.rule_set(eligible=eligible).text
    return keyed(text if name in SETS else without_sets(text))


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_in_every_engine(name: str, path: Path) -> None:
    """Each engine gives the answer that was worked out by hand, for every record it can hold."""
    assert wrong_answers(name, path) == []


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("eligible", ["", "kind != 'c' or amount > 50"])
def test_the_boundary_matrix_in_every_engine(name: str, eligible: str) -> None:
    """Every operator with boundary literals, on every boundary record the engine can hold."""
    ruleset, records = matrix_for(name, eligible), list(matrix.records())
    with engine(name) as where:
        found, left = run(where, ruleset, records, matrix.DAY)
    assert differences(ruleset, records, found, matrix.DAY) == []
    assert len(found) + len(left) == len(records)
    assert len(found) > 700
