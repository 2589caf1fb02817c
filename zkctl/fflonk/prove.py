"""The fflonk prover (Gabizon, Williamson, eprint 2021/1167), as docs/reference/formats.md has it.

    C1(X) = a(X^4) + X b(X^4) + X^2 c(X^4) + X^3 t0(X^4)        C2(X) = z(X^3) + X t1(X^3) + X^2 t2(X^3)

are opened where X^8 (of the key's C0), X^4 and X^3 are xi, and where X^3 is xi w.  A polynomial sum_j X^j f_j(X^k), divided
by X^k - xi, is sum_j X^j times the quotient of f_j by X - xi: no interpolation is needed.
Nine random numbers are fresh for every proof and hide the witness: two in rows of each wire that no gate has, three in a multiple
of X^n - 1 added to z; nothing here lets a caller choose them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from zkctl.curve.sums.pools import kept_pools
from zkctl.errors import EncodingError
from zkctl.fflonk.challenges import Challenges, Rounds
from zkctl.fflonk.formulas import gate_quotient, permutation_quotient
from zkctl.fflonk.interleaving import add_interleaved, interleaved
from zkctl.fflonk.keys import EVALUATIONS, Proof, ProvingKey
from zkctl.fflonk.verify import (
    ORDER_IN_C0,
    PreparedVerifyingKey,
    inverse_for_contracts,
    places_of,
    verify,
)
from zkctl.field import FieldArray
from zkctl.field.formulas import Formula
from zkctl.field.words import Words
from zkctl.kzg.commitments import Committer
from zkctl.kzg.domain_values import domain_values
from zkctl.kzg.permutation import Permutation
from zkctl.kzg.proving import (
    QUOTIENT_COSETS,
    Rows,
    accumulator,
    blinded,
    check_verified,
    parts_of,
    polynomials_of,
    public_polynomial,
    random_elements,
    rows_of,
    values_on_coset,
)
from zkctl.poly.domain import Domain
from zkctl.poly.polynomial import Polynomial
from zkctl.poly.scan import divided, evaluate
from zkctl.runtime.parallel import in_equal_shares, in_parallel
from zkctl.runtime.records import record

BLINDING_ROWS = (
    2  # the last rows of the domain: no gate has them, and the permutation leaves them alone
)
OF_C1, OF_C2, LONGEST = 8, 9, 9  # C1, C2 and the openings have so many times n coefficients


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
    Memory: beside key and witness about thirty field elements per row, and the working memory of a sum of `POINTS_AT_ONCE` points.
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
    if key.n_constraints + BLINDING_ROWS > key.domain_size:
        raise EncodingError(
            f"the key has no rows for blinding: expected at most {key.domain_size - BLINDING_ROWS}"
            f" of {key.domain_size} used, got {key.n_constraints}"
        )
    rows = rows_of(key, witness)
    with kept_pools():
        return _Rounds(key, committer, rows).proof(), rows.public


class _Rounds:
    """One proof, round by round; each uses what the ones before it left."""

    def __init__(self, key: ProvingKey, committer: Committer, rows: Rows) -> None:
        self.key, self.commit, self.rows = key, committer.commit, rows
        self.field = key.curve.scalar_field
        self.domain = Domain(self.field, key.verifying_key.log_n)

    def proof(self) -> Proof:
        """Go through all rounds."""
        vk = self.key.verifying_key
        rounds = Rounds(vk, self.rows.public.to_ints())
        wires = self._wires()
        first = [*wires, self._gate_quotient(wires)]
        c_1 = self.commit(interleaved(first, OF_C1 * self.domain.n))
        permutation = Permutation(*rounds.beta_gamma(c_1), vk.k1, vk.k2)
        second = self._accumulated(permutation, wires)
        c_2 = self.commit(interleaved(second, OF_C2 * self.domain.n))
        xi_seed = rounds.xi_seed(permutation.gamma, c_2)
        evaluations = self._evaluate(xi_seed, wires, second)
        alpha = rounds.alpha(xi_seed, evaluations)
        opened = self._opened(xi_seed, alpha, first, second)
        w_1 = self.commit(opened)
        beta, gamma, y = permutation.beta, permutation.gamma, rounds.y(alpha, w_1)
        at = Challenges(beta, gamma, xi_seed, alpha, y)
        self._add_at_y(at, opened, first, second)
        first.clear()  # not needed any more
        second.clear()
        w_2 = self.commit(divided(opened, y))
        return Proof(c_1, c_2, w_1, w_2, tuple(evaluations), self._inverse(at))

    def _wires(self) -> list[FieldArray]:
        """Return the wires' coefficients, blinded by random values in rows without gates.  Shapes: three (n,)."""
        for column in self.rows.columns:
            column.data[-BLINDING_ROWS:] = random_elements(self.domain, BLINDING_ROWS).data
        return in_equal_shares([partial(self.domain.intt, each) for each in self.rows.columns])

    def _gate_quotient(self, wires: Sequence[FieldArray]) -> FieldArray:
        """Return t0.  Shapes: -> (2 n,)."""
        inputs = public_polynomial(self.domain, self.rows.public)
        polynomials = dict(zip("abc", wires, strict=True)) | {"inputs": inputs}
        low, mid, _ = self._quotient(gate_quotient, polynomials, {})
        return FieldArray(self.field, np.concatenate([low.data, mid.data]))

    def _accumulated(
        self, permutation: Permutation, wires: Sequence[FieldArray]
    ) -> list[FieldArray]:
        """Return z, t1 = (z - 1) L_1 / (X^n - 1) = (z - 1) / (n (X - 1)), and t2.  Shapes: (n + 3,), (n + 2,), (3 n,)."""
        n, p = self.domain.n, self.field.modulus
        z = blinded(
            self.domain, accumulator(self.domain, permutation, self.rows.columns, self.key), 3
        )
        self.rows.columns.clear()  # not needed any more
        polynomials = dict(zip("abc", wires, strict=True)) | {"z": z}
        parts = self._quotient(permutation_quotient, polynomials, permutation.constants(p))
        t2 = FieldArray(self.field, np.concatenate([part.data for part in parts]))
        return [z, divided(z, 1) * pow(n, -1, p), t2]

    def _quotient(
        self, formula: Formula, polynomials: dict[str, FieldArray], constants: dict[str, int]
    ) -> list[FieldArray]:
        """Return the parts of a quotient by X^n - 1.  Shapes: -> three (n,)."""
        remainders = []
        for k in QUOTIENT_COSETS:
            coset = self.domain.coset(k)
            arrays = values_on_coset(coset, k, polynomials, polynomials_of(self.key))
            inverse = pow(coset.shift_to_n - 1, -1, self.field.modulus)
            values = formula(arrays, constants | {"vanishing_inverse": inverse})
            remainders.append(coset.coefficients(values))
        return parts_of(self.domain, remainders)

    def _evaluate(
        self, xi_seed: int, wires: Sequence[FieldArray], second: Sequence[FieldArray]
    ) -> list[int]:
        """Return the evaluations in the order of the proof: all at xi, then z, t1, t2 at xi w."""
        xi, xi_omega = self._points(xi_seed)
        of_key = [each.coefficients for each in self._of_key().values()]
        polynomials = [*of_key, *wires, second[0]]
        tasks = [partial(evaluate, each, xi) for each in polynomials]
        return in_parallel([*tasks, *(partial(evaluate, each, xi_omega) for each in second)])

    def _of_key(self) -> dict[str, Polynomial]:
        """Return the polynomials of the key by the names of their evaluations, in that order."""
        key = self.key
        selectors = (key.q_l, key.q_r, key.q_m, key.q_o, key.q_c)
        sigmas = (key.sigma_1, key.sigma_2, key.sigma_3)
        return dict(zip(EVALUATIONS, (*selectors, *sigmas), strict=False))

    def _points(self, xi_seed: int) -> tuple[int, int]:
        """Return xi and xi w."""
        p = self.field.modulus
        xi = pow(xi_seed, 24, p)
        return xi, xi * self.domain.root % p

    def _opened(
        self,
        xi_seed: int,
        alpha: int,
        first: Sequence[FieldArray],
        second: Sequence[FieldArray],
    ) -> FieldArray:
        """Return the polynomial of W1, p0 + alpha p1 + alpha^2 p2: the quotients of C0, C1, C2 where they are opened.

        Shapes: -> (9 n,).
        """
        xi, xi_omega = self._points(xi_seed)
        of_key = self._of_key()
        q2 = [divided(divided(each, xi), xi_omega) for each in second]
        total = interleaved(q2, LONGEST * self.domain.n)
        del q2  # each of these lists has as many coefficients as a commitment
        add_interleaved(total, alpha, [divided(each, xi) for each in first])
        q0 = [divided(of_key[name].coefficients, xi) for name in ORDER_IN_C0]
        add_interleaved(total, alpha, q0)
        return total

    def _add_at_y(
        self,
        at: Challenges,
        opened: FieldArray,
        first: Sequence[FieldArray],
        second: Sequence[FieldArray],
    ) -> None:
        """Replace the polynomial of W1 by the sum that the verifier makes, which is zero at y.

        C0 + alpha Z0 / Z1 C1 + alpha^2 Z0 / (Z Z') C2 - Z0 W1, by Horner's rule in alpha; Z0, Z1, Z, Z' are the values at y of
        the polynomials that vanish where C0, C1 and C2 (both places) are opened.  Shapes: opened (9 n,).
        """
        p, places = self.field.modulus, places_of(self.key.verifying_key, at)
        both = places.zero_xi * places.zero_xi_omega
        alpha_squared = at.alpha * at.alpha
        add_interleaved(opened, -both * pow(alpha_squared, -1, p) % p, second)
        add_interleaved(opened, at.alpha * places.zero_1 * pow(both, -1, p) % p, first)
        to_c_0 = at.alpha * places.zero_0 * pow(places.zero_1, -1, p) % p
        add_interleaved(opened, to_c_0, [self.key.c_0])

    def _inverse(self, at: Challenges) -> int:
        """Return the inverse that a contract would have to compute."""
        vk = self.key.verifying_key
        places = places_of(vk, at)
        values = domain_values(self.field, vk.log_n, places.xi, vk.n_public)
        assert values is not None, "xi is a digest: it is on the domain with no chance worth a name"
        inverse = inverse_for_contracts(self.field.modulus, places, values)
        assert inverse is not None
        return inverse
