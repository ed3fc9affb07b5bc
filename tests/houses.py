"""Plugins for tests, made from what they offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tierkit.engine import RuleSet, loads
from tierkit.plugins import BenefitProvider, DimensionProvider, FunctionProvider, hookimpl

Provider = DimensionProvider | BenefitProvider | FunctionProvider


class House:
    """A plugin that offers what it was made with."""

    def __init__(self, *offered: Provider, name: str = "house", version: str = "1.0") -> None:
        self.offered, self.name, self.version = offered, name, version

    @hookimpl
    def tierkit_dimensions(self) -> list[Any]:
        """The dimensions among what is offered."""
        return [item for item in self.offered if isinstance(item, DimensionProvider)]

    @hookimpl
    def tierkit_benefit_providers(self) -> list[Any]:
        """The benefits among what is offered."""
        return [item for item in self.offered if isinstance(item, BenefitProvider)]

    @hookimpl
    def tierkit_functions(self) -> list[Any]:
        """The functions among what is offered."""
        return [item for item in self.offered if isinstance(item, FunctionProvider)]


class Counted:
    """A `compute` that counts its calls, and keeps the records it was given."""

    def __init__(self, function: Callable[[Mapping[str, Any]], Any]) -> None:
        self.function, self.records = function, list[dict[str, Any]]()

    def __call__(self, record: Mapping[str, Any], _params: Any) -> Any:
        """The value for a record."""
        self.records.append(dict(record))
        return self.function(record)

    @property
    def calls(self) -> int:
        """How often it was called."""
        return len(self.records)


def offered(
    compute: Callable[[Mapping[str, Any], Any], Any],
    name: str = "given_by",
    type_: str = "number",
    **more: Any,
) -> DimensionProvider:
    """A provider that reads `amount`, unless it is said otherwise."""
    settings: dict[str, Any] = {"inputs": {"amount": "money"}, **more}
    return DimensionProvider(name=name, type=type_, compute=compute, **settings)


def rules(text: str, *providers: Provider, plugins: tuple[Any, ...] = ()) -> RuleSet:
    """The rule set of a text without its header, with one plugin that offers the providers."""
    houses = (House(*providers), *plugins) if providers else plugins
    return loads("ruleset: house\nversion: 1\n" + text, plugins=houses, entry_points=False)
