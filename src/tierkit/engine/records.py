"""Records as callers hold them: mappings, dataclasses, pydantic models."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from tierkit.errors import Fault, RecordError


def as_mapping(record: Any) -> Mapping[str, Any]:
    """The record as a mapping; raises `RecordError` when it is none, or is such an error, kept for its turn.

    >>> as_mapping({"a": 1})
    {'a': 1}
    """
    if isinstance(record, Mapping):
        return record
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    names = getattr(type(record), "model_fields", None)
    if isinstance(names, Mapping):
        extra = getattr(record, "model_extra", None) or {}
        own = getattr(type(record), "__tierkit_names__", {})  # of a model that `record_model` made
        return {**{own.get(name, name): getattr(record, name) for name in names}, **extra}
    if isinstance(record, RecordError):
        raise record
    raise RecordError([Fault.of("not-a-record", "", record, "")])
