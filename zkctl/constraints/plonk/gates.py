"""A constraint system as rows of PLONK: q_m a b + q_l a + q_r b + q_o c + q_c = 0 with three wires a, b, c."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.field import FieldArray
from zkctl.runtime.records import record

MIN_LOG_ROWS = 3  # of a domain, so that a quotient of 3 n coefficients has room for blinding


@record(eq=False)
class Additions:
    """Wires that the arithmetisation adds: wire n_vars_of_r1cs + i is left_factors[i] w[left[i]] + right_factors[i] w[right[i]].

    An addition uses wires of the circuit and of earlier additions only.  Shapes: all (n,).
    """

    left: NDArray[np.uint32]
    right: NDArray[np.uint32]
    left_factors: FieldArray
    right_factors: FieldArray

    def __len__(self) -> int:
        return len(self.left)


@record(eq=False)
class Gates:
    """The rows, without padding.  Shapes: wires (3, n_rows) as a, b, c; each selector (n_rows,)."""

    wires: NDArray[np.uint32]
    q_m: FieldArray
    q_l: FieldArray
    q_r: FieldArray
    q_o: FieldArray
    q_c: FieldArray
    additions: Additions
    n_vars: int  # wires of the circuit and additions
    n_public: int
