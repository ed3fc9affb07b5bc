"""Which rule set a word on the command line means: a file, the active version, or the one that is pinned."""

from __future__ import annotations

from pathlib import Path

from tierkit.cli.files import ENDINGS, author_file, authored, near
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.documents.names import is_ruleset_name
from tierkit.engine import Engine, RuleSet, load
from tierkit.engine.clock import Clock
from tierkit.errors import UsageError


def chosen(argument: str, store: str, terminal: Terminal, as_of: str = "") -> RuleSet:
    """The rule set of `FILE`, `NAME` or `NAME@VERSION`.

    A name is the active version, or the one that was active at `as_of`. Where nothing of that name was ever
    published it is the author's file, and that is said.
    """
    words = terminal.words
    if as_of:
        moment_of(as_of, words, "bad-as-of")
    if argument.lower().endswith(ENDINGS):
        return load(Path(argument))
    name, pinned, _ = argument.partition("@")
    if not is_ruleset_name(name):
        raise UsageError(words("not-a-ruleset", text=argument))
    engine = Engine(store)
    published = engine.store.names()
    if name in published or pinned:
        return engine.ruleset(argument, as_of=as_of or None)
    path = author_file(name, store)
    if path is None:
        hint = near(name, [*published, *authored(store)], words)
        raise UsageError(words("no-such-ruleset", name=name, store=store, hint=hint))
    terminal.note(words("note", text=words("not-published", name=name, path=path)))
    return load(path)


def moment_of(text: str, words: Words, key: str) -> object:
    """The instant of a day or an instant as it is written, in UTC; says how to write one otherwise."""
    try:
        return Clock("UTC").moment(text)
    except UsageError:
        raise UsageError(words(key, text=text)) from None
