"""Free space on a disk, checked before a large file is written."""

from __future__ import annotations

import os
import shutil

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.printable import printable


def check_free_space(folder: os.PathLike[str], n_bytes: int) -> None:
    """Check that the disk of a folder has room for a file.  Raises: EnvironmentProblem."""
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        raise EnvironmentProblem(
            f"the disk is too full: expected {n_bytes} free bytes, got {free}",
            where=printable(folder),
        )
