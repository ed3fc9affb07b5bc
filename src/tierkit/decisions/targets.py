"""One tag or tier in words: why it is held and what would lose it, or what it takes and the ways there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierkit.decisions.gaps import Gap, Group, gaps
from tierkit.decisions.moving import limits, paths
from tierkit.decisions.reasons import Reason
from tierkit.decisions.voice import Lines, Voice
from tierkit.decisions.whys import Way, holds, ways
from tierkit.program.terms import And

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tierkit.decisions.decision import Decision


def explain_target(decision: Decision, target: str, locale: str = "en") -> str:
    """Why a tag or tier is held, or what must change for it.

    Raises `UsageError` when no rule gives the target.

    >>> import tierkit
    >>> rules = tierkit.loads('''
    ... ruleset: demo
    ... version: 1
    ... dimensions:
    ...   return_rate: {type: ratio, label: Return rate}
    ... rules:
    ...   - {id: good, tag: Good, when: return_rate < 5%}
    ... ''')
    >>> decision = rules.evaluate({"return_rate": 0.07}, as_of="2025-11-20")
    >>> print(explain_target(decision, "Good"))  # doctest: +ELLIPSIS
    demo, version 1, Nov 20, 2025
    <BLANKLINE>
    Good: no
      rule good still needs:
        - Return rate 7% must be below 5% (2 points above)
    ...
    """
    voice = Voice(decision, locale)
    found = ways(voice.program, target)
    lines = _held(voice, target) if holds(decision, target) else _not_held(voice, target, found)
    return "\n".join((voice.head(), "", *lines))


def needed(voice: Voice, target: str) -> Iterator[tuple[Way, tuple[str, ...]]]:
    """Every way to a target that is not held, and what it needs, a line each; nested ones have a dash."""
    for way in ways(voice.program, target):
        lines = _gaps(voice, gaps(voice.facts, And(way.conditions)), "")
        plain = ("– " * (line.startswith(" ")) + line.strip().removeprefix("- ") for line in lines)
        yield way, (*_dates(voice, way.name), *plain)


def _held(voice: Voice, target: str) -> Lines:
    yield voice.pair(voice.labels.target(target), voice.say("held"))
    for reason in voice.decision.reasons:
        if reason.target == target:
            own = voice.own(reason)
            yield f"  {own or voice.because(reason)}"
            yield from voice.findings(() if own else reason.findings, "    ")
    yield from limits(voice, target, "lost by")


def _not_held(voice: Voice, target: str, found: Iterable[Way]) -> Lines:
    title = voice.labels.target(target)
    better = _better_tier(voice, target)
    if better is not None:
        yield voice.pair(title, voice.say("better tier", tier=better))
        yield from limits(voice, target, "lost by")
        return
    undecided = voice.decision.undetermined
    unknown = {item.rule for item in undecided}
    unknown |= {f"{item.ladder}.{tier}" for item in undecided for tier in item.tiers}
    status = "undecided" if any(way.name in unknown for way in found) else "not held"
    yield voice.pair(title, voice.say(status))
    for at, way in enumerate(found):
        title, *lines = _way(voice, way)
        yield f"  {voice.say('or', line=title) if at else title}"
        yield from lines
    yield from paths(voice, target)
    yield from _present(voice, target)


def _better_tier(voice: Voice, target: str) -> str | None:
    """The tier the customer is in, when it is a better one of the same ladder."""
    ladder, dot, tier = target.partition(".")
    current = voice.decision.tiers.get(ladder) if dot else None
    if current is None:
        return None
    ids = [item.id for item in voice.program.ladders[ladder].tiers]
    return voice.labels.tier(ladder, current) if ids.index(current) < ids.index(tier) else None


def _way(voice: Voice, way: Way) -> Lines:
    """What one rule or tier still needs; of a tier that needs nothing itself, the better ones still open."""
    by = voice.because(Reason(None, way.name, way.texts, ()))
    dates, open_ = _dates(voice, way.name), gaps(voice.facts, And(way.conditions))
    yield voice.say("needs" if dates or open_ else "needs nothing", way=by)
    yield from (f"    - {line}" for line in dates)
    yield from _gaps(voice, open_, "    ")
    for item in voice.decision.undetermined if not open_ else ():
        if item.ladder is not None and way.name.startswith(f"{item.ladder}."):
            yield from voice.undecided(item, "    ")


def _dates(voice: Voice, name: str) -> list[str]:
    """The days of a rule, when this day is none of them."""
    day = voice.formats.day
    for rule in voice.program.rules:
        if rule.id == name and not rule.valid_on(voice.decision.day):
            start = "" if rule.valid_from is None else day(rule.valid_from)
            end = "" if rule.valid_through is None else day(rule.valid_through)
            key = "between days" if start and end else "from day" if start else "through day"
            return [voice.say(key, start=start, end=end)]
    return []


def _gaps(voice: Voice, found: Iterable[Gap], indent: str) -> Lines:
    """What is open, nested where only some of it is needed."""
    for gap in found:
        if not isinstance(gap, Group):
            yield from voice.findings([gap], indent)
            continue
        key = "one of" if gap.count == 1 else "all of" if gap.count == len(gap.gaps) else "some of"
        yield f"{indent}- {voice.say(key, count=str(gap.count))}"
        yield from _gaps(voice, gap.gaps, f"{indent}    ")


def _present(voice: Voice, target: str) -> Lines:
    """What holds the tier that the customer is in, when it is another one of the same ladder."""
    ladder, dot, _ = target.partition(".")
    current = voice.decision.tiers.get(ladder) if dot else None
    if current is not None:
        yield from limits(voice, f"{ladder}.{current}", "present lost by", always=False)
