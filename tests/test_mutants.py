"""Every mutant of the compiler is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import tierkit
from tests.mutants import MUTANTS, Mutant

PACKAGE = Path(tierkit.__file__).parent
ROOT = Path(__file__).parent.parent


def survives(mutant: Mutant, folder: Path) -> str | None:
    """The mutant's name when the suite does not notice it; None when it is killed."""
    copy = folder / "tierkit"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    target = copy / mutant.file
    text = target.read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.name}: the text to replace must stand in {mutant.file} once"
    target.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    environment = {**inherited, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.mutant_probe", mutant.backend, mutant.told_by]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, timeout=300)
    return mutant.name if done.returncode == 0 else None


def test_the_probe_passes_without_a_mutant(tmp_path: Path) -> None:
    """The untouched package passes, so that a failing probe means the mutant was noticed."""
    untouched = Mutant("none", "__init__.py", '"""Says which class', '"""Says which class')
    assert survives(untouched, tmp_path) == "none"


@pytest.mark.mutants
def test_every_mutant_is_killed(tmp_path: Path) -> None:
    """Each guard of the compiler is needed: without it a conformance case or the boundary matrix fails."""
    folders = [tmp_path / str(number) for number in range(len(MUTANTS))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        alive = [name for name in pool.map(survives, MUTANTS, folders) if name is not None]
    assert alive == []
