"""Exact sums of the pairs that the chord formula does not cover."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.parameters import Group
from zkctl.field.array import FieldArray

Words = NDArray[np.uint64]


def negate_where(group: Group, points: Words, mask: NDArray[np.bool_]) -> Words:
    """-P for the rows where the mask is set.  Shapes: (n, point_words), (n,) -> (n, point_words)."""
    half, field = group.coordinate_words, group.base_field
    out = points.copy()
    y = FieldArray(field, np.ascontiguousarray(points[mask, half:]).reshape(-1, field.n_words))
    out[mask, half:] = (-y).data.reshape(-1, half)
    return out


def exceptional_sums(
    group: Group, first: Words, second: Words, double: Callable[[Words], Words]
) -> Words:
    """first[i] + second[i] in file form, whatever the points are (off the curve the chord formula is meant).

    `double` doubles finite points with y != 0.  Shapes: (n, point_words) twice -> (n, point_words).
    """
    half = group.coordinate_words
    out = np.zeros_like(first)
    left_infinite, right_infinite = ~first.any(axis=1), ~second.any(axis=1)
    out[left_infinite] = second[left_infinite]
    out[right_infinite] = first[right_infinite]
    finite = ~left_infinite & ~right_infinite
    same_x = (first[:, :half] == second[:, :half]).all(axis=1)
    same_y = (first[:, half:] == second[:, half:]).all(axis=1)
    doubling = finite & same_x & same_y & first[:, half:].any(axis=1)
    if doubling.any():
        out[doubling] = double(np.ascontiguousarray(first[doubling]))
    chord = finite & ~same_x  # a false alarm of the detection by low words
    for i in np.flatnonzero(chord):
        out[i] = _chord(group, first[i], second[i])
    return out  # what is left, equal x and different y, stays infinity


def _chord(group: Group, first: Words, second: Words) -> Words:
    """One affine addition with different x, on field arrays."""
    field, n = group.base_field, group.base_field.n_words
    half = group.coordinate_words
    split = [
        FieldArray(field, np.ascontiguousarray(point[k : k + half]).reshape(-1, n))
        for point in (first, second)
        for k in (0, half)
    ]
    x1, y1, x2, y2 = split
    slope = _times(y2 - y1, _reciprocal(x2 - x1))
    x3 = _times(slope, slope) - x1 - x2
    y3 = _times(slope, x1 - x3) - y1
    return np.concatenate([x3.data.reshape(-1), y3.data.reshape(-1)])


def _times(x: FieldArray, y: FieldArray) -> FieldArray:
    """A product over Fq or Fq2.  Shapes: (degree,) twice -> (degree,)."""
    if len(x) == 1:
        return x * y
    parts = (x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0])
    return FieldArray(x.field, np.stack([part.data for part in parts]))


def _reciprocal(x: FieldArray) -> FieldArray:
    if len(x) == 1:
        return x.inverse()
    norm = (x[0] * x[0] + x[1] * x[1]).inverse()
    return FieldArray(x.field, np.stack([(x[0] * norm).data, (-(x[1] * norm)).data]))
