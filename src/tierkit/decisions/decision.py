"""The decision: the answer for one record, and every question about it answered on demand.

A decision holds the program, the values it was made from and the positions of what fired; tags, reasons and
the rest are made when they are asked for. It is immutable, compares by content and pickles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from threading import get_ident
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from tierkit.decisions import paths, scores, whys
from tierkit.decisions.benefits import benefits
from tierkit.decisions.facts import Facts
from tierkit.decisions.failures import failures
from tierkit.decisions.findings import held
from tierkit.decisions.reasons import Failure, Grant, Known, Points, Reason, Undetermined
from tierkit.decisions.serial import decision_dict
from tierkit.errors import UsageError
from tierkit.program.reference import NO_TIER, UNDECIDED, outcomes

if TYPE_CHECKING:
    from tierkit.decisions.source import DecisionSource

Answer = tuple[tuple[Any, ...], tuple[int, ...], tuple[int, ...]]
"""Values by dimension, positions by ladder, and masks that say which rules fired."""

State = tuple["DecisionSource", Any, Answer, Any, Any]
"""The source, the key, the answer, the moment of evaluation, `known_at`."""

_T = TypeVar("_T")


class Decision:
    """Tags, tiers, scores and benefits of one customer, and why.

    Made by `RuleSet.evaluate`; not made by hand.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}, "
    ...     "rules: [{id: big, tag: Big, when: x > 10, because: many}]}")
    >>> decision = rules.evaluate({"x": 12})
    >>> decision.tags, decision.reasons[0].because, decision.reasons[0].findings[0].margin
    (('Big',), 'many', 2.0)
    """

    __slots__ = ("_memo", "_state")
    _memo: dict[str, Any]
    _state: State

    def __setattr__(self, name: str, value: object) -> None:
        message = "a decision cannot be changed"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    # -- the parts

    @property
    def key(self) -> Any:
        """The customer's key, as the record holds it; None without `key:` in the rule set."""
        return self._state[1]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, in file order of the first rule that gives each, then those that come with a tier."""
        state = self._state
        return state[0].tags_of(state[2], state[3])

    @property
    def tiers(self) -> Mapping[str, str | None]:
        """The tier of each ladder; None when no tier takes the customer, or when it is undetermined."""
        return MappingProxyType(self._state[0].tiers_of(self._state[2]))

    @property
    def scores(self) -> Mapping[str, float | None]:
        """Every score by name; None when an input is missing."""
        known = self.facts.known
        names = (d.name for d in self._state[0].program.dimensions.values() if d.type == "score")
        return MappingProxyType({name: known[name] for name in names})  # type: ignore[misc]  # scores are numbers

    @property
    def benefits(self) -> tuple[Grant, ...]:
        """What the tags and tiers earn, as the providers grant and combine it."""
        return self._granted()[0]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why each tag and tier is held, one reason per rule that fired; see `Reason`."""
        return self._remember("reasons", lambda: tuple(self._reasons()))

    @property
    def undetermined(self) -> tuple[Undetermined, ...]:
        """Rules and ladders that could not be decided, with the dimensions missing at the root."""
        return self._remember("undetermined", lambda: tuple(self._undetermined()))

    @property
    def errors(self) -> tuple[Failure, ...]:
        """Plugins that failed, with what went wrong."""
        return self._remember("errors", lambda: (*failures(self), *self._granted()[1]))

    @property
    def values(self) -> Mapping[str, Known]:
        """Every dimension's value, where it came from, and why it is missing if it is."""
        facts = self.facts
        names = facts.program.dimensions
        return self._remember(
            "values", lambda: MappingProxyType({name: facts.described(name) for name in names})
        )

    @property
    def ruleset(self) -> Mapping[str, Any]:
        """Name, version and digest of the rule set, and the versions of the plugins that took part."""
        source = self._state[0]
        program, plugins = source.program, dict(source.plugins.versions)
        return MappingProxyType(
            {"name": program.name, "version": program.version, "digest": program.digest, "plugins": plugins}
        )

    @property
    def as_of(self) -> dt.datetime:
        """The instant of evaluation, in the rule set's time zone."""
        return self._state[0].instant(self._state[3])

    @property
    def known_at(self) -> dt.datetime | None:
        """The instant up to which records counted as known, when one was given."""
        known_at = self._state[4]
        return None if known_at is None else self._state[0].instant(known_at)

    # -- questions

    def why_not(self, target: str) -> tuple[Reason, ...]:
        """Per rule that gives `target`, every leaf that is not true; empty when it is held already.

        Raises `UsageError` when no rule gives the target.
        """
        return whys.why_not(self, target)

    def path_to(
        self, target: str, *, costs: Mapping[str, float] | None = None, fixed: Iterable[str] = ()
    ) -> paths.Path | None:
        """The smallest change that makes `target` (or a better tier) true, or None when there is none.

        Fewest dimensions, then least Σ|Δ|/max(1,|threshold|), then file order. Applied to the record, it
        gives the target. It is exact for conditions on one dimension each and for scorecards of dimensions
        of the record; where conditions compute with several dimensions at once (`a / b > 2`, a sum of
        products) it is good, and not always the very best.

        Args:
            target: A tag, or a tier as `ladder.tier`.
            costs: What one unit of each dimension costs: of a number one, of a date a day, of a set one
                text, of anything else the change itself. Then the least Σ|Δ|·cost wins, and nothing else
                may change.
            fixed: Dimensions that stay as they are.

        Raises `UsageError` when no rule gives the target, or when `costs` or `fixed` name what cannot change.
        """
        return paths.path_to(self, target, costs=costs, fixed=fixed)

    def paths_to(
        self,
        target: str,
        limit: int = 3,
        *,
        costs: Mapping[str, float] | None = None,
        fixed: Iterable[str] = (),
    ) -> tuple[paths.Path, ...]:
        """Up to `limit` different ways to `target`, best first: what `path_to` finds, then others.

        No way changes all the dimensions that another one changes. Empty when there is none; a target that is
        held has one way, without changes.
        """
        return paths.paths_to(self, target, limit, costs=costs, fixed=fixed)

    def leeway(self, target: str) -> paths.Leeway | None:
        """What holds `target`: how far each dimension may move by itself before it is lost, nearest first.

        A better tier of the same ladder is as good. None when the target is not held.
        """
        return paths.leeway(self, target)

    def points(self, score: str) -> tuple[Points, ...]:
        """Points earned and lost per characteristic of a score, largest loss first.

        Raises `UsageError` when there is no such scorecard.
        """
        return scores.points(self, score)

    def explain(self, locale: str = "en") -> str:
        """The whole decision as text a salesperson can read, in English or Chinese."""
        from tierkit.decisions.explain import explain  # babel is loaded when it is needed

        return explain(self, locale)

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The decision as JSON-ready data, under schema `tierkit.decision/1`."""
        return decision_dict(self, locale)

    # -- inside

    @property
    def facts(self) -> Facts:
        """The values by name and walks over conditions; what explanations are made from."""
        source, _, (raw, tiers, _), _, _ = self._state
        return self._remember("facts", lambda: Facts(source.forms, raw, tiers, self.day))

    @property
    def day(self) -> dt.date:
        """The day of evaluation in the rule set's time zone."""
        return self.as_of.date()

    @property
    def source(self) -> DecisionSource:
        """What the decision was made by."""
        return self._state[0]

    @property
    def fired(self) -> tuple[int, ...]:
        """The positions of the rules that fired."""
        return self._rules()[0]

    @property
    def open_rules(self) -> tuple[int, ...]:
        """The positions of the rules that could not be decided."""
        return self._rules()[1]

    def _granted(self) -> tuple[tuple[Grant, ...], tuple[Failure, ...]]:
        return self._remember("benefits", self._grant)

    def _grant(self) -> tuple[tuple[Grant, ...], tuple[Failure, ...]]:
        """Asks the providers; one that asks back for the benefits is told so instead of being asked again."""
        memo, here = self._memo, get_ident()
        if memo.get("granting") == here:
            message = "the benefits are being granted: a provider cannot read them"
            raise UsageError(message)
        memo["granting"] = here
        try:
            return benefits(self)
        finally:
            memo.pop("granting", None)

    def _rules(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        source, _, (_, _, masks), moment, _ = self._state
        return self._remember("rules", lambda: source.rules(masks, moment))

    def _remember(self, name: str, make: Callable[[], _T]) -> _T:
        try:
            memo = self._memo
        except AttributeError:
            memo = {}
            object.__setattr__(self, "_memo", memo)
        if name not in memo:
            memo[name] = make()
        found: _T = memo[name]
        return found

    def _reasons(self) -> list[Reason]:
        facts, program = self.facts, self._state[0].program
        found = []
        if program.eligible is not None and facts.truth(program.eligible) is False:
            return [Reason(None, None, {}, held(facts, program.eligible, negate=True))]
        for position in self.fired:
            rule = program.rules[position]
            found.append(Reason(rule.tag, rule.id, rule.because, held(facts, rule.when)))
        for ladder, position in zip(program.ladders.values(), self._state[2][1], strict=True):
            if position >= 0:
                tier = ladder.tiers[position]
                target = f"{ladder.name}.{tier.id}"
                findings = () if tier.enter is None else held(facts, tier.enter)
                found.append(Reason(target, target, tier.because, findings))
                if tier.tag is not None:
                    found.append(Reason(tier.tag, target, tier.because, findings))
        return found

    def _undetermined(self) -> list[Undetermined]:
        facts, program = self.facts, self._state[0].program
        found = []
        for position in self._rules()[1]:
            rule = program.rules[position]
            missing: dict[Any, None] = {}
            for part in (program.eligible, rule.when):
                if part is not None:
                    missing.update(dict.fromkeys(facts.missing_in(part)))
            found.append(Undetermined(rule.id, None, (), tuple(missing)))
        for ladder, position in zip(program.ladders.values(), self._state[2][1], strict=True):
            if position == UNDECIDED:
                possible: list[str | None] = []
                holding = outcomes(program, ladder, facts.known, facts.day)
                for tier, holds in zip(ladder.tiers, holding, strict=True):
                    if holds is not False:
                        possible.append(tier.id)
                    if holds:
                        break
                else:
                    possible.append(None)
                found.append(Undetermined(None, ladder.name, tuple(possible), facts.roots_of(ladder.name)))
        return found

    def _content(self) -> tuple[Any, ...]:
        source, key, (raw, tiers, _), _, known_at = self._state
        program = source.program
        return (
            program.name, program.version, program.digest, source.forms.given, key, raw, tiers,
            self._rules(), self.as_of, known_at,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((self._state[0].program.digest, *self._state[2][:2]))

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, self._state

    def __repr__(self) -> str:
        program = self._state[0].program
        key = "" if self.key is None else f" {self.key!r}"
        tiers = ", ".join(f"{name}={tier}" for name, tier in self.tiers.items())
        return f"<Decision{key} {program.name}@{program.version} tags={self.tags!r} {tiers}>"


set_state: Callable[[Decision, Any], None] = vars(Decision)["_state"].__set__
"""Fills a new decision; the way around its immutability for whoever makes it."""


def restore(*state: Any) -> Decision:
    """A decision from its state; the fast path of evaluation and of unpickling."""
    decision = object.__new__(Decision)
    set_state(decision, state)
    return decision


__all__ = ["NO_TIER", "Decision", "restore"]
