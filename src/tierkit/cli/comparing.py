"""`diff`: what changes in meaning between two rule sets, and what differs part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tierkit.analysis.meaning.differences import Change, ScoreChange
from tierkit.analysis.meaning.sayings import because_text, input_text, more_text, region_text, witness_text
from tierkit.analysis.meaning.telling import Naming
from tierkit.cli.choosing import chosen
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.decisions.formats import clean
from tierkit.engine import RuleSet
from tierkit.engine.diff import Change as PartChange
from tierkit.engine.difference import Difference, difference

FINE = 0
KINDS = {
    "same": "change.same",
    "wider": "change.wider",
    "narrower": "change.narrower",
    "changed": "change.changed",
    "new": "change.new",
    "gone": "change.gone",
    "undecided": "change.undecided",
}
_LISTED = 20


def diff(before: str, after: str, *, store: str, terminal: Terminal, markdown: bool = False) -> int:
    """Prints what differs; fine whether or not something does."""
    words = terminal.words
    sides = [chosen(argument, store, terminal) for argument in (before, after)]
    found = difference(*sides)
    if terminal.json:
        first, second = map(_about, sides)
        terminal.data({"before": first, "after": second, **found.to_dict(words.locale)})
        return FINE
    names = [f"{side.name}@{side.version}" for side in sides]
    if markdown:
        from tierkit.cli.markdown import pages

        for line in pages(found, names, words):
            terminal.out(line)
        return FINE
    terminal.out(words("compared", before=names[0], after=names[1], count=_count(found, words)))
    for block in blocks(found, words):
        terminal.out("")
        for line in block:
            terminal.out(line)
    for change in found.parts:
        terminal.out("")
        for line in told(change, words):
            terminal.out(line)
    return FINE


def _count(found: Difference, words: Words) -> str:
    return words.count("changes", len(found.parts)) if found.parts else words("same-meaning")


def _about(side: RuleSet) -> dict[str, Any]:
    return {"name": side.name, "version": side.version, "digest": side.digest, "path": side.path}


# -- in meaning


def blocks(found: Difference, words: Words) -> Iterator[list[str]]:
    """What changes in meaning, a block for each thing; last what stays the same, in one line."""
    if not found.parts:
        return
    naming, meaning = found.naming(words.locale), found.meaning
    for title, change in titled(found, naming, words):
        yield [
            words("meant", name=title, change=words(KINDS[change.change])),
            *_indented(change, naming),
        ]
    for score in meaning.scores:
        if score.change != "same":
            yield [
                words("meant", name=naming.name(score.score), change=words(KINDS[score.change])),
                *(f"  {line}" for line in score_lines(score, naming)),
            ]
    if meaning.inputs:
        yield [words("inputs-changed"), *(f"  {input_text(naming, one)}" for one in meaning.inputs)]
    if found.same:
        yield [same_line(found, naming, words)]


def titled(found: Difference, naming: Naming, words: Words) -> Iterator[tuple[str, Change]]:
    """Who is eligible, the targets and the benefits that do not stay the same, each with a title."""
    if found.meaning.eligible.change != "same":
        yield words("eligible-ones"), found.meaning.eligible
    for change in found.changed:
        yield naming.target(change.target), change
    for benefit in found.meaning.benefits:
        if benefit.change.change != "same":
            what = clean(f"{benefit.provider} {benefit.params}", 200)
            title = words("benefit-of", target=naming.target(benefit.change.target), benefit=what)
            yield title, benefit.change


def same_line(found: Difference, naming: Naming, words: Words) -> str:
    """The targets that are proved to be the same."""
    names = [naming.target(target) for target in found.same[:_LISTED]]
    if len(found.same) > _LISTED:
        names.append("…")
    return words("same-targets", count=words.count("targets", len(found.same)), names=words.join(names))


def lines(change: Change, naming: Naming) -> Iterator[str]:
    """Who gains and loses, one customer, and what is not known."""
    for region in change.regions:
        yield region_text(naming, region)
    if change.more:
        yield more_text(naming, change.more)
    if change.witness is not None:
        yield witness_text(naming, change.witness)
    for because in change.because:
        yield because_text(naming, because)


def score_lines(score: ScoreChange, naming: Naming) -> Iterator[str]:
    """One customer with both scores, and what is not known."""
    if score.witness is not None:
        yield witness_text(naming, score.witness, score.score)
    for because in score.because:
        yield because_text(naming, because)


def _indented(change: Change, naming: Naming) -> Iterable[str]:
    return (f"  {line}" for line in lines(change, naming))


# -- part by part


def told(change: PartChange, words: Words) -> Iterator[str]:
    """A change in words: the part and its name, then what was there and what is there now."""
    yield part_title(change, words)
    if change.before is not None:
        yield f"  - {change.before}"
    if change.after is not None:
        yield f"  + {change.after}"


def part_title(change: PartChange, words: Words) -> str:
    """Which part was added, removed or changed."""
    key = _PARTS.get(change.part)
    part = words("part", name=change.part) if key is None else words(key)
    name = f" `{change.name}`" if change.name else ""
    how = {"added": "added", "removed": "removed", "changed": "changed"}[change.kind]
    return words(how, part=part, name=name)


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
