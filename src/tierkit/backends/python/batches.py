"""Providers asked about many records at once, before each record is decided on its own.

What a provider reads is computed as the reference interpreter would, and only that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tierkit.errors import Fault
from tierkit.program.build.order import inputs
from tierkit.program.calls import Call
from tierkit.program.domain import confine, read
from tierkit.program.forms import Forms
from tierkit.program.model import Dimension
from tierkit.program.reference import absent, compute, effective, outcomes, place, tier_value

Values = dict[str, Any]


def ask_many(forms: Forms, records: Sequence[Mapping[str, Any] | None], day: dt.date) -> list[Values]:
    """Per record what each provider with a `compute_many` gives; a record with a fault is not asked about."""
    program = forms.program
    calls = {name: call for name in program.order if (call := _call(forms, name)) is not None}
    behind = _behind(forms, [*calls, *(d.name for d in program.dimensions.values() if _must(d))])
    known = [_read(forms, record) for record in records]
    supplied: list[Values] = [{} for _ in records]
    whole = [(values, own) for values, own in zip(known, supplied, strict=True) if values is not None]
    for name in program.order:
        if name in calls:
            _ask(forms, name, calls[name], whole, day)
        elif name in behind and name not in forms.given:
            for values, own in whole:
                _compute(forms, name, values, own, day)
        if name in program.dimensions and _must(program.dimensions[name]) and name not in forms.given:
            whole = [(values, own) for values, own in whole if values[name] is not None]
    return supplied


def _must(dimension: Dimension) -> bool:
    return dimension.on_missing.policy == "error"


def _call(forms: Forms, name: str) -> Call | None:
    """The call of a dimension that takes many records."""
    dimension = forms.program.dimensions.get(name)
    supply = None if dimension is None or name in forms.given else dimension.supply
    call = None if supply is None else supply.call
    return None if call is None or call.provider.compute_many is None else call


def _behind(forms: Forms, names: Iterable[str]) -> frozenset[str]:
    """The names, and everything that their values depend on."""
    program, found = forms.program, set(names)
    stack = list(found)
    while stack:
        name = stack.pop()
        if name in forms.given:
            continue
        fresh = inputs(program.ladders.get(name) or program.dimensions[name], program.eligible) - found
        found |= fresh
        stack += fresh
    return frozenset(found)


def _read(forms: Forms, record: Mapping[str, Any] | None) -> Values | None:
    """The values that the record holds, or None when one of them is refused."""
    if record is None:
        return None
    values: Values = {}
    for name, dimension in forms.program.dimensions.items():
        if not dimension.computed or name in forms.given:
            found = read(dimension, record.get(name, absent(dimension)))
            if isinstance(found, Fault):
                return None
            values[name] = effective(dimension, found)
            if values[name] is None and _must(dimension):
                return None
    return values


def _compute(forms: Forms, name: str, values: Values, supplied: Values, day: dt.date) -> None:
    """A value that a provider will read."""
    ladder = forms.program.ladders.get(name)
    if ladder is not None:
        tiers = outcomes(forms.program, ladder, values, day)
        values[name] = tier_value(ladder, place(tiers, skip_unknown=ladder.skip_unknown))
        return
    dimension = forms.program.dimensions[name]
    found: Any = compute(dimension, values, day)
    if dimension.supply is not None:
        supplied[name] = found  # asked now, and not again
    elif found is not None:
        found = confine(dimension, found)
    values[name] = effective(dimension, found)


def _ask(forms: Forms, name: str, call: Call, whole: Sequence[tuple[Values, Values]], day: dt.date) -> None:
    """Asks one provider about every record whose inputs are there."""
    questions = [(values, own, call.record(values, day)) for values, own in whole]
    asked = [question for _, _, question in questions if question is not None]
    answers = iter(call.many(asked))
    for values, own, question in questions:
        own[name] = None if question is None else next(answers)
        values[name] = effective(forms.program.dimensions[name], own[name])
