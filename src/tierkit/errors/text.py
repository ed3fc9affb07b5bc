"""How wide text is on a terminal, so an underline stands below what it marks."""

import unicodedata


def width(text: str) -> int:
    """Columns a terminal gives to `text`: two for a full-width character, none for a combining one.

    >>> width("ab"), width("金额")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
