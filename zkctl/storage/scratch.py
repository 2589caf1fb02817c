"""Arrays longer than the working memory, in files without a name beside the output.

Their pages belong to the file, so the system may write them back and evict them at any time.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

from zkctl.runtime.memory import large_rows_in
from zkctl.storage.mapped import system_errors


@contextmanager
def scratch_beside(output: Path) -> Iterator[None]:
    """Let the block keep large arrays in the folder of `output`.

    Raises: EnvironmentProblem if the folder has no room for one.
    """
    with large_rows_in(partial(_mapped_rows, output)):
        yield


def _mapped_rows(output: Path, n: int, n_words: int) -> NDArray[np.uint64]:
    """Return zeroed rows in a file that vanishes with the last reference to them.  Shapes: -> (n, n_words)."""
    n_bytes = 8 * n * n_words
    with (
        system_errors(f"reserve {n_bytes} bytes for intermediate results", output.parent),
        TemporaryFile(dir=output.parent) as file,
    ):
        _reserve(file.fileno(), n_bytes)
        mapped = mmap.mmap(file.fileno(), n_bytes)
    return np.frombuffer(mapped, np.uint64).reshape(n, n_words)


def _reserve(handle: int, n_bytes: int) -> None:
    """Extend the file to this length; where the system can, with its blocks, since a full disk kills the process that maps it."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, n_bytes)
    else:
        os.truncate(handle, n_bytes)
