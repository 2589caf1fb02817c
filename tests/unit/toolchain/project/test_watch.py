"""Changes of files are noticed by their times, also of those that appear, and without a clock in the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from zkctl.toolchain.project import watch
from zkctl.toolchain.project.watch import changes, files_of_project, files_of_source


class Author:
    """Does one step of its plan in each pause of the watcher."""

    def __init__(self, *plan: Callable[[], object]) -> None:
        self.plan = list(plan)

    def sleep(self, seconds: float) -> None:
        assert seconds == watch.SECONDS
        self.plan.pop(0)()


@pytest.fixture
def write() -> Callable[[Path], Callable[[], None]]:
    """write(path)() changes the file, with a time that no other change has."""
    times = count(10**9)

    def later(path: Path) -> Callable[[], None]:
        def act() -> None:
            now = next(times)
            path.write_text("x")
            os.utime(path, (now, now))

        return act

    return later


def nothing() -> None:
    pass


Write = Callable[[Path], Callable[[], None]]


def test_changed_new_and_removed_files(tmp_path: Path, write: Write) -> None:
    a, b, c = (tmp_path / f"{name}.py" for name in "abc")
    write(a)()
    write(c)()
    plan = [nothing, nothing, write(a), nothing, write(b), nothing, c.unlink, nothing]
    author = Author(*plan)
    found = changes(lambda: tmp_path.glob("*.py"), sleep=author.sleep)
    assert [next(found) for _ in range(3)] == [[a], [b], [c]]
    assert author.plan == []


def test_a_change_is_reported_when_it_is_complete(tmp_path: Path, write: Write) -> None:
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    author = Author(write(a), write(b), write(a), nothing)
    found = changes(lambda: tmp_path.glob("*.py"), sleep=author.sleep)
    assert next(found) == [a, b]


def test_changes_during_the_work_are_in_the_next_answer(tmp_path: Path, write: Write) -> None:
    a, b = tmp_path / "a.py", tmp_path / "b.py"
    write(a)()
    found = changes(lambda: [a, b], sleep=lambda _: None)
    write(a)()  # before the first question
    assert next(found) == [a]
    write(b)()
    assert next(found) == [b]


def test_the_files_of_a_project(folder: Path) -> None:
    (folder / "circuits/.hidden").mkdir()
    (folder / "circuits/venv/site-packages").mkdir(parents=True)
    for place in (".hidden", "venv/site-packages"):
        (folder / "circuits" / place / "x.py").write_text("")
    names = ["circuits/power.py", "circuits/steps/__init__.py", "circuits/steps/times.py"]
    of_source = [folder / name for name in names]
    assert files_of_source(f"{folder}/circuits/power.py:power") == of_source
    assert files_of_source(f"{folder}/circuits/power.py") == of_source
    assert files_of_project(folder / "zkctl.yaml") == [*of_source, folder / "zkctl.yaml"]
    (folder / "zkctl.yaml").write_text("version: 2")
    assert files_of_project(folder / "zkctl.yaml") == [folder / "zkctl.yaml"]


def test_a_large_folder_is_watched_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MAX_FILES", 1)
    assert folder / "circuits/power.py" in files_of_source(f"{folder}/circuits/power.py")
    assert len(files_of_source(f"{folder}/circuits/power.py")) <= 2
