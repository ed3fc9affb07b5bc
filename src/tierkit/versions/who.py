"""Who changes a version: what the caller says, else the environment, else git's user, else the system's."""

from __future__ import annotations

import contextlib
import getpass
import os
import subprocess

_VARIABLE = "TIERKIT_BY"


def caller() -> str:
    """The name to write into a history when nobody gave one."""
    found = os.environ.get(_VARIABLE, "").strip() or _git()
    if not found:
        with contextlib.suppress(Exception):  # no user database, no variable: nothing is known
            found = getpass.getuser()
    return found or "unknown"


def _git() -> str:
    try:
        found = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607  the git that the user has
            capture_output=True, encoding="utf-8", errors="replace", timeout=5, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""
