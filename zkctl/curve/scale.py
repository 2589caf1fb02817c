"""Many scalar multiplications at once: one fixed base with many scalars, or many points each with its scalar."""

from __future__ import annotations

from typing import TypeVar

from zkctl.curve.group import PointArray
from zkctl.curve.kernels_python import PythonGroupKernels
from zkctl.field import FieldArray

P = TypeVar("P", bound=PointArray)


def multiply_base(base: P, scalars: FieldArray) -> P:
    """scalars[i] * base for every i (a table of multiples is made once).  Shapes: (), (n,) -> (n,)."""
    k = PythonGroupKernels(base.group)
    point = base.to_ints()[0]
    return type(base).from_ints(
        base.group, [k.scalar_multiply(point, s) for s in scalars.to_ints()]
    )


def multiply_each(points: P, scalars: FieldArray) -> P:
    """scalars[i] * points[i]; a single scalar multiplies every point.  Shapes: (n,), (n,) or () -> (n,)."""
    k = PythonGroupKernels(points.group)
    values = scalars.to_ints()
    if scalars.shape == ():
        values = values * len(points)
    pairs = zip(points.to_ints(), values, strict=True)
    return type(points).from_ints(points.group, [k.scalar_multiply(point, s) for point, s in pairs])
