"""`zkctl export-json`: the numbers of a circuit, witness, key or phase 1 as JSON, in the layout of snarkjs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from zkctl.errors import FormatError
from zkctl.formats.binary.sections import ContainerKind, warnings_for_sections
from zkctl.formats.identify import FileKind, magic_of, name_of_content
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import map_file


@record
class JsonSummary:
    """The exported file; never a value."""

    json: str
    kind: str
    field: str
    warnings: list[str]


class _Document(NamedTuple):
    """A file that was read: its scalar field, and the text of its JSON in pieces."""

    field: str
    pieces: Iterator[str]
    container: ContainerKind


def export_json(
    source: Path, *, output: Path, force: bool = False, progress: Progress = silent
) -> JsonSummary:
    """Write what a .r1cs, .wtns, .zkey (Groth16) or .ptau holds as JSON; only its owner may read that of a witness; `output` may be STDOUT.

    The points of a key are not checked to be on their curve.
    Raises: FormatError, EncodingError for what the file breaks, or a file of another kind; EnvironmentProblem for a key of
    another proof system, an existing output, or an unreadable file.
    """
    check_destination(output, force=force, inputs=[source], stdout=True)
    kind = _kind_of(source)
    progress(f"reading {printable(source)}", None)
    document = _READERS[kind](source)
    warnings = warnings_for_sections(source, document.container)
    progress("writing JSON", None)
    private = kind is FileKind.WTNS
    to_output = atomic_output(output, force=force, inputs=[source], private=private, stdout=True)
    with to_output as stream:
        for piece in document.pieces:
            stream.write(piece.encode())
    return JsonSummary(printable(output), str(kind), document.field, warnings)


def _kind_of(path: Path) -> FileKind:
    source = map_file(path)
    magic = magic_of(source.data)
    if magic not in _READERS:
        raise FormatError(
            f"expected an r1cs, wtns, zkey or ptau file, found {name_of_content(source.data)}",
            where=source.where,
        )
    return FileKind(magic)


def _r1cs(path: Path) -> _Document:
    from zkctl.formats.binary.custom_gates import read_custom_gates
    from zkctl.formats.binary.r1cs import R1CS_KIND, read_r1cs
    from zkctl.formats.json.r1cs import r1cs_pieces

    r1cs = read_r1cs(path)
    return _Document(r1cs.field.name, r1cs_pieces(r1cs, read_custom_gates(path)), R1CS_KIND)


def _wtns(path: Path) -> _Document:
    from zkctl.formats.binary.wtns import WTNS_KIND, read_wtns
    from zkctl.formats.json.wtns import wtns_pieces

    witness = read_wtns(path)
    return _Document(witness.field.name, wtns_pieces(witness), WTNS_KIND)


def _zkey(path: Path) -> _Document:
    from zkctl.formats.binary.zkey_groth16 import GROTH16_KIND, read_zkey
    from zkctl.formats.json.zkey_groth16 import zkey_pieces

    key = read_zkey(path).key
    return _Document(key.curve.scalar_field.name, zkey_pieces(key), GROTH16_KIND)


def _ptau(path: Path) -> _Document:
    from zkctl.formats.binary.ptau.file import PTAU_KIND, read_ptau
    from zkctl.formats.json.ptau import ptau_pieces

    ptau = read_ptau(path)
    return _Document(ptau.powers.curve.scalar_field.name, ptau_pieces(ptau), PTAU_KIND)


_READERS: dict[str, Callable[[Path], _Document]] = {
    FileKind.R1CS: _r1cs,
    FileKind.WTNS: _wtns,
    FileKind.ZKEY: _zkey,
    FileKind.PTAU: _ptau,
}
