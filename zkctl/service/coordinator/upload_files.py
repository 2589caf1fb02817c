"""Keys that arrive in pieces: on the disk before they count, and only ever in order."""

from __future__ import annotations

import os
from pathlib import Path

from zkctl.formats.ceremony_files import Receipt, receipt_text
from zkctl.service.coordinator.store import Participant
from zkctl.storage.atomic import synchronise_folder
from zkctl.storage.mapped import system_errors
from zkctl.storage.private import (
    make_private_folder,
    open_private_file,
    private_folder,
    remove_private,
    replace_private,
    size_of_private,
)


class UploadFiles:
    """The folder of unfinished and unverified keys; names are our own numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_private_folder(folder)

    def key(self, participant: Participant) -> Path:
        """Return the path of a participant's arriving key."""
        return self.folder / f"{participant.id}.zkey"

    def receipt(self, participant: Participant) -> Path:
        """Return the path of its receipt."""
        return self.folder / f"{participant.id}.receipt.json"

    def write(self, participant: Participant, offset: int, data: bytes) -> None:
        """Put bytes at an offset and bring them to the disk; later bytes are cut off."""
        path = self.key(participant)
        handle = open_private_file(path, os.O_RDWR | os.O_CREAT)
        with system_errors("write the file", path), os.fdopen(handle, "r+b") as stream:
            stream.seek(offset)
            stream.write(data)
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())
            if offset == 0:  # the file may be new: its name has to stay as well
                synchronise_folder(self.folder)

    def n_stored(self, participant: Participant) -> int:
        """Return the number of bytes of a participant's key on the disk."""
        return size_of_private(self.key(participant)) or 0

    def write_receipt(self, participant: Participant, receipt: Receipt) -> None:
        """Keep the receipt beside the key, for `accept`.

        Replaced as a whole: an `accept` that outlived an earlier server may be about to read it.
        """
        replace_private(self.receipt(participant), receipt_text(receipt).encode())

    def discard(self, participant: Participant) -> None:
        """Remove the files of a participant."""
        remove_private(self.key(participant), self.receipt(participant))

    def keep_only(self, participants: list[Participant]) -> None:
        """Remove all other files: the rest of a run that was killed."""
        kept = {path.name for p in participants for path in (self.key(p), self.receipt(p))}
        with private_folder(self.folder, create=False) as folder:
            names = set(os.listdir(folder)) - kept  # noqa: PTH208  (a descriptor)
        remove_private(*(self.folder / name for name in names))
