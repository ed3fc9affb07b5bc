"""Runs what the pages show, so that no page says what is not so.

    python -m docs.pages            runs the pages and mends the outputs in them
    python -m docs.pages --check    says whether a page differs, and mends nothing

A page is one session in an empty directory. Its blocks are run from top to bottom:

* `console`: each line after `$ ` is a command, what follows is what it prints. `tierkit …` and `echo $?` are
  known.
* `python`: with `>>>` a doctest, else a script that must not fail. All blocks of a page share their names.
* `yaml`, `json`, `csv`, and any other language of a file: a comment on the line above says what it is for:
  `<!-- file: PATH -->` is the whole file; `<!-- section: PATH -->` takes the place of top-level sections of
  the same name; `<!-- add: PATH KEY -->` goes to the end of the section KEY; `<!-- entry: PATH KEY -->` takes
  the place of entries of that section; `<!-- shows: PATH -->` is what the file holds;
  `<!-- example: FILE as PATH -->` brings a file of `examples/`, and shows what it holds;
  `<!-- conditions: PATH -->` are lines of `when: …` that are right with the dimensions of the file. A rule
  file must be right after each step, unless it is marked `, broken` or `, unfinished`.
* `text` is for diagrams, and `<!-- not run: why -->` for what cannot be run.

A line `…` in an output stands for any lines. The time at which a page is made is shown as one and the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import doctest
import importlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
PAGES = (
    "tutorial", "language", "rule-files", "checking", "examples", "decisions", "tables", "sql", "versions",
    "impact", "plugins", "business-rules", "architecture", "index",
)  # fmt: skip

_FENCE = re.compile(r"^( *)```(\w*)$")
_COMMENT = re.compile(r"^ *<!-- ([a-z ]+): (.*?) -->$")
_SECTION = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
_ENTRY = re.compile(r"^(?=  [a-z_]+:)", re.MULTILINE)
_PATH = re.compile(r"(\S+?)(?: (\w+))?(, (?:broken|unfinished))?")
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "COLUMNS": "100", "TIERKIT_BY": "li.na"}
_CUT = "…"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\dZ")
_SHOWN, _SHOWN_DAY = "2025-12-01 02:55Z", "Dec 1, 2025"
_TRACEBACK = "Traceback (most recent call last):"
_UNEXPECTED = "TIERKIT_TRACEBACK"
"""Names what nobody wanted to happen: no page shows it."""
_ANSWERS = ("tags:", "rules:", "benefits:", "examples:")


class PageError(Exception):
    """A block that cannot be run, and where it stands."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, the comment above it, its lines, and the index of the first."""

    language: str
    verb: str
    argument: str
    lines: list[str]
    start: int


def blocks(lines: list[str]) -> Iterator[Block]:
    """The fenced blocks of a page.

    >>> found = blocks(["<!-- file: a -->", "```csv", "x", "```"])
    >>> [(block.language, block.verb, block.argument, block.lines) for block in found]
    [('csv', 'file', 'a', ['x'])]
    """
    at = 0
    while at < len(lines):
        opened = _FENCE.match(lines[at])
        at += 1
        if opened is None:
            continue
        end = lines.index(f"{opened[1]}```", at)
        comment = _COMMENT.match(lines[at - 2]) if at > 1 else None
        verb, argument = (comment[1], comment[2]) if comment else ("", "")
        indent = len(opened[1])
        yield Block(opened[2], verb, argument, [line[indent:] for line in lines[at:end]], at)
        at = end + 1


class Session:
    """What a page has made so far: files in the current directory, Python names, the last exit status."""

    def __init__(self, page: str) -> None:
        self.page, self.status = page, 0
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, block: Block) -> list[str]:
        """Runs a block and returns its lines as they should be."""
        try:
            if block.verb == "not run":
                return block.lines
            if block.verb:
                return getattr(self, block.verb)(block)  # type: ignore[no-any-return]
            return getattr(self, f"_{block.language or 'text'}")(block)  # type: ignore[no-any-return]
        except Exception as error:
            message = f"{self.page}, line {block.start + 1}: {error}"
            raise PageError(message) from error

    # -- files

    def file(self, block: Block) -> list[str]:
        """Writes a whole file."""
        return self._written(block, lambda _text, _key: _joined(block.lines))

    def section(self, block: Block) -> list[str]:
        """Puts top-level sections in place of those of the same name, or at the end."""
        return self._written(block, lambda text, _key: _replaced(text, _joined(block.lines), _SECTION))

    def entry(self, block: Block) -> list[str]:
        """Puts entries of a section in place of those of the same name, or at its end."""
        return self._written(block, lambda text, key: _within(text, key, _joined(block.lines)))

    def add(self, block: Block) -> list[str]:
        """Adds lines at the end of a section."""
        return self._written(block, lambda text, key: _added(text, key, _joined(block.lines)))

    def shows(self, block: Block) -> list[str]:
        """Compares with a file."""
        got = Path(block.argument).read_text(encoding="utf-8").splitlines()
        return block.lines if _agree(block.lines, got) else got

    def example(self, block: Block) -> list[str]:
        """Brings a file of the examples, and compares with it."""
        source, _, path = block.argument.partition(" as ")
        shutil.copyfile(DOCS.parent / "examples" / source, path or Path(source).name)
        return self.shows(Block(block.language, "shows", path or Path(source).name, block.lines, block.start))

    def conditions(self, block: Block) -> list[str]:
        """Loads every condition by the dimensions of a file."""
        import tierkit

        known = Path(block.argument).read_text(encoding="utf-8")
        parts = [part for part in _SECTION.split(known) if not part.startswith(_ANSWERS)]
        rules = [f"  - id: rule_{i}\n    tag: T\n    {line}\n" for i, line in enumerate(block.lines)]
        tierkit.loads("".join([*parts, "\nrules:\n", *rules]))
        return block.lines

    def _written(self, block: Block, change: Any) -> list[str]:
        found = _PATH.fullmatch(block.argument)
        if found is None:
            message = f"cannot read `{block.argument}`"
            raise PageError(message)
        path = Path(found[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(change(before, found[2]), encoding="utf-8", newline="\n")
        importlib.invalidate_caches()  # it may be a module
        if path.suffix == ".yaml" and not found[3]:
            import tierkit

            tierkit.load(path)
        return block.lines

    # -- commands and code

    def _console(self, block: Block) -> list[str]:
        found: list[str] = []
        for command, want in _commands(block.lines):
            got = self._command(" ".join(line.removesuffix("\\") for line in command))
            found += [f"$ {command[0]}", *command[1:], *(want if _agree(want, got) else got)]
        return found

    def _command(self, text: str) -> list[str]:
        from tierkit.cli import main

        program, *arguments = shlex.split(text)
        if [program, *arguments] == ["echo", "$?"]:
            return [str(self.status)]
        if program != "tierkit":
            message = f"only `tierkit` is run, not `{program}`"
            raise PageError(message)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            self.status = main(arguments)
        if _UNEXPECTED in printed.getvalue():
            raise PageError(printed.getvalue())
        return _settled(printed.getvalue()).rstrip("\n").splitlines()

    def _python(self, block: Block) -> list[str]:
        text = _joined(block.lines)
        if ">>> " not in text:
            exec(compile(text, f"<{self.page}>", "exec"), self.names)  # noqa: S102  the page itself
            return block.lines
        found: list[str] = []
        for part in doctest.DocTestParser().parse(text):
            if isinstance(part, str):
                found += part.splitlines()
                continue
            source, want = part.source.rstrip("\n").splitlines(), part.want.splitlines()
            got = self._example(part.source, fails=want[:1] == [_TRACEBACK])
            found += [f"{'...' if i else '>>>'} {line}".rstrip() for i, line in enumerate(source)]
            found += want if _agree(want, got) else got
        return found

    def _example(self, source: str, *, fails: bool) -> list[str]:
        """What an example prints; it may fail only where the page shows that it does."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(source, f"<{self.page}>", "single"), self.names)  # noqa: S102  the page itself
            except Exception as error:
                if not fails:
                    raise
                shown = "".join(traceback.format_exception_only(error)).rstrip()
                printed.write(f"{_TRACEBACK}\n    ...\n{shown}\n")
        lines = printed.getvalue().rstrip("\n").splitlines()
        return [line if line.strip() else "<BLANKLINE>" for line in lines]

    def _text(self, block: Block) -> list[str]:
        return block.lines


def rewritten(page: str, text: str) -> str:
    """The page with every output as it really is; runs in an empty directory of its own."""
    lines, session = text.splitlines(), Session(page)
    with (
        tempfile.TemporaryDirectory() as directory,
        contextlib.chdir(directory),
        _environment(),
        _importable(directory),
    ):
        found = [(block, session.run(block)) for block in list(blocks(lines))]
    for block, new in reversed(found):
        indent = lines[block.start - 1].removesuffix("```" + block.language)
        lines[block.start : block.start + len(block.lines)] = [f"{indent}{line}".rstrip() for line in new]
    return "\n".join(lines) + "\n"


def _commands(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Each command (with the lines that continue it) and what should come out."""
    command: list[str] = []
    want: list[str] = []
    for line in lines:
        if command and not want and command[-1].endswith("\\"):
            command.append(line)
        elif line.startswith("$ "):
            if command:
                yield command, want
            command, want = [line.removeprefix("$ ")], []
        else:
            want.append(line)
    if command:
        yield command, want


def _agree(want: list[str], got: list[str]) -> bool:
    """True when the outputs are equal; `…` stands for any lines.

    >>> _agree(["a", "…", "z"], ["a", "b", "c", "z"]), _agree(["a"], ["a", "b"])
    (True, False)
    """
    if _CUT not in (line.strip() for line in want):
        return want == [line.rstrip() for line in got]
    pattern = "".join("(?:.*\n)*?" if line.strip() == _CUT else f"{re.escape(line)}\n" for line in want)
    return re.fullmatch(pattern, _joined([line.rstrip() for line in got])) is not None


def _settled(text: str) -> str:
    """A text in which the time at which it was made, and the day, are those that pages show."""
    now = dt.datetime.now(dt.UTC)
    for found in set(_INSTANT.findall(text)):
        if abs(dt.datetime.fromisoformat(found) - now) < dt.timedelta(hours=1):
            text = text.replace(found, _SHOWN)
    return text.replace(f"{now:%b} {now.day}, {now.year}", _SHOWN_DAY)


def _replaced(text: str, new: str, begin: re.Pattern[str]) -> str:
    parts = {part.partition(":")[0]: part for part in begin.split(text)}
    end = "\n\n" if begin is _SECTION else "\n"
    parts |= {part.partition(":")[0]: part.rstrip() + end for part in begin.split(new) if part.strip()}
    return "".join(parts.values())


def _within(text: str, key: str, new: str) -> str:
    return _changed(text, key, lambda part: _replaced(f"{part}\n", new, _ENTRY).rstrip())


def _added(text: str, key: str, new: str) -> str:
    return _changed(text, key, lambda part: f"{part}\n{new.rstrip()}")


def _changed(text: str, key: str, change: Callable[[str], str]) -> str:
    """The text with one of its sections changed."""
    parts = _SECTION.split(text)
    mine = f"{key}:"
    return "".join(f"{change(part.rstrip())}\n\n" if part.startswith(mine) else part for part in parts)


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    """English, and a width that does not depend on the terminal."""
    before = dict(os.environ)
    os.environ.update(_ENVIRONMENT)
    os.environ.pop("TIERKIT_STORE", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _importable(directory: str) -> Iterator[None]:
    """Modules that a page writes can be imported by it, and are gone after it."""
    before, written = list(sys.path), sys.dont_write_bytecode
    sys.path.insert(0, directory)
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = before, written
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(directory):
                del sys.modules[name]


def main() -> int:
    """Runs the pages; 1 when one of them differed."""
    differ = []
    for name in PAGES:
        path = DOCS / f"{name}.md"
        if not path.exists():
            continue
        old = path.read_text(encoding="utf-8")
        new = rewritten(name, old)
        if new != old:
            differ.append(name)
            if "--check" not in sys.argv:
                path.write_text(new, encoding="utf-8", newline="\n")
    print(f"differ: {', '.join(differ)}" if differ else "every page says what is so")
    return bool(differ)


if __name__ == "__main__":
    sys.exit(main())
