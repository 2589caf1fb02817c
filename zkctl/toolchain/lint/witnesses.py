"""Write the two witnesses of a counterexample, which `zkctl prove` takes like any other."""

from __future__ import annotations

from pathlib import Path

from zkctl.field import PrimeField
from zkctl.formats.binary.wtns import write_wtns
from zkctl.lint.search.counterexample import Counterexample
from zkctl.storage.atomic import atomic_outputs

WITNESS_FILES = ("lint-witness-1.wtns", "lint-witness-2.wtns")


def write_counterexample(
    folder: Path, field: PrimeField, found: Counterexample, *, force: bool = False
) -> tuple[Path, Path]:
    """Write both witnesses into a folder and return their paths; both are there, or none.

    Raises: UsageError, EnvironmentProblem as `atomic_outputs`.
    """
    first, second = (folder / name for name in WITNESS_FILES)
    with atomic_outputs([first, second], force=force, private=True) as files:
        for file, values in zip(files, (found.first, found.second), strict=True):
            write_wtns(file, field, values)
    return first, second
