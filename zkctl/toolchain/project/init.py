"""Make a new project that runs: a circuit, inputs, a test, zkctl.yaml, a README and checks for every push."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_outputs
from zkctl.storage.mapped import system_errors

TEMPLATES = ("preimage", "membership")
_SHARED = {
    "gitignore": ".gitignore",
    "pytest.ini": "pytest.ini",
    "ci.yml": ".github/workflows/ci.yml",
}
_SUFFIX = ".txt"  # so that no tool takes a template for a module of ours


@record
class NewProject:
    """The folder of a new project and its files, relative to it."""

    folder: str
    template: str
    files: list[str]
    next: str


def init_project(folder: Path, *, template: str = TEMPLATES[0]) -> NewProject:
    """Write the files of a new project into a folder, which is made if there is none; nothing is overwritten.

    Raises: UsageError for an unknown template; EnvironmentProblem if the folder has a file of these names, or is none.
    """
    if template not in TEMPLATES:
        raise UsageError(
            f"the template is unknown: expected {' or '.join(TEMPLATES)}, got {printable(template, 40)!r}"
        )
    contents = template_files(template)
    _check_free(folder, list(contents))
    paths = [folder / name for name in contents]
    for place in sorted({path.parent for path in paths}):
        with system_errors("make the folder", place):
            place.mkdir(parents=True, exist_ok=True)
    try:
        with atomic_outputs(paths) as streams:
            for stream, content in zip(streams, contents.values(), strict=True):
                stream.write(content)
    except EnvironmentProblem:
        _check_free(folder, list(contents))  # another process was quicker: say what can be done
        raise
    return NewProject(printable(folder), template, list(contents), "README.md has the commands")


def template_files(template: str) -> dict[str, bytes]:
    """Return the files of a template by their names in the project, in the order of names."""
    found = {}
    source = resources.files("zkctl.toolchain.project") / "templates"
    with resources.as_file(source) as templates:
        for name, place in _SHARED.items():
            found[place] = (templates / "shared" / f"{name}{_SUFFIX}").read_bytes()
        for path in (templates / template).rglob(f"*{_SUFFIX}"):
            name = path.relative_to(templates / template).as_posix()
            found[name.removesuffix(_SUFFIX)] = path.read_bytes()
    return dict(sorted(found.items()))


def _check_free(folder: Path, names: list[str]) -> None:
    """Check that no file of the project exists already.  Raises: EnvironmentProblem."""
    if folder.exists() and not folder.is_dir():
        raise EnvironmentProblem("the project's folder is a file", where=printable(folder))
    taken = [name for name in names if (folder / name).exists() or (folder / name).is_symlink()]
    if taken:
        raise EnvironmentProblem(
            f"the folder has files of a project: expected none of these names, got {', '.join(taken)}",
            where=printable(folder),
            hint="name another folder: nothing is overwritten",
        )
