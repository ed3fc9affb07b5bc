"""JSON lines to records: one object a line, types native, dates as ISO texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from tierkit.backends.text.cells import refused, text_reader
from tierkit.backends.text.plan import BadRow, Plan, Rows
from tierkit.backends.text.words import Say
from tierkit.errors import Fault

_LONGEST = 16 * 1024 * 1024


class _DuplicateKeyError(ValueError):
    """An object that says something twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(next(key for key in keys if keys.count(key) > 1))
    return found


_decode = json.JSONDecoder(object_pairs_hook=_unique).decode


def parse(text: str, words: Say) -> Any:
    """JSON as data; raises `ValueError` with what is wrong in the words of the reader's language."""
    try:
        return _decode(text)
    except _DuplicateKeyError as error:
        raise ValueError(words("duplicate-key", key=error)) from None
    except RecursionError:
        raise ValueError(words("bad-json", detail=words("too-nested"))) from None
    except json.JSONDecodeError as error:
        detail = f"{error.msg[:1].lower()}{error.msg[1:]} ({error.lineno}:{error.colno})"
        raise ValueError(words("bad-json", detail=detail)) from None
    except ValueError:  # a whole number of more digits than Python reads
        raise ValueError(words("bad-json", detail=words("long-number"))) from None


def typed(record: dict[str, Any], readers: Any, wanted: Any) -> tuple[Fault, ...]:
    """Reads texts that stand for numbers and dates, in place; returns what cannot be read."""
    faults = []
    for name, read in readers:
        value = record.get(name)
        if value.__class__ is str:
            try:
                record[name] = read(value)
            except ValueError:
                faults.append(Fault.of("unreadable", name, value, wanted[name].type))
    if faults:  # a row that is refused is told everything at once
        known = {fault.dimension for fault in faults}
        others = [
            refused(d, record[name]) for name, d in wanted.items() if name in record and name not in known
        ]
        faults += [fault for fault in others if fault is not None]
    return tuple(faults)


def told(faults: Iterable[Fault], words: Say) -> str:
    """Faults in one line."""
    return "; ".join(fault.message(words.locale) for fault in faults)


def readers_of(wanted: Any) -> list[tuple[str, Any]]:
    """The dimensions whose texts are read, with their readers."""
    found = [(name, text_reader(dimension)) for name, dimension in wanted.items()]
    return [(name, read) for name, read in found if read is not None]


def jsonl_rows(binary: IO[bytes], encoding: str, plan: Plan, words: Say) -> Rows:
    """The rows of a file of JSON lines; empty lines are skipped."""
    readers = readers_of(plan.wanted)
    key_name = plan.key
    for number, line in _lines(binary):
        if line is None:
            text = words("too-long", limit=_LONGEST // (1024 * 1024))
            yield BadRow(None, text=words("line", line=number, text=text))
            continue
        try:
            record = parse(line.rstrip(b"\r\n").decode(encoding), words)
        except UnicodeError:
            yield BadRow(None, text=words("line", line=number, text=words("bad-bytes", encoding=encoding)))
            continue
        except ValueError as error:
            yield BadRow(None, text=words("line", line=number, text=error))
            continue
        if record.__class__ is not dict:
            text = words("not-a-record", found=json.dumps(record, ensure_ascii=False)[:60])
            yield BadRow(None, text=words("line", line=number, text=text))
            continue
        faults = typed(record, readers, plan.wanted)
        if not faults:
            yield record
            continue
        key = None if key_name is None else record.get(key_name)
        text = "" if key is not None else words("line", line=number, text=told(faults, words))
        yield BadRow(key, faults, text)


def _lines(binary: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not empty, numbered from 1; None for one that is too long to be a record."""
    number = 0
    while line := binary.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            while (rest := binary.readline(_LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif not line.isspace() and line:
            yield number, line
