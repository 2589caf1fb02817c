"""Free space: a folder on a full disk is refused before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.storage.space import check_free_space


@pytest.mark.parametrize("n_bytes", [0, 999, 1000])
def test_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_bytes: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 0, 1000))
    check_free_space(tmp_path, n_bytes)


def test_too_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 0, 1000))
    with pytest.raises(EnvironmentProblem, match="expected 1001 free bytes, got 1000") as caught:
        check_free_space(tmp_path, 1001)
    assert caught.value.where == str(tmp_path)
