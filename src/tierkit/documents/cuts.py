"""Values that YAML cuts off inside `{…}`: found by what is left over, and blanked out to read on.

    {id: r, tag: t, when: city in ('a', 'b')}     `when` is `city in ('a'`, and nobody meant that

A value was cut when the next "key" has no `:`, or when YAML cannot go on after it. What looks like a
forgotten `}` is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tierkit.documents.nodes import Mapping, Scalar
from tierkit.errors import Problems

CONDITIONS = frozenset(["when", "enter", "eligible", "where", "value", "aggregate"])
"""The keys that hold a condition or an expression."""

_TEXT = re.compile(r"'(?:[^']|'')*'")
_THOUSANDS = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w.])")
_ENTRY = re.compile(r"^ *(?:- |\w[\w -]*: )*(\{[^\n]*\}) *$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]+#[^\n]*\}")
_INK = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut value: where its `{…}` begins, the stretch that is left of it, and what it was to be."""

    start: int
    span: tuple[int, int]
    what: str = "value"
    thousands: str = ""

    def report(self, problems: Problems) -> None:
        """Says so, and nothing else about this `{…}`."""
        if self.thousands:
            hint = ("write", {"text": self.thousands.replace(",", "")})
            problems.add("wrong-spelling", self.span, hint, found=self.thousands)
        else:
            hints: tuple[tuple[str, dict[str, str]], ...] = (
                () if self.what == "condition" else (("quote-scalar", {}),)
            )
            problems.add("condition-needs-quotes", self.span, *hints, what=self.what)

    def moved(self, offset: int) -> Cut:
        """The same cut in a text that begins `offset` earlier."""
        start, end = self.span
        return replace(self, start=self.start + offset, span=(start + offset, end + offset))


def cut_inside(node: Mapping, text: str) -> Cut | None:
    """The first value of a complete `{…}` that was cut off by a comma."""
    last: tuple[Scalar, Scalar] | None = None
    for key, value in node.items():
        if is_bare(key, value, text):
            if last is None:
                continue
            number = _THOUSANDS.search(text, max(last[1].start, last[1].end - 3))
            if number is not None and number.start() < last[1].end < number.end():
                return Cut(node.start, number.span(), thousands=number[0])
            if last[0] in CONDITIONS or _unclosed(*last):
                return _cut(node, *last)
        else:
            last = (key, value) if isinstance(value, Scalar) and value.plain else None
    return None


def cut_at(node: Mapping, text: str, at: int) -> Cut | None:
    """The value of an unfinished `{…}` that was cut off at `at`, where YAML cannot go on."""
    last: tuple[Scalar, Scalar] | None = None
    for key, value in node.items():
        if not is_bare(key, value, text):
            last = (key, value) if isinstance(value, Scalar) and value.plain else None
    if last is None:
        return None
    value = last[1]
    if _unclosed(*last) and _COMMENT.match(text, value.end):
        return _cut(node, *last)  # the `}` stands in what YAML takes for a comment
    if never_closed(text, node.start, at):
        return None
    follows = not text[value.end : at].strip() and "\n" not in text[value.start : value.end]
    if _unclosed(*last) or (last[0] in CONDITIONS and follows and text[at : at + 1] != ":"):
        return _cut(node, *last)
    return None


def never_closed(text: str, start: int, at: int) -> bool:
    """True when the bracket at `start` is still open at `at`, on or below a line that cannot belong to it.

    What belongs to a bracket is indented more than the line that the bracket stands on; only a file that is
    one `{…}` as a whole may be written without any indentation.
    """
    if not text[:start].strip():
        return at >= len(text.rstrip())
    if "\n" not in text[start:at]:
        return False
    before = text[text.rfind("\n", 0, start) + 1 : start]
    depth = len(before) - len(before.lstrip(" -" if before.strip(" -") else " "))
    end = text.find("\n", at) % (len(text) + 1)
    lines = [
        line for line in text[start:end].split("\n")[1:] if line.strip() and not line.lstrip().startswith("#")
    ]
    return at >= len(text.rstrip()) or any(len(line) - len(line.lstrip(" ")) <= depth for line in lines)


def is_bare(key: Scalar, value: object, text: str) -> bool:
    """True for a "key" of `{…}` without `:`, which a comma has made."""
    return isinstance(value, Scalar) and not value and value.plain and ":" not in text[key.end : value.start]


def blanked(text: str, starts: Iterable[int]) -> str:
    """The text with each `{…}` at `starts` replaced by `[]` and spaces: what follows keeps its place."""
    parts, done = [], 0
    for start in sorted(starts):
        if start >= done:
            end = _end(text, start)
            parts += [text[done:start], "[]", _INK.sub(" ", text[start + 2 : end])]
            done = max(end, start + 2)
    return "".join([*parts, text[done:]])


def entries(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The entries after `start` that are one `{…}` on one line, each with the index where it begins."""
    for entry in _ENTRY.finditer(text, start):
        yield entry.start(1), entry[1]


def _cut(node: Mapping, key: Scalar, value: Scalar) -> Cut:
    return Cut(node.start, (value.start, value.end), "condition" if key in CONDITIONS else "value")


def _unclosed(key: Scalar, value: Scalar) -> bool:
    """True when a parenthesis, or the quote of a text in a condition, has no end."""
    rest = _TEXT.sub("", value)
    return rest.count("(") > rest.count(")") or ("'" in rest and key in CONDITIONS)


def _end(text: str, start: int) -> int:
    """The index after the `{…}` at `start`, or after its last line when it is not closed."""
    depth, quote, at = 0, "", start
    for at in range(start, len(text)):
        c = text[at]
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
        if depth == 0 or (c == "\n" and not text[at + 1 : at + 2].isspace()):
            break
    return at + 1
