"""Files as bytes that become text: encodings, marks, and what cannot be read."""

from __future__ import annotations

import codecs
import contextlib
import io
from collections.abc import Iterator

from tierkit.backends.text.words import Say
from tierkit.errors import ReadError, UsageError


@contextlib.contextmanager
def unreadable(path: str, encoding: str, say: Say) -> Iterator[None]:
    """Says that a file is no text, or why the system does not hand it out."""
    try:
        yield
    except UnicodeError:
        raise ReadError(say("not-text", path=path, encoding=encoding)) from None
    except ReadError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(say("cannot-read", path=path, reason=reason)) from None


def encoding_of(name: str, format_: str, say: Say) -> str:
    """The encoding by its own name; lines of JSON need one in which a line end is one byte."""
    try:
        found = codecs.lookup(name).name
        newline = "\n".encode(found)
    except (LookupError, ValueError):
        raise UsageError(say("bad-encoding", text=name)) from None
    if found == "utf-8-sig":
        return "utf-8"
    if format_ == "jsonl" and newline != b"\n":
        raise UsageError(say("line-encoding", encoding=found))
    return found


def skip_mark(binary: io.BufferedReader, encoding: str) -> None:
    """Skips a byte order mark, which would become part of the first name."""
    mark = "\ufeff".encode(encoding, "ignore")
    marks_itself = "".encode(encoding)
    if mark and not marks_itself and binary.peek(len(mark)).startswith(mark):
        binary.read(len(mark))
