"""Collections are rare inside, and as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from zkctl.runtime.collection import keep_present_objects, rare_collections


@pytest.fixture(autouse=True)
def same_thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(
    ("before", "inside"),
    [((700, 10, 9), 1_000_000), ((2_000_000, 10, 9), 2_000_000), ((0, 10, 9), 0)],
)
def test_thresholds(before: tuple[int, int, int], inside: int) -> None:
    gc.set_threshold(*before)
    with pytest.raises(ValueError, match="an error"), rare_collections():
        assert gc.get_threshold() == (inside, 10, 9)
        raise ValueError("an error")
    assert gc.get_threshold() == before


def test_present_objects_are_searched_no_more() -> None:
    gc.set_threshold(700, 10, 9)
    kept = [[] for _ in range(1000)]
    try:
        keep_present_objects()
        assert gc.get_freeze_count() >= len(kept)
        assert not any(each is kept for each in gc.get_objects())
        assert gc.get_threshold() == (10_000, 10, 9)
    finally:
        gc.unfreeze()
