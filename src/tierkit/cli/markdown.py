"""`diff --format markdown`: a comment for a pull request, whatever names and texts the files hold.

Everything that an author wrote stands in code, each character that Markdown, HTML or a forge could read as
something else as a number; code blocks are fenced by more backticks than they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierkit.analysis.meaning.sayings import input_text
from tierkit.cli.comparing import KINDS, lines, part_title, score_lines, titled, told
from tierkit.cli.messages import Words
from tierkit.decisions.formats import clean
from tierkit.engine.difference import Difference

_LISTED = 50
_LONGEST = 2_000
_UNSAFE = re.compile(r"[^\w ,;]", re.ASCII)


def safe(text: str) -> str:
    """Text as code on one line, which nothing in it can leave.

    >>> safe("a|b <x> @me")
    '<code>a&#124;b &#60;x&#62; &#64;me</code>'
    """
    kept = clean(text, _LONGEST)
    return f"<code>{''.join(_escaped(character) for character in kept)}</code>"


def _escaped(character: str) -> str:
    if character == "_" or (character.isascii() and _UNSAFE.match(character)):
        return f"&#{ord(character)};"
    return character


def fenced(content: list[str]) -> Iterator[str]:
    """A code block of differences."""
    longest = max((len(run) for line in content for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}diff"
    yield from content
    yield fence


def pages(found: Difference, names: list[str], words: Words) -> Iterator[str]:
    """The whole comment, line by line."""
    yield words("md-title", before=safe(names[0]), after=safe(names[1]))
    yield ""
    if not found.parts:
        yield words("same-meaning")
        return
    naming = found.naming(words.locale)
    rows = [
        (title, words(KINDS[one.change]), list(lines(one, naming)))
        for title, one in titled(found, naming, words)
    ]
    rows += [
        (naming.name(one.score), words(KINDS[one.change]), list(score_lines(one, naming)))
        for one in found.meaning.scores
        if one.change != "same"
    ]
    if rows:
        yield f"| {words('md-target')} | {words('md-change')} | {words('md-first')} |"
        yield "|---|---|---|"
        for title, change, told_ in rows[:_LISTED]:
            yield f"| {safe(title)} | {change} | {safe(told_[0]) if told_ else ''} |"
        yield ""
        if len(rows) > _LISTED:
            yield words("md-more", count=str(len(rows) - _LISTED))
            yield ""
        yield from _details(words("md-who"), _regions(rows[:_LISTED]))
    if found.meaning.inputs:
        yield from _details(
            words("inputs-changed"), [f"- {safe(input_text(naming, one))}" for one in found.meaning.inputs]
        )
    if found.same:
        same = [safe(naming.target(target)) for target in found.same[:_LISTED]]
        if len(found.same) > _LISTED:
            same.append("…")
        yield words("same-targets", count=words.count("targets", len(found.same)), names=words.join(same))
        yield ""
    yield from _details(words.count("changes", len(found.parts)), _parts(found, words))


def _details(title: str, content: list[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from content
    yield ""
    yield "</details>"
    yield ""


def _regions(rows: list[tuple[str, str, list[str]]]) -> list[str]:
    found: list[str] = []
    for title, change, told_ in rows:
        found += [f"**{safe(title)}**: {change}", "", *(f"- {safe(line)}" for line in told_), ""]
    return found


def _parts(found: Difference, words: Words) -> list[str]:
    content: list[str] = []
    for change in found.parts:
        title = change.name and f"{part_title(change, words)}"
        sides = list(told(change, words))[1:]
        content += [f"@@ {clean(title or part_title(change, words))} @@"]
        content += [clean(side.removeprefix("  "), _LONGEST) for side in sides]
    return list(fenced(content))
