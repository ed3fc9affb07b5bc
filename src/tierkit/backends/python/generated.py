"""The only place where generated Python is run. What is written holds no text of a rule file."""

from __future__ import annotations

from types import CodeType
from typing import Any

Code = dict[str, CodeType]
"""Compiled sources by text: functions of one shape share their code."""


def function(source: str, namespace: dict[str, Any], code: Code | None = None) -> Any:
    """The function `run` of a source, which finds its constants in the namespace."""
    known = {} if code is None else code
    found = known.get(source)
    if found is None:
        found = known[source] = compile(source, f"<tierkit index {len(known)}>", "exec")
    exec(found, namespace)  # noqa: S102  written by tierkit, without user text
    return namespace["run"]
