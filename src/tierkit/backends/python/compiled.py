"""A program compiled for single records: a fast path for regular records, a careful one for the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, final

from tierkit.backends.python.batches import ask_many
from tierkit.backends.python.decoders import lister
from tierkit.backends.python.generated import Code
from tierkit.backends.python.partition import pivot, restricted
from tierkit.backends.python.plan import Stage, plan
from tierkit.backends.python.source import PENDING, Answer, Partition, Run, generate
from tierkit.errors import Fault
from tierkit.program.domain import Missing, read
from tierkit.program.forms import Forms
from tierkit.program.reference import absent, decide
from tierkit.program.terms import Value

DayOf = Callable[[Any], dt.date]
NOBODY: Mapping[str, Any] = {}
"""What providers have given when none was asked."""


@final
class Refused:
    """A record that cannot be decided, and every fault of it."""

    __slots__ = ("faults",)

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults


class _Index:
    """One index: its generated functions, made when they are first needed, and the reader of its masks."""

    def __init__(
        self, forms: Forms, stages: list[Stage], day_of: DayOf, partition: Partition, code: Code
    ) -> None:
        self._make = partial(generate, forms, stages, day_of, partition, code)
        self.rules = lister(stages, forms.program.rules, day_of)

    @cached_property
    def fast(self) -> Run:
        """Decides a plain dict whose values are all there and regular; leaves others to `lenient`."""
        retry = lambda record, moment: self.lenient(record, moment)  # noqa: E731, PLW0108  made when it is met
        return self._make(fast=True, retry=retry)

    @cached_property
    def lenient(self) -> Run:
        """Decides a plain dict some of whose values are not there."""
        return self._make(fast=True)

    @cached_property
    def full(self) -> Run:
        """Decides values that were read one by one, missing ones among them."""
        return self._make(fast=False)


class _Fasts(dict[Any, Run]):
    """The fast function by the value of the pivot (None without one); made when a value is first met."""

    def __init__(self, compiled: Compiled) -> None:
        super().__init__()
        self._compiled = compiled

    def __missing__(self, value: Any) -> Run:
        made = self._compiled.made_for(value)
        if made is None:
            return _irregular
        self[value] = made
        return made


def _irregular(_record: Any, _moment: Any) -> None:
    """The fast function of values that need a closer look."""


class Compiled:
    """The bit-vector index of a program, for one choice of given dimensions, partitioned where that pays."""

    def __init__(self, forms: Forms, day_of: DayOf) -> None:
        self.forms, self.day_of = forms, day_of
        self._stages = plan(forms)
        self._code: Code = {}
        self._indexes: dict[Any, _Index] = {}
        chosen = pivot(forms, self._stages)
        self.pivot: str | None = None if chosen is None else chosen[0]
        self._values: tuple[Value, ...] = () if chosen is None else chosen[1]
        self.fasts = _Fasts(self)
        names = list(forms.program.dimensions)
        self._pivot_at = None if self.pivot is None else names.index(self.pivot)
        self._dimensions = tuple(
            (dimension, absent(dimension), dimension.computed and dimension.name not in forms.given)
            for dimension in forms.program.dimensions.values()
        )
        self._calls = tuple(
            (i, dimension.name)
            for i, (dimension, _, computed) in enumerate(self._dimensions)
            if computed and dimension.supply is not None
        )

    @property
    def asks_many(self) -> bool:
        """True when a provider can be asked about many records at once."""
        supplies = [self._dimensions[i][0].supply for i, _ in self._calls]
        calls = [supply.call for supply in supplies if supply is not None]
        return any(call is not None and call.provider.compute_many is not None for call in calls)

    def ask_many(self, records: Sequence[Mapping[str, Any] | None], moment: Any) -> list[dict[str, Any]]:
        """What the providers give for each record that they can be asked about together."""
        return ask_many(self.forms, records, self.day_of(moment))

    def index(self, key: Any) -> _Index:
        """The index of one value of the pivot; of None, the whole one."""
        found = self._indexes.get(key)
        if found is None:
            stages, partition = self._stages, None
            if key is not None and self.pivot is not None:
                stages, partition = restricted(stages, self.pivot, key), (self.pivot, key)
            found = self._indexes[key] = _Index(self.forms, stages, self.day_of, partition, self._code)
        return found

    def made_for(self, value: Any) -> Run | None:
        """The fast function for one value of the pivot, None for a value that has no index of its own."""
        if value is None:
            return self.index(None).fast
        if type(value) is not str or value not in self._values:
            return None
        return self.index(value).fast

    def rules(self, masks: tuple[Any, ...], moment: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The positions of the rules that fired, and of those that are unknown."""
        index = self._indexes.get(masks[-1])
        return (index or self.index(masks[-1])).rules(masks, moment)

    def answer(self, record: Mapping[str, Any], moment: Any) -> Answer | Refused:
        """The answer for a record, or its faults."""
        if type(record) is dict:
            try:
                found = self.fasts[record.get(self.pivot)](record, moment)
            except TypeError:  # a value that cannot be a key
                found = None
            if found is not None:
                return found
        return self.careful(record, moment)

    def careful(
        self, record: Mapping[str, Any], moment: Any, supplied: Mapping[str, Any] = NOBODY
    ) -> Answer | Refused:
        """Normalises every value first; a record with faults is left to the reference interpreter to tell.

        `supplied` is what providers have given already.
        """
        values: list[Any] = []
        faulty = False
        for dimension, missing, computed in self._dimensions:
            if computed:
                values.append(supplied.get(dimension.name, PENDING))
                continue
            value = read(dimension, record.get(dimension.name, missing))
            faulty = faulty or value.__class__ is Fault
            values.append(value)
        if faulty:
            return self.refused(record, moment, NOBODY)
        chosen = None if self._pivot_at is None else values[self._pivot_at]
        if type(chosen) is Missing:
            chosen = None
        answer = self.index(chosen).full(values, moment)
        if answer is not None:
            return answer
        given = {name: values[i] for i, name in self._calls if values[i] is not PENDING}
        return self.refused(record, moment, given)

    def refused(self, record: Mapping[str, Any], moment: Any, supplied: Mapping[str, Any]) -> Refused:
        """Every fault of a record that was found to have one."""
        faults = decide(self.forms.program, record, self.day_of(moment), self.forms.given, supplied)
        assert isinstance(faults, tuple)  # noqa: S101  the index refused it: so does the interpreter
        return Refused(faults)
