"""A plugin that is a module: what a pickle finds again by its name."""

from __future__ import annotations

from typing import Any

from tierkit.plugins import FunctionProvider, hookimpl


def half(value: Any) -> Any:
    """Half of a number."""
    return value / 2


@hookimpl
def tierkit_functions() -> list[FunctionProvider]:
    """Offers one function."""
    return [FunctionProvider(name="half", arguments=("number",), type="number", compute=half)]
