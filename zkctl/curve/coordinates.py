"""Coordinates as field arrays: Fq as (c0,), Fq2 = Fq[i]/(i^2 + 1) as (c0, c1).

Just enough to solve the curve equation when points are decoded or sampled; the hot arithmetic of
the groups is in the kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import PointArray, point_array
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Coordinates = tuple[FieldArray, ...]


def split_coordinate(group: Group, words: Words) -> Coordinates:
    """Return a coordinate's Montgomery words, by component.  Shapes: (n, coordinate_words) -> (n,)."""
    n_words = group.base_field.n_words
    parts = [words[:, k * n_words : (k + 1) * n_words] for k in range(group.degree)]
    return tuple(FieldArray(group.base_field, np.ascontiguousarray(part)) for part in parts)


def join_point(group: Group, x: Coordinates, y: Coordinates) -> PointArray:
    """Return points from coordinates, not checked to be on the curve.  Shapes: (n,) each -> (n,)."""
    return point_array(group, np.concatenate([part.data for part in (*x, *y)], axis=1))


def curve_value(group: Group, x: Coordinates) -> Coordinates:
    """Return x^3 + b, element by element."""
    cube = _multiply(x, _multiply(x, x))
    return tuple(part + b for part, b in zip(cube, group.b, strict=True))


def square_root(values: Coordinates) -> tuple[Coordinates, NDArray[np.bool_]]:
    """Return a square root of each value, and whether it exists (otherwise the root is meaningless).

    Assumes q = 3 mod 4.  Over Fq2, (c0 + c1 i)^2 = a0 + a1 i implies c0^2 = (a0 +- |a|) / 2 with
    |a|^2 = a0^2 + a1^2, and c1 = a1 / (2 c0); for c0 = 0 it is c1^2 = -a0.
    """
    root = _root_fq(values[0]) if len(values) == 1 else _root_fq2(*values)
    parts = (root,) if isinstance(root, FieldArray) else root
    square = _multiply(parts, parts)
    exists = np.all([s == v for s, v in zip(square, values, strict=True)], axis=0)
    return parts, exists


def _root_fq(value: FieldArray) -> FieldArray:
    return value ** ((value.field.modulus + 1) // 4)


def _root_fq2(a0: FieldArray, a1: FieldArray) -> Coordinates:
    half = pow(2, -1, a0.field.modulus)
    norm = _root_fq(a0 * a0 + a1 * a1)
    plus, minus = (a0 + norm) * half, (a0 - norm) * half
    root = _root_fq(plus)
    c0 = _choose(root * root == plus, root, _root_fq(minus))
    c1 = a1 * (c0 + c0).inverse()
    return c0, _choose(c0.is_zero(), _root_fq(-a0), c1)


def _choose(condition: NDArray[np.bool_], yes: FieldArray, no: FieldArray) -> FieldArray:
    return FieldArray(yes.field, np.where(condition[:, None], yes.data, no.data))


def _multiply(x: Coordinates, y: Coordinates) -> Coordinates:
    if len(x) == 1:
        return (x[0] * y[0],)
    return x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]
