"""`diff`: what differs in meaning between two rule sets, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tierkit.cli.choosing import chosen
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.engine import RuleSet
from tierkit.engine.diff import Change, diff_sources

FINE = 0


def diff(before: str, after: str, *, store: str, terminal: Terminal) -> int:
    """Prints what differs; fine whether or not something does."""
    words = terminal.words
    sides = [chosen(argument, store, terminal) for argument in (before, after)]
    changes = diff_sources(*(side.text.encode() for side in sides))
    if terminal.json:
        first, second = map(_about, sides)
        found = [change.to_dict() for change in changes]
        terminal.data({"before": first, "after": second, "changes": found})
        return FINE
    names = [f"{side.name}@{side.version}" for side in sides]
    count = words.count("changes", len(changes)) if changes else words("same-meaning")
    terminal.out(words("compared", before=names[0], after=names[1], count=count))
    for change in changes:
        terminal.out("")
        for line in told(change, words):
            terminal.out(line)
    return FINE


def _about(side: RuleSet) -> dict[str, Any]:
    return {"name": side.name, "version": side.version, "digest": side.digest, "path": side.path}


def told(change: Change, words: Words) -> Iterator[str]:
    """A change in words: the part and its name, then what was there and what is there now."""
    key = _PARTS.get(change.part)
    part = words("part", name=change.part) if key is None else words(key)
    name = f" `{change.name}`" if change.name else ""
    how = {"added": "added", "removed": "removed", "changed": "changed"}[change.kind]
    yield words(how, part=part, name=name)
    if change.before is not None:
        yield f"  - {change.before}"
    if change.after is not None:
        yield f"  + {change.after}"


_PARTS = {
    "parameter": "a-parameter",
    "dimension": "a-dimension",
    "table": "a-table",
    "tag": "a-tag",
    "rule": "a-rule",
    "rules": "the-rules",
    "ladder": "a-ladder",
    "tier": "a-tier",
    "tiers": "the-tiers",
    "benefit": "a-benefit",
    "example": "an-example",
}
