"""The limits of a process that holds witnesses, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource
from zkctl.service.proving.process_limits import limit_memory, protect_memory
protect_memory()
limit_memory({mebibytes})
print(resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_DATA)[0] >> 20)
bytearray(400 << 20)
print("allocated")
"""


@pytest.mark.parametrize(("mebibytes", "is_allocated"), [(0, True), (300, False)])
def test_limits(mebibytes: int, is_allocated: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(mebibytes=mebibytes)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("(0, 0)")
    assert ("allocated" in done.stdout) == is_allocated
    assert is_allocated or "MemoryError" in done.stderr
