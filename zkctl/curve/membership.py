"""Membership questions: is a point on its curve, is it in the group of prime order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.group import PointArray
from zkctl.curve.kernels_python import PythonGroupKernels


def is_on_curve(points: PointArray) -> NDArray[np.bool_]:
    """Element-wise: y^2 = x^3 + b, or infinity.  Shapes: (n,) -> (n,) bool."""
    k = PythonGroupKernels(points.group)
    out = []
    for pt in points.to_ints():
        if pt is None:
            out.append(True)
            continue
        x, y = pt
        x3 = k._mul(x, k._mul(x, x))
        out.append(
            k._mul(y, y) == tuple((a + b) % k.p for a, b in zip(x3, points.group.b, strict=True))
        )
    return np.array(out, dtype=bool).reshape(points.shape)


def is_in_subgroup(points: PointArray) -> NDArray[np.bool_]:
    """Element-wise: on the curve and of order r (or infinity).  Shapes: (n,) -> (n,) bool."""
    k = PythonGroupKernels(points.group)
    on = is_on_curve(points).reshape(-1)
    if points.group.cofactor == 1:
        return on.reshape(points.shape)
    r = points.group.scalar_field.modulus
    out = [
        bool(o) and (pt is None or k.scalar_multiply(pt, r) is None)
        for o, pt in zip(on, points.to_ints(), strict=True)
    ]
    return np.array(out, dtype=bool).reshape(points.shape)
