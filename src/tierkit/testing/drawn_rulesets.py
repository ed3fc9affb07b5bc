"""Rule sets for property tests: small and valid, and using what plugins offer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tierkit.documents.params import read_params
from tierkit.plugins.manager import OWN
from tierkit.plugins.manager import plugins as together
from tierkit.program.providers import AS_OF, Offered
from tierkit.program.types import NUMERIC, family
from tierkit.testing.lazily import strategies

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Names = Mapping[str, str]
"""The type of each name that a condition can use."""

GIVEN: Names = {
    "amount": "money",
    "level": "number",
    "rate": "ratio",
    "mark": "score",
    "count": "integer",
    "flag": "boolean",
    "kind": "category",
    "city": "text",
    "words": "set",
    "since": "date",
}
KINDS = ("a", "b", "c")
_ORDER = ("=", "!=", "<", "<=", ">", ">=")
_LITERALS = ("0", "1", "2.5", "10", "0.3", "1k", "-1")
_DAYS = ("2024-02-29", "2025-01-01")
_TEXTS = ("", "a", "b", "北京")


def rulesets(
    plugins: Iterable[Any] = (), params: Mapping[str, Any] | None = None, *, most: int = 4
) -> SearchStrategy[str]:
    """The texts of small rule sets, each valid, in which everything that plugins offer may be used.

    Args:
        plugins: modules or objects with hooks; load the texts with the same ones.
        params: parameters by the name of a provider. A provider that cannot do without and has none here is
            left out.
        most: how many rules there are at most.

    >>> import tierkit
    >>> from hypothesis import find
    >>> text = find(rulesets(), lambda text: "tenure_months" in text)
    >>> tierkit.loads(text).name
    'drawn'

    Raises:
        MissingExtraError: hypothesis is not installed.
        PluginError: a plugin is not what it must be.
    """
    st = strategies()
    offers = together(plugins, installed=False).offers
    own = dict(params or {})
    dimensions = {
        f"p_{n}": _dimension(name, found, own) for n, (name, found) in enumerate(offers.dimensions.items())
    }
    usable = {name: entry for name, entry in dimensions.items() if entry is not None}
    names = {**GIVEN, **{name: entry["type"] for name, entry in usable.items()}}
    leaf = _leaves(st, names)
    for name, offered in offers.functions.items():
        leaf |= _calls(st, name, offered, names)
    condition = st.recursive(
        leaf,
        lambda inner: (
            st.builds("({0}) and ({1})".format, inner, inner)
            | st.builds("({0}) or ({1})".format, inner, inner)
            | st.builds("not ({0})".format, inner)
        ),
        max_leaves=4,
    )
    benefits = {
        name: own.get(name, {}) for name, found in offers.benefits.items()
        if found.plugin != OWN and _fits(found, own.get(name, {}))
    }  # fmt: skip
    return st.builds(  # type: ignore[no-any-return]  # hypothesis is imported late
        lambda whens, enter, granted: _text(usable, whens, enter, {n: benefits[n] for n in granted}),
        st.lists(condition, min_size=1, max_size=most),
        condition,
        st.sets(st.sampled_from([*benefits])) if benefits else st.just(set()),
    )


def _dimension(name: str, offered: Offered[Any], params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The entry of a dimension that a provider computes, its inputs joined to given ones, or None."""
    provider, entry = offered.provider, dict(params.get(name, {}))
    sources = {}
    for input_, type_ in provider.inputs.items():
        if input_ != AS_OF:
            sources[input_] = entry.pop(input_, None) or next(n for n, t in GIVEN.items() if _takes(type_, t))
    if not _fits(offered, entry):
        return None
    found: dict[str, Any] = {
        "type": "text" if provider.type == "category" else provider.type,
        "provider": name,
    }
    if provider.values is not None:
        found |= {"type": provider.type, "values": list(provider.values)}
    return found | {"params": {**sources, **entry}} if sources or entry else found


def _fits(offered: Offered[Any], params: Any) -> bool:
    """True when a provider takes the parameters."""
    model = offered.provider.params
    return not params if model is None else not read_params(model, params)[1]


def _takes(wanted: str, type_: str) -> bool:
    return family(wanted) == family(type_) and (wanted != "integer" or type_ == "integer")


def _leaves(st: Any, names: Names) -> Any:
    """Conditions on one name."""
    tests = [_tests(st, name, type_) for name, type_ in names.items()]
    return st.one_of(*tests, *(st.just(f"{name} is missing") for name in names))


def _tests(st: Any, term: str, type_: str) -> Any:
    """Conditions on a term of a type."""
    if type_ == "boolean":
        return st.just(term)
    if type_ == "set":
        return st.builds(lambda word: f"has({term}, '{word}')", st.sampled_from(_TEXTS))
    operators = _ORDER if type_ in NUMERIC or type_ == "date" else _ORDER[:2]
    literals = _LITERALS if type_ in NUMERIC else _quoted(_DAYS if type_ == "date" else _TEXTS)
    if type_ == "category":
        literals = _quoted(KINDS) if term == "kind" else ()
    if not literals:
        return st.just(f"{term} is not missing")
    return st.builds(lambda o, x: f"{term} {o} {x}", st.sampled_from(operators), st.sampled_from(literals))


def _quoted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"'{text}'" for text in texts)


def _calls(st: Any, name: str, offered: Offered[Any], names: Names) -> Any:
    """Conditions on the result of a plugin's function."""
    function = offered.provider
    fitting = [[n for n, t in names.items() if _takes(type_, t)] for type_ in function.arguments]
    type_ = "text" if function.type == "category" else function.type
    arguments = st.tuples(*(st.sampled_from(found) for found in fitting)).map(", ".join)
    return arguments.flatmap(lambda found: _tests(st, f"{name}({found})", type_))


def _text(dimensions: Mapping[str, Any], whens: list[str], enter: str, benefits: Mapping[str, Any]) -> str:
    given = {
        name: {"type": type_} | ({"values": [*KINDS]} if type_ == "category" else {})
        for name, type_ in GIVEN.items()
    }
    data: dict[str, Any] = {
        "ruleset": "drawn",
        "version": 1,
        "dimensions": {**given, **dimensions},
        "rules": [{"id": f"r{i}", "tag": f"t{i // 2}", "when": when} for i, when in enumerate(whens)],
        "ladders": {"steps": {"tiers": [{"id": "high", "enter": enter}, {"id": "low"}]}},
    }
    if benefits:
        data["benefits"] = [{"for": "t0", "grant": dict(benefits)}]
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()) + "\n"
