"""The import path of the main command, without the working folder.

Uses only modules that the interpreter itself has loaded: nothing may be imported before the path is clean.
`from __future__` imports a module as well, so it stands neither here nor in the modules loaded before.
"""

import os
import site
import sys

PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120  (see above)


def forget_working_folder() -> None:
    """Remove the working folder and relative folders from the import path.

    `python -m` and an empty part of PYTHONPATH put them there.  The working folder stays, by its absolute path, if zkctl
    or the Python installation is imported from it.
    """
    try:
        here = os.path.realpath(os.getcwd())  # noqa: PTH109
    except OSError:  # the folder was removed
        sys.path[:] = [entry for entry in sys.path if os.path.isabs(entry)]  # noqa: PTH117
        return
    library = os.path.dirname(os.path.realpath(os.__file__))  # noqa: PTH120
    ours = {os.path.dirname(PACKAGE), library, os.path.join(library, "lib-dynload")}  # noqa: PTH118,PTH120
    ours |= {os.path.realpath(folder) for folder in site.getsitepackages()}
    kept = []
    for entry in sys.path:
        place = os.path.realpath(entry)
        if os.path.isabs(entry) and place != here:  # noqa: PTH117
            kept.append(entry)
        elif place in ours:
            kept.append(place)
    sys.path[:] = kept
