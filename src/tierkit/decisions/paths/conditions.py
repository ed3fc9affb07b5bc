"""From a target to a goal over the record's own dimensions.

VIP                   ->  any rule or tier that gives it, and `eligible`
value.gold            ->  any tier from the top down to gold, each better one decided
value in ('gold')     ->  the condition of gold, and that of no better tier
named                 ->  its definition; where true is the default, its opposite not true
case … end = 'x'      ->  any branch that gives 'x', and none before it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tierkit.decisions.paths.goals import ALWAYS, NEVER, Atom, Goal, Some, axes_in, either, every, joint
from tierkit.decisions.paths.worlds import World
from tierkit.program.domain import Missing, confine
from tierkit.program.interpreter import truth
from tierkit.program.model import Dimension, Ladder
from tierkit.program.normal import is_self_test, leaves
from tierkit.program.reference import NO_TIER, tier_value
from tierkit.program.terms import (
    And,
    AtLeast,
    Choose,
    Compare,
    Const,
    Formula,
    IsMissing,
    Leaf,
    Not,
    Or,
    Ref,
    Value,
    references,
)


class Goals:
    """Makes goals from targets and conditions; an atom that is asked for twice is one.

    `lasting` goals hold for every customer of whom the same is missing: a leaf that no change can decide
    stays in them as an atom without axes.
    """

    def __init__(self, world: World, *, lasting: bool = False) -> None:
        self.world, self.lasting = world, lasting
        self.program = world.program
        self._atoms: dict[tuple[Leaf, bool], Goal] = {}
        self._made: dict[tuple[int, bool], Goal] = {}

    @property
    def atoms(self) -> list[Atom]:
        """Every atom that was asked for."""
        return [goal for goal in self._atoms.values() if isinstance(goal, Atom)]  # a guard turns nothing

    # -- targets

    def target(self, name: str) -> Goal:
        """What a tag or a tier needs; for a tier a better one is as good."""
        program = self.program
        ladder, dot, tier = name.partition(".")
        if dot:
            ids = [item.id for item in program.ladders[ladder].tiers]
            return self._sound(self.placed(program.ladders[ladder], range(ids.index(tier) + 1)))
        gate = ALWAYS if program.eligible is None else self.condition(program.eligible)
        found = [every((gate, self.condition(rule.when))) for rule in self.world.rules(name)]
        for item in program.ladders.values():
            giving = [position for position, tier in enumerate(item.tiers) if tier.tag == name]
            if giving:
                found.append(self.placed(item, giving))
        return self._sound(either(found))

    def _sound(self, goal: Goal) -> Goal:
        """The goal without making missing what must not be: the engine would refuse the record."""
        needed = [d for d in self.program.dimensions.values() if d.on_missing.policy == "error"]
        computed = [d for d in needed if self.world.computed(d.name)]
        axes = axes_in(goal) if computed else frozenset()
        moved = [d for d in computed if not axes.isdisjoint(self.world.bases(d.name))]
        kept = (self.atom(IsMissing(Ref(d.name, d.type), negated=True), wanted=True) for d in moved)
        return every((goal, *kept))

    def placed(self, ladder: Ladder, positions: Sequence[int]) -> Goal:
        """The ladder decided, in one of the tiers at `positions` (or in none, for `NO_TIER`)."""
        gates = [gate for gate in (self.program.eligible, ladder.eligible) if gate is not None]
        held = every(self.condition(gate) for gate in gates)
        found: list[Goal] = []
        free: list[Formula | None] = []
        for position in sorted(positions, reverse=True):
            if position == NO_TIER:
                shut = [self._out(gate, ladder) for gate in gates]
                found.append(either((*shut, every(self._out(tier.enter, ladder) for tier in ladder.tiers))))
                continue
            enter = ladder.tiers[position].enter
            if any(_implies(enter, lower) for lower in free):
                continue  # whoever enters here enters the lower tier too, or one between them
            removes = enter is not None and any(isinstance(leaf, IsMissing) for leaf in leaves(enter))
            better = [
                self._better(i, ladder, allowed=i in positions, removes=removes) for i in range(position)
            ]
            if all(item in (ALWAYS, self._decided(ladder)) for item in better):
                free.append(enter)
            found.append(every((held, ALWAYS if enter is None else self.condition(enter), *better)))
        return either(reversed(found))

    def _better(self, position: int, ladder: Ladder, *, allowed: bool, removes: bool) -> Goal:
        """What is asked of a better tier: to refuse the customer or, when it is `allowed`, to be decided."""
        enter = ladder.tiers[position].enter
        if not allowed:
            return self._out(enter, ladder)
        if ladder.skip_unknown or enter is None or not (removes or self.world.may_be_unknown(enter)):
            return ALWAYS
        known = either((self.condition(enter), self.condition(enter, negate=True)))
        return self._decided(ladder) if joint(known) else known

    def _decided(self, ladder: Ladder) -> Goal:
        """The ladder is in a tier or in none, and not undecided."""
        return self.atom(IsMissing(Ref(ladder.name, "category"), negated=True), wanted=True)

    def _out(self, enter: Formula | None, ladder: Ladder) -> Goal:
        if enter is None:
            return NEVER
        if ladder.skip_unknown:
            return self.condition(enter, wanted=False)
        return self.condition(enter, negate=True)

    # -- conditions

    def condition(self, formula: Formula, *, negate: bool = False, wanted: bool = True) -> Goal:
        """What makes a condition (or its opposite) true, or with `wanted` false not true."""
        form = self.world.forms.of(formula, negate=negate)
        found = self._made.get((id(form), wanted))  # a form is kept, so its id stays its own
        if found is None:
            found = self._made[id(form), wanted] = self._goal(form, wanted=wanted)
        return found

    def _goal(self, formula: Formula, *, wanted: bool) -> Goal:
        match formula:
            case And():
                items = [self._goal(item, wanted=wanted) for item in formula.items]
                return every(items) if wanted else either(items)
            case Or():
                items = [self._goal(item, wanted=wanted) for item in formula.items]
                return either(items) if wanted else every(items)
            case AtLeast():
                items = [self._goal(item, wanted=wanted) for item in formula.items]
                return Some(formula.count if wanted else len(items) - formula.count + 1, tuple(items))
            case Not():
                raise AssertionError  # pragma: no cover  the normal form has none
            case _:
                return self._leaf(formula, wanted=wanted)

    def _leaf(self, leaf: Leaf, *, wanted: bool) -> Goal:
        world, subject = self.world, leaf.left if isinstance(leaf, Compare) else leaf.term
        if isinstance(leaf, IsMissing) or (isinstance(leaf, Compare) and references(leaf.right)):
            return self.atom(leaf, wanted=wanted)
        found = None
        if isinstance(subject, Ref) and subject.name in self.program.ladders:
            found = self._in_tiers(leaf, self.program.ladders[subject.name], wanted=wanted)
        elif isinstance(subject, Ref) and world.computed(subject.name) and world.levers(subject.name):
            dimension = self.program.dimensions[subject.name]
            if dimension.condition is not None:
                found = self._named(leaf, dimension, dimension.condition, wanted=wanted)
            elif isinstance(dimension.term, Choose) and wanted and dimension.on_missing.policy != "default":
                found = self._branches(leaf, dimension.term, dimension)
        elif isinstance(subject, Choose) and wanted:
            found = self._branches(leaf, subject, None)
        return self.atom(leaf, wanted=wanted) if found is None else found

    def atom(self, leaf: Leaf, *, wanted: bool) -> Goal:
        """The atom of a leaf; what no change can decide is `ALWAYS` or `NEVER`."""
        found = self._atoms.get((leaf, wanted))
        if found is None:
            found = self._atoms[leaf, wanted] = self._atom(leaf, wanted=wanted)
        return found

    def _atom(self, leaf: Leaf, *, wanted: bool) -> Goal:
        world, names = self.world, references(leaf)
        axes = () if _never(leaf) else world.axes_of(leaf)
        needs = world.needs(names) if axes else ()
        found: list[Goal] = [Atom(leaf, wanted, axes, needs)] if axes else []
        if not axes and self.lasting and not _never(leaf):
            found.append(Atom(leaf, wanted, (), ()))
        elif not axes and (world.now(leaf) is True) != wanted:
            return NEVER
        every_need = world.needs(names, levers=False)
        if every_need != needs:
            found.append(Atom(leaf, wanted, world.axes_of(leaf, levers=False), every_need, guard=True))
        return every(found)

    def _in_tiers(self, leaf: Leaf, ladder: Ladder, *, wanted: bool) -> Goal:
        """A ladder read as a category: the tiers that the leaf accepts."""
        positions = (NO_TIER, *range(len(ladder.tiers)))
        wished = [at for at in positions if self._takes(leaf, tier_value(ladder, at)) == wanted]
        goal = self.placed(ladder, wished)
        if wanted or self.world.known[ladder.name] is not None:
            return goal
        return either((self.atom(leaf, wanted=False), goal))

    def _named(self, leaf: Leaf, dimension: Dimension, definition: Formula, *, wanted: bool) -> Goal:
        """A named condition: for each value that the leaf takes, what gives that value."""
        found = []
        for value in (True, False):
            if not self._takes(leaf, value):
                continue
            if dimension.on_missing.value is value:  # then unknown is as good: the opposite must not be true
                found.append(self.condition(definition, negate=value, wanted=not wanted))
            else:
                found.append(self.condition(definition, negate=not value, wanted=wanted))
        return either(found) if wanted else every(found)

    def _branches(self, leaf: Leaf, term: Choose, dimension: Dimension | None) -> Goal | None:
        """A `case` of constants: the branches whose value the leaf takes."""
        found: list[Goal] = []
        passed: list[Goal] = []
        rest = () if term.otherwise is None else ((None, term.otherwise),)
        for condition, value in (*term.branches, *rest):
            if not isinstance(value, Const):
                return None
            given = value.value if dimension is None else confine(dimension, value.value)
            if not isinstance(given, Missing) and self._takes(leaf, given):
                found.append(every(passed if condition is None else (*passed, self.condition(condition))))
            if condition is not None:
                passed.append(self.condition(condition, negate=True))
        return either(found)

    def _takes(self, leaf: Leaf, value: Value | None) -> bool:
        """Whether the leaf is true when what it asks about has this value."""
        if value is None:
            return False
        subject = Const(value, "")
        put = replace(leaf, left=subject) if isinstance(leaf, Compare) else replace(leaf, term=subject)
        return truth(put, self.world.known, self.world.day) is True


def lasting(world: World, target: str) -> tuple[Goal, tuple[Atom, ...]]:
    """The goal of a target and all its atoms, kept for the next customer of whom the same is missing."""
    layout = world.layout
    missing = tuple([name for name in layout.scope(target) if world.known[name] is None])
    key = target, world.day, missing
    found: tuple[Goal, tuple[Atom, ...]] | None = layout.keep("goals").get(key)
    if found is None:
        goals = Goals(world, lasting=True)
        goal = goals.target(target)
        found = layout.keep("goals")[key] = goal, tuple(goals.atoms)
    return found


def _never(leaf: Leaf) -> bool:
    """True for `c != c`, which a normal form adds to be unknown while `c` is missing."""
    return is_self_test(leaf) and isinstance(leaf, Compare) and leaf.operator == "!="


def _implies(enter: Formula | None, lower: Formula | None) -> bool:
    """True when both ask for one number and the first for more; a tier without `enter` is implied by all."""
    if lower is None or enter == lower:
        return True
    if not (isinstance(enter, Compare) and isinstance(lower, Compare)):
        return False
    if (enter.operator, enter.left) != (lower.operator, lower.left):
        return False
    high, low = enter.right, lower.right
    if not (isinstance(high, Const) and isinstance(low, Const)):
        return False
    if enter.operator in (">", ">="):
        return high.value >= low.value  # type: ignore[operator]
    return enter.operator in ("<", "<=") and high.value <= low.value  # type: ignore[operator]
