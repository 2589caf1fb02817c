"""Segment sums of points, against sums of exponents."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.unit.curve.sums.test_sparse_combination import GROUPS, exponents, points
from zkctl.curve import Group
from zkctl.curve.sums.segments import segment_sums


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_segment_sums(group: Group) -> None:
    k, starts = exponents(group), [0, 0, 1, 4, 6, 8, 8, 10, 10]
    got = segment_sums(points(group, k), np.array(starts, np.int64))
    sums = [sum(k[a:b]) for a, b in pairwise(starts)]
    assert (got == points(group, sums)).all()


def test_segments_need_not_begin_at_zero_or_touch_every_point() -> None:
    group = GROUPS[0]
    k = exponents(group)
    got = segment_sums(points(group, k), np.array([2, 5, 7], np.int64))
    assert (got == points(group, [sum(k[2:5]), sum(k[5:7])])).all()
    assert len(segment_sums(points(group, k), np.array([4], np.int64))) == 0
