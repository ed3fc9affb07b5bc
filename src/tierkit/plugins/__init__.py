"""What a plugin needs: the mark of a hook, and the kinds of things it can offer. `hooks` lists all there is."""

from tierkit.plugins.advice import Advice
from tierkit.plugins.hooks import hookimpl
from tierkit.program.providers import (
    BenefitProvider,
    DimensionProvider,
    FunctionProvider,
    Granted,
    GrantContext,
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
