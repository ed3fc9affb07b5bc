"""The few things a store does to a disk, each by itself, so that a test can fail or die at any of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

BINARY = getattr(os, "O_BINARY", 0)
"""Without it Windows would write other ends of lines than it is told."""


class Disk:
    """Writes that last: nothing counts before it is flushed to the device."""

    def write(self, descriptor: int, data: bytes) -> None:
        """Writes all of the data, or raises `OSError` with some of it written."""
        while data:
            data = data[os.write(descriptor, data) :]

    def flush(self, descriptor: int) -> None:
        """Waits until what was written is on the device."""
        os.fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Puts one file in the place of another, at once."""
        os.replace(source, target)  # noqa: PTH105  the three are one family

    def truncate(self, descriptor: int, length: int) -> None:
        """Cuts a file."""
        os.ftruncate(descriptor, length)

    def flush_directory(self, path: Path) -> None:
        """Waits until a directory's entries are on the device, where directories can be opened."""
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def put(self, path: Path, data: bytes) -> None:
        """Writes a whole file: it has the old bytes or the new ones, never some of both."""
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o666)
        try:
            try:
                self.write(descriptor, data)
                self.flush(descriptor)
            finally:
                os.close(descriptor)
            self.replace(beside, path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
        self.flush_directory(path.parent)
