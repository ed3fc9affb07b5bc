"""The order of computation: every computed dimension and ladder after what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tierkit.program.model import Dimension, Ladder
from tierkit.program.providers import AS_OF
from tierkit.program.terms import Formula, Term, references


def inputs(node: Dimension | Ladder, eligible: Formula | None = None) -> frozenset[str]:
    """The names that a computed dimension or a ladder reads directly; every ladder asks `eligible` too."""
    if isinstance(node, Ladder):
        conditions = [tier.enter for tier in node.tiers if tier.enter is not None]
        conditions += [gate for gate in (eligible, node.eligible) if gate is not None]
        return _references(conditions)
    if node.supply is not None:
        return frozenset(source for name, source in node.supply.inputs if name != AS_OF)
    if node.scorecard:
        return frozenset(item.dimension for item in node.scorecard)
    return _references(part for part in (node.term, node.condition) if part is not None)


def _references(parts: Iterable[Term | Formula]) -> frozenset[str]:
    return frozenset(name for part in parts for name in references(part))


def sort(edges: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Depth-first order of the names, and every cycle met, each as the names along it.

    >>> sort({"a": ["b"], "b": [], "c": ["c"]})
    (('b', 'a', 'c'), (('c',),))
    """
    done: dict[str, None] = {}
    cycles: list[tuple[str, ...]] = []
    for start in edges:
        path: dict[str, None] = {}
        stack = [(start, iter(edges[start]))] if start not in done else []
        path[start] = None
        while stack:
            name, rest = stack[-1]
            following = next((n for n in rest if n in edges and n not in done), None)
            if following is None:
                stack.pop()
                path.pop(name, None)
                done[name] = None
            elif following in path:
                names = list(path)
                cycles.append(tuple(names[names.index(following) :]))
            else:
                path[following] = None
                stack.append((following, iter(edges[following])))
    return tuple(done), tuple(cycles)
