"""Files by what was written on the command line: rule files by path or name, files that replace others."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tierkit.cli.messages import Words
from tierkit.documents.names import is_ruleset_name
from tierkit.errors import ReadError, RefusedError, UsageError, did_you_mean

ENDINGS = (".yaml", ".yml")
_IS_RULE_FILE = re.compile(rb"""^[{]?\s*["']?ruleset["']?\s*:""", re.MULTILINE)


def rule_file(argument: str, store: str, words: Words) -> Path:
    """The rule file that an argument means: a file by its ending, else the author's file of that name."""
    if argument.lower().endswith(ENDINGS):
        return Path(argument)
    name, at, _ = argument.partition("@")
    if not is_ruleset_name(name):
        raise UsageError(words("not-a-ruleset", text=argument))
    if at:
        raise UsageError(words("no-versions", text=argument))
    path = author_file(name, store)
    if path is None:
        hint = near(name, authored(store), words)
        raise UsageError(words("no-such-ruleset", name=name, store=store, hint=hint))
    return path


def author_file(name: str, store: str) -> Path | None:
    """The file in which the author of a rule set edits, where there is one."""
    paths = (Path(store, name + ending) for ending in ENDINGS)
    return next((path for path in paths if path.is_file()), None)


def authored(store: str) -> list[str]:
    """The names of the authors' files."""
    return [path.stem for ending in ENDINGS for path in Path(store).glob(f"*{ending}")]


def rule_files(arguments: list[str], store: str, words: Words) -> list[Path]:
    """Every rule file that the arguments mean, once each; directories are searched to the bottom."""
    found: dict[Path, None] = {}
    for argument in arguments:
        if os.path.isdir(argument):  # noqa: PTH112  `Path("")` is the current directory, `""` is none
            below = list(_below(argument, words))
            if not below:
                raise UsageError(words("no-rule-files", path=argument))
            found.update(dict.fromkeys(below))
        else:
            found[rule_file(argument, store, words)] = None
    return list(found)


def file_bytes(path: Path, words: Words) -> bytes:
    """What a file holds."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(words("cannot-read", path=path, reason=reason(error))) from None


def write_back(path: Path, before: bytes, after: bytes, words: Words) -> None:
    """Replaces a file as a whole, unless somebody has changed it in the meantime."""
    if file_bytes(path, words) != before:
        raise RefusedError([words("changed-meanwhile", path=path)])
    with replacing(path, words) as file:
        file.write(after)


def near(name: str, known: list[str], words: Words) -> str:
    """The end of a message that names the nearest known word."""
    return "".join(words("did-you-mean", word=slots["word"]) for _, slots in did_you_mean(name, known))


def _below(directory: str, words: Words) -> Iterator[Path]:
    """Files that hold a rule set: other YAML lies in the same directories."""

    def refuse(error: OSError) -> None:
        raise ReadError(words("cannot-read", path=error.filename, reason=reason(error)))

    for folder, folders, names in os.walk(directory, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if name.lower().endswith(ENDINGS) and _holds_a_ruleset(path, words):
                yield path


def _holds_a_ruleset(path: Path, words: Words) -> bool:
    try:
        return _IS_RULE_FILE.search(path.read_bytes().removeprefix(b"\xef\xbb\xbf")) is not None
    except OSError as error:
        raise ReadError(words("cannot-read", path=path, reason=reason(error))) from None


@contextlib.contextmanager
def replacing(path: Path, words: Words) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` when it is whole, and leaves no trace when it is not.

    Raises `ReadError` for whatever the system refuses, then or while the file is written.
    """
    target = Path(os.path.realpath(path))
    beside: Path | None = None
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            file: IO[bytes] = target.open("wb")  # a device or a pipe cannot be replaced
        else:
            beside, file = _beside(target)
        with file:
            yield file
        if beside is not None:
            _replace(beside, target)
    except BaseException as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, ReadError | BrokenPipeError):
            raise ReadError(words("cannot-write", path=path, reason=reason(error))) from None
        raise


def _replace(beside: Path, target: Path) -> None:
    if target.exists():
        beside.chmod(stat.S_IMODE(target.stat().st_mode))
    beside.replace(target)


def _beside(target: Path) -> tuple[Path, IO[bytes]]:
    """A new file in the directory of `target`, with a name that nobody has."""
    number = 0
    while True:
        path = target.with_name(f".{target.name}.{os.getpid()}.{number}.part")
        try:
            return path, path.open("xb")
        except FileExistsError:
            number += 1


def reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    return (error.strerror or str(error)).lower()
