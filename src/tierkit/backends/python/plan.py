"""What the index will hold: stages, conjuncts, and the column each leaf belongs to.

A stage decides the ladders and rules whose conditions read nothing that a later ladder decides; a ladder read
as a category puts its readers into a later stage. Leaves over one dimension go to that dimension's column;
everything else (two dimensions, functions, a formula whose normal form is too large) is a column of its own
that holds true, false or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tierkit.program.build.order import inputs
from tierkit.program.forms import Forms
from tierkit.program.model import Ladder, Program
from tierkit.program.normal import disjuncts, is_self_test
from tierkit.program.terms import Compare, Const, Formula, IsMissing, Leaf, Member, Ref, TextTest, references

MOST_CONJUNCTS = 64

Test = Leaf | Formula


@dataclass
class Column:
    """The leaves on one dimension (or one derived test), by conjunct bit."""

    leaves: dict[int, list[Leaf]] = field(default_factory=dict)


@dataclass
class Stage:
    """One index: the conjuncts of some ladders and rules. Bit 0 is not a conjunct."""

    computed: list[str] = field(default_factory=list)
    ladders: list[str] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=lambda: [-1])
    columns: dict[str, Column] = field(default_factory=dict)
    tests: dict[Formula, list[int]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    first_rule: int = 1

    @property
    def full(self) -> int:
        """The mask of all conjuncts, bit 0 included."""
        return (1 << len(self.owners)) - 1

    def add(self, conjunct: tuple[Test, ...], owner: int) -> None:
        """Gives a conjunct its bit and puts its leaves into their columns."""
        bit = len(self.owners)
        self.owners.append(owner)
        for test in conjunct:
            name = simple(test)
            if name is None:
                self.tests.setdefault(test, []).append(bit)
            else:
                self.columns.setdefault(name, Column()).leaves.setdefault(bit, []).append(test)  # type: ignore[arg-type]  # what has a name is a leaf


def plan(forms: Forms) -> list[Stage]:
    """The stages of a program, in the order they are decided."""
    program = forms.program
    levels = _levels(program, forms)
    gate = () if program.eligible is None else (program.eligible,)
    ladder_levels = {name: levels[name] - 1 for name in program.ladders}
    rule_levels = [_level([*gate, rule.when], levels, forms) for rule in program.rules]
    computed = [n for n in program.order if n not in program.ladders and n not in forms.given]
    count = 1 + max([*ladder_levels.values(), *rule_levels, *(levels[n] for n in computed), 0])
    stages = [Stage() for _ in range(count)]
    for name in computed:
        stages[levels[name]].computed.append(name)
    for name in program.order:
        if name in program.ladders:
            _add_ladder(stages[ladder_levels[name]], program.ladders[name], gate, forms)
    for stage in stages:
        stage.first_rule = len(stage.owners)
    for position, rule in enumerate(program.rules):
        stage = stages[rule_levels[position]]
        stage.rules.append(position)
        for conjunct in _conjuncts([*gate, rule.when], forms):
            stage.add(conjunct, position)
    return stages


def simple(test: Test) -> str | None:
    """The dimension of a leaf that one table can decide, else None."""
    match test:
        case Compare(left=Ref() as ref) if is_self_test(test):
            return ref.name
        case Compare(left=Ref() as ref, right=Const()) if ref.type != "set":
            return ref.name
        case Member(term=Ref() as ref) if ref.type != "set":
            return ref.name
        case TextTest(term=Ref() as ref) if ref.type == "category":
            return ref.name
        case IsMissing(term=Ref() as ref):
            return ref.name
        case _:
            return None


def _add_ladder(stage: Stage, ladder: Ladder, gate: tuple[Formula, ...], forms: Forms) -> None:
    stage.ladders.append(ladder.name)
    stage.starts[ladder.name] = len(stage.owners)
    gates = gate if ladder.eligible is None else (*gate, ladder.eligible)
    for position, tier in enumerate(ladder.tiers):
        conditions = [*gates, tier.enter] if tier.enter is not None else [*gates]
        for conjunct in _conjuncts(conditions, forms):
            stage.add(conjunct, position)


def _conjuncts(conditions: list[Formula], forms: Forms) -> list[tuple[Test, ...]]:
    """The conjuncts of all conditions together; one too large, or a gate with branches, stays whole."""
    product: list[tuple[Test, ...]] = [()]
    for i, condition in enumerate(conditions):
        form = forms.of(condition)
        found = disjuncts(form, MOST_CONJUNCTS)
        gate = i < len(conditions) - 1
        parts: tuple[tuple[Test, ...], ...] = (
            ((form,),) if found is None or (gate and len(found) > 1) else found
        )
        product = [
            before + tuple(test for test in part if test not in before)
            for before in product
            for part in parts
        ]
    return product


def _levels(program: Program, forms: Forms) -> dict[str, int]:
    """The stage in which each name gets its value; a ladder's is one after the stage that decides it."""
    levels = {name: 0 for name, d in program.dimensions.items() if not d.computed or name in forms.given}
    gate = () if program.eligible is None else (program.eligible,)
    for name in program.order:
        if name in program.ladders:
            ladder = program.ladders[name]
            conditions = [*gate, *(tier.enter for tier in ladder.tiers if tier.enter is not None)]
            if ladder.eligible is not None:
                conditions.append(ladder.eligible)
            levels[name] = 1 + _level(conditions, levels, forms)
        elif name not in levels:
            levels[name] = max((levels[other] for other in inputs(program.dimensions[name])), default=0)
    return levels


def _level(conditions: list[Formula], levels: dict[str, int], forms: Forms) -> int:
    names = {name for condition in conditions for name in references(forms.of(condition))}
    names |= {name for condition in conditions for name in references(condition)}
    return max((levels[name] for name in names), default=0)
