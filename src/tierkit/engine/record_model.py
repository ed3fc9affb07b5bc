"""The record of a rule set as a pydantic model, for the code that fills it: names, types, labels.

The model refuses what `evaluate` would refuse (a text for a number), and values that a category does not
have. Bounds are not checked: a value outside `min` and `max` is missing, which is an answer and not an error.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from tierkit.program.model import Dimension, Program, text
from tierkit.program.types import NUMERIC

_TYPES = {"boolean": bool, "integer": int, "category": str, "text": str, "date": dt.date}


def record_model(program: Program) -> type[BaseModel]:
    """A model with a field for the key and for every dimension that is not computed; all may be left out.

    A dimension whose name pydantic keeps for itself (`copy`, `_x`) has a field with another name and its own
    name as alias.

    >>> import tierkit
    >>> rules = tierkit.loads("{ruleset: demo, version: 1, key: id, dimensions: {amount: {type: money}}}")
    >>> record = rules.record_model()(id="c1", amount=12_500)
    >>> record.amount, rules.evaluate(record).key
    (12500.0, 'c1')
    """
    fields: dict[str, Any] = {}
    if program.key is not None and program.key not in program.dimensions:
        fields[program.key] = (str | int | None, "")
    for dimension in program.dimensions.values():
        if not dimension.computed:
            fields[dimension.name] = (_annotation(dimension), _description(dimension))
    names: dict[str, str] = {}
    for name in fields:
        names[_field_name(name, {*fields, *names} - {name})] = name
    definitions: dict[str, Any] = {
        field: (
            annotation | None,
            Field(None, description=description or None, alias=None if field == name else name),
        )
        for field, name in names.items()
        for annotation, description in [fields[name]]
    }
    model: type[BaseModel] = create_model(
        "".join(part.capitalize() for part in re.split(r"[-_]", program.name)) + "Record",
        __config__=ConfigDict(extra="ignore", strict=True, populate_by_name=True, protected_namespaces=()),
        __doc__=f"A record for `{program.name}` {program.version}.",
        **definitions,
    )
    model.__tierkit_names__ = names  # type: ignore[attr-defined]  # read by engine.records
    return model


def _annotation(dimension: Dimension) -> Any:
    if dimension.type in NUMERIC:
        return Annotated[int, BeforeValidator(_whole)] if dimension.type == "integer" else _FLOAT
    values: Any = str if dimension.values is None else Literal[dimension.values]
    if dimension.type == "set":
        return Annotated[frozenset[values], BeforeValidator(_set)]
    return values if dimension.type == "category" else _TYPES[dimension.type]


def _whole(value: Any) -> Any:
    """5.0 is a whole number, whatever holds it."""
    is_whole = isinstance(value, float | Decimal) and math.isfinite(value) and value == value // 1
    return int(value) if is_whole else value


def _decimal(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _set(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list | tuple | set) else value


_FLOAT = Annotated[float, BeforeValidator(_decimal)]


def _description(dimension: Dimension) -> str:
    """Label, description and unit in English, else in the first language there is."""
    label, description = text(dimension.label, "en", ""), text(dimension.description, "en", "")
    unit = f"in {dimension.unit}" if dimension.unit else ""
    return "; ".join(part for part in (label, description, unit) if part)


def _field_name(name: str, taken: set[str]) -> str:
    """A name that pydantic takes for a field: public, free, and not one of its own."""
    field = name.lstrip("_") or "field"
    field = f"field_{field}" if field[0].isdigit() else field
    while field in taken or hasattr(BaseModel, field):
        field += "_"
    return field
