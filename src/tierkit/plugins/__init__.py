"""What a plugin needs: the mark of a hook, and the kinds of things it can offer; `hooks` lists all hooks."""

from tierkit.plugins.advice import Advice
from tierkit.plugins.hooks import hookimpl
from tierkit.program.providers import (
    BenefitProvider,
    DimensionProvider,
    FunctionProvider,
    GrantContext,
    Granted,
)

__all__ = [
    "Advice",
    "BenefitProvider",
    "DimensionProvider",
    "FunctionProvider",
    "GrantContext",
    "Granted",
    "hookimpl",
]
