"""Keys and proofs of PLONK as plain data; the names are the paper's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.plonk.gates import Additions
from zkctl.curve import Curve, G1Array, G2Array
from zkctl.poly.polynomial import Polynomial
from zkctl.runtime.records import record

EXTRA_POWERS = 6  # of tau in a proving key, beyond the rows, for the degrees that blinding adds
# Names in files and messages, and the fields that they are.
KEY_POINTS = {
    "Qm": "q_m",
    "Ql": "q_l",
    "Qr": "q_r",
    "Qo": "q_o",
    "Qc": "q_c",
    "S1": "sigma_1",
    "S2": "sigma_2",
    "S3": "sigma_3",
}
PROOF_POINTS = {
    "A": "a",
    "B": "b",
    "C": "c",
    "Z": "z",
    "T1": "t_low",
    "T2": "t_mid",
    "T3": "t_high",
    "Wxi": "w_zeta",
    "Wxiw": "w_zeta_omega",
}
PROOF_SCALARS = {
    "eval_a": "eval_a",
    "eval_b": "eval_b",
    "eval_c": "eval_c",
    "eval_s1": "eval_s1",
    "eval_s2": "eval_s2",
    "eval_zw": "eval_z_omega",
}


@record(eq=False)
class VerifyingKey:
    """The key of the verifier.  Shapes: all points ().

    q_m .. q_c and sigma_1 .. sigma_3 commit to the selectors and the permutation; x_2 = [tau]_2.
    The wires' values are on the cosets H, k1 H, k2 H of the domain H of size 2^log_n.
    """

    curve: Curve
    n_public: int
    log_n: int
    k1: int
    k2: int
    q_m: G1Array
    q_l: G1Array
    q_r: G1Array
    q_o: G1Array
    q_c: G1Array
    sigma_1: G1Array
    sigma_2: G1Array
    sigma_3: G1Array
    x_2: G2Array


@record(eq=False)
class ProvingKey:
    """The key of the prover.

    Shapes (n = 2^log_n rows): wires (3, n_constraints) of the rows that are not padding; tau_g1 (n + 6,);
    lagrange one polynomial L_1 .. for each public signal, at least one.  The arrays may be views of a mapped file.
    """

    verifying_key: VerifyingKey
    n_vars: int  # wires of the circuit and additions
    additions: Additions
    wires: NDArray[np.uint32]
    q_m: Polynomial
    q_l: Polynomial
    q_r: Polynomial
    q_o: Polynomial
    q_c: Polynomial
    sigma_1: Polynomial
    sigma_2: Polynomial
    sigma_3: Polynomial
    lagrange: Sequence[Polynomial]
    tau_g1: G1Array

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
    """A PLONK proof: commitments to a, b, c, z, the parts of t, the two quotients; values at zeta.  Shapes: ()."""

    a: G1Array
    b: G1Array
    c: G1Array
    z: G1Array
    t_low: G1Array
    t_mid: G1Array
    t_high: G1Array
    w_zeta: G1Array
    w_zeta_omega: G1Array
    eval_a: int
    eval_b: int
    eval_c: int
    eval_s1: int
    eval_s2: int
    eval_z_omega: int
