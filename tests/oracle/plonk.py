"""A second implementation of PLONK on Python integers, from the text of the paper.

Gabizon, Williamson, Ciobotaru, "PLONK", section 8.3 (revision of 2023).  tau is known here, so that a commitment is one
product and a pairing is a comparison; the challenges are hashed as docs/reference/formats.md says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from Crypto.Hash import keccak
from py_ecc import optimized_bls12_381, optimized_bn128

from tests.oracle.dense_polynomials import Ring

CURVES: dict[str, tuple[Any, int]] = {
    "bn254": (optimized_bn128, 32),
    "bls12_381": (optimized_bls12_381, 48),
}
NON_RESIDUE = 5  # of both scalar fields: formats.md, "Roots of unity"


@dataclass(frozen=True)
class Setting:
    """A curve, its scalar field, and the secret of the setup."""

    curve: str
    tau: int

    @property
    def r(self) -> int:
        return int(CURVES[self.curve][0].curve_order)

    @property
    def ring(self) -> Ring:
        return Ring(self.r)

    def root(self, n: int) -> int:
        return pow(NON_RESIDUE, (self.r - 1) // n, self.r)

    def commit(self, f: Sequence[int]) -> int:
        """The logarithm of the commitment."""
        return self.ring.at(f, self.tau)

    def point(self, logarithm: int) -> tuple[int, int] | None:
        library = CURVES[self.curve][0]
        if logarithm % self.r == 0:
            return None
        x, y = library.normalize(library.multiply(library.G1, logarithm % self.r))[:2]
        return int(x), int(y)

    def challenge(self, *parts: tuple[str, int]) -> int:
        """Keccak-256 of points (by their logarithms) and scalars."""
        size, data = CURVES[self.curve][1], b""
        for kind, value in parts:
            if kind == "scalar":
                data += value.to_bytes(32, "big")
            else:
                x, y = self.point(value) or (0, 0)
                data += x.to_bytes(size, "big") + y.to_bytes(size, "big")
        digest = keccak.new(digest_bits=256, data=data).digest()
        return int.from_bytes(digest, "big") % self.r


def points(values: Sequence[int]) -> list[tuple[str, int]]:
    return [("point", value) for value in values]


def scalars(values: Sequence[int]) -> list[tuple[str, int]]:
    return [("scalar", value) for value in values]


@dataclass
class Rows:
    """The rows of a circuit, padded to n: selectors and the wires of the columns a, b, c."""

    q_m: list[int]
    q_l: list[int]
    q_r: list[int]
    q_o: list[int]
    q_c: list[int]
    wires: tuple[list[int], list[int], list[int]]
    k1: int = 2
    k2: int = 3

    @property
    def n(self) -> int:
        return len(self.q_m)

    def selectors(self) -> list[list[int]]:
        return [self.q_m, self.q_l, self.q_r, self.q_o, self.q_c]


def permutation(setting: Setting, rows: Rows) -> list[list[int]]:
    """The values of S_1, S_2, S_3: at each place the label of the previous place with the same wire, in a cycle.

    Places are ordered by row, in a row by column.
    """
    r, n = setting.r, rows.n
    root, shifts = setting.root(n), (1, rows.k1, rows.k2)
    places: dict[int, list[tuple[int, int]]] = {}
    for row in range(n):
        for column in range(3):
            places.setdefault(rows.wires[column][row], []).append((column, row))
    sigma = [[0] * n for _ in range(3)]
    for cycle in places.values():
        for k, (column, row) in enumerate(cycle):
            from_column, from_row = cycle[k - 1]
            sigma[column][row] = shifts[from_column] * pow(root, from_row, r) % r
    return sigma


@dataclass
class Run:
    """What a prover sends (logarithms of points, values) and the challenges."""

    points: dict[str, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    challenges: dict[str, int] = field(default_factory=dict)


def key_points(setting: Setting, rows: Rows) -> list[int]:
    """The logarithms of q_m, q_l, q_r, q_o, q_c, S_1, S_2, S_3, committed."""
    ring, root = setting.ring, setting.root(rows.n)
    vectors = rows.selectors() + permutation(setting, rows)
    return [setting.commit(ring.interpolate_on_domain(v, root)) for v in vectors]


def prove(  # noqa: PLR0915  # the rounds one after the other, as in the paper
    setting: Setting,
    rows: Rows,
    public: Sequence[int],
    values: Sequence[int],
    blinding: Sequence[int],
) -> Run:
    """All rounds; `values` of the wires by number, wire 0 counts as 0; `blinding` is b_1 .. b_11 of the paper."""
    ring, r, n = setting.ring, setting.r, rows.n
    root, run = setting.root(n), Run()
    z_h = [-1 % r] + [0] * (n - 1) + [1]
    b = [0, *blinding]
    held = [0, *values[1:]]
    columns = [[held[w] for w in wires] for wires in rows.wires]
    sigma = permutation(setting, rows)

    def poly(vector: Sequence[int]) -> list[int]:
        return ring.interpolate_on_domain(vector, root)

    def blind(f: Sequence[int], *high_to_low: int) -> list[int]:
        return ring.add(f, ring.mul(high_to_low[::-1], z_h))

    # round 1
    f_a, f_b, f_c = (poly(column) for column in columns)
    f_a, f_b, f_c = blind(f_a, b[1], b[2]), blind(f_b, b[3], b[4]), blind(f_c, b[5], b[6])
    for name, f in (("a", f_a), ("b", f_b), ("c", f_c)):
        run.points[name] = setting.commit(f)
    # round 2
    first = points(key_points(setting, rows)) + scalars(list(public))
    beta = setting.challenge(*first, *points([run.points[k] for k in "abc"]))
    gamma = setting.challenge(*scalars([beta]))
    shifts = (1, rows.k1, rows.k2)
    z_values = [1]
    for i in range(n - 1):
        above = below = 1
        for column, shift, s in zip(columns, shifts, sigma, strict=True):
            above = above * (column[i] + beta * shift * pow(root, i, r) + gamma) % r
            below = below * (column[i] + beta * s[i] + gamma) % r
        z_values.append(z_values[-1] * above * pow(below, -1, r) % r)
    f_z = blind(poly(z_values), b[7], b[8], b[9])
    run.points["z"] = setting.commit(f_z)
    # round 3
    alpha = setting.challenge(*scalars([beta, gamma]), *points([run.points["z"]]))
    q = [poly(vector) for vector in rows.selectors()]
    s_1, s_2, s_3 = (poly(vector) for vector in sigma)
    pi = poly([-x % r for x in public] + [0] * (n - len(public)))
    l_1 = poly([1] + [0] * (n - 1))
    gate = ring.add(
        ring.product(f_a, f_b, q[0]),
        ring.mul(f_a, q[1]),
        ring.mul(f_b, q[2]),
        ring.mul(f_c, q[3]),
        pi,
        q[4],
    )

    def shifted(f: Sequence[int], factor: int) -> list[int]:
        return ring.add(f, [gamma, beta * factor % r])

    def permuted(f: Sequence[int], s: Sequence[int]) -> list[int]:
        return ring.add(f, ring.scale(beta, s), [gamma])

    left = ring.product(shifted(f_a, 1), shifted(f_b, rows.k1), shifted(f_c, rows.k2), f_z)
    right = ring.product(
        permuted(f_a, s_1), permuted(f_b, s_2), permuted(f_c, s_3), ring.rescale(f_z, root)
    )
    start = ring.mul(ring.sub(f_z, [1]), l_1)
    t = ring.divide(
        ring.add(gate, ring.scale(alpha, ring.sub(left, right)), ring.scale(alpha * alpha, start)),
        z_h,
    )
    t += [0] * (3 * n - len(t))
    low = ring.add(t[:n], [0] * n + [b[10]])
    mid = ring.add(t[n : 2 * n], [-b[10]], [0] * n + [b[11]])
    high = ring.add(t[2 * n :], [-b[11]])
    for name, f in (("t_low", low), ("t_mid", mid), ("t_high", high)):
        run.points[name] = setting.commit(f)
    # round 4
    zeta = setting.challenge(
        *scalars([alpha]), *points([run.points[k] for k in ("t_low", "t_mid", "t_high")])
    )
    named = {"a": f_a, "b": f_b, "c": f_c, "s1": s_1, "s2": s_2}
    run.values = {name: ring.at(f, zeta) for name, f in named.items()}
    run.values["z_omega"] = ring.at(f_z, zeta * root % r)
    v = setting.challenge(*scalars([zeta, *run.values.values()]))
    # round 5
    e, zh_zeta = run.values, (pow(zeta, n, r) - 1) % r
    l1_zeta = ring.at(l_1, zeta)
    left_zeta = (e["a"] + beta * zeta + gamma) * (e["b"] + beta * rows.k1 * zeta + gamma)
    left_zeta = left_zeta * (e["c"] + beta * rows.k2 * zeta + gamma) % r
    right_zeta = (
        (e["a"] + beta * e["s1"] + gamma) * (e["b"] + beta * e["s2"] + gamma) * e["z_omega"] % r
    )
    whole_t = ring.add(low, ring.scale(pow(zeta, n, r), mid), ring.scale(pow(zeta, 2 * n, r), high))
    linear = ring.add(
        ring.scale(e["a"] * e["b"], q[0]),
        ring.scale(e["a"], q[1]),
        ring.scale(e["b"], q[2]),
        ring.scale(e["c"], q[3]),
        q[4],
        [ring.at(pi, zeta)],
        ring.scale(alpha * left_zeta, f_z),
        ring.scale(-alpha * right_zeta, ring.add(ring.scale(beta, s_3), [e["c"] + gamma])),
        ring.scale(alpha * alpha * l1_zeta, ring.sub(f_z, [1])),
        ring.scale(-zh_zeta, whole_t),
    )
    opened = linear
    for power, name in enumerate(named, 1):
        opened = ring.add(opened, ring.scale(pow(v, power, r), ring.sub(named[name], [e[name]])))
    w_zeta = ring.divide(opened, [-zeta % r, 1])
    w_zeta_omega = ring.divide(ring.sub(f_z, [e["z_omega"]]), [-zeta * root % r, 1])
    run.points["w_zeta"], run.points["w_zeta_omega"] = (
        setting.commit(w_zeta),
        setting.commit(w_zeta_omega),
    )
    u = setting.challenge(
        *scalars([v]), *points([run.points["w_zeta"], run.points["w_zeta_omega"]])
    )
    run.challenges = {"beta": beta, "gamma": gamma, "alpha": alpha, "zeta": zeta, "v": v, "u": u}
    return run


def verify(setting: Setting, rows: Rows, public: Sequence[int], run: Run) -> bool:
    """Steps 4 to 12 of the paper's verifier, on logarithms."""
    r, n, root = setting.r, rows.n, setting.root(rows.n)
    key = key_points(setting, rows)
    q_m, q_l, q_r, q_o, q_c, s_1, s_2, s_3 = key
    p, e = run.points, run.values
    beta = setting.challenge(
        *points(key), *scalars(list(public)), *points([p["a"], p["b"], p["c"]])
    )
    gamma = setting.challenge(*scalars([beta]))
    alpha = setting.challenge(*scalars([beta, gamma]), *points([p["z"]]))
    zeta = setting.challenge(*scalars([alpha]), *points([p["t_low"], p["t_mid"], p["t_high"]]))
    order = ("a", "b", "c", "s1", "s2", "z_omega")
    v = setting.challenge(*scalars([zeta, *(e[name] for name in order)]))
    u = setting.challenge(*scalars([v]), *points([p["w_zeta"], p["w_zeta_omega"]]))
    z_h = (pow(zeta, n, r) - 1) % r
    lagrange = [
        pow(root, i, r) * z_h * pow(n * (zeta - pow(root, i, r)), -1, r) % r
        for i in range(max(1, len(public)))
    ]
    pi = -sum(x * basis for x, basis in zip(public, lagrange, strict=False)) % r
    s_side = (e["a"] + beta * e["s1"] + gamma) * (e["b"] + beta * e["s2"] + gamma) % r
    r_0 = pi - lagrange[0] * alpha**2 - alpha * s_side * (e["c"] + gamma) * e["z_omega"]
    side = (e["a"] + beta * zeta + gamma) * (e["b"] + beta * rows.k1 * zeta + gamma)
    side *= e["c"] + beta * rows.k2 * zeta + gamma
    d = e["a"] * e["b"] * q_m + e["a"] * q_l + e["b"] * q_r + e["c"] * q_o + q_c
    d += (side * alpha + lagrange[0] * alpha**2 + u) * p["z"]
    d -= s_side * alpha * beta * e["z_omega"] * s_3
    d -= z_h * (p["t_low"] + pow(zeta, n, r) * p["t_mid"] + pow(zeta, 2 * n, r) * p["t_high"])
    opened = (p["a"], p["b"], p["c"], s_1, s_2)
    f = d + sum(pow(v, k, r) * point for k, point in enumerate(opened, 1))
    constant = -r_0 + sum(pow(v, k, r) * e[name] for k, name in enumerate(order[:5], 1))
    constant += u * e["z_omega"]
    left = setting.tau * (p["w_zeta"] + u * p["w_zeta_omega"])
    right = zeta * p["w_zeta"] + u * zeta * root * p["w_zeta_omega"] + f - constant
    return (left - right) % r == 0
