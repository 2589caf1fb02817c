"""Pools that are kept: used again within the block, in all its threads, and by nobody at the same time."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import numpy as np
import pytest

from zkctl.curve import BN254
from zkctl.curve.backend import group_kernels
from zkctl.curve.sums.pools import kept_pools, pool_of
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import using

G1, G2 = group_kernels(BN254.g1), group_kernels(BN254.g2)


def test_without_the_block_every_pool_is_new() -> None:
    with pool_of(G1, 100) as one:
        assert one.shape == (100 + G1.width, BN254.g1.point_words)
        with pool_of(G1, 100) as other:
            assert not np.shares_memory(one, other)


def test_a_pool_is_used_again_by_smaller_sums_of_both_groups() -> None:
    with kept_pools():
        with pool_of(G1, 100) as first:
            pass
        with pool_of(G2, 40) as second:
            assert second.shape == (40 + G2.width, BN254.g2.point_words)
            assert np.shares_memory(first, second)
            with pool_of(G1, 10) as third:
                assert not np.shares_memory(second, third)
        with pool_of(G1, 10) as fourth:
            assert np.shares_memory(third, fourth)  # the smallest that has room
    with pool_of(G1, 10) as after:
        assert not np.shares_memory(third, after)


def test_a_larger_sum_gets_a_new_pool_in_the_place_of_the_largest() -> None:
    with kept_pools():
        with pool_of(G1, 100) as small:
            pass
        with pool_of(G1, 200) as large:
            assert not np.shares_memory(small, large)
        with pool_of(G1, 100) as again:
            assert np.shares_memory(large, again)


def test_a_pool_is_given_back_after_an_error() -> None:
    with kept_pools():
        with pytest.raises(ValueError, match="stop"), pool_of(G1, 100) as failed:
            raise ValueError("stop")
        with pool_of(G1, 100) as again:
            assert np.shares_memory(failed, again)


def test_threads_share_the_pools_but_never_one_pool() -> None:
    together = threading.Barrier(4, timeout=60)

    def use(mark: int) -> bool:
        with pool_of(G1, 1000) as pool:
            pool[:] = mark
            together.wait()
            return bool((pool == mark).all())

    with kept_pools(), using(threads=4):
        with ExitStack() as all_at_once:
            before = [all_at_once.enter_context(pool_of(G1, 1000)) for _ in range(4)]
        assert in_parallel([lambda k=k: use(k) for k in range(4)]) == [True] * 4
        with pool_of(G1, 1000) as pool:
            assert any(np.shares_memory(pool, each) for each in before)
