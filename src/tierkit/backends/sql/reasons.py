"""The shape `reasons`: a row for each finding of each reason, as `Decision.reasons` has them.

A finding of an `and` holds with its rule, one of an `or` or an `at_least` needs a bit of its own: whether the
branches around it hold. So there is a bit for each rule and one for each branch, and the statement grows with
the number of leaves.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from tierkit.backends.sql import domains
from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.listing import (
    LISTED,
    Bits,
    Row,
    all_of,
    any_of,
    holding,
    is_false,
    listing,
    none_of,
)
from tierkit.backends.sql.nodes import (
    Node,
    binary,
    both,
    call,
    case,
    cast,
    column,
    either,
    integer,
    is_null,
    named,
    opposite,
)
from tierkit.backends.sql.rows import KEY
from tierkit.backends.sql.shapes import distinct
from tierkit.backends.sql.stages import Piece, Query, reading, selecting
from tierkit.decisions.findings import Shape, listed, shape_of
from tierkit.decisions.reasons import plain
from tierkit.program.forms import Forms
from tierkit.program.model import Program
from tierkit.program.normal import is_self_test
from tierkit.program.terms import And, AtLeast, Compare, Const, Formula, Leaf, Or, Ref, Term
from tierkit.program.types import NUMERIC, TEXTUAL

FIELDS = (
    ("target", "text"), ("rule", "text"), ("finding", "whole"), ("expression", "text"), ("dimension", "text"),
    ("operator", "text"), ("parameter", "text"), ("subject", "whole"), ("other", "whole"),
    ("number", "number"), ("text", "text"), ("day", "date"), ("side", "whole"),
)  # fmt: skip
_SHOWN = ("target", "rule", "finding", "expression", "dimension", "operator", "parameter")
_KINDS = ("number", "text", "date")
_SIDES = {">": 1, ">=": 1, "<": -1, "<=": -1, "=": -2, "!=": 2}


_Branches = list[tuple[Piece, ...]]
"""The branches in which a finding stands: all of one must hold, and any will do."""
_Found = dict[tuple[Any, ...], _Branches]
"""The findings of one reason by their cells: an expression that stands there twice is one finding."""


class Reasons:
    """The findings of one program; `before` are values by dimension, as they were before a default."""

    def __init__(self, program: Program, writer: Writer, before: Callable[[str], Piece]) -> None:
        self.program, self.writer, self.before = program, writer, before
        self.forms = Forms(program)
        self.bits = Bits()
        self.rows: list[Row] = []
        self.columns: dict[str, tuple[int, str]] = {}
        """The columns of values: a number and a type for each."""
        self.others: set[int] = set()
        """Those of them that are thresholds."""
        self._truths: dict[Formula, Piece] = {}
        self._shapes: dict[Leaf, Shape] = {}
        self._own: dict[str, tuple[Piece, Piece]] = {}

    # -- what is asked for, reason by reason

    def truth(self, condition: Formula) -> Piece:
        """Whether a condition of the program holds, by its normal form."""
        return self._copy(self.forms.of(condition), inside=False)

    def add(
        self, held: Piece, targets: Sequence[str | None], rule: str | None, condition: Formula | None,
        *, negate: bool = False,
    ) -> None:  # fmt: skip
        """The reason that holds with `held`: its findings, for each target that it gives."""
        bit = self.bits.add(held)
        found: _Found = {}
        sure = False
        if condition is not None:
            sure = self._held(self.forms.of(condition, negate=negate), (), found)
        for target in targets:
            self._rows(bit, target, rule, found, sure=sure)

    def _rows(self, bit: int, target: str | None, rule: str | None, found: _Found, *, sure: bool) -> None:
        guards = []
        for at, (cells, branches) in enumerate(found.items()):
            guard = self._guard(branches)
            if guard is not None:
                guards.append(guard)
            second = None if guard is None else self.bits.add(guard, branches)
            self.rows.append(Row((target, rule, at, *cells), bit, second))
        if sure:
            return
        second = self.bits.add(none_of(self.writer, guards)) if guards else None
        nothing = (None,) * (len(FIELDS) - 2)
        self.rows.append(Row((target, rule, *nothing), bit, second))

    def _guard(self, branches: _Branches) -> Piece | None:
        """When a finding holds, its reason given; None is always."""
        if () in branches:
            return None
        return any_of(self.writer, [all_of(self.writer, branch) for branch in branches])

    # -- the walk: as `decisions.findings` makes it for one customer

    def _held(self, formula: Formula, branch: tuple[Piece, ...], found: _Found) -> bool:
        """Adds what a condition that is true has found; False where that may be nothing."""
        if isinstance(formula, And):
            sure = [self._held(item, branch, found) for item in formula.items]
            return any(sure)
        if isinstance(formula, Or | AtLeast):
            sure = []
            for item in formula.items:
                if isinstance(item, Compare) and is_self_test(item) and item.operator == "!=":
                    continue  # never true
                holds = self._truth(item, inside=True)
                own = (*branch, holds)
                if branch and not isinstance(item, Leaf):
                    own = (self.writer.stages.settled(all_of(self.writer, own)),)
                sure.append(self._held(item, own, found))
            return all(sure)
        assert isinstance(formula, Leaf)  # noqa: S101  a normal form has no `not`
        return self._leaf(formula, branch, found)

    def _leaf(self, leaf: Leaf, branch: tuple[Piece, ...], found: _Found) -> bool:
        shape = self._shapes.get(leaf)
        if shape is None:
            shape = self._shapes[leaf] = shape_of(self.program, leaf)
        if shape.hidden:
            return False
        meaning = self._definition(leaf, shape)
        if meaning is None:
            found.setdefault(self._cells(leaf, shape), []).append(branch)
            return True
        condition, negate, name = meaning
        form = self.forms.of(condition, negate=negate)
        if self.program.dimensions[name].on_missing.policy != "default":
            return self._held(form, branch, found)
        own, default = self._sources(name)
        found.setdefault(self._cells(leaf, shape), []).append((*branch, default))
        return self._held(form, (*branch, own), found)

    def _sources(self, name: str) -> tuple[Piece, Piece]:
        """Whether a named condition has a value of its own, and whether a default stands in for it."""
        if name not in self._own:
            before, piece = self.before(name), self.writer.stages.piece
            own = piece(is_null(before.node.copy(), negated=True), before)
            self._own[name] = own, piece(is_null(before.node.copy()), before)
        return self._own[name]

    def _definition(self, leaf: Leaf, shape: Shape) -> tuple[Formula, bool, str] | None:
        """The definition of a named condition, whether it is negated, and the name."""
        if not (shape.named and isinstance(leaf, Compare) and isinstance(leaf.right, Const)):
            return None
        dimension = self.program.dimensions[shape.dimension or ""]
        if dimension.condition is None:
            return None
        return dimension.condition, leaf.right.value is False, dimension.name

    def _truth(self, formula: Formula, *, inside: bool = False) -> Piece:
        """Whether a part of a normal form holds, written once for all who ask.

        `inside` is a branch of some `or`: it is asked for itself, and as a part of what it stands in.
        """
        kept = self._truths.get(formula)
        if kept is not None:
            return kept
        writer = self.writer
        if isinstance(formula, And):
            made = writer.joined(both, [self._copy(item, inside=inside) for item in formula.items])
        elif isinstance(formula, Or):
            made = writer.joined(either, [self._copy(item, inside=True) for item in formula.items])
        elif isinstance(formula, AtLeast):
            made = writer.at_least(formula.count, [self._copy(item, inside=True) for item in formula.items])
        else:
            made = writer.formula(formula)
        if inside and isinstance(formula, And) and not all(isinstance(item, Leaf) for item in formula.items):
            made = writer.stages.settled(made)
        self._truths[formula] = made
        return made

    def _copy(self, formula: Formula, *, inside: bool) -> Piece:
        found = self._truth(formula, inside=inside)
        return Piece(found.node.copy(), found.depth, found.level)

    # -- cells

    def _cells(self, leaf: Leaf, shape: Shape) -> tuple[Any, ...]:
        number, text, day, other = None, None, None, None
        side = None
        if isinstance(leaf, Compare):
            if not isinstance(leaf.right, Const):
                other = self._value(leaf.right)
                self.others.add(other)
            constant = leaf.right.value if isinstance(leaf.right, Const) else None
            if _measured(leaf.left) and _measured(leaf.right):
                side = _SIDES[leaf.operator]
        else:
            constant = plain(listed(leaf))
        if isinstance(constant, dt.date):
            day = constant
        elif isinstance(constant, bool | int | float):
            number = float(constant)
        elif isinstance(constant, list):
            text = json.dumps(constant, ensure_ascii=False)
        else:
            text = constant
        subject = self._value(shape.subject)
        known = (shape.expression, shape.dimension, shape.operator, shape.parameter)
        return (*known, subject, other, number, text, day, side)

    def _value(self, term: Term) -> int:
        """The number of the column that holds the value of a term."""
        writer = self.writer
        made = writer.term(term)
        found = made if isinstance(term, Ref) else writer.stages.settled(made)
        if not isinstance(found.node, exp.Column):  # a constant
            found = writer.stages.add(f"value {len(self.columns)}", found)
        return self.columns.setdefault(found.node.name, (len(self.columns), _kind(term.type)))[0]


def _measured(term: Term) -> bool:
    """True where a distance makes sense."""
    return term.type in NUMERIC or term.type == "date"


def _kind(type_: str) -> str:
    if type_ in NUMERIC or type_ == "boolean":
        return "truth" if type_ == "boolean" else "number"
    return "text" if type_ in TEXTUAL else type_


class Conditions(Protocol):
    """What a statement knows by now: its program, its writer, and where values stand."""

    program: Program
    writer: Writer

    def gated(self, found: list[Piece]) -> Piece:
        """Conditions together with the rule set's own gate."""

    def before(self, text: str) -> Piece:
        """The value of a dimension before a default stood in for it."""


def collected(known: Conditions) -> Reasons:
    """Every reason of a program: who is not graded at all, rules, and tiers with their tags."""
    program, writer = known.program, known.writer
    found = Reasons(program, writer, known.before)
    if program.eligible is not None:
        writer.place = "`eligible`"
        found.add(is_false(writer, known.gated([])), [None], None, program.eligible, negate=True)
    for rule in program.rules:
        writer.place = f"rule `{rule.id}`"
        if rule.valid_on(writer.day):
            found.add(known.gated([found.truth(rule.when)]), [rule.tag], rule.id, rule.when)
    for ladder in program.ladders.values():
        writer.place = f"ladder `{ladder.name}`"
        own = writer.stages.ref(ladder.name)
        for tier in ladder.tiers:
            target = f"{ladder.name}.{tier.id}"
            held = binary("=", writer.collated(own.node.copy()), writer.text(tier.id))
            targets = [target] if tier.tag is None else [target, tier.tag]
            found.add(writer.stages.piece(held, own), targets, target, tier.enter)
    return found


# -- the end of the statement


def reasons(found: Reasons, source: str) -> tuple[list[Query], Node]:
    """A row for each finding; its value and threshold picked, then the distance between them."""
    program, writer = found.program, found.writer
    rows = listing(writer, "reasons", FIELDS, found.rows)
    shown: list[Node] = [named(column(KEY), KEY), *(column(text, LISTED) for text in (*_SHOWN, "side"))]
    for kind in _KINDS:
        shown.append(named(_picked(found, "subject", kind), f"value_{kind}"))
        constant: Node = column({"date": "day"}.get(kind, kind), LISTED)
        picked = _picked(found, "other", kind)
        if isinstance(picked, exp.Case):
            constant = call("COALESCE", picked, constant)
        shown.append(named(constant, f"threshold_{kind}"))
    sets = any(type_ == "set" for _, type_ in found.columns.values())
    if sets:
        shown.append(named(_picked(found, "subject", "set"), "value_set"))
    joined = selecting(shown, source)
    joined.append(
        "joins", exp.Join(this=reading("reasons", LISTED), on=holding(writer, len(found.bits.nodes)))
    )
    last = [named(column(KEY), str(program.key)), *map(column, _SHOWN)]
    last += [column(f"{part}_{kind}") for part in ("value", "threshold") for kind in _KINDS]
    last += [column("value_set")] * sets
    last.append(named(_margin(writer), "margin"))
    writer.place = "the reasons"
    distinct(writer, [node.alias_or_name for node in last])
    return [rows, Query("found", joined)], selecting(last, "found")


def _picked(found: Reasons, which: str, kind: str) -> Node:
    """The column of a value that a row names by its number."""
    writer, branches = found.writer, []
    for text, (at, type_) in found.columns.items():
        if which == "other" and at not in found.others:
            continue
        if type_ == "truth" and kind == "number":
            truth = column(text)
            node: Node = case([(truth, writer.number(1.0)), (opposite(truth.copy()), writer.number(0.0))])
        elif type_ == kind:
            node = writer.collated(column(text)) if kind == "text" else column(text)
        else:
            continue
        branches.append((binary("=", column(which, LISTED), integer(at)), node))
    return case(branches) if branches else domains.nothing(writer, kind)


def _margin(writer: Writer) -> Node:
    """How far the value is on the right side of its threshold: the difference, or the days between."""
    days = cast(
        writer.emit("days_between", column("threshold_date"), column("value_date")), writer.dialect.double
    )
    far = call("COALESCE", binary("-", column("value_number"), column("threshold_number")), days)
    zero = writer.number(0.0)
    sides = {
        1: far,
        -1: binary("-", zero, far.copy()),
        2: call("ABS", far.copy()),
        -2: binary("-", zero.copy(), call("ABS", far.copy())),
    }
    return case([(binary("=", column("side"), integer(side)), node) for side, node in sides.items()])
