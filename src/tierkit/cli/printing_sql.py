"""`sql`: the statement that decides every customer in a database, printed and nothing else."""

from __future__ import annotations

from tierkit.cli.evaluating import instant
from tierkit.cli.files import rule_file
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.engine import load
from tierkit.errors import UsageError

FINE = 0


def sql(
    ruleset: str,
    *,
    dialect: str,
    tables: tuple[str, ...],
    as_of: str,
    known_at: str,
    shape: str,
    store: str,
    terminal: Terminal,
) -> int:
    """Prints the statement; for programs with what it was made for."""
    words = terminal.words
    rules = load(rule_file(ruleset, store, words))
    moment, written = instant(as_of, rules, words)
    named = dict(_pair(text, words) for text in tables)
    text = rules.to_sql(dialect, tables=named, as_of=moment, known_at=known_at or None, shape=shape)
    if terminal.json:
        about = {"ruleset": rules.name, "version": rules.version, "dialect": dialect, "shape": shape}
        terminal.data({**about, "as_of": written, "sql": text})
    else:
        terminal.out(text)
    return FINE


def _pair(text: str, words: Words) -> tuple[str, str]:
    """`orders=dw.fact_orders`: the rule set's name of a table, and the database's."""
    name, equals, source = text.partition("=")
    if not (name and equals and source):
        raise UsageError(words("bad-table", text=text))
    return name, source
