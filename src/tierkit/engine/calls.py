"""What the calls of a provider have cost."""

from __future__ import annotations

from dataclasses import dataclass

from tierkit.program.calls import Call


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one provider for one dimension so far; times in seconds.

    Kept without a lock: under several threads a few calls may go uncounted.
    """

    plugin: str
    provider: str
    calls: int
    failed: int
    seconds: float
    slowest: float
    first_failure: str | None

    @classmethod
    def of(cls, call: Call) -> Calls:
        """The count as it is now."""
        tally = call.tally
        return cls(
            call.offered.plugin, call.provider.name, tally.calls, tally.failed,
            tally.seconds, tally.slowest, tally.first_failure,
        )  # fmt: skip
