"""How text looks on a terminal: how wide it is, and what nobody would see of it."""

import unicodedata

GAPS = "\u00a0\u1680\u202f\u205f\u3000\u200c\u200d" + "".join(map(chr, range(0x2000, 0x200B)))
"""Spaces beside the usual one, and joiners: harmless, and at home in texts of many languages."""


def width(text: str) -> int:
    """Columns a terminal gives to `text`: two for a full-width character, none for a combining one.

    >>> width("ab"), width("金额")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def visible(text: str, kept: str = "") -> str:
    r"""Text with an escape for each character that nobody sees or that moves others, but for those `kept`.

    >>> print(visible("a\nb\u202ec"), visible("a\tb", kept="\t") == "a\tb")
    a\nb\u202ec True
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in kept else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
