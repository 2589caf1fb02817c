"""A snapshot in one file: NAME-EPOCH.tree, an uncompressed tar archive of the snapshot's folder.

Equal parts give equal bytes.  `tar x` makes the folder; all that reads a snapshot reads the file, too.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import MappedFile, map_file, system_errors

_END = bytes(2 * tarfile.BLOCKSIZE)


def tree_blocks(parts: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield the bytes of a tree file, part by part."""
    for name, content in parts:
        entry = tarfile.TarInfo(name)  # owner 0, time 0
        entry.size = len(content)
        yield entry.tobuf(tarfile.USTAR_FORMAT)
        yield content + bytes(-len(content) % tarfile.BLOCKSIZE)
    yield _END


def snapshot_part(snapshot: Path, name: str) -> MappedFile:
    """Return a part of a snapshot, mapped: a file of its folder, or an entry of its tree file.

    Raises: EnvironmentProblem for a missing part; FormatError for a file that is no tree file.
    """
    if not snapshot.is_file():
        return map_file(snapshot / name)
    whole = map_file(snapshot)
    for entry in _entries(snapshot):
        if entry.name == name and entry.isreg():
            part = whole.data[entry.offset_data : entry.offset_data + entry.size]
            if len(part) < entry.size:
                raise FormatError("the tree file is cut off", where=whole.where)
            return MappedFile(snapshot / name, part, len(part), whole.modified_ns)
    raise EnvironmentProblem(f"the snapshot has no part {name}", where=whole.where)


def _entries(snapshot: Path) -> list[tarfile.TarInfo]:
    with system_errors("read the file", snapshot), snapshot.open("rb") as file:
        try:
            with tarfile.open(fileobj=io.BufferedReader(file), mode="r:") as archive:
                return archive.getmembers()
        except tarfile.TarError:
            raise FormatError(
                "the file is not a snapshot: expected a folder or a tree file",
                where=printable(snapshot),
            ) from None
