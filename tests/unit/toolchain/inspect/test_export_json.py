"""`zkctl export-json`: each kind of file, and those that it refuses."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.binary_files import BN254_R, Container, container, modulus, u32, wtns
from tests.support.toy_groth16 import (
    factors,
    factors_witness,
    save_circuit,
    save_key,
    save_witness,
    toy_key,
)
from zkctl.curve import BN254
from zkctl.errors import EncodingError, EnvironmentProblem, FormatError, UsageError
from zkctl.field import BN254_FR
from zkctl.toolchain.inspect.export_json import JsonSummary, export_json
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.transform import export_ptau_json


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.json"


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    return save_witness(tmp_path / "w", BN254_FR, factors_witness(BN254_FR))


def test_a_witness_is_for_its_owner_only(witness: Path, out: Path) -> None:
    assert export_json(witness, output=out) == JsonSummary(str(out), "wtns", "bn254.fr", [])
    assert json.loads(out.read_text()) == ["1", "55", "77", "5", "8"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_so_is_one_that_replaces_a_public_file(witness: Path, out: Path) -> None:
    out.write_text("{}")
    out.chmod(0o644)
    export_json(witness, output=out, force=True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_circuit_and_a_key_are_for_everybody(tmp_path: Path, out: Path) -> None:
    circuit = save_circuit(tmp_path / "c", factors(BN254_FR))
    assert export_json(circuit, output=out).kind == "r1cs"
    assert stat.S_IMODE(out.stat().st_mode) & 0o077
    assert json.loads(out.read_text())["nVars"] == 5
    key = save_key(tmp_path / "k", toy_key(BN254))
    assert export_json(key, output=out, force=True).kind == "zkey"
    assert json.loads(out.read_text())["domainSize"] == 4


def test_a_phase_1_is_as_the_command_for_it_writes_it(tmp_path: Path, out: Path) -> None:
    ptau = tmp_path / "p"
    new_ptau("bls12-381", 2, ptau)
    assert export_json(ptau, output=out) == JsonSummary(str(out), "ptau", "bls12_381.fr", [])
    export_ptau_json(ptau, output=tmp_path / "other.json")
    assert out.read_bytes() == (tmp_path / "other.json").read_bytes()


def test_custom_gates_are_in_the_json(tmp_path: Path, out: Path) -> None:
    circuit = Container.read(save_circuit(tmp_path / "c", factors(BN254_FR)))
    gates = ((4, u32(1) + b"Gate\0" + u32(0)), (5, u32(1, 0, 0)))
    path = replace(circuit, sections=circuit.sections + gates).write(tmp_path / "gates")
    export_json(path, output=out)
    document = json.loads(out.read_text())
    assert document["customGates"] == [{"templateName": "Gate", "parameters": []}]
    assert document["customGatesUses"] == [{"id": 0, "signals": []}]


def test_an_unknown_section_is_a_warning(witness: Path, tmp_path: Path, out: Path) -> None:
    file = Container.read(witness)
    more = replace(file, sections=(*file.sections, (99, b"more"))).write(tmp_path / "more")
    (warning,) = export_json(more, output=out).warnings
    assert "unknown section 99 ignored: 4 bytes" in warning


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"[]", "a list of 0 strings, as public signals are"),
        (
            b"wtns.graph.001" + bytes(72),
            "a witness graph of circom-witness-rs or circom-witnesscalc",
        ),
        (b"wprg" + bytes(60), "a wprog file"),
        (b"", "an empty file"),
        (b"1,1,0,main.c\n", "a sym file"),
    ],
)
def test_other_files_are_named(tmp_path: Path, out: Path, content: bytes, found: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        export_json(path, output=out)
    assert caught.value.message == f"expected an r1cs, wtns, zkey or ptau file, found {found}"
    assert not out.exists()


@pytest.mark.parametrize(("number", "protocol"), [(2, "plonk"), (10, "fflonk")])
def test_keys_of_other_proof_systems_are_refused(
    tmp_path: Path, out: Path, number: int, protocol: str
) -> None:
    key = container(b"zkey", 1, {1: u32(number), 2: bytes(300)}).write(tmp_path / "k")
    with pytest.raises(FormatError, match=f"expected groth16, got {protocol}"):
        export_json(key, output=out)
    assert not out.exists()


def test_broken_numbers_are_refused(tmp_path: Path, out: Path) -> None:
    with pytest.raises(EncodingError, match="the value of wire 1 is not below the modulus"):
        export_json(wtns([1, BN254_R]).write(tmp_path / "w"), output=out)
    with pytest.raises(FormatError, match="unsupported field"):
        export_json(wtns([1], modulus(BN254_R - 2)).write(tmp_path / "v"), output=out)
    assert not out.exists()


def test_an_output_is_not_replaced_and_an_input_never(witness: Path, out: Path) -> None:
    out.write_text("mine")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        export_json(witness, output=out)
    assert out.read_text() == "mine"
    before = witness.read_bytes()
    with pytest.raises(UsageError, match="the output is the input"):
        export_json(witness, output=witness, force=True)
    assert witness.read_bytes() == before
