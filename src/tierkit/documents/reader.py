"""Bytes to text: the encoding, the size and the characters a rule file may have."""

import re
import unicodedata
from contextlib import suppress
from pathlib import Path

from tierkit.errors import Enough, Problems, ReadError, Source

LARGEST = 8 * 1024 * 1024

# Control, zero-width, bidirectional and line-breaking characters that an editor does not show: text that
# looks like one thing and means another (CVE-2021-42574, "Trojan Source"), and lone surrogates.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)


def read(path: Path) -> tuple[Source, Problems]:
    """Reads a rule file; raises `ReadError` when there are no bytes to be had."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot read `{path}`: {reason}"
        raise ReadError(message) from None
    return decode(data, str(path))


def decode(data: bytes | str, path: str) -> tuple[Source, Problems]:
    """Text and its first problems: size, UTF-8 and characters that nobody can see."""
    if len(data) > LARGEST:
        source = Source("", path)
        problems = Problems(source)
        problems.add("file-too-large", (0, 1), limit=f"{LARGEST // (1024 * 1024)} MB")
        return source, problems
    text, bad_byte = _text(data)
    source = Source(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), path)
    problems = Problems(source)
    if bad_byte is not None:
        end = len(source.text)
        problems.add("not-utf8", (end, end + 1), byte=bad_byte)
    with suppress(Enough):
        for hidden in HIDDEN.finditer(source.text):
            name = f"U+{ord(hidden[0]):04X} {unicodedata.name(hidden[0], 'control character')}"
            problems.add("bad-character", hidden.span(), name=name)
    return source, problems


def _text(data: bytes | str) -> tuple[str, int | None]:
    """The text up to the first byte that is not UTF-8, and that byte's position from 1."""
    if isinstance(data, str):
        return data, None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return data[: error.start].decode("utf-8"), error.start + 1
