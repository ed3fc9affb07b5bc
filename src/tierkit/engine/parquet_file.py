"""Outcomes written to a Parquet file: all of it or nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from tierkit.errors import ReadError, UsageError

_ENDINGS = (".parquet", ".pq")


def target_of(into: Any, source: Any) -> Path:
    """The file that `into` names.

    Raises:
        UsageError: it is no path of a Parquet file, or the table itself is read from it.
    """
    if not isinstance(into, str | PathLike) or Path(into).suffix.lower() not in _ENDINGS:
        message = (
            f"`into` is `{into}`: write the path of a file that ends in .parquet, or pass a connection of "
            "SQLAlchemy to write to its tables"
        )
        raise UsageError(message)
    path = Path(into)
    with contextlib.suppress(OSError):
        if isinstance(source, str | PathLike) and path.samefile(source):
            message = f"`into` is `{into}`, from which the table is read: write another file"
            raise UsageError(message)
    return path


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """The path of a file to write that takes the place of `target` when it is whole.

    Raises:
        ReadError: the system refuses something, then or while it is written.
    """
    real = Path(os.path.realpath(target))
    path = real.with_name(f".{real.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            path.open("xb").close()
            yield path
            path.replace(real)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        message = f"cannot write {target}: {(error.strerror or str(error)).lower()}"
        raise ReadError(message) from None
