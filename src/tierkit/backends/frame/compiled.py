"""A rule set over the columns of a frame: one lazy plan, decided in pieces of any size.

    raw columns -> normalised columns -> computed dimensions and ladders, level by level
                -> the outcome of every rule -> decoded (see `decoding`)

Columns have names of our own making from the first step on, so a column may be called anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from tierkit.backends.frame.columns import check, confined, frame_type, literal, normal, summed
from tierkit.backends.frame.decoding import FIRED, Decoder, Head, Layout, packed
from tierkit.backends.frame.expressions import NotInFramesError, Writer, leaves_of
from tierkit.backends.frame.leaves import Name
from tierkit.backends.frame.scoring import score
from tierkit.program.build.order import inputs
from tierkit.program.model import Dimension, Ladder, Program
from tierkit.program.reference import NO_TIER, UNDECIDED
from tierkit.program.terms import Formula, references
from tierkit.program.types import TEXTUAL

_MISSING, _FAULT, _FAILED, _GATE = "missing_", "fault", "failed", "\0gate"


@dataclass
class _Steps:
    """What the plan adds column by column: each step reads only what earlier ones made."""

    raw: list[pl.Expr] = field(default_factory=list)
    normal: list[pl.Expr] = field(default_factory=list)
    computed: list[list[pl.Expr]] = field(default_factory=list)
    faults: list[pl.Expr] = field(default_factory=list)


class Compiled:
    """A program compiled for frames of one schema and one day.

    Args:
        program: the rule set.
        schema: the columns of the frame.
        head: what every outcome row repeats, and the day.
        columns: the column of a dimension where it has another name.
        given: computed dimensions that the frame holds.
        values: True to hand over what conditions saw.
        aggregated: dimensions whose column holds what rows of a table came to.
        failed: a column with what is wrong with a row before anything is decided, null where nothing is.

    Raises:
        NotInFramesError: the rule set asks something of plugins, or compares with a tolerance.
        UsageError: a column is of a type that its dimension cannot have.
    """

    def __init__(
        self,
        program: Program,
        schema: Mapping[str, pl.DataType],
        head: Head,
        *,
        columns: Mapping[str, str] | None = None,
        given: Iterable[str] = (),
        values: bool = False,
        aggregated: Iterable[str] = (),
        failed: str | None = None,
    ) -> None:
        if program.tolerance:
            message = '`numeric_tolerance` is not decided in data frames: use `engine="python"`'
            raise NotInFramesError(message)
        self.program, self.head, self.values = program, head, values
        self._schema, self._places = schema, {name: i for i, name in enumerate(schema)}
        self._columns, self._given = dict(columns or {}), frozenset(given)
        self._aggregated, self._failed = frozenset(aggregated), failed
        self._names = _names(program)
        self._writer = Writer(self._names, head.day)
        self._steps = _Steps()
        self._held: dict[str, str] = {}
        self.layout = self._laid_out()

    @property
    def absent(self) -> tuple[str, ...]:
        """The dimensions that the frame should hold and does not."""
        return tuple(
            d.name for d in self.program.dimensions.values() if self._own(d) and d.name not in self._held
        )

    def run(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The outcome of every row of a frame, in order."""
        steps, layout = self._steps, self.layout
        frame = frame.select(steps.raw).with_columns(steps.normal)
        for step in steps.computed:
            frame = frame.with_columns(step)
        frame = frame.with_columns(self._shared).select(
            pl.col(layout.key) if layout.key else pl.lit(None, dtype=pl.String).alias("key"),
            *(pl.col(column) for column in layout.records.values()),
            *([] if not layout.fault else [pl.any_horizontal(steps.faults).alias(_FAULT)]),
            *([] if layout.failed is None else [pl.col(layout.failed)]),
            *self._rules,
            *(pl.col(column) for column in layout.ladders.values()),
            *(pl.col(self._names[name].column) for name in layout.scores),
            *self._known(),
        )
        frame = frame.with_columns(packed(dict(enumerate(layout.rules.values())), FIRED))
        decoder = Decoder(self.program, layout, self.head)
        return decoder.run(frame)

    # -- the plan

    def _laid_out(self) -> Layout:
        program = self.program
        for dimension in program.dimensions.values():
            if self._own(dimension):
                self._read(dimension)
        levels = self._levels()
        self._steps.computed = [[] for _ in range(2 * max(levels.values(), default=0) + 2)]
        gate = None
        if program.eligible is not None:
            with self._writer.at("`eligible`"):
                holds = self._writer.formula(program.eligible).alias(_GATE)
            self._steps.computed[2 * levels[_GATE]].append(holds)
            gate = pl.col(_GATE)
        for name in program.order:
            if name in program.ladders:
                self._ladder(program.ladders[name], 2 * levels[name], gate)
            elif name not in self._given:
                self._compute(program.dimensions[name], 2 * levels[name])
        valid = {i: rule for i, rule in enumerate(program.rules) if rule.valid_on(self.head.day)}
        self._shared = self._share([rule.when for rule in valid.values()])
        self._rules = []
        for position, rule in valid.items():
            with self._writer.at(f"the rule `{rule.id}`"):
                holds = self._writer.formula(rule.when)
            self._rules.append((holds if gate is None else gate & holds).alias(f"rule{position}"))
        scores = tuple(name for name, d in program.dimensions.items() if d.type == "score")
        key = None
        if program.key is not None and self._column(program.key) in self._places:
            key = "key"
            self._steps.raw.append(self._raw(program.key).alias(key))
        if self._failed is not None:
            self._steps.raw.append(pl.nth(self._places[self._failed]).alias(_FAILED))
            self._steps.faults.append(pl.col(_FAILED).is_not_null())
        fault = bool(self._steps.faults)
        return Layout(
            key=key,
            rules={position: f"rule{position}" for position in valid},
            ladders={name: f"place{i}" for i, name in enumerate(program.ladders)},
            scores={name: self._names[name].column for name in scores},
            records=dict(self._held) if fault else {},
            fault=_FAULT if fault else None,
            failed=None if self._failed is None else _FAILED,
            aggregated=self._aggregated,
            given=self._given,
            values=tuple(program.dimensions) if self.values else (),
        )

    def _own(self, dimension: Dimension) -> bool:
        return not dimension.computed or dimension.name in self._given

    def _column(self, name: str) -> str:
        return self._columns.get(name, name)

    def _raw(self, name: str) -> pl.Expr:
        """A column of the frame by its place, so that no character of its name means anything."""
        return pl.nth(self._places[self._column(name)])

    def _read(self, dimension: Dimension) -> None:
        """Plans a dimension that the frame holds, or should."""
        name = self._names[dimension.name]
        at = name.column.removeprefix("value")
        if self._column(dimension.name) not in self._places:
            cause = "not_given" if dimension.kind == "aggregated" else "absent"
            self._steps.normal.append(pl.lit(cause).alias(f"{_MISSING}{at}"))
            value = pl.lit(None, dtype=frame_type(dimension))
            self._settle(dimension, value, name, self._steps.normal, default=cause == "absent")
            return
        dtype = self._schema[self._column(dimension.name)]
        rows = dimension.name in self._aggregated
        if not rows:
            check(dimension, self._column(dimension.name), dtype)
        raw = self._held[dimension.name] = f"raw{at}"
        self._steps.raw.append(self._raw(dimension.name).alias(raw))
        found = (summed if rows else normal)(dimension, pl.col(raw), dtype)
        if self.values:
            self._steps.normal.append(found.cause.alias(f"{_MISSING}{at}"))
        if found.fault is not None:
            self._steps.faults.append(found.fault)
        self._settle(dimension, found.value, name, self._steps.normal)

    def _settle(
        self, dimension: Dimension, value: pl.Expr, name: Name, step: list[pl.Expr], *, default: bool = True
    ) -> None:
        """Adds a dimension's column, with the default in place of what is missing."""
        policy = dimension.on_missing
        if policy.policy == "default" and default:
            stand_in = literal(policy.value, dimension.type)
            value = value.fill_null(stand_in.cast(frame_type(dimension)))
        if policy.policy == "error":
            self._steps.faults.append(pl.col(name.column).is_null())
        step.append(value.alias(name.column))

    def _compute(self, dimension: Dimension, step: int) -> None:
        """Plans a computed dimension."""
        writer = self._writer
        with writer.at(f"the dimension `{dimension.name}`"):
            if dimension.supply is not None:
                if dimension.supply.call is not None:
                    message = "is computed by a plugin, and data frames cannot"
                    raise NotInFramesError(message)
                value = pl.lit(None, dtype=frame_type(dimension))
            elif dimension.condition is not None:
                value = writer.formula(dimension.condition)
            elif dimension.term is not None:
                value = confined(dimension, writer.term(dimension.term))
            else:
                value = confined(dimension, score(dimension.scorecard, self._plain, writer.among))
        self._settle(dimension, value, self._names[dimension.name], self._steps.computed[step])

    def _plain(self, name: str) -> pl.Expr:
        return self._names[name].plain

    def _ladder(self, ladder: Ladder, step: int, gate: pl.Expr | None) -> None:
        """Plans a ladder: its place, and in the next step the category it is read as."""
        place = f"place{list(self.program.ladders).index(ladder.name)}"
        tiers = []
        for tier in ladder.tiers:
            with self._writer.at(f"the tier `{ladder.name}.{tier.id}`"):
                parts = [self._writer.formula(f) for f in (ladder.eligible, tier.enter) if f is not None]
            parts = parts if gate is None else [gate, *parts]
            tiers.append(pl.all_horizontal(parts) if parts else pl.lit(value=True))
        found = pl.lit(NO_TIER, dtype=pl.Int32)
        for position, holds in reversed(list(enumerate(tiers))):
            found = (
                pl.when(holds)
                .then(pl.lit(position, dtype=pl.Int32))
                .otherwise(
                    found
                    if ladder.skip_unknown
                    else pl.when(holds.is_null()).then(pl.lit(UNDECIDED, dtype=pl.Int32)).otherwise(found)
                )
            )
        self._steps.computed[step].append(found.alias(place))
        name, at, last = self._names[ladder.name], pl.col(place), len(ladder.tiers)
        code = pl.when(at >= 0).then(at).when(at == NO_TIER).then(pl.lit(last, dtype=pl.Int32))
        kind = pl.Enum(name.values or ())
        physical = pl.Series([], dtype=kind).to_physical().dtype
        self._steps.computed[step + 1].append(code.cast(physical).cat.to(kind).alias(name.column))

    def _levels(self) -> dict[str, int]:
        """When each computed name has its value: after everything that it reads."""
        program, levels = self.program, dict[str, int]()
        gate = frozenset[str]() if program.eligible is None else references(program.eligible)
        for name in program.order:
            ladder = program.ladders.get(name)
            if ladder is None and name in self._given:
                continue
            reads = inputs(program.dimensions[name]) if ladder is None else inputs(ladder) | gate
            # after the gate, which is computed once its own inputs are there
            levels[name] = (
                1 + (ladder is not None) + max((levels.get(other, 0) for other in reads), default=0)
            )
        levels[_GATE] = 1 + max((levels.get(other, 0) for other in gate), default=0)
        return levels

    def _share(self, formulas: list[Formula]) -> list[pl.Expr]:
        """Leaves that several conditions have get a column of their own."""
        counts = Counter(leaf for formula in formulas for leaf in leaves_of(formula))
        shared, made = list[pl.Expr](), dict[Formula, pl.Expr]()
        for leaf, count in counts.items():
            if count > 1:
                shared.append(self._writer.formula(leaf).alias(f"leaf{len(shared)}"))
                made[leaf] = pl.col(f"leaf{len(shared) - 1}")
        self._writer.made = made
        return shared

    def _known(self) -> list[pl.Expr]:
        """What conditions saw, as one column, and why it was missing, as another."""
        if not self.values:
            return []
        seen = []
        for name, dimension in self.program.dimensions.items():
            value = pl.col(self._names[name].column)
            if dimension.type == "integer":
                value = value.cast(pl.Int64)
            elif self._names[name].values is not None:
                value = value.cast(pl.String)
            seen.append(value.alias(name))
        causes = [
            pl.col(f"{_MISSING}{self._names[name].column.removeprefix('value')}").alias(name)
            for name, dimension in self.program.dimensions.items()
            if self._own(dimension)
        ]
        return [pl.struct(seen).alias("values"), *([pl.struct(causes).alias("missing")] if causes else [])]


def _names(program: Program) -> dict[str, Name]:
    """The column of every dimension and ladder."""
    found = {}
    for at, (name, dimension) in enumerate(program.dimensions.items()):
        found[name] = Name(f"value{at}", dimension.values if dimension.type in TEXTUAL else None)
    for at, (name, ladder) in enumerate(program.ladders.items()):
        found[name] = Name(f"tier{at}", (*(tier.id for tier in ladder.tiers), ""))
    return found
