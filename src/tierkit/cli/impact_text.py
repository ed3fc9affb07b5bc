"""The impact as text for a terminal: the headline first, then ladder by ladder, and who moves and why."""

from __future__ import annotations

from collections.abc import Iterator

from tierkit.analysis.impact.figures import Impact, Migration
from tierkit.analysis.impact.movers import Mover
from tierkit.analysis.impact.told import Said, told
from tierkit.cli.grid import grid
from tierkit.cli.impact_words import Wording, used
from tierkit.decisions.formats import clean
from tierkit.decisions.sentences import cause_text

_TOP = 10
"""So many roots and failed records are told here; the page and JSON have more."""


def lines(impact: Impact, say: Wording) -> Iterator[str]:
    """Everything, line by line."""
    old, new = impact.before, impact.after
    yield f"{clean(old.name)}@{clean(old.version)} → {clean(new.name)}@{clean(new.version)}"
    yield say.headline(impact)
    if under := say.under(impact):
        yield under
    for ladder in impact.ladders:
        yield ""
        yield from _ladder(ladder, say)
    for section in (_tags, _scores, _quotas, _costs, _open, _failed):
        found = list(section(impact, say))
        if found:
            yield ""
            yield from found
    if impact.movers:
        yield ""
        yield from _movers(impact, say)


def _ladder(ladder: Migration, say: Wording) -> Iterator[str]:
    title = say.ladder(ladder.ladder)
    stability = say.stability(ladder.psi)
    yield say.pair(title, stability) if stability else title
    shown = used(ladder)
    names = [say.place(ladder.ladder, ladder.places[at]) for at in shown]
    heads = [say("matrix"), *names, say("total")]
    rows = [
        [name, *(_cell(ladder.counts[a][b], say) for b in shown), say.number(ladder.before[a])]
        for name, a in zip(names, shown, strict=True)
    ]
    rows.append([say("total"), *(say.number(ladder.after[b]) for b in shown), ""])
    numbers = range(1, len(heads))
    yield grid(heads, rows, whole=range(len(heads)), right=numbers)


def _cell(count: int, say: Wording) -> str:
    return say.number(count) if count else "·"


def _tags(impact: Impact, say: Wording) -> Iterator[str]:
    """The tags that somebody gains or loses, and how many others there are."""
    changed = [tag for tag in impact.tags if tag.gained or tag.lost]
    rows = [
        [say.tag(tag.tag), *(say.number(n) for n in (tag.before, tag.after, tag.gained, tag.lost))]
        for tag in changed
    ]
    if rows:
        heads = [say(key) for key in ("tag", "before", "after", "gained", "lost")]
        yield grid(heads, rows, whole=(1, 2, 3, 4), right=(1, 2, 3, 4))
    if same := len(impact.tags) - len(changed):
        yield say("same-tags" if rows else "no-tags", count=say.number(same))


def _scores(impact: Impact, say: Wording) -> Iterator[str]:
    for score in impact.scores:
        if score.psi is not None:
            yield say.pair(say.score(score.score), say.stability(score.psi))


def _quotas(impact: Impact, say: Wording) -> Iterator[str]:
    if impact.quotas:
        rows = [
            [say.target(quota.target), *(say.share(n) for n in (quota.share, quota.before, quota.after))]
            for quota in impact.quotas
        ]
        yield grid(
            [say(key) for key in ("target", "quota", "before", "after")],
            rows,
            whole=(1, 2, 3),
            right=(1, 2, 3),
        )


def _costs(impact: Impact, say: Wording) -> Iterator[str]:
    costs = impact.costs
    if costs.kinds:
        kinds = [(clean(kind.benefit), kind.before.amount, kind.after.amount) for kind in costs.kinds]
        kinds.append((say("total"), costs.before, costs.after))
        rows = [
            [name, say.number(float(old)), say.number(float(new)), say.signed(float(new - old))]
            for name, old, new in kinds
        ]
        yield say("costs")
        yield grid(
            [say(key) for key in ("benefit", "before", "after", "change-column")], rows, right=(1, 2, 3)
        )
        yield from cost_notes(impact, say)


def cost_notes(impact: Impact, say: Wording) -> Iterator[str]:
    """What has no price, and who failed to say it."""
    costs = impact.costs
    if costs.unpriced:
        yield say("unpriced", kinds=say.join([clean(kind) for kind in costs.unpriced]))
    for kind in costs.kinds:
        if kind.before.unpriced or kind.after.unpriced:
            counts = {name: say.number(getattr(kind, name).unpriced) for name in ("before", "after")}
            yield say("some-unpriced", benefit=clean(kind.benefit), **counts)
    for failure in costs.failures:
        yield say(
            "cost-failed", plugin=clean(failure.plugin), benefit=clean(failure.benefit),
            before=say.number(failure.before), after=say.number(failure.after),
            detail=clean(failure.detail, 400),
        )  # fmt: skip


def _open(impact: Impact, say: Wording) -> Iterator[str]:
    found = impact.undetermined
    if not (found.before or found.after):
        return
    yield say("open-heads", before=say.number(found.before), after=say.number(found.after))
    rows = [[name, cause, say.number(old), say.number(new)] for name, cause, old, new in roots(impact, say)][
        :_TOP
    ]
    heads = [say("roots"), "", say("before"), say("after")]
    yield grid(heads, rows, whole=(2, 3), right=(2, 3))
    if bounded(impact):
        yield bound_note(impact, say)


def roots(impact: Impact, say: Wording) -> Iterator[tuple[str, str, int, int]]:
    """The dimensions missing at the root with their causes, in words, and heads before and after."""
    for root in impact.undetermined.roots:
        labels = next(
            (own for own in say.labels if root.missing.dimension in own.program.dimensions), say.labels[0]
        )
        yield labels.name(root.missing.dimension), cause_text(labels, root.missing), root.before, root.after


def bounded(impact: Impact) -> bool:
    """True when not everybody was asked for the roots."""
    found = impact.undetermined
    return found.asked != (found.before, found.after)


def bound_note(impact: Impact, say: Wording) -> str:
    """How many were asked."""
    asked = impact.undetermined.asked
    return say("roots-of", before=say.number(asked[0]), after=say.number(asked[1]))


def _failed(impact: Impact, say: Wording) -> Iterator[str]:
    found = impact.failed
    if found.either:
        yield say("failed-title")
        counts = {name: say.number(getattr(found, name)) for name in ("either", "before", "after")}
        yield say("failed-heads", **counts)
        for record in found.first[:_TOP]:
            told_ = record.to_dict(say.locale)
            texts = dict.fromkeys(text for text in (told_["before"], told_["after"]) if text is not None)
            key = "" if record.key is None else f" (`{clean(str(record.key))}`)"
            yield f"  {say('row', row=say.number(record.row))}{key}: {clean('; '.join(texts), 400)}"


def _movers(impact: Impact, say: Wording) -> Iterator[str]:
    shown, everybody = say.number(len(impact.movers)), say.number(impact.moved)
    yield say.pair(say("movers"), say("movers-shown", shown=shown, all=everybody))
    for mover in impact.movers:
        yield ""
        key = say("row", row=say.number(mover.row)) if mover.key is None else clean(str(mover.key))
        yield say.pair(key, say.join(moves(mover, impact, say)))
        for at, version in enumerate((impact.before, impact.after)):
            said = told(mover, impact.scheme, at, say.locale)
            if said:
                yield f"  {say('why-before', version=clean(version.version))}"
            for item in said:
                yield f"    {title(item, say)}"
                yield from (f"      - {line}" for line in item.lines)


def moves(mover: Mover, impact: Impact, say: Wording) -> list[str]:
    """The changes of a mover in a few words: tiers, then tags."""
    tiers = [
        f"{say.place(name, old)} → {say.place(name, new)}" for name, old, new in mover.places(impact.scheme)
    ]
    gained = [f"+{say.tag(tag)}" for tag in mover.move.gained]
    return [*tiers, *gained, *(f"−{say.tag(tag)}" for tag in mover.move.lost)]


def title(item: Said, say: Wording) -> str:
    """The first line of what a version says."""
    keys = {"lacking": "not", "unknown": "not-there"}
    if item.kind == "error":
        return say("wrong", text=item.title)
    return say(keys[item.kind], title=item.title) if item.kind in keys else item.title
