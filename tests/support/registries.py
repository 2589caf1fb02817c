"""Registries in the service's database: leaves, revocations and epochs for tests."""

from __future__ import annotations

import json
from pathlib import Path

from zkctl.address.hashes import holder_key
from zkctl.address.pid import parse_pid
from zkctl.address.texts import FIELDS
from zkctl.ceremony.record.signing import new_key, public_key_of
from zkctl.service.proving.data.epoch_build import EpochSummary, RegistryTrees, build_epoch
from zkctl.service.proving.data.kek import FileKek, make_kek_file
from zkctl.service.proving.data.sealed_address import NewAddress, Sealer, rows_of
from zkctl.service.proving.store.database import Database

TENANT, REGISTRY = "acme", "tokyo"


class TestRegistry:
    """A registry of depth 4 with its keys; `leaves` are those added, in order."""

    __test__ = False

    def __init__(
        self, database: Database, folder: Path, *, depth: int = 4, name: str = REGISTRY
    ) -> None:
        self.database, self.folder, self.name = database, folder, name
        if not (folder / "kek").exists():
            make_kek_file(folder / "kek")
        self.sealer = Sealer(b"p" * 32, FileKek(folder / "kek"))
        self.signing_key = new_key()
        self.public_key = public_key_of(self.signing_key, "")
        self.trees = RegistryTrees(name, folder / "trees", depth, 4)
        self.leaves: list[int] = []

    async def add(self, count: int, *, first: int = 100, custody: str = "server") -> list[int]:
        """Add addresses JP-13-FIRST and so on; the holder's secret of number n is n."""
        new = []
        for number in range(first, first + count):
            secret = number if custody == "server" else None
            texts = ("JP", *[""] * (len(FIELDS) - 1))
            values = (0x4A50, *[0] * (len(FIELDS) - 1))
            pid = parse_pid(f"JP-13-{number}")
            new.append(NewAddress(pid, texts, values, holder_key(number), holder_secret=secret))
        index = len(self.leaves)
        rows = rows_of(new, self.sealer, tenant=TENANT, registry=self.name, first_index=index)
        await self.database.run(
            "addresses.insert_rows", tenant=TENANT, registry=self.name, rows=json.dumps(rows)
        )
        made = [int(row["leaf"], 16) for row in rows]
        self.leaves += made
        return made

    async def epoch(self) -> EpochSummary:
        """Publish an epoch."""
        return await build_epoch(self.database, self.trees, self.signing_key, valid_for_s=600)
