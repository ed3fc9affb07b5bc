"""Files of cases: conditions, records and the answers worked out by hand, read into one rule set.

A case becomes the rule that stands on its line, so a problem of a condition is told at its place in the file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping, Scalar, Sequence
from tierkit.documents.reader import decode, read
from tierkit.engine import RuleSet, loads
from tierkit.errors import RuleSetError, UsageError
from tierkit.testing.values import value

DAY = dt.date(2025, 1, 1)
"""The day of evaluation of a case without `as_of`."""

ANSWERS = ("true", "false", "unknown", "error")
_KEYS = frozenset(["when", "record", "as_of", "is", "because"])


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a condition, a record, the answer, and where it stands.

    `because` holds the pairs of a missing dimension and its cause; None where the case does not say.
    """

    file: str
    line: int
    rule: str
    when: str
    record: dict[str, Any]
    day: dt.date
    answer: str
    because: frozenset[tuple[str, str]] | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.when} with {self.record}"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of cases: its rule set, with one rule per case, and the cases."""

    ruleset: RuleSet
    cases: tuple[Case, ...]


def read_cases(
    path_or_text: str | os.PathLike[str], plugins: Iterable[Any] = (), *, entry_points: bool = False
) -> CaseFile:
    r"""Reads cases from a file, or from a text (a string of more than one line).

    >>> file = read_cases('''about: "*Above* is strict."
    ... dimensions: {x: {type: number}}
    ... cases:
    ...   - {when: "x > 1", record: {x: 1}, is: false}
    ... ''')
    >>> str(file.cases[0]), file.cases[0].answer
    ("<text>:4: x > 1 with {'x': 1}", 'false')

    Raises:
        RuleSetError: the file is no YAML, or what its cases need does not load.
        UsageError: a case is not what a case must be.
        ReadError: the file cannot be read.
        PluginError: a plugin is not what it must be.
    """
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        source, problems = decode(path_or_text, "<text>")
    else:
        source, problems = read(Path(path_or_text))
    tree = parse(source, problems)
    if problems.errors:
        raise RuleSetError([problem for problem in problems if problem.severity == "error"])
    nodes = tree.get(Scalar("cases")) if isinstance(tree, Mapping) else None
    if not isinstance(nodes, Sequence) or not nodes:
        raise UsageError(f"{source.path}: it has no `cases:`")
    cases: list[Case] = []
    for node in nodes:
        line = source.location(node.start).line
        cases.append(
            _case(node, Path(source.path).stem if source.path != "<text>" else "<text>", line, cases)
        )
    text = _with_rules(source.text, tree, cases)
    return CaseFile(loads(text, path=source.path, plugins=plugins, entry_points=entry_points), tuple(cases))


def _case(node: Any, file: str, line: int, before: list[Case]) -> Case:
    where = f"{file}:{line}"
    if not isinstance(node, Mapping) or not {"when", "record", "is"} <= set(node) <= _KEYS:
        raise UsageError(f"{where}: a case has `when`, `record` and `is`, and may have `as_of` and `because`")
    found = {str(key): item for key, item in node.items()}
    record, answer, as_of, causes = (
        found["record"],
        str(found["is"]),
        found.get("as_of"),
        found.get("because"),
    )
    if answer not in ANSWERS:
        raise UsageError(f"{where}: `is` is `{answer}`: it must be {', '.join(ANSWERS)}")
    if not isinstance(record, Mapping):
        raise UsageError(f"{where}: `record` must map the names of dimensions to values")
    try:
        values = {str(name): value(item) for name, item in record.items()}
        day = DAY if as_of is None else dt.date.fromisoformat(as_of)
        roots = None if causes is None else frozenset((str(c["dimension"]), str(c["cause"])) for c in causes)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"{where}: `as_of` is a day, `because` lists `{{dimension: …, cause: …}}`") from None
    again = sum(case.line == line for case in before)
    rule = f"r{line}_{again + 1}" if again else f"r{line}"
    return Case(file, line, rule, str(found["when"]), values, day, answer, roots)


def _with_rules(text: str, tree: Mapping, cases: list[Case]) -> str:
    """The text with rules in place of its cases, line by line, and a header at the end."""
    lines = text.splitlines()
    places = {str(key): text.count("\n", 0, key.start) for key in tree}
    first = places.pop("cases")
    if any(place > first for place in places.values()):
        raise UsageError("`cases:` must be the last section of its file")
    if (about := places.pop("about", None)) is not None:
        end = min((place for place in [*places.values(), first] if place > about), default=about + 1)
        lines[about:end] = [""] * (end - about)
    body = ["rules: [", *[""] * (len(lines) - first - 1), "  ]"]
    for case in cases:
        rule = f"{{when: {_yaml(case.when)}, id: {case.rule}, tag: {case.rule}}},"
        body[case.line - 1 - first] += rule if body[case.line - 1 - first] else f"    {rule}"
    return "\n".join([*lines[:first], *body, "ruleset: cases", "version: 1", ""])


def _yaml(data: Any) -> str:
    r"""JSON with escapes as YAML knows them: one `\U` where JSON has two surrogates."""
    pair = re.compile(r"\\u(d[89ab]..)\\u(d[c-f]..)")
    return pair.sub(lambda m: f"\\U{ord(json.loads(chr(34) + m[0] + chr(34))):08x}", json.dumps(data))
