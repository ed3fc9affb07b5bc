"""The ways to a target and what holds one, in words: short lines that a salesperson reads out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tierkit.decisions.voice import Lines, Voice
from tierkit.program.terms import Ref

if TYPE_CHECKING:
    from tierkit.decisions.formats import Style
    from tierkit.decisions.paths import Limit

_WAYS = 3
_LIMITS = 6
_TITLES = ("path", "path better"), ("other path", "other path better")


def paths(voice: Voice, target: str) -> Lines:
    """The smallest change that reaches the target, then other ways."""
    best = voice.decision.path_to(target)
    if best is None:
        yield f"  {voice.say('no path')}"
        return
    found = (best, *voice.decision.paths_to(target, _WAYS)[1:])
    for at, path in enumerate(found):
        if path.changes:
            better = "" if path.target == target else voice.labels.target(path.target)
            yield f"  {voice.say(_TITLES[at > 0][bool(better)], target=better)}"
            for change in path.changes:
                yield f"    - {_change(voice, change.dimension, change.before, change.after)}"


def limits(voice: Voice, target: str, key: str, *, always: bool = True) -> Lines:
    """What loses a target that is held, each change by itself, the nearest first."""
    leeway = voice.decision.leeway(target)
    if leeway is None:
        return
    lines = list(dict.fromkeys(_limits(voice, target, leeway.limits)))
    if lines or always:
        yield f"  {voice.say(key if lines else 'nothing loses', target=voice.labels.target(target))}"
    yield from (f"    - {line}" for line in lines[:_LIMITS])
    if len(lines) > _LIMITS:
        yield f"    - {voice.say('further', count=str(len(lines) - _LIMITS))}"


def _limits(voice: Voice, target: str, found: tuple[Limit, ...]) -> Iterator[str]:
    """A line for each limit; categories that are lost to the same tier have one together."""
    for limit in found:
        style, label = voice.labels.style(Ref(limit.dimension, "")), voice.labels.name(limit.dimension)
        if limit.delta is not None and limit.before is not None:
            text, far = _end(voice, style, label, limit)
            yield voice.words.noted(text, [far, _then(voice, target, limit)])
        elif isinstance(limit.loses, frozenset) and limit.before is not None:
            text = _change(voice, limit.dimension, limit.before, limit.loses)
            yield voice.words.noted(text, [_then(voice, target, limit)])
        else:
            alike = [
                other for other in found if (other.dimension, other.then) == (limit.dimension, limit.then)
            ]
            values = voice.labels.values(style, [other.loses for other in alike])
            text = voice.say("becomes", label=label, values=voice.words.commas(values))
            yield voice.words.noted(text, [_then(voice, target, limit)])


def _end(voice: Voice, style: Style, label: str, limit: Limit) -> tuple[str, str]:
    """Where a number or a date ends, and how far that is.

    Said is the last value that keeps the target, or the first that loses it where that is the rounder one.
    """
    keeps: Any = limit.keeps
    loses: Any = limit.loses
    before: Any = limit.before
    up = loses > before
    if style.family != "number":
        text = voice.say(
            "lost later" if up else "lost earlier", label=label, value=voice.labels.value(style, loses)
        )
        return text, _signed(voice, style, voice.formats.days(abs(int(limit.delta or 0))), up=up)
    (goal, side), (last, _) = (
        voice.formats.nearby(loses),
        voice.formats.nearby(loses if keeps is None else keeps),
    )
    whole, kept = style.type in ("integer", "money"), keeps is not None
    if kept and (side or whole):
        key, shown, goal = "lost above" if up else "lost below", last, goal if whole else last
    else:
        key, shown, kept = "lost from above" if up else "lost from below", goal, False
    distance = voice.formats.distance(style, before, goal, exact=whole or not kept)
    text = voice.say(key, label=label, value=voice.labels.value(style, shown))
    return text, "" if distance is None else _signed(voice, style, distance, up=up)


def _then(voice: Voice, target: str, limit: Limit) -> str:
    """What follows for a tier: another one, or none."""
    if "." not in target:
        return ""
    if limit.then is None:
        return voice.say("then no tier")
    ladder, _, tier = limit.then.partition(".")
    return voice.say("then", tier=voice.labels.tier(ladder, tier))


def _change(voice: Voice, name: str, before: Any, after: Any) -> str:
    """A value now and then, and for numbers how far it is from one to the other."""
    labels, say = voice.labels, voice.say
    style, label = labels.style(Ref(name, "")), labels.name(name)
    known = [] if before is None else [before]
    if style.family == "number":
        goal, side = voice.formats.nearby(after)
        *now, then = labels.values(style, known, [goal])
        if side:
            then = say("just above" if side > 0 else "just below", value=then)
        far = voice.formats.distance(style, before, goal) if known else None
    else:
        *now, then = labels.values(style, [*known, after])
        goal, far = after, None
    if not known:
        return say("given as", label=label, after=then)
    text = say("change", label=label, before=now[0], after=then)
    return text if far is None else voice.words.noted(text, [_signed(voice, style, far, up=goal > before)])


def _signed(voice: Voice, style: Style, far: str, *, up: bool) -> str:
    return f"{'+' if up else '−'}{voice.sentences.points(style, far)}"
