"""Regions against a solver of another make: both say of the same conditions that nobody can meet them."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierkit
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.verdicts import Disproven, Proven, nobody, within
from tierkit.program.model import Program
from tierkit.program.terms import And, AtLeast, Compare, Const, Formula, IsMissing, Member, Not, Or, Ref

z3 = pytest.importorskip("z3")

DIMENSIONS = """
  n: {type: integer, min: -5, max: 9}
  m: {type: integer}
  x: {type: number, min: 0, max: 4}
  a: {type: money}
  b: {type: boolean}
  c: {type: category, values: [p, q, r]}
  d: {type: date}
"""
LARGEST = {"n": (-5, 9), "m": (-(2**53), 2**53), "x": (0, 4), "a": (-(10**13), 10**13)}
DAYS = dt.date.min.toordinal(), dt.date.max.toordinal()
_operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_leaves = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from("nmxa"), _operators, st.integers(-6, 10)),
    st.builds("{} {} {}".format, st.sampled_from("xa"), _operators, st.sampled_from(["0.01", "1.99", "2.5"])),
    st.builds("c {} '{}'".format, st.sampled_from(["=", "!="]), st.sampled_from("pqr")),
    st.builds("c {} ('p', 'q')".format, st.sampled_from(["in", "not in"])),
    st.builds("d {} '2025-01-{:02}'".format, _operators, st.integers(1, 4)),
    st.just("b"),
    st.builds("{} is missing".format, st.sampled_from("nmxabcd")),
)
CONDITIONS = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
        st.builds("at_least(2, {}, {}, {})".format, inner, inner, inner),
    ),
    max_leaves=8,
)


@functools.cache
def variable(name: str) -> Any:
    """A dimension as the solver has it: whole numbers, cents, days, the place in a list."""
    return z3.Real(name) if name == "x" else z3.Int(name)


def missing(name: str) -> Any:
    """Whether a dimension is missing."""
    return z3.Bool(f"no {name}")


def domain() -> list[Any]:
    """The values that dimensions can have."""
    found = [z3.And(variable("b") >= 0, variable("b") <= 1), z3.And(variable("c") >= 0, variable("c") <= 2)]
    found.append(z3.And(variable("d") >= DAYS[0], variable("d") <= DAYS[1]))
    for name, (low, high) in LARGEST.items():
        scale = 100 if name == "a" else 1
        found.append(z3.And(variable(name) >= low * scale, variable(name) <= high * scale))
    return found


def number(name: str, value: Any) -> Any:
    """A constant as the solver has it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.date):
        return value.toordinal()
    if isinstance(value, str):
        return "pqr".index(value)
    return z3.RealVal(repr(value)) * (100 if name == "a" else 1)


def compared(operator: str, left: Any, right: Any) -> Any:
    """A comparison as the solver has it."""
    table = {
        "=": left == right, "!=": left != right, "<": left < right,
        "<=": left <= right, ">": left > right, ">=": left >= right,
    }  # fmt: skip
    return table[operator]


def truths(formula: Formula) -> tuple[Any, Any]:
    """Where a condition is true and where it is false, as Kleene has it."""
    match formula:
        case And() | Or():
            trues, falses = zip(*map(truths, formula.items), strict=True)
            if isinstance(formula, And):
                return z3.And(*trues), z3.Or(*falses)
            return z3.Or(*trues), z3.And(*falses)
        case Not():
            true, false = truths(formula.item)
            return false, true
        case AtLeast():
            trues, falses = zip(*map(truths, formula.items), strict=True)
            enough = z3.AtLeast(*trues, formula.count)
            return enough, z3.AtLeast(*falses, len(falses) - formula.count + 1)
        case IsMissing(term=Ref(name)):
            found = missing(name)
            return (z3.Not(found), found) if formula.negated else (found, z3.Not(found))
        case Compare(left=Ref(name), right=Const(value)):
            held = compared(formula.operator, variable(name), number(name, value))
        case Member(term=Ref(name)):
            held = z3.Or(*(variable(name) == number(name, const.value) for const in formula.values))
            held = z3.Not(held) if formula.negated else held
        case _:
            raise AssertionError(formula)
    there = z3.Not(missing(name))
    return z3.And(there, held), z3.And(there, z3.Not(held))


def possible(*conditions: Any) -> bool:
    """Whether the solver finds a customer."""
    solver = z3.Solver()
    solver.add(*domain(), *conditions)
    found = solver.check()
    assert found != z3.unknown
    return bool(found == z3.sat)


def program_of(*whens: str) -> Program:
    """A program with a rule for each condition."""
    rules = "".join(f'\n  - {{id: r{i}, tag: T{i}, when: "{when}"}}' for i, when in enumerate(whens))
    return tierkit.loads(f"ruleset: a\nversion: 1\ndimensions: {DIMENSIONS}\nrules:{rules}\n").program


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(CONDITIONS, CONDITIONS)
def test_a_solver_agrees(a: str, b: str) -> None:
    """A condition that can be true, false or true without another: the solver and the boxes say the same."""
    program = program_of(a, b)
    space = Space(program)
    first, second = (rule.when for rule in program.rules)
    (a_true, a_false), (b_true, _) = truths(first), truths(second)
    shape, other = space.holds(first), space.holds(second)
    asked = (
        (nobody(space, shape), possible(a_true)),
        (nobody(space, space.holds(first, negate=True)), possible(a_false)),
        (nobody(space, space.shapes[0].unknown(first)), possible(z3.Not(z3.Or(a_true, a_false)))),
        (within(space, shape, other), possible(a_true, z3.Not(b_true))),
    )
    for verdict, found in asked:
        assert isinstance(verdict, Disproven if found else Proven)
