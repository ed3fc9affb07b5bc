"""Everything a plugin can extend: the hooks, as they are called.

A plugin is a module, or any object, that has some of these functions, each marked with `@tierkit.hookimpl`. A
hook may leave out arguments that it does not use; so an argument that is added here later breaks no plugin.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from pluggy import HookimplMarker, HookspecMarker

from tierkit.plugins.advice import Advice
from tierkit.program.providers import BenefitProvider, DimensionProvider, FunctionProvider

# These belong to the layers above: a plugin gets them, this layer only hands them on.
Decision: TypeAlias = Any
Reason: TypeAlias = Any
RuleSet: TypeAlias = Any

GROUP = "tierkit"
"""The entry point group that installed plugins are found in."""

hookspec = HookspecMarker(GROUP)
hookimpl = HookimplMarker(GROUP)
"""Marks a function of a plugin as an implementation of the hook that it is called after."""


@hookspec
def tierkit_dimensions() -> Iterable[DimensionProvider]:  # type: ignore[empty-body]
    """Offers dimensions: facts about a customer that a rule file can ask for with `provider: NAME`.

    Asked once, when an engine is made.
    """


@hookspec
def tierkit_benefit_providers() -> Iterable[BenefitProvider]:  # type: ignore[empty-body]
    """Offers kinds of benefits: what a rule file can name under `grant:`.

    Asked once, when an engine is made.
    """


@hookspec
def tierkit_functions() -> Iterable[FunctionProvider]:  # type: ignore[empty-body]
    """Offers functions that conditions and expressions can call.

    Asked once, when an engine is made.
    """


@hookspec
def tierkit_check(ruleset: RuleSet) -> Iterable[Advice]:  # type: ignore[empty-body]
    """House rules: what an organisation wants of its rule files, beyond what tierkit asks of every one.

    Called by `tierkit check` with a rule set that has no errors. Loading a file does not ask for advice.
    """


@hookspec(firstresult=True)
def tierkit_render_reason(reason: Reason, locale: str) -> str | None:
    """The words for a reason in place of tierkit's own; None leaves them to the next plugin, then to tierkit.

    Called by `decision.explain` for every tag and tier that is held.
    """


@hookspec
def tierkit_decided(decision: Decision, record: object) -> None:
    """Told of every decision right after it was made: for audit and metrics.

    It delays the caller. What it raises is logged, and changes nothing.
    """


@hookspec
def tierkit_switched(name: str, version: str, error: str | None) -> None:
    """Told when an engine takes a version of a rule set into service, and when it refuses to.

    With an `error` the engine stays at `version`, the last good one. What a plugin raises is logged.
    """


HOOKS = (
    tierkit_dimensions,
    tierkit_benefit_providers,
    tierkit_functions,
    tierkit_check,
    tierkit_render_reason,
    tierkit_decided,
    tierkit_switched,
)
