"""What a store must do: keep versions and append lines. Everything else follows from the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a history from some line on. `torn` is a last line that was begun and never acknowledged.

    `head` is the number and the digest of the last line that the store remembers, if it does.
    """

    lines: tuple[str, ...]
    torn: bool = False
    head: tuple[int, str] | None = None


class RuleSetStore(Protocol):
    """A place for the versions and the histories of rule sets.

    What `add` and `append` have returned from is not lost. Readers take no locks and see whole lines only.
    Errors are `StoreError`; names and versions have been checked by the caller.
    """

    @property
    def address(self) -> str:
        """Where it is, in words for people."""

    def names(self) -> tuple[str, ...]:
        """The rule sets that have a history, in order."""

    def stamp(self, name: str) -> Any:
        """Something that differs once the history has changed; cheap, for it is asked often."""

    def read(self, name: str, after: int = 0) -> Lines:
        """The lines of a history but for the first `after`; none where there is no history.

        The head is not newer than the lines, so that a line written meanwhile does not seem to be missing.
        """

    def append(self, name: str, line: str, number: int, previous: str | None) -> bool:
        """Adds a line as line `number`, if the last one has the digest `previous`.

        False when another one came first: nothing was changed then.
        """

    def source(self, name: str, version: str) -> bytes:
        """The bytes of a version; `StoreError` when there is none."""

    def add(self, name: str, version: str, source: bytes) -> None:
        """Keeps the bytes of a version; a line that publishes it follows. Bytes without a line are replaced.

        Those that a line has published are not, but by the ones that it names.
        """
