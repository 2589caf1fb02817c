"""Make a folder of results atomically: complete under its name, or not at all.

The files are written to .<name>.partial-<random> beside it.  A killed process leaves at most that partial folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.printable import printable
from zkctl.storage.atomic import check_destination, synchronise_folder
from zkctl.storage.mapped import system_errors


@contextmanager
def atomic_folder(path: Path, *, public: bool = False) -> Iterator[Path]:
    """Yield a folder to fill that appears as `path` only if the block ends without an exception.

    It is private to its owner, or, if `public`, as readable as the process makes folders.

    Raises: as `check_new_folder`; EnvironmentProblem if the disk refuses.
    """
    import shutil  # with the modules of archives

    check_new_folder(path)
    temporary = path.parent / f".{path.name[:60]}.partial-{os.urandom(8).hex()}"
    with system_errors("write the folder", path):
        temporary.mkdir(mode=0o777 if public else 0o700)
        try:
            yield temporary
            os.sync()  # once, instead of once for each file
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    synchronise_folder(path.parent)


def check_new_folder(path: Path) -> None:
    """Check that a folder can be made; an early call saves long work.

    Raises: EnvironmentProblem if something has its name, or the folder above is missing; UsageError for a path without a name.
    """
    with system_errors("write the folder", path):
        if os.path.lexists(path):
            raise EnvironmentProblem(
                "the output exists: expected the name of a new folder",
                where=printable(path),
                hint="name another folder, or remove this one: a folder is never replaced",
            )
    check_destination(path)
