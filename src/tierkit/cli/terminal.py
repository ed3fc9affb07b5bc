"""Where the command line prints: answers to standard output, everything about them to standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from tierkit.cli.messages import Words
from tierkit.cli.retold import retold
from tierkit.errors import Problem


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams, the language, and whether answers are for people or for programs."""

    words: Words
    json: bool = False

    def out(self, text: str) -> None:
        """Prints a line of the answer."""
        print(text)

    def data(self, data: Any) -> None:
        """Prints the whole answer as JSON, in UTF-8 wherever it goes."""
        utf8(sys.stdout)
        print(json.dumps(data, ensure_ascii=False, indent=2, default=str))

    def note(self, text: str) -> None:
        """Prints a line about the answer."""
        if sys.stderr is not None:
            print(text, file=sys.stderr)

    def warn(self, key: str, /, **slots: object) -> None:
        """Prints a warning."""
        self.note(self.words("warning", text=self.words(key, **slots)))

    def say(self, text: str) -> str:
        """What the engine says, in the language of this terminal."""
        return retold(text, chinese=self.words.chinese)

    def error(self, text: str) -> None:
        """Prints what the engine says is wrong."""
        self.note(self.words("error", text=self.say(text)))

    def refused(self, reasons: Iterable[str]) -> None:
        """Prints every reason why a change was refused."""
        told = [self.say(reason) for reason in reasons]
        if self.json:
            self.note(json.dumps({"refused": told}, ensure_ascii=False, indent=2))
        for reason in () if self.json else told:
            self.note(self.words("error", text=reason))

    def problems(self, problems: Iterable[Problem]) -> None:
        """Prints problems of rule files where nothing else was asked for."""
        if self.json:
            self.note(json.dumps(problems_data(problems, self.words.locale), ensure_ascii=False, indent=2))
        for problem in () if self.json else problems:
            self.note(problem.render(self.words.locale))


def problems_data(problems: Iterable[Problem], locale: str) -> dict[str, Any]:
    """Problems in the shape that programs read."""
    return {"problems": [problem.to_dict(locale) for problem in problems]}


def utf8(stream: IO[str]) -> None:
    """Makes a stream write UTF-8 and plain line ends; a lone surrogate becomes its JSON escape."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def forgiving() -> None:
    """Makes standard streams write what their encoding lacks as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def silence() -> None:
    """After the reader of standard output has gone: nothing more is written, nothing complains."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
