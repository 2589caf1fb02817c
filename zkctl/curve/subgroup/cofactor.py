"""From a curve to its group of prime order: multiplication by the cofactor."""

from __future__ import annotations

from typing import TypeVar

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import PointArray
from zkctl.curve.tower import signed_digits

P = TypeVar("P", bound=PointArray)


def clear_cofactor(points: P) -> P:
    """Each point of the curve times the cofactor.  Shapes: (n,) -> (n,).

    The points are not of order r yet, so the factor must not be reduced modulo r.
    """
    digits = signed_digits(points.group.cofactor)
    kernels = group_kernels(points.group)
    total, waiting = points, 0
    for digit in digits[1:]:
        waiting += 1
        if digit:
            doubled = type(points)(points.group, kernels.double_repeatedly(total.data, waiting))
            total, waiting = (doubled + points if digit > 0 else doubled - points), 0
    return type(points)(points.group, kernels.double_repeatedly(total.data, waiting))
