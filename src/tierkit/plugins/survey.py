"""One plugin examined before it is used: its hooks and signatures, and what it offers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tierkit.documents.language import ConditionError, parse
from tierkit.documents.language.refusals import AGGREGATES
from tierkit.documents.names import is_name
from tierkit.documents.nodes import Scalar
from tierkit.documents.params import is_model, names
from tierkit.errors import suggestion
from tierkit.errors.messages import TYPE_NAMES
from tierkit.plugins.hooks import GROUP, HOOKS
from tierkit.program.providers import AS_OF, BenefitProvider, DimensionProvider, FunctionProvider
from tierkit.program.typing import CONDITIONS, FUNCTIONS

SPECS: dict[str, Callable[..., Any]] = {hook.__name__: hook for hook in HOOKS}
TYPES = frozenset(TYPE_NAMES)
_OFFERING: dict[str, type[Any]] = {
    "tierkit_dimensions": DimensionProvider,
    "tierkit_benefit_providers": BenefitProvider,
    "tierkit_functions": FunctionProvider,
}
_BENEFIT = re.compile(r"[^\s.:{}\[\],#&*!|>'\"%@`]+")


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that takes part: `origin` is `built in`, `installed` or `passed`.

    `failure` is what kept an installed plugin from being loaded; it then offers nothing.
    """

    name: str
    version: str
    origin: str
    module: Any = field(default=None, compare=False, repr=False)
    hooks: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def title(self) -> str:
        """Its name and version."""
        return f"{self.name} {self.version}".rstrip()


def hooks_of(module: Any) -> tuple[str, ...]:
    """The names of the hooks that a plugin has, in the order of the specification."""
    marked = {name for name, _ in _marked(module)}
    return tuple(name for name in SPECS if name in marked)


def mistakes_in(module: Any) -> Iterator[str]:
    """What is wrong with the hooks of a plugin, each with the signature that is expected."""
    for name, function in _marked(module):
        if name not in SPECS:
            yield f"there is no hook `{name}`{suggestion(name, SPECS)}"
            continue
        if function.tierkit_impl["hookwrapper"] or function.tierkit_impl["wrapper"]:  # type: ignore[attr-defined]
            yield f"`{name}` is a wrapper: plugins are asked one after the other, not one inside the other"
            continue
        expected, own = inspect.signature(SPECS[name]), inspect.signature(function)
        if _unfit(expected, own):
            yield f"`{name}{_short(own)}` does not fit the hook `{name}{_short(expected)}`"
    for name, found in inspect.getmembers(module, callable):
        if not name.startswith(f"{GROUP}_") or hasattr(found, f"{GROUP}_spec"):
            continue
        if not hasattr(found, f"{GROUP}_impl"):
            yield f"`{name}` is not marked with `@tierkit.hookimpl`"
        elif not inspect.isroutine(found):
            yield f"`{name}` must be a function, not {type(found).__name__}"


def _marked(module: Any) -> list[tuple[str, Callable[..., Any]]]:
    return [
        (name, found)
        for name, found in inspect.getmembers(module, inspect.isroutine)
        if getattr(found, f"{GROUP}_impl", None) is not None
    ]


def _unfit(expected: inspect.Signature, found: inspect.Signature) -> bool:
    """True when the hook cannot be called: it needs an argument that the specification does not have."""
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    for parameter in found.parameters.values():
        if parameter.kind not in named or parameter.default is not parameter.empty:
            return True  # pluggy passes what is called by a plain name, and nothing else
        if parameter.name not in expected.parameters:
            return True
    return False


def _short(signature: inspect.Signature) -> str:
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def offered_by(plugin: Plugin, hook: str) -> tuple[list[Any], list[str]]:
    """What an offering hook of a plugin gives, and what is wrong with it. Raises what the hook raises."""
    wanted = _OFFERING[hook]
    found = getattr(plugin.module, hook)()
    if isinstance(found, wanted) or not isinstance(found, Iterable):
        return [], [f"`{hook}` must return a list of `{wanted.__name__}`, not {type(found).__name__}"]
    good, wrong = [], []
    for provider in found:
        if not isinstance(provider, wanted):
            wrong.append(
                f"`{hook}` must return a list of `{wanted.__name__}`, not of {type(provider).__name__}"
            )
            continue
        own = list(_CHECKS[hook](provider))
        wrong += [f"`{hook}`: the provider `{provider.name}`: {text}" for text in own]
        if not own:
            good.append(provider)
    return good, wrong


def _dimension(provider: DimensionProvider) -> Iterator[str]:
    if not _text(provider.name).strip():
        yield "its name must be a text"
    yield from _type(provider.type, "it gives")
    if not isinstance(provider.inputs, Mapping):
        yield "`inputs` must give each input its type by name"
        return
    for name, type_ in provider.inputs.items():
        yield from _type(type_, f"its input `{name}` is")
        if name == AS_OF and type_ != "date":
            yield "its input `as_of` is the day of evaluation: a `date`"
        elif name != AS_OF and not is_name(name):
            yield f"its input `{name}` must have the name of a dimension"
    yield from _model(provider.params)
    if is_model(provider.params):
        both = [f"`{name}`" for name in names(provider.params) if name in provider.inputs]  # type: ignore[arg-type]  # a model
        if both:
            yield f"{', '.join(both)} cannot be an input and a parameter"
    values: object = provider.values
    if not isinstance(values, tuple | list | None) or not all(_text(value) for value in values or ()):
        yield "`values` must list texts"
    if provider.values is not None and provider.type not in ("category", "set"):
        yield f"`values` are for a category or a set, not for `{provider.type}`"
    yield from _calls(provider.compute, "compute", 2)
    for name in ("compute_many", "sql"):
        if (function := getattr(provider, name)) is not None:
            yield from _calls(function, name, 1 if name == "sql" else 2)


def _benefit(provider: BenefitProvider) -> Iterator[str]:
    if not _BENEFIT.fullmatch(_text(provider.name)):
        yield "its name must be one word, as a key of a rule file"
    yield from _model(provider.params)
    yield from _calls(provider.grant, "grant", 3)
    if provider.cost is not None:
        yield from _calls(provider.cost, "cost", 3)
    if provider.combine not in ("first", "highest", "lowest", "sum", "all"):
        yield f"`combine` is `{provider.combine}`: it must be `first`, `highest`, `lowest`, `sum` or `all`"
    if provider.combine in ("highest", "lowest", "sum") and not provider.by:
        yield f"`combine` is `{provider.combine}`: `by` must name the value that counts"
    if provider.most is not None and provider.combine != "sum":
        yield "`most` is the cap of a sum, and `combine` is not `sum`"


def _function(provider: FunctionProvider) -> Iterator[str]:
    if not is_name(_text(provider.name)):
        yield "its name must be one that a condition can hold"
    elif provider.name.lower() in {*FUNCTIONS, *CONDITIONS, *AGGREGATES}:
        yield "the language has a function of this name"
    elif not _callable_in_conditions(provider.name):
        yield "the language refuses this name; choose another"
    yield from _type(provider.type, "it gives")
    arguments: object = provider.arguments
    if not isinstance(arguments, tuple | list) or not arguments:
        yield "`arguments` must list a type or more"
        return
    for number, type_ in enumerate(arguments, 1):
        yield from _type(type_, f"its argument {number} is")
    yield from _calls(provider.compute, "compute", len(arguments))


_CHECKS: dict[str, Callable[[Any], Iterator[str]]] = {
    "tierkit_dimensions": _dimension,
    "tierkit_benefit_providers": _benefit,
    "tierkit_functions": _function,
}


def _callable_in_conditions(name: str) -> bool:
    try:
        parse(Scalar(f"{name}(x)"))
    except ConditionError:
        return False
    return True


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _type(type_: object, what: str) -> Iterator[str]:
    if not isinstance(type_, str) or type_ not in TYPES:
        yield f"{what} `{type_}`, which is no type{suggestion(str(type_), TYPES)}"


def _model(model: object) -> Iterator[str]:
    if model is not None and not is_model(model):
        yield f"`params` must be a pydantic model, not {model!r}"


def _calls(function: object, name: str, count: int) -> Iterator[str]:
    """A function must take as many arguments as it will be called with; who cannot be asked is trusted."""
    if not callable(function):
        yield f"`{name}` must be a function"
        return
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        yield f"`{name}` must take {count} argument{'s' * (count > 1)}"
    except ValueError:
        return
