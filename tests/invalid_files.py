"""Broken rule files as data: each says in its header what the loader must say about it.

    # A sentence on what is wrong, where the name of the file does not say it.
    # expect: LINE[:COLUMN] code

Everything the loader reports stands in the header, and nothing else: the sets of lines and codes are equal.
A file that is named after a code is the example of that code in docs/errors.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tierkit.engine import RuleSet
from tierkit.plugins import Advice, DimensionProvider, hookimpl

FOLDER = Path(__file__).parent / "invalid"
_EXPECT = re.compile(r"# expect: (\d+)(?::(\d+))? ([a-z0-9-]+)")


@dataclass(frozen=True)
class Invalid:
    """A broken file: its text, and what is expected as (line, column or None, code)."""

    name: str
    text: str
    expected: frozenset[tuple[int, int | None, str]]

    @property
    def body(self) -> str:
        """The text without its header."""
        lines = self.text.split("\n")
        header = 0
        while lines[header].startswith("# "):
            header += 1
        return "\n".join(lines[header:])


def read(path: Path) -> Invalid:
    """Reads one broken file with its header."""
    text = path.read_text(encoding="utf-8")
    found = [_EXPECT.fullmatch(line) for line in text.split("\n") if line.startswith("# expect:")]
    assert found, f"{path.name} expects nothing"
    expected = []
    for match in found:
        assert match is not None, f"{path.name} has an unreadable `# expect:` line"
        expected.append((int(match[1]), int(match[2]) if match[2] else None, match[3]))
    return Invalid(path.stem, text, frozenset(expected))


class House:
    """The plugin that the broken files are checked with: one provider, and house rules for files named `demo`."""

    name, version = "house", "1.0"

    @hookimpl
    def tierkit_dimensions(self) -> list[DimensionProvider]:
        """Offers `band`."""
        return [
            DimensionProvider(
                name="band",
                type="category",
                inputs={"amount": "money"},
                values=("low", "middle", "high"),
                compute=lambda _record, _params: "low",
            )
        ]

    @hookimpl
    def tierkit_check(self, ruleset: RuleSet) -> Iterator[Advice]:
        """Says something of a few files only, so that the others need not care."""
        if ruleset.version == "0":
            message = "the version 0 says nothing"
            raise ValueError(message)
        for rule in ruleset.program.rules:
            if rule.id == "vip" and not rule.because and not ruleset.program.benefits:
                yield Advice("every rule needs a `because`", at=f"rules.{rule.id}")
        for dimension in ruleset.dimensions.values():
            if dimension.unit == "EUR" and not dimension.label:
                yield Advice("a dimension of money needs a label", f"dimensions.{dimension.name}", "warning")


HOUSE = House()
FILES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.yaml"))}
