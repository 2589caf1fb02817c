"""A limit on the size of files, as a full disk has it, for this process and those it starts.

Python writes compiled modules without looking whether all bytes were written, and every later process would fail on such a file:
under the limit no module is written.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def limit_files(n_bytes: int) -> None:
    """Set the limit in a process that ends soon: before another program is executed, or by file_limit."""
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))


@contextmanager
def file_limit() -> Iterator[None]:
    """Undo at the end what limit_files sets."""
    limits, own = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    before = os.environ.get("PYTHONDONTWRITEBYTECODE")
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        sys.dont_write_bytecode = own
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        if before is not None:
            os.environ["PYTHONDONTWRITEBYTECODE"] = before
