"""Uses are counted on this machine, up to the number from which compiling is worth it."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.field.kernels.uses import is_worth_compiling


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_uses_are_counted_for_each_purpose(folder: Path) -> None:
    assert [is_worth_compiling("verify", 3) for _ in range(6)] == [False] * 3 + [True] * 3
    assert [is_worth_compiling("prove", 1) for _ in range(2)] == [False, True]
    assert (folder / "verify.uses").read_bytes() == b"..."
    assert (folder / "verify.uses").stat().st_mode & 0o777 == 0o600


def test_without_a_folder_it_never_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(mode=0o700)
    folder.chmod(0o777)
    assert [is_worth_compiling("verify", 0) for _ in range(2)] == [False, False]
    assert list(folder.iterdir()) == []
    monkeypatch.delenv("ZKCTL_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError))
    assert not is_worth_compiling("verify", 0)


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_counter_that_is_no_file_of_ours(folder: Path, tmp_path: Path, kind: str) -> None:
    folder.mkdir(mode=0o700)
    if kind == "link":
        (tmp_path / "other").write_bytes(b"x" * 100)
        (folder / "verify.uses").symlink_to(tmp_path / "other")
    else:
        (folder / "verify.uses").mkdir()
    assert not is_worth_compiling("verify", 3)
