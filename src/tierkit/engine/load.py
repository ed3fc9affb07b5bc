"""From a file or a text to a rule set, or to every problem of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tierkit.documents.decode import decode
from tierkit.documents.events import parse
from tierkit.documents.names import is_ruleset_name
from tierkit.documents.reader import decode as decode_bytes
from tierkit.documents.reader import read
from tierkit.engine.advice import advise
from tierkit.engine.proofs import prove
from tierkit.engine.ruleset import RuleSet
from tierkit.errors import Problem, Problems, RuleSetError, Source
from tierkit.plugins.manager import Plugins
from tierkit.plugins.manager import plugins as together
from tierkit.program.build import build
from tierkit.versions.directory import HISTORY, DirectoryStore
from tierkit.versions.events import digest
from tierkit.versions.history import from_lines

_UNREADABLE = frozenset(["not-utf8", "file-too-large"])


def load(path: str | os.PathLike[str], *, plugins: Iterable[Any] = (), entry_points: bool = True) -> RuleSet:
    """Loads a rule file.

    Args:
        path: the file.
        plugins: modules or objects with hooks that take part, beside those that are installed.
        entry_points: False to leave out what is installed.

    Raises:
        RuleSetError: the file has problems; `problems` holds every one of them.
        ReadError: the file cannot be read.
        PluginError: a plugin is not what it must be.
    """
    return finish(*read_file(path), together(plugins, installed=entry_points))


def loads(
    text: str | bytes, *, path: str = "<text>", plugins: Iterable[Any] = (), entry_points: bool = True
) -> RuleSet:
    """Loads a rule set from YAML (or JSON) text; see `load`.

    >>> rules = loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}}")
    >>> rules.name, rules.version
    ('a', '1')

    Raises:
        RuleSetError: the text has problems; `problems` holds every one of them.
        PluginError: a plugin is not what it must be.
    """
    source, problems = decode_bytes(text, path)
    return finish(source, problems, together(plugins, installed=entry_points))


def check(
    path: str | os.PathLike[str],
    *,
    plugins: Iterable[Any] = (),
    entry_points: bool = True,
    proofs: bool = True,
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rule set of a file, if it has one, and all its problems: warnings and house rules too.

    Args:
        path: the file.
        plugins: modules or objects with hooks that take part, beside those that are installed.
        entry_points: False to leave out what is installed.
        proofs: False to leave out what takes longer: what is proven about all customers.

    Raises:
        ReadError: the file cannot be read.
        PluginError: a plugin is not what it must be.
    """
    source, problems = read_file(path)
    return checked(source, problems, together(plugins, installed=entry_points), proofs=proofs)


def checked(
    source: Source, problems: Problems, plugins: Plugins, *, proofs: bool = True
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """As `check`, of a source that was read."""
    ruleset = ruleset_of(source, problems, plugins)
    if ruleset is not None:
        advise(ruleset, problems)
        if proofs:
            prove(ruleset, problems)
    return ruleset, tuple(problems)


def read_file(path: str | os.PathLike[str]) -> tuple[Source, Problems]:
    """A rule file that was read; one that was changed after it was published is a problem by that alone."""
    path = Path(path)
    source, problems = read(path)
    if path.with_name(HISTORY).is_file():
        edited(path, problems)
    return source, problems


def edited(path: Path, problems: Problems) -> None:
    """Compares a published file with the line that published it, in the history beside it."""
    folder = path.absolute().parent
    if path.suffix != ".yaml" or not is_ruleset_name(folder.name):
        return
    lines = DirectoryStore(folder.parent).read(folder.name).lines
    found = from_lines(folder.name, lines).published(path.stem)
    if found is not None and digest(path.read_bytes()) != found[1].source_digest:
        slots = {"name": folder.name, "version": path.stem, "line": found[0]}
        problems.add("published-edited", (0, 0), **slots, history=path.with_name(HISTORY))


def finish(source: Source, problems: Problems, plugins: Plugins) -> RuleSet:
    """The rule set of a source that was read; raises `RuleSetError` when there is none."""
    ruleset = ruleset_of(source, problems, plugins)
    if ruleset is None:
        raise RuleSetError([problem for problem in problems if problem.severity == "error"])
    return ruleset


def ruleset_of(source: Source, problems: Problems, plugins: Plugins) -> RuleSet | None:
    """The rule set of a source that was read, or None; what is wrong goes to `problems`."""
    if not _UNREADABLE.isdisjoint(problem.code for problem in problems):
        return None  # half a text would only be misread
    tree: Any = parse(source, problems)
    document = decode(tree, problems)
    program = None if document is None else build(document, problems, plugins.offers)
    return None if program is None else RuleSet(program, source.text, source.path, problems, plugins)
