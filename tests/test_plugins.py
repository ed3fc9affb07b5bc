"""Plugins are examined when an engine is made; what is wrong is told at once, and nothing is global."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterator
from importlib import metadata
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from tests.houses import House, offered
from tierkit import PluginError, loads
from tierkit.plugins import (
    Advice,
    BenefitProvider,
    DimensionProvider,
    FunctionProvider,
    Granted,
    hookimpl,
    manager,
)
from tierkit.plugins.hooks import HOOKS
from tierkit.plugins.manager import Plugins, plugins

RULES = """
ruleset: house
version: 1
dimensions:
  amount: {type: money}
  extra: {type: number, provider: given_by}
rules:
  - {id: big, tag: Big, when: amount > 10, because: buys a lot}
  - {id: extra, tag: Extra, when: extra > 10}
ladders:
  level: {tiers: [{id: top, enter: amount > 100}, {id: low, tag: Low}]}
"""


def plain(record: Any, _params: Any) -> Any:
    """A compute that is good for nothing else."""
    return record["amount"]


def module(name: str, *functions: Callable[..., Any], version: str = "2.1", **more: Any) -> ModuleType:
    """A module with functions under their own names."""
    made = ModuleType(name)
    vars(made).update({"__version__": version, **{f.__name__: f for f in functions}, **more})
    return made


def mistakes(*passed: Any) -> list[str]:
    """What is said about plugins that are passed."""
    with pytest.raises(PluginError) as raised:
        plugins(passed, installed=False)
    assert isinstance(raised.value, ValueError)
    assert str(raised.value) == "\n".join(raised.value.mistakes)
    assert pickle.loads(pickle.dumps(raised.value)).mistakes == raised.value.mistakes
    return list(raised.value.mistakes)


# -- hooks


@hookimpl
def tierkit_dimension() -> list[Any]:
    """A misspelt hook."""
    return []


def tierkit_check(ruleset: Any) -> list[Advice]:  # noqa: ARG001  the hook's own names
    """A hook that lacks its mark."""
    return []


@hookimpl
def tierkit_decided(decision: Any, record: Any, extra: Any) -> None:
    """A hook that asks for too much."""


@hookimpl
def tierkit_render_reason(reason: Any, locale: str = "en") -> str | None:  # noqa: ARG001  the hook's own names
    """A hook with a default, which pluggy would never fill."""
    return None


def test_every_mistake_of_every_plugin_is_told_at_once() -> None:
    """Each line names the plugin with its version, and a wrong signature stands beside the right one."""
    found = mistakes(
        module("alpha", tierkit_dimension, tierkit_check),
        module("beta", tierkit_decided, tierkit_render_reason),
    )
    assert found == [
        "plugin `alpha 2.1`: there is no hook `tierkit_dimension`; did you mean `tierkit_dimensions`?",
        "plugin `alpha 2.1`: `tierkit_check` is not marked with `@tierkit.hookimpl`",
        "plugin `beta 2.1`: `tierkit_decided(decision, record, extra)` does not fit the hook `tierkit_decided(decision, record)`",
        "plugin `beta 2.1`: `tierkit_render_reason(reason, locale='en')` does not fit the hook `tierkit_render_reason(reason, locale)`",
    ]


def test_a_wrapper_is_no_plugin() -> None:
    """Pluggy's wrappers would never be run: that is said."""

    @hookimpl(wrapper=True)
    def tierkit_decided(decision: Any, record: Any) -> Iterator[None]:  # noqa: ARG001  the hook's own names
        yield

    assert mistakes(module("w", tierkit_decided)) == [
        "plugin `w 2.1`: `tierkit_decided` is a wrapper: plugins are asked one after the other, not one inside the other"
    ]


def test_a_hook_must_be_a_function() -> None:
    """A marked object that can only be called is not seen by pluggy, so it is refused."""

    class Called:
        def __call__(self) -> list[Any]:
            return []

    assert mistakes(module("c", tierkit_functions=hookimpl(Called()))) == [
        "plugin `c 2.1`: `tierkit_functions` must be a function, not Called"
    ]


@pytest.mark.parametrize("passed", [None, "a text", 5, SimpleNamespace(), ModuleType("empty")])
def test_what_has_no_hooks_is_no_plugin(passed: Any) -> None:
    """A plugin that is passed and does nothing was meant to do something."""
    (found,) = mistakes(passed)
    assert "has none of the hooks" in found
    assert all(f"`{hook.__name__}`" in found for hook in HOOKS)


def test_an_object_that_cannot_be_looked_at_is_a_mistake() -> None:
    """An attribute that raises does not break the making of an engine in another way."""

    class Angry:
        @property
        def other(self) -> int:
            message = "go away"
            raise RuntimeError(message)

    assert mistakes(Angry()) == [
        f"plugin `{Angry.__qualname__}`: it cannot be examined: RuntimeError: go away"
    ]


def test_a_hook_of_an_older_tierkit_still_works() -> None:
    """A hook that takes fewer arguments, or in another order, gets those that it names."""
    told: list[Any] = []

    class Old:
        @hookimpl
        def tierkit_decided(self, decision: Any) -> None:
            told.append(decision.tags)

        @hookimpl
        def tierkit_check(self) -> list[Advice]:
            return [Advice("old")]

    class Turned:
        @hookimpl
        def tierkit_decided(self, record: Any, decision: Any) -> None:
            told.append((record, decision.tags))

    rules = loads(RULES, plugins=[Old(), Turned()], entry_points=False)
    rules.evaluate({"amount": 20})
    assert told == [({"amount": 20}, ("Big", "Low")), ("Big", "Low")]
    assert [advice.text for _, advice in rules.plugins.check(rules) if isinstance(advice, Advice)] == ["old"]


# -- names


def test_two_plugins_of_one_name_are_a_mistake() -> None:
    """Two versions of one plugin, or two objects of one name; one module passed twice takes part once."""
    one, two = House(version="1"), House(version="2")
    (found,) = mistakes(one, two)
    assert found.startswith("plugin `house 2`: there are two plugins of this name: ")
    assert len(Plugins([one, one], installed=False).list) == 2  # tierkit's own is the other


def test_two_providers_of_one_name_are_a_mistake() -> None:
    """Also when the other one is built in, or of the same plugin."""
    mine = offered(plain)
    assert mistakes(House(mine, name="a"), House(mine, name="b")) == [
        "plugin `b 1.0`: `tierkit_dimensions`: `given_by` is offered by the plugin `a 1.0` already"
    ]
    (found,) = mistakes(House(offered(plain, "tenure_months")))
    assert "`tenure_months` is offered by the plugin `tierkit " in found
    (found,) = mistakes(House(mine, mine))
    assert "`given_by` is offered by the plugin `house 1.0` already" in found
    (found,) = mistakes(House(BenefitProvider(name="discount", grant=grant)))
    assert "`discount` is offered by the plugin `tierkit " in found


# -- what is offered


def grant(params: Any, decision: Any, context: Any) -> Granted | None:
    """Grants nothing."""


class Params(BaseModel):
    """Parameters."""

    amount: int = 1


def dimension(**more: Any) -> DimensionProvider:
    """A provider with something wrong."""
    settings: dict[str, Any] = {"name": "d", "type": "number", "compute": plain, **more}
    return DimensionProvider(**settings)


def benefit(**more: Any) -> BenefitProvider:
    """A benefit with something wrong."""
    settings: dict[str, Any] = {"name": "b", "grant": grant, **more}
    return BenefitProvider(**settings)


def function(**more: Any) -> FunctionProvider:
    """A function with something wrong."""
    settings: dict[str, Any] = {
        "name": "f",
        "arguments": ("number",),
        "type": "number",
        "compute": abs,
        **more,
    }
    return FunctionProvider(**settings)


WRONG = {
    "its name must be a text": dimension(name=" "),
    "it gives `numbr`, which is no type; did you mean `number`?": dimension(type="numbr"),
    "it gives `['number']`, which is no type; did you mean `number`?": dimension(type=["number"]),
    "its input `a` is `euro`, which is no type": dimension(inputs={"a": "euro"}),
    "its input `as_of` is the day of evaluation: a `date`": dimension(inputs={"as_of": "text"}),
    "its input `a b` must have the name of a dimension": dimension(inputs={"a b": "text"}),
    "`inputs` must give each input its type by name": dimension(inputs=("a",)),
    "`params` must be a pydantic model, not <class 'dict'>": dimension(params=dict),
    "`amount` cannot be an input and a parameter": dimension(inputs={"amount": "money"}, params=Params),
    "`values` are for a category or a set, not for `number`": dimension(values=("a",)),
    "`values` must list texts": dimension(type="category", values="ab"),
    "`compute` must be a function": dimension(compute=5),
    "`compute` must take 2 arguments": dimension(compute=len),
    "`compute_many` must take 2 arguments": dimension(compute_many=len),
    "`sql` must take 1 argument": dimension(sql=grant),
    "its name must be one word, as a key of a rule file": benefit(name="two words"),
    "`grant` must take 3 arguments": benefit(grant=plain),
    "`combine` is `best`: it must be `first`, `highest`, `lowest`, `sum` or `all`": benefit(combine="best"),
    "`combine` is `sum`: `by` must name the value that counts": benefit(combine="sum"),
    "`most` is the cap of a sum, and `combine` is not `sum`": benefit(most=5.0),
    "its name must be one that a condition can hold": function(name="a.b"),
    "the language has a function of this name": function(name="ABS"),
    "the language refuses this name; choose another": function(name="cast"),
    "`arguments` must list a type or more": function(arguments="number"),
    "its argument 1 is `nothing`, which is no type": function(arguments=("nothing",)),
    "`compute` must take 1 argument": function(compute=plain),
}


@pytest.mark.parametrize(("text", "provider"), WRONG.items(), ids=WRONG)
def test_a_provider_that_is_wrong_is_refused_in_words(text: str, provider: Any) -> None:
    """The plugin, the hook and the provider are named with what is wrong."""
    (found,) = mistakes(House(provider))
    assert found.startswith("plugin `house 1.0`: `tierkit_")
    assert found.endswith(f": the provider `{provider.name}`: {text}")


@pytest.mark.parametrize("name", ["and", "count", "now", "if", "lower", "as_of", "regexp_like", "sum"])
def test_a_function_that_no_condition_could_call_is_refused(name: str) -> None:
    """Whatever the language keeps for itself, or refuses on purpose, is no name for a function."""
    assert len(mistakes(House(function(name=name)))) == 1


def test_a_built_in_function_without_a_signature_is_trusted() -> None:
    """What Python cannot tell about a function is no mistake of it."""
    assert Plugins([House(function(compute=max, arguments=("text",)))], installed=False).mistakes == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, "must return a list of `DimensionProvider`, not NoneType"),
        (offered(plain), "must return a list of `DimensionProvider`, not DimensionProvider"),
        ([1], "must return a list of `DimensionProvider`, not of int"),
    ],
)
def test_a_hook_must_offer_a_list(given: Any, text: str) -> None:
    """What else it returns is named."""

    class Odd:
        name = "odd"

        @hookimpl
        def tierkit_dimensions(self) -> Any:
            return given

    assert mistakes(Odd()) == [f"plugin `odd`: `tierkit_dimensions` {text}"]


# -- what is installed


class Entry:
    """An entry point."""

    def __init__(self, name: str, module: Any, version: str | None = "0.3") -> None:
        self.name, self.module = name, module
        self.dist = None if version is None else SimpleNamespace(version=version)

    def load(self) -> Any:
        """Imports the plugin."""
        if isinstance(self.module, Exception):
            raise self.module
        return self.module


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes entry points the ones that are installed."""

    def installed(*entries: Entry) -> None:
        monkeypatch.setattr(metadata, "entry_points", lambda group: entries if group == "tierkit" else ())
        manager._plain.cache_clear()

    yield installed
    manager._plain.cache_clear()


def test_what_is_installed_takes_part(install: Callable[..., None]) -> None:
    """An installed plugin offers to every engine that does not leave it out; passed as well, it counts once."""
    house = House(offered(plain))
    install(Entry("house", house))
    assert loads(RULES).evaluate({"amount": 20}).tags == ("Big", "Extra", "Low")
    assert loads(RULES, entry_points=False).evaluate({"amount": 20}).tags == ("Big", "Low")
    assert loads(RULES, plugins=[house]).evaluate({"amount": 20}).tags == ("Big", "Extra", "Low")
    found = {plugin.name: (plugin.origin, plugin.hooks) for plugin in plugins().list}
    assert found["house"] == (
        "installed",
        ("tierkit_dimensions", "tierkit_benefit_providers", "tierkit_functions"),
    )
    assert found["tierkit"][0] == "built in"
    assert repr(plugins()).endswith(", house 0.3>")


def test_what_cannot_be_imported_is_listed_and_logged(
    install: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """A broken installation is no mistake of the engine: the others work."""
    install(Entry("bad", ImportError("no module `x`"), None), Entry("house", House(offered(plain))))
    with caplog.at_level(logging.WARNING, "tierkit.plugins"):
        rules = loads(RULES)
    assert rules.evaluate({"amount": 20}).tags == ("Big", "Extra", "Low")
    text = "it cannot be imported: ImportError: no module `x`"
    assert [plugin.failure for plugin in rules.plugins.list] == [None, text, None]
    assert caplog.messages == [f"plugin `bad `: {text}"]


class Raising:
    """A plugin that offers something, and then fails."""

    name = "raising"

    @hookimpl
    def tierkit_dimensions(self) -> list[Any]:
        """Offers well."""
        return [offered(plain)]

    @hookimpl
    def tierkit_functions(self) -> list[Any]:
        """Does not."""
        message = "out of order"
        raise RuntimeError(message)


def test_an_installed_plugin_that_fails_is_left_out(install: Callable[..., None]) -> None:
    """All that it offered is gone, and its failure is listed; passed, the same plugin is a mistake."""
    install(Entry("raising", Raising()), Entry("house", House(offered(plain))))
    rules = loads(RULES)
    assert rules.evaluate({"amount": 20}).ruleset["plugins"] == {"house": "0.3"}
    failures = [plugin.failure for plugin in rules.plugins.list if plugin.name == "raising"]
    assert failures == ["`tierkit_functions` failed: RuntimeError: out of order"]
    assert mistakes(Raising()) == ["plugin `raising`: `tierkit_functions` failed: RuntimeError: out of order"]


def test_the_version_of_a_checkout_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an installed distribution the built-in plugin has no version, and works."""

    def nothing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", nothing)
    assert Plugins(installed=False).list[0].title == "tierkit"


# -- one engine, and the next


def double(record: Any, _params: Any) -> Any:
    """Another compute."""
    return record["amount"] * 2


def test_plugins_belong_to_an_engine() -> None:
    """Two rule sets of one text with different plugins in one process decide each in its way."""
    one = loads(RULES, plugins=[House(offered(plain))], entry_points=False)
    two = loads(RULES, plugins=[House(offered(double))], entry_points=False)
    none = loads(RULES, entry_points=False)
    tags = [rules.evaluate({"amount": 6}).tags for rules in (one, two, none, one)]
    assert tags == [("Low",), ("Extra", "Low"), ("Low",), ("Low",)]


def test_rule_sets_pickle_with_their_plugins() -> None:
    """Modules are found again by name, objects are pickled; the plugins are equal where they are the same."""
    rules = loads(RULES, plugins=[House(offered(double))], entry_points=False)
    decision = rules.evaluate({"amount": 6}, as_of="2025-01-01")
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision
    assert again.to_dict() == decision.to_dict()
    from tests import house_module as own

    by_name = Plugins([own], installed=False)
    assert pickle.loads(pickle.dumps(by_name)) == by_name
    assert hash(pickle.loads(pickle.dumps(by_name))) == hash(by_name)
    assert by_name != Plugins(installed=False)


# -- words and listeners


class Words:
    """Renders reasons in a given way."""

    def __init__(self, name: str, text: Any) -> None:
        self.name, self.text = name, text

    @hookimpl
    def tierkit_render_reason(self, reason: Any, locale: str) -> Any:
        """The words, or what comes instead."""
        if isinstance(self.text, Exception):
            raise self.text
        return (
            self.text and f"{self.text} {reason.target} {locale}"
            if not isinstance(self.text, int)
            else self.text
        )


def test_the_last_plugin_that_has_words_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    """Who joins later is asked first; None and failures leave the words to the next plugin, and in the end to tierkit; decisions stay."""
    none, raising, odd = Words("none", None), Words("raising", ValueError("no")), Words("odd", 5)
    good, late = Words("good", "own words"), Words("late", "never heard")
    with caplog.at_level(logging.WARNING, "tierkit.plugins"):
        rules = loads(RULES, plugins=[late, good, odd, raising, none], entry_points=False)
        decision = rules.evaluate({"amount": 120}, as_of="2025-01-01")
        text = decision.explain("zh")
    assert "own words Big zh" in text
    assert "own words level.top zh" in text
    assert "never heard" not in text
    assert set(caplog.messages) == {
        "plugin `raising`: `tierkit_render_reason` failed: ValueError: no",
        "plugin `odd`: `tierkit_render_reason` gave int, not a text",
    }
    silent = loads(RULES, plugins=[none, raising, odd], entry_points=False)
    own = loads(RULES, entry_points=False)
    same = [found.evaluate({"amount": 120}, as_of="2025-01-01").explain() for found in (silent, own)]
    assert same[0] == same[1]
    assert decision == own.evaluate({"amount": 120}, as_of="2025-01-01")


class Listener:
    """Is told of decisions."""

    def __init__(self, name: str, error: Exception | None = None) -> None:
        self.name, self.error, self.told = name, error, list[Any]()

    @hookimpl
    def tierkit_decided(self, decision: Any, record: Any) -> None:
        """Keeps what it is told."""
        self.told.append((decision, record))
        if self.error is not None:
            raise self.error


def test_every_listener_is_told_of_every_decision(caplog: pytest.LogCaptureFixture) -> None:
    """Also of those of `evaluate_many`; refused records make none; who raises is logged and changes nothing."""
    raising, good = Listener("raising", ValueError("no")), Listener("good")
    rules = loads(RULES, plugins=[raising, good], entry_points=False)
    plain_rules = loads(RULES, entry_points=False)
    records: list[Any] = [{"amount": 20}, {"amount": "x"}, {}]
    with caplog.at_level(logging.WARNING, "tierkit.plugins"):
        found = [
            rules.evaluate(records[0], as_of="2025-01-01"),
            *rules.evaluate_many(records, as_of="2025-01-01"),
        ]
    wanted = list(plain_rules.evaluate_many(records, as_of="2025-01-01"))
    assert [str(item) for item in found] == [str(item) for item in [wanted[0], *wanted]]
    assert [record for _, record in good.told] == [records[0], records[0], records[2]]
    assert len(raising.told) == 3
    assert caplog.messages == ["plugin `raising`: `tierkit_decided` failed: ValueError: no"] * 3


def test_nobody_pays_for_listeners_that_are_not_there() -> None:
    """Without a listener `evaluate` uses the compiled function itself; with one it never does."""
    silent = loads(RULES, plugins=[House(offered(plain))], entry_points=False)
    assert silent._fasts is silent._default.compiled.fasts
    assert silent.evaluate({"amount": 20.0}).tags == ("Big", "Extra", "Low")
    listened = loads(RULES, plugins=[Listener("a")], entry_points=False)
    assert listened._fasts is not listened._default.compiled.fasts
