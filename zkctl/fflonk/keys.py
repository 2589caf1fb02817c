"""Keys and proofs of fflonk as plain data; the names are the paper's, those of the evaluations the file format's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.plonk.gates import Additions
from zkctl.curve import Curve, G1Array, G2Array
from zkctl.field import FieldArray
from zkctl.poly.polynomial import Polynomial
from zkctl.runtime.records import record

BLINDING_ROWS = 2  # the last rows of the domain, which hold random values of the prover
# Names in files and messages, and the fields that they are.
PROOF_POINTS = {"C1": "c_1", "C2": "c_2", "W1": "w_1", "W2": "w_2"}
EVALUATIONS = (
    "ql",
    "qr",
    "qm",
    "qo",
    "qc",
    "s1",
    "s2",
    "s3",
    "a",
    "b",
    "c",
    "z",
    "zw",
    "t1w",
    "t2w",
)


def n_powers(domain_size: int) -> int:
    """Return the number of powers of tau that a key of so many rows holds."""
    return 9 * domain_size + 18


@record(eq=False)
class VerifyingKey:
    """The key of the verifier.  Shapes: points ().

    w3, w4, w8 are primitive 3rd, 4th and 8th roots of unity, wr a cube root of the domain's root; c_0 commits
    to selectors and permutation together; x_2 = [tau]_2.
    """

    curve: Curve
    n_public: int
    log_n: int
    k1: int
    k2: int
    w3: int
    w4: int
    w8: int
    wr: int
    x_2: G2Array
    c_0: G1Array


@record(eq=False)
class ProvingKey:
    """The key of the prover.

    Shapes (n = 2^log_n rows): wires (3, n_constraints) of the rows that are not padding; tau_g1 (9n + 18,);
    c_0 (8n,) coefficients; lagrange one polynomial for each public signal, at least one.
    """

    verifying_key: VerifyingKey
    n_vars: int  # wires of the circuit and additions
    additions: Additions
    wires: NDArray[np.uint32]
    q_l: Polynomial
    q_r: Polynomial
    q_m: Polynomial
    q_o: Polynomial
    q_c: Polynomial
    sigma_1: Polynomial
    sigma_2: Polynomial
    sigma_3: Polynomial
    lagrange: Sequence[Polynomial]
    tau_g1: G1Array
    c_0: FieldArray

    @property
    def curve(self) -> Curve:
        """The curve."""
        return self.verifying_key.curve

    @property
    def n_wires(self) -> int:
        """Number of wires of the circuit."""
        return self.n_vars - len(self.additions)

    @property
    def n_public(self) -> int:
        """Number of public signals."""
        return self.verifying_key.n_public

    @property
    def n_constraints(self) -> int:
        """Number of rows that are not padding."""
        return int(self.wires.shape[1])

    @property
    def domain_size(self) -> int:
        """Number of rows."""
        return 1 << self.verifying_key.log_n


@record(eq=False)
class Proof:
    """An fflonk proof: four commitments and the values at the challenge.

    Shapes: points ().  evaluations: ql, qr, qm, qo, qc, s1, s2, s3, a, b, c, z, zw, t1w, t2w in this order; inv is the
    inverse that a contract would have to compute.
    """

    c_1: G1Array
    c_2: G1Array
    w_1: G1Array
    w_2: G1Array
    evaluations: tuple[int, ...]
    inv: int
