"""Membership: whether a point is on its curve and in the group of prime order, and the way from one to the other."""

from __future__ import annotations

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import P, PointArray
from zkctl.curve.subgroup.membership_formulas import are_on_curve
from zkctl.curve.tower import signed_digits
from zkctl.field.words import Mask
from zkctl.runtime.arrays import np


def is_on_curve(points: PointArray) -> Mask:
    """Return whether each point has y^2 = x^3 + b or is infinity.  Shapes: (n,) -> (n,) bool."""
    return are_on_curve(points.group, points.data)


def is_in_subgroup(points: PointArray) -> Mask:
    """Return whether each point is on the curve and of order r, or infinity.  Shapes: (n,) -> (n,) bool."""
    rows = points.data.reshape(-1, points.group.point_words)
    return np.asarray(group_kernels(points.group).members(rows).reshape(points.shape))


def members_of(points: PointArray) -> list[bool]:
    """As `is_in_subgroup`; a few points that are held as bytes stay bytes.  Shapes: (n,) -> n."""
    few = group_kernels(points.group).few_members(points.to_bytes()) if points.is_bytes else None
    if few is not None:
        return few
    found: list[bool] = is_in_subgroup(points).reshape(-1).tolist()
    return found


def clear_cofactor(points: P) -> P:
    """Return each point of the curve times the cofactor, a point of order r.  Shapes: (n,) -> (n,).

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
