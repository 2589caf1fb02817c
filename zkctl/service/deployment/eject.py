"""`zkctl deploy eject`: write the deployment artefacts into a folder, with names of one's own.

Below the folder every command of the guide works as printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.deployment.names import VARIABLES
from zkctl.service.deployment.wheel import NAME, wheel
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import system_errors

PACKAGE_DATA = Path(__file__).parents[2] / "deploy"
WHEELS = "docker/wheels"


@record
class EjectSummary:
    """The written folder and the number of files."""

    folder: str
    n_files: int
    values: dict[str, str]


def artefacts() -> dict[str, bytes]:
    """Return the artefacts of the package: contents by their names below the folder."""
    return {
        path.relative_to(PACKAGE_DATA).as_posix(): path.read_bytes()
        for path in sorted(PACKAGE_DATA.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def eject(output: Path, values: Mapping[str, str], *, force: bool = False) -> EjectSummary:
    """Write all artefacts, and a wheel of this zkctl for the images.

    `values` replace the defaults of VARIABLES.  Raises: UsageError for a value that is not allowed;
    EnvironmentProblem if the folder exists and is not empty, unless `force` is set.
    """
    for name, value in values.items():
        check_value(name, value)
    if output.exists() and (not output.is_dir() or any(output.iterdir())) and not force:
        raise EnvironmentProblem(
            "the folder exists and is not empty",
            where=printable(output),
            hint="choose another folder, or add --force to overwrite the artefacts in it",
        )
    files = {name: _replaced(content, values) for name, content in artefacts().items()}
    packed = wheel()
    files[f"{WHEELS}/{NAME}"] = packed
    digest = hashlib.sha256(packed).hexdigest()
    files[f"{WHEELS}/zkctl.txt"] = f"./{NAME} --hash=sha256:{digest}\n".encode()
    for name, content in files.items():
        _write(output / name, content)
    used = {name: values.get(name, each.default) for name, each in VARIABLES.items()}
    return EjectSummary(str(output), len(files), used)


def check_value(name: str, value: str) -> None:
    """Raise UsageError for a name that is not in VARIABLES, or a value that is not of its form."""
    if name not in VARIABLES:
        raise UsageError(
            f"the artefacts have no value named {printable(name, 40)!r}",
            hint=f"the names are {', '.join(VARIABLES)}",
        )
    if not VARIABLES[name].form.fullmatch(value):
        raise UsageError(
            f"the value of {name} is malformed: got {printable(value, 80)!r},"
            f" expected the form of {VARIABLES[name].default!r}"
        )


def _replaced(content: bytes, values: Mapping[str, str]) -> bytes:
    for name, value in values.items():
        content = content.replace(VARIABLES[name].default.encode(), value.encode())
    return content


def _write(path: Path, content: bytes) -> None:
    """Write a file; scripts are executable."""
    with system_errors("make the folder", path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_output(path, force=True) as file:
        file.write(content)
    with system_errors("set the mode", path):
        path.chmod(0o755 if content.startswith(b"#!") else 0o644)
