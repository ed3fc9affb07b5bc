"""Tables decided as a whole: by Polars where the rule set allows it, else record by record."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from time import time as now
from typing import TYPE_CHECKING, Any

from tierkit.engine.clock import Clock
from tierkit.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet

_log = logging.getLogger("tierkit.tables")

ENGINES = ("auto", "polars", "python")


def evaluate_table(
    ruleset: RuleSet,
    source: Any,
    *,
    as_of: Any,
    columns: Mapping[str, str] | None,
    given: Iterable[str],
    engine: str,
    values: bool,
) -> Any:
    """See `RuleSet.evaluate_table`."""
    if engine not in ENGINES:
        message = f"`engine` is `{engine}`: it must be `auto`, `polars` or `python`"
        raise UsageError(message)
    try:
        from tierkit.backends.frame import Compiled, Head, NotInFramesError, open_source, record_by_record
    except ImportError as error:
        message = "deciding tables needs Polars: pip install 'tierkit[polars]'"
        raise MissingExtraError(message) from error
    clock = Clock(ruleset.program.timezone)
    moment = clock.instant(now()) if as_of is None else clock.moment(as_of)
    instant = clock.instant(moment)
    chosen = (given,) if isinstance(given, str) else tuple(given)
    ruleset._source(chosen)  # noqa: SLF001  refuses names that are none
    opened = open_source(source)
    schema = opened.frame.collect_schema()
    program, head = ruleset.program, Head(instant.isoformat(), instant.date())
    _known(ruleset, columns or {}, schema)
    if engine != "python":
        try:
            compiled = Compiled(program, schema, head, columns=columns, given=chosen, values=values)
        except NotInFramesError:
            if engine == "polars":
                raise
        else:
            if compiled.absent:
                names = ", ".join(f"`{name}`" for name in compiled.absent)
                _log.info("no column holds %s: missing in every row", names)
            return opened.hand_back(compiled.run(opened.frame))

    def decide(records: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
        return ruleset.evaluate_many(records, as_of=moment, given=chosen)

    return opened.hand_back(
        record_by_record(program, opened.frame, head, decide, columns=columns, given=chosen, values=values)
    )


def _known(ruleset: RuleSet, columns: Mapping[str, str], schema: Mapping[str, Any]) -> None:
    """Refuses names that mean nothing."""
    for name, column in columns.items():
        if name not in ruleset.program.dimensions and name != ruleset.program.key:
            message = f"`columns` names `{name}`, which is no dimension of the rule set"
            raise UsageError(message)
        if column not in schema:
            message = f"`columns` names the column `{column}`, which the table does not have"
            raise UsageError(message)
