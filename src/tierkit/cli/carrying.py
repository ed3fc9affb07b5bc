"""`import` and `export`: rules of other packages as a rule file, and a rule file as rules of other packages.

What cannot be carried over is said line by line on standard error; the rest is written, and the status is 0.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tierkit.backends.text.read_jsonl import parse
from tierkit.business_rules import (
    LeftOut,
    from_business_rules,
    rule_builder_data,
    to_business_rules,
)
from tierkit.cli.files import reason, replacing, rule_file
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal, utf8
from tierkit.documents.names import is_ruleset_name
from tierkit.engine import load, loads
from tierkit.errors import ReadError, RuleSetError, UsageError

FINE, WRONG = 0, 1


def import_business_rules(source: str, output: str, terminal: Terminal) -> int:
    """Writes the rule file that says what a JSON file of business-rules says."""
    words = terminal.words
    _not_over(source, output, words)
    text = _text(source, words)
    try:
        found = from_business_rules(parse(text, words), name=_name(source, output))
    except RuleSetError:  # more rules than one file may hold
        raise
    except ValueError as error:  # no JSON, or no rules of business-rules
        terminal.note(words("error", text=words("no-rules", path=source, detail=error)))
        return WRONG
    rules = len(loads(found.text).program.rules)
    listed = {"left_out": _data(found.left_out, words), "assumed": _data(found.assumed, words)}
    _write(found.text, output, terminal, {"text": found.text} | listed, listed)
    for item in () if terminal.json else found.assumed:
        terminal.warn("assumed", text=item.message(words.locale))
    _said(found.left_out, rules, terminal)
    return FINE


def export_business_rules(ruleset: str, output: str, store: str, terminal: Terminal) -> int:
    """Writes the rules of a rule file as JSON of business-rules, with the variables that they need."""
    words = terminal.words
    path = rule_file(ruleset, store, words)
    _not_over(str(path), output, words)
    rules = load(path)
    found = to_business_rules(rules)
    data = {"rules": list(found.rules), **rule_builder_data(rules, words.locale, computed=False)}
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    listed = {"left_out": _data(found.left_out, words)}
    _write(text, output, terminal, data | listed, listed)
    _said(found.left_out, len(found.rules), terminal)
    return FINE


def _text(source: str, words: Words) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeError:
        raise ReadError(words("not-utf8", path=source)) from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        why = reason(error) if isinstance(error, OSError) else error
        raise ReadError(words("cannot-read", path=source, reason=why)) from None


def _name(source: str, output: str) -> str:
    """The rule set's name: that of the file to write, else of the file read."""
    stems = (Path(path).stem.lower() for path in (output, source))
    return next(filter(is_ruleset_name, stems), "imported")


def _not_over(source: str, output: str, words: Words) -> None:
    same = False
    with contextlib.suppress(OSError, ValueError):
        same = output != "" and source != "-" and Path(output).samefile(source)
    if same:
        raise UsageError(words("same-file", path=output))


def _write(text: str, output: str, terminal: Terminal, whole: Any, listed: Any) -> None:
    """Writes the text to a file, or to standard output; for programs the lists go along."""
    if output and output != "-":
        with replacing(Path(output), terminal.words) as file:
            file.write(text.encode())
        if terminal.json:
            terminal.data(listed)
    elif terminal.json:
        terminal.data(whole)
    else:
        utf8(sys.stdout)
        sys.stdout.write(text)


def _data(items: Iterable[LeftOut], words: Words) -> list[dict[str, str]]:
    return [
        {"rule": item.rule, "leaf": item.leaf, "code": item.code, "because": item.reason(words.locale)}
        for item in items
    ]


def _said(left_out: tuple[LeftOut, ...], rules: int, terminal: Terminal) -> None:
    words = terminal.words
    if not terminal.json:
        for item in left_out:
            terminal.warn("left-out", text=item.message(words.locale))
        terminal.note(
            words("carried", rules=words.count("rules", rules), left=words.count("left", len(left_out)))
        )
