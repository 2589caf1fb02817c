"""The KEK of the settings: named, or made at the first start on loopback."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.data.kek import make_kek_file
from zkctl.service.proving.data.keys_at_rest import open_sealer, trees_folder
from zkctl.service.proving.settings import ServiceSettings


def test_a_kek_is_made_once_on_loopback(tmp_path: Path) -> None:
    settings = ServiceSettings(state_dir=tmp_path)
    first, second = (open_sealer(settings, b"p", {}) for _ in range(2))
    assert first.kek.kek_id == second.kek.kek_id
    assert (tmp_path / "kek").stat().st_mode & 0o777 == 0o600
    make_kek_file(tmp_path / "other")
    named = open_sealer(replace(settings, kek=f"file:{tmp_path}/other"), b"p", {})
    assert named.kek.kek_id != first.kek.kek_id


def test_elsewhere_the_setting_is_needed(tmp_path: Path) -> None:
    settings = ServiceSettings(state_dir=tmp_path, listen="0.0.0.0:8080")
    with pytest.raises(EnvironmentProblem, match="the setting ZKCTL_KEK is missing"):
        open_sealer(settings, b"p", {})
    assert not (tmp_path / "kek").exists()


def test_the_folder_of_trees(tmp_path: Path) -> None:
    assert trees_folder(ServiceSettings(state_dir=tmp_path)) == tmp_path / "trees"
    assert trees_folder(ServiceSettings(trees=tmp_path / "x")) == tmp_path / "x"
