"""The public part of a ceremony: its state, and the files of its folder by name.

A name that comes over the network is looked up in a table, never joined to a path.
"""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.record.ledger import REJECTED
from zkctl.ceremony.record.rules import check_open
from zkctl.errors import IntegrityError
from zkctl.runtime import clock
from zkctl.runtime.records import record
from zkctl.toolchain.ceremony.admission import PARTICIPANTS
from zkctl.toolchain.ceremony.folder import (
    CIRCUIT,
    FINAL,
    LEDGER,
    MANIFEST,
    PHASE1,
    RULES,
    VERIFICATION_KEY,
    VIEWER,
    CeremonyFolder,
    open_ceremony,
)
from zkctl.toolchain.ceremony.folder_steps import check_unfinished

_ALWAYS = (RULES, LEDGER, CIRCUIT, PHASE1)
_AT_THE_END = (FINAL, VERIFICATION_KEY, MANIFEST, VIEWER)

_Mark = tuple[int, int, int] | None


@record
class PublicFile:
    """A file to serve, and its BLAKE2b-512 if the ledger or the rules state it."""

    path: Path
    digest: str = ""


class Published:
    """The ceremony as its folder is now; the ledger is read again when it was replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[_Mark, CeremonyFolder] | None = None

    def ceremony(self) -> CeremonyFolder:
        """Return Rules and ledger, checked.  Raises: as `open_ceremony`."""
        mark = _mark(self.folder / LEDGER)
        read = self._read
        if read is None or read[0] != mark:
            read = self._read = (mark, open_ceremony(self.folder))
        return read[1]

    def closing_reason(self) -> str:
        """Return the reason why the ceremony is closed; empty while it is open."""
        ceremony = self.ceremony()
        try:
            check_unfinished(ceremony)
            check_open(ceremony.rules, clock.now())
        except IntegrityError as problem:
            return problem.message
        return ""

    def files(self) -> dict[str, PublicFile]:
        """Return the public files.  A key without a line in the ledger is not public."""
        ceremony = self.ceremony()
        rules = ceremony.rules
        known = {CIRCUIT: rules.circuit_blake2b, PHASE1: rules.phase1_blake2b}
        if rules.admission_blake2b:
            known[PARTICIPANTS] = rules.admission_blake2b
        known |= {e.file: e.key_digest for e in ceremony.ledger.entries if e.kind != REJECTED}
        names = [*_ALWAYS, *_AT_THE_END, *known]
        found = {name: PublicFile(self.folder / name, known.get(name, "")) for name in names}
        return {name: file for name, file in found.items() if _is_plain_file(file.path)}


def _is_plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _mark(path: Path) -> _Mark:
    """Return a mark that changes when the file is replaced; empty for a missing file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
