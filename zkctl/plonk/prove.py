"""The PLONK prover (Gabizon, Williamson, Ciobotaru, eprint 2019/953, revision of 2023), as docs/reference/formats.md has it.

Eleven random numbers are fresh for every proof and hide the witness; nothing here lets a caller choose them.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from zkctl.curve import G1Array
from zkctl.curve.sums.pools import kept_pools
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.kzg.commitments import Committer
from zkctl.kzg.permutation import Permutation
from zkctl.kzg.proving import (
    Rows,
    accumulator,
    blinded,
    check_verified,
    polynomials_of,
    random_elements,
    rows_of,
)
from zkctl.plonk.challenges import Rounds
from zkctl.plonk.formulas import opening
from zkctl.plonk.keys import PROOF_POINTS, PROOF_SCALARS, Proof, ProvingKey
from zkctl.plonk.quotient import TOP, Quotient
from zkctl.plonk.verify import PreparedVerifyingKey, verify
from zkctl.poly.domain import Domain
from zkctl.poly.scan import divided, evaluate
from zkctl.runtime.parallel import in_equal_shares, in_parallel
from zkctl.runtime.records import record


@record(eq=False)
class PreparedKey:
    """A key for many proofs: all its points have been checked, and there may be a table for its sums."""

    key: ProvingKey
    committer: Committer
    verifier: PreparedVerifyingKey

    @classmethod
    def of(cls, key: ProvingKey, max_bytes: int) -> PreparedKey:
        """Make a table if it fits max_bytes.  Assumes: all points have been checked."""
        committer = Committer.of(key.tau_g1, max_bytes)
        return cls(key, committer, PreparedVerifyingKey.of(key.verifying_key))


def prove(key: ProvingKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove that the witness satisfies the circuit; the proof is verified before it is returned.

    Shapes: witness (n_wires, n_words) plain words, witness[0] = 1 -> the proof, public (n_public,).
    Memory: beside key and witness about thirty field elements per row, and the working memory of a sum of so many points.
    Raises: ShapeError, EncodingError for a witness that cannot be one of this key,
    UnsatisfiedError for one that breaks the circuit.
    """
    proof, public = _prove_unverified(key, Committer(key.tau_g1), witness)
    check_verified(verify(key.verifying_key, public, proof))
    return proof, public


def prove_prepared(prepared: PreparedKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove as `prove` does."""
    proof, public = _prove_unverified(prepared.key, prepared.committer, witness)
    check_verified(prepared.verifier.verify(public, proof))
    return proof, public


def _prove_unverified(
    key: ProvingKey, committer: Committer, witness: Words
) -> tuple[Proof, FieldArray]:
    """Make a proof, right or not."""
    rows = rows_of(key, witness)
    with kept_pools():
        return _Rounds(key, committer, rows).proof(), rows.public


class _Rounds:
    """One proof, round by round; each uses what the ones before it left."""

    def __init__(self, key: ProvingKey, committer: Committer, rows: Rows) -> None:
        self.key, self.committer, self.rows = key, committer, rows
        self.field = key.curve.scalar_field
        self.domain = Domain(self.field, key.verifying_key.log_n)

    def proof(self) -> Proof:
        """Go through all rounds."""
        vk, p = self.key.verifying_key, self.field.modulus
        rounds = Rounds(vk, self.rows.public.to_ints())
        wires = self._commit_wires()
        permutation = Permutation(*rounds.beta_gamma(*wires), vk.k1, vk.k2)
        z = self._commit_accumulator(permutation)
        alpha = rounds.alpha(permutation.beta, permutation.gamma, z)
        parts = self._commit_quotient(permutation, alpha)
        zeta = rounds.zeta(alpha, *parts)
        evaluations = self._evaluate(zeta)
        v = rounds.v(zeta, evaluations)
        opened = self._opened(permutation, (alpha, zeta, v), evaluations)
        quotients = divided(opened, zeta), divided(self.z, zeta * self.domain.root % p)
        w_zeta, w_zeta_omega = self.committer.commit_all(quotients)
        points = (*wires, z, *parts, w_zeta, w_zeta_omega)
        names = (*PROOF_POINTS.values(), *PROOF_SCALARS.values())
        fields: dict[str, Any] = dict(zip(names, (*points, *evaluations), strict=True))
        return Proof(**fields)

    def _commit_wires(self) -> list[G1Array]:
        """Round 1."""
        tasks = [partial(blinded, self.domain, column, 2) for column in self.rows.columns]
        self.wires = in_equal_shares(tasks)
        return self.committer.commit_all(self.wires)

    def _commit_accumulator(self, permutation: Permutation) -> G1Array:
        """Round 2."""
        values = accumulator(self.domain, permutation, self.rows.columns, self.key)
        self.rows.columns.clear()  # not needed any more
        self.z = blinded(self.domain, values, 3)
        return self.committer.commit(self.z)

    def _commit_quotient(self, permutation: Permutation, alpha: int) -> list[G1Array]:
        """Round 3: random multiples of X^n, and of X^(2 n), go from one part to the next."""
        quotient = Quotient(self.key, self.domain, permutation, alpha)
        low, mid, high = quotient.parts(self.wires, self.z, self.rows.public)
        random = random_elements(self.domain, 2)
        self.parts = [_with_last(low, random[0]), _with_last(mid, random[1]), high]
        for part, blinder in zip(self.parts[1:], random, strict=True):
            part.data[0] = (part[0] - blinder).data
        return self.committer.commit_all(self.parts)

    def _evaluate(self, zeta: int) -> list[int]:
        """Round 4: return a, b, c, s1, s2 at zeta and z at zeta w."""
        key, shifted = self.key, zeta * self.domain.root % self.field.modulus
        sigmas = [key.sigma_1.coefficients, key.sigma_2.coefficients]
        tasks = [partial(evaluate, each, zeta) for each in (*self.wires, *sigmas)]
        return in_parallel([*tasks, partial(evaluate, self.z, shifted)])

    def _opened(
        self, permutation: Permutation, challenges: tuple[int, int, int], evaluations: list[int]
    ) -> FieldArray:
        """Round 5: return r(X) + v a(X) + v^2 b(X) + ..., but for its constant, which the division drops.  Shapes: -> (n + 6,)."""
        n, p = self.domain.n, self.field.modulus
        factors = self._factors(permutation, challenges, evaluations)
        longer = dict(zip("abc", self.wires, strict=True)) | {"z": self.z}
        longer |= dict(zip(("low", "mid", "high"), self.parts, strict=True))
        arrays = {name: each.coefficients for name, each in polynomials_of(self.key).items()}
        arrays |= {name: each[:n] for name, each in longer.items()}
        out = FieldArray.zeros(self.field, n + TOP)
        out.data[:n] = opening(arrays, {f"of_{name}": x % p for name, x in factors.items()}).data
        rest = [0] * TOP
        for name, polynomial in longer.items():
            for k, value in enumerate(polynomial[n:].to_ints()):
                rest[k] += factors[name] * value
        out.data[n:] = FieldArray.from_ints(self.field, rest).data
        return out

    def _factors(
        self, permutation: Permutation, challenges: tuple[int, int, int], evaluations: list[int]
    ) -> dict[str, int]:
        """Return the factors of all polynomials that are opened at zeta."""
        p, n = self.field.modulus, self.domain.n
        alpha, zeta, v = challenges
        a, b, c, s1, s2, z_omega = evaluations
        beta, gamma = permutation.beta, permutation.gamma
        own = alpha
        for value, label in zip((a, b, c), permutation.labels, strict=True):
            own = own * (value + label * zeta + gamma) % p
        others = (a + beta * s1 + gamma) * (b + beta * s2 + gamma) % p
        vanishing = (pow(zeta, n, p) - 1) % p
        first = vanishing * pow(n * (zeta - 1), -1, p)  # L_1(zeta)
        return {
            "q_m": a * b,
            "q_l": a,
            "q_r": b,
            "q_o": c,
            "z": own + first * alpha * alpha,
            "s3": -others * alpha * beta * z_omega,
            "low": -vanishing,
            "mid": -vanishing * (vanishing + 1),
            "high": -vanishing * (vanishing + 1) ** 2,
            **{name: pow(v, k + 1, p) for k, name in enumerate(("a", "b", "c", "s1", "s2"))},
        }


def _with_last(values: FieldArray, last: FieldArray) -> FieldArray:
    out = FieldArray.zeros(values.field, len(values) + 1)
    out.data[:-1], out.data[-1] = values.data, last.data
    return out
