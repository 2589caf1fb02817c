"""Multi-scalar multiplication."""

from __future__ import annotations

from typing import TypeVar

from zkctl.curve.group import PointArray
from zkctl.curve.kernels_python import PythonGroupKernels
from zkctl.errors import ShapeError
from zkctl.field import FieldArray, ints_from_words
from zkctl.field.array import Words

P = TypeVar("P", bound=PointArray)


def msm(points: P, scalars: FieldArray) -> P:
    """Multi-scalar multiplication: the sum of scalars[i] * points[i].

    Shapes: points (n,), scalars (n,) -> ().  n = 0 gives infinity.
    Units:  scalars in Montgomery form; points affine.
    Raises: ShapeError if the lengths differ.
    """
    return msm_words(points, scalars.to_words())


def msm_words(points: P, words: Words) -> P:
    """`msm` with the scalars as plain integers below 2^(64 n_words), not necessarily reduced.  Shapes: (n,), (n, n_words) -> ()."""
    if len(points) != len(words):
        raise ShapeError(f"{len(points)} points but {len(words)} scalars")
    k = PythonGroupKernels(points.group)
    acc = None
    for point, scalar in zip(points.to_ints(), ints_from_words(words), strict=True):
        acc = k.add_points(acc, k.scalar_multiply(point, scalar))
    return type(points).from_ints(points.group, [acc])[0]
