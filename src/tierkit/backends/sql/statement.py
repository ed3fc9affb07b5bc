"""The whole statement: tables, customers, dimensions and ladders in order, rules, and the shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from tierkit.backends.sql import domains
from tierkit.backends.sql.decoded import decoded
from tierkit.backends.sql.dialects import Dialect
from tierkit.backends.sql.domains import Domain
from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    balanced,
    binary,
    both,
    call,
    case,
    cast,
    column,
    is_null,
    named,
)
from tierkit.backends.sql.packing import packed
from tierkit.backends.sql.reasons import collected, reasons
from tierkit.backends.sql.rows import FAULT, KEY, Joined, Moment, joined
from tierkit.backends.sql.scoring import score
from tierkit.backends.sql.shapes import ERROR, outcomes, tags
from tierkit.backends.sql.stages import (
    Piece,
    Query,
    Stages,
    printed,
    raw_name,
    reading,
    selecting,
    stage_name,
    together,
)
from tierkit.backends.sql.undetermined import undetermined, unsettled
from tierkit.errors import UnsupportedError
from tierkit.program.build.order import inputs
from tierkit.program.model import Dimension, Ladder, Program
from tierkit.program.providers import AS_OF
from tierkit.program.terms import Formula, references

ELIGIBLE = "row eligible"
End = Callable[[str], tuple[list[Query], Node]]
"""The last stages of a shape, from the name of the one before them."""
INPUT = "input "
"""What the columns of a provider's inputs begin with."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a statement is made for. `customers` and `tables` are names of the database, in parts."""

    program: Program
    dialect: Dialect
    customers: Sequence[str] | None
    tables: Mapping[str, Sequence[str]]
    moment: Moment
    carried: bool = False
    """True for outcomes with the values as they were found, in columns called `raw_0`, `raw_1`, …"""
    sound: bool = False
    """True where no record can be refused: nobody asks whether one is."""


def statement(request: Request, shape: str) -> str:
    """The text of the statement.

    Raises:
        UnsupportedError: the dialect cannot express something; names it and what it is in.
    """
    if request.program.tolerance:
        message = f"`numeric_tolerance` cannot be said in {request.dialect.name}"
        raise UnsupportedError(message)
    queries, last = _Build(request).made(shape)
    return printed(request.dialect, together(request.dialect, queries, last))


def read_inputs(request: Request, dimensions: Sequence[str]) -> str:
    """The text of a statement that hands out what dimensions read: those that plugins compute elsewhere.

    The columns are those of `customers` as they are, and for input x of the first dimension `input 0 x`.
    """
    build = _Build(request)
    queries, last = build.inputs([request.program.dimensions[text] for text in dimensions])
    return printed(request.dialect, together(request.dialect, queries, last))


def read_of(program: Program) -> list[Dimension]:
    """The dimensions that a statement reads: `raw_0` holds the first, and so on."""
    asked = needed(program)
    return [d for d in program.dimensions.values() if d.name in asked and not d.computed]


class _Build:
    """One statement in the making."""

    def __init__(self, request: Request) -> None:
        self.request, self.program, self.dialect = request, request.program, request.dialect
        self.needed = needed(self.program)
        self.joins = dict(self._joins())
        own = self.own = read_of(self.program)
        base = [KEY, *(raw_name(d.name) for d in own), *(_fault(text) for text in self._faulty())]
        self.stages = Stages(self.dialect, "customers", base)
        self.writer = Writer(self.dialect, self.stages, request.moment.instant.date())
        self.raw: dict[str, Piece] = {}
        """By dimension, the value before it was confined to its domain."""
        self.holds: dict[str, list[Piece]] = {}
        """By ladder, whether each tier would take the customer."""
        self._before: dict[str, Piece] = {}

    def made(self, shape: str) -> tuple[list[Query], Node]:
        """Every stage, and what is selected from the last."""
        faults = self._dimensions()
        bits, wanted, end = self._shaped(shape)
        self._error(faults)
        found = [query for join in self.joins.values() for query in join.queries]
        if self.request.customers is None:
            found.append(Query("keys", self._keys()))
        found += self.stages.queries(self._customers())
        found = packed(self.writer, found, self.stages, bits, wanted, unknown=shape in ("outcomes", "rows"))
        more, last = end(found[-1].name)
        return [*found, *more], last

    def _shaped(self, shape: str) -> tuple[list[Node], list[str], End]:
        """The conditions of the bits of a shape, the columns that it hands out, and its last stages."""
        if shape == "reasons":
            made = collected(self)
            return made.bits.nodes, list(made.columns), partial(reasons, made)
        if shape == "undetermined":
            gaps = unsettled(self)
            return gaps.bits.nodes, list(gaps.columns), partial(undetermined, gaps)
        nodes, bits = self._rules(shape)
        if shape == "tags":
            return nodes, [], partial(tags, self.program, self.writer, bits)
        scores = [d.name for d in self.program.dimensions.values() if d.type == "score"]
        if shape == "rows":
            as_of = self.request.moment.instant.isoformat()
            end: End = partial(decoded, self.program, self.writer, as_of, sound=self.request.sound)
        else:
            end = partial(outcomes, self.program, self.writer, len(bits), self.carried())
        return nodes, [*self.program.ladders, *scores, *self.carried()], end

    def inputs(self, dimensions: Sequence[Dimension]) -> tuple[list[Query], Node]:
        """Every stage up to what dimensions read, and what is handed out."""
        read = {
            f"{INPUT}{at} {text}": source
            for at, dimension in enumerate(dimensions)
            for text, source in (() if dimension.supply is None else dimension.supply.inputs)
            if source in self.program.dimensions
        }
        self._dimensions(reached(self.program, read.values()))
        found = [query for join in self.joins.values() for query in join.queries]
        found += self.stages.queries(self._customers())
        kept = [d for d in self.own if d.aggregate is None or d.aggregate.table not in self.joins]
        columns = [column(KEY), *(named(column(raw_name(d.name)), d.name) for d in kept)]
        columns += [named(column(source), text) for text, source in read.items()]
        return found, selecting(columns, found[-1].name)

    def carried(self) -> list[str]:
        """The columns of values as they were found, where they are asked for."""
        return [raw_name(d.name) for d in self.own] if self.request.carried else []

    # -- where values come from

    def _joins(self) -> Iterator[tuple[str, Joined]]:
        for text, table in self.program.tables.items():
            wanted = [
                d for d in self.program.dimensions.values()
                if d.aggregate is not None and d.aggregate.table == text and d.name in self.needed
            ]  # fmt: skip
            if text in self.request.tables and wanted:
                yield (
                    text,
                    joined(self.dialect, table, wanted, self.request.tables[text], self.request.moment),
                )

    def _faulty(self) -> Iterator[str]:
        """The tables whose rows can be of a wrong type."""
        for text, join in self.joins.items():
            select = next(query.select for query in join.queries if query.name == join.sources[0])
            if any(node.alias_or_name == FAULT for node in select.expressions):
                yield text

    def _keys(self) -> Node:
        """Everybody who has a row in some table."""
        found = []
        for text, source in self.request.tables.items():
            key = column(self.program.tables[text].key)
            names = [named(key, KEY)]
            if "key" in self.dialect.emit:  # `a` and `A` are two customers, whatever the column says
                names.append(named(self.dialect.emit["key"](key.copy()), "row bytes"))
            select = exp.Select(expressions=names, from_=exp.From(this=reading(source)))
            select.set("where", exp.Where(this=is_null(key.copy(), negated=True)))
            found.append(select)
        made: Node = found[0]
        for select in found[1:]:
            made = exp.Union(this=made, expression=select, distinct=True)
        if len(found) == 1:
            found[0].set("distinct", exp.Distinct())
        return made

    def _customers(self) -> Node:
        """The first stage: the values of each customer as they are found."""
        customers = self.request.customers
        key = column(KEY if customers is None else str(self.program.key))
        sources = {text: f"t{at}" for at, text in enumerate(self.joins)}
        found = [named(key, KEY)]
        found += [named(self._stored(d, sources), raw_name(d.name)) for d in self.own]
        found += [named(column(FAULT, f"{sources[text]} 0"), _fault(text)) for text in self._faulty()]
        source = reading("keys" if customers is None else customers)
        select = exp.Select(expressions=found, from_=exp.From(this=source))
        for text, join in self.joins.items():
            for at, query in enumerate(join.sources):
                alias = f"{sources[text]} {at}"
                mine = self.dialect.emit["key"](key.copy()) if "key" in self.dialect.emit else key.copy()
                on = binary("=", column(KEY, alias), mine)
                select.append("joins", exp.Join(this=reading(query, alias), side="LEFT", on=on))
        return select

    def _stored(self, dimension: Dimension, sources: Mapping[str, str]) -> Node:
        aggregate = dimension.aggregate
        if aggregate is not None and aggregate.table in self.joins:
            at, text = self.joins[aggregate.table].values[dimension.name]
            found = column(text, f"{sources[aggregate.table]} {at}")
            if aggregate.function in ("sum", "count"):
                return call("COALESCE", found, self.writer.number(0.0))
            return found
        if self.request.customers is None:
            return domains.nothing(self.writer, dimension.type)
        return domains.stored(self.writer, dimension.type, column(dimension.name))

    # -- dimensions and ladders

    def _dimensions(self, only: frozenset[str] | None = None) -> list[tuple[Piece, str]]:
        """Gives every dimension and ladder its column; what makes a record refused, by name.

        With `only`, what is computed and not among them gets none.
        """
        faults: list[tuple[Piece, str]] = []
        for dimension in self.own:
            self.writer.place = f"dimension `{dimension.name}`"
            if dimension.type == "set" and self.dialect.sets is None:
                self.writer.refuse("sets")
            raw, domain = self.stages.ref(raw_name(dimension.name)), Domain.of(dimension)
            aggregate = dimension.aggregate
            self.raw[dimension.name] = raw
            if aggregate is not None and aggregate.table in self.joins:
                self._settle(dimension, domains.allowed(self.writer, raw, domain), faults)
                continue
            wrong = domains.fault(self.writer, raw, domain)
            if wrong is not None:
                faults.append((wrong, dimension.name))
            default = self._not_given(dimension)
            self._settle(dimension, domains.within(self.writer, raw, domain), faults, default=not default)
        faults += [(self.stages.ref(_fault(text)), "") for text in self._faulty()]
        for text in self.program.order:
            if only is not None and text not in only:
                continue
            if text in self.program.ladders:
                self.writer.place = f"ladder `{text}`"
                self._ladder(self.program.ladders[text])
            elif text in self.needed:
                dimension = self.program.dimensions[text]
                self.writer.place = f"dimension `{text}`"
                made = self.raw[text] = self.stages.settled(self._computed(dimension))
                self._settle(dimension, domains.allowed(self.writer, made, Domain.of(dimension)), faults)
        return faults

    def _not_given(self, dimension: Dimension) -> bool:
        """True for an aggregate whose table nobody named and that no column can hold: no default applies."""
        return dimension.aggregate is not None and self.request.customers is None

    def _settle(
        self, dimension: Dimension, found: Piece, faults: list[tuple[Piece, str]], *, default: bool = True
    ) -> None:
        self._before[dimension.name] = found
        if default:
            found = domains.defaulted(self.writer, found, dimension)
        made = self.stages.add(dimension.name, found)
        if dimension.on_missing.policy == "error":
            faults.append((self.stages.piece(domains.missing(made), made), dimension.name))

    def cause(self, dimension: Dimension) -> str | None:
        """What NULL in the column of a dimension says; None where there is no column."""
        if dimension.aggregate is not None and dimension.aggregate.table in self.joins:
            return "no_rows"
        if self.request.customers is not None:
            return "null"
        return None if dimension.aggregate is not None else "absent"

    def before(self, text: str) -> Piece:
        """The value of a dimension before a default stood in for it, as a column."""
        dimension = self.program.dimensions[text]
        if dimension.on_missing.policy != "default":
            return self.stages.ref(text)
        found = self._before[text]
        found = Piece(found.node.copy(), found.depth, found.level)
        self._before[text] = self.stages.settled(found)
        return self._before[text]

    def _computed(self, dimension: Dimension) -> Piece:
        if dimension.condition is not None:
            return self.writer.formula(dimension.condition)
        if dimension.term is not None:
            return self.writer.term(dimension.term)
        if dimension.scorecard:
            return score(self.writer, dimension.scorecard)
        return self._provided(dimension)

    def _provided(self, dimension: Dimension) -> Piece:
        """What a plugin says in SQL, over columns called like its inputs."""
        supply = dimension.supply
        if supply is None or supply.call is None:
            return Piece(domains.nothing(self.writer, dimension.type))
        provider = supply.call.provider
        if provider.sql is None:
            self.writer.refuse(f"the provider `{provider.name}`, a plugin without `sql`")
        day = Piece(self.writer.date(self.writer.day))
        found = {text: day if text == AS_OF else self.stages.ref(source) for text, source in supply.inputs}
        made = provider.sql(supply.call.params).copy()

        def put(node: exp.Expression) -> exp.Expression:
            known = isinstance(node, exp.Column) and node.name in found
            return found[node.name].node.copy() if known else node

        piece = self.stages.piece(exp.Paren(this=made.transform(put)), *found.values())
        if provider.accepts_missing or not found:
            return piece
        present = [is_null(part.node.copy(), negated=True) for part in found.values()]
        return self.stages.piece(case([(balanced(both, present), piece.node)]), piece)

    def _ladder(self, ladder: Ladder) -> None:
        """A ladder as a category: the tier, `""` for a customer in none, NULL while it is undecided."""
        branches: list[tuple[Node, Node]] = []
        parts: list[Piece] = []
        for tier in ladder.tiers:
            conditions = [f for f in (ladder.eligible, tier.enter) if f is not None]
            found = self.gated([self.writer.formula(condition) for condition in conditions])
            holds = self.stages.simple(found)
            parts.append(holds)
            branches.append((holds.node, self.writer.text(tier.id)))
            if not ladder.skip_unknown and not isinstance(holds.node, exp.Boolean):
                branches.append((is_null(holds.node.copy()), exp.Null()))
        self.holds[ladder.name] = parts
        made = case(branches, exp.Literal.string(self.dialect.none))
        self.stages.add(ladder.name, self.stages.piece(made, *parts))

    def gated(self, found: list[Piece]) -> Piece:
        """Conditions together with the rule set's own gate."""
        if self.program.eligible is not None:
            if ELIGIBLE not in self.stages:
                place, self.writer.place = self.writer.place, "`eligible`"
                self.stages.add(ELIGIBLE, self.writer.formula(self.program.eligible))
                self.writer.place = place
            found = [self.stages.ref(ELIGIBLE), *found]
        return self.writer.joined(both, found) if found else Piece(exp.true())

    # -- rules

    def _rules(self, shape: str) -> tuple[list[Node], list[str]]:
        """The condition of every bit, and the tag (or the ladder) that it is about.

        After the rules come the ladders, or for `tags` the tiers that give one.
        """
        found: list[Node] = []
        for rule in self.program.rules:
            self.writer.place = f"rule `{rule.id}`"
            valid = rule.valid_on(self.writer.day)
            found.append(self.gated([self.writer.formula(rule.when)]).node if valid else exp.false())
        bits = [rule.tag for rule in self.program.rules]
        for text, ladder in self.program.ladders.items():
            self.writer.place = f"ladder `{text}`"
            side = self.writer.collated(column(text))
            if shape != "tags":
                found.append(binary("!=", side, exp.Literal.string(self.dialect.none)))
                bits.append(text)
                continue
            for tier in ladder.tiers:
                if tier.tag is not None:
                    found.append(binary("=", side.copy(), self.writer.text(tier.id)))
                    bits.append(tier.tag)
        return found, bits

    def _error(self, faults: list[tuple[Piece, str]]) -> None:
        """The name of the first value that makes a record refused, else NULL."""
        branches = []
        for piece, text in () if self.request.sound else faults:
            if text:
                branches.append((piece.node, self.writer.text(text)))
            else:
                branches.append((is_null(piece.node, negated=True), piece.node.copy()))
        made = Piece(cast(exp.Null(), self.dialect.words))
        if branches:
            made = self.stages.piece(case(branches), *(piece for piece, _ in faults))
        self.stages.add(ERROR, made)


def needed(program: Program) -> frozenset[str]:
    """What answers depend on: the dimensions of rules and ladders, scores, and what may not be missing."""
    found: set[str] = set()
    conditions: list[Formula | None] = [program.eligible, *(rule.when for rule in program.rules)]
    for ladder in program.ladders.values():
        conditions += [ladder.eligible, *(tier.enter for tier in ladder.tiers)]
    todo = [text for condition in conditions if condition is not None for text in references(condition)]
    todo += [
        d.name for d in program.dimensions.values() if d.type == "score" or d.on_missing.policy == "error"
    ]
    while todo:
        text = todo.pop()
        if text not in found and text in program.dimensions:
            found.add(text)
            todo += inputs(program.dimensions[text])
    return frozenset(found)


def reached(program: Program, names: Iterable[str]) -> frozenset[str]:
    """The dimensions and ladders that some dimensions are computed from, themselves included."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        text = todo.pop()
        if text in found:
            continue
        found.add(text)
        ladder = program.ladders.get(text)
        todo += inputs(program.dimensions[text]) if ladder is None else inputs(ladder, program.eligible)
    return frozenset(found)


def _fault(text: str) -> str:
    return stage_name(text, "fault")
