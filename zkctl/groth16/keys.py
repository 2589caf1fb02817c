"""Keys and proofs of Groth16 (Groth 2016) as plain data.

Field names are the paper's: a_query[i] = [u_i(tau)]_1, b_*_query[i] = [v_i(tau)],
l_query[i] = [(beta u_i + alpha v_i + w_i)/delta]_1 for private i, gamma_abc_g1[i] the same over
gamma for public i.  h_query is in the odd-coset Lagrange basis: see groth16/qap.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.curve import Curve, G1Array, G2Array
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record(eq=False)
class VerifyingKey:
    """The key of the verifier.  Shapes: gamma_abc_g1 (n_public + 1,), the rest ()."""

    curve: Curve
    alpha_g1: G1Array
    beta_g2: G2Array
    gamma_g2: G2Array
    delta_g2: G2Array
    gamma_abc_g1: G1Array

    @property
    def n_public(self) -> int:
        """Number of public signals."""
        return len(self.gamma_abc_g1) - 1


@record(eq=False)
class QapCoefficients:
    """The entries of A and B and of the public-input rows, as a zkey's section 4 holds them.

    Shapes: all (n,), values (n, n_words).  matrix: 0 = A, 1 = B.
    Units: values are coefficient * R^2 mod r, so that one Montgomery product with a plain witness
    value is the Montgomery form of their product.
    """

    matrix: NDArray[np.uint32]
    constraint: NDArray[np.uint32]
    signal: NDArray[np.uint32]
    values: Words

    def __len__(self) -> int:
        return len(self.matrix)


@record(eq=False)
class ProvingKey:
    """The key of the prover.

    Shapes: a_query, b_g1_query, b_g2_query (n_vars,); l_query (n_vars - n_public - 1,); h_query
    (domain_size,); gamma_abc_g1 (n_public + 1,); the rest ().
    The arrays may be views of a mapped file.
    """

    curve: Curve
    domain_size: int
    alpha_g1: G1Array
    beta_g1: G1Array
    beta_g2: G2Array
    gamma_g2: G2Array
    delta_g1: G1Array
    delta_g2: G2Array
    gamma_abc_g1: G1Array
    a_query: G1Array
    b_g1_query: G1Array
    b_g2_query: G2Array
    l_query: G1Array
    h_query: G1Array
    coefficients: QapCoefficients

    @property
    def n_vars(self) -> int:
        """Number of wires."""
        return len(self.a_query)

    @property
    def n_wires(self) -> int:
        """Number of wires of the circuit: all."""
        return self.n_vars

    @property
    def n_public(self) -> int:
        """Number of public signals."""
        return len(self.gamma_abc_g1) - 1

    @property
    def verifying_key(self) -> VerifyingKey:
        """The verifier's part."""
        return VerifyingKey(
            self.curve, self.alpha_g1, self.beta_g2, self.gamma_g2, self.delta_g2, self.gamma_abc_g1
        )


@record(eq=False)
class Proof:
    """A Groth16 proof.  Shapes: ()."""

    a: G1Array
    b: G2Array
    c: G1Array
