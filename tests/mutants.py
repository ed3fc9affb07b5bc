"""Mutants of the compiler: each removes one guard, and the suite must notice.

A mutant is a file of `src/tierkit`, a text in it and what replaces the text. `tests/test_mutants.py` runs the
conformance files and the boundary matrix against a copy of the package with one mutant in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One guard removed."""

    name: str
    file: str
    old: str
    new: str


_INDEX = "backends/python"

MUTANTS = (
    Mutant("a bool is taken for a number", f"{_INDEX}/readers.py", "if value.__class__ is int:", "if isinstance(value, int):"),
    Mutant("the domain is not checked", f"{_INDEX}/source.py", 'write(f"if not {m} & 1: return None")', "pass"),
    Mutant("tiny values are regular", f"{_INDEX}/masks.py", "((low, _after(-SMALLEST)), (0.0, _after(0.0)), (SMALLEST, high))", "((low, high),)"),
    Mutant("max is not checked", f"{_INDEX}/masks.py", "else _after(dimension.maximum)", "else math.inf"),
    Mutant("min is exclusive", f"{_INDEX}/masks.py", "else dimension.minimum", "else _after(dimension.minimum)"),
    Mutant("<= is <", f"{_INDEX}/masks.py", "return ((-math.inf, after(at)),)", "return ((-math.inf, at),)"),
    Mutant("> is >=", f"{_INDEX}/masks.py", "return ((after(at), math.inf),)", "return ((at, math.inf),)"),
    Mutant("the edge of a band is outside it", f"{_INDEX}/masks.py", "*band(at, leaf.tolerance)", "at - leaf.tolerance, at + leaf.tolerance"),
    Mutant("bands that overlap undo each other", f"{_INDEX}/masks.py", "if found and low <= found[-1][1]:", "if False:"),
    Mutant("two dimensions have no tolerance", f"{_INDEX}/expressions.py", "        if leaf.tolerance:\n", "        if False:\n"),
    Mutant("not in forgets its values", f"{_INDEX}/masks.py", "return _complement(points) if leaf.negated else points", "return points"),
    Mutant("a missing value is certain", f"{_INDEX}/masks.py", "possible & ~union(unsure)", "possible"),
    Mutant("a missing value contradicts nothing", f"{_INDEX}/masks.py", "possible = full & ~union(refuted)", "possible = full"),
    Mutant("is missing is unsure", f"{_INDEX}/masks.py", "elif not all(isinstance(test, IsMissing) for test in tests):", "else:"),
    Mutant("an unknown test is false", f"{_INDEX}/source.py", 'is None: {pm} &= {full}; {cm} &= {others}"', 'is None: {m} &= {others}"'),
    Mutant("a default stands in for a table not given", f"{_INDEX}/source.py", 'write(f"if v{i} is not NOT_GIVEN:", depth)', 'write("if True:", depth)'),
    Mutant("on_missing: error is ignored", f"{_INDEX}/source.py", 'if dimension.on_missing.policy == "error":', "if False:"),
    Mutant("derived values are not confined", f"{_INDEX}/source.py", "if dimension.condition is None and dimension.supply is None:\n            self.confined(dimension, i)", "pass"),
    Mutant("only large derived values are confined", f"{_INDEX}/source.py", "{small} <= v{i} <= {large}", "v{i} <= {large}"),
    Mutant("division by zero is not guarded", f"{_INDEX}/expressions.py", 'checks.append(f"not {right}")', 'checks.append(f"{right} is None")'),
    Mutant("missing operands are not guarded", f"{_INDEX}/expressions.py", "return f\"None if {' or '.join(checks)} else {source}\" if checks else source", "return source"),
    Mutant("an unknown case branch is skipped", f"{_INDEX}/expressions.py", "None if {condition} is None else {value} if {condition}", "{value} if {condition}"),
    Mutant("a better tier that is unknown is skipped", f"{_INDEX}/decoders.py", "return best if sure & own[best] else UNDECIDED", "return best"),
    Mutant("when_unknown: next is ignored", f"{_INDEX}/decoders.py", "        if skip:\n", "        if False:\n"),
    Mutant("rules ignore their dates", f"{_INDEX}/decoders.py", "if dated and not dated.isdisjoint", "if False and not dated.isdisjoint"),
    Mutant("unknown rules fire", f"{_INDEX}/decoders.py", "fired += sure", "fired += sure or _owners(bits & (possible >> first), owners)"),
    Mutant("a ladder in no tier is missing", "program/reference.py", 'if position != NO_TIER else ""', "if position != NO_TIER else None"),
    Mutant("eligible gates no tier", f"{_INDEX}/plan.py", "gates = gate if ladder.eligible is None else (*gate, ladder.eligible)", "gates = ()"),
    Mutant("eligible gates no rule", f"{_INDEX}/plan.py", "in _conjuncts([*gate, rule.when], forms)", "in _conjuncts([rule.when], forms)"),
    Mutant("a partition keeps too few rules", f"{_INDEX}/partition.py", "if bit not in asked or all(", "if bit in asked and all("),
    Mutant("a partition keeps every rule", f"{_INDEX}/partition.py", "all(accepts(leaf, value) for leaf in asked[bit])", "True"),
    Mutant("named conditions with a default are unfolded", "program/forms.py", 'and dimension.on_missing.policy == "unknown"', ""),
    Mutant("given conditions are unfolded", "program/forms.py", "and name not in self.given", ""),
    Mutant("at_least is not turned round by not", "program/normal.py", "len(items) - formula.count + 1 if negate else formula.count", "formula.count"),
    Mutant("not leaves and as it is", "program/normal.py", "Or if isinstance(formula, And) == negate else And", "And if isinstance(formula, And) else Or"),
    Mutant("a missing category of a parameter is false", "program/normal.py", 'return Or((*branches, Compare("!=", by, by)))', "return Or(tuple(branches))"),
    Mutant("the else of a parameter is dropped", "program/normal.py", "if lookup.default is not None:", "if False:"),
    Mutant("scores are not rounded", f"{_INDEX}/scoring.py", "* 1e6 + 0.5) / 1e6", "* 1e6) / 1e6"),
    Mutant("a cap does not clamp", f"{_INDEX}/scoring.py", "1.0 if {x} >= {cap} else", ""),
    Mutant("points for a missing value are forgotten", f"{_INDEX}/scoring.py", "if item.on_missing is None:\n            needed.append", "if True:\n            needed.append"),
    Mutant("texts that no engine holds are regular", f"{_INDEX}/readers.py", "return others if plain or confine(_TEXT, text) is text else 0", "return others"),
    Mutant("sets are not checked", f"{_INDEX}/readers.py", "if any(item.__class__ is not str for item in found) or confine(dimension, found) is not found:", "if False:"),
    Mutant("dates after the last are kept", f"{_INDEX}/masks.py", "if point <= last]", "if point < last]"),
)  # fmt: skip
