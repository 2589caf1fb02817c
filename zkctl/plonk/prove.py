"""The PLONK prover (Gabizon, Williamson, Ciobotaru, eprint 2019/953, revision of 2023), as docs/reference/formats.md has it.

Eleven random numbers are fresh for every proof and hide the witness; nothing here lets a caller choose them.

The quotient t has degree 3 n + 5.  Its coefficients from 3 n on are those of the numerator from 4 n on, since t times X^n - 1 is
the numerator: they follow from the leading coefficients of the factors.  The others follow from the values of t
on three cosets of the domain, those that make up the key's domain of size 4 n together with the domain itself.
"""

from __future__ import annotations

from functools import partial

from zkctl.constraints.plonk.wire_values import all_values, check_witness, row_values
from zkctl.curve import G1Array
from zkctl.curve.sums.pools import kept_pools
from zkctl.errors import UnsatisfiedError
from zkctl.field import FieldArray
from zkctl.field.sampling import random_nonzero
from zkctl.field.words import Words
from zkctl.kzg.commitments import Committer
from zkctl.kzg.permutation import Permutation
from zkctl.kzg.transcript import Transcript
from zkctl.plonk.formulas import opening
from zkctl.plonk.keys import Proof, ProvingKey
from zkctl.plonk.quotient import TOP, Quotient
from zkctl.poly.domain import Domain
from zkctl.poly.scan import divided, evaluate
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.records import record


@record(eq=False)
class PreparedKey:
    """A key for many proofs: all its points have been checked, and there may be a table for its sums."""

    key: ProvingKey
    committer: Committer

    @classmethod
    def of(cls, key: ProvingKey, max_bytes: int) -> PreparedKey:
        """Make a table if it fits max_bytes.  Assumes: all points have been checked."""
        return cls(key, Committer.of(key.tau_g1, max_bytes))


def prove(key: ProvingKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove that the witness satisfies the circuit; the proof is verified before it is returned.

    Shapes: witness (n_wires, n_words) plain words, witness[0] = 1 -> the proof, public (n_public,).
    Memory: beside key and witness about forty field elements per row, and the working memory of a sum of so many points.
    Raises: ShapeError, EncodingError for a witness that cannot be one of this key,
    UnsatisfiedError for one that breaks the circuit.
    """
    return _prove(PreparedKey(key, Committer(key.tau_g1)), witness)


def prove_prepared(prepared: PreparedKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove as `prove` does."""
    return _prove(prepared, witness)


def _prove(prepared: PreparedKey, witness: Words) -> tuple[Proof, FieldArray]:
    from zkctl.plonk.verify import verify

    key = prepared.key
    proof, public = prove_unverified(prepared, witness)
    if not verify(key.verifying_key, public, proof):
        raise UnsatisfiedError(
            "the witness does not satisfy the circuit of this key",
            hint="pass `r1cs` to find the constraint that fails",
        )
    return proof, public


def prove_unverified(prepared: PreparedKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Make a proof, right or not.  Never to be given away: a wrong one may tell of the witness."""
    key = prepared.key
    field = key.curve.scalar_field
    check_witness(field, witness, key.n_vars - len(key.additions))
    values = all_values(field, key.additions, witness)
    columns = row_values(values, key.wires, key.domain_size)
    public = FieldArray.from_canonical_words(field, witness[1 : key.n_public + 1])
    with kept_pools():
        return _Rounds(prepared, public, columns).proof(), public


class _Rounds:
    """One proof, round by round; each uses what the ones before it left."""

    def __init__(
        self, prepared: PreparedKey, public: FieldArray, columns: list[FieldArray]
    ) -> None:
        self.key, self.commit = prepared.key, prepared.committer.commit
        self.field = self.key.curve.scalar_field
        self.domain = Domain(self.field, self.key.verifying_key.log_n)
        self.public, self.columns = public, columns
        self.transcript = Transcript(self.key.curve)

    def proof(self) -> Proof:
        """Go through all rounds."""
        wires = self._commit_wires()
        permutation = self._challenge_permutation(wires)
        z = self._commit_accumulator(permutation)
        alpha = self._challenge_alpha(permutation, z)
        parts = self._commit_quotient(permutation, alpha)
        zeta = self._challenge_zeta(alpha, parts)
        evaluations = self._evaluate(zeta)
        v = self._challenge_v(zeta, evaluations)
        opened = self._opened(permutation, (alpha, zeta, v), evaluations)
        w_zeta = self.commit(divided(opened, zeta))
        w_zeta_omega = self.commit(divided(self.z, zeta * self.domain.root % self.field.modulus))
        return Proof(*wires, z, *parts, w_zeta, w_zeta_omega, *evaluations)

    def _blinded(self, values: FieldArray, n_random: int) -> FieldArray:
        """Return the coefficients of an interpolated polynomial plus a random multiple of X^n - 1.  Shapes: (n,) -> (n + n_random,)."""
        n = self.domain.n
        random = FieldArray.from_ints(
            self.field, [random_nonzero(self.field) for _ in range(n_random)]
        )
        out = FieldArray.zeros(self.field, n + n_random)
        out.data[:n] = self.domain.intt(values).data
        out.data[n:] = random.data
        out.data[:n_random] = (out[:n_random] - random).data
        return out

    # -- round 1

    def _commit_wires(self) -> list[G1Array]:
        self.wires = in_parallel([partial(self._blinded, each, 2) for each in self.columns])
        return [self.commit(each) for each in self.wires]

    def _challenge_permutation(self, wires: list[G1Array]) -> Permutation:
        vk, transcript = self.key.verifying_key, self.transcript
        transcript.absorb_points(vk.q_m, vk.q_l, vk.q_r, vk.q_o, vk.q_c)
        transcript.absorb_points(vk.sigma_1, vk.sigma_2, vk.sigma_3)
        transcript.absorb_scalars(self.public.to_ints())
        transcript.absorb_points(*wires)
        beta = transcript.challenge()
        transcript.absorb_scalars([beta])
        return Permutation(beta, transcript.challenge(), vk.k1, vk.k2)

    # -- round 2

    def _commit_accumulator(self, permutation: Permutation) -> G1Array:
        key = self.key
        on_domain = [each.extended[::4] for each in (key.sigma_1, key.sigma_2, key.sigma_3)]
        z = permutation.accumulator(self.columns, on_domain, self.domain.points)
        self.columns = []  # not needed any more
        self.z = self._blinded(z, 3)
        return self.commit(self.z)

    def _challenge_alpha(self, permutation: Permutation, z: G1Array) -> int:
        self.transcript.absorb_scalars([permutation.beta, permutation.gamma])
        self.transcript.absorb_points(z)
        return self.transcript.challenge()

    # -- round 3

    def _commit_quotient(self, permutation: Permutation, alpha: int) -> list[G1Array]:
        quotient = Quotient(self.key, self.domain, permutation, alpha)
        low, mid, high = quotient.parts(self.wires, self.z, self.public)
        n, field = self.domain.n, self.field
        x, y = (FieldArray.from_ints(field, [random_nonzero(field)])[0] for _ in range(2))
        low, mid = _with_last(low, x), _with_last(mid, y)
        mid.data[0] = (mid[0] - x).data
        high.data[0] = (high[0] - y).data
        assert len(low) == n + 1
        self.parts = [low, mid, high]
        return [self.commit(each) for each in self.parts]

    def _challenge_zeta(self, alpha: int, parts: list[G1Array]) -> int:
        self.transcript.absorb_scalars([alpha])
        self.transcript.absorb_points(*parts)
        return self.transcript.challenge()

    # -- round 4

    def _evaluate(self, zeta: int) -> list[int]:
        """Return a, b, c, s1, s2 at zeta and z at zeta w."""
        key = self.key
        polynomials = [*self.wires, key.sigma_1.coefficients, key.sigma_2.coefficients, self.z]
        points = [zeta] * 5 + [zeta * self.domain.root % self.field.modulus]
        return in_parallel(
            [partial(evaluate, *each) for each in zip(polynomials, points, strict=True)]
        )

    def _challenge_v(self, zeta: int, evaluations: list[int]) -> int:
        self.transcript.absorb_scalars([zeta, *evaluations])
        return self.transcript.challenge()

    # -- round 5

    def _opened(
        self, permutation: Permutation, challenges: tuple[int, int, int], evaluations: list[int]
    ) -> FieldArray:
        """Return r(X) + v a(X) + v^2 b(X) + ..., but for its constant, which the division drops.  Shapes: -> (n + 6,)."""
        key, p, n = self.key, self.field.modulus, self.domain.n
        alpha, zeta, v = challenges
        a, b, c, s1, s2, z_omega = evaluations
        beta, gamma = permutation.beta, permutation.gamma
        own = alpha
        for value, label in zip((a, b, c), permutation.labels, strict=True):
            own = own * (value + label * zeta + gamma) % p
        others = (a + beta * s1 + gamma) * (b + beta * s2 + gamma) % p
        vanishing = (pow(zeta, n, p) - 1) % p
        first = vanishing * pow(n * (zeta - 1), -1, p)  # L_1(zeta)
        powers = [pow(v, k, p) for k in range(1, 6)]
        polynomials = (key.q_m, key.q_l, key.q_r, key.q_o, key.q_c)
        long = {"of_z": self.z} | dict(
            zip(("of_low", "of_mid", "of_high", "of_a", "of_b", "of_c"), (*self.parts, *self.wires))
        )
        factors = {
            "of_m": a * b,
            "of_l": a,
            "of_r": b,
            "of_o": c,
            "of_z": own + first * alpha * alpha,
            "of_s3": -others * alpha * beta * z_omega,
            "of_low": -vanishing,
            "of_mid": -vanishing * (vanishing + 1),
            "of_high": -vanishing * (vanishing + 1) ** 2,
            **dict(zip(("of_a", "of_b", "of_c", "of_s1", "of_s2"), powers, strict=True)),
        }
        factors = {name: factor % p for name, factor in factors.items()}
        low, mid, high, z = (each[:n] for each in (*self.parts, self.z))
        out = FieldArray.zeros(self.field, n + TOP)
        out.data[:n] = opening(
            *(each.coefficients for each in polynomials),
            *(z, key.sigma_3.coefficients, low, mid, high),
            *(each[:n] for each in self.wires),
            *(key.sigma_1.coefficients, key.sigma_2.coefficients),
            **factors,
        ).data
        rest = [0] * TOP
        for name, polynomial in long.items():
            for k, value in enumerate(polynomial[n:].to_ints()):
                rest[k] += factors[name] * value
        out.data[n:] = FieldArray.from_ints(self.field, rest).data
        return out


def _with_last(values: FieldArray, last: FieldArray) -> FieldArray:
    out = FieldArray.zeros(values.field, len(values) + 1)
    out.data[:-1], out.data[-1] = values.data, last.data
    return out
