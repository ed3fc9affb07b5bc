"""What plugins provide to a rule set: providers found, their parameters read, their inputs joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tierkit.documents.models import DimensionEntry
from tierkit.documents.nodes import Mapping as Node
from tierkit.documents.nodes import Scalar, Sequence
from tierkit.documents.params import Mistake, names, read_params
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context
from tierkit.program.build.order import inputs
from tierkit.program.build.parameters import plain
from tierkit.program.calls import Call, described
from tierkit.program.model import Award, Benefit, Dimension, Ladder, Rule, Supply
from tierkit.program.providers import AS_OF, BenefitProvider, DimensionProvider
from tierkit.program.terms import Formula, references
from tierkit.program.types import BROKEN, NUMERIC, family
from tierkit.program.typing import Known, type_words


def build_supply(context: Context, name: Scalar, entry: DimensionEntry, dimension: Dimension) -> Supply:
    """The provider of a dimension; without one the dimension is unknown for everybody, which is a warning."""
    offers = context.offers.dimensions
    offered = offers.get(str(entry.provider))
    if offered is None:
        hint = did_you_mean(str(entry.provider), offers)
        context.add("provider-missing", entry.provider, *hint, name=entry.provider, dimension=name)
        return Supply()
    provider = offered.provider
    if not _gives(provider, dimension):
        context.add(
            "provider-type", entry.type, provider=provider.name,
            found=type_words(provider.type), expected=type_words(dimension.type),
        )  # fmt: skip
    _check_values(context, entry, provider, dimension)
    own, sources = _split(entry.params, provider)
    inputs = tuple(name for name in provider.inputs if name != AS_OF)
    params = _params(context, entry.params or entry.provider, own, provider, inputs)
    found = tuple(
        (input_, _source(context, entry, provider, input_, sources.get(input_))) for input_ in provider.inputs
    )
    return Supply(found, Call(dimension, offered, params, found))


def _gives(provider: DimensionProvider, dimension: Dimension) -> bool:
    return _takes(dimension.type, provider.type)


def _takes(wanted: str, type_: str) -> bool:
    """True when a value of `type_` is one of `wanted`: whole numbers are asked for by name."""
    if BROKEN in (wanted, type_):
        return True
    return family(wanted) == family(type_) and (wanted != "integer" or type_ == "integer")


def _check_values(
    context: Context, entry: DimensionEntry, provider: DimensionProvider, dimension: Dimension
) -> None:
    """Every value that a provider says it can give must be one of the dimension's."""
    if provider.values is None or dimension.values is None or entry.values is None:
        return
    lacking = [value for value in provider.values if value not in dimension.values]
    if lacking:
        values = ", ".join(f"`{value}`" for value in lacking)
        context.add("provider-values", entry.values, provider=provider.name, values=values)


def _split(node: Any, provider: DimensionProvider) -> tuple[Any, dict[str, Any]]:
    """The parameters proper, and the dimensions that are named for inputs."""
    if not isinstance(node, Node):
        return node, {}
    own = Node(node.start, flow=node.flow)
    own.update((key, value) for key, value in node.items() if key not in provider.inputs or key == AS_OF)
    return own, {str(key): value for key, value in node.items() if key in provider.inputs and key != AS_OF}


def _source(
    context: Context, entry: DimensionEntry, provider: DimensionProvider, input_: str, named: Any
) -> str:
    """The dimension that an input reads; its type must fit."""
    wanted = provider.inputs[input_]
    if input_ == AS_OF:
        return AS_OF
    at = entry.provider if named is None else named
    if named is not None and (not isinstance(named, Scalar) or named.null):
        context.add("wrong-shape", named, expected="the name of a dimension", found="something else")
        return input_
    source = input_ if named is None else str(named)
    known = context.scope.names.get(source)
    if known is None:
        if source not in context.scope.broken and not context.scope.open:
            hint = did_you_mean(source, context.scope.names)
            context.add("provider-input", at, *hint, provider=provider.name, input=input_, name=source)
    elif not _takes(wanted, known.type):
        context.add(
            "provider-input-type", at, provider=provider.name, input=input_, name=source,
            expected=type_words(wanted), found=type_words(known.type),
        )  # fmt: skip
    return source


def _params(
    context: Context,
    at: Any,
    node: Any,
    provider: DimensionProvider | BenefitProvider,
    inputs: tuple[str, ...] = (),
) -> Any:
    """The parameters as the plugin's model takes them; None with problems, or without a model."""
    model, data = provider.params, plain(node)
    if model is None:
        if data is not None and not isinstance(data, dict):
            context.add("bad-params", node, provider=provider.name, detail="it takes none")
        for key in node if isinstance(node, Node) else ():
            hint = did_you_mean(key, inputs)
            known = ", ".join(inputs) or "none"
            context.add("unknown-param", key, *hint, key=key, provider=provider.name, known=known)
        return None
    params, mistakes = read_params(model, {} if data is None else data)
    for mistake in mistakes:
        _report(context, (at, node), mistake, provider.name, [*names(model), *inputs])
    return params


def _report(
    context: Context, place: tuple[Any, Any], mistake: Mistake, provider: str, known: list[str]
) -> None:
    """A mistake at the value it is about, or as near to it as the file goes."""
    at, node = place
    where, steps = node if node is not None else at, list(mistake.path)
    while steps:
        step = steps[0]
        if isinstance(where, Node) and isinstance(step, str) and Scalar(step) in where:
            if len(steps) == 1 and mistake.kind == "extra_forbidden":
                break
            where = where[Scalar(step)]
        elif isinstance(where, Sequence) and isinstance(step, int) and step < len(where):
            where = where[step]
        elif len(steps) == 1:
            break
        steps.pop(0)  # a step that is not in the file is pydantic's own: the branch of a union
    if where is None or (isinstance(where, Scalar) and where.null):
        where = at
    if mistake.kind == "extra_forbidden" and steps and isinstance(where, Node):
        key = where.key(str(steps[-1]))
        names_here = known if len(mistake.path) == 1 else []
        hint = did_you_mean(key, names_here)
        context.add(
            "unknown-param", key, *hint, key=key, provider=provider, known=", ".join(names_here) or "…"
        )
    elif mistake.kind == "missing":
        context.add("missing-param", where, provider=provider, key=mistake.path[-1])
    else:
        name = ".".join(str(step) for step in mistake.path)
        context.add(
            "bad-params", where, provider=provider, detail=f"{name}: {mistake.text}" if name else mistake.text
        )


def build_award(context: Context, name: Scalar, node: Any) -> Award:
    """One benefit of a `grant:`; what no plugin offers is handed on as it is written."""
    offers = context.offers.benefits
    offered, params = offers.get(str(name)), plain(node)
    if offered is None:
        context.add("benefit-missing", name, *did_you_mean(name, offers), name=name)
        return Award(str(name), params)
    provider = offered.provider
    typed = _params(context, name, node, provider)
    if provider.reads is None or (typed is None and provider.params is not None):
        return Award(str(name), params, offered, typed)
    try:
        wanted = {str(source): str(type_) for source, type_ in dict(provider.reads(typed)).items()}
    except Exception as error:  # noqa: BLE001  a plugin may raise anything
        context.add("bad-params", name, provider=provider.name, detail=described(error))
        wanted = {}
    _check_reads(context, name, node, provider.name, wanted)
    return Award(str(name), params, offered, typed, tuple(wanted))


def _check_reads(context: Context, name: Scalar, node: Any, provider: str, wanted: Mapping[str, str]) -> None:
    for source, type_ in wanted.items():
        at = next((value for value in _scalars(node) if value == source), name)
        known: Known | None = context.scope.names.get(source)
        if known is None:
            if source not in context.scope.broken and not context.scope.open:
                context.add("unknown-name", at, *did_you_mean(source, context.scope.names), name=source)
        elif not _takes(type_, known.type) and not (type_ == "number" and known.type in NUMERIC):
            context.add(
                "provider-input-type", at, provider=provider, input=source, name=source,
                expected=type_words(type_), found=type_words(known.type),
            )  # fmt: skip


def _scalars(node: Any) -> Iterable[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Node):
        for value in node.values():
            yield from _scalars(value)
    elif isinstance(node, Sequence):
        for value in node:
            yield from _scalars(value)


def _always(dimension: Dimension) -> bool:
    return dimension.type == "score" or dimension.on_missing.policy == "error"


def idle(
    dimensions: Mapping[str, Dimension],
    rules: Iterable[Rule],
    ladders: Iterable[Ladder],
    benefits: Iterable[Benefit],
    eligible: Formula | None,
) -> dict[str, Dimension]:
    """The dimensions, those whose provider nothing needs without a call: it would be made for nothing.

    A score is an answer in itself, and a dimension that must not be missing is always looked at.
    """
    formulas = [eligible, *(rule.when for rule in rules), *(benefit.when for benefit in benefits)]
    needed = {name for formula in formulas if formula is not None for name in references(formula)}
    needed |= {name for ladder in ladders for name in inputs(ladder)}
    needed |= {name for benefit in benefits for award in benefit.awards for name in award.reads}
    stack = [*needed, *(name for name, d in dimensions.items() if d.supply is None or _always(d))]
    seen: set[str] = set()
    while stack:
        name = stack.pop()
        if name in seen or name not in dimensions:
            continue
        seen.add(name)
        stack += inputs(dimensions[name])
    return {
        name: replace(d, supply=replace(d.supply, call=None, idle="not_needed"))
        if d.supply is not None and d.supply.call is not None and name not in seen
        else d
        for name, d in dimensions.items()
    }
