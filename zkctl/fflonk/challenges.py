"""The challenges of an fflonk proof, round by round, for prover and verifier.

Each absorbs what formats.md names: the key's commitment and the public signals are in the first, so that every
challenge depends on the statement.  The last quotient, W2, and `inv` come after all challenges.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import G1Array
from zkctl.fflonk.keys import Proof, VerifyingKey
from zkctl.kzg.transcript import Transcript
from zkctl.runtime.records import record


@record
class Challenges:
    """All challenges of one proof; the point of the evaluations is xi = xi_seed^24."""

    beta: int
    gamma: int
    xi_seed: int
    alpha: int
    y: int


class Rounds:
    """The challenges in the order in which a prover asks for them."""

    def __init__(self, vk: VerifyingKey, public: Sequence[int]) -> None:
        self.transcript = Transcript(vk.curve)
        self.transcript.absorb_points(vk.c_0)
        self.transcript.absorb_scalars(public)

    def beta_gamma(self, c_1: G1Array) -> tuple[int, int]:
        """Return the challenges of the permutation, after the wires."""
        self.transcript.absorb_points(c_1)
        beta = self.transcript.challenge()
        return beta, self._after(beta)

    def xi_seed(self, gamma: int, c_2: G1Array) -> int:
        """Return the seed of the point of the evaluations, after the permutation."""
        return self._after(gamma, points=[c_2])

    def alpha(self, xi_seed: int, evaluations: Sequence[int]) -> int:
        """Return the challenge that combines the openings, after the evaluations."""
        return self._after(xi_seed, *evaluations)

    def y(self, alpha: int, w_1: G1Array) -> int:
        """Return the point at which all is opened, after the first quotient."""
        return self._after(alpha, points=[w_1])

    def _after(self, *scalars: int, points: Sequence[G1Array] = ()) -> int:
        """Return the challenge that these determine."""
        self.transcript.absorb_scalars(scalars)
        if points:
            self.transcript.absorb_points(*points)
        return self.transcript.challenge()


def challenges(vk: VerifyingKey, public: Sequence[int], proof: Proof) -> Challenges:
    """Return all challenges of a proof.  Assumes: the scalars are canonical."""
    rounds = Rounds(vk, public)
    beta, gamma = rounds.beta_gamma(proof.c_1)
    xi_seed = rounds.xi_seed(gamma, proof.c_2)
    alpha = rounds.alpha(xi_seed, proof.evaluations)
    return Challenges(beta, gamma, xi_seed, alpha, rounds.y(alpha, proof.w_1))
