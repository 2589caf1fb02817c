"""A disk of a few megabytes that a test fills and frees."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.driver import Fault
from tests.conftest import missing

_PIECES = (1 << 20, 1 << 12, 1)


@dataclass
class SmallDisk:
    """A file system in memory; `filler` is the file that takes what is left."""

    folder: Path

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Leave no byte."""
        with self.filler.open("ab", buffering=0) as file:
            for n_bytes in _PIECES:
                with suppress(OSError):
                    while file.write(bytes(n_bytes)) == n_bytes:
                        pass

    def free(self) -> None:
        """Give back what `fill` took."""
        self.filler.unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk of so many megabytes on a new folder among the temporary files, which everybody may write to."""
    if os.geteuid() != 0:
        missing("only root can mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="zkctl-disk-"))
    size = f"size={megabytes}m,mode=1777"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(folder)], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def full(disk: SmallDisk, seconds: float, afterwards: Callable[[], None]) -> Fault:
    """No room for some time, then what a person does."""

    def act(_chosen: random.Random) -> str:
        disk.fill()
        threading.Event().wait(seconds)
        disk.free()
        afterwards()
        return f"disk full for {seconds:g} s"

    return act
