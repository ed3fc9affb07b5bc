"""The shape `undetermined`: a row for each dimension at the root of what could not be decided, and its cause.

The walk is that of `decisions.facts`, made once for all customers: where that asks whether something is
missing, a condition is written down here. What is at the root of a dimension is found once, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from sqlglot import exp

from tierkit.backends.sql import domains
from tierkit.backends.sql.domains import Domain
from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.listing import LISTED, Bits, Row, all_of, any_of, holding, listing, none_of
from tierkit.backends.sql.nodes import Node, binary, both, call, case, column, either, integer, is_null, named
from tierkit.backends.sql.rows import KEY
from tierkit.backends.sql.shapes import distinct
from tierkit.backends.sql.stages import Piece, Query, reading, selecting, stage_name
from tierkit.decisions.facts import divisors
from tierkit.program.model import Dimension, Ladder, Program
from tierkit.program.normal import leaves
from tierkit.program.providers import AS_OF
from tierkit.program.terms import (
    And,
    Arithmetic,
    AsOf,
    AtLeast,
    Choose,
    Compare,
    Const,
    Formula,
    Function,
    IsMissing,
    Leaf,
    Lookup,
    Not,
    Or,
    Ref,
    Term,
    children,
    leaf_terms,
    references,
)

FIELDS = (
    ("target", "text"), ("rule", "text"), ("dimension", "text"), ("cause", "text"), ("found", "whole"),
)  # fmt: skip

_FEW = 3
"""So many leaves may be written again for each dimension in them."""

Guard = tuple[Piece, ...]
"""Conditions that must all hold."""
Roots = dict[tuple[str, str | None], list[Guard]]
"""By dimension and cause (None: its column says it), when it is to blame: any guard will do."""


class Conditions(Protocol):
    """What a statement knows by now: its program and its writer, values as found, and tiers one by one."""

    program: Program
    writer: Writer
    raw: dict[str, Piece]
    holds: dict[str, list[Piece]]

    def gated(self, found: list[Piece]) -> Piece:
        """Conditions together with the rule set's own gate."""

    def cause(self, dimension: Dimension) -> str | None:
        """What NULL in the column of a dimension says; None where there is no column."""


class Gaps:
    """What is missing at the root of everything in one program."""

    def __init__(self, known: Conditions) -> None:
        self.known, self.program, self.writer = known, known.program, known.writer
        self.stages = known.writer.stages
        self.bits = Bits()
        self.rows: list[Row] = []
        self.columns: dict[str, int] = {}
        """The columns of causes, numbered."""
        self._roots: dict[str, dict[tuple[str, str | None], Piece]] = {}
        self._truths: dict[Formula, Piece] = {}
        self._nulls: dict[Formula | str, Piece] = {}

    # -- what is asked for

    def rule(self, target: str, rule: str, conditions: Sequence[Formula], held: Piece) -> None:
        """A rule that may be undetermined: a row for each root of its conditions."""
        roots: Roots = {}
        within = And(tuple(conditions)) if len(conditions) > 1 else conditions[0]
        self._unknown(within, (), roots, known=True)
        unknown = self.stages.piece(is_null(held.node), held)
        sure = all(_sure_formula(condition) for condition in conditions)
        self._rows(target, rule, self.bits.add(unknown), roots, sure=sure)

    def ladder(self, ladder: Ladder) -> None:
        """A ladder that may be undecided."""
        roots: Roots = {root: [(piece,)] for root, piece in self.roots(ladder.name).items()}
        parts = [self.program.eligible, ladder.eligible, *(tier.enter for tier in ladder.tiers)]
        sure = all(part is None or _sure_formula(part) for part in parts)
        self._rows(ladder.name, None, self.bits.add(self._missing(ladder.name)), roots, sure=sure)

    def _rows(self, target: str, rule: str | None, bit: int, roots: Roots, *, sure: bool) -> None:
        guards = []
        for (name, cause), found in roots.items():
            guard = self._any(found)
            guards.append(guard)
            at = None
            if cause is None:
                text = self._cause(self.program.dimensions[name])
                at = self.columns.setdefault(text, len(self.columns))
            self.rows.append(Row((target, rule, name, cause, at), bit, self.bits.add(guard, found)))
        if not sure:
            second = self.bits.add(none_of(self.writer, guards)) if guards else None
            self.rows.append(Row((target, rule, None, None, None), bit, second))

    def _any(self, found: Sequence[Guard]) -> Piece:
        once = {tuple(map(id, parts)): parts for parts in found}
        return any_of(self.writer, [all_of(self.writer, parts) for parts in once.values()])

    # -- the roots of a dimension or a ladder

    def roots(self, name: str) -> Mapping[tuple[str, str | None], Piece]:
        """What is to blame when `name` is missing; each condition is small enough to be written often."""
        if name not in self._roots:
            found: Roots = {}
            if name in self.program.ladders:
                self._undecided(self.program.ladders[name], found)
            else:
                self._of(self.program.dimensions[name], found)
            made = {root: self.stages.simple(self._any(guards)) for root, guards in found.items()}
            self._roots[name] = made
        return self._roots[name]

    def _of(self, dimension: Dimension, found: Roots) -> None:
        if dimension.on_missing.policy == "default" and self.known.cause(dimension) is not None:
            return  # its default stands in
        missing = self._missing(dimension.name)
        if not dimension.computed:
            found[dimension.name, None] = [(missing,)]
            return
        raw = self.known.raw[dimension.name]
        outside = is_null(raw.node.copy(), negated=True)
        if domains.limited(dimension):
            cause = "out_of_domain" if dimension.values is None else "not_in_values"
            found[dimension.name, cause] = [(missing, self.stages.piece(outside, raw))]
        here = (missing, self.stages.piece(is_null(raw.node.copy()), raw))
        inner: Roots = {}
        self._computed(dimension, inner)
        for root, guards in inner.items():
            found.setdefault(root, []).extend((*here, *guard) for guard in guards)
        if dimension.supply is not None and dimension.supply.call is None:
            found[dimension.name, dimension.supply.idle] = [here]
        elif dimension.supply is not None or not _sure_condition(dimension):
            own = (*here, self._none(inner)) if inner else here
            found.setdefault((dimension.name, "null"), []).append(own)

    def _none(self, inner: Roots) -> Piece:
        return none_of(self.writer, [self._any(guards) for guards in inner.values()])

    def _computed(self, dimension: Dimension, found: Roots) -> None:
        supply = dimension.supply
        if supply is not None and supply.call is not None and not supply.call.provider.accepts_missing:
            for text, source in supply.inputs:
                if text != AS_OF:
                    self._add(source, (), found)
        for item in dimension.scorecard:
            if item.on_missing is None:
                self._add(item.dimension, (), found)
        if dimension.condition is not None:
            self._unknown(dimension.condition, (), found, known=True)
        if dimension.term is not None:
            self._absent(dimension.term, (), found, dimension.name)

    def _undecided(self, ladder: Ladder, found: Roots) -> None:
        if ladder.skip_unknown:
            return
        missing = self._missing(ladder.name)
        for gate in (self.program.eligible, ladder.eligible):
            if gate is not None:
                self._unknown(gate, (missing,), found)
        holds = self.known.holds[ladder.name]
        branches = [(piece.node.copy(), integer(at)) for at, piece in enumerate(holds)]
        first = self.stages.settled(self.stages.piece(case(branches, integer(len(holds))), *holds))
        for at, tier in enumerate(ladder.tiers):
            if tier.enter is not None:  # tiers below the first that holds do not matter
                reached = self.stages.piece(binary(">", first.node.copy(), integer(at)), first)
                self._unknown(tier.enter, (missing, reached), found)

    # -- the walk over conditions and terms

    def _unknown(self, formula: Formula, guard: Guard, found: Roots, *, known: bool = False) -> None:
        """Adds the roots of a condition that is unknown; where that is not `known`, it is asked."""
        if isinstance(formula, Not):
            self._unknown(formula.item, guard, found, known=known)
        elif isinstance(formula, And | Or | AtLeast):
            if not known:
                guard = (*guard, self._null(formula))
            if len(guard) > 1:
                guard = (self.stages.settled(all_of(self.writer, guard)),)
            for part in formula.items:
                # while an `and` is unknown none of its parts is false: one in it with a gap is unknown too
                same = type(part) is type(formula) and not isinstance(part, AtLeast)
                self._unknown(part, guard, found, known=same)
        elif not isinstance(formula, IsMissing):
            for term in leaf_terms(formula):  # without one of them there is no answer
                self._absent(term, guard, found, None)

    def _absent(self, term: Term, guard: Guard, found: Roots, owner: str | None) -> None:
        """Adds why a term has no value; `owner` is the dimension that it defines."""
        if isinstance(term, Ref):
            self._add(term.name, guard, found)
            return
        if isinstance(term, Const | AsOf):
            return
        inner: Roots = {}
        for child, condition in self._parts(term):
            if isinstance(child, And | Or | AtLeast | Not | Leaf):
                self._unknown(child, condition, inner)
            else:
                self._absent(child, condition, inner, owner)
        part = term if isinstance(term, Choose) or _is(term, "coalesce") else None
        here = guard if part is None else (*guard, self._term_null(term))
        for root, guards in inner.items():
            found.setdefault(root, []).extend((*here, *own) for own in guards)
        for root in self._own(term, owner):
            last = (*guard, self._term_null(term))
            found.setdefault(root, []).append((*last, self._none(inner)) if inner else last)

    def _own(self, term: Term, owner: str | None) -> Iterator[tuple[str, str]]:
        """What is to blame when all parts of a term have values."""
        if isinstance(term, Function) and term.provider is not None:
            for name in sorted(references(term)):
                yield name, "function_failed"
        elif isinstance(term, Arithmetic) and term.operator == "/":
            for name in divisors(term) if owner is None else [owner]:
                yield name, "divided_by_zero"
        elif isinstance(term, Choose | Lookup) and owner is not None:
            yield owner, "null"

    def _parts(self, term: Term) -> Iterator[tuple[Term | Formula, Guard]]:
        """The parts of a term that decide it, and when they do."""
        if not isinstance(term, Choose):
            yield from ((child, ()) for child in children(term))
            return
        holds = [self._truth(condition) for condition, _ in term.branches]
        branches: list[tuple[Node, Node]] = []
        for at, piece in enumerate(holds, 1):
            branches += ((piece.node.copy(), integer(at)), (is_null(piece.node.copy()), integer(-at)))
        taken = self.stages.settled(self.stages.piece(case(branches, integer(0)), *holds))

        def when(at: int) -> Guard:
            return (self.stages.piece(binary("=", taken.node.copy(), integer(at)), taken),)

        for at, (condition, value) in enumerate(term.branches, 1):
            yield condition, when(-at)
            yield value, when(at)
        if term.otherwise is not None:
            yield term.otherwise, when(0)

    def _add(self, name: str, guard: Guard, found: Roots) -> None:
        for root, piece in self.roots(name).items():
            found.setdefault(root, []).append((*guard, piece))

    # -- conditions

    def _missing(self, name: str) -> Piece:
        """True where a dimension or a ladder has no value."""
        if name not in self._nulls:
            own = self.stages.ref(name)
            self._nulls[name] = self.stages.piece(is_null(own.node), own)
        return self._nulls[name]

    def _null(self, formula: Formula) -> Piece:
        """True where a part of a condition is unknown."""
        if formula not in self._nulls:
            own = self._truth(formula)
            made = self.stages.piece(is_null(own.node.copy()), own)
            self._nulls[formula] = self.stages.settled(made) if len(leaves(formula)) > _FEW else made
        return self._nulls[formula]

    def _term_null(self, term: Term) -> Piece:
        own = self.writer.term(term)
        return self.stages.piece(is_null(own.node), own)

    def _truth(self, formula: Formula) -> Piece:
        """Whether a part of a condition holds; one with parts of its own becomes a column."""
        if formula not in self._truths:
            writer = self.writer
            if isinstance(formula, And | Or | AtLeast):
                found = [_copy(self._truth(item)) for item in formula.items]
                if isinstance(formula, AtLeast):
                    made = writer.at_least(formula.count, found)
                else:
                    made = writer.joined(both if isinstance(formula, And) else either, found)
                if not all(isinstance(item, Leaf) for item in formula.items):
                    made = self.stages.settled(made)
            else:
                made = writer.formula(formula)
            self._truths[formula] = made
        return self._truths[formula]

    def _cause(self, dimension: Dimension) -> str:
        """The column that says why a dimension of the record is missing."""
        text = stage_name(dimension.name, "cause")
        if text not in self.stages:
            null, raw = self.known.cause(dimension), self.known.raw[dimension.name]
            self.writer.place = f"dimension `{dimension.name}`"
            found = domains.cause(self.writer, raw, Domain.of(dimension), null or "not_given")
            self.stages.add(text, found)
        return text


def unsettled(known: Conditions) -> Gaps:
    """Everything in a program that can be undetermined."""
    program, writer, found = known.program, known.writer, Gaps(known)
    for rule in program.rules:
        writer.place = f"rule `{rule.id}`"
        if rule.valid_on(writer.day):
            conditions = [part for part in (program.eligible, rule.when) if part is not None]
            held = known.gated([writer.formula(rule.when)])
            found.rule(rule.tag, rule.id, conditions, held)
    for ladder in program.ladders.values():
        writer.place = f"ladder `{ladder.name}`"
        if not ladder.skip_unknown:
            found.ladder(ladder)
    return found


def undetermined(found: Gaps, source: str) -> tuple[list[Query], Node]:
    """A row for each missing root of each rule and ladder."""
    program, writer = found.program, found.writer
    rows = listing(writer, "gaps", FIELDS, found.rows)
    cause: Node = column("cause", LISTED)
    branches = [
        (binary("=", column("found", LISTED), integer(at)), column(text))
        for text, at in found.columns.items()
    ]
    if branches:
        cause = call("COALESCE", cause, case(branches))
    last: list[Node] = [named(column(KEY), str(program.key))]
    last += [column(text, LISTED) for text in ("target", "rule", "dimension")]
    last.append(named(cause, "cause"))
    writer.place = "the undetermined"
    distinct(writer, [node.alias_or_name for node in last])
    made = selecting(last, source)
    made.append("joins", exp.Join(this=reading("gaps", LISTED), on=holding(writer, len(found.bits.nodes))))
    return [rows], made


def _copy(found: Piece) -> Piece:
    return Piece(found.node.copy(), found.depth, found.level)


def _is(term: Term, name: str) -> bool:
    return isinstance(term, Function) and term.name == name


def _sure_condition(dimension: Dimension) -> bool:
    return dimension.condition is None or _sure_formula(dimension.condition)


def _sure_formula(formula: Formula) -> bool:
    """True when some dimension is to blame whenever a condition is unknown."""
    if isinstance(formula, Compare) or not isinstance(formula, Leaf):
        return all(_sure(part) for part in children(formula))
    return _sure(formula.term)


def _sure(part: Term | Formula) -> bool:
    match part:
        case Ref() | Const() | AsOf():
            return True
        case Lookup():
            return part.default is not None
        case Choose():
            return False
        case Arithmetic() if part.operator == "/":
            return bool(divisors(part)) and all(map(_sure, children(part)))
        case Function() if part.provider is not None:
            return bool(references(part))
        case And() | Or() | Not() | AtLeast() | Compare():
            return _sure_formula(part)
        case _:
            return all(map(_sure, children(part)))
