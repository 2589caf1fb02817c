"""Pools of points that the sums of one task use one after the other.

The operating system clears every page that it hands out: a tenth of a large proof, if each of its sums asks for fresh ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from zkctl.curve.kernels.interface import GroupKernels
from zkctl.field.words import Words


class _Kept:
    """The pools that no sum uses now, as flat words."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._free: list[Words] = []

    def take(self, n_words: int) -> Words | None:
        """Return the smallest pool with so many words, or None; then the largest is given up for a new one."""
        with self._lock:
            fitting = [each for each in self._free if len(each) >= n_words]
            chosen = min(fitting, key=len) if fitting else max(self._free, key=len, default=None)
            if chosen is not None:
                self._free = [each for each in self._free if each is not chosen]
        return chosen if fitting else None

    def give_back(self, pool: Words) -> None:
        """Keep a pool for the next sum."""
        with self._lock:
            self._free.append(pool)


_KEPT: ContextVar[_Kept | None] = ContextVar("zkctl_pools", default=None)


@contextmanager
def kept_pools() -> Iterator[None]:
    """Keep the pools of sums until the end of the block, for the sums in it, in all its threads.

    As many stay as sums ran side by side, each as large as the largest of its sums.
    """
    token = _KEPT.set(_Kept())
    try:
        yield
    finally:
        _KEPT.reset(token)


@contextmanager
def pool_of(kernels: GroupKernels, n: int) -> Iterator[Words]:
    """Yield a pool for n points, with any content.  Shapes: -> (n + width, point_words)."""
    kept, words = _KEPT.get(), kernels.group.point_words
    if kept is None:
        yield kernels.new_pool(n)
        return
    n_words = (n + kernels.width) * words
    flat = kept.take(n_words)
    if flat is None:
        flat = kernels.new_pool(n).reshape(-1)
    try:
        yield flat[:n_words].reshape(-1, words)
    finally:
        kept.give_back(flat)
