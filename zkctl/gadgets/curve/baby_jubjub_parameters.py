"""Parameters of Baby Jubjub: a x^2 + y^2 = 1 + d x^2 y^2 over BN254's scalar field.

a is a square and d is none, so the addition law has no exceptional case, and the only point with y = -1 or x = 0 beside the identity is
(0, -1).  The group is cyclic of order 8 l, l prime.
Source: ERC-2494 (Bellés, Whitehat, Baylina, Daza, Muñoz-Tapia); the Montgomery form follows from Bernstein, Birkner, Joye, Lange,
Peters, "Twisted Edwards Curves", ePrint 2008/013, theorem 3.2.
"""

from __future__ import annotations

from zkctl.dsl.spans import circuit_error
from zkctl.field import BN254_FR, PrimeField

A = 168700
D = 168696
SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041
COFACTOR = 8

BASE = (  # the standard's B8, of order SUBGROUP_ORDER
    5299619240641551281634865583518297030282874472190772894086521144482721001553,
    16950150798460657717958625567821834550301663161624707787222815936182638968203,
)

MONTGOMERY_A = (
    168698  # v^2 = u^3 + A u^2 + u, where A = 2 (a + d) / (a - d) and B = 4 / (a - d) = 1
)
ROOT_OF_A = 7214280148105020021932206872019688659210616427216992810330019057549499971851
# the points with x y (y - r x)(y + r x) = 0, r the root of a, are those of order 1, 2, 4, 8


def check_field(field: PrimeField) -> None:
    """Refuse a circuit over another field than the curve's."""
    if field != BN254_FR:
        raise circuit_error(
            f"Baby Jubjub is a curve over {BN254_FR.name}, this circuit is over {field.name}"
        )
