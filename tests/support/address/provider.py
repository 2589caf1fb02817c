"""A provider's folder with a few homes, made through the actions of the toolchain."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from zkctl.address.hashes import holder_key
from zkctl.ceremony.record.signing import public_key_of
from zkctl.storage.private import read_secret
from zkctl.toolchain.address.epochs import new_registry, publish_epoch
from zkctl.toolchain.address.registrations import AddSummary, add_leaves
from zkctl.toolchain.address.registry_folder import ADDRESSES, LOCKERS, RegistrySettings
from zkctl.toolchain.address.snapshot import write_snapshot
from zkctl.toolchain.ceremony.receipts import generate_signing_key

OWNER = "tokyo.example"
SECRET = 77  # of the first home's holder
HOMES = (
    ["JP-13-113-01-T07-B12-BN02-R342", str(holder_key(SECRET)), "渋谷区", "x" * 40],
    ["JP-13-101-02", "1234567", "千代田区", ""],
    ["JP-27-101-03-C02", "7654321", "大阪市", ""],
)
HEADER = ["pid", "holder_key", "city", "street"]


def write_rows(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


class Provider:
    """A registry in a folder, with the key that signs its records."""

    def __init__(self, folder: Path, *, lockers: bool = False, depth: int = 4) -> None:
        self.folder, self.registry, self.key = folder, folder / "registry", folder / "provider.key"
        generate_signing_key(self.key)
        self.public_key = public_key_of(read_secret(self.key, 1 << 16), "")
        kind = LOCKERS if lockers else ADDRESSES
        new_registry(self.registry, RegistrySettings(kind, OWNER, depth, 4))
        self._n_files = 0

    def add(
        self, rows: Sequence[Sequence[str]] = HOMES, header: Sequence[str] = HEADER
    ) -> tuple[AddSummary, list[Path]]:
        """Add rows; return the summary and the credentials, a file each."""
        self._n_files += 1
        name = f"rows{self._n_files}"
        source = write_rows(self.folder / f"{name}.csv", rows, header)
        credentials = self.folder / f"{name}.jsonl"
        summary = add_leaves(self.registry, source, credentials)
        return summary, split(credentials)

    def epoch(self, name: str) -> Path:
        """Publish an epoch and return its snapshot."""
        publish_epoch(self.registry, self.key)
        write_snapshot(self.registry, self.folder / name)
        return self.folder / name


def split(credentials: Path) -> list[Path]:
    """Write each line to a file of its own."""
    made = []
    for k, line in enumerate(credentials.read_bytes().splitlines()):
        made.append(credentials.with_suffix(f".{k}.json"))
        made[-1].write_bytes(line)
    return made
