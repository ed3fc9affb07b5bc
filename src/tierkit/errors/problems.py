"""Problems: what is wrong with a rule file, where, and what to do about it."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tierkit.errors.customers import Customer
from tierkit.errors.fixes import Fix, fix
from tierkit.errors.messages import CODES, HINTS, fill, severity_word, translate
from tierkit.errors.text import GAPS, visible, width

if TYPE_CHECKING:
    from tierkit.errors.location import Location, Source

MOST = 1_000
"""So many problems are collected; more, nobody reads."""

_LONGEST_ARGUMENT = 80
_LONGEST_LIST = 240
_FEW, _NEAR = 100, 10  # names that are compared letter by letter: all of a few, of many those around the word
_OWN = frozenset(["why", "rule", "detail", "expected"])  # arguments in our own words
_LONGEST_LINE = 160


_Key = tuple[str, "Location", tuple[tuple[str, str], ...]]


class Enough(Exception):  # noqa: N818  not an error: looking for problems ends here
    """There are more problems in a file than anybody reads."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a rule file: a stable code, a place, and the words in the reader's language."""

    code: str
    location: Location
    arguments: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[tuple[str, Mapping[str, str]], ...] = ()
    source_line: str = ""
    level: str = ""
    """The severity that the rule file gives this code; empty for the code's own."""
    witness: Customer | None = None
    """A customer for whom it is so, where one can show it."""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`."""
        return self.level or CODES[self.code].severity

    def message(self, locale: str = "en") -> str:
        """What is wrong, in one line."""
        return fill(CODES[self.code].message(locale), translate(self.arguments, locale))

    def hint(self, locale: str = "en") -> str | None:
        """What to do, or None where there is nothing to add."""
        texts = [
            fill(HINTS[name][0 if _english(locale) else 1], translate(arguments, locale))
            for name, arguments in self.hints
        ]
        if not texts and (general := CODES[self.code].hint(locale)):
            texts = [fill(general, translate(self.arguments, locale))]
        return ("; " if _english(locale) else "；").join(texts) or None

    @property
    def fix(self) -> Fix | None:
        """What an editor may write there without asking, or None."""
        return fix(self.code, self.location, self.source_line, self.hints)

    def render(self, locale: str = "en") -> str:
        """The problem as a block of text: place, message, the source line underlined, the hint."""
        where = self.location
        lines = [f"{where}: {severity_word(self.severity, locale)}[{self.code}]: {self.message(locale)}"]
        if self.source_line.strip():
            number, shown, column = str(where.line), *_window(self.source_line.rstrip(), where.column - 1)
            marked = _drawn(shown[column : column + where.end_column - where.column])
            pad = "".join("\t" if c == "\t" else " " * width(c) for c in _drawn(shown[:column]))
            lines.append(f"  {number} | {_drawn(shown)}")
            lines.append(f"  {' ' * len(number)} | {pad}{'^' * max(width(marked), 1)}")
        if self.witness is not None:
            lines.append(f"  {'for example' if _english(locale) else '例如'}: {visible(str(self.witness))}")
        if hint := self.hint(locale):
            lines.append(f"  {'hint' if _english(locale) else '提示'}: {hint}")
        return "\n".join(lines)

    def to_dict(self, locale: str = "en") -> dict[str, object]:
        """The problem as plain data; every key is always present."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message(locale),
            "path": self.location.path,
            "line": self.location.line,
            "column": self.location.column,
            "end_column": self.location.end_column,
            "hint": self.hint(locale),
            "fix": None if (found := self.fix) is None else found.to_dict(),
            "witness": None if self.witness is None else self.witness.to_dict(),
        }

    def __str__(self) -> str:
        return f"{self.location}: {self.message()}"


class Problems:
    """Collects the problems of one source; what is said twice about one place is kept once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.levels: dict[str, str] = {}
        """The severity of codes where the file has its own; `off` leaves them out."""
        self._found: dict[_Key, Problem] = {}
        self._starts: dict[_Key, int] = {}
        self._lines: dict[int, str] = {}  # problems of one line share its text

    def add(
        self,
        code: str,
        span: tuple[int, int],
        /,
        *hints: tuple[str, Mapping[str, str]],
        **arguments: object,
    ) -> None:
        """Notes a problem at `span` (indexes into the source text).

        Raises:
            Enough: there are so many already that looking further makes no sense.
        """
        self._note(code, span, hints, arguments)

    def show(
        self, code: str, span: tuple[int, int], witness: Customer | None, arguments: Mapping[str, object]
    ) -> None:
        """Notes a problem with a customer for whom it is so.

        Raises:
            Enough: as `add`.
        """
        self._note(code, span, (), arguments, witness)

    def _note(
        self,
        code: str,
        span: tuple[int, int],
        hints: Iterable[tuple[str, Mapping[str, str]]],
        arguments: Mapping[str, object],
        witness: Customer | None = None,
    ) -> None:
        where = self.source.location(*span)
        texts = _all_shown(arguments)
        key = code, where, tuple(texts.items())
        if key in self._found:
            return
        if len(self._found) >= MOST:
            raise Enough
        line = self._lines.get(where.line)
        if line is None:
            line = self._lines[where.line] = self.source.line(where.line)
        ways = tuple((name, _all_shown(slots)) for name, slots in hints)
        self._found[key] = Problem(code, where, texts, ways, line, witness=witness)
        self._starts[key] = span[0]

    def forget(self, start: int, end: int) -> None:
        """Takes back the problems that begin in this stretch: they follow from another one."""
        for key in [key for key, at in self._starts.items() if start <= at < end]:
            del self._found[key], self._starts[key]

    def __iter__(self) -> Iterator[Problem]:
        levels = self.levels
        tuned = (
            replace(problem, level=levels[problem.code]) if problem.code in levels else problem
            for problem in self._found.values()
            if levels.get(problem.code) != "off"
        )
        return iter(sorted(tuned, key=lambda p: (p.location, p.code)))

    @property
    def errors(self) -> bool:
        """True when at least one problem is an error, not a warning."""
        return any(problem.severity == "error" for problem in self)


def did_you_mean(word: str, known: Iterable[str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The hint that names the known word nearest to `word`, or nothing.

    >>> did_you_mean("amout", ["amount", "industry"])
    (('did-you-mean', {'word': 'amount'}),)
    """
    names, forwards, backwards = _index(tuple(known))
    folded = word.casefold()
    if folded in names:
        return (("did-you-mean", {"word": names[folded]}),)
    many = len(names) > _FEW
    among = dict.fromkeys([*_near(folded, forwards), *_near(folded, backwards, -1)] if many else names)
    near = difflib.get_close_matches(folded, among, n=1, cutoff=0.6)
    return (("did-you-mean", {"word": names[near[0]]}),) if near else ()


def suggestion(word: str, known: Iterable[str]) -> str:
    """What an error about an unknown word ends with: the known word nearest to it, or nothing.

    >>> suggestion("amout", ["amount", "industry"]), suggestion("x", ["amount"])
    ('; did you mean `amount`?', '')
    """
    return "".join(f"; did you mean `{slots['word']}`?" for _, slots in did_you_mean(word, known))


@lru_cache(maxsize=4)
def _index(known: tuple[str, ...]) -> tuple[dict[str, str], list[str], list[str]]:
    """Names by how they compare, in order, and in the order of their ends; many words ask for the same."""
    names = {name.casefold(): name for name in known}
    return names, sorted(names), sorted(name[::-1] for name in names)


def _near(word: str, ordered: list[str], step: int = 1) -> list[str]:
    """Of very many names those that begin (`step` -1: end) most like `word`; to compare all takes long."""
    at = bisect_left(ordered, word[::step])
    return [name[::step] for name in ordered[max(at - _NEAR, 0) : at + _NEAR]]


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a very long line around `column`, and where `column` is in it."""
    if len(line) <= _LONGEST_LINE:
        return line, column
    start = max(0, min(column - _LONGEST_LINE // 2, len(line) - _LONGEST_LINE))
    return line[start : start + _LONGEST_LINE], column - start


def _drawn(line: str) -> str:
    """A line of the file, or a part of one, with nothing in it that moves what stands beside it."""
    return visible(line, GAPS + "\t")


def _all_shown(arguments: Mapping[str, object]) -> dict[str, str]:
    return {name: _shown(name, str(value)) for name, value in arguments.items()}


def _shown(name: str, text: str) -> str:
    """An argument as shown: what nobody sees is escaped, what is long and from the file is cut off."""
    text = visible(text)
    if name == "known":
        return text if len(text) <= _LONGEST_LIST else text[:_LONGEST_LIST].rpartition(", ")[0] + ", …"
    return text if name in _OWN or len(text) <= _LONGEST_ARGUMENT else text[: _LONGEST_ARGUMENT - 1] + "…"


def _english(locale: str) -> bool:
    return not locale.lower().startswith("zh")
