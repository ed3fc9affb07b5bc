"""Two versions of a rule set on the same customers: who changes, and why.

There are two ways, and they agree: whole tables are decided by `evaluate_table` and only who is shown is
decided again, with reasons; records are decided one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from time import time as now
from typing import TYPE_CHECKING, Any

from tierkit.analysis.impact import counting
from tierkit.analysis.impact.counting import ASKED, Tally
from tierkit.analysis.impact.figures import FailedRecord, Failures, Impact, Version
from tierkit.analysis.impact.movers import Answer, Mover, Refused
from tierkit.analysis.impact.places import Scheme, scheme
from tierkit.engine.clock import Clock
from tierkit.errors import RecordError, UsageError, did_you_mean

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet

MOVERS = 100
"""So many movers are shown where nobody says how many."""

FAILED = 20
"""So many records that could not be decided are listed."""

Each = Callable[[Mover], None]
"""Told of every mover, in the order of the records."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, at which moment, and how much of it is told.

    `given`, `columns` and the moment are put before each version as far as it knows them.
    """

    before: RuleSet
    after: RuleSet
    as_of: Any = None
    given: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    movers: int = MOVERS
    quotas: Mapping[str, float] = field(default_factory=dict)
    each: Each | None = None
    reasons: bool = False
    """True to hand `each` the decisions too."""
    moments: tuple[Any, Any] = field(init=False)
    givens: tuple[tuple[str, ...], tuple[str, ...]] = field(init=False)
    """The names of `given` that each side knows."""
    scheme: Scheme = field(init=False)

    def __post_init__(self) -> None:
        sides = (self.before, self.after)
        started = now()
        clocks = [Clock(side.program.timezone) for side in sides]
        moments = [
            clock.instant(started) if self.as_of is None else clock.moment(self.as_of) for clock in clocks
        ]
        object.__setattr__(self, "moments", tuple(moments))
        known = [[name for name in self.given if name in side.program.dimensions] for side in sides]
        object.__setattr__(self, "givens", tuple(map(tuple, known)))
        object.__setattr__(self, "scheme", scheme(self.before.program, self.after.program))
        _known(self.given, "given", [set(side.dimensions) for side in sides])
        names = [{*side.dimensions, *([side.program.key] if side.program.key else [])} for side in sides]
        _known(self.columns, "columns", names)
        if self.movers < 0:
            message = f"`movers` is {self.movers}: it must be 0 or more"
            raise UsageError(message)
        _targets(self.quotas, self.scheme)

    @property
    def sides(self) -> tuple[RuleSet, RuleSet]:
        """The two rule sets."""
        return self.before, self.after

    def columns_of(self, at: int) -> dict[str, str]:
        """The columns of a side."""
        program = self.sides[at].program
        return {
            name: column
            for name, column in self.columns.items()
            if name in program.dimensions or name == program.key
        }

    def answer(self, at: int, record: Any, tables: Mapping[str, Any] | None = None) -> Answer:
        """What a side makes of a record."""
        if isinstance(record, Refused):
            return record
        try:
            return self.sides[at].evaluate(
                record, tables=tables, as_of=self.moments[at], given=self.givens[at]
            )
        except RecordError as error:
            return Refused(error.key, tuple(error.errors))

    def version(self, at: int) -> Version:
        """A side, as it is named in the answer."""
        side = self.sides[at]
        moment = Clock(side.program.timezone).instant(self.moments[at])
        return Version(side.name, side.version, side.digest, moment.isoformat())


def _known(names: Iterable[str], argument: str, sides: list[set[str]]) -> None:
    for name in names:
        if not any(name in side for side in sides):
            every = sorted(set().union(*sides))
            hint = "".join(f"; did you mean `{a['word']}`?" for _, a in did_you_mean(name, every))
            message = f"`{argument}` names `{name}`, which is no dimension of either version{hint}"
            raise UsageError(message)


def _targets(quotas: Mapping[str, float], found: Scheme) -> None:
    tiers = [f"{rungs.ladder}.{tier}" for rungs in found.ladders for tier in rungs.tiers]
    known = [*found.tags, *tiers]
    for target, share in quotas.items():
        if target not in known:
            hint = "".join(f"; did you mean `{a['word']}`?" for _, a in did_you_mean(target, known))
            message = f"there is no tag or tier `{target}` in either version{hint}"
            raise UsageError(message)
        if not 0 <= share <= 1:
            message = f"the quota of `{target}` is {share}: it must be a share from 0 to 1"
            raise UsageError(message)


def impact(
    before: RuleSet,
    after: RuleSet,
    records: Any,
    *,
    tables: Mapping[str, Any] | None = None,
    as_of: Any = None,
    given: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    movers: int = MOVERS,
    quotas: Mapping[str, float] | None = None,
    each: Each | None = None,
    reasons: bool = False,
    engine: str = "auto",
) -> Impact:
    r"""What changes for customers when one version takes the place of another.

    Args:
        before: the version that decides now.
        after: the one that may.
        records: records, as `evaluate_many` takes them, or a table, as `evaluate_table` takes it.
        tables: the rows of all customers by table name, for records.
        as_of: the instant (aware) or day of evaluation; now when left out.
        given: computed dimensions that the records hold.
        columns: for a table, the column of a dimension (or the key) where it is called otherwise.
        movers: how many of those who move come with their decisions.
        quotas: the share that a tag or a tier (`value.diamond`) should have.
        each: called with every mover, in the order of the records.
        reasons: True to hand the decisions to `each` too; for a table, they are made for that.
        engine: for a table: `polars`; `python`, record by record; or `auto`, the first that can.

    Raises:
        UsageError: an argument makes no sense, or names what neither version has.

    >>> import tierkit
    >>> text = "{{ruleset: a, version: {0}, key: id, dimensions: {{x: {{type: number}}}}, " \
    ...     "ladders: {{size: {{tiers: [{{id: large, enter: x >= {1}}}, {{id: small}}]}}}}}}"
    >>> old, new = tierkit.loads(text.format(1, 10)), tierkit.loads(text.format(2, 20))
    >>> found = impact(old, new, [{"id": "a", "x": 15}, {"id": "b", "x": 5}, {"id": "c", "x": 25}])
    >>> found.customers, found.ladders[0].before[:2], found.ladders[0].after[:2]
    (3, (2, 1), (1, 2))
    >>> [(mover.key, mover.move.steps) for mover in found.movers]
    [('a', 1)]
    """
    names = (given,) if isinstance(given, str) else tuple(given)
    about = Comparison(
        before, after, as_of, names, dict(columns or {}), movers, dict(quotas or {}), each, reasons
    )
    if _is_table(records):
        if tables is not None:
            message = "`tables` are for records: aggregate a table first, or pass records"
            raise UsageError(message)
        from tierkit.engine.impact_tables import impact_of_table  # Polars is loaded when it is needed

        return impact_of_table(about, records, engine)
    if columns:
        message = "`columns` are for a table: records have the names of dimensions"
        raise UsageError(message)
    return impact_of_answers(about, _answers(about, records, tables))


def _is_table(records: Any) -> bool:
    family = type(records).__module__.partition(".")[0]
    return isinstance(records, str | PathLike) or family in ("polars", "pandas", "pyarrow")


def _answers(
    about: Comparison, records: Iterable[Any], tables: Mapping[str, Any] | None
) -> Iterator[tuple[Answer, Answer]]:
    """Both answers to every record."""
    if tables is None:
        for record in records:
            yield about.answer(0, record), about.answer(1, record)
        return
    from tierkit.engine.records import as_mapping
    from tierkit.engine.tables import Groups

    keys = [side.program.key for side in about.sides]
    if None in keys:
        message = "rows find their record by its key: the rule set needs `key:`"
        raise UsageError(message)
    for name in tables:
        if not any(name in side.program.tables for side in about.sides):
            message = f"`tables` names `{name}`, which is no table of either version"
            raise UsageError(message)
    own = [
        Groups(side.program, {name: rows for name, rows in tables.items() if name in side.program.tables})
        for side in about.sides
    ]
    for record in records:
        try:
            held = as_mapping(record)
        except RecordError as error:
            refused = Refused(None, tuple(error.errors))
            yield refused, refused
            continue
        first, second = (about.answer(at, record, own[at].of(held.get(keys[at] or ""))) for at in (0, 1))
        yield first, second


def impact_of_answers(about: Comparison, answers: Iterable[tuple[Answer, Answer]]) -> Impact:
    """The impact, of what both versions made of every record; what cannot be decided is a `Refused`."""
    from tierkit.engine.impact_records import Counted  # the way of records

    counted = Counted(about)
    for first, second in answers:
        counted.add(first, second)
    return counted.impact()


def composed(
    about: Comparison,
    pairs: counting.Pairs,
    tallies: tuple[Tally, Tally],
    movers: tuple[Mover, ...],
    failed: tuple[FailedRecord, ...],
) -> Impact:
    """The impact, of everything that was counted."""
    before, after = about.before.program, about.after.program
    plan = about.scheme
    moves = counting.moves_of(plan, pairs)
    heads = [sum(count for pair, count in pairs.items() if pair[at].failed) for at in (0, 1)]
    either = sum(count for (old, new), count in pairs.items() if old.failed or new.failed)
    return Impact(
        before=about.version(0),
        after=about.version(1),
        customers=sum(pairs.values()),
        scheme=plan,
        moves=counting.directions(pairs, moves),
        ladders=counting.migrations(plan, pairs),
        tags=counting.tag_counts(plan, pairs),
        scores=counting.score_shifts(plan, tallies, (before, after)),
        undetermined=counting.undecided(pairs, tallies),
        failed=Failures(heads[0], heads[1], either, failed),
        costs=counting.costs_of(tallies, (before, after)),
        quotas=counting.quotas_of(about.quotas, plan, pairs),
        movers=movers,
    )


__all__ = ["ASKED", "FAILED", "MOVERS", "Comparison", "composed", "impact", "impact_of_answers"]
