"""What depends on what in a rule set: the same for every customer, so it is found once and kept.

A layout belongs to the normal forms of a rule set and to what must stay as it is. Only what follows from the
rule file is kept here; nothing that is kept knows a customer's values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tierkit.program.build.order import inputs
from tierkit.program.forms import Forms
from tierkit.program.model import Dimension, Ladder, Program, Rule
from tierkit.program.terms import Formula, Term, references

_NONE: frozenset[str] = frozenset()
_MOST, _SPECIAL, _LAYOUTS = 4_000, 400, 32
"""How many entries a table holds before all are forgotten, how many with something held, how many layouts."""


class Layout:
    """The dimensions that may change, and what follows from each.

    `held` dimensions stay as they are. A `loose` layout lets also those move that nobody can act on.
    """

    def __init__(self, forms: Forms, held: frozenset[str] = _NONE, *, loose: bool = False) -> None:
        self.forms, self.program, self.held, self.loose = forms, forms.program, held, loose
        self.files = {name: i for i, name in enumerate(self.program.dimensions)}
        self.kept: dict[str, dict[Any, Any]] = {}
        """What searches remember of the rule set, by what it is."""
        self._most = _SPECIAL if held else _MOST
        self._ranks = {name: i for i, name in enumerate(self.program.order)}
        self._asked = _read_by_plugins(self.program, forms.given)
        self._bases: dict[str, frozenset[str]] = {}
        self._levers: dict[str, frozenset[str]] = {}
        self._inputs: dict[str, frozenset[str]] = {}

    def keep(self, what: str) -> dict[Any, Any]:
        """A table of things to remember; emptied together with all others once it is large."""
        found = self.kept.setdefault(what, {})
        if len(found) >= self._most:  # the tables name one another's contents, so they go together
            self.kept = {what: (found := {})}
        return found

    # -- what may change

    def movable(self, name: str) -> bool:
        """True for a dimension of the record that may change."""
        dimension = self.program.dimensions.get(name)
        if dimension is None or self.computed(name) or name in self._asked or name in self.held:
            return False
        return self.loose or dimension.actionable

    def computed(self, name: str) -> bool:
        """True for ladders and for dimensions whose value is not the record's."""
        dimension = self.program.dimensions.get(name)
        return dimension is None or (dimension.computed and name not in self.forms.given)

    # -- what depends on what

    def inputs(self, name: str) -> frozenset[str]:
        """What a computed name is computed from."""
        found = self._inputs.get(name)
        if found is None:
            found = self._inputs[name] = _NONE.union(*self._definition(name))
        return found

    def bases(self, name: str) -> frozenset[str]:
        """The dimensions that may change and that a name depends on."""
        return self._roots(name, self._bases, levers=False)

    def levers(self, name: str) -> frozenset[str]:
        """The bases through which a name may be turned: not through what is computed and not actionable."""
        return self._roots(name, self._levers, levers=True)

    def _roots(self, name: str, found: dict[str, frozenset[str]], *, levers: bool) -> frozenset[str]:
        roots = found.get(name)
        if roots is None:
            if not self.computed(name):
                roots = frozenset([name]) if self.movable(name) else _NONE
            elif levers and self._frozen(name):
                roots = _NONE
            else:
                roots = _NONE.union(*(self._roots(item, found, levers=levers) for item in self.inputs(name)))
            found[name] = roots
        return roots

    def _frozen(self, name: str) -> bool:
        dimension = self.program.dimensions.get(name)
        return dimension is not None and not dimension.actionable and not self.loose

    def axes_of(self, node: Term | Formula, *, levers: bool = True) -> tuple[str, ...]:
        """The dimensions that may change `node`, in file order."""
        roots = self.levers if levers else self.bases
        found = _NONE.union(*(roots(name) for name in references(node)))
        return tuple(sorted(found, key=self.files.__getitem__)) if len(found) > 1 else tuple(found)

    def needs(self, names: Iterable[str], *, levers: bool = True) -> tuple[str, ...]:
        """The computed names behind `names` that a change can reach, each after what it needs."""
        roots = self.levers if levers else self.bases
        found = (name for name in self.behind(names) if self.computed(name) and roots(name))
        return tuple(sorted(found, key=self._ranks.__getitem__))

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """The names, and all that they are computed from."""
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                if self.computed(name):
                    stack.extend(self.inputs(name))
        return frozenset(found)

    def moved(self, needs: tuple[str, ...], changed: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the computed names that follow from one of the changed dimensions."""
        found: tuple[str, ...] | None = self.keep("moved").get((needs, changed))
        if found is None:
            found = tuple(name for name in needs if not self.bases(name).isdisjoint(changed))
            self.keep("moved")[needs, changed] = found
        return found

    # -- what a target depends on

    def rules(self, tag: str) -> tuple[Rule, ...]:
        """The rules that give a tag on some day."""
        by_tag: dict[str, list[Rule]] | None = self.forms.kept.get("rules")
        if by_tag is None:
            by_tag = {}
            for rule in self.program.rules:
                by_tag.setdefault(rule.tag, []).append(rule)
            self.forms.kept["rules"] = by_tag
        return tuple(by_tag.get(tag, ()))

    def scope(self, target: str) -> frozenset[str]:
        """Every name that has a say in whether a target is given, ladders included."""
        found: frozenset[str] | None = self.keep("scope").get(target)
        if found is None:
            ladder, dot, _ = target.partition(".")
            gate = () if self.program.eligible is None else (self.program.eligible,)
            names = _NONE.union(
                *(references(part) for part in (*gate, *(r.when for r in self.rules(target))))
            )
            ladders = [ladder] if dot else list(self._tagging(target))
            checked = (d.name for d in self.program.dimensions.values() if d.on_missing.policy == "error")
            found = self.behind([*names, *ladders, *checked])
            self.keep("scope")[target] = found
        return found

    def affected(self, target: str) -> tuple[str, ...]:
        """The computed names that decide a target and that a change may reach, in order."""
        found: tuple[str, ...] | None = self.keep("affected").get(target)
        if found is None:
            found = self.keep("affected")[target] = self.needs(self.scope(target), levers=False)
        return found

    def _tagging(self, tag: str) -> Iterator[str]:
        for ladder in self.program.ladders.values():
            if any(tier.tag == tag for tier in ladder.tiers):
                yield ladder.name

    def conditions(self, ladder: Ladder) -> list[Formula]:
        """The gates of a ladder and the conditions of its tiers."""
        formulas = (self.program.eligible, ladder.eligible, *(tier.enter for tier in ladder.tiers))
        return [formula for formula in formulas if formula is not None]

    def _definition(self, name: str) -> Iterable[Iterable[str]]:
        ladder = self.program.ladders.get(name)
        if ladder is not None:
            yield from (references(formula) for formula in self.conditions(ladder))
            return
        dimension: Dimension = self.program.dimensions[name]
        if dimension.supply is not None:
            return  # nobody knows what a plugin would say, so what it reads stays as it is
        if dimension.term is not None:
            yield references(dimension.term)
        if dimension.condition is not None:
            yield references(dimension.condition)
        yield (item.dimension for item in dimension.scorecard)


def layout_of(forms: Forms, held: frozenset[str] = _NONE, *, loose: bool = False) -> Layout:
    """The layout of a rule set, kept with its normal forms."""
    kept: dict[Any, Layout] = forms.kept.setdefault("layouts", {})
    found: Layout | None = kept.get((held, loose))
    if found is None:
        if len(kept) >= _LAYOUTS:
            kept.clear()
        found = kept[held, loose] = Layout(forms, held, loose=loose)
    return found


def _read_by_plugins(program: Program, given: frozenset[str]) -> frozenset[str]:
    """Everything that a plugin's answer depends on."""
    found: set[str] = set()
    supplied = {n: d.supply for n, d in program.dimensions.items() if d.supply is not None}
    stack = [name for name, supply in supplied.items() if supply.call is not None and name not in given]
    while stack:
        name = stack.pop()
        node = program.ladders.get(name) or program.dimensions[name]
        fresh = inputs(node, program.eligible) - found if name not in given else frozenset()
        found |= fresh
        stack += fresh
    return frozenset(found)
