"""The number of times that this machine did without compiled kernels, from which on compiling them is worth it.

The first proof that a machine verifies takes longer with kernels that must be compiled than without any; in a container that is
all it ever does.  A machine that goes on verifying compiles them in the end.
"""

from __future__ import annotations

import os
from contextlib import suppress

from zkctl.errors import ZkctlError
from zkctl.field.kernels.cache import cache_folder
from zkctl.storage.private import open_private, private_folder

VERIFICATIONS_BEFORE_COMPILING = 8
PROOFS_BEFORE_COMPILING = 1  # their check needs the pairing only
PROCESSES_BEFORE_COMPILING = 2  # with little work for a program (on_demand.py)


def is_worth_compiling(purpose: str, after: int) -> bool:
    """Count one use for a purpose, kept in the cache folder; return whether there were `after` uses before.

    Without a folder that can be written it never is.
    """
    folder = cache_folder()
    if folder is None:
        return False
    with (
        suppress(OSError, ZkctlError),
        private_folder(folder, by_root=True) as handle,
    ):
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        descriptor = open_private(handle, f"{purpose}.uses", flags, folder, by_root=True)
        with os.fdopen(descriptor, "ab") as file:
            n_before = os.fstat(descriptor).st_size
            if n_before < after:
                file.write(b".")
        return n_before >= after
    return False
