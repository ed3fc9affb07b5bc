"""The page of an impact: what its JSON has, for people. Only texts and numbers go to the template."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tierkit.analysis.impact.figures import Impact, ScoreShift, Version
from tierkit.analysis.impact.movers import Mover
from tierkit.analysis.impact.places import Direction
from tierkit.analysis.impact.psi import bounds
from tierkit.analysis.impact.told import told
from tierkit.cli.impact_text import bound_note, bounded, cost_notes, roots, title
from tierkit.cli.impact_words import Wording
from tierkit.cli.pages.ladders import ladder_data
from tierkit.cli.pages.rendering import rendered
from tierkit.cli.pages.sankey import measure
from tierkit.decisions.formats import clean

_ORDER = {way: at for at, way in enumerate(Direction)}


def page(impact: Impact, say: Wording) -> str:
    """The page as HTML.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    old, new = impact.before, impact.after
    context = {
        "lang": "zh-Hans" if say.chinese else "en",
        "say": say,
        "title": say("title", name=clean(new.name), before=clean(old.version), after=clean(new.version)),
        "name": clean(new.name),
        "versions": [_version(old, say), _version(new, say)],
        "headline": say.headline(impact),
        "under": say.under(impact),
        "as_of": say("as-of", day=say.formats.day(dt.datetime.fromisoformat(new.as_of).date())),
        "tiles": _tiles(impact, say),
        "ladders": [ladder_data(ladder, impact.customers, say) for ladder in impact.ladders],
        "scores": [_score(score, say) for score in impact.scores],
        "tags": [_tag(tag.to_dict(), say) for tag in impact.tags if tag.before or tag.after],
        "quotas": _quotas(impact, say),
        "costs": _costs(impact, say),
        "open": _open(impact, say),
        "failed": _failed(impact, say),
        "movers": [_mover(mover, impact, say) for mover in impact.movers],
        "movers_line": say(
            "movers-shown", shown=say.number(len(impact.movers)), all=say.number(impact.moved)
        ),
    }
    return rendered("impact", context)


def _version(version: Version, say: Wording) -> dict[str, str]:
    name, number = clean(version.name), clean(version.version)
    full = say("digest", name=name, version=number, digest=version.digest[:12])
    return {"name": name, "version": number, "full": full}


def _tiles(impact: Impact, say: Wording) -> list[dict[str, str]]:
    """The figures under the headline: those that are not 0, and what benefits cost."""
    found = [
        {"kind": str(way), "number": say.number(count), "name": say.direction(way)}
        for way, count in impact.moves.items()
        if count
    ]
    failed = impact.failed.before + impact.failed.after - impact.failed.either  # on both sides
    same = impact.customers - impact.moved - failed
    found.append({"kind": "same", "number": say.number(same), "name": say("same")})
    if failed:
        found.append({"kind": "failed", "number": say.number(failed), "name": say("failed")})
    if impact.costs.kinds:
        number = say.signed(float(impact.costs.after - impact.costs.before))
        found.append({"kind": "cost", "number": number, "name": say("costs")})
    return found


def _score(score: ScoreShift, say: Wording) -> dict[str, Any]:
    most = max((*score.before, *score.after, *score.missing, 1))
    bands: list[tuple[str, int, int]] = [
        ("–".join(map(str, bounds(at))), old, new)
        for at, (old, new) in enumerate(zip(score.before, score.after, strict=True))
    ]
    if any(score.missing):
        bands.append((say("missing-score"), *score.missing))
    return {
        "name": say.score(score.score),
        "stability": say.stability(score.psi),
        "verdict": say.verdict(score.psi),
        "bands": [
            {
                "name": name, "before": say.number(old), "after": say.number(new),
                "bars": [measure(100 * old / most), measure(100 * new / most)],
            }
            for name, old, new in bands
        ],
    }  # fmt: skip


def _tag(tag: dict[str, Any], say: Wording) -> dict[str, Any]:
    change = tag["after"] - tag["before"]
    counts = {name: say.number(tag[name]) for name in ("before", "after", "gained", "lost")}
    way = "more" if change > 0 else "less" if change < 0 else "even"
    nil = {name: "" if tag[name] else "nil" for name in ("gained", "lost")}
    return {"name": say.tag(tag["tag"]), **counts, "way": way, "nil": nil, "change": say.signed(change)}


def _quotas(impact: Impact, say: Wording) -> list[dict[str, str]]:
    return [
        {
            "name": say.target(quota.target),
            "quota": say.share(quota.share), "before": say.share(quota.before),
            "after": say.share(quota.after),
            "off": "–" if quota.after is None else say.points(quota.after - quota.share),
        }
        for quota in impact.quotas
    ]  # fmt: skip


def _costs(impact: Impact, say: Wording) -> dict[str, Any]:
    costs = impact.costs
    kinds = [(clean(kind.benefit), kind.before.amount, kind.after.amount) for kind in costs.kinds]
    rows = [(name, float(old), float(new)) for name, old, new in kinds]
    return {
        "rows": [_cost(*row, say) for row in rows],
        "total": _cost(say("total"), float(costs.before), float(costs.after), say),
        "notes": list(cost_notes(impact, say)),
    }


def _cost(name: str, old: float, new: float, say: Wording) -> dict[str, str]:
    way = "more" if new > old else "less" if new < old else "even"
    texts = {"before": say.number(old), "after": say.number(new), "change": say.signed(new - old)}
    return {"name": name, **texts, "way": way}


def _open(impact: Impact, say: Wording) -> dict[str, Any]:
    found = impact.undetermined
    targets = [
        {
            "name": say("ladder", name=say.ladder(item.ladder))
            if item.ladder is not None
            else say("rule", name=clean(item.rule or "")),
            "before": say.number(item.before), "after": say.number(item.after),
        }
        for item in found.targets
    ]  # fmt: skip
    causes = [
        {"name": name, "cause": cause, "before": say.number(old), "after": say.number(new)}
        for name, cause, old, new in roots(impact, say)
    ]
    heads = say("open-heads", before=say.number(found.before), after=say.number(found.after))
    note = bound_note(impact, say) if bounded(impact) else ""
    any_ = found.before or found.after
    return {"any": bool(any_), "heads": heads, "targets": targets, "roots": causes, "note": note}


def _failed(impact: Impact, say: Wording) -> dict[str, Any]:
    found = impact.failed
    counts = {name: say.number(getattr(found, name)) for name in ("either", "before", "after")}
    rows = []
    for record in found.first:
        data = record.to_dict(say.locale)
        texts = [("" if data[side] is None else clean(data[side], 400)) for side in ("before", "after")]
        rows.append({"key": _key(record.key, record.row, say), "before": texts[0], "after": texts[1]})
    first = say("first-of", shown=say.number(len(rows))) if len(rows) < found.either else ""
    return {"any": bool(found.either), "heads": say("failed-heads", **counts), "rows": rows, "first": first}


def _mover(mover: Mover, impact: Impact, say: Wording) -> dict[str, Any]:
    move = mover.move
    return {
        "key": _key(mover.key, mover.row, say),
        "row": mover.row,
        "direction": str(move.direction),
        "direction_name": say.direction(move.direction),
        "rank": f"{_ORDER[move.direction]}{500 - max(-499, min(499, move.steps)):03d}",
        "tiers": [
            {"before": say.place(name, old), "after": say.place(name, new)}
            for name, old, new in mover.places(impact.scheme)
        ],
        "gained": [say.tag(tag) for tag in move.gained],
        "lost": [say.tag(tag) for tag in move.lost],
        "sides": [
            [
                {"kind": item.kind, "title": title(item, say), "lines": item.lines}
                for item in told(mover, impact.scheme, at, say.locale)
            ]
            for at in (0, 1)
        ],
    }


def _key(key: Any, row: int, say: Wording) -> str:
    return say("row", row=say.number(row)) if key is None else clean(str(key))
