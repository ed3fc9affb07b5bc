"""`new` and `schema`: what an author begins with."""

from __future__ import annotations

import sys
from pathlib import Path

from tierkit.cli.files import reason, replacing
from tierkit.cli.template import FIRST_FILE
from tierkit.cli.terminal import Terminal, utf8
from tierkit.documents.json_schema import FILE_NAME, schema_text
from tierkit.documents.names import is_ruleset_name
from tierkit.errors import ReadError, UsageError

FINE = 0


def new(name: str, store: str, terminal: Terminal) -> int:
    """Writes STORE/NAME.yaml and the JSON Schema beside it; never over a file that exists."""
    words = terminal.words
    if not is_ruleset_name(name):
        raise UsageError(words("bad-ruleset-name", text=name))
    directory = Path(store)
    path, beside = directory / f"{name}.yaml", directory / FILE_NAME
    text = FIRST_FILE.format(name=name, path=path, schema=FILE_NAME)
    if path.exists():
        raise UsageError(words("exists", path=path))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise ReadError(words("cannot-write", path=path, reason=reason(error))) from None
    with replacing(beside, words) as schema_file:
        schema_file.write(schema_text().encode())
    if terminal.json:
        terminal.data({"path": str(path), "schema": str(beside)})
    else:
        terminal.out(words("made", path=path, schema=beside))
        terminal.out(words("next"))
        terminal.out(f"  tierkit check {path}\n  tierkit test {path}")
    return FINE


def schema(output: str, terminal: Terminal) -> int:
    """Writes the JSON Schema of rule files to a file or to standard output."""
    if output and output != "-":
        with replacing(Path(output), terminal.words) as file:
            file.write(schema_text().encode())
    else:
        utf8(sys.stdout)
        sys.stdout.write(schema_text())
    return FINE
