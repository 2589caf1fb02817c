"""Every proof in the test data with its verdict, and every altered one refused.

Cases of docs/design/security-cases.md: N37 to N47, N53.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.points import add, first_curve_points
from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import BLS12_381, BN254, Curve, G2Array, is_in_subgroup, pairing_product
from zkctl.curve.group import G1Array, PointArray
from zkctl.errors import (
    CheckFailed,
    EncodingError,
    FormatError,
    IntegrityError,
    ZkctlError,
)
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_groth16 import verification_key_json
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16.prove import prove
from zkctl.toolchain.proof.verify import verify

GARAGA = "garaga/examples"
SEMAPHORE = "semaphore-v4/generated"
POSEIDON = "snark-artifacts-poseidon/generated/poseidon"
NAMES = ("verification_key.json", "public.json", "proof.json")
GOOD = [
    *[
        tuple(f"{folder}/{name}" for name in NAMES)
        for folder in ("golden_bn128", SEMAPHORE, f"{POSEIDON}-1", f"{POSEIDON}-2", f"{POSEIDON}-3")
    ],
    *[
        tuple(f"{GARAGA}/{tool}_{kind}_{curve}.json" for kind in ("vk", "public", "proof"))
        for tool, curve in (("snarkjs", "bn254"), ("snarkjs", "bls12381"), ("gnark", "bn254"))
    ],
    *[
        (f"{GARAGA}/vk_{what}.json", *[f"{GARAGA}/proof_{what}.json"] * 2)
        for what in ("bn254", "bls", "risc0", "sp1")
    ],
]


# made without a phase-2 contribution: the proof holds, but anyone could have forged it
FORGEABLE = f"{GARAGA}/snarkjs_vk_bn254.json"


@pytest.mark.parametrize("files", GOOD, ids=lambda files: files[2])
def test_real_proofs_hold(data: Path, files: tuple[str, str, str]) -> None:
    paths = [data / name for name in files]
    if files[0] == FORGEABLE:
        with pytest.raises(IntegrityError, match=r"delta = 1 \* gamma, anyone can forge proofs"):
            verify(paths[0], public=paths[1], proof=paths[2])
    assert verify(
        paths[0], public=paths[1], proof=paths[2], allow_insecure=files[0] == FORGEABLE
    ).valid


@pytest.mark.parametrize("files", GOOD, ids=lambda files: files[2])
def test_real_proofs_do_not_hold_for_other_public_signals(
    data: Path, tmp_path: Path, files: tuple[str, str, str]
) -> None:
    vkey, public, proof = (data / name for name in files)
    n = verify(vkey, public=public, proof=proof, allow_insecure=True).n_public
    other = tmp_path / "public.json"
    other.write_text(json.dumps(["12345"] * n))
    assert not verify(vkey, public=other, proof=proof, allow_insecure=True).valid


@pytest.mark.parametrize(
    ("vkey", "proof"),
    [(0, 6), (2, 3), (3, 2), (5, 8)],
    ids=["another curve", "same shape", "same shape back", "another tool"],
)
def test_proof_of_another_circuit(data: Path, vkey: int, proof: int) -> None:
    """N47: the key of one circuit, a proof of another; over another curve it is refused."""
    files = data / GOOD[vkey][0], data / GOOD[vkey][1], data / GOOD[proof][2]
    if "bls" in GOOD[proof][2]:
        with pytest.raises(FormatError, match="the proof is over bls12_381, the verification key"):
            verify(files[0], public=files[1], proof=files[2], allow_insecure=True)
    else:
        assert not verify(files[0], public=files[1], proof=files[2], allow_insecure=True).valid


# -- mutants of small statements, at the level of files


@dataclass
class Files:
    """The JSON of one statement, to be changed and verified."""

    folder: Path
    vkey: Any
    public: Any
    proof: Any

    def verify(self) -> bool:
        paths = []
        for name in ("vkey", "public", "proof"):
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps(getattr(self, name)))
            paths.append(path)
        return verify(paths[0], public=paths[1], proof=paths[2]).valid


@cache
def statement(curve: Curve) -> tuple[Any, Any, Any]:
    """A proof of 55 = 5 * (8 + 3) with an unused public input 0, as JSON."""
    key = toy_key(curve)
    vk = key.verifying_key
    proof, public = prove(key, factors_witness(curve.scalar_field, tag=0))
    alpha, beta = G1Array.concatenate([vk.alpha_g1]), G2Array.concatenate([vk.beta_g2])
    text = verification_key_json(vk, pairing_product(curve, alpha, beta))
    return json.loads(text), json.loads(public_json(public)), json.loads(proof_json(proof))


@pytest.fixture(params=[BN254, BLS12_381], ids=str)
def curve(request: pytest.FixtureRequest) -> Curve:
    chosen: Curve = request.param
    return chosen


@pytest.fixture
def files(curve: Curve, tmp_path: Path) -> Files:
    return Files(tmp_path, *copy.deepcopy(statement(curve)))


def test_unchanged_statement_holds(files: Files) -> None:
    assert files.verify()


@pytest.mark.parametrize("k", range(1, 6))
@pytest.mark.parametrize("i", [0, 1])
def test_public_signal_plus_multiple_of_r(files: Files, curve: Curve, i: int, k: int) -> None:
    """N37, N41: one statement must not have several encodings."""
    files.public[i] = str(int(files.public[i]) + k * curve.scalar_field.modulus)
    with pytest.raises(EncodingError, match=f"not below the modulus of {curve.scalar_field.name}"):
        files.verify()


@pytest.mark.parametrize("text", ["r", str(2**256 - 1), str(2**256)])
def test_public_signal_at_and_above_the_bound(files: Files, curve: Curve, text: str) -> None:
    r = curve.scalar_field.modulus
    files.public[1] = str(r) if text == "r" else text
    with pytest.raises(EncodingError, match="not below the modulus"):
        files.verify()
    files.public[1] = str(r - 1)
    assert not files.verify()


@pytest.mark.parametrize(
    ("values", "valid"),
    [(["55"], None), ([], None), (["55", "0", "0"], None), (["0", "55"], False)],
)
def test_public_signals_truncated_extended_permuted(
    files: Files, values: list[str], valid: bool | None
) -> None:
    """N42: snarkjs accepts dropped zeros."""
    files.public = values
    if valid is None:
        with pytest.raises(FormatError, match=f"expected 2 public signals, got {len(values)}"):
            files.verify()
    else:
        assert files.verify() is valid


COORDINATES = [
    ("pi_a", 0),
    ("pi_a", 1),
    ("pi_b", 0, 0),
    ("pi_b", 0, 1),
    ("pi_b", 1, 0),
    ("pi_b", 1, 1),
    ("pi_c", 0),
    ("pi_c", 1),
]


def _place(document: Any, path: tuple[Any, ...]) -> tuple[Any, Any]:
    for step in path[:-1]:
        document = document[step]
    return document, path[-1]


RAISED: list[tuple[str, Callable[[int, int], int]]] = [
    ("+q", lambda value, q: value + q),
    ("+5*2^256", lambda value, _: value + 5 * 2**256),
    ("+2^384", lambda value, _: value + 2**384),
    ("-1", lambda _value, _q: -1),
]


@pytest.mark.parametrize("change", RAISED, ids=lambda change: change[0])
@pytest.mark.parametrize("path", COORDINATES, ids=str)
def test_coordinates_must_be_canonical(
    files: Files, curve: Curve, path: tuple[Any, ...], change: tuple[str, Callable[[int, int], int]]
) -> None:
    """N43."""
    holder, last = _place(files.proof, path)
    holder[last] = str(change[1](int(holder[last]), curve.base_field.modulus))
    with pytest.raises((EncodingError, FormatError)) as caught:
        files.verify()
    assert caught.value.exit_code == 3
    assert path[0] in caught.value.where


ODD_POINTS = [
    (["0", "1", "2"], r"z is 2, expected 1, or 0 in \[0, 1, 0\]"),
    (["0", "0"], "expected 3 elements, found 2"),
    (["0", "0", "1"], r"\(0, 0\) is not a point; infinity is written \[0, 1, 0\]"),
    (["0", "0", "0"], "z is 0, expected 1"),
    (["1", "2", "0"], "z is 0, expected 1"),
]


@pytest.mark.parametrize("name", ["pi_a", "pi_c"])
@pytest.mark.parametrize(("point", "message"), ODD_POINTS)
def test_odd_encodings_of_infinity(files: Files, name: str, point: list[str], message: str) -> None:
    """N44."""
    files.proof[name] = point
    with pytest.raises(FormatError, match=message):
        files.verify()


@pytest.mark.parametrize("name", ["pi_a", "pi_c"])
def test_infinity_in_the_proof_is_wrong(files: Files, name: str) -> None:
    files.proof[name] = ["0", "1", "0"]
    assert not files.verify()


def test_infinity_in_b_and_everywhere_is_wrong(files: Files) -> None:
    files.proof["pi_b"] = [["0", "0"], ["1", "0"], ["0", "0"]]
    assert not files.verify()
    files.proof["pi_a"] = files.proof["pi_c"] = ["0", "1", "0"]
    assert not files.verify()


@pytest.mark.parametrize("path", COORDINATES, ids=str)
def test_points_off_the_curve(files: Files, path: tuple[Any, ...]) -> None:
    """N45."""
    holder, last = _place(files.proof, path)
    holder[last] = str(int(holder[last]) ^ 1)
    with pytest.raises(EncodingError, match="not on the curve"):
        files.verify()


def _as_json(point: Any) -> Any:
    x, y = point
    if len(x) == 1:
        return [str(x[0]), str(y[0]), "1"]
    return [[str(c) for c in x], [str(c) for c in y], ["1", "0"]]


def test_points_outside_the_group(files: Files, curve: Curve) -> None:
    """N45: on the curve, but of another order; also a good point plus such a one."""
    places = [("pi_b", curve.g2)] + [
        (n, curve.g1) for n in ("pi_a", "pi_c") if curve.g1.cofactor > 1
    ]
    for name, group in places:
        kept = files.proof[name]
        good = tuple(
            tuple(int(c) for c in part) if isinstance(part, list) else (int(part),)
            for part in kept[:2]
        )
        outside = first_curve_points(group, 3)
        for point in [*outside, add(group, good, outside[0])]:
            files.proof[name] = _as_json(point)
            with pytest.raises(EncodingError, match="not in the subgroup of prime order"):
                files.verify()
        files.proof[name] = kept


def test_swapped_limbs_get_a_hint(files: Files) -> None:
    """N46."""
    files.proof["pi_b"] = [part[::-1] for part in files.proof["pi_b"][:2]] + [["1", "0"]]
    with pytest.raises(CheckFailed) as caught:
        files.verify()
    assert caught.value.exit_code == 1
    assert "the coordinates look swapped" in caught.value.hint


OTHER_FIELDS = [
    ("proof", "protocol", "plonk", FormatError, "expected groth16, got plonk"),
    ("proof", "protocol", "groth17", FormatError, "unknown protocol 'groth17'"),
    ("vkey", "protocol", "fflonk", FormatError, "the verification key is incomplete"),
    ("vkey", "curve", "secp256k1", FormatError, "unknown curve 'secp256k1'"),
    ("vkey", "nPublic", 1, FormatError, "nPublic is 1, but IC has 3 points"),
    ("vkey", "nPublic", 3, FormatError, "nPublic is 3, but IC has 3 points"),
]


@pytest.mark.parametrize(("which", "key", "value", "error", "message"), OTHER_FIELDS)
def test_protocol_curve_and_count_are_read(
    files: Files, which: str, key: str, value: Any, error: type[ZkctlError], message: str
) -> None:
    """N39, N47."""
    getattr(files, which)[key] = value
    with pytest.raises(error, match=message):
        files.verify()


def test_proof_that_claims_the_other_curve(files: Files, curve: Curve) -> None:
    files.proof["curve"] = "bn128" if curve is BLS12_381 else "bls12381"
    with pytest.raises(FormatError, match="the proof is over"):
        files.verify()


@pytest.mark.parametrize(
    "field", ["protocol", "curve", "nPublic", "vk_alpha_1", "vk_beta_2", "vk_delta_2", "IC"]
)
def test_missing_fields_of_the_key(files: Files, field: str) -> None:
    """N39."""
    del files.vkey[field]
    with pytest.raises(FormatError) as caught:
        files.verify()
    assert field in str(caught.value)


def test_wrong_alphabeta_is_not_trusted(files: Files) -> None:
    """N40."""
    files.vkey["vk_alphabeta_12"][0][0][0] = "1"
    with pytest.raises(EncodingError, match="vk_alphabeta_12 is not the pairing of"):
        files.verify()


def _flips(points: PointArray) -> PointArray:
    """The point with each single bit of its words flipped, rows that stay below q only."""
    bits = np.unpackbits(points.data.view(np.uint8), bitorder="little")
    rows = np.repeat(bits[None], len(bits), axis=0)
    rows[np.arange(len(bits)), np.arange(len(bits))] ^= 1
    words = np.packbits(rows, axis=1, bitorder="little").view(np.uint64)
    q, n = points.group.base_field.modulus, 8 * points.group.base_field.n_words
    raw = [row.tobytes() for row in words]
    small = [
        all(int.from_bytes(r[k : k + n], "little") < q for k in range(0, len(r), n)) for r in raw
    ]
    return type(points)(points.group, words[np.array(small)])


def test_no_single_bit_flip_of_a_proof_is_a_proof(curve: Curve) -> None:
    """N53: a flipped bit always leaves the curve, so no flip can verify."""
    proof, _ = prove(toy_key(curve), factors_witness(curve.scalar_field))
    for point in (proof.a, proof.b, proof.c):
        flipped = _flips(point)
        assert len(flipped) > 400
        assert not is_in_subgroup(flipped).any()


@pytest.mark.parametrize("pair", [("pi_a", "pi_c")])
def test_swapped_members(files: Files, pair: tuple[str, str]) -> None:
    a, b = pair
    files.proof[a], files.proof[b] = files.proof[b], files.proof[a]
    assert not files.verify()
