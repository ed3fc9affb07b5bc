"""Tables decided as a whole: raw rows by DuckDB, outcomes by Polars, else record by record."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time as now
from typing import TYPE_CHECKING, Any

from tierkit.engine.clock import Clock
from tierkit.engine.parquet_file import beside, target_of
from tierkit.engine.spark import evaluate_spark, is_spark
from tierkit.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet

_log = logging.getLogger("tierkit.tables")

ENGINES = ("auto", "polars", "duckdb", "python")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller of `evaluate_table` asks for, besides the source."""

    as_of: Any
    known_at: Any = None
    tables: Mapping[str, Any] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    engine: str = "auto"
    values: bool = False
    memory_limit: str | None = None
    encoding: str = "utf-8"
    into: Any = None


def evaluate_table(ruleset: RuleSet, source: Any, asked: Asked) -> Any:
    """See `RuleSet.evaluate_table`."""
    if is_spark(source):
        return _on_spark(ruleset, source, asked)
    if asked.engine not in ENGINES:
        message = f"`engine` is `{asked.engine}`: it must be `auto`, `polars`, `duckdb` or `python`"
        raise UsageError(message)
    try:
        from tierkit.backends.frame import FAILED, Compiled, Head, NotInFramesError, record_by_record
    except ImportError as error:
        message = "deciding tables needs Polars: pip install 'tierkit[polars]'"
        raise MissingExtraError(message) from error
    clock = Clock(ruleset.program.timezone)
    moment = clock.instant(now()) if asked.as_of is None else clock.moment(asked.as_of)
    instant = clock.instant(moment)
    ruleset._source(asked.given)  # noqa: SLF001  refuses names that are none
    if _is_connection(source):
        from tierkit.engine.databases import in_database

        return in_database(ruleset, source, asked, instant)
    target = None if asked.into is None else target_of(asked.into, source)
    from tierkit.engine.raw import opened_with

    opened, columns, aggregated = opened_with(ruleset, source, asked, instant)
    schema = opened.frame.collect_schema()
    if asked.engine == "duckdb":
        from tierkit.engine.by_duckdb import in_duckdb

        _log.info("decided by DuckDB")
        return in_duckdb(ruleset, source, replace(asked, into=target), instant, (opened, columns))
    program, head = ruleset.program, Head(instant.isoformat(), instant.date())
    failed = FAILED if FAILED in schema else None
    options: dict[str, Any] = {
        "columns": columns, "given": asked.given, "values": asked.values, "aggregated": aggregated,
        "failed": failed,
    }  # fmt: skip
    if asked.engine != "python":
        try:
            compiled = Compiled(program, schema, head, **options)
        except NotInFramesError as refused:
            if asked.engine != "auto":
                raise
            _log.info("decided record by record: %s", refused)
        else:
            if compiled.absent:
                names = ", ".join(f"`{name}`" for name in compiled.absent)
                _log.info("no column holds %s: missing in every row", names)
            _log.info("decided by Polars")
            return handed_over(opened, compiled.run(opened.frame), target)

    def decide(records: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
        return ruleset.evaluate_many(records, as_of=moment, given=asked.given)

    return handed_over(opened, record_by_record(program, opened.frame, head, decide, **options), target)


def handed_over(opened: Any, outcomes: Any, target: Path | None) -> Any:
    """Outcomes as the caller holds tables, or written to a file: then how many there are."""
    if target is None:
        return opened.hand_back(outcomes)
    from tierkit.backends.frame import written

    with beside(target) as path:
        return written(outcomes, path)


def _on_spark(ruleset: RuleSet, source: Any, asked: Asked) -> Any:
    """Spark decides its own frames, or says what is not for it."""
    if asked.values or asked.engine != "auto" or asked.memory_limit is not None or asked.into is not None:
        message = (
            "`values`, `engine`, `memory_limit` and `into` are for other tables: leave them out for a frame "
            "of Spark"
        )
        raise UsageError(message)
    return evaluate_spark(
        ruleset, source, tables=asked.tables, as_of=asked.as_of, known_at=asked.known_at,
        columns=asked.columns, given=asked.given,
    )  # fmt: skip


def _is_connection(source: Any) -> bool:
    """True for what is SQLAlchemy's; nothing is imported to find out."""
    return any(kind.__module__.partition(".")[0] == "sqlalchemy" for kind in type(source).__mro__)
