"""The canary: what every connection must answer, and which settings of a server it notices."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.sql_engines import engine
from tests.test_sql_cases import ENGINES
from tierkit.backends.sql import canary
from tierkit.errors import UnsupportedError
from tierkit.program.interpreter import truth

HARMLESS = {
    "duckdb": (
        "SET default_collation = 'NOCASE'", "SET integer_division = true", "SET TimeZone = 'Asia/Shanghai'", "SET default_null_order = 'nulls_first'",
    ),
    "sqlite": ("PRAGMA case_sensitive_like = ON", "PRAGMA reverse_unordered_selects = ON"),
    "postgres": ("SET standard_conforming_strings = off", "SET transform_null_equals = on", "SET DateStyle = 'German'"),
    "mariadb": (
        "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,HIGH_NOT_PRECEDENCE,REAL_AS_FLOAT,PIPES_AS_CONCAT'",
        "SET collation_connection = 'utf8mb4_general_ci'", "SET div_precision_increment = 0",
    ),
}  # fmt: skip
"""Settings that statements do not care about."""

HARMFUL = (
    ("postgres", "SET extra_float_digits = 0", "`tenth + fifth` comes back as another value"),
    ("mariadb", "SET sql_mode = 'EMPTY_STRING_IS_NULL'", "an empty text is NULL (`empty = ''`)"),
    ("mariadb", "SET sql_select_limit = 5", "`sql_select_limit` cuts results short"),
    ("mariadb", "SET sql_auto_is_null = 1", "`sql_auto_is_null` makes a key NULL"),
)
"""Settings that change what statements mean, and what is told."""


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_answers_as_it_must(name: str) -> None:
    """With the settings of every day, and with those that statements do not care about, nothing is told."""
    for setting in ("", *HARMLESS.get(name, ())):
        with engine(name) as where:
            if setting:
                where.execute(setting)
            rows = where.execute(canary.statement(name))
        canary.check(name, rows)
        assert tuple(rows[0]) == canary.expected(name), setting


@pytest.mark.parametrize(("name", "setting", "told"), HARMFUL)
def test_a_setting_that_changes_meaning_is_told(name: str, setting: str, told: str) -> None:
    """The message names the dialect and what differs."""
    with engine(name) as where:
        where.execute(setting)
        rows = where.execute(canary.statement(name))
    with pytest.raises(UnsupportedError) as caught:
        canary.check(name, rows)
    assert told in str(caught.value)
    assert f"`{name}`" in str(caught.value)


def test_a_function_that_was_put_in_the_place_of_another_is_told() -> None:
    """An extension of SQLite that folds all letters, as that for ICU does, is noticed."""
    connection = sqlite3.connect(":memory:")
    connection.create_function("LOWER", 1, str.lower)
    rows = connection.execute(canary.statement("sqlite")).fetchall()
    connection.close()
    with pytest.raises(UnsupportedError, match=r"letters beyond ASCII are folded"):
        canary.check("sqlite", rows)


@pytest.mark.parametrize("name", ENGINES)
def test_every_cell_counts(name: str) -> None:
    """Any cell that is another, and any number of rows but one, is told."""
    row = canary.expected(name)
    canary.check(name, [row])
    for at, cell in enumerate(row):
        other: Any = cell + " " if isinstance(cell, str) else cell + 1
        for wrong in (other, None):
            with pytest.raises(UnsupportedError, match="change what statements"):
                canary.check(name, [(*row[:at], wrong, *row[at + 1 :])])
    for rows in ([], [row, row], [row[1:]]):
        with pytest.raises(UnsupportedError, match="canary"):
            canary.check(name, rows)


@pytest.mark.parametrize("probe", canary.PROBES, ids=lambda probe: probe.condition)
def test_what_is_expected_is_what_conditions_mean(probe: canary.Probe) -> None:
    """The stored answers are those of the reference interpreter."""
    values = {
        name: None if type_ == "number" and isinstance(value, str) else value
        for name, (type_, value) in canary.VALUES.items()
    }
    assert truth(canary.formula(probe.condition), values, canary.DAY) is probe.expected
