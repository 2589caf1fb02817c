"""Public signals and points as snarkjs writes them, for the proofs and keys of every proof system."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zkctl.curve import AffinePoint, PointArray
from zkctl.field import FieldArray
from zkctl.formats.json.layout import text_of

if TYPE_CHECKING:
    from zkctl.formats.json.strict import Json


def public_json(values: FieldArray | Iterable[int]) -> str:
    """Return public signals as snarkjs writes them."""
    numbers = values.to_ints() if isinstance(values, FieldArray) else values
    return text_of([str(number) for number in numbers])


def projective_points(points: PointArray) -> list[Json]:
    """Return points as snarkjs writes them: [x, y, z] with z one, or [0, 1, 0] for infinity.  Shapes: (n,) or () -> n."""
    return [_projective_point(point, points.group.degree) for point in points.to_ints()]


def _projective_point(point: AffinePoint | None, degree: int) -> Json:
    zero, one = (0,) * degree, (1,) + (0,) * (degree - 1)
    coordinates = (zero, one, zero) if point is None else (*point, one)
    if degree == 1:
        return [str(coordinate[0]) for coordinate in coordinates]
    return [[str(part) for part in coordinate] for coordinate in coordinates]
