"""What a name, a tag, a rule-set name and a version may look like."""

import re
import unicodedata

from tierkit.documents.language import KEYWORDS, RESERVED

LONGEST_NAME = 63  # UTF-8 bytes: PostgreSQL silently cuts longer identifiers

_NAME = re.compile(r"[^\W\d]\w*")
_RULESET = re.compile(r"[a-z0-9][a-z0-9_-]*")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]*")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def is_name(text: str) -> bool:
    """True for a letter or `_`, then letters, digits and `_`, in at most 63 UTF-8 bytes.

    >>> is_name("月订单金额"), is_name("2nd"), is_name("a b")
    (True, False, False)
    """
    if _NAME.fullmatch(text) is None or not (text[0].isalpha() or text[0] == "_"):
        return False
    return len(text.encode("utf-8", "replace")) <= LONGEST_NAME


def is_reserved(text: str) -> bool:
    """True for a word of the language in any case, and for one that no condition could use as a name."""
    return text.lower() in KEYWORDS or text.lower() in RESERVED


def is_tag(text: str) -> bool:
    """True for text without `.`, control characters and outer spaces."""
    return bool(text) and text == text.strip() and "." not in text and not any(map(_is_control, text))


def is_ruleset_name(text: str) -> bool:
    """True for `[a-z0-9][a-z0-9_-]*` that no system takes for a device."""
    return _RULESET.fullmatch(text) is not None and not _DEVICES.fullmatch(text)


def is_version(text: str) -> bool:
    """True for a version that is safe as a file name everywhere."""
    return (
        _VERSION.fullmatch(text) is not None and ".." not in text and not text.endswith(".")
        and not _DEVICES.fullmatch(text)
    )  # fmt: skip


def _is_control(character: str) -> bool:
    return unicodedata.category(character).startswith("C")
