"""`test --coverage`: what the examples of rule files show, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierkit.analysis.examples.coverage import Coverage, Covered, share
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.documents.language import ConditionError, read_number
from tierkit.errors import UsageError

_WHOLE = 100
_OUTCOMES = {"true": "is-true", "false": "is-false", "unknown": "is-unknown"}
_OWNERS = {
    "eligible": "of-eligible", "dimension": "of-dimension", "rule": "of-rule", "ladder": "of-ladder",
    "tier": "of-tier", "benefit": "of-benefit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: `unknown` outcomes count too, `least` is the percentage below which it fails."""

    unknown: bool = False
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The coverage of every file that could be read."""

    wanted: Wanted
    files: tuple[tuple[Path, Coverage], ...]

    @property
    def counts(self) -> tuple[int, int]:
        """How many outcomes the examples of all files show, and how many count."""
        found = [coverage.counts(unknown=self.wanted.unknown) for _, coverage in self.files]
        return sum(seen for seen, _ in found), sum(count for _, count in found)

    @property
    def enough(self) -> bool:
        """True unless too little is shown; what is compared is not rounded."""
        seen, count = self.counts
        return self.wanted.least is None or seen * _WHOLE >= self.wanted.least * count


def wanted(text: str, words: Words, *, unknown: bool) -> Wanted:
    """What was asked for, `--fail-under` read as a percentage: 80 or 80%."""
    if not text:
        return Wanted(unknown)
    try:
        least = float(read_number(text.removesuffix("%"))[0])
    except ConditionError:
        least = -1.0
    if not 0 <= least <= _WHOLE:
        raise UsageError(words("bad-percentage", text=text))
    return Wanted(unknown, least)


def shown(measured: Measured, terminal: Terminal) -> None:
    """Prints what no example shows, file by file, and the share of what they do show."""
    words = terminal.words
    for path, coverage in measured.files:
        for item in coverage.items:
            if missed := item.missed(unknown=measured.wanted.unknown):
                terminal.out(_line(item, missed, path, words))
    if len(measured.files) > 1:
        for path, coverage in measured.files:
            counts = coverage.counts(unknown=measured.wanted.unknown)
            terminal.out(words("covered-file", path=path, **_slots(counts, words)))
    terminal.out(words("covered", **_slots(measured.counts, words)))


def too_little(measured: Measured, words: Words) -> str:
    """Why the command fails."""
    percent = f"{share(*measured.counts):g}"
    return words("error", text=words("too-little", percent=percent, least=f"{measured.wanted.least:g}"))


def data(measured: Measured) -> dict[str, Any]:
    """The coverage as JSON-ready data; every key is always present."""
    unknown = measured.wanted.unknown
    return {
        **_figures(measured.counts),
        "unknown": unknown,
        "fail_under": measured.wanted.least,
        "enough": measured.enough,
        "files": [
            {
                "path": str(path),
                **_figures(coverage.counts(unknown=unknown)),
                "items": [
                    {**item.to_dict(), "missed": list(item.missed(unknown=unknown))}
                    for item in coverage.items
                ],
            }
            for path, coverage in measured.files
        ],
    }


def _line(item: Covered, missed: tuple[str, ...], path: Path, words: Words) -> str:
    never = _either([words(_OUTCOMES[name]) for name in missed], words)
    owner = words(_OWNERS[item.kind], name=item.owner)
    if item.part == "leaf":
        text = words("never-leaf", name=item.name, owner=owner, never=never)
    else:
        text = words("never", owner=owner, never=never)
    return f"{path}:{item.location.line}:{item.location.column}: {text}"


def _either(items: list[str], words: Words) -> str:
    *some, last = items
    return words("either", first=words.join(some), second=last) if some else last


def _figures(counts: tuple[int, int]) -> dict[str, Any]:
    return {"percent": share(*counts), "shown": counts[0], "outcomes": counts[1]}


def _slots(counts: tuple[int, int], words: Words) -> dict[str, str]:
    seen, count = counts
    return {
        "percent": f"{share(*counts):g}",
        "shown": f"{seen:,}",
        "outcomes": words.count("outcomes", count),
    }
