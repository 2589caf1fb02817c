"""Proofs and public signals of Groth16 as snarkjs writes them; a prover loads no reader of JSON for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zkctl.curve import AffinePoint, PointArray
from zkctl.field import FieldArray
from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json.layout import text_of
from zkctl.groth16.keys import Proof

if TYPE_CHECKING:
    from zkctl.formats.json.strict import Json


def proof_json(proof: Proof) -> str:
    """Return a proof as snarkjs writes it."""
    return text_of(
        {
            "pi_a": projective_points(proof.a)[0],
            "pi_b": projective_points(proof.b)[0],
            "pi_c": projective_points(proof.c)[0],
            "protocol": "groth16",
            "curve": NAMES_IN_FILES[proof.a.group.curve_name],
        }
    )


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
