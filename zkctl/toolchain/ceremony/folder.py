"""A ceremony's folder: its files, its lock, and the growth of its ledger.

ceremony.yaml, circuit.r1cs, phase1.ptau, 0000.zkey 0001.zkey .., transcript.jsonl; at the end final.zkey,
verification_key.json, viewer.html and manifest.json.  A key belongs to the ceremony when its line is in the ledger;
the ledger is replaced as a whole, so that a killed process leaves the old or the new one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from zkctl import __version__
from zkctl.ceremony.contribution import Phase2Contribution
from zkctl.ceremony.record.contributions import check_recorded
from zkctl.ceremony.record.ledger import INIT, NO_PREVIOUS, REJECTED, Entry, Ledger, check_ledger
from zkctl.ceremony.record.rules import Rules, time_text
from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError
from zkctl.formats.ceremony_files import entry_line, read_ledger, read_rules
from zkctl.runtime import clock
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.storage.lock import take_lock
from zkctl.storage.mapped import read_input, system_errors

RULES, LEDGER, CIRCUIT, PHASE1 = "ceremony.yaml", "transcript.jsonl", "circuit.r1cs", "phase1.ptau"
FINAL, VERIFICATION_KEY, MANIFEST = "final.zkey", "verification_key.json", "manifest.json"
VIEWER = "viewer.html"  # derived from the others; no digest of it is recorded
_LOCK = ".lock"


@record
class CeremonyFolder:
    """A ceremony read from its folder, rules and ledger checked."""

    path: Path
    rules: Rules
    ceremony_id: str
    ledger: Ledger

    def file(self, name: str) -> Path:
        """Return a file of the folder."""
        return self.path / name

    @property
    def newest_key(self) -> Path:
        """The newest key."""
        return self.path / self.ledger.newest.file

    @property
    def next_name(self) -> str:
        """The name of the key that comes next."""
        return key_name(self.ledger.newest.number + 1)


def key_name(number: int) -> str:
    """Return the name of the key after so many contributions, such as 0007.zkey."""
    return f"{number:04}.zkey"


def blake2b(path: Path) -> str:
    """Return the BLAKE2b-512 of a file."""
    with system_errors("read the file", path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "blake2b").hexdigest()


@cache
def tool() -> str:
    """Return our name, our version and the SHA-256 of our source."""
    digest = hashlib.sha256()
    with resources.as_file(resources.files("zkctl")) as package:
        for module in sorted(package.rglob("*.py")):
            digest.update(hashlib.sha256(module.read_bytes()).digest())
    return f"zkctl {__version__} sha256:{digest.hexdigest()}"


def open_ceremony(path: Path) -> CeremonyFolder:
    """Read and check rules and ledger; the keys are not read.

    Raises: FormatError, CheckFailed for a ledger that is not a chain of these rules.
    """
    if not path.is_dir():
        raise EnvironmentProblem("not the folder of a ceremony", where=printable(path))
    rules, ceremony_id = read_rules(path / RULES)
    ledger = read_ledger(path / LEDGER)
    check_ledger(ledger, printable(path / LEDGER))
    check_key_names(ledger, printable(path / LEDGER))
    if ledger.entries[0].ceremony_id != ceremony_id:
        raise CheckFailed(
            "the rules were changed: the ledger has the digest of other rules",
            where=printable(path / RULES),
        )
    return CeremonyFolder(path, rules, ceremony_id, ledger)


def check_key_names(ledger: Ledger, where: str) -> None:
    """Check that every key is named after its number (CheckFailed): a foreign name never becomes a path."""
    for entry in ledger.entries:
        if entry.kind != REJECTED and entry.file != key_name(entry.number):
            raise CheckFailed(
                f"the key of contribution {entry.number} is not named {key_name(entry.number)}",
                where=f"{where}, line {entry.index + 1}",
            )


@contextmanager
def locked(path: Path) -> Iterator[CeremonyFolder]:
    """Yield the ceremony with its folder locked for writing.

    Raises: EnvironmentProblem if another process does; and as `open_ceremony`.
    """
    open_ceremony(path)
    with _lock(path):
        yield open_ceremony(path)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    handle = take_lock(path / _LOCK, mode=0o644)
    if handle is None:
        raise EnvironmentProblem(
            "another process is writing to this ceremony",
            where=printable(path),
            hint="wait until it has finished, then try again",
        )
    try:
        yield
    finally:
        os.close(handle)


def verified_newest_key(ceremony: CeremonyFolder) -> Path:
    """Return the newest key after comparing its bytes with the digest in the ledger.

    Raises: IntegrityError if they are others.
    """
    digest, recorded = blake2b(ceremony.newest_key), ceremony.ledger.newest.key_digest
    if digest != recorded:
        raise IntegrityError(
            f"the newest key is not the recorded one: {digest[:16]}..., recorded {recorded[:16]}...",
            where=printable(ceremony.newest_key),
        )
    return ceremony.newest_key


def check_ledger_names(ledger: Ledger, contributions: Sequence[Phase2Contribution]) -> None:
    """Check that a key holds the ledger's contributions: hashes, kinds and names (CheckFailed)."""
    names = [printable(contribution.origin.name) for contribution in contributions]
    check_recorded(ledger.accepted, contributions, names)


def read_ledger_ending_in(key: Path, ledger: Path) -> Ledger:
    """Return a ledger whose newest key is the key file.

    Raises: IntegrityError if it is an older one or another; and as `open_ceremony`.
    """
    read = read_ledger(ledger, read_input)
    check_ledger(read, printable(ledger))
    digest, newest = blake2b(key), read.newest
    if digest == newest.key_digest:
        return read
    known = [entry.number for entry in read.entries if entry.key_digest == digest and entry.file]
    mine = f"your file is #{known[0]}" if known else "your file is not one of its keys"
    raise IntegrityError(
        f"the newest key of the ledger is #{newest.number}, {mine}",
        where=printable(key),
        hint="contribute to the newest key",
    )


def append(ceremony: CeremonyFolder, entry: Entry) -> CeremonyFolder:
    """Append a line; index, previous digest, ceremony id, time and tool are filled in here."""
    ledger = ceremony.ledger
    entry = replace(
        entry,
        index=len(ledger.entries),
        previous=ledger.last_digest,
        ceremony_id=ceremony.ceremony_id,
        time=time_text(clock.now()),
        tool=tool(),
    )
    ledger = Ledger((*ledger.entries, entry), (*ledger.lines, entry_line(entry)))
    with atomic_output(ceremony.file(LEDGER), force=True) as stream:
        stream.write(b"".join(line + b"\n" for line in ledger.lines))
    return replace(ceremony, ledger=ledger)


def blank_entry(kind: str) -> Entry:
    """Return a line still to be filled in by `append`."""
    return Entry(index=0, previous=NO_PREVIOUS, kind=kind, ceremony_id="", time="", tool="")


def first_line(ceremony_id: str, key: Path, circuit_hash: str) -> bytes:
    """Return the line that begins a ledger, with its end."""
    entry = replace(
        blank_entry(INIT),
        ceremony_id=ceremony_id,
        time=time_text(clock.now()),
        tool=tool(),
        file=key_name(0),
        key_digest=blake2b(key),
        contribution=circuit_hash,
    )
    return entry_line(entry) + b"\n"
