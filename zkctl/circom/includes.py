"""All files of a circuit: reading, includes, one name space, main."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.circom.custom_pragmas import custom_template_findings, pragma_findings
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Definition, Include, Main, ParsedFile, Program
from zkctl.circom.parser import parse
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place, SourceFile
from zkctl.circom.sugar import desugar
from zkctl.errors import EnvironmentProblem

COMPILER_VERSION = (2, 2, 3)  # of the circom whose files we write
MAX_BYTES = 256 << 20  # of one file


def load(path: Path, folders: Sequence[Path] = ()) -> Program:
    """Read a file and all that it includes; return the program without syntactic sugar.

    An included file is looked for beside the including file, then in each of `folders`, then in folders node_modules above it.
    Raises: CircomError with all errors of the stage that refuses the program; EnvironmentProblem if `path` cannot be read.
    """
    return desugar(read(path, folders))


def load_definitions(path: Path, folders: Sequence[Path] = ()) -> Program:
    """Return the program as `load` does, without its main component: it needs none and may have several.  Raises: as `load`."""
    files = _read(path, folders)
    return desugar(files.program(None))


def read(path: Path, folders: Sequence[Path] = ()) -> Program:
    """Read a file and all that it includes; return the joined program as it is written.

    Raises: as `load`.
    """
    files = _read(path, folders)
    return files.program(files.main())


def _read(path: Path, folders: Sequence[Path]) -> _Files:
    files = _Files(folders)
    try:
        files.read_all(path)
    except OSError as error:
        where = str(error.filename or path)
        raise EnvironmentProblem(f"cannot read: {error.strerror}", where=where) from None
    return files


class _Files:
    """The files that were read, each once, by their canonical paths."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.sources: list[SourceFile] = []
        self.parsed: list[ParsedFile] = []
        self.numbers: dict[Path, int] = {}  # of canonical paths
        self.included: list[list[Path]] = []  # canonical paths, by each file
        self.warnings: list[CircomFinding] = []

    def read_all(self, path: Path) -> None:
        """Read a file and all included ones, as circom does: the last include that was found comes first."""
        waiting = [path]
        while waiting:
            found = waiting.pop()
            canonical = found.resolve()
            if canonical not in self.numbers:
                self._read(found, canonical)
                waiting += self._includes(found.parent)
                number = len(self.parsed) - 1
                self._check_version(self.parsed[number].version, str(found), number)
                self._refuse(pragma_findings(self.parsed[number], number))

    def _read(self, path: Path, canonical: Path) -> None:
        """Read and parse one file."""
        number = len(self.sources)
        self.numbers[canonical] = number
        if canonical.exists() and not canonical.is_file():  # a pipe would never end
            raise EnvironmentProblem("cannot read: it is no regular file", where=str(path))
        if canonical.stat().st_size > MAX_BYTES:
            self._refuse([CircomFinding("P1006", f"{path} is larger than {MAX_BYTES} bytes")])
        try:
            text = canonical.read_bytes()
        except OSError as error:
            error.filename = str(path)
            raise
        source = SourceFile(str(path), canonical, text)
        self.sources.append(source)
        self._check_utf8(text, number)
        errors: list[CircomFinding] = []
        parsed = parse(source, number, errors)
        self.parsed.append(parsed)
        self._refuse(errors)

    def _check_utf8(self, text: bytes, number: int) -> None:
        try:
            text.decode()
        except UnicodeDecodeError as error:
            message = f"{self.sources[number].name} is not UTF-8: byte 0x{text[error.start]:02x}"
            place = Place(number, error.start, error.start + 1)
            self._refuse([CircomFinding("P1006", message, place, "save it as UTF-8")])

    def _check_version(self, version: tuple[int, int, int] | None, name: str, number: int) -> None:
        ours = ".".join(map(str, COMPILER_VERSION))
        place = Place(number, 0, 0)
        if version is None:
            message = f"{name} has no version pragma: it is read as version {ours}"
            hint = f"write `pragma circom {ours};` in its first line"
            self.warnings.append(CircomFinding("P1004", message, place, hint))
        elif version[0] != COMPILER_VERSION[0] or version > COMPILER_VERSION:
            asked = ".".join(map(str, version))
            message = f"pragma circom asks for version {asked}, expected {COMPILER_VERSION[0]}.0.0 to {ours}"
            self._refuse([CircomFinding("P1003", message, place)])

    def _includes(self, folder: Path) -> list[Path]:
        """Return the files that the file read last includes."""
        found = [self._find(include, folder) for include in self.parsed[-1].includes]
        self.included.append([each.resolve() for each in found])
        return found

    def _find(self, include: Include, folder: Path) -> Path:
        places = (folder, *self.folders, *_node_modules(folder))
        for each in places:
            path = each / include.path
            if _is_file(path):
                return path
        looked = ", ".join(dict.fromkeys(map(str, places)))
        message = f"included file {include.path} not found in {looked}"
        self._refuse([CircomFinding("P1014", message, include.place, self._hint(include.path))])
        raise AssertionError

    def _hint(self, path: str) -> str:
        """Return the next step where an included file is not found."""
        absent = [str(each) for each in self.folders if not each.is_dir()]
        if absent:
            return f"there is no folder {absent[0]}: name the one that holds the file with -l"
        if "node_modules/" in path:
            return "install the package with npm, or include it without node_modules/ and name the folder that holds it with -l"
        return "name the folder that holds it with -l; the file name needs its extension"

    def program(self, main: Main | None) -> Program:
        """Join the files into one program."""
        numbers = [[self.numbers[path] for path in paths] for paths in self.included]
        self._refuse(custom_template_findings(self.parsed, numbers))
        definitions = self._definitions()
        first = main.place.file if main else 0
        has_custom_templates = self.parsed[first].has_custom_templates
        return Program(
            tuple(self.sources), definitions, main, has_custom_templates, tuple(self.warnings)
        )

    def main(self) -> Main:
        """Return the only main component.  Raises: CircomError P1001, P1002."""
        mains = [each.main for each in self.parsed if each.main is not None]
        if not mains:
            hint = "write `component main = T();` at the end of the file"
            self._refuse(
                [CircomFinding("P1001", "no main component in the files", Place(0, 0, 0), hint)]
            )
        if len(mains) > 1:
            where = ", ".join(self._where(each.place) for each in mains)
            message = f"{len(mains)} main components, expected one: {where}"
            hint = "an included file must not have a main component"
            self._refuse([CircomFinding("P1002", message, mains[0].place, hint)])
        return mains[0]

    def _definitions(self) -> dict[str, Definition]:
        found: dict[str, Definition] = {}
        errors = []
        for parsed in self.parsed:
            for each in parsed.definitions:
                first = found.setdefault(each.name, each)
                if first is not each:
                    message = f"{each.name} is defined twice, first at {self._where(first.place)}"
                    errors.append(CircomFinding("T2008", message, each.place, "rename one of them"))
        self._refuse(errors)
        return found

    def _where(self, place: Place) -> str:
        source = self.sources[place.file]
        return f"{source.name}:{source.line(place.start)}:{source.column(place.start) + 1}"

    def _refuse(self, errors: list[CircomFinding]) -> None:
        if errors:
            raise CircomError(errors, self.sources)


def _node_modules(folder: Path) -> list[Path]:
    """Return the folders node_modules beside and above a folder, the nearest first."""
    canonical = folder.resolve()
    found = (each / "node_modules" for each in (canonical, *canonical.parents))
    return [each for each in found if each.is_dir()]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a zero byte
        return False
