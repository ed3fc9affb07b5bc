"""Reads the conformance files: what every backend must answer, as data."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from tierkit.documents.events import parse
from tierkit.documents.nodes import Mapping, Scalar, Sequence
from tierkit.documents.reader import read
from tierkit.engine import RuleSet, loads

FOLDER = Path(__file__).parent / "conformance"
FILES = sorted(FOLDER.glob("*.yaml"))
_SECTIONS = ("parameters", "dimensions", "ladders", "eligible", "tables")


@dataclass(frozen=True)
class Case:
    """One case: a condition, a record, the answer, and where it stands."""

    file: str
    line: int
    when: str
    record: dict[str, Any]
    day: dt.date
    answer: str
    because: frozenset[tuple[str, str]] | None

    @property
    def rule(self) -> str:
        """The id of the rule that holds the condition."""
        return f"r{self.line}"


def read_file(path: Path, without: frozenset[int] = frozenset()) -> tuple[RuleSet, list[Case]]:
    """The rule set of a file, one rule per case, and its cases; those on some lines may be left out."""
    source, problems = read(path)
    tree = parse(source, problems)
    assert not list(problems), [str(problem) for problem in problems]
    cases = []
    for node in tree[Scalar("cases")]:
        line = source.location(node.start).line
        as_of = node.get(Scalar("as_of"))
        causes = node.get(Scalar("because"))
        cases.append(
            Case(
                path.stem,
                line,
                str(node[Scalar("when")]),
                {str(name): value(found) for name, found in node[Scalar("record")].items()},
                dt.date(2025, 1, 1) if as_of is None else dt.date.fromisoformat(as_of),
                str(node[Scalar("is")]),
                None
                if causes is None
                else frozenset((str(c[Scalar("dimension")]), str(c[Scalar("cause")])) for c in causes),
            )
        )
    cases = [case for case in cases if case.line not in without]
    rules = [{"id": case.rule, "tag": case.rule, "when": case.when} for case in cases]
    head = [source.text[: source.text.index("\ncases:")].replace("about:", "description: >-\n  ", 1)]
    text = "\n".join(["ruleset: conformance", "version: 1", *head, f"rules: {as_yaml(rules)}"])
    return loads(text, path=str(path)), cases


def as_yaml(data: Any) -> str:
    r"""JSON with escapes as YAML knows them: one `\U` where JSON has two surrogates."""
    pair = re.compile(r"\\u(d[89ab]..)\\u(d[c-f]..)")
    text = json.dumps(data)
    return pair.sub(lambda m: f"\\U{ord(json.loads(chr(34) + m[0] + chr(34))):08x}", text)


def value(node: Any) -> Any:
    """A value of a record, as the table in the README says."""
    if isinstance(node, Mapping):
        return _special({str(key): item for key, item in node.items()})
    if isinstance(node, Sequence):
        return [value(item) for item in node]
    if not node.plain:
        return str(node)
    if node in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[node]
    digits = node.removeprefix("-")
    if digits.isdecimal() and digits.isascii():
        return int(node)
    whole, point, rest = digits.partition(".")
    if point and (whole + rest).isdecimal() and (whole + rest).isascii():
        return float(node)
    return str(node)


def _special(node: dict[str, Any]) -> Any:
    if "numpy" in node:
        inner = node["value"]
        return getattr(np, node["numpy"])(value(inner) if isinstance(inner, Scalar) else _special(inner))
    ((kind, found),) = node.items()
    match kind:
        case "nan":
            return float("nan")
        case "inf":
            return float(found) * float("inf")
        case "float":
            return float(found)
        case "decimal":
            return Decimal(found)
        case "date":
            return dt.date.fromisoformat(found)
        case "datetime":
            return dt.datetime.fromisoformat(found)
        case "set":
            return {value(item) for item in found}
        case _:
            raise AssertionError(kind)
