"""The words of problems, hints and faults, in English and Chinese: templates with named arguments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tierkit.errors import codes

_NAMES = frozenset(["id", "first", "tag", "tier", "ladder", "part", "because", "leaf", "subject", "range"])
"""Arguments that hold an author's words: a ladder may be called `value`."""
_SLOT = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: its stable name, severity, message and general hint in both languages."""

    name: str
    severity: str
    en: str
    zh: str
    hint_en: str = ""
    hint_zh: str = ""

    def message(self, locale: str) -> str:
        """The message template for `locale`."""
        return self.zh if _chinese(locale) else self.en

    def hint(self, locale: str) -> str:
        """The hint template for `locale`, empty when there is none."""
        return self.hint_zh if _chinese(locale) else self.hint_en


def severity_word(severity: str, locale: str) -> str:
    """A severity as a word of `locale`."""
    return codes.SEVERITIES[severity] if _chinese(locale) else severity


def fill(template: str, arguments: Mapping[str, str]) -> str:
    """Puts `arguments` into the `{slots}` of a template; a slot without an argument stays as it is.

    >>> fill("unknown name `{name}`", {"name": "amout"})
    'unknown name `amout`'
    """
    return _SLOT.sub(lambda slot: arguments.get(slot[1], slot[0]), template)


def translate(arguments: Mapping[str, str], locale: str) -> Mapping[str, str]:
    """The arguments with tierkit's own words (kinds, types, places) in Chinese where `locale` is Chinese."""
    if not _chinese(locale):
        return arguments
    return {key: text if key in _NAMES else codes.WORDS.get(text, text) for key, text in arguments.items()}


def _chinese(locale: str) -> bool:
    return locale.lower().startswith("zh")


_TABLES = (codes.DOCUMENTS, codes.LANGUAGE, codes.MEANING, codes.ANALYSIS)
CODES = {row[0]: Code(*row) for table in _TABLES for row in table}
TUNABLE = tuple(name for name, code in CODES.items() if code.severity != "error")
"""The codes that a rule file may give another severity."""
HINTS: Mapping[str, tuple[str, str]] = codes.HINTS
FAULTS: Mapping[str, tuple[str, str]] = codes.FAULTS
TYPE_NAMES: Mapping[str, tuple[str, str]] = codes.TYPE_NAMES
