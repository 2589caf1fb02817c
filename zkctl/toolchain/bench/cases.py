"""The cases of `zkctl bench`: kernels on random data, and one circuit from phase 1 to its proofs.

The circuit is a chain of 2^power - 2 multiplications of full-size numbers, so that its key has the
domain of size 2^power; phase 1 and key are made as the commands make them, with one contribution.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.curve import (
    BN254,
    G1Array,
    G2Array,
    PointArray,
    is_pairing_product_one,
    msm_words,
    multiply_base,
)
from zkctl.field import FieldArray, PrimeField, words_from_ints
from zkctl.field.words import Words
from zkctl.groth16.batch import verify_batch
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.prove import PreparedKey, prove, prove_prepared
from zkctl.groth16.setup import initial_key
from zkctl.groth16.verify import verify
from zkctl.poly.domain import Domain
from zkctl.runtime.records import record
from zkctl.srs.lagrange import with_lagrange
from zkctl.srs.powers_of_tau import PowersOfTau

GROUPS = ("kernels", "setup", "prove", "verify")
N_BATCH = 100  # proofs that are verified together
_ORIGIN = Origin(ContributorKind.PARTICIPANT, "bench")


@record
class Case:
    """A measurement on `size` items."""

    group: str
    name: str
    size: int
    run: Callable[[], object]


def kernel_cases(log_sizes: tuple[int, int, int]) -> Iterator[Case]:
    """Yield cases of arithmetic on random data; log_sizes are log2 of many field elements, and of points in G1 and G2."""
    many, in_g1, in_g2 = log_sizes
    field = BN254.scalar_field
    x, y = (random_elements(field, 1 << many) for _ in range(2))
    yield Case("kernels", "multiply in Fr", 1 << many, lambda: x * y)
    yield Case("kernels", "invert in Fr", 1 << many, x.inverse)
    domain = Domain(field, many)
    yield Case("kernels", "transform (NTT)", 1 << many, lambda: domain.ntt(x))
    for kind, group, log_n in ((G1Array, BN254.g1, in_g1), (G2Array, BN254.g2, in_g2)):
        generator, scalars = kind.generator(group), x[: 1 << log_n]
        name = group.name.rpartition(".")[2].upper()
        yield Case(
            "kernels",
            f"multiples of one point, {name}",
            1 << log_n,
            partial(multiply_base, generator, scalars),
        )
        points, words = multiply_base(generator, scalars), y[: 1 << log_n].to_words()
        yield _sum_case(name, points, words)
    yield Case("kernels", "pairings, one product", 4, _four_pairings())


def _sum_case(name: str, points: PointArray, words: Words) -> Case:
    return Case(
        "kernels", f"sum of multiples (MSM), {name}", len(points), lambda: msm_words(points, words)
    )


def _four_pairings() -> Callable[[], object]:
    p, q = G1Array.generator(BN254.g1), G2Array.generator(BN254.g2)
    g1, g2 = G1Array.concatenate([p, -p, p, -p]), G2Array.concatenate([q] * 4)
    return partial(is_pairing_product_one, BN254, g1, g2)


def random_elements(field: PrimeField, n: int) -> FieldArray:
    """Return random elements of at most n_bits - 1 bits, from the operating system.  Shapes: -> (n,)."""
    raw = np.frombuffer(secrets.token_bytes(n * field.n_bytes), np.uint64).copy()
    words = raw.reshape(n, field.n_words)
    words[:, -1] >>= np.uint64(64 * field.n_words - field.n_bits + 1)
    return FieldArray.from_canonical_words(field, words)


class Pipeline:
    """One circuit on its way to proofs; every step can be repeated."""

    powers: PowersOfTau
    key: ProvingKey
    prepared: PreparedKey
    public: FieldArray
    proof: Proof

    def __init__(self, power: int) -> None:
        self.power = power
        self.r1cs, self.witness = chain(BN254.scalar_field, (1 << power) - 2)

    def cases(self) -> Iterator[Case]:
        """Yield the cases in their order: each step needs the ones before."""
        n = 1 << self.power
        yield Case("setup", "ptau contribute", n, self.contribute_powers)
        yield Case("setup", "ptau prepare", n, self.prepare_powers)
        yield Case("setup", "setup groth16", n, self.set_up)
        yield Case("setup", "ceremony contribute", n, self.contribute_key)
        yield Case("prove", "open a key, with tables", n, self.open)
        yield Case("prove", "prove, open key", n, self.prove_open)
        yield Case("prove", "prove", n, self.prove)
        yield Case("verify", "verify", 1, self.verify)
        yield Case("verify", "verify a batch", N_BATCH, self.verify_batch)

    def contribute_powers(self) -> None:
        """Contribute to phase 1."""
        self.powers, _ = contribute_phase1(new_powers(BN254, self.power), [], _ORIGIN)

    def prepare_powers(self) -> None:
        """Compute the Lagrange form of phase 1."""
        self.powers = with_lagrange(self.powers)

    def set_up(self) -> None:
        """Compute the key that phase 2 starts from."""
        self.key = initial_key(self.r1cs, self.powers)

    def contribute_key(self) -> None:
        """Contribute to the key, with a placeholder for its circuit hash."""
        self.key, _ = contribute_phase2(self.key, bytes(64), [], _ORIGIN)

    def open(self) -> None:
        """Compute the tables of an open key."""
        self.prepared = PreparedKey.of(self.key, 1 << 40)

    def prove_open(self) -> None:
        """Prove under the open key."""
        prove_prepared(self.prepared, self.witness)

    def prove(self) -> None:
        """Prove under a key as the command reads it."""
        self.proof, self.public = prove(self.key, self.witness)

    def verify(self) -> None:
        """Verify one proof."""
        assert verify(self.key.verifying_key, self.public, self.proof)

    def verify_batch(self) -> None:
        """Verify the same proof many times."""
        statements = [(self.public, self.proof)] * N_BATCH
        assert all(verify_batch(self.key.verifying_key, statements))


def chain(field: PrimeField, n: int) -> tuple[R1CS, Words]:
    """Return circuit and witness of x_(k+1) = (x_k + x_(k-1)) (x_k + 7), n times; the last is public.

    Shapes: witness (n + 3, n_words).
    """
    values = [3, 5]
    for _ in range(n):
        values.append((values[-1] + values[-2]) * (values[-1] + 7) % field.modulus)
    steps = np.arange(n, dtype=np.uint32)
    # wires: 0 one, 1 the last value, 2 .. the others in order
    before, now, after = steps + 2, steps + 3, steps + 4
    after[-1] = 1
    zero = np.zeros_like(steps)
    matrices = (
        _matrix(field, np.stack([now, before], axis=1), [1, 1]),
        _matrix(field, np.stack([now, zero], axis=1), [1, 7]),
        _matrix(field, after[:, None], [1]),
    )
    n_wires = n + 3
    labels = np.arange(n_wires, dtype=np.uint64)
    r1cs = R1CS(field, n_wires, 1, 0, 2, n_wires, *matrices, labels)
    return r1cs, words_from_ints([1, values[-1], *values[:-1]], field.n_words)


def _matrix(field: PrimeField, wires: np.ndarray, coefficients: list[int]) -> SparseMatrix:
    """Return a matrix with the same coefficients in every row.  Shapes: wires (n, terms)."""
    n, terms = wires.shape
    return SparseMatrix(
        field,
        np.arange(n + 1, dtype=np.int64) * terms,
        wires.reshape(-1),
        np.tile(words_from_ints(coefficients, field.n_words), (n, 1)),
    )
