"""A write that needs room on the disk: whether a database that refused to write takes writes again.

A change of no rows, or one that fits into a page with free space, succeeds on a full disk too.
"""

from __future__ import annotations

import os

from zkctl.service.proving.store.database import DatabaseSession, StoreUnavailable

_BYTES = 64 << 10


async def accepts_writes(database: DatabaseSession) -> bool:
    """Write a row of 64 KiB and delete it; the reaper would delete one that is left, a challenge long expired."""
    nonce, filler = os.urandom(32), os.urandom(_BYTES // 2).hex()  # random: it is not compressed
    try:
        await database.run("challenges.probe", nonce=nonce, filler=filler)
        await database.run("challenges.remove_probe", nonce=nonce)
    except StoreUnavailable:
        return False
    return True
