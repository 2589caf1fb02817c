"""A PLONK key and proofs over Python integers, for tests of the verifier; leaving one item out of the transcript on demand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tests.support.toy_rows import K1, K2, LOG_N, N, Rows, ToyTranscript, toy_witness
from zkctl.curve import Curve
from zkctl.field import FieldArray
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, Proof, VerifyingKey


def toy_vk(curve: Curve, rows: Rows | None = None) -> VerifyingKey:
    rows = rows or Rows(curve)
    q = rows.selectors
    points = [rows.commit(q[name]) for name in ("qm", "ql", "qr", "qo", "qc")]
    points += [rows.commit(sigma) for sigma in rows.sigmas]
    commitments = dict(zip(KEY_POINTS.values(), points, strict=True))
    return VerifyingKey(curve, rows.n_public, LOG_N, K1, K2, **commitments, x_2=rows.x_2())


def toy_proof(
    curve: Curve,
    witness: Sequence[int] | None = None,
    *,
    leave_out: str = "",
    rows: Rows | None = None,
) -> tuple[FieldArray, Proof]:
    """Prove; items of the transcript are named as in tests/soundness/test_frozen_heart.py."""
    rows = rows or Rows(curve)
    return _Prover(rows, witness or toy_witness(), ToyTranscript(rows, leave_out)).prove()


class _Prover:
    def __init__(self, rows: Rows, witness: Sequence[int], transcript: ToyTranscript) -> None:
        self.rows, self.witness, self.transcript = rows, witness, transcript
        self.public = rows.public(witness)

    def prove(self) -> tuple[FieldArray, Proof]:
        rows, f, p, t = self.rows, self.rows.f, self.rows.p, self.transcript
        values = rows.wire_values(self.witness)
        a, b, c = wires = [f.add(rows.column(column), self._blinding(2)) for column in values]
        vk = toy_vk(rows.curve, rows)
        key = {name: getattr(vk, field) for name, field in KEY_POINTS.items()}
        public = {f"public {k}": value for k, value in enumerate(self.public)}
        of_wires = dict(zip("ABC", map(rows.commit, wires), strict=True))
        beta = t.challenge(**key, **public, **of_wires)
        gamma = t.challenge(beta=beta)
        z = f.add(rows.grand_product(values, beta, gamma), self._blinding(3))
        alpha = t.challenge(beta_again=beta, gamma=gamma, Z=rows.commit(z))
        whole = f.add(
            rows.gates(a, b, c, rows.pi(self.public)),
            f.scale(rows.permutation(wires, z, beta, gamma), alpha),
            f.scale(rows.first_row(z), alpha * alpha),
        )
        parts = self._parts(f.divide(whole, rows.zero))
        of_parts = dict(zip(("T1", "T2", "T3"), map(rows.commit, parts), strict=True))
        zeta = t.challenge(alpha=alpha, **of_parts)
        evaluated = [a, b, c, *rows.sigmas[:2]]
        evaluations = [f.value(each, zeta) for each in evaluated]
        evaluations.append(f.value(z, zeta * rows.w % p))
        names = ("eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_zw")
        v = t.challenge(zeta=zeta, **dict(zip(names, evaluations, strict=True)))
        linear = self._linear(evaluations, beta, gamma, alpha, zeta, z, parts)
        if f.value(linear, zeta):
            raise ArithmeticError("the linearisation is not zero at zeta")
        combined = linear
        for k, (each, value) in enumerate(zip(evaluated, evaluations, strict=False), 1):
            combined = f.add(combined, f.scale(f.add(each, [-value]), pow(v, k, p)))
        w_zeta = rows.commit(f.divide(combined, [-zeta % p, 1]))
        shifted = f.add(z, [-evaluations[5]])
        w_zeta_omega = rows.commit(f.divide(shifted, [-zeta * rows.w % p, 1]))
        points = [*of_wires.values(), rows.commit(z), *of_parts.values(), w_zeta, w_zeta_omega]
        one, two, three, four, five, six = evaluations
        commitments = dict(zip(PROOF_POINTS.values(), points, strict=True))
        proof = Proof(
            **commitments,
            eval_a=one,
            eval_b=two,
            eval_c=three,
            eval_s1=four,
            eval_s2=five,
            eval_z_omega=six,
        )
        return FieldArray.from_ints(rows.curve.scalar_field, self.public), proof

    def _blinding(self, n: int) -> list[int]:
        return self.rows.f.multiply(self.transcript.blinding(n), self.rows.zero)

    def _parts(self, quotient: list[int]) -> list[list[int]]:
        f, (b10, b11) = self.rows.f, self.transcript.blinding(2)
        top = f.spread([1], 1, N)
        return [
            f.add(quotient[:N], f.scale(top, b10)),
            f.add(quotient[N : 2 * N], [-b10], f.scale(top, b11)),
            f.add(quotient[2 * N :], [-b11]),
        ]

    def _linear(
        self,
        evaluations: Sequence[int],
        beta: int,
        gamma: int,
        alpha: int,
        zeta: int,
        z: list[int],
        parts: Sequence[list[int]],
    ) -> list[int]:
        """The linearisation r(X), zero at zeta."""
        rows, f, p = self.rows, self.rows.f, self.rows.p
        a, b, c, s1, s2, zw = evaluations
        first = f.value(rows.column([1]), zeta)
        labels = alpha
        for wire, k in ((a, 1), (b, K1), (c, K2)):
            labels = labels * (wire + beta * k * zeta + gamma) % p
        behind = alpha * (a + beta * s1 + gamma) * (b + beta * s2 + gamma) * zw % p
        q, zh = rows.selectors, f.value(rows.zero, zeta)
        terms = [
            f.scale(q["qm"], a * b),
            f.scale(q["ql"], a),
            f.scale(q["qr"], b),
            f.scale(q["qo"], c),
            q["qc"],
            [f.value(rows.pi(self.public), zeta)],
            f.scale(z, labels),
            f.scale(f.add([c + gamma], f.scale(rows.sigmas[2], beta)), -behind),
            f.scale(f.add(z, [-1]), alpha * alpha * first),
        ]
        terms += [f.scale(part, -zh * pow(zeta, k * N, p)) for k, part in enumerate(parts)]
        return f.add(*terms)


@cache
def toy_statement(curve: Curve) -> tuple[VerifyingKey, FieldArray, Proof]:
    return toy_vk(curve), *toy_proof(curve)
