"""The working memory: option before variable before default; windows that cover everything once."""

from __future__ import annotations

import numpy as np
import pytest

from zkctl.errors import UsageError
from zkctl.runtime.memory import (
    DEFAULT_MIB,
    LEAST_ROWS,
    large_rows_in,
    memory_mib,
    new_rows,
    rows_at_once,
    windows,
    working_memory,
)


def test_variable_and_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZKCTL_MEMORY", raising=False)
    assert memory_mib() == DEFAULT_MIB
    monkeypatch.setenv("ZKCTL_MEMORY", "64")
    assert memory_mib() == 64
    with working_memory(3), working_memory(None):
        assert memory_mib() == 3
    with pytest.raises(ZeroDivisionError), working_memory(2):
        raise ZeroDivisionError
    assert memory_mib() == 64


@pytest.mark.parametrize("bad", ["0", "-1", "two", "1.5", "16777217", "\u0663"])
def test_a_senseless_variable_is_refused(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("ZKCTL_MEMORY", bad)
    with pytest.raises(UsageError, match="not a number of MiB from 1 to 16777216") as caught:
        memory_mib()
    assert caught.value.message.startswith(f"ZKCTL_MEMORY is {bad!r}")
    assert caught.value.hint == "unset ZKCTL_MEMORY"


@pytest.mark.parametrize("bad", [0, -1, (1 << 24) + 1])
def test_a_senseless_size_is_refused(bad: int) -> None:
    message = f"a working memory of {bad} MiB is asked for, 1 to 16777216 are possible"
    with pytest.raises(UsageError, match=message), working_memory(bad):
        pass


@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1025, 5000])
def test_windows_cover_all_rows_once(n: int) -> None:
    with working_memory(1):
        assert rows_at_once(64) == 1024
        parts = list(windows(n, 64))
    covered = [k for part in parts for k in range(part.start, part.stop)]
    assert covered == list(range(n))
    assert all(part.stop - part.start == 1024 for part in parts[:-1])


def test_a_window_is_never_tiny() -> None:
    with working_memory(1):
        assert rows_at_once(1 << 30) == LEAST_ROWS


def test_only_arrays_beyond_the_working_memory_go_elsewhere() -> None:
    asked: list[tuple[int, int]] = []

    def room(n: int, n_words: int) -> np.ndarray:
        asked.append((n, n_words))
        return np.zeros((n, n_words), np.uint64)

    with working_memory(1), large_rows_in(room):
        assert new_rows(1024, 8).shape == (1024, 8)
        assert asked == []
        assert new_rows(1025, 8).shape == (1025, 8)
    assert asked == [(1025, 8)]
    with working_memory(1):
        assert not new_rows(1025, 8).any()
    assert len(asked) == 1
