"""Whatever is in a file, loading it ends with a rule set or with `RuleSetError`, soon and in little memory."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierkit.documents.events import parse
from tierkit.documents.reader import decode
from tierkit.engine import loads
from tierkit.errors import Problem, RuleSetError

ROOT = Path(__file__).parent.parent
SHIPPED = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "rulesets").glob("*.yaml"))]
SHIPPED.append((ROOT / "examples" / "wholesale" / "wholesale.yaml").read_text(encoding="utf-8"))
_MARKS = [
    *"{}[]:,#&*!|>'\"%@`-?()\n\t ＞％（；=<",
    "\r\n",
    "\u200b",
    "---\n",
    "<<: ",
    "null",
    "'",
    "1e400",
    "亿",
    "not ",
]


def load(text: str | bytes) -> None:
    """Loads, and lets nothing but `RuleSetError` through; its text is made as a user would see it."""
    problems: tuple[Problem, ...] = ()
    try:
        loads(text)
    except RuleSetError as error:
        problems = (*error.problems, *RuleSetError(error.problems).problems)
    assert all(problem.render() and problem.message("zh") and problem.to_dict() for problem in problems)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Arbitrary bytes are refused with problems."""
    load(data)


@given(st.text(max_size=300) | st.lists(st.sampled_from(_MARKS), max_size=60).map("".join))
def test_any_text(text: str) -> None:
    """Arbitrary text, and text of YAML's own marks, is refused with problems."""
    load(text)


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from(_MARKS[0]), max_size=80))
def test_any_condition(condition: str) -> None:
    """Arbitrary text as a condition is refused at its place or means something."""
    quoted = condition.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    load(
        'ruleset: a\nversion: 1\ndimensions: {x: {type: number}}\nrules:\n  - {id: r, tag: T, when: "'
        + quoted
        + '"}\n'
    )


@given(st.sampled_from(SHIPPED), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=80)
def test_damaged_rule_files(text: str, chance: random.Random, times: int) -> None:
    """A shipped rule file with a few characters or lines deleted, doubled, swapped or put in never crashes."""
    for _ in range(times):
        text = damaged(text, chance)
    load(text)


@given(st.sampled_from(SHIPPED), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_both_yaml_readers_refuse_the_same_damage(text: str, chance: random.Random) -> None:
    """The reader of libyaml and the one in Python read a damaged file alike: both refuse it, or both give one tree."""
    text = damaged(text, chance)
    trees = []
    for pure in (False, True):
        source, problems = decode(text, "f")
        tree = parse(source, problems, pure=pure)
        trees.append((tree is None or problems.errors, None if problems.errors else tree))
    assert trees[0] == trees[1]


def damaged(text: str, chance: random.Random) -> str:
    """The text with one stroke of bad luck."""
    lines = text.split("\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    place = chance.randrange(len(text) + 1)
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            return text[:place] + text[place + chance.randrange(1, 4) :]
        case 4:
            return text[:place] + str(chance.choice(_MARKS)) + text[place:]
        case _:
            lines[at] = " " * chance.randrange(4) + lines[at].lstrip()
    return "\n".join(lines)


_BOMBS = {
    "fifty megabytes": "'a: ' + 'x' * 50_000_000",
    "nested a hundred thousand deep": "'[' * 100_000",
    "mappings nested deep": "'{a: ' * 100_000",
    "ten thousand parentheses": "HEAD + '(' * 10_000 + 'x > 1' + ')' * 10_000 + '\"}]'",
    "a literal of a megabyte": "HEAD + 'x > ' + '9' * 1_000_000 + '\"}]'",
    "a text of a megabyte": "HEAD + \"t = '\" + 'y' * 1_000_000 + \"'\" + '\"}]'",
    "a name of a megabyte": "HEAD + 'z' * 1_000_000 + ' > 1\"}]'",
    "billion laughs": "'a: &a [x, x]\\n' + ''.join(f'{c}: &{c} [*{p}, *{p}]\\n' for p, c in zip('abcdefgh', 'bcdefghi'))",
}


@pytest.mark.parametrize("bomb", _BOMBS.values(), ids=_BOMBS)
def test_a_bomb_is_refused_soon_and_in_little_memory(bomb: str) -> None:
    """Two seconds of processor time and 400 MB of address space beyond the input are more than enough."""
    program = f"""
import sys
import tierkit
from tierkit.engine import loads
HEAD = 'ruleset: a\\nversion: 1\\ndimensions: {{x: {{type: number}}, t: {{type: text}}}}\\nrules: [{{id: r, tag: T, when: "'
text = {bomb}
try:
    loads(text)
except tierkit.RuleSetError as error:
    print(len(error.problems), len(str(error)) < 10_000)
"""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_AS, (900 * 2**20, 900 * 2**20))

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert done.stdout.split()[1:] == ["True"], done.stderr[-500:]
