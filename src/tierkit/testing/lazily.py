"""hypothesis, imported when a strategy is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tierkit.errors import MissingExtraError


def strategies() -> Any:
    """`hypothesis.strategies`.

    Raises:
        MissingExtraError: hypothesis is not installed.
    """
    try:
        return import_module("hypothesis.strategies")
    except ImportError:
        raise MissingExtraError("drawing records needs hypothesis: install `tierkit[testing]`") from None
