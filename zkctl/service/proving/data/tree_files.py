"""The tree files that the API publishes, each checked once against the digest of its epoch."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from zkctl.address.holder_inputs import RegistryView
from zkctl.address.records import parse_unsigned_record
from zkctl.runtime.records import record
from zkctl.service.proving.data.epoch_build import tree_path
from zkctl.service.proving.data.root_lookup import RootState
from zkctl.service.proving.problems import Problem
from zkctl.storage.mapped import map_file
from zkctl.toolchain.address.registry_folder import parse_records
from zkctl.toolchain.address.snapshot import BUCKET_HEIGHT, OpenSnapshot, view_of
from zkctl.toolchain.address.tree_file import snapshot_part, tree_blocks

MIN_BUCKET = 1024  # leaves: a bucket of fewer says much about the holder who asks


@record
class TreeFile:
    """A tree file whose bytes are those of its epoch."""

    path: Path
    state: RootState

    def bucket_size(self) -> int:
        """Return the number of places of a bucket, smaller only in a small tree."""
        raw = bytes(snapshot_part(self.path, "records.jsonl").data)
        newest = parse_records(raw, "records.jsonl")[-1]
        depth = parse_unsigned_record(newest.signed, where="records.jsonl").numbers["depth"]
        return 1 << min(BUCKET_HEIGHT, depth)

    def view(self, place: int) -> RegistryView:
        """Return the registry as seen from one place.  Raises: CheckFailed if the bytes are not of the record."""
        raw = bytes(snapshot_part(self.path, "records.jsonl").data)
        records = parse_records(raw, "records.jsonl")
        newest = parse_unsigned_record(records[-1].signed, where="records.jsonl")  # by its digest
        return view_of(OpenSnapshot(self.path, [newest], records[-1]), place)[0]

    def bucket(self, number: int) -> bytes:
        """Return a tree file with one bucket, and with its neighbours if it has fewer than 1,024 leaves.

        Raises: Problem not-found.
        """
        size = self.bucket_size()
        count = max(1, -(-self.state.n_leaves // size))
        if not 0 <= number < count:
            raise Problem("not-found")
        first, after = number, number + 1
        while min(after * size, self.state.n_leaves) - first * size < MIN_BUCKET:
            if first == 0 and after == count:
                break
            first, after = max(0, first - 1), min(count, after + (first == 0))
        names = ["records.jsonl", "buckets.bin", "revocations.bin"]
        if self.state.n_leaves:
            names += [f"leaves-{k:05}.bin" for k in range(first, after)]
        parts = ((name, bytes(snapshot_part(self.path, name).data)) for name in names)
        return b"".join(tree_blocks(parts))


class TreeFiles:
    """The files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checked: dict[tuple[Path, int], str] = {}  # path and time of change -> SHA-256

    async def open(self, state: RootState) -> TreeFile:
        """Return the file of an epoch.  Raises: Problem not-ready if it is not here, or has another digest."""
        return await asyncio.to_thread(self._open, state)

    def _open(self, state: RootState) -> TreeFile:
        path = tree_path(self._folder, state.registry, state.epoch)
        if not path.is_file():
            raise Problem("not-ready", "the tree file of the epoch is not on this machine")
        file = map_file(path)
        found = (path, file.modified_ns)
        if found not in self._checked:
            self._checked[found] = hashlib.sha256(file.data).hexdigest()
        if self._checked[found] != state.tree_digest:
            raise Problem("not-ready", "the tree file of the epoch was changed")
        return TreeFile(path, state)
