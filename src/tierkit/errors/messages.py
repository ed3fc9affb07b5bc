"""The words of problems, hints and faults, in English and Chinese: templates with named arguments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tierkit.errors import codes

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

    def severity_word(self, locale: str) -> str:
        """The severity as a word of `locale`."""
        return codes.SEVERITIES[self.severity] if _chinese(locale) else self.severity


def fill(template: str, arguments: Mapping[str, str]) -> str:
    """Puts `arguments` into the `{slots}` of a template; a slot without an argument stays as it is.

    >>> fill("unknown name `{name}`", {"name": "amout"})
    'unknown name `amout`'
    """
    return _SLOT.sub(lambda slot: arguments.get(slot[1], slot[0]), template)


def translate(arguments: Mapping[str, str], locale: str) -> Mapping[str, str]:
    """The arguments with tierkit's own words (kinds, types, places) in Chinese where `locale` is Chinese."""
    return {k: codes.WORDS.get(v, v) for k, v in arguments.items()} if _chinese(locale) else arguments


def _chinese(locale: str) -> bool:
    return locale.lower().startswith("zh")


CODES = {row[0]: Code(*row) for table in (codes.DOCUMENTS, codes.LANGUAGE, codes.MEANING) for row in table}
HINTS: Mapping[str, tuple[str, str]] = codes.HINTS
FAULTS: Mapping[str, tuple[str, str]] = codes.FAULTS
TYPE_NAMES: Mapping[str, tuple[str, str]] = codes.TYPE_NAMES
