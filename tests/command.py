"""The command line run by tests: in this process, so that coverage sees it and starting costs nothing."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

from tierkit.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        """Its standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class _Screen(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(*arguments: str | Path, stdin: bytes = b"", screen: bool = False, **environment: str) -> Result:
    """Runs `tierkit` with these arguments; English unless the environment says otherwise."""
    out, err = io.BytesIO(), io.BytesIO()
    stream = _Screen if screen else io.TextIOWrapper
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TIERKIT_"))
    }
    with (
        mock.patch.dict(os.environ, kept | environment, clear=True),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8")),
        mock.patch.object(sys, "stdout", stream(out, "utf-8", write_through=True)),
        mock.patch.object(sys, "stderr", stream(err, "utf-8", write_through=True)),
    ):
        status = main([str(argument) for argument in arguments])
        sys.stdout.flush()
        sys.stderr.flush()
        written = out.getvalue().decode(), err.getvalue().decode()
    return Result(status, *written)
