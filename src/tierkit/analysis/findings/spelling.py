"""Tags that may be one tag in two spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tierkit.analysis.findings.model import Finding, Spot
from tierkit.analysis.findings.survey import Survey

_LONG = 6
_BETWEEN = re.compile(r"[\s_\-]+")


def spellings(survey: Survey) -> Iterator[Finding]:
    """Each tag that is spelt nearly like an earlier one.

    Width, spaces, underscores and hyphens do not tell tags apart; in longer words neither does one letter.
    """
    places: dict[str, Spot] = {}
    for at, rule in enumerate(survey.program.rules):
        places.setdefault(rule.tag, Spot(("rules", at, "tag")))
    for at, ladder in enumerate(survey.program.ladders.values()):
        for n, tier in enumerate(ladder.tiers):
            if tier.tag is not None:
                places.setdefault(tier.tag, Spot(("ladders", at, "tiers", n, "tag")))
    folded: dict[str, str] = {}
    shortened: dict[str, list[str]] = {}
    for tag, spot in places.items():
        key = fold(tag)
        other = folded.setdefault(key, tag)
        if other == tag:
            near = dict.fromkeys(one for short in _shortened(key) for one in shortened.get(short, ()))
            other = next((one for one in near if one_edit(fold(one), key)), tag)
            for short in _shortened(key):
                shortened.setdefault(short, []).append(tag)
        if other != tag:
            yield Finding("similar-tags", spot, {"tag": tag, "other": other})


def fold(tag: str) -> str:
    """A tag without what people do not tell tags apart by.

    >>> fold("High value") == fold("high_value") == fold("ＨＩＧＨ-value")
    True
    """
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", tag).casefold())


def _shortened(key: str) -> tuple[str, ...]:
    """A word and all that is left of it without one letter: two words one edit apart share one of these."""
    if len(key) < _LONG or not key.isascii():
        return ()
    return (key, *dict.fromkeys(key[:at] + key[at + 1 :] for at in range(len(key))))


def one_edit(a: str, b: str) -> bool:
    """True for words that one letter (no digit) sets apart; a last letter is often a size or a class.

    >>> one_edit("churnrisk", "churnrsk"), one_edit("churn_risk1", "churn_risk2"), one_edit("sizea", "sizeb")
    (True, False, False)
    """
    if a == b or abs(len(a) - len(b)) > 1 or not (a + b).isascii():
        return False
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest = (a[at + 1 :], b[at + 1 :]) if len(a) == len(b) else (a[at:], b[at + 1 :])
    if len(a) > len(b):
        rest = (a[at + 1 :], b[at:])
    changed = a[at : at + 1] + b[at : at + 1]
    return rest[0] == rest[1] and bool(rest[0]) and changed.isalpha()
