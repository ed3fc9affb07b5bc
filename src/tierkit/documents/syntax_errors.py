"""What YAML readers complain about, in words of rule authors, at the place to mend.

The readers (libyaml, and the one in Python) say the same in different words and often far from the mistake:
each complaint is recognised by a few of its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tierkit.documents.cuts import never_closed
from tierkit.errors import Problems, Source

Hints = tuple[tuple[str, dict[str, str]], ...]

_PROPERTIES = (
    ("tag", "yaml-tag", "tag"),
    ("an anchor", "yaml-anchor", "name"),
    ("an alias", "yaml-alias", "name"),
)
_NOT_INDENTED = ("<block end>", "expected key", "'-' indicator", "document start")
_KEY = re.compile(r"[^\n:]*")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reader had come: its last index, the value it read last if in quotes, its open brackets."""

    at: int
    quoted: tuple[int, int] | None
    brackets: tuple[int, ...]


def complain(error: Any, progress: Progress, source: Source, problems: Problems) -> None:
    """Notes the error of a YAML reader."""
    found, quoted = _Complaint(error, progress.at, source), progress.quoted
    if quoted is not None and "\n" in source.text[slice(*quoted)] and found.after(quoted[1]):
        # a quote that nobody closed ends at the next one, however far below, and only there YAML complains
        problems.add("yaml-syntax", (quoted[0], quoted[0] + 1), detail="this quote is never closed")
        return
    for bracket in progress.brackets if not found.in_quotes else ():
        if never_closed(source.text, bracket, found.at):
            detail = "this bracket is never closed"
            problems.add("yaml-syntax", (bracket, bracket + 1), ("close-bracket", {}), detail=detail)
            return
    for word, code, argument in _PROPERTIES:
        if word in found.context or (code == "yaml-tag" and "tag handle" in found.problem):
            start = found.began
            text = re.split(r"[\s,}\]]", source.text[start : start + 80], maxsplit=1)[0]
            shown = text if code == "yaml-tag" else text[1:]
            problems.add(code, (start, start + len(text)), **{argument: shown})
            return
    if "directive" in found.context or "YAML" in found.problem:
        problems.add("yaml-directive", (found.began, found.began + 1))
        return
    span, detail, hints = found.explained()
    problems.add("yaml-syntax", span, *hints, detail=detail)


class _Complaint:
    """One error of a reader: what it was doing, since where, what it met, and where."""

    def __init__(self, error: Any, at: int, source: Source) -> None:
        self.source = source
        self.context = str(getattr(error, "context", None) or "")
        self.problem = str(getattr(error, "problem", None) or error)
        met, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        self.at = met.index if met is not None else max(source.text.find("\\U", at), at)
        self.began = began.index if began is not None else self.at
        self.place = source.location(self.at)
        self.line = source.line(self.place.line)
        self.before = self.line[: self.place.column - 1]

    @property
    def in_quotes(self) -> bool:
        """True when the reader came to the end of the file inside quotes."""
        return "quoted" in self.context and ("end of stream" in self.problem or "document" in self.problem)

    def after(self, end: int) -> bool:
        """True when the error stands on the line where something ended, after it."""
        return end <= self.at and "\n" not in self.source.text[end : self.at]

    def explained(self) -> tuple[tuple[int, int], str, Hints]:
        """The span, what is wrong in words, and the hints."""
        here, character = (self.at, self.at + 1), self.source.text[self.at : self.at + 1]
        if character == "\t" or "tab character" in self.problem or "'\\t'" in self.problem:
            return here, "a tab stands where spaces belong", (("tabs", {}),)
        if "escape" in self.problem or "hex" in self.problem or "chr()" in self.problem:
            at = self.source.text.rfind("\\", 0, self.at + 1)
            return (max(at, 0), max(at, 0) + 2), "this escape cannot be read", (("escape", {}),)
        if self.in_quotes:
            return (self.began, self.began + 1), "this quote is never closed", ()
        if "cannot start" in self.problem:
            return here, "a value cannot begin with this character", (("quote-scalar", {}),)
        if "unexpected ':'" in self.problem:
            return here, "a `:` needs a space after it", (("colon-space", {}),)
        if "block scalar" in self.context:
            return here, "the text of a block (`>` or `|`) begins on the next line", (("quote-scalar", {}),)
        if "flow" in self.context:
            return here, "`,` or a closing bracket is missing", (("close-bracket", {}),)
        if "could not find expected ':'" in self.problem:
            return self.no_colon(self.began)
        if "values are not allowed" in self.problem:
            return self.colon(here)
        if "not allowed" in self.problem:
            return here, "a value cannot begin with this character", (("quote-scalar", {}),)
        if self.before.strip():
            hint = "close-bracket" if character and character in "}])" else "quote-scalar"
            return here, "nothing may follow the value before it", ((hint, {}),)
        if any(word in self.problem for word in _NOT_INDENTED):
            return here, "this line does not fit the lines above it", (("indent", {}),)
        return here, "it cannot be read on from here", ()

    def no_colon(self, start: int) -> tuple[tuple[int, int], str, Hints]:
        """A line that should have been `key: value`."""
        line = _KEY.match(self.source.text, start)
        text = "" if line is None else line[0].rstrip()
        glued = self.source.text[start + len(text) : start + len(text) + 1] == ":"
        hint = "colon-space" if glued else "colon-missing"
        return (start, start + max(len(text), 1)), "this line has no `: `", ((hint, {}),)

    def colon(self, here: tuple[int, int]) -> tuple[tuple[int, int], str, Hints]:
        """A `:` too many on its line, or a key on a line that goes on with the value above."""
        if ": " in self.before or ":\t" in self.before:
            return here, "a second `: ` cannot stand on this line", (("colon-in-value", {}),)
        text = self.source.text[: self.at - len(self.before)].rstrip()
        above = text[text.rfind("\n") + 1 :]
        indent = len(above) - len(above.lstrip())
        same = indent == len(self.line) - len(self.line.lstrip())
        if above and same and ": " not in above + " " and not above.lstrip().startswith(("-", "#")):
            return self.no_colon(len(text) - len(above) + indent)
        return here, "this line does not fit the lines above it", (("indent", {}),)
