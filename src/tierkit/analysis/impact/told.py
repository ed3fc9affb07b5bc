"""Why customers who move stand where they stand, in the words of decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierkit.analysis.impact.movers import Mover, Refused
from tierkit.analysis.impact.places import Scheme, State
from tierkit.decisions import Decision, Reason
from tierkit.decisions.formats import clean
from tierkit.decisions.labels import LONGEST_TEXT, Labels
from tierkit.decisions.targets import needed
from tierkit.decisions.voice import Voice


@dataclass(frozen=True, slots=True)
class Said:
    """What one version says of a tag or a tier: `kind` is `held`, `lacking`, `open`, `unknown` or `error`."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()


def told(mover: Mover, scheme: Scheme, at: int, locale: str) -> tuple[Said, ...]:
    """What the version on one side says of a mover: tiers first, then tags."""
    answer = None if mover.answers is None else mover.answers[at]
    if isinstance(answer, Refused):
        return (Said("error", clean(answer.message(locale), LONGEST_TEXT)),)
    return () if answer is None else tuple(_told(mover, scheme, at, answer, locale))


def _told(mover: Mover, scheme: Scheme, at: int, answer: Decision, locale: str) -> Iterator[Said]:
    voice, why = Voice(answer, locale), mover.why(scheme, at)
    for reason in sorted(why.held, key=_tags_last):
        lines = tuple(voice.sentences.finding(finding) for finding in reason.findings)
        yield Said("held", _title(voice, reason) if lines else _bare(voice, reason), lines)
    undecided = {item.ladder: item for item in answer.undetermined if item.ladder is not None}
    for name, *places in mover.places(scheme):
        if places[at].state is State.undetermined:
            title, *missing = voice.undecided(undecided[name], "")
            yield Said("open", title, tuple(line.strip().removeprefix("- ") for line in missing))
        elif places[at].state is State.none:
            yield Said("held", voice.pair(voice.labels.name(name), voice.say("no tier")))
    for target in dict.fromkeys(reason.target for reason in why.lacking if reason.target is not None):
        for way, needs in needed(voice, target):
            yield Said("lacking", _title(voice, Reason(target, way.name, way.texts, ())), needs)
    for target in why.unknown:
        yield Said("unknown", clean(target))


def _tags_last(reason: Reason) -> bool:
    return "." not in (reason.target or ".")


def _bare(voice: Voice, reason: Reason) -> str:
    """What is held without a condition: the last tier takes everyone else."""
    return voice.words.noted(_title(voice, reason), [voice.say("everyone else")])


def _title(voice: Voice, reason: Reason) -> str:
    """The tag or tier, and the business reason where there is one."""
    if reason.target is None:
        return voice.say("not eligible")
    labels = voice.labels
    because = voice.own(reason) or labels.longer(reason.texts)
    ladder, dot, tier = reason.target.partition(".")
    title = labels.tier(ladder, tier) if dot else labels.tag(reason.target)
    return voice.pair(title, because) if because else title


def place_label(labels: Labels, ladder: str, tier: str) -> str:
    """A tier in the words of a rule set that may not have it."""
    known = labels.program.ladders.get(ladder)
    return labels.tier(ladder, tier) if known and any(t.id == tier for t in known.tiers) else clean(tier)
