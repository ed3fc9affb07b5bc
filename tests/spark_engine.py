"""Spark for tests: one local session for all of them, and it as an engine that runs statements.

Statements are interpreted, for compiling each would take most of the time; some tests turn that off. Where there
is no pyspark or no Java, tests are skipped, and fail where `TIERKIT_REQUIRE_SERVICES` is set.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from tests.sql_engines import Engine
from tierkit.program.types import NUMERIC, TEXTUAL

ZONE = "America/New_York"
_NOCASE = "STRING COLLATE UTF8_LCASE"
TYPES = {
    **dict.fromkeys(NUMERIC, "DOUBLE"), **dict.fromkeys(TEXTUAL, _NOCASE), "boolean": "BOOLEAN", "date": "DATE",
    "key": "INT", "set": f"ARRAY<{_NOCASE}>", "instant": "TIMESTAMP", "TEXT": "STRING",
    "INTEGER": "INT",
}  # fmt: skip
SETTINGS = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.session.timeZone": ZONE,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.log.level": "OFF",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # quick to start
}


def session() -> Any:
    """The session of all tests; skips, or fails, where there is none."""
    found = _session()
    if isinstance(found, str):
        if os.environ.get("TIERKIT_REQUIRE_SERVICES"):
            pytest.fail(found)
        pytest.skip(found)
    return found


@cache
def _session() -> Any:
    """The session, or why there is none."""
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "no Java for Spark"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark has its own opinion of the versions of pandas
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            return "no pyspark"
        folder = tempfile.mkdtemp(prefix="tierkit-spark-")
        builder = SparkSession.builder.config("spark.sql.warehouse.dir", folder)
        workers = {
            "spark.pyspark.python": sys.executable,
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }  # which find the plugins of tests
        for name, value in (SETTINGS | workers).items():
            builder = builder.config(name, value)
        made = builder.getOrCreate()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(made.stop)
    return made


@contextlib.contextmanager
def settings(**changed: str) -> Iterator[None]:
    """Settings of the session for a while, by their names with `_` for `.`."""
    conf = session().conf
    before = {name: conf.get(name, None) for name in (key.replace("_", ".") for key in changed)}
    for name, value in zip(before, changed.values(), strict=True):
        conf.set(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            conf.unset(name) if value is None else conf.set(name, value)


@dataclass
class SparkEngine(Engine):
    """Spark: tables are views of rows."""

    views: set[str] = field(default_factory=set)

    def table(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Makes a view anew."""
        frame(columns, rows, self.types).createOrReplaceTempView(self.quoted(name))
        self.views.add(name)


def frame(columns: Mapping[str, str], rows: Iterable[Sequence[Any]], types: Mapping[str, str] = TYPES) -> Any:
    """Rows as a frame; the types of columns are ours."""
    named = {name: _type(types, type_) for name, type_ in columns.items()}
    schema = ", ".join(f"`{name.replace('`', '``')}` {type_}" for name, type_ in named.items())
    doubles = [type_ == "DOUBLE" for type_ in named.values()]
    made = [
        tuple(float(x) if double and type(x) is int else x for x, double in zip(row, doubles, strict=True))
        for row in rows
    ]
    return session().createDataFrame(made, schema)


def _type(types: Mapping[str, str], name: str) -> str:
    found = types.get(name, name)
    return TYPES.get(found, found)


@contextlib.contextmanager
def spark_engine() -> Iterator[Engine]:
    """Spark as an engine; its views go when it does."""
    spark = session()

    def execute(text: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in spark.sql(text).collect()]

    def many(_text: str, _rows: list[list[Any]]) -> None:
        raise AssertionError  # rows are part of a view

    made = SparkEngine("spark", execute, many, TYPES, quote="`")
    try:
        yield made
    finally:
        for name in made.views:
            spark.catalog.dropTempView(made.quoted(name))
