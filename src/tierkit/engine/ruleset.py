"""A rule set ready to use: the one object that developers meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from time import time as now
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from tierkit.backends.python import Refused
from tierkit.decisions import Decision, Grant
from tierkit.decisions.decision import restore, set_state
from tierkit.engine.calls import Calls
from tierkit.engine.clock import Clock
from tierkit.engine.many import in_batches, one_by_one
from tierkit.engine.records import as_mapping
from tierkit.engine.source import NoFast, Source
from tierkit.engine.tables import Aggregator, Groups, Needs
from tierkit.errors import Problem, RecordError, UsageError, suggestion
from tierkit.plugins.manager import Plugins
from tierkit.plugins.manager import plugins as together
from tierkit.program.model import Dimension, Example, Ladder, Parameter, Program, Tag

if TYPE_CHECKING:
    from tierkit.analysis.examples.coverage import Coverage
    from tierkit.analysis.examples.proposals import Proposals
    from tierkit.engine.fitting import Fitted

new = object.__new__


class RuleSet:
    """A loaded rule set: evaluates records and describes itself. Immutable, safe to share between threads.

    >>> import tierkit
    >>> rules = tierkit.loads('''
    ... ruleset: demo
    ... version: 1
    ... dimensions:
    ...   amount: {type: money}
    ... rules:
    ...   - {id: vip, tag: VIP, when: amount >= 10k}
    ... ''')
    >>> rules.evaluate({"amount": 12_500}).tags
    ('VIP',)
    """

    def __init__(
        self,
        program: Program,
        text: str,
        path: str,
        problems: Iterable[Problem] = (),
        plugins: Plugins | None = None,
    ) -> None:
        self.program = program
        self.plugins = together() if plugins is None else plugins
        self.text, self.path = text, path
        self.problems = tuple(problems)
        """Warnings found at load; a rule set with errors is never made."""
        self._clock = Clock(program.timezone)
        self._sources: dict[frozenset[str], Source] = {}
        self._default = self._source(())
        # who listens takes the slow way, so that nobody else pays for it
        self._fasts = NoFast() if self.plugins.listeners else self._default.compiled.fasts
        self._pivot = self._default.compiled.pivot
        self._key = program.key
        self._aggregator = Aggregator(program, self._clock)

    # -- deciding

    def evaluate(
        self,
        record: Any,
        *,
        tables: Mapping[str, Any] | None = None,
        as_of: Any = None,
        known_at: Any = None,
        given: Iterable[str] = (),
    ) -> Decision:
        """The decision for one record: a mapping, a dataclass or a pydantic model.

        Args:
            record: the customer's values by dimension name; other names are ignored.
            tables: the customer's rows by table name, or functions `loader(key, need)` that return them; the
                dimensions aggregated from them are computed.
            as_of: the instant (aware) or day of evaluation; now when left out.
            known_at: the instant up to which facts count as known: rows recorded later do not count.
            given: computed dimensions whose value the record holds and that are not computed.

        Raises:
            RecordError: a value has a wrong type, or is missing where `on_missing: error`; holds every fault.
            UsageError: `as_of` has no time zone, or `given` names no dimension.
        """
        if as_of is None and known_at is None and not given and tables is None and type(record) is dict:
            moment = now()
            try:
                answer = self._fasts[record.get(self._pivot)](record, moment)
            except TypeError:  # a value that cannot be a key
                answer = None
            if answer is not None:
                key = self._key
                decision = new(Decision)
                set_state(
                    decision, (self._default, key if key is None else record.get(key), answer, moment, None)
                )
                return decision
        return self._evaluate(record, as_of, known_at, given, tables=tables)

    def _evaluate(
        self,
        record: Any,
        as_of: Any,
        known_at: Any,
        given: Iterable[str],
        *,
        supplied: Mapping[str, Any] | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> Decision:
        """The decision for any record, at any moment; `supplied` is what providers have given already."""
        source = self._default if not given else self._source(given)
        moment = now() if as_of is None else self._clock.moment(as_of)
        record = as_mapping(record)
        key = record.get(self._key) if self._key is not None else None
        if tables is not None:
            record = {**record, **self._aggregator.values(key, tables, moment, known_at)}
        if supplied is None:
            answer = source.compiled.answer(record, moment)
        else:
            answer = source.compiled.careful(record, moment, supplied)
        if type(answer) is Refused:
            raise RecordError(answer.faults, key)
        known = None if known_at is None else self._clock.moment(known_at)
        decision = restore(source, key, answer, moment, known)
        if self.plugins.listeners:
            self.plugins.tell(decision, record)
        return decision

    def evaluate_many(
        self,
        records: Iterable[Any],
        *,
        on_error: str = "report",
        tables: Mapping[str, Any] | None = None,
        as_of: Any = None,
        known_at: Any = None,
        given: Iterable[str] = (),
    ) -> Iterator[Decision | RecordError]:
        """A decision per record, in order; one instant for all of them.

        `tables` are the rows of all customers, which find their record by its key, or loaders as in
        `evaluate`.

        With `on_error="report"` a record that cannot be decided yields its `RecordError` in place of a
        decision and the rest goes on; with `"raise"` the first one is raised.
        """
        if on_error not in ("report", "raise"):
            message = f"`on_error` is `{on_error}`: it must be `report` or `raise`"
            raise UsageError(message)
        moment = self._clock.instant(now()) if as_of is None else self._clock.moment(as_of)
        chosen = (given,) if isinstance(given, str) else tuple(given)
        source = self._source(chosen)
        stop = on_error == "raise"
        if tables is not None:
            name = self._key
            if name is None:
                message = "rows find their record by its key: the rule set needs `key:`"
                raise UsageError(message)
            records = self._with_rows(records, name, Groups(self.program, tables), moment, known_at)
        if source.compiled.asks_many:

            def decide_supplied(record: Any, supplied: Mapping[str, Any]) -> Decision:
                return self._evaluate(record, moment, known_at, chosen, supplied=supplied)

            ask = partial(source.compiled.ask_many, moment=moment)
            return in_batches(records, ask, decide_supplied, stop=stop)
        decide = partial(self.evaluate, as_of=moment, known_at=known_at, given=chosen)
        return one_by_one(records, decide, stop=stop)

    def _with_rows(
        self, records: Iterable[Any], name: str, groups: Groups, moment: Any, known_at: Any
    ) -> Iterator[Mapping[str, Any] | RecordError]:
        """Every record with what its rows come to, or the error that it will raise in its turn."""
        for record in records:
            try:
                own = as_mapping(record)
                key = own.get(name)
                yield {**own, **self._aggregator.values(key, groups.of(key), moment, known_at)}
            except RecordError as error:
                yield error

    def evaluate_table(
        self,
        source: Any = None,
        *,
        tables: Mapping[str, Any] | None = None,
        as_of: Any = None,
        known_at: Any = None,
        columns: Mapping[str, str] | None = None,
        given: Iterable[str] = (),
        engine: str = "auto",
        values: bool = False,
        memory_limit: str | None = None,
        encoding: str = "utf-8",
        into: Any = None,
    ) -> Any:
        """An outcome row for every row of a table, in order; needs the extra `tierkit[polars]`.

        Args:
            source: a frame of Polars (lazy or not) or pandas, a table, dataset or reader of Arrow, a relation
                of DuckDB, the path of a file, a connection (or an engine) of SQLAlchemy, or a frame of Spark,
                which may be a stream. With `tables` it may be left out: then everybody is decided who has
                a row.
            tables: the rows of the rule set's tables by their names, each as `source` may be; needs the extra
                `tierkit[duckdb]`. What is aggregated from them is computed. With a connection the names of
                tables in the database, that of the records as `customers`.
            as_of: the instant (aware) or day of evaluation; now when left out.
            known_at: the instant up to which rows count as known.
            columns: the column of a dimension (or the key) where the table calls it otherwise.
            given: computed dimensions that the table holds.
            engine: `polars`; `duckdb`; `python`, record by record; or `auto`, the first that can.
            values: True to add what conditions saw (`values`), and why what was read is missing (`missing`).
            memory_limit: how much memory DuckDB may use, such as `4GB`; the rest goes to a directory.
            encoding: of text files.
            into: the path of a Parquet file that outcomes are written to: all of them or nothing. With a
                connection, the table for them; `outcomes` comes with `outcome_tags` and
                `outcome_undetermined`. What they held is replaced, in one transaction.

        Returns:
            A table of the source's family; of a lazy frame or a path a lazy frame, read piece by piece; of a
            connection a frame of Polars. With `into` how many customers were written.

        Raises:
            UsageError: a column is of a type that its dimension cannot have, or an argument makes no sense.
            ReadError: a file cannot be read, or an engine could not go on.
        """
        from tierkit.engine.frames import Asked, evaluate_table

        chosen = (given,) if isinstance(given, str) else tuple(given)
        return evaluate_table(
            self,
            source,
            Asked(
                as_of, known_at, tables, columns or {}, chosen, engine, values, memory_limit, encoding, into
            ),
        )

    def fit(
        self,
        records: Iterable[Any],
        *,
        tables: Mapping[str, Any] | None = None,
        as_of: Any = None,
        given: Iterable[str] = (),
    ) -> list[Fitted]:
        """What every parameter with a `fit` would be on a population; changes nothing.

        `tierkit.engine.fitting.written` puts the values into the text of a rule file.

        Raises:
            RecordError: a record cannot be decided.
            RefusedError: a population gives no cut-off; `reasons` names every such parameter.
        """
        from tierkit.engine.fitting import Population  # few rule sets are fitted

        moment = self._clock.instant(now()) if as_of is None else self._clock.moment(as_of)
        population = Population(self, moment)
        decisions: Iterable[Any] = self.evaluate_many(
            records, on_error="raise", tables=tables, as_of=moment, given=given
        )
        for decision in decisions:
            population.add(decision)
        return population.fitted()

    def coverage(self) -> Coverage:
        """Which outcomes of rules, tiers and leaves the examples of the file show.

        >>> import tierkit
        >>> rules = tierkit.loads('''
        ... {ruleset: a, version: 1, dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}],
        ...  examples: [{name: two is enough, given: {x: 2}, expect: {tags: [T]}}]}
        ... ''')
        >>> found = rules.coverage()
        >>> found.percent(), [item.missed() for item in found.items]
        (50.0, [('false',), ('false',)])
        """
        from tierkit.engine.examples import coverage  # only authors ask for it

        return coverage(self)

    def propose_examples(self, *, as_of: Any = None, limit: int | None = None) -> Proposals:
        """Boundary cases that the examples of the file do not show yet, with the answers of today.

        >>> import tierkit
        >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: integer}}, "
        ...     "rules: [{id: r, tag: T, when: x > 1}]}")
        >>> found = rules.propose_examples(limit=2).found
        >>> [(item.spot.where, dict(item.given), item.expect) for item in found]
        [('at', {'x': 1}, {'tags': []}), ('below', {'x': 0}, {'tags': []})]

        Args:
            as_of: the instant (aware) or day of evaluation; now when left out.
            limit: how many at most; `more` of the answer counts the rest.

        Raises:
            UsageError: `as_of` is no moment.
        """
        from tierkit.engine.examples import propose  # only authors ask for it

        moment = now() if as_of is None else self._clock.moment(as_of)
        return propose(self, self._clock.day(moment), limit)

    def _source(self, given: Iterable[str]) -> Source:
        names = frozenset([given] if isinstance(given, str) else given)
        found = self._sources.get(names)
        if found is None:
            for name in names:
                if name not in self.program.dimensions:
                    message = (
                        f"`given` names `{name}`, which is no dimension{suggestion(name, self.dimensions)}"
                    )
                    raise UsageError(message)
            found = self._sources[names] = Source(self, names)
        return found

    # -- what it is made of

    @property
    def name(self) -> str:
        """The rule set's name."""
        return self.program.name

    @property
    def version(self) -> str:
        """The rule set's version."""
        return self.program.version

    @property
    def digest(self) -> str:
        """The digest of its meaning: equal digests decide alike."""
        return self.program.digest

    @property
    def tags(self) -> Mapping[str, Tag]:
        """Every tag it can give, by name."""
        return MappingProxyType(dict(self.program.tags))

    @property
    def ladders(self) -> Mapping[str, Ladder]:
        """The ladders, by name."""
        return MappingProxyType(dict(self.program.ladders))

    @property
    def dimensions(self) -> Mapping[str, Dimension]:
        """The dimensions, by name, in file order."""
        return MappingProxyType(dict(self.program.dimensions))

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters, by name."""
        return MappingProxyType(dict(self.program.parameters))

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of the file."""
        return self.program.examples

    def benefits_for(self, target: str) -> tuple[Grant, ...]:
        """What a tag or a tier earns, whatever the conditions on it."""
        return tuple(
            Grant(target, award.provider, award.params, award.params)
            for benefit in self.program.benefits
            if target in benefit.targets
            for award in benefit.awards
        )

    def calls(self) -> Mapping[str, Calls]:
        """What the providers have cost so far, by dimension: slow and failing ones are found here."""
        return MappingProxyType(
            {
                name: Calls.of(dimension.supply.call)
                for name, dimension in self.program.dimensions.items()
                if dimension.supply is not None and dimension.supply.call is not None
            }
        )

    def day_of(self, moment: Any) -> dt.date:
        """The day of an instant in the rule set's time zone."""
        return self._clock.day(moment)

    def needs(self, *, as_of: Any = None) -> Needs:
        """What must be read to decide: the record's own dimensions, and of each table columns and days.

        Raises `UsageError` for an `as_of` that is no moment.
        """
        moment = now() if as_of is None else self._clock.moment(as_of)
        own = (d.name for d in self.program.dimensions.values() if not d.computed and d.aggregate is None)
        return Needs(tuple(own), {need.table: need for need in self._aggregator.needs(moment)})

    def to_sql(
        self,
        dialect: str,
        *,
        tables: Mapping[str, str | Sequence[str]],
        as_of: Any = None,
        known_at: Any = None,
        shape: str = "outcomes",
    ) -> str:
        """One SQL statement that decides every customer of a database.

        >>> import tierkit
        >>> rules = "dimensions: {x: {type: number}}, rules: [{id: r, tag: T, when: x > 1}]"
        >>> ruleset = tierkit.loads("{ruleset: a, version: 1, key: id, " + rules + "}")
        >>> text = ruleset.to_sql("duckdb", tables={"customers": "dw.customer"}, shape="tags")
        >>> [line.strip() for line in text.splitlines() if "dw" in line]
        ['FROM "dw"."customer" AS "s"']

        Args:
            dialect: `duckdb`, `sqlite`, `postgres`, `mariadb`, `spark`, or one of those that are written but
                that no test runs: `bigquery`, `snowflake`, `clickhouse`, `trino`, `tsql`, `oracle`.
            tables: the database's names: of the records as `customers`, of the rule set's tables by theirs.
            as_of: the instant (aware) or day of evaluation; now when left out. It becomes part of the text.
            known_at: the instant up to which rows count as known.
            shape: `outcomes`, a row for each customer; `tags`, for each tag of each customer; `reasons`, for
                each finding; `undetermined`, for each dimension that is missing.

        Raises:
            UnsupportedError: the dialect cannot express something; the text names the rule or the dimension.
            UsageError: an unknown dialect, table or shape, or a rule set without `key:`.
        """
        from tierkit.engine.statements import to_sql  # few callers need it

        moment = now() if as_of is None else self._clock.moment(as_of)
        return to_sql(
            self.program,
            self._clock,
            dialect=dialect,
            tables=tables,
            moment=moment,
            known_at=known_at,
            shape=shape,
        )

    def record_model(self) -> Any:
        """A pydantic model of the record, for the caller's own code."""
        from tierkit.engine.record_model import record_model  # pydantic is loaded when it is needed

        return record_model(self.program)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RuleSet)
            and (self.name, self.version, self.digest) == (other.name, other.version, other.digest)
            and self.examples == other.examples
        )

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.digest))

    def __repr__(self) -> str:
        return f"<RuleSet {self.name}@{self.version}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (self.text, self.path, self.plugins)


_REVIVED: WeakValueDictionary[tuple[str, str, Plugins], RuleSet] = WeakValueDictionary()


def _revive(text: str, path: str, plugins: Plugins) -> RuleSet:
    """The rule set of a pickle; rule sets in use are found again, so a thousand decisions load it once."""
    from tierkit.documents.reader import decode
    from tierkit.engine.load import finish  # load imports this module

    found = _REVIVED.get((text, path, plugins))
    if found is None:
        found = _REVIVED[text, path, plugins] = finish(*decode(text, path), plugins)
    return found
