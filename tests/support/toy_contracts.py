"""Keys and proofs of every proof system with any number of public signals, for verifier contracts.

Groth16: the secrets are known, so C is what the equation asks for.  PLONK and fflonk: the provers of tests/oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.oracle import fflonk as fflonk_oracle
from tests.oracle import plonk as plonk_oracle
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array, multiply_base, pairing_product
from zkctl.fflonk import keys as fflonk_keys
from zkctl.field import FieldArray
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_groth16 import verification_key_json
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16 import keys as groth16_keys
from zkctl.plonk import keys as plonk_keys
from zkctl.solidity import fflonk, groth16, groth16_bls12_381, plonk, plonk_bls12_381
from zkctl.solidity.abi import ContractCall
from zkctl.solidity.render import ContractOptions

R, Q = BN254.scalar_field.modulus, BN254.base_field.modulus
TAU = 0x5EC1DEADBEEF0123456789
SETTING = plonk_oracle.Setting("bn254", TAU)


@dataclass(frozen=True, eq=False)
class Toy:
    """A verifying key, the public signals and a valid proof of them."""

    name: str
    vk: Any
    public: FieldArray
    proof: Any
    contract: Callable[[Any, ContractOptions], str]
    make_call: Callable[[Any, FieldArray], ContractCall]

    def source(self, name: str = "Verifier", *, batch: bool = False) -> str:
        return self.contract(self.vk, ContractOptions(name, batch))

    @property
    def call(self) -> ContractCall:
        return self.make_call(self.proof, self.public)


def g1(*logarithms: int, curve: Curve = BN254) -> G1Array:
    return multiply_base(G1Array.generator(curve.g1), scalars(logarithms, curve))


def g2(*logarithms: int, curve: Curve = BN254) -> G2Array:
    return multiply_base(G2Array.generator(curve.g2), scalars(logarithms, curve))


def scalars(values: Sequence[int], curve: Curve = BN254) -> FieldArray:
    r = curve.scalar_field.modulus
    return FieldArray.from_ints(curve.scalar_field, [value % r for value in values])


def signals(n: int, start: int = 5, r: int = R) -> list[int]:
    return [pow(start + i, 19 + i % 3, r) for i in range(n)]


@cache
def toy_groth16(n: int, start: int = 5, curve: Curve = BN254) -> Toy:
    r = curve.scalar_field.modulus
    alpha, beta, gamma, delta = (TAU + k for k in range(4))
    ic, x = [TAU + 7 * i for i in range(n + 1)], signals(n, start, r)
    a, b = 1234567 + start, 7654321
    public_part = ic[0] + sum(value * base for value, base in zip(x, ic[1:], strict=True))
    c = (a * b - alpha * beta - gamma * public_part) * pow(delta, -1, r)
    points: list[Any] = [g1(alpha, curve=curve)[0]]
    points += [g2(k, curve=curve)[0] for k in (beta, gamma, delta)]
    vk = groth16_keys.VerifyingKey(*[curve, *points, g1(*ic, curve=curve)])
    a_and_c = g1(a, c, curve=curve)
    proof = groth16_keys.Proof(a_and_c[0], g2(b, curve=curve)[0], a_and_c[1])
    module: Any = groth16 if curve is BN254 else groth16_bls12_381
    return Toy("groth16", vk, scalars(x, curve), proof, module.contract, module.call)


def _rows(n: int, padding: int, r: int = R) -> tuple[plonk_oracle.Rows, list[int]]:
    """A row for each public signal, then two of products; the values of the wires."""
    log_n = max(3, (n + 2 + padding - 1).bit_length())
    size = 1 << log_n
    empty = [0] * size
    q_m, q_l, q_o = list(empty), [1] * n + empty[n:], list(empty)
    a, b, c = [*range(1, n + 1), *empty[n:]], list(empty), list(empty)
    x, y = n + 1, n + 2
    for row in (n, n + 1):  # x * y = z, twice
        q_m[row], q_o[row], a[row], b[row], c[row] = 1, -1 % r, x, y, n + 3
    rows = plonk_oracle.Rows(q_m, q_l, list(empty), q_o, list(empty), (a, b, c))
    return rows, [0, *signals(n, r=r), 6, 7, 42]


@cache
def toy_plonk(n: int, curve: Curve = BN254) -> Toy:
    setting = plonk_oracle.Setting(curve.name, TAU)
    rows, values = _rows(n, 0, setting.r)
    return plonk_of(setting, rows, values, n, range(101, 112))


def plonk_of(
    setting: plonk_oracle.Setting,
    rows: plonk_oracle.Rows,
    values: Sequence[int],
    n: int,
    blinding: Sequence[int],
) -> Toy:
    """The proof of the oracle's prover, and its key."""
    curve = BN254 if setting.curve == BN254.name else BLS12_381
    run = plonk_oracle.prove(setting, rows, values[1 : n + 1], values, blinding)
    key = [g1(k, curve=curve)[0] for k in plonk_oracle.key_points(setting, rows)]
    log_n = rows.n.bit_length() - 1
    parts: list[Any] = [curve, n, log_n, rows.k1, rows.k2, *key, g2(TAU, curve=curve)[0]]
    vk = plonk_keys.VerifyingKey(*parts)
    names = ("a", "b", "c", "z", "t_low", "t_mid", "t_high", "w_zeta", "w_zeta_omega")
    evaluations = [run.values[name] for name in ("a", "b", "c", "s1", "s2", "z_omega")]
    proof = plonk_keys.Proof(
        *(g1(run.points[name], curve=curve)[0] for name in names), *evaluations
    )
    module: Any = plonk if curve is BN254 else plonk_bls12_381
    return Toy("plonk", vk, scalars(values[1 : n + 1], curve), proof, module.contract, module.call)


@cache
def toy_fflonk(n: int) -> Toy:
    rows, values = _rows(n, 2)
    return fflonk_of(SETTING, rows, values, n, ((21, 22), (23, 24), (25, 26)))


def fflonk_of(
    setting: plonk_oracle.Setting,
    rows: plonk_oracle.Rows,
    values: Sequence[int],
    n: int,
    hidden: Sequence[Sequence[int]],
) -> Toy:
    """As plonk_of."""
    public, log_n = values[1 : n + 1], rows.n.bit_length() - 1
    run = fflonk_oracle.prove(setting, rows, public, values, hidden, (31, 32, 33))
    roots = fflonk_oracle.Roots(setting, rows.n)
    numbers = [n, log_n, rows.k1, rows.k2, roots.w3, roots.w4, roots.w8, roots.wr]
    c_0 = g1(setting.commit(fflonk_oracle.c_0(setting, rows)))[0]
    parts: list[Any] = [BN254, *numbers, g2(TAU)[0], c_0]
    vk = fflonk_keys.VerifyingKey(*parts)
    points = [g1(run.points[name])[0] for name in ("c_1", "c_2", "w_1", "w_2")]
    evaluations = tuple(run.values[name] for name in fflonk_oracle.EVALUATIONS)
    proof = fflonk_keys.Proof(*[*points, evaluations, run.values["inv"]])  # type: ignore[arg-type]
    return Toy("fflonk", vk, scalars(public), proof, fflonk.contract, fflonk.call)


TOYS: dict[str, Callable[[int], Toy]] = {
    "groth16": toy_groth16,
    "plonk": toy_plonk,
    "fflonk": toy_fflonk,
}


def save_groth16(folder: Path, n: int = 2, curve: Curve = BN254) -> tuple[Path, Path, Path]:
    """Verification key, public signals and proof as files."""
    toy = toy_groth16(n, curve=curve)
    paths = folder / "vkey.json", folder / "public.json", folder / "proof.json"
    vk = toy.vk
    one = G1Array.concatenate([vk.alpha_g1]), G2Array.concatenate([vk.beta_g2])
    key = verification_key_json(vk, pairing_product(vk.curve, *one))
    texts = key, public_json(toy.public), proof_json(toy.proof)
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths
