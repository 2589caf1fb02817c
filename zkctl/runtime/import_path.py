"""The folders that modules are imported from."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent  # the folder `zkctl` itself


def forget_working_folder() -> None:
    """Remove the working folder and relative folders from the import path.

    `python -m` and an empty part of PYTHONPATH put them there.  The working folder stays if zkctl or
    the Python installation is imported from it, by its absolute path.
    """
    try:
        here = Path.cwd().resolve()
    except OSError:  # the folder was removed
        sys.path[:] = [entry for entry in sys.path if Path(entry).is_absolute()]
        return
    ours = {Path(folder).resolve() for folder in _installation()}
    kept = []
    for entry in sys.path:
        place = Path(entry).resolve()
        if Path(entry).is_absolute() and place != here:
            kept.append(entry)
        elif place in ours:
            kept.append(str(place))
    sys.path[:] = kept


def _installation() -> list[str | Path]:
    library = Path(os.__file__).parent
    return [PACKAGE.parent, library, library / "lib-dynload", *site.getsitepackages()]
