"""The choice of kernels, and what they refuse before they run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from zkctl.errors import ShapeError, UsageError
from zkctl.field import backend
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.compiled.schedule import CompiledSchedule


@pytest.fixture
def no_choice_yet() -> Iterator[None]:
    """The choice is made once per process: forget it before and after."""
    backend.uses_compiled_kernels.cache_clear()
    yield
    backend.uses_compiled_kernels.cache_clear()


def test_an_unknown_choice_is_refused(monkeypatch: pytest.MonkeyPatch, no_choice_yet: None) -> None:
    monkeypatch.setenv("ZKCTL_KERNELS", "fast")
    with pytest.raises(
        UsageError, match="ZKCTL_KERNELS is unknown: expected auto, compiled or numpy, got 'fast'"
    ):
        backend.uses_compiled_kernels()


def test_numpy_can_be_chosen(monkeypatch: pytest.MonkeyPatch, no_choice_yet: None) -> None:
    monkeypatch.setenv("ZKCTL_KERNELS", "numpy")
    assert not backend.uses_compiled_kernels()
    assert backend.describe()["kernels"] == "numpy"


def test_memory_with_gaps_is_refused() -> None:
    with pytest.raises(ShapeError, match="array is not contiguous: expected C order, got strides"):
        address(np.zeros((4, 4), np.uint64)[::2])


def test_more_digits_than_bits_are_refused() -> None:
    with pytest.raises(
        ShapeError,
        match="windows do not fit 4 words: expected at most 320 bits, got 33 windows of 10 bits",
    ):
        CompiledSchedule().signed_digits(np.zeros((1, 4), np.uint64), 10, 33)
