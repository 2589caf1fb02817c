"""An open circuit: from values to proofs in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl import OpenCircuit
from zkctl.errors import (
    InputError,
    IntegrityError,
    UnsatisfiedError,
)
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import SYSTEMS
from zkctl.toolchain.proof.verify import verify

SOURCE = """
from zkctl.dsl import Array, Signal, circuit, constrain, private, public

@circuit
def product(a: Signal = private(), b: Array[Signal] = private(2), c: Signal = public()) -> Signal:
    constrain(a * b[0] == c, "c is not the product")
    return b[0] * b[1]

@circuit
def other(a: Signal = private(), c: Signal = public()) -> Signal:
    return a * c
"""
GOOD = {"a": "3", "b": ["5", "7"], "c": "15"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """Programs, and a key without contribution."""
    folder = tmp_path_factory.mktemp("circuits")
    (folder / "c.py").write_text(SOURCE)
    for name in ("product", "other"):
        compile_circuit(f"{folder / 'c.py'}:{name}", {}, folder)
    ptau = data / "golden_bn128" / "pot6_final.ptau"
    make_key(folder / "product.r1cs", ptau, output=folder / "key.zkey", allow_insecure=True)
    return folder


def test_an_open_circuit_proves_for_values(made: Path, tmp_path: Path) -> None:
    opened = OpenCircuit.open(made / "product.wprog", made / "key.zkey", allow_insecure=True)
    vkey = tmp_path / "vkey.json"
    export_verification_key(made / "key.zkey", output=vkey, allow_insecure=True)
    for a in (3, 4):
        proof, public = opened.prove({"a": a, "b": [5, "7"], "c": 5 * a})
        assert public.to_ints() == [35, 5 * a]
        (tmp_path / "proof.json").write_text(proof_json(proof))
        (tmp_path / "public.json").write_text(public_json(public))
        assert verify(
            vkey,
            public=tmp_path / "public.json",
            proof=tmp_path / "proof.json",
            allow_insecure=True,
        ).valid
    with pytest.raises(UnsatisfiedError, match="c is not the product"):
        opened.prove({"a": 3, "b": [5, 7], "c": 16})
    with pytest.raises(InputError, match="no value for input c"):
        opened.prove({"a": 3, "b": [5, 7]})
    assert opened.warnings


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_keys_of_other_systems(made: Path, tmp_path: Path, data: Path, system: str) -> None:
    """With a table and without: open keys are those systems' prepared keys."""
    key, ptau = tmp_path / "key.zkey", data / "golden_bn128" / "pot6_final.ptau"
    chosen = SYSTEMS[system]
    make_key(made / "product.r1cs", ptau, output=key, system=chosen, allow_insecure=True)
    for table_bytes in (0, 1 << 24):
        opened = OpenCircuit.open(
            made / "product.wprog", key, allow_insecure=True, table_bytes=table_bytes
        )
        for a in (3, 4):
            proof, public = opened.prove({"a": a, "b": [5, "7"], "c": 5 * a})
            assert public.to_ints() == [35, 5 * a]
            assert chosen.verify(opened.key.verifying_key, public, proof)
        with pytest.raises(UnsatisfiedError, match="c is not the product"):
            opened.prove({"a": 3, "b": [5, 7], "c": 16})


def test_program_and_key_of_an_open_circuit_belong_together(made: Path) -> None:
    with pytest.raises(IntegrityError) as caught:
        OpenCircuit.open(made / "other.wprog", made / "key.zkey", allow_insecure=True)
    assert caught.value.message.startswith(
        "program and key belong to different circuits: expected field, wires and public signals"
    )
    with pytest.raises(IntegrityError, match="contribution"):
        OpenCircuit.open(made / "product.wprog", made / "key.zkey")
