"""Real files of other tools below the data folder; inputs that were made to fail stand apart."""

from __future__ import annotations

from pathlib import Path

MADE_TO_FAIL = {"attacks", "bugs", "realfiles"}  # small inputs of single faults


def real_files(data: Path, pattern: str) -> list[Path]:
    """Return the files below `data` that match, without those made to fail."""
    return [
        path
        for path in sorted(data.rglob(pattern))
        if path.relative_to(data).parts[0] not in MADE_TO_FAIL
    ]
