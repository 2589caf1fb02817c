"""Open keys: what is checked once, and proofs as good as those of `zkctl prove`."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import zkctl
from tests.conftest import ROOT
from tests.support.toy_groth16 import BEACON, factors_witness, save_key, save_witness, toy_key
from zkctl import OpenKey
from zkctl.curve import BLS12_381, BN254, CURVES, Curve, G1Array
from zkctl.curve.sums.point_table import PointTable
from zkctl.errors import EncodingError, IntegrityError, ShapeError, UnsatisfiedError
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs import read_public
from zkctl.groth16.prove import PreparedKey, prove_prepared
from zkctl.groth16.verify import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return save_key(tmp_path / "key.zkey", toy_key(BN254))


def open_without_file(curve: Curve, table_bytes: int) -> PreparedKey:
    return PreparedKey.of(toy_key(curve), table_bytes)


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("table_bytes", [0, 1 << 28])
def test_proofs_hold(tmp_path: Path, curve: Curve, table_bytes: int) -> None:
    field = curve.scalar_field
    key = OpenKey.open(save_key(tmp_path / "key.zkey", toy_key(curve)), table_bytes=table_bytes)
    assert (key.curve, key.n_public, key.warnings) == (curve, 2, [])
    for x in (5, 6):
        words = factors_witness(field, x=x)
        for witness in (words, save_witness(tmp_path / f"{x}.wtns", field, words)):
            proof, public = key.prove(witness)
            assert public.to_ints() == [x * 11, 77]
            assert verify(key.verifying_key, public, proof)


def test_paths_may_be_text(path: Path, tmp_path: Path) -> None:
    witness = save_witness(
        tmp_path / "w.wtns", BN254.scalar_field, factors_witness(BN254.scalar_field)
    )
    _, public = OpenKey.open(str(path)).prove(str(witness))
    assert public.to_ints() == [55, 77]


@pytest.mark.parametrize("table_bytes", [0, 1 << 28])
def test_every_proof_is_blinded_afresh(table_bytes: int) -> None:
    prepared = open_without_file(BN254, table_bytes)
    witness = factors_witness(BN254.scalar_field)
    proofs = {proof_json(prove_prepared(prepared, witness)[0]) for _ in range(4)}
    assert len(proofs) == 4


def test_a_real_key(data: Path) -> None:
    folder = data / "semaphore-v4"
    key = OpenKey.open(folder / "semaphore-5.zkey")
    proof, public = key.prove(folder / "generated/witness.wtns")
    stored = read_public(folder / "generated/public.json", key.curve.scalar_field, key.n_public)
    assert public.to_ints() == stored.to_ints()
    assert verify(key.verifying_key, public, proof)


def test_tables_keep_to_their_memory() -> None:
    key = toy_key(BN254)
    one = PointTable.n_bytes(G1Array.concatenate([key.a_query, key.alpha_g1, key.delta_g1]))
    made = [
        [t is not None for t in (p.a, p.b_g1, p.b_g2, p.c)]
        for p in (open_without_file(BN254, n) for n in (0, one, 2 * one, 1 << 30))
    ]
    assert made == [
        [False] * 4,
        [True, False, False, False],
        [True, True, False, False],
        [True] * 4,
    ]


def test_threads_take_turns(path: Path) -> None:
    key, field = OpenKey.open(path), BN254.scalar_field
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda x: key.prove(factors_witness(field, x=x)), range(1, 13)))
    assert [public.to_ints()[0] for _, public in found] == [11 * x for x in range(1, 13)]
    assert all(verify(key.verifying_key, public, proof) for proof, public in found)


def test_a_key_that_anyone_could_forge_under_is_refused(tmp_path: Path) -> None:
    path = save_key(tmp_path / "key.zkey", toy_key(BN254), BEACON)
    with pytest.raises(IntegrityError):
        OpenKey.open(path)
    assert OpenKey.open(path, allow_insecure=True).warnings


@pytest.mark.parametrize("name", ["a_query", "b_g1_query", "b_g2_query", "l_query", "h_query"])
def test_every_point_is_checked(tmp_path: Path, name: str) -> None:
    key = toy_key(BN254)
    points = getattr(key, name)
    data = points.data.copy()
    row = np.flatnonzero(data.any(axis=1))[-1]
    data[row, 0] ^= np.uint64(1)
    wrong = replace(key, **{name: type(points)(points.group, data)})
    path = save_key(tmp_path / "key.zkey", wrong)
    with pytest.raises(EncodingError, match=f"point {row} is not on the curve"):
        OpenKey.open(path)


@pytest.mark.parametrize("table_bytes", [0, 1 << 28])
def test_witnesses_that_do_not_fit(path: Path, tmp_path: Path, table_bytes: int) -> None:
    key, field = OpenKey.open(path, table_bytes=table_bytes), BN254.scalar_field
    wrong = factors_witness(field)
    wrong[1, 0] += 1
    with pytest.raises(UnsatisfiedError, match="the witness does not satisfy the circuit"):
        key.prove(wrong)
    with pytest.raises(ShapeError, match="the key has 5 wires, the witness 4"):
        key.prove(wrong[:-1])
    other = BLS12_381.scalar_field
    foreign = save_witness(tmp_path / "w.wtns", other, factors_witness(other))
    with pytest.raises(
        IntegrityError, match=r"the witness is over bls12_381.fr, the key over bn254"
    ):
        key.prove(foreign)
    assert key.prove(factors_witness(field))  # it is still usable


def test_importing_the_package_is_light() -> None:
    probe = (
        "import sys, zkctl; print([m for m in sys.modules if m.startswith(('zkctl.', 'numpy'))]);"
        "from zkctl import OpenKey; print(OpenKey.__module__)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "zkctl.toolchain.proof.open_key"]


def test_other_names_are_unknown() -> None:
    with pytest.raises(AttributeError, match="module 'zkctl' has no attribute 'ProvngKey'"):
        zkctl.ProvngKey  # noqa: B018


def test_the_guide_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs/guides/warm-keys.md").read_text()
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    save_key(tmp_path / "circuit.zkey", toy_key(BN254))
    field = BN254.scalar_field
    save_witness(tmp_path / "witness.wtns", field, factors_witness(field))
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert '"pi_a"' in done.stdout
    assert "\nTrue\n" in done.stdout  # under the prepared key
    assert done.stdout.endswith("\n[" + ", ".join(["True"] * 100) + "]\n")
