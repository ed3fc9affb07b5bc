"""The exception tree. Each carries its whole text in `str()` and pickles."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierkit.errors.faults import Fault
    from tierkit.errors.problems import Problem


class TierkitError(Exception):
    """The base of every exception that tierkit raises on purpose."""


class ReadError(TierkitError, OSError):
    """A file or its bytes cannot be read."""


class UsageError(TierkitError, ValueError):
    """A call that cannot be meant: an unknown target, an instant without a time zone."""


class UnsupportedError(TierkitError, ValueError):
    """What a place where rule sets run cannot express; the text names what, where, and the place."""


class MissingExtraError(TierkitError, ImportError):
    """A feature needs a package that the default install leaves out; the text names the extra."""


class RuleSetError(TierkitError, ValueError):
    """A rule set that cannot be used; `problems` holds every one, sorted by place."""

    def __init__(self, problems: Sequence["Problem"]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(problem.render() for problem in self.problems)


class PluginError(TierkitError, ValueError):
    """Plugins that an engine cannot be made with; `mistakes` holds a line for each thing that is wrong."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__(tuple(mistakes))
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(self.mistakes)


class StoreError(TierkitError):
    """A store that cannot do what was asked, or whose content contradicts itself (`contradicts`)."""

    def __init__(self, message: str, *, contradicts: bool = False) -> None:
        super().__init__(message)
        self.contradicts = contradicts


class RefusedError(TierkitError):
    """A change that is refused; `reasons` holds a line for each thing that speaks against it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(tuple(reasons))
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return "\n".join(self.reasons)


class RecordError(TierkitError, ValueError):
    """A record that no decision can be made for; `errors` holds every fault of it."""

    def __init__(self, errors: Sequence["Fault"], key: object = None) -> None:
        super().__init__(tuple(errors), key)
        self.errors = tuple(errors)
        self.key = key

    def __str__(self) -> str:
        text = "; ".join(str(error) for error in self.errors)
        return text if self.key is None else f"record `{self.key}`: {text}"
