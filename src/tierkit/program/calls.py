"""Plugin code called safely: whatever it does, the answer is a value, or missing with what went wrong.

Every call is timed, and none is interrupted. The counts are kept without a lock: under several threads a few
calls may go uncounted.
"""

from __future__ import annotations

import logging
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from time import perf_counter
from typing import Any, final

from tierkit.errors import Fault
from tierkit.program.domain import NULL, Missing, read
from tierkit.program.model import Dimension
from tierkit.program.providers import AS_OF, DimensionProvider, FunctionProvider, Offered
from tierkit.program.terms import Value
from tierkit.program.types import NUMERIC, SMALLEST, magnitude

LONGEST_DETAIL = 200
SLOW = 0.1
"""Seconds from which a single call is told of in the log (`tierkit.plugins`), the first time."""

_log = logging.getLogger("tierkit.plugins")


@final
class Tally:
    """What the calls of one provider for one dimension have cost so far."""

    __slots__ = ("calls", "failed", "first_failure", "seconds", "slowest")

    def __init__(self) -> None:
        self.calls = self.failed = 0
        self.seconds = self.slowest = 0.0
        self.first_failure: str | None = None

    def fail(self, detail: str) -> None:
        """Counts a failure."""
        self.failed += 1
        if self.first_failure is None:
            self.first_failure = detail


@final
class Call:
    """The guarded `compute` (and `compute_many`) of a provider for one dimension of a rule set."""

    __slots__ = ("_accept", "dimension", "inputs", "offered", "one", "params", "tally")

    def __init__(
        self,
        dimension: Dimension,
        offered: Offered[DimensionProvider],
        params: Any,
        inputs: tuple[tuple[str, str], ...],
    ) -> None:
        self.dimension, self.offered, self.params, self.inputs = dimension, offered, params, inputs
        self.tally = Tally()
        self._accept = _acceptor(dimension, self.tally)
        self.one = self._one()
        """`one(record)`: the value for one record of inputs, or why there is none."""

    @property
    def provider(self) -> DimensionProvider:
        """The provider that is called."""
        return self.offered.provider

    def record(self, known: Mapping[str, Any], day: Any) -> dict[str, Any] | None:
        """The inputs from the values of the dimensions, or None when one is missing that must not be."""
        found = {name: day if name == AS_OF else known[source] for name, source in self.inputs}
        return found if self.provider.accepts_missing or None not in found.values() else None

    def _one(self) -> Callable[[dict[str, Any]], Value | Missing]:
        """A plain function, for this is called for every record."""
        compute, params, tally, accept = self.provider.compute, self.params, self.tally, self._accept
        dimension = self.dimension
        low, high = _plain_range(dimension)
        numbers = [n for n, type_ in self.provider.inputs.items() if type_ in NUMERIC and type_ != "integer"]

        def one(record: dict[str, Any]) -> Value | Missing:
            for name in numbers:
                if record[name] == 0.0:
                    record[name] = 0.0  # -0.0 is no value of its own, so nobody sees it
            start = perf_counter()
            try:
                found = compute(record, params)
            except Exception as error:  # noqa: BLE001  a plugin may raise anything; the rest goes on
                found = _failure(described(error), tally)
            spent = perf_counter() - start
            tally.calls += 1
            tally.seconds += spent
            if spent > tally.slowest:
                self._slower(spent)
            if type(found) is float and low <= found <= high:
                return found  # a plain number within its domain
            return accept(found)

        return one

    def _slower(self, spent: float) -> None:
        if spent >= SLOW > self.tally.slowest:
            _log.warning(
                "plugin `%s`: `%s` took %.2f s to compute `%s` for one record",
                self.offered.plugin, self.provider.name, spent, self.dimension.name,
            )  # fmt: skip
        self.tally.slowest = spent

    def many(self, records: Sequence[dict[str, Any]]) -> list[Value | Missing]:
        """The values for many records. Where `compute_many` fails, each record is computed on its own."""
        compute_many = self.provider.compute_many
        if compute_many is None or not records:
            return [self.one(record) for record in records]
        start = perf_counter()
        try:
            # copies, for it may change them; and not more answers than there can be questions
            found = list(islice(compute_many([*map(dict, records)], self.params), len(records) + 1))
            problem = (
                None if len(found) == len(records) else f"not a value for each of {len(records)} records"
            )
        except Exception as error:  # noqa: BLE001  see `one`
            found, problem = [], described(error)
        self.tally.seconds += perf_counter() - start
        if problem is not None:
            _log.warning(
                "plugin `%s`: `compute_many` of `%s` failed (%s); each record is computed on its own",
                self.offered.plugin, self.provider.name, problem,
            )  # fmt: skip
            return [self.one(record) for record in records]
        self.tally.calls += len(records)
        return [self._accept(value) for value in found]


def call_function(function: FunctionProvider, arguments: Sequence[Value | None]) -> Value | Missing | None:
    """The result of a plugin's function; missing when an argument is.

    >>> half = FunctionProvider(name="half", arguments=("number",), type="number", compute=lambda x: x / 2)
    >>> call_function(half, [3.0]), call_function(half, [None])
    (1.5, None)
    """
    if None in arguments:
        return None
    try:
        # as above: there is one zero
        found = function.compute(*(0.0 if type(a) is float and a == 0.0 else a for a in arguments))
    except Exception as error:  # noqa: BLE001  see `Call`
        return Missing("provider_failed", described(error))
    return _accepted(Dimension(function.name, function.type), found)


def described(error: BaseException) -> str:
    """An exception in one short line.

    >>> described(ZeroDivisionError("division by zero"))
    'ZeroDivisionError: division by zero'
    """
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  an exception's own text may do anything
        text = ""
    return _line(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def _line(text: str) -> str:
    cut = text[: LONGEST_DETAIL + 1]
    shown = "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else " " for c in cut)
    return shown if len(shown) <= LONGEST_DETAIL else shown[: LONGEST_DETAIL - 1] + "…"


def _plain_range(dimension: Dimension) -> tuple[float, float]:
    """Where a positive float is a value of the dimension as it is; `accept` sees to all others."""
    if dimension.type not in NUMERIC or dimension.type == "integer":
        return 1.0, 0.0
    low, high = SMALLEST, math.nextafter(magnitude(dimension.type), 0.0)
    if dimension.minimum is not None:
        low = max(low, dimension.minimum)
    return low, high if dimension.maximum is None else min(high, dimension.maximum)


def _acceptor(dimension: Dimension, tally: Tally) -> Callable[[Any], Value | Missing]:
    def accept(found: Any) -> Value | Missing:
        accepted = _accepted(dimension, found)
        if type(accepted) is Missing and accepted.detail is not None and accepted is not found:
            tally.fail(accepted.detail)
        return accepted

    return accept


def _accepted(dimension: Dimension, found: Any) -> Value | Missing:
    """What a plugin gave as a value of the dimension; what it cannot be is a failure that says so."""
    if type(found) is Missing:
        return found if found.detail is not None else NULL
    try:
        value = read(dimension, found)
    except Exception as error:  # noqa: BLE001  an object of a plugin may raise when it is looked at
        return Missing("provider_failed", described(error))
    if type(value) is Missing and value is not NULL:
        shown = Fault.of("wrong-type", dimension.name, found, dimension.type).value
        return Missing("provider_failed", _line(f"it gave {shown}, which is {_WORDS[value.cause]}"))
    if isinstance(value, Fault):
        return Missing("provider_failed", _line(f"it gave {value.value}, but {value.wanted} is expected"))
    return value


def _failure(detail: str, tally: Tally) -> Missing:
    tally.fail(detail)
    return Missing("provider_failed", detail)


_WORDS = {
    "nan": "not a number",
    "infinite": "infinite",
    "out_of_domain": "outside the dimension's domain",
    "not_in_values": "none of the dimension's values",
}
