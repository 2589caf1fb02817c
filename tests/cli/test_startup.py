"""Starting is cheap, and commands load only what they need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import toy_groth16
from zkctl.curve import BN254, pairing_product
from zkctl.curve.backend import curve_programs
from zkctl.field.backend import evaluator_program, uses_compiled_kernels
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_groth16 import verification_key_json
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16.prove import prove
from zkctl.runtime.settings import using
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.witness import calculate_witness

BITS = Path(__file__).parents[1] / "bench" / "circuits" / "bits.py"

HEAVY = ("numpy", "llvmlite", "numba", "galois", "py_ecc", "rich", "wasmtime", "cryptography")
FOREIGN = ("numba", "galois", "py_ecc")  # never on a command's path

EMITTERS = (
    "zkctl.field.kernels.language",
    "zkctl.field.kernels.lanes",
    "zkctl.field.kernels.limbs",
    "zkctl.field.kernels.residue",
    "zkctl.field.kernels.field",
    "zkctl.field.kernels.schedule",
    "zkctl.curve.kernels.addition",
    "zkctl.curve.kernels.pairing",
    "zkctl.curve.kernels.tower",
)  # what kernels are written with
UNUSED = ("_hashlib", "bz2", "lzma")  # OpenSSL and the modules of archives, milliseconds each

SQUARE = """
from zkctl.dsl import Signal, circuit, private

@circuit
def square(x: Signal = private()) -> Signal:
    return x * x
"""
PROBE = """
import sys
from zkctl.cli.app import main
code = main(sys.argv[2:])
loaded = [name for name in sys.argv[1].split(",") if name in sys.modules]
sys.stderr.write(f"loaded={','.join(loaded)} code={code}")
"""


def probe(names: tuple[str, ...], *words: str | Path) -> str:
    command = [sys.executable, "-c", PROBE, ",".join(names), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["prove", "--help"], ["pruve"]])
def test_no_heavy_import_before_a_command_runs(words: list[str]) -> None:
    assert probe(HEAVY, *words).startswith("loaded= ")


@pytest.fixture
def statement(tmp_path: Path) -> list[str | Path]:
    """The command line that verifies a proof; the cache has the machine code."""
    for program in curve_programs(BN254):
        program.get()
    key = toy_groth16.toy_key(BN254)
    proof, signals = prove(key, toy_groth16.factors_witness(BN254.scalar_field))
    files = {
        "vkey.json": verification_key_json(
            key.verifying_key, pairing_product(BN254, key.alpha_g1[None], key.beta_g2[None])
        ),
        "public.json": public_json(signals),
        "proof.json": proof_json(proof),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return ["verify", *(tmp_path / name for name in files)]


def test_verify_loads_neither_foreign_packages_nor_the_kernels_sources(
    statement: list[str | Path],
) -> None:
    """Once the cache has the machine code, nothing that made it is imported."""
    assert probe((*FOREIGN, *EMITTERS, *UNUSED), *statement) == "loaded= code=0"


def test_verifying_one_proof_does_without_numpy(statement: list[str | Path]) -> None:
    """It is half of such a process; a proof that is wrong or malformed takes no more."""
    assert probe(HEAVY, *statement) == "loaded= code=0"
    public = Path(statement[2])
    public.write_text(json.dumps([str(int(value) + 1) for value in json.loads(public.read_text())]))
    assert probe(HEAVY, *statement) == "loaded= code=1"


def test_a_small_witness_does_without_numpy(tmp_path: Path) -> None:
    (tmp_path / "c.py").write_text(SQUARE)
    (tmp_path / "in.json").write_text('{"x": 12}')
    compile_circuit(str(tmp_path / "c.py"), {}, tmp_path)
    program, output = tmp_path / "square.wprog", tmp_path / "w.wtns"
    words = ["witness", program, tmp_path / "in.json", "-o", output]
    assert probe((*HEAVY, "logging", "dataclasses"), *words) == "loaded= code=0"
    assert output.read_bytes()[-64:-32] == (144).to_bytes(32, "little")


@pytest.mark.skipif(not uses_compiled_kernels(), reason="machine code cannot run here")
def test_a_large_witness_does_without_numpy(tmp_path: Path) -> None:
    """Once the cache has the machine code, which reads the program where it is in the file."""
    evaluator_program(BN254.scalar_field).get()
    compile_circuit(str(BITS), {"rounds": 60}, tmp_path)
    word = [str(k * k % 7 % 2) for k in range(96)]
    (tmp_path / "in.json").write_text(json.dumps({"word": word}))
    words = ["witness", tmp_path / "bits.wprog", tmp_path / "in.json", "-o"]
    heavy = (*HEAVY, "logging", "dataclasses", *EMITTERS)
    assert probe(heavy, *words, tmp_path / "w.wtns") == "loaded= code=0"
    with using(compiles=False):
        calculate_witness(
            tmp_path / "bits.wprog", inputs=tmp_path / "in.json", output=tmp_path / "python.wtns"
        )
    assert (tmp_path / "w.wtns").read_bytes() == (tmp_path / "python.wtns").read_bytes()
    word[5] = "2"
    (tmp_path / "in.json").write_text(json.dumps({"word": word}))
    assert probe(heavy, *words, tmp_path / "no.wtns") == "loaded= code=1"


def test_help_is_quick() -> None:
    """0.09 s of processor time when measured; the limit leaves room for slow and busy machines."""
    times = []
    for _ in range(3):
        before = os.times()
        command = [sys.executable, "-m", "zkctl.cli.app", "--help"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = os.times()
        times.append(after.children_user - before.children_user)
    assert min(times) < 0.5
