"""Envelopes: what opens them, and what does not."""

from dataclasses import replace
from pathlib import Path

import pytest

from zkctl.errors import IntegrityError
from zkctl.service.proving.data.envelope import open_envelope, seal
from zkctl.service.proving.data.kek import FileKek, make_kek_file


def kek_in(folder: Path, name: str) -> FileKek:
    make_kek_file(folder / name)
    return FileKek(folder / name)


def test_content_is_read_back_in_its_context_only(tmp_path: Path) -> None:
    kek = kek_in(tmp_path, "kek")
    made = seal(kek, b"JP-13-113-01", b"row 1")
    assert b"JP-13" not in made.sealed + made.dek
    assert open_envelope(kek, made, b"row 1") == b"JP-13-113-01"
    assert seal(kek, b"JP-13-113-01", b"row 1").sealed != made.sealed
    with pytest.raises(IntegrityError):
        open_envelope(kek, made, b"row 2")


def test_changed_bytes_and_other_keys_are_refused(tmp_path: Path) -> None:
    kek, other = kek_in(tmp_path, "kek"), kek_in(tmp_path, "other")
    made = seal(kek, b"content", b"")
    changed = bytes([made.sealed[-1] ^ 1])
    with pytest.raises(IntegrityError, match="the sealed content was changed"):
        open_envelope(kek, replace(made, sealed=made.sealed[:-1] + changed), b"")
    with pytest.raises(IntegrityError, match="sealed with another key"):
        open_envelope(other, made, b"")
    with pytest.raises(IntegrityError):
        open_envelope(kek, replace(made, sealed=b""), b"")
    second = seal(kek, b"content", b"")
    with pytest.raises(IntegrityError):
        open_envelope(kek, replace(made, dek=second.dek), b"")
