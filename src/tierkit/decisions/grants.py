"""Benefits in words: the provider and its parameters, with phrases for what is common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierkit.decisions.formats import Style, clean, shortened
from tierkit.decisions.labels import LONGEST_TEXT
from tierkit.decisions.words import PARAMS, PROVIDERS

if TYPE_CHECKING:
    from tierkit.decisions.labels import Labels
    from tierkit.decisions.reasons import Grant


Say = Callable[[Mapping[str, Any], str], "str | None"]
"""A provider's own words for the values it grants."""


def granted(labels: Labels, grant: Grant, locale: str, say: Say | None) -> str:
    """What is granted and why, what went into it, and what lost to it."""
    words = labels.words
    notes = [labels.longer(grant.texts)]
    for name, others in (("together", grant.combined), ("instead of", grant.lost)):
        for other in others:
            value, target = _brief(labels, other, locale, say), labels.target(other.target)
            notes.append(words.say(name, value=value, target=target))
    own = _own(grant, locale, say)
    return words.noted(grant_text(labels, grant) if own is None else own, notes)


def _own(grant: Grant, locale: str, say: Say | None) -> str | None:
    """The provider's words; a provider that fails here has none."""
    try:
        text = None if say is None else say(deepcopy(grant.values), locale)
    except Exception:  # noqa: BLE001  a plugin may raise anything; the values are told all the same
        return None
    return clean(text, LONGEST_TEXT) if isinstance(text, str) else None


def _brief(labels: Labels, grant: Grant, locale: str, say: Say | None) -> str:
    """A grant without the name of its kind."""
    own = _own(grant, locale, say)
    return _values(labels, grant) if own is None else own


def grant_text(labels: Labels, grant: Grant) -> str:
    """What is granted.

    >>> import tierkit
    >>> from tierkit.decisions import Grant
    >>> from tierkit.decisions.labels import Labels
    >>> program = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: number}}}").program
    >>> grant_text(Labels(program, "en"), Grant("VIP", "payment_terms", None, {"days": 60}))
    'payment terms: 60 days'
    """
    words = labels.words
    name = words.put(PROVIDERS[grant.provider]) if grant.provider in PROVIDERS else _readable(grant.provider)
    text = _values(labels, grant)
    return words.say("pair", name=name, value=text) if name and text else name or text


def _values(labels: Labels, grant: Grant) -> str:
    values = grant.values if isinstance(grant.values, Mapping) else {"": grant.values}
    return labels.words.say("semicolon").join(
        _param(labels, str(key), value) for key, value in values.items()
    )


def _param(labels: Labels, key: str, value: Any) -> str:
    words, number = labels.words, isinstance(value, int | float) and not isinstance(value, bool)
    if key == "percent" and number:
        return labels.formats.numbers(Style("ratio"), (), [float(Decimal(repr(value)).scaleb(-2))])[0]
    if key == "days" and number:
        return labels.formats.numbers(Style("number", "days"), (), [value])[0]
    text = _value(labels, value)
    if key in PARAMS:
        return words.put(PARAMS[key], value=text)
    return words.say("pair", name=_readable(key), value=text) if key else text


def _value(labels: Labels, value: Any) -> str:
    """Plain data of any shape, on one line."""
    words = labels.words
    if value is None or isinstance(value, bool):
        return words.say("no value" if value is None else "true" if value else "false")
    if isinstance(value, int | float):
        return labels.formats.plain(value)
    if isinstance(value, Mapping):
        items = [_param(labels, str(key), item) for key, item in value.items()]
        return shortened(words.say("semicolon").join(items), LONGEST_TEXT)
    if isinstance(value, list | tuple):
        return labels.listed([_value(labels, item) for item in value])
    return clean(str(value))


def _readable(name: str) -> str:
    return clean(name.replace("_", " "))
