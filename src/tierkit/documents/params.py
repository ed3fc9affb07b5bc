"""Parameters of a plugin against the plugin's own pydantic model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

LONGEST = 300
"""Characters of a model's own words that are shown."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a model says of one value: the steps to it, pydantic's kind of error, and its words."""

    path: tuple[str | int, ...]
    kind: str
    text: str


def read_params(model: type[Any], data: Any) -> tuple[Any, tuple[Mistake, ...]]:
    """The parameters as an object of the model, or None and every mistake.

    A name that the model does not know is a mistake, unless the model takes any.

    >>> class Params(BaseModel):
    ...     days: int
    >>> read_params(Params, {"days": 30})[0], read_params(Params, {"dys": 30})[1][0].kind
    (Params(days=30), 'extra_forbidden')
    """
    unknown = [
        Mistake((key,), "extra_forbidden", "unknown")
        for key in (data if isinstance(data, dict) and _closed(model) else ())
        if key not in names(model)
    ]
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        told = [
            Mistake(tuple(item["loc"]), item["type"], item["msg"][:LONGEST])
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        told = [mistake for mistake in told if mistake.kind != "extra_forbidden" or len(mistake.path) > 1]
        return None, (*unknown, *told)
    except Exception as error:  # noqa: BLE001  a validator of a plugin may raise anything
        return None, (*unknown, Mistake((), "raised", _said(error)))
    return (None if unknown else found), tuple(unknown)


def _said(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:LONGEST]
    except Exception:  # noqa: BLE001  an exception's own text may do anything
        return type(error).__name__


def names(model: type[Any]) -> tuple[str, ...]:
    """The names of a model's parameters as rule files write them."""
    config, found = model.model_config, []
    for name, field in model.model_fields.items():
        alias = field.validation_alias  # `alias` where that was given
        found += [alias] if isinstance(alias, str) else []
        by_name = config.get("populate_by_name") or config.get("validate_by_name")
        found += [name] if alias is None or by_name else []
    return tuple(found)


def is_model(model: object) -> bool:
    """True for a pydantic model."""
    return isinstance(model, type) and issubclass(model, BaseModel)


def _closed(model: type[Any]) -> bool:
    extra: object = model.model_config.get("extra")
    return extra != "allow"
