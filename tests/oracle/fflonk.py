"""A second implementation of fflonk on Python integers.

Gabizon, Williamson, "fflonk", sections 4 and 7, with the layout of docs/reference/formats.md: C_0 holds eight polynomials,
C_1 four, C_2 three.  tau is known here, so that a commitment is one product and a pairing is a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.dense_polynomials import Ring
from tests.oracle.plonk import Rows, Run, Setting, permutation, points, scalars

W3_BASE = 31624  # formats.md: w3 is a power of it
W3_EXPONENT = 3648040478639879203707734290876212514758060733402672390616367364429301415936 // 3
WR_BASE = 467799165886069610036046866799264026481344299079011762026774533774345988080  # a cube root of the root of order 2^28
EVALUATIONS = (
    "ql",
    "qr",
    "qm",
    "qo",
    "qc",
    "s1",
    "s2",
    "s3",
    "a",
    "b",
    "c",
    "z",
    "zw",
    "t1w",
    "t2w",
)


class Roots:
    """The roots of unity of a domain of size n, and the sets where the three combined polynomials are opened."""

    def __init__(self, setting: Setting, n: int) -> None:
        r = setting.r
        self.r, self.n, self.root = r, n, setting.root(n)
        self.w3 = pow(W3_BASE, W3_EXPONENT, r)
        self.w4, self.w8 = setting.root(4), setting.root(8)
        self.wr = pow(WR_BASE, 2 ** (28 - n.bit_length() + 1), r)

    def sets(self, seed: int) -> list[list[int]]:
        """S_0 (8 points), S_1 (4), S_2 with S_3 (6), for the seed of xi = seed^24."""
        r = self.r
        h0, h1, h2 = pow(seed, 3, r), pow(seed, 6, r), pow(seed, 8, r)
        return [
            [h0 * pow(self.w8, i, r) % r for i in range(8)],
            [h1 * pow(self.w4, i, r) % r for i in range(4)],
            [h * pow(self.w3, i, r) % r for h in (h2, h2 * self.wr % r) for i in range(3)],
        ]


def combined(ring: Ring, polynomials: Sequence[Sequence[int]]) -> list[int]:
    """sum X^i f_i(X^k) for k polynomials."""
    k = len(polynomials)
    return ring.add(*(ring.shift(ring.spread(f, k), i) for i, f in enumerate(polynomials)))


def c_0(setting: Setting, rows: Rows) -> list[int]:
    """The polynomial of the key: ql, qr, qo, qm, qc, S_1, S_2, S_3."""
    vectors = [
        rows.q_l,
        rows.q_r,
        rows.q_o,
        rows.q_m,
        rows.q_c,
        *permutation_with_blinding(setting, rows),
    ]
    root = setting.root(rows.n)
    return combined(setting.ring, [setting.ring.interpolate_on_domain(v, root) for v in vectors])


def permutation_with_blinding(setting: Setting, rows: Rows) -> list[list[int]]:
    """As PLONK's, the last two rows of each column with themselves."""
    r, n, root = setting.r, rows.n, setting.root(rows.n)
    apart = 1 + max(max(wires) for wires in rows.wires)
    columns = []
    for column, wires in enumerate(rows.wires):
        own = [apart + 2 * column, apart + 2 * column + 1]
        columns.append([*wires[: n - 2], *own])
    sigma = permutation(
        setting,
        Rows(rows.q_m, rows.q_l, rows.q_r, rows.q_o, rows.q_c, tuple(columns), rows.k1, rows.k2),  # type: ignore[arg-type]
    )
    for column, shift in enumerate((1, rows.k1, rows.k2)):
        assert sigma[column][n - 1] == shift * pow(root, n - 1, r) % r
    return sigma


def prove(  # noqa: PLR0915  # the rounds one after the other, as in the paper
    setting: Setting,
    rows: Rows,
    public: Sequence[int],
    values: Sequence[int],
    hidden_rows: Sequence[Sequence[int]],
    blinding: Sequence[int],
) -> Run:
    """All rounds; `hidden_rows`: the values of a, b, c in the last two rows; `blinding`: z's, highest coefficient first."""
    ring, r, n = setting.ring, setting.r, rows.n
    roots, run = Roots(setting, n), Run()
    root = roots.root
    z_h = [-1 % r] + [0] * (n - 1) + [1]
    held = [0, *values[1:]]
    columns = [
        [*(held[w] for w in wires[: n - 2]), *hidden]
        for wires, hidden in zip(rows.wires, hidden_rows, strict=True)
    ]
    sigma = permutation_with_blinding(setting, rows)

    def poly(vector: Sequence[int]) -> list[int]:
        return ring.interpolate_on_domain(vector, root)

    f_a, f_b, f_c = (poly(column) for column in columns)
    q_m, q_l, q_r, q_o, q_c = (poly(vector) for vector in rows.selectors())
    pi = poly([-x % r for x in public] + [0] * (n - len(public)))
    gate = ring.add(
        ring.product(f_a, f_b, q_m),
        ring.mul(f_a, q_l),
        ring.mul(f_b, q_r),
        ring.mul(f_c, q_o),
        pi,
        q_c,
    )
    t_0 = ring.divide(gate, z_h)
    f_1 = combined(ring, [f_a, f_b, f_c, t_0])
    run.points["c_1"] = setting.commit(f_1)
    key = setting.commit(c_0(setting, rows))
    beta = setting.challenge(*points([key]), *scalars(list(public)), *points([run.points["c_1"]]))
    gamma = setting.challenge(*scalars([beta]))

    shifts, z_values = (1, rows.k1, rows.k2), [1]
    for i in range(n - 1):
        above = below = 1
        for column, shift, s in zip(columns, shifts, sigma, strict=True):
            above = above * (column[i] + beta * shift * pow(root, i, r) + gamma) % r
            below = below * (column[i] + beta * s[i] + gamma) % r
        z_values.append(z_values[-1] * above * pow(below, -1, r) % r)
    f_z = ring.add(poly(z_values), ring.mul(blinding[::-1], z_h))
    t_1 = ring.divide(ring.mul(ring.sub(f_z, [1]), poly([1] + [0] * (n - 1))), z_h)
    s_1, s_2, s_3 = (poly(vector) for vector in sigma)
    left = ring.product(
        *(ring.add(f, [gamma, beta * k]) for f, k in zip((f_a, f_b, f_c), shifts, strict=True)), f_z
    )
    right = ring.product(
        *(
            ring.add(f, ring.scale(beta, s), [gamma])
            for f, s in ((f_a, s_1), (f_b, s_2), (f_c, s_3))
        ),
        ring.rescale(f_z, root),
    )
    t_2 = ring.divide(ring.sub(left, right), z_h)
    f_2 = combined(ring, [f_z, t_1, t_2])
    run.points["c_2"] = setting.commit(f_2)
    seed = setting.challenge(*scalars([gamma]), *points([run.points["c_2"]]))
    xi = pow(seed, 24, r)
    at_xi = {"ql": q_l, "qr": q_r, "qm": q_m, "qo": q_o, "qc": q_c, "s1": s_1, "s2": s_2, "s3": s_3}
    at_xi |= {"a": f_a, "b": f_b, "c": f_c, "z": f_z}
    run.values = {name: ring.at(f, xi) for name, f in at_xi.items()}
    for name, f in (("zw", f_z), ("t1w", t_1), ("t2w", t_2)):
        run.values[name] = ring.at(f, xi * root % r)
    alpha = setting.challenge(*scalars([seed, *(run.values[name] for name in EVALUATIONS)]))

    sets, whole = roots.sets(seed), [c_0(setting, rows), f_1, f_2]
    rests = [
        ring.interpolate(s, [ring.at(f, x) for x in s]) for s, f in zip(sets, whole, strict=True)
    ]
    vanishing = [ring.vanishing(s) for s in sets]
    w_1: list[int] = [0]
    for power, (f, rest, z) in enumerate(zip(whole, rests, vanishing, strict=True)):
        w_1 = ring.add(w_1, ring.scale(pow(alpha, power, r), ring.divide(ring.sub(f, rest), z)))
    run.points["w_1"] = setting.commit(w_1)
    y = setting.challenge(*scalars([alpha]), *points([run.points["w_1"]]))
    at_y = [ring.at(z, y) for z in vanishing]
    opened = ring.scale(-at_y[0], w_1)
    for power, (f, rest, z) in enumerate(zip(whole, rests, at_y, strict=True)):
        weight = pow(alpha, power, r) * at_y[0] * pow(z, -1, r) % r
        opened = ring.add(opened, ring.scale(weight, ring.sub(f, [ring.at(rest, y)])))
    run.points["w_2"] = setting.commit(ring.divide(opened, [-y % r, 1]))
    run.challenges = {"beta": beta, "gamma": gamma, "seed": seed, "xi": xi, "alpha": alpha, "y": y}
    run.values["inv"] = inverse(roots, run, len(public))
    return run


def inverse(roots: Roots, run: Run, n_public: int) -> int:
    """What a contract would have to invert, in one product."""
    r, n = roots.r, roots.n
    seed, xi, y = (run.challenges[name] for name in ("seed", "xi", "y"))
    sets = roots.sets(seed)
    product = (pow(xi, n, r) - 1) % r
    for points_of_set in sets[1:]:
        for x in points_of_set:
            product = product * (y - x) % r
    for points_of_set in sets:
        for x in points_of_set:
            product = product * (y - x) % r
            for other in points_of_set:
                product = product * (x - other) % r if other != x else product
    for i in range(max(1, n_public)):
        product = product * n * (xi - pow(roots.root, i, r)) % r
    return pow(product, -1, r)


def verify(setting: Setting, rows: Rows, public: Sequence[int], run: Run) -> bool:
    """The verifier on logarithms; what the values must be follows from the identities of PLONK."""
    ring, r, n = setting.ring, setting.r, rows.n
    roots, e = Roots(setting, n), run.values
    key = setting.commit(c_0(setting, rows))
    beta = setting.challenge(*points([key]), *scalars(list(public)), *points([run.points["c_1"]]))
    gamma = setting.challenge(*scalars([beta]))
    seed = setting.challenge(*scalars([gamma]), *points([run.points["c_2"]]))
    xi = pow(seed, 24, r)
    alpha = setting.challenge(*scalars([seed, *(e[name] for name in EVALUATIONS)]))
    y = setting.challenge(*scalars([alpha]), *points([run.points["w_1"]]))
    z_h = pow(pow(xi, n, r) - 1, -1, r)
    lagrange = [
        pow(roots.root, i, r) * pow(z_h, -1, r) * pow(n * (xi - pow(roots.root, i, r)), -1, r)
        for i in range(max(1, len(public)))
    ]
    pi = -sum(x * basis for x, basis in zip(public, lagrange, strict=False))
    t_0 = (
        e["ql"] * e["a"]
        + e["qr"] * e["b"]
        + e["qm"] * e["a"] * e["b"]
        + e["qo"] * e["c"]
        + e["qc"]
        + pi
    ) * z_h
    t_1 = (e["z"] - 1) * lagrange[0] * z_h
    left = e["z"] * (e["a"] + beta * xi + gamma) * (e["b"] + beta * rows.k1 * xi + gamma)
    left *= e["c"] + beta * rows.k2 * xi + gamma
    right = e["zw"] * (e["a"] + beta * e["s1"] + gamma) * (e["b"] + beta * e["s2"] + gamma)
    right *= e["c"] + beta * e["s3"] + gamma
    t_2 = (left - right) * z_h
    parts = [
        [e[name] for name in ("ql", "qr", "qo", "qm", "qc", "s1", "s2", "s3")],
        [e["a"], e["b"], e["c"], t_0],
        [e["z"], t_1, t_2],
        [e["zw"], e["t1w"], e["t2w"]],
    ]
    sets = roots.sets(seed)
    values = [
        [ring.at(parts[0], x) for x in sets[0]],
        [ring.at(parts[1], x) for x in sets[1]],
        [ring.at(parts[2 + k // 3], x) for k, x in enumerate(sets[2])],
    ]
    at_y = [ring.at(ring.vanishing(s), y) for s in sets]
    rests = [ring.at(ring.interpolate(s, v), y) for s, v in zip(sets, values, strict=True)]
    f = e_constant = 0
    for power, (point, rest, z) in enumerate(
        zip((key, run.points["c_1"], run.points["c_2"]), rests, at_y, strict=True)
    ):
        weight = pow(alpha, power, r) * at_y[0] * pow(z, -1, r)
        f, e_constant = f + weight * point, e_constant + weight * rest
    left_side = f - e_constant - at_y[0] * run.points["w_1"] + y * run.points["w_2"]
    return (left_side - setting.tau * run.points["w_2"]) % r == 0
