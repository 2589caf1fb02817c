from __future__ import annotations

import stat
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.storage.atomic_folder import atomic_folder, check_new_folder


def test_complete_and_private(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "new") as folder:
        (folder / "1").write_text("one")
        assert not (tmp_path / "new").exists()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (tmp_path / "new" / "1").read_text() == "one"
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]


def test_a_public_folder_is_as_readable_as_others(tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    with atomic_folder(tmp_path / "new", public=True) as folder:
        (folder / "1").write_text("one")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_nothing_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "new") as folder:
        (folder / "1").write_text("one")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: path.symlink_to("nowhere")])
def test_nothing_is_replaced(tmp_path: Path, make: object) -> None:
    make(tmp_path / "old")  # type: ignore[operator]
    with pytest.raises(EnvironmentProblem) as caught:
        check_new_folder(tmp_path / "old")
    assert caught.value.message == "the output exists: expected the name of a new folder"
    assert caught.value.hint == (
        "name another folder, or remove this one: a folder is never replaced"
    )


def test_a_folder_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    with (
        pytest.raises(EnvironmentProblem, match="cannot write the folder"),
        atomic_folder(tmp_path / "new") as folder,
    ):
        (folder / "1").touch()
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "other").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "other"]


def test_places(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="the output's folder does not exist"):
        check_new_folder(tmp_path / "a" / "b")
    with pytest.raises(UsageError, match="the output path names no file"):
        check_new_folder(tmp_path / "missing" / "..")
