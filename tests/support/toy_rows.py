"""A small circuit as rows of PLONK, with polynomials over Python integers: what the toy provers have in common.

The secret of the setup is known, so that a commitment is a number times the generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from random import Random

from Crypto.Hash import keccak

from tests.support.polynomials import Coefficients, Polynomials
from zkctl.curve import Curve, G1Array, G2Array, multiply_base
from zkctl.curve.sums.combination import Combination
from zkctl.field import FieldArray

TAU = 0x5EC1DEADBEEF0123456789
K1, K2 = 2, 3
LOG_N, N = 3, 8

Row = tuple[int, int, int, int, int, int, int, int]  # wires a, b, c; q_l, q_r, q_m, q_o, q_c

# out = x * y + 5 and tag, both public; x and y are secret.
ROWS: tuple[Row, ...] = (
    (1, 0, 0, 1, 0, 0, 0, 0),
    (2, 0, 0, 1, 0, 0, 0, 0),
    (3, 4, 5, 0, 0, 1, -1, 0),
    (5, 0, 1, 1, 0, 0, -1, 5),
    (3, 4, 6, 1, 1, 0, -1, 0),
)


def toy_witness(x: int = 6, y: int = 7, tag: int = 99) -> list[int]:
    """Wires 0 .. 6: zero, out, tag, x, y, x * y, x + y."""
    return [0, x * y + 5, tag, x, y, x * y, x + y]


@dataclass(frozen=True)
class Rows:
    """The rows on the domain of size 8; the last `free` ones are bound to nothing."""

    curve: Curve
    free: int = 0
    rows: tuple[Row, ...] = ROWS
    n_public: int = 2

    @property
    def p(self) -> int:
        return self.curve.scalar_field.modulus

    @property
    def f(self) -> Polynomials:
        return Polynomials(self.p)

    @property
    def w(self) -> int:
        return self.curve.scalar_field.root_of_unity(LOG_N)

    @cached_property
    def domain(self) -> list[int]:
        return [pow(self.w, k, self.p) for k in range(N)]

    @cached_property
    def zero(self) -> Coefficients:
        """X^N - 1."""
        return self.f.vanishing(N, 1)

    def column(self, values: Sequence[int]) -> Coefficients:
        return self.f.interpolate([*values, *([0] * (N - len(values)))], self.w)

    @cached_property
    def selectors(self) -> dict[str, Coefficients]:
        names = ("ql", "qr", "qm", "qo", "qc")
        return {
            name: self.column([row[3 + k] % self.p for row in self.rows])
            for k, name in enumerate(names)
        }

    def labels(self) -> list[list[int]]:
        return [[k * x % self.p for x in self.domain] for k in (1, K1, K2)]

    def sigma_values(self) -> list[list[int]]:
        """The labels, permuted in cycles along each wire."""
        labels, cells = self.labels(), {}
        sigma = [list(column) for column in labels]
        for i in range(N - self.free):
            row = self.rows[i] if i < len(self.rows) else (0, 0, 0)
            for column in range(3):
                cells.setdefault(row[column], []).append((column, i))
        for cycle in cells.values():
            for (column, i), (other, j) in zip(cycle, cycle[1:] + cycle[:1], strict=True):
                sigma[column][i] = labels[other][j]
        return sigma

    @cached_property
    def sigmas(self) -> list[Coefficients]:
        return [self.column(values) for values in self.sigma_values()]

    def wire_values(self, witness: Sequence[int]) -> list[list[int]]:
        columns = [[witness[row[k]] % self.p for row in self.rows] for k in range(3)]
        return [column + [0] * (N - len(column)) for column in columns]

    def public(self, witness: Sequence[int]) -> list[int]:
        return [value % self.p for value in witness[1 : self.n_public + 1]]

    def pi(self, public: Sequence[int]) -> Coefficients:
        return self.column([-value % self.p for value in public])

    def grand_product(self, wires: Sequence[Sequence[int]], beta: int, gamma: int) -> Coefficients:
        labels, sigma, z = self.labels(), self.sigma_values(), [1]
        for i in range(N):
            above = below = 1
            for k in range(3):
                above = above * (wires[k][i] + beta * labels[k][i] + gamma) % self.p
                below = below * (wires[k][i] + beta * sigma[k][i] + gamma) % self.p
            z.append(z[-1] * above * pow(below, -1, self.p) % self.p)
        if z.pop() != 1:
            raise ArithmeticError("the permutation does not hold")
        return self.column(z)

    def gates(
        self, a: Coefficients, b: Coefficients, c: Coefficients, pi: Coefficients
    ) -> Coefficients:
        f, q = self.f, self.selectors
        return f.add(
            f.multiply(q["ql"], a),
            f.multiply(q["qr"], b),
            f.multiply(q["qm"], a, b),
            f.multiply(q["qo"], c),
            q["qc"],
            pi,
        )

    def permutation(
        self, wires: Sequence[Coefficients], z: Coefficients, beta: int, gamma: int
    ) -> Coefficients:
        f = self.f
        before, behind = [z], [f.stretch(z, self.w)]
        for wire, k, sigma in zip(wires, (1, K1, K2), self.sigmas, strict=True):
            before.append(f.add(wire, [gamma, beta * k % self.p]))
            behind.append(f.add(wire, [gamma], f.scale(sigma, beta)))
        return f.add(f.multiply(*before), f.scale(f.multiply(*behind), -1))

    def first_row(self, z: Coefficients) -> Coefficients:
        return self.f.multiply(self.f.add(z, [-1]), self.column([1]))

    def commit(self, polynomial: Sequence[int]) -> G1Array:
        return self.point(self.f.value(polynomial, TAU))

    def point(self, scalar: int) -> G1Array:
        return _generator(self.curve).of([scalar % self.p])

    def x_2(self, tau: int = TAU) -> G2Array:
        scalars = FieldArray.from_ints(self.curve.scalar_field, [tau])
        points = multiply_base(G2Array.generator(self.curve.g2), scalars)
        return G2Array.from_bytes(points.group, points.to_bytes())[0]


@cache
def _generator(curve: Curve) -> Combination:
    return Combination(G1Array.concatenate([G1Array.generator(curve.g1)]))


@dataclass
class ToyTranscript:
    """A second implementation of the transcript, which can leave out one named item."""

    rows: Rows
    leave_out: str = ""
    random: Random = field(default_factory=lambda: Random(1))

    def challenge(self, **items: G1Array | int) -> int:
        size, q_size = self.rows.curve.scalar_field.n_bytes, self.rows.curve.base_field.n_bytes
        data = b""
        for name, item in items.items():
            if name == self.leave_out:
                continue
            if isinstance(item, int):
                data += item.to_bytes(size, "big")
                continue
            (point,) = item.to_ints()
            x, y = ((0,), (0,)) if point is None else point
            data += x[0].to_bytes(q_size, "big") + y[0].to_bytes(q_size, "big")
        digest = keccak.new(digest_bits=256, data=data).digest()
        return int.from_bytes(digest, "big") % self.rows.p

    def blinding(self, n: int) -> list[int]:
        return [self.random.randrange(1, self.rows.p) for _ in range(n)]
