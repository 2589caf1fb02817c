"""An fflonk key and proofs over Python integers, for tests of the verifier; leaving one item out of the transcript on demand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tests.support.toy_rows import K1, K2, LOG_N, N, Rows, ToyTranscript, toy_witness
from zkctl.curve import BN254
from zkctl.fflonk.keys import EVALUATIONS, Proof, VerifyingKey
from zkctl.field import FieldArray

ROWS = Rows(BN254, free=2)
P = ROWS.p
CUBE_ROOTS = [pow(5, (P - 1) // 3 * k, P) for k in range(3)]


def _cube_root_of_domain_root() -> int:
    """A cube root of w: the exponent 3 has an inverse modulo the order of w."""
    return pow(ROWS.w, pow(3, -1, N), P)


def _c_0() -> list[int]:
    f, q, s = ROWS.f, ROWS.selectors, ROWS.sigmas
    order = [q["ql"], q["qr"], q["qo"], q["qm"], q["qc"], *s]
    return f.add(*(f.spread(each, 8, k) for k, each in enumerate(order)))


@cache
def toy_vk() -> VerifyingKey:
    root = BN254.scalar_field.root_of_unity
    return VerifyingKey(
        BN254,
        ROWS.n_public,
        LOG_N,
        K1,
        K2,
        CUBE_ROOTS[1],
        root(2),
        root(3),
        _cube_root_of_domain_root(),
        ROWS.x_2(),
        ROWS.commit(_c_0()),
    )


def toy_proof(
    witness: Sequence[int] | None = None, *, leave_out: str = ""
) -> tuple[FieldArray, Proof]:
    """Prove; items of the transcript are named as in tests/soundness/test_frozen_heart.py."""
    return _Prover(witness or toy_witness(), ToyTranscript(ROWS, leave_out)).prove()


class _Prover:
    def __init__(self, witness: Sequence[int], transcript: ToyTranscript) -> None:
        self.transcript = transcript
        self.public = ROWS.public(witness)
        self.values = ROWS.wire_values(witness)
        for column in self.values:
            column[-ROWS.free :] = transcript.blinding(ROWS.free)

    def prove(self) -> tuple[FieldArray, Proof]:
        f, t = ROWS.f, self.transcript
        wires = [ROWS.column(column) for column in self.values]
        a, b, c = wires
        t_0 = f.divide(ROWS.gates(a, b, c, ROWS.pi(self.public)), ROWS.zero)
        c_1 = self._spread([*wires, t_0], 4)
        public = {f"public {k}": value for k, value in enumerate(self.public)}
        beta = t.challenge(C0=toy_vk().c_0, **public, C1=ROWS.commit(c_1))
        gamma = t.challenge(beta=beta)
        z = f.add(
            ROWS.grand_product(self.values, beta, gamma),
            f.multiply(t.blinding(3), ROWS.zero),
        )
        t_1 = f.divide(ROWS.first_row(z), ROWS.zero)
        t_2 = f.divide(ROWS.permutation(wires, z, beta, gamma), ROWS.zero)
        c_2 = self._spread([z, t_1, t_2], 3)
        seed = t.challenge(gamma=gamma, C2=ROWS.commit(c_2))
        xi = pow(seed, 24, P)
        evaluations = self._evaluations(wires, z, t_1, t_2, xi)
        alpha = t.challenge(xi_seed=seed, **dict(zip(EVALUATIONS, evaluations, strict=True)))
        places = _places(seed)
        committed = [_c_0(), c_1, c_2]
        remainders = [_interpolate(each, at) for each, at in zip(committed, places, strict=True)]
        w_1 = [0]
        for k, (each, rest, at) in enumerate(zip(committed, remainders, places, strict=True)):
            quotient = f.divide(f.add(each, f.scale(rest, -1)), _vanishing(at))
            w_1 = f.add(w_1, f.scale(quotient, pow(alpha, k, P)))
        y = t.challenge(alpha=alpha, W1=ROWS.commit(w_1))
        w_2 = self._last_quotient(committed, remainders, places, w_1, alpha, y)
        proof = Proof(
            ROWS.commit(c_1),
            ROWS.commit(c_2),
            ROWS.commit(w_1),
            ROWS.commit(w_2),
            tuple(evaluations),
            _inverse(places, xi, y, max(1, len(self.public))),
        )
        return FieldArray.from_ints(BN254.scalar_field, self.public), proof

    def _spread(self, polynomials: Sequence[list[int]], step: int) -> list[int]:
        f = ROWS.f
        return f.add(*(f.spread(each, step, k) for k, each in enumerate(polynomials)))

    def _evaluations(
        self, wires: Sequence[list[int]], z: list[int], t_1: list[int], t_2: list[int], xi: int
    ) -> list[int]:
        f, q = ROWS.f, ROWS.selectors
        here = [q[name] for name in ("ql", "qr", "qm", "qo", "qc")]
        found = [f.value(each, xi) for each in (*here, *ROWS.sigmas, *wires, z)]
        return found + [f.value(each, xi * ROWS.w % P) for each in (z, t_1, t_2)]

    def _last_quotient(
        self,
        committed: Sequence[list[int]],
        remainders: Sequence[list[int]],
        places: Sequence[Sequence[int]],
        w_1: list[int],
        alpha: int,
        y: int,
    ) -> list[int]:
        f = ROWS.f
        zeros = [f.value(_vanishing(at), y) for at in places]
        total = f.scale(w_1, -zeros[0])
        for k, (each, rest) in enumerate(zip(committed, remainders, strict=True)):
            factor = pow(alpha, k, P) * zeros[0] * pow(zeros[k], -1, P)
            total = f.add(total, f.scale(f.add(each, [-f.value(rest, y)]), factor))
        return f.divide(total, [-y % P, 1])


def _places(seed: int) -> list[list[int]]:
    """The points at which C0, C1 and C2 are opened."""
    root = BN254.scalar_field.root_of_unity
    h_0, h_1, h_2 = (pow(seed, k, P) for k in (3, 6, 8))
    h_3 = h_2 * _cube_root_of_domain_root() % P
    return [
        [h_0 * pow(root(3), k, P) % P for k in range(8)],
        [h_1 * pow(root(2), k, P) % P for k in range(4)],
        [h * each % P for h in (h_2, h_3) for each in CUBE_ROOTS],
    ]


def _vanishing(places: Sequence[int]) -> list[int]:
    return ROWS.f.multiply(*([-x % P, 1] for x in places))


def _interpolate(polynomial: Sequence[int], places: Sequence[int]) -> list[int]:
    """The polynomial of least degree with the same values at the places, by Lagrange's formula."""
    f, total = ROWS.f, [0]
    for x in places:
        others = [other for other in places if other != x]
        basis = _vanishing(others)
        scale = f.value(polynomial, x) * pow(f.value(basis, x), -1, P)
        total = f.add(total, f.scale(basis, scale))
    return total


def _inverse(places: Sequence[Sequence[int]], xi: int, y: int, n_public: int) -> int:
    """The inverse of all that a contract divides by, factor by factor."""
    f, product = ROWS.f, f_zero(xi)
    for at in places[1:]:
        product = product * f.value(_vanishing(at), y) % P
    for at in places:
        for x in at:
            others = [other for other in at if other != x]
            product = product * f.value(_vanishing(others), x) * (y - x) % P
    for x in ROWS.domain[:n_public]:
        product = product * N * (xi - x) % P
    return pow(product, -1, P)


def f_zero(xi: int) -> int:
    return ROWS.f.value(ROWS.zero, xi)


@cache
def toy_statement() -> tuple[VerifyingKey, FieldArray, Proof]:
    return toy_vk(), *toy_proof()
