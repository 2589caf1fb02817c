"""How the passes of a transform are divided over threads."""

from __future__ import annotations

import threading

import pytest

from zkctl.field import BN254_FR
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.compiled.transform_passes import DIVIDED_ROWS, Passes
from zkctl.field.kernels.compiled.transform_plan import TransformPlan
from zkctl.field.words import Words
from zkctl.runtime.settings import using


def shares(log_n: int, threads: int, n: int) -> list[range]:
    """The shares of 0 .. n-1."""
    kernels = CompiledFieldKernels(BN254_FR)
    passes = Passes(TransformPlan(kernels, 1 << log_n, BN254_FR.root_of_unity(log_n)))
    found, lock = [], threading.Lock()

    def work(share: range, scratch: Words) -> None:
        assert scratch.size == 2 * max(passes.plan.sizes) * passes.element_words
        assert scratch.ctypes.data % 64 == 0
        with lock:
            found.append(share)

    with using(threads=threads):
        passes.in_shares(work, n)
    return sorted(found, key=lambda share: share.start)


@pytest.mark.parametrize(("threads", "n"), [(1, 16), (2, 16), (3, 16), (5, 3), (7, 1)])
def test_shares_are_all_of_it_and_equal(threads: int, n: int) -> None:
    found = shares(DIVIDED_ROWS.bit_length() - 1, threads, n)
    assert [k for share in found for k in share] == list(range(n))
    assert len(found) == min(threads, n)
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_small_transforms_are_not_divided() -> None:
    assert shares(DIVIDED_ROWS.bit_length() - 2, 4, 16) == [range(16)]
