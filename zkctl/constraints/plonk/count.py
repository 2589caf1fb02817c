"""The number of rows that PLONK and fflonk need for a constraint system, counted without building them."""

from __future__ import annotations

from zkctl.constraints.plonk.combinations import combinations
from zkctl.constraints.r1cs import R1CS


def count_plonk_rows(r1cs: R1CS) -> int:
    """Return the rows of a PLONK arithmetisation, public inputs included."""
    return _count(r1cs, drop_zeros=False)


def count_fflonk_rows(r1cs: R1CS) -> int:
    """Return the rows of an fflonk arithmetisation, public inputs included, blinding rows not."""
    return _count(r1cs, drop_zeros=True)


def _count(r1cs: R1CS, *, drop_zeros: bool) -> int:
    n_additions = combinations(r1cs, drop_zeros=drop_zeros).n_additions
    return r1cs.n_public + r1cs.n_constraints + int(n_additions.sum())
