"""The whole of a decision in words, as plain text in English or Chinese.

What is printed depends on the decision and the locale alone, never on a clock. The lines are laid out here,
sentences are made in `sentences`, words come from `words`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierkit.decisions.findings import held
from tierkit.decisions.formats import Style, clean
from tierkit.decisions.grants import granted
from tierkit.decisions.targets import explain_target
from tierkit.decisions.voice import Lines, Voice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tierkit.decisions.decision import Decision
    from tierkit.decisions.reasons import Finding, Points, Reason
    from tierkit.program.model import Ladder, Rule

__all__ = ["explain", "explain_target"]

_ABREAST = 4
"""How many rules that miss the same values stand on one line."""


def explain(decision: Decision, locale: str = "en") -> str:
    """The whole decision as text a salesperson can read.

    >>> import tierkit
    >>> rules = tierkit.loads('''
    ... ruleset: demo
    ... version: 1
    ... dimensions:
    ...   amount: {type: money, unit: EUR, label: Monthly amount}
    ... rules:
    ...   - {id: vip, tag: VIP, when: amount >= 10k, because: Buys a lot}
    ... ''')
    >>> print(rules.evaluate({"amount": 12_500}, as_of="2025-11-20").explain())
    demo, version 1, Nov 20, 2025
    <BLANKLINE>
    Tags
      VIP: Buys a lot (rule vip)
        - Monthly amount €12,500.00 is at least €10,000.00 (by €2,500.00)
    """
    voice = Voice(decision, locale)
    refusals = [reason for reason in decision.reasons if reason.target is None]
    sections = [
        [voice.head()],
        list(_refused(voice, refusals[0]) if refusals else _tags(voice)),
        [] if refusals else _section(voice, "tiers", _tiers(voice)),
        _section(voice, "scores", _scores(voice)),
        _section(voice, "benefits", _benefits(voice)),
        _section(voice, "undetermined", _undetermined(voice)),
        _section(
            voice, "errors", (f"  - {clean(failure.message(locale), 400)}" for failure in decision.errors)
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _section(voice: Voice, title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [voice.say(title), *found] if found else []


def _refused(voice: Voice, reason: Reason) -> Lines:
    yield voice.say("not eligible")
    yield from voice.findings(reason.findings, "  ")


def _tags(voice: Voice) -> Lines:
    """Every tag with its reasons: on one line when there is one reason, else below it."""
    tags = voice.decision.tags
    yield voice.say("tags" if tags else "no tags")
    for tag in tags:
        reasons = [reason for reason in voice.decision.reasons if reason.target == tag]
        told = [(voice.own(reason), reason) for reason in reasons]
        if len(told) == 1:
            own, reason = told[0]
            yield f"  {voice.pair(voice.labels.tag(tag), own or voice.because(reason))}"
            yield from voice.findings(() if own else _own(reason), "    ")
            continue
        yield f"  {voice.labels.tag(tag)}"
        for own, reason in told:
            yield f"    {own or voice.because(reason)}"
            yield from voice.findings(() if own else _own(reason), "      ")


def _own(reason: Reason) -> tuple[Finding, ...]:
    """The findings of a tag; those of a tier are told with the tier."""
    return () if "." in (reason.rule or "") else reason.findings


def _tiers(voice: Voice) -> Lines:
    """Every ladder: its tier and why, or none, or those still possible."""
    reasons = {reason.target: reason for reason in voice.decision.reasons}
    undecided = {item.ladder: item for item in voice.decision.undetermined}
    for name, tier in voice.decision.tiers.items():
        ladder = voice.program.ladders[name]
        if name in undecided:
            yield from voice.undecided(undecided[name], "  ")
        elif tier is None:
            yield from _no_tier(voice, ladder)
        else:
            reason = reasons[f"{name}.{tier}"]
            if own := voice.own(reason):
                text = voice.words.noted(voice.labels.tier(name, tier), [own])
                yield f"  {voice.pair(voice.labels.name(name), text)}"
                continue
            everyone = any(t.enter is None for t in ladder.tiers if t.id == tier)
            notes = [voice.labels.longer(reason.texts), voice.say("everyone else") if everyone else ""]
            text = voice.words.noted(voice.labels.tier(name, tier), notes)
            yield f"  {voice.pair(voice.labels.name(name), text)}"
            yield from voice.findings(reason.findings, "    ")


def _no_tier(voice: Voice, ladder: Ladder) -> Lines:
    """A customer in no tier, and why where the ladder does not take them."""
    refused = ladder.eligible is not None and voice.facts.truth(ladder.eligible) is False
    text = voice.say("ladder not eligible" if refused else "no tier")
    yield f"  {voice.pair(voice.labels.name(ladder.name), text)}"
    if ladder.eligible is not None and refused:
        yield from voice.findings(held(voice.facts, ladder.eligible, negate=True), "    ")


def _scores(voice: Voice) -> Lines:
    """Every score, and where it was computed what its characteristics earned and lost."""
    for name, value in voice.decision.scores.items():
        card = bool(voice.program.dimensions[name].scorecard)
        text = voice.say("unknown") if value is None else voice.labels.value(Style("score"), value)
        text = voice.say("of 100", score=text) if card and value is not None else text
        yield f"  {voice.pair(voice.labels.name(name), text)}"
        if card and voice.facts.source(name) == "derived":
            yield from (f"    - {_points(voice, points)}" for points in voice.decision.points(name))
        elif value is None:
            yield from (f"    - {line}" for line in voice.sentences.missing(voice.facts.roots_of(name)))


def _points(voice: Voice, points: Points) -> str:
    """One characteristic: its value, or why there is none, and its points."""
    name, style = voice.sentences.value(points.dimension), Style("number")
    if points.earned is None:
        return voice.pair(name, voice.say("unknown"))
    earned, most = voice.labels.values(style, [points.earned], [points.most])
    lost = voice.formats.distance(style, points.earned, points.most)
    text = voice.say("earned" if lost is None else "lost", earned=earned, most=most, lost=lost or "")
    return voice.pair(name, text)


def _benefits(voice: Voice) -> Lines:
    """What each target earns."""
    by_target: dict[str, list[str]] = {}
    awards = (award for benefit in voice.program.benefits for award in benefit.awards)
    say = {award.provider: award.offered.provider.say for award in awards if award.offered is not None}
    for grant in voice.decision.benefits:
        text = granted(voice.labels, grant, voice.locale, say.get(grant.provider))
        by_target.setdefault(grant.target, []).append(text)
    for target, texts in by_target.items():
        yield f"  {voice.labels.target(target)}"
        yield from (f"    - {text}" for text in texts)


def _undetermined(voice: Voice) -> Lines:
    """The rules that could not be decided, those that miss the same values together."""
    rules = {rule.id: rule for rule in voice.program.rules}
    by_lines: dict[tuple[str, ...], list[Rule]] = {}
    for item in voice.decision.undetermined:
        if item.rule is not None:
            by_lines.setdefault(tuple(voice.sentences.missing(item.missing)), []).append(rules[item.rule])
    for lines, found in by_lines.items():
        named = [voice.words.noted(voice.labels.tag(rule.tag), [voice.rule(rule.id)]) for rule in found]
        for start in range(0, len(named), _ABREAST):
            more = voice.say("comma").rstrip() if start + _ABREAST < len(named) else ""
            yield f"  {voice.words.commas(named[start : start + _ABREAST])}{more}"
        yield from (f"    - {line}" for line in lines)
