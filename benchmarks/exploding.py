"""A formula whose disjunctive normal form has 4^30 conjuncts, and its three-valued meaning by brute force."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.workload import CATEGORY, INVERSE, KEY, NUMERIC, Record, records

CLAUSES = 30
WIDTH = 4
DENIED = 0.2
RULE, COMPLEMENT = "explodes", "its_complement"
Truth = bool | None


@dataclass(frozen=True, slots=True)
class AtMost:
    """A leaf: a dimension is at most a bound."""

    dimension: str
    bound: float

    def __str__(self) -> str:
        """Return the leaf in the condition language."""
        return f"{self.dimension} <= {self.bound!r}"

    def truth(self, record: Record) -> Truth:
        """Return the outcome: unknown when the value is missing."""
        value = record.get(self.dimension)
        return None if value is None else float(value) <= self.bound


@dataclass(frozen=True, slots=True)
class Junction:
    """An `and` or an `or` of two formulas; `denied` writes it as `not (not a or not b)`: the same."""

    word: str
    parts: tuple[Formula, Formula]
    denied: bool = False

    def __str__(self) -> str:
        """Return the formula in the condition language, fully bracketed."""
        left, right = self.parts
        if not self.denied:
            return f"({left} {self.word} {right})"
        return f"(not ((not {left}) {'or' if self.word == 'and' else 'and'} (not {right})))"

    def truth(self, record: Record) -> Truth:
        """Return the outcome by Kleene's tables."""
        outcomes = {part.truth(record) for part in self.parts}
        deciding = self.word == "or"
        if deciding in outcomes:
            return deciding
        return None if None in outcomes else not deciding


Formula = AtMost | Junction


def formula(seed: int = 1) -> Formula:
    """Return a nested conjunction of 30 disjunctions of four leaves, true for a third of the records."""
    rng = random.Random(f"formula-{seed}")
    clauses = [_nested("or", [_leaf(rng) for _ in range(WIDTH)], rng) for _ in range(CLAUSES)]
    return _nested("and", clauses, rng)


def _leaf(rng: random.Random) -> AtMost:
    dimension = rng.choice(sorted(NUMERIC))
    return AtMost(dimension, round(INVERSE[NUMERIC[dimension]](rng.uniform(0.4, 0.8)), 3))


def _nested(word: str, parts: list[Formula], rng: random.Random) -> Formula:
    """Join the parts pairwise, in a balanced tree with a few denials, so that brackets stay below 32 deep."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        joined: list[Formula] = [Junction(word, pair, denied=rng.random() < DENIED) for pair in pairs]
        parts = joined + parts[len(joined) * 2 :]
    return parts[0]


def rule_file(tree: Formula) -> str:
    """Return a rule set with the formula and its negation."""
    lines = ["ruleset: exploding", "version: 1.0.0", f"key: {KEY}", "dimensions:"]
    lines += [f"  {name}: {{type: {type_name}}}" for name, type_name in NUMERIC.items()]
    lines.append("rules:")
    for tag, when in ((RULE, str(tree)), (COMPLEMENT, f"not {tree}")):
        lines += [f"  - id: {tag}", f"    tag: {tag}", f"    when: {when}"]
    return "\n".join(lines) + "\n"


def holey_records(count: int, seed: int) -> list[Record]:
    """Return records of which every second one lacks a few values."""
    rng = random.Random(f"holes-{seed}")
    made = records(count, seed)
    for record in made:
        del record[CATEGORY]
        if rng.random() < 0.5:  # noqa: PLR2004 - every second one
            for name in rng.sample(sorted(NUMERIC), rng.randint(1, 4)):
                del record[name]
    return made


def expected(tree: Formula, record: Record) -> tuple[tuple[str, ...], bool]:
    """Return the tags, and whether both rules are undetermined."""
    truth = tree.truth(record)
    if truth is None:
        return (), True
    return ((RULE,) if truth else (COMPLEMENT,)), False
