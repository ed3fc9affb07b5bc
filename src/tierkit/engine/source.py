"""A rule set compiled for one choice of given dimensions: what its decisions refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierkit.backends.python import Compiled
from tierkit.decisions.decision import Answer
from tierkit.plugins.used import Used
from tierkit.program.forms import Forms

if TYPE_CHECKING:
    from tierkit.engine.ruleset import RuleSet


class Source:
    """A rule set compiled for one choice of given dimensions; what its decisions refer to."""

    def __init__(self, ruleset: RuleSet, given: frozenset[str]) -> None:
        self.ruleset, self.program = ruleset, ruleset.program
        self.forms = Forms(self.program, given)
        self.compiled = Compiled(self.forms, ruleset._clock.day)  # noqa: SLF001  one object in two parts
        self.instant = ruleset._clock.instant  # noqa: SLF001
        self.plugins = Used(ruleset.plugins, self.forms)
        self.rules = self.compiled.rules
        self._rule_tags = tuple(rule.tag for rule in self.program.rules)
        self._tier_tags = tuple(
            tuple(tier.tag for tier in ladder.tiers) for ladder in self.program.ladders.values()
        )
        # positions -1 (no tier) and -2 (undecided) find the two None at the end
        self._tier_ids = tuple(
            (name, (*(tier.id for tier in ladder.tiers), None, None))
            for name, ladder in self.program.ladders.items()
        )
        self._plain = not any(tag is not None for tags in self._tier_tags for tag in tags)
        # the mask of a record for which nothing fires, where only rules give tags: the common case, soon told
        self._silent = 1 if self._plain and not self.program.ladders else None

    def tiers_of(self, answer: Answer) -> dict[str, str | None]:
        """The tier of each ladder, None where there is none or it is undetermined."""
        return {name: ids[position] for (name, ids), position in zip(self._tier_ids, answer[1])}  # noqa: B905  the hot path; equally long by construction

    def tags_of(self, answer: Answer, moment: Any) -> tuple[str, ...]:
        """The tags of the rules that fired, then of the tiers; each once."""
        _, tiers, masks = answer
        if masks[0] == self._silent:
            return ()
        names = self._rule_tags
        fired = self.rules(masks, moment)[0]
        if self._plain and len(fired) == 1:
            return (names[fired[0]],)
        tags = dict.fromkeys([names[position] for position in fired])
        if not self._plain:
            for tier_tags, position in zip(self._tier_tags, tiers, strict=True):
                if position >= 0 and (tag := tier_tags[position]) is not None:
                    tags[tag] = None
        return tuple(tags)

    def __reduce__(self) -> tuple[Any, ...]:
        return revive, (self.ruleset, self.forms.given)


def revive(ruleset: RuleSet, given: frozenset[str]) -> Source:
    """The source of a pickle: the rule set has it, or makes it again."""
    return ruleset._source(given)  # noqa: SLF001  one object in two parts


class NoFast(dict[Any, Any]):
    """Stands in for the fast functions where every decision goes the slow way."""

    def __missing__(self, _value: Any) -> Any:
        return _nothing


def _nothing(_record: Any, _moment: Any) -> None:
    """The fast function that decides nothing."""
