"""The working memory: windows that cover everything once, and the place of large results."""

from __future__ import annotations

import numpy as np
import pytest

from zkctl.runtime.memory import MIN_ROWS, large_rows_in, new_rows, rows_at_once, windows
from zkctl.runtime.settings import using


@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1025, 5000])
def test_windows_cover_all_rows_once(n: int) -> None:
    with using(memory=1):
        assert rows_at_once(64) == 1024
        parts = list(windows(n, 64))
    covered = [k for part in parts for k in range(part.start, part.stop)]
    assert covered == list(range(n))
    assert all(part.stop - part.start == 1024 for part in parts[:-1])


def test_a_window_is_never_tiny() -> None:
    with using(memory=1):
        assert rows_at_once(1 << 30) == MIN_ROWS


def test_only_arrays_beyond_the_working_memory_go_elsewhere() -> None:
    asked: list[tuple[int, int]] = []

    def room(n: int, n_words: int) -> np.ndarray:
        asked.append((n, n_words))
        return np.zeros((n, n_words), np.uint64)

    with using(memory=1), large_rows_in(room):
        assert new_rows(1024, 8).shape == (1024, 8)
        assert asked == []
        assert new_rows(1025, 8).shape == (1025, 8)
    assert asked == [(1025, 8)]
    with using(memory=1):
        assert not new_rows(1025, 8).any()
    assert len(asked) == 1
