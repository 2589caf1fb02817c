"""When a program is compiled: for much work at once, for a little in a third process, or when asked to."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.kernels.schedule import emit_schedule_kernels
from zkctl.runtime.settings import using


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def new_process(most_load: float = 64) -> ProgramOnDemand:
    return ProgramOnDemand("schedule", emit_schedule_kernels, [], most_load)


def test_little_work_waits_for_a_third_process_more_does_not(folder: Path) -> None:
    program = new_process()
    assert [program.is_worth(1) for _ in range(3)] == [False] * 3
    assert program.is_worth(1.1)
    assert (folder / "schedule.uses").read_bytes() == b"."
    assert [new_process().is_worth(1) for _ in range(2)] == [False, True]
    assert not new_process().is_ready()


def test_many_small_calls_of_one_process_are_worth_it() -> None:
    program = new_process(most_load=5)
    assert [program.is_worth(1) for _ in range(7)] == [False] * 5 + [True] * 2


def test_the_setting_of_the_task_decides() -> None:
    program = new_process()
    with using(compiles=True):
        assert program.is_worth(1)
    with using(compiles=False):
        assert not program.is_worth(1)
        assert not program.is_worth(1.1)


def test_a_program_that_is_ready_is_used() -> None:
    program = new_process()
    assert not program.get().from_cache
    assert program.get() is program.get()
    other = new_process()
    with using(compiles=False):
        assert other.is_worth(1)
    assert other.is_ready()
    assert other.get().from_cache
    assert callable(other.function("kinds", *"piiip"))


def test_threads_compile_it_once() -> None:
    compiled: list[str] = []

    def emit(program: object) -> None:
        compiled.append("once")
        emit_schedule_kernels(program)  # type: ignore[arg-type]

    program = ProgramOnDemand("schedule", emit, [])
    threads = [threading.Thread(target=program.get) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compiled == ["once"]
