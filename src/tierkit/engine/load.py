"""From a file or a text to a rule set, or to every problem of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tierkit.documents.decode import decode
from tierkit.documents.events import parse
from tierkit.documents.reader import decode as decode_bytes
from tierkit.documents.reader import read
from tierkit.engine.ruleset import RuleSet
from tierkit.errors import Problem, Problems, RuleSetError, Source
from tierkit.program.build import build

_UNREADABLE = frozenset(["not-utf8", "file-too-large"])


def load(path: str | os.PathLike[str]) -> RuleSet:
    """Loads a rule file.

    Raises:
        RuleSetError: the file has problems; `problems` holds every one of them.
        ReadError: the file cannot be read.
    """
    source, problems = read(Path(path))
    return _finish(source, problems)


def loads(text: str | bytes, *, path: str = "<text>") -> RuleSet:
    """Loads a rule set from YAML (or JSON) text.

    >>> rules = loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}}")
    >>> rules.name, rules.version
    ('a', '1')

    Raises:
        RuleSetError: the text has problems; `problems` holds every one of them.
    """
    source, problems = decode_bytes(text, path)
    return _finish(source, problems)


def check(path: str | os.PathLike[str]) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rule set of a file, if it has one, and all its problems, warnings too."""
    source, problems = read(Path(path))
    ruleset = _ruleset(source, problems)
    return ruleset, tuple(problems)


def _finish(source: Source, problems: Problems) -> RuleSet:
    ruleset = _ruleset(source, problems)
    if ruleset is None:
        raise RuleSetError([problem for problem in problems if problem.severity == "error"])
    return ruleset


def _ruleset(source: Source, problems: Problems) -> RuleSet | None:
    if not _UNREADABLE.isdisjoint(problem.code for problem in problems):
        return None  # half a text would only be misread
    tree: Any = parse(source, problems)
    document = decode(tree, problems)
    program = None if document is None else build(document, problems)
    return None if program is None else RuleSet(program, source.text, source.path, problems)
