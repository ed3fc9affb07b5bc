"""Rules, ladders, tags and benefits."""

from __future__ import annotations

from typing import Any

from tierkit.documents.fields import kind
from tierkit.documents.models import BenefitEntry, LadderEntry, RuleEntry, TierEntry
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context, day, optional_text, texts
from tierkit.program.build.declared import Declared
from tierkit.program.build.provided import build_award
from tierkit.program.model import Benefit, Ladder, Rule, Tag, Tier


class Spellings:
    """Finds two names that differ by upper and lower case only."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.first: dict[str, Scalar] = {}

    def add(self, name: Scalar, kind: str, *, same_is_fine: bool = False) -> None:
        """Notes `name`; reports it when another spelling (or the same one) was there before."""
        other = self.first.setdefault(name.casefold(), name)
        if other is name or (same_is_fine and other == name):
            return
        line = self.context.problems.source.location(other.start).line
        self.context.add("duplicate-name", name, kind=kind, name=name, other=other, line=line)


def build_rule(context: Context, entry: RuleEntry, tags: Tags) -> Rule | None:
    """The rule of an entry, or None with a problem."""
    tags.use(entry.tag)
    when = context.condition(entry.when)
    dates = day(entry.valid_from), day(entry.valid_through)
    _check_dates(context, entry, dates)
    if when is None:
        return None
    return Rule(str(entry.id), str(entry.tag), when, texts(entry.because), *dates)


def build_ladder(
    context: Context, name: Scalar, entry: LadderEntry, tiers: list[Any], tags: Tags
) -> Ladder | None:
    """The ladder of an entry with its tiers."""
    if not tiers:
        context.add("no-tiers", name, name=name)
        return None
    spellings, built = Spellings(context), []
    for position, tier in enumerate(tiers):
        if isinstance(tier, Broken):
            continue
        spellings.add(tier.id, "tier")
        if tier.enter is None and position < len(tiers) - 1:
            context.add("default-tier", tier.id)
        if tier.tag is not None:
            tags.use(tier.tag)
        built.append(_tier(context, tier))
    return Ladder(
        str(name),
        tuple(built),
        texts(entry.label),
        entry.when_unknown == "next",
        context.condition(entry.eligible),
    )


def _tier(context: Context, entry: TierEntry) -> Tier:
    enter = context.condition(entry.enter)
    return Tier(str(entry.id), enter, texts(entry.label), optional_text(entry.tag), texts(entry.because))


class Tags:
    """The tags of a file: declared ones, used ones, and their spellings."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.declared = context.document.tags
        self.spellings = Spellings(context)
        for name in self.declared or ():
            self.spellings.add(name, "tag")
        self.used: dict[str, None] = {}

    def use(self, name: Scalar) -> None:
        """Notes that a rule or a tier gives this tag."""
        if self.declared is None:
            self.spellings.add(name, "tag", same_is_fine=True)
        elif name not in self.declared and "tags" not in self.context.document.refused:
            self.context.add("unknown-tag", name, *did_you_mean(name, self.declared), name=name)
        self.used[str(name)] = None

    def build(self) -> dict[str, Tag]:
        """Every tag used or declared, with what the file says about it."""
        found = {name: Tag(name) for name in self.used}
        for name, entry in (self.declared or {}).items():
            if not isinstance(entry, Broken):
                owner = optional_text(entry.owner)
                found[str(name)] = Tag(str(name), texts(entry.label), texts(entry.description), owner)
        return found


def build_benefit(context: Context, entry: BenefitEntry, declared: Declared) -> Benefit | None:
    """The benefit of an entry, or None with problems."""
    wanted = list(entry.for_) if isinstance(entry.for_, Sequence) else [entry.for_]
    for target in wanted:
        if declared.lacks("target", target):
            hint = did_you_mean(target, declared.known("target"))
            context.add("unknown-target", target, *hint, name=target)
    if not isinstance(entry.grant, Mapping) or not entry.grant:
        if isinstance(entry.grant, Mapping):
            context.add("empty-list", entry.grant, what="`grant`")
        else:
            context.add("wrong-shape", entry.grant, expected="a mapping", found=kind(entry.grant))
        return None
    when = None if entry.when is None else context.condition(entry.when)
    dates = day(entry.valid_from), day(entry.valid_through)
    _check_dates(context, entry, dates)
    awards = tuple(build_award(context, name, params) for name, params in entry.grant.items())
    return Benefit(tuple(str(target) for target in wanted), awards, when, *dates)


def _check_dates(context: Context, entry: Any, dates: tuple[Any, Any]) -> None:
    if dates[0] is not None and dates[1] is not None and dates[1] < dates[0]:
        context.add("dates-reversed", entry.valid_through)
