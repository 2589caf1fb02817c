"""The challenges of a PLONK proof, round by round, for prover and verifier.

Each absorbs what formats.md names: the key's commitments and the public signals are in the first, so that every
challenge depends on the statement.  No prover needs the last one, u, which combines the two equations of the verifier: it
absorbs v as well as the two quotients, so all that the prover sent, where snarkjs has the quotients only.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import G1Array
from zkctl.kzg.transcript import Transcript
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS, Proof, VerifyingKey
from zkctl.runtime.records import record


@record
class Challenges:
    """All challenges of one proof, under the paper's names."""

    beta: int
    gamma: int
    alpha: int
    zeta: int
    v: int
    u: int


class Rounds:
    """The challenges in the order in which a prover asks for them."""

    def __init__(self, vk: VerifyingKey, public: Sequence[int]) -> None:
        self.transcript = Transcript(vk.curve)
        self.transcript.absorb_points(*(getattr(vk, field) for field in KEY_POINTS.values()))
        self.transcript.absorb_scalars(public)

    def beta_gamma(self, a: G1Array, b: G1Array, c: G1Array) -> tuple[int, int]:
        """Return the challenges of the permutation, after the wires."""
        self.transcript.absorb_points(a, b, c)
        beta = self.transcript.challenge()
        return beta, self._after(beta)

    def alpha(self, beta: int, gamma: int, z: G1Array) -> int:
        """Return the challenge that combines the constraints, after the permutation."""
        return self._after(beta, gamma, points=[z])

    def zeta(self, alpha: int, t_low: G1Array, t_mid: G1Array, t_high: G1Array) -> int:
        """Return the point of the evaluations, after the quotient."""
        return self._after(alpha, points=[t_low, t_mid, t_high])

    def v(self, zeta: int, evaluations: Sequence[int]) -> int:
        """Return the challenge that combines the openings at zeta, after the evaluations."""
        return self._after(zeta, *evaluations)

    def u(self, v: int, w_zeta: G1Array, w_zeta_omega: G1Array) -> int:
        """Return the challenge that combines the two openings."""
        return self._after(v, points=[w_zeta, w_zeta_omega])

    def _after(self, *scalars: int, points: Sequence[G1Array] = ()) -> int:
        """Return the challenge that these determine."""
        self.transcript.absorb_scalars(scalars)
        if points:
            self.transcript.absorb_points(*points)
        return self.transcript.challenge()


def challenges(vk: VerifyingKey, public: Sequence[int], proof: Proof) -> Challenges:
    """Return all challenges of a proof.  Assumes: the scalars are canonical."""
    rounds = Rounds(vk, public)
    a, b, c, z, t_low, t_mid, t_high, w_zeta, w_zeta_omega = (
        getattr(proof, field) for field in PROOF_POINTS.values()
    )
    beta, gamma = rounds.beta_gamma(a, b, c)
    alpha = rounds.alpha(beta, gamma, z)
    zeta = rounds.zeta(alpha, t_low, t_mid, t_high)
    v = rounds.v(zeta, [getattr(proof, field) for field in PROOF_SCALARS.values()])
    return Challenges(beta, gamma, alpha, zeta, v, rounds.u(v, w_zeta, w_zeta_omega))
