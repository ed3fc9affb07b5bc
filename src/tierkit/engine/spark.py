"""Frames of Spark decided where they lie: a statement over them, lazily, be they whole or a stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import time as now
from typing import TYPE_CHECKING, Any

from tierkit.engine.clock import Clock
from tierkit.errors import UsageError, did_you_mean
from tierkit.program.domain import NULL

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet


def is_spark(source: Any) -> bool:
    """True for a frame of Spark; nothing is imported to find out."""
    return any(
        kind.__module__.startswith("pyspark.sql.") and kind.__name__ == "DataFrame"
        for kind in type(source).__mro__
    )


def evaluate_spark(
    ruleset: RuleSet,
    frame: Any,
    *,
    tables: Mapping[str, Any] | None = None,
    as_of: Any = None,
    known_at: Any = None,
    columns: Mapping[str, str] | None = None,
    given: Iterable[str] = (),
) -> Any:
    """See `RuleSet.evaluate_table`: a frame of Spark with an outcome for every row, in no order.

    Raises:
        UsageError: a column is of a type that its dimension cannot have, or an argument makes no sense.
        UnsupportedError: Spark cannot express something of the rule set.
    """
    from tierkit.backends.sql.rows import Moment
    from tierkit.backends.sql.spark_session import held, outcomes

    clock = Clock(ruleset.program.timezone)
    instant = clock.instant(now()) if as_of is None else clock.instant(clock.moment(as_of))
    known = None if known_at is None else clock.moment(known_at)
    chosen = (given,) if isinstance(given, str) else tuple(given)
    ruleset._source(chosen)  # noqa: SLF001  refuses names that are none
    found = dict(tables or {})
    _known(ruleset, found, columns or {}, frame.columns)
    program = held(ruleset.program, [name for name in chosen if name in ruleset.program.dimensions])
    moment = Moment(instant, known, clock.zone)
    return outcomes(
        program, frame, found, moment, columns=columns or {}, compute=_Computing(ruleset, instant.date())
    )


class _Computing:
    """What the plugins of a rule set say; it travels to the cluster, where the plugins must be installed."""

    def __init__(self, ruleset: RuleSet, day: Any) -> None:
        self.ruleset, self.day = ruleset, day

    def __call__(self, name: str, records: list[dict[str, Any]]) -> list[Any]:
        """A value for each record of inputs, in order; missing where an input is that must not be."""
        supply = self.ruleset.program.dimensions[name].supply
        assert supply is not None  # noqa: S101  asked for by who looked
        call = supply.call
        assert call is not None  # noqa: S101  the same
        sources = dict(supply.inputs)
        ready = [
            call.record({sources[text]: value for text, value in record.items()}, self.day)
            for record in records
        ]
        answers = iter(call.many([record for record in ready if record is not None]))
        return [NULL if record is None else next(answers) for record in ready]


def _known(
    ruleset: RuleSet, tables: Mapping[str, Any], columns: Mapping[str, str], held: Iterable[str]
) -> None:
    """Refuses names that mean nothing."""
    program, there = ruleset.program, frozenset(held)
    for name, frame in tables.items():
        if name not in program.tables:
            hint = "".join(
                f"; did you mean `{slots['word']}`?" for _, slots in did_you_mean(name, program.tables)
            )
            message = f"`tables` names `{name}`, which is no table of the rule set{hint}"
            raise UsageError(message)
        if not is_spark(frame):
            message = (
                f"`tables` has a {type(frame).__name__} for `{name}`: with a frame of Spark, pass another"
            )
            raise UsageError(message)
    for name, column in columns.items():
        if name not in program.dimensions and name != program.key:
            message = f"`columns` names `{name}`, which is no dimension of the rule set"
            raise UsageError(message)
        if column not in there:
            message = f"`columns` names the column `{column}`, which the table does not have"
            raise UsageError(message)
