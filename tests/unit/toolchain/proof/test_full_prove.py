"""`zkctl fullprove`: from inputs to a proof, with the errors of `witness` and of `prove`, and no witness on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.toy_groth16 import save_key, toy_key
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import (
    EnvironmentProblem,
    InputError,
    IntegrityError,
    ShapeError,
    UnsatisfiedError,
)
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.full_prove import full_prove
from zkctl.toolchain.proof.prove import ProveSummary
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


def run(made: Path, folder: Path, inputs: object = GOOD, **options: object) -> ProveSummary:
    (folder / "input.json").write_text(json.dumps(inputs))
    paths: dict[str, Path] = {
        "key": made / "key.zkey",
        "program": made / "product.wprog",
        "inputs": folder / "input.json",
        "proof_output": folder / "proof.json",
        "public_output": folder / "public.json",
    }
    return full_prove(**{"allow_insecure": True, **paths, **options})  # type: ignore[arg-type]


def outputs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "input.json")


def test_a_proof_from_inputs(made: Path, tmp_path: Path) -> None:
    told: list[str] = []
    summary = run(made, tmp_path, progress=lambda what, _: told.append(what))
    assert outputs(tmp_path) == ["proof.json", "public.json"]
    assert json.loads((tmp_path / "public.json").read_text()) == ["35", "15"]
    assert (summary.curve, summary.n_public) == ("bn254", 2)
    vkey = tmp_path / "vkey.json"
    export_verification_key(made / "key.zkey", output=vkey, allow_insecure=True)
    answer = verify(
        vkey,
        public=tmp_path / "public.json",
        proof=tmp_path / "proof.json",
        allow_insecure=True,
    )
    assert answer.valid
    assert answer.statement == summary.statement
    steps = ["reading the key", "computing the witness of ", "proving"]
    assert [step for step, text in zip(steps, told, strict=True) if text.startswith(step)] == steps


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_keys_of_other_systems(made: Path, tmp_path: Path, data: Path, system: str) -> None:
    key, ptau = made / f"{system}.zkey", data / "golden_bn128" / "pot6_final.ptau"
    make_key(made / "product.r1cs", ptau, output=key, system=SYSTEMS[system], allow_insecure=True)
    summary = run(made, tmp_path, key=key)
    assert (summary.curve, summary.n_public) == ("bn254", 2)
    proof = json.loads((tmp_path / "proof.json").read_text())
    assert proof["protocol"] == system
    assert json.loads((tmp_path / "public.json").read_text()) == ["35", "15"]


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        (GOOD | {"c": "16"}, UnsatisfiedError, "c is not the product"),
        ({"a": "3", "b": ["5", "7"]}, InputError, "no value for input c"),
        (GOOD | {"b": ["5"]}, InputError, "input b needs an array"),
        (GOOD | {"a": str(1 << 255)}, InputError, "is not below the modulus"),
    ],
)
def test_wrong_inputs_leave_no_file(
    made: Path, tmp_path: Path, inputs: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(made, tmp_path, inputs)
    assert outputs(tmp_path) == []


def test_inputs_may_be_reduced(made: Path, tmp_path: Path) -> None:
    p = BN254.scalar_field.modulus
    summary = run(made, tmp_path, GOOD | {"a": str(p + 3)}, reduce=True)
    assert any("reduced" in warning for warning in summary.warnings)


def test_a_program_of_another_circuit(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="the key has 6 wires, the witness 4"):
        run(made, tmp_path, {"a": "1", "c": "2"}, program=made / "other.wprog")
    assert outputs(tmp_path) == []


def test_a_key_over_another_curve(made: Path, tmp_path: Path) -> None:
    key = save_key(tmp_path / "bls.zkey", toy_key(BLS12_381))
    with pytest.raises(
        IntegrityError, match=r"the witness is over bn254.fr, the key over bls12_381"
    ):
        run(made, tmp_path, key=key)


def test_the_number_of_public_signals_can_be_fixed(made: Path, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="number of public signals of the key is wrong"):
        run(made, tmp_path, expect_public=1)


def test_policy_and_existing_files(made: Path, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="contribution"):
        run(made, tmp_path, allow_insecure=False)
    run(made, tmp_path)
    with pytest.raises(EnvironmentProblem, match="exists"):
        run(made, tmp_path)
    run(made, tmp_path, force=True)


@pytest.mark.parametrize("name", ["proof.json", "public.json"])
def test_existing_files_are_refused_before_the_key_is_read(
    made: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("precious")
    with pytest.raises(EnvironmentProblem, match="exists"):
        run(made, tmp_path, key=tmp_path / "no.zkey")
    assert (tmp_path / name).read_text() == "precious"
