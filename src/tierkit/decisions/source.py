"""What a decision needs of whoever made it: the seam between decisions and the engine above them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from tierkit.program.forms import Forms
from tierkit.program.model import Program


class Speaking(Protocol):
    """The plugins that took part, and those with words of their own."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each plugin that the rule set uses, by name."""

    @property
    def functions(self) -> Mapping[str, tuple[str, str]]:
        """The plugin of each function, and its version."""

    def render(self, reason: Any, locale: str) -> str | None:
        """A plugin's words for a reason, None where no plugin has any."""


class DecisionSource(Protocol):
    """A rule set ready to decide."""

    @property
    def program(self) -> Program:
        """The program that decided."""

    @property
    def forms(self) -> Forms:
        """The normal forms of its conditions."""

    @property
    def plugins(self) -> Speaking:
        """The plugins of the rule set."""

    def rules(self, masks: tuple[int, ...], moment: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The positions of the rules that fired, and of those that are unknown."""

    def tags_of(self, answer: Any, moment: Any) -> tuple[str, ...]:
        """The tags that the rules that fired and the tiers give."""

    def tiers_of(self, answer: Any) -> dict[str, str | None]:
        """The tier of each ladder, None where there is none or it is undetermined."""

    def instant(self, moment: Any) -> dt.datetime:
        """A moment (seconds since the epoch, or an aware datetime) as an instant of the rule set's zone."""
