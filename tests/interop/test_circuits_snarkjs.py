"""Circuits across the tools: snarkjs reads, sets up, proves and checks ours; circom's calculators run in ours."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.interop.conftest import Completed, Runner
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    FormatError,
    InputError,
    LimitError,
    UnsatisfiedError,
)
from zkctl.field import BN254_FR
from zkctl.formats.binary.wtns import read_wtns
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.toolchain.circuit import circom_witness
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.witness import WitnessSummary, calculate_witness
from zkctl.toolchain.proof.verify import verify

DEPTH = 4

CIRCOM = """pragma circom 2.1.0;
include "poseidon.circom";
template Nested() {
    signal input a;
    signal input b[2][2];
    signal output c;
    signal output d[2];
    component h = Poseidon(3);
    h.inputs[0] <== a;
    h.inputs[1] <== b[0][1];
    h.inputs[2] <== b[1][0];
    c <== h.out;
    d[0] <== a * b[0][0];
    d[1] <== b[1][1] - a;
    a * b[0][0] === b[1][1];
    log("secret", a);
}
component main {public [a]} = Nested();
"""
GOOD: dict[str, Any] = {"a": "3", "b": [["5", "0x7"], [11, "15"]]}


def succeed(done: Completed) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The membership circuit of depth 4 with its witness."""
    folder = tmp_path_factory.mktemp("membership")
    compile_circuit(str(ROOT / "circuits" / "membership.py"), {"depth": str(DEPTH)}, folder)
    inputs = json.loads((ROOT / "circuits" / "inputs" / "membership" / "good.json").read_text())
    siblings, path = inputs["siblings"][:DEPTH], inputs["path"][:DEPTH]
    root = _root_of_depth(inputs, siblings, path)
    inputs |= {"siblings": siblings, "path": path, "root": str(root)}
    (folder / "input.json").write_text(json.dumps(inputs))
    calculate_witness(
        folder / "membership.wprog", inputs=folder / "input.json", output=folder / "witness.wtns"
    )
    return folder


def _root_of_depth(inputs: dict[str, Any], siblings: list[str], path: list[str]) -> int:
    def tag(name: str) -> int:
        return int.from_bytes(f"zkap.v1.{name}".encode(), "big")

    holder = poseidon(tag("holder"), int(inputs["holder_secret"]))
    opening = [int(inputs[k]) for k in ("pid_commitment", "fields_commitment")]
    node = poseidon(tag("leaf"), *opening, holder, int(inputs["version"]))
    for sibling, bit in zip(siblings, path, strict=True):
        pair = (node, int(sibling))
        node = poseidon(*(reversed(pair) if bit == "1" else pair))
    return node


def test_snarkjs_reads_our_constraints(ours: Path, run_snarkjs: Runner) -> None:
    text = succeed(run_snarkjs("r1cs", "info", "membership.r1cs", cwd=ours))
    for name, count in (
        ("Constraints", 5655 - 16 * 242 - 1),  # the equation of the root is solved
        ("Private Inputs", 4 + 2 * DEPTH),
        ("Public Inputs", 3),
        ("Outputs", 1),
    ):
        assert f"# of {name}: {count}\n" in text
    printed = succeed(run_snarkjs("r1cs", "print", "membership.r1cs", "membership.sym", cwd=ours))
    assert "main.path[0]" in printed


def test_snarkjs_checks_our_witness(ours: Path, run_snarkjs: Runner, tmp_path: Path) -> None:
    done = run_snarkjs("wtns", "check", "membership.r1cs", "witness.wtns", cwd=ours)
    assert "WITNESS IS CORRECT" in succeed(done)
    wrong = bytearray((ours / "witness.wtns").read_bytes())
    wrong[-32] ^= 1
    (tmp_path / "wrong.wtns").write_bytes(bytes(wrong))
    done = run_snarkjs("wtns", "check", ours / "membership.r1cs", "wrong.wtns", cwd=tmp_path)
    assert done.returncode != 0


@pytest.mark.slow  # as test_command_line.py does with every run, by the library and with files compared
def test_snarkjs_sets_up_and_proves_our_circuit(
    ours: Path, data: Path, run_snarkjs: Runner, tmp_path: Path
) -> None:
    ptau = data / "ptau" / "powersOfTau28_hez_final_11.ptau"
    succeed(run_snarkjs("groth16", "setup", ours / "membership.r1cs", ptau, "0.zkey", cwd=tmp_path))
    succeed(
        run_snarkjs("zkey", "contribute", "0.zkey", "1.zkey", "-e=some text", "-n=a", cwd=tmp_path)
    )
    succeed(run_snarkjs("zkey", "export", "verificationkey", "1.zkey", "vkey.json", cwd=tmp_path))
    witness = ours / "witness.wtns"
    succeed(
        run_snarkjs(
            "groth16", "prove", "1.zkey", witness, "proof.json", "public.json", cwd=tmp_path
        )
    )
    text = succeed(
        run_snarkjs("groth16", "verify", "vkey.json", "public.json", "proof.json", cwd=tmp_path)
    )
    assert "OK!" in text
    assert verify(
        tmp_path / "vkey.json", public=tmp_path / "public.json", proof=tmp_path / "proof.json"
    ).valid
    public = json.loads((tmp_path / "public.json").read_text())
    assert [int(x) for x in public] == read_wtns(witness).values.to_ints()[1:5]


# -- circom's calculators


@pytest.fixture(scope="module")
def theirs(
    tmp_path_factory: pytest.TempPathFactory, run_circom2: Runner, node_modules: Path
) -> Path:
    """A folder with nested.circom compiled to WebAssembly, for two fields."""
    folder = tmp_path_factory.mktemp("circom")
    for source in (node_modules / "circomlib" / "circuits").glob("poseidon*.circom"):
        shutil.copy(source, folder)
    (folder / "nested.circom").write_text(CIRCOM)
    succeed(run_circom2("nested.circom", "--wasm", cwd=folder))
    (folder / "other.circom").write_text(
        "pragma circom 2.1.0; template T() { signal input a; signal output b; b <== a * a; } component main = T();"
    )
    succeed(run_circom2("other.circom", "--wasm", "--prime", "goldilocks", cwd=folder))
    return folder


def run(theirs: Path, tmp_path: Path, inputs: object, **options: Any) -> WitnessSummary:
    path = tmp_path / "input.json"
    path.write_text(json.dumps(inputs))
    program = theirs / "nested_js" / "nested.wasm"
    return calculate_witness(program, inputs=path, output=tmp_path / "witness.wtns", **options)


def test_the_same_witness_as_circoms_own_calculator(
    theirs: Path, tmp_path: Path, run_snarkjs: Runner, capfd: pytest.CaptureFixture[str]
) -> None:
    summary = run(theirs, tmp_path, GOOD)
    assert (summary.circuit, summary.field, summary.warnings) == ("nested", "bn254.fr", [])
    wasm = theirs / "nested_js" / "nested.wasm"
    succeed(run_snarkjs("wtns", "calculate", wasm, "input.json", "theirs.wtns", cwd=tmp_path))
    assert (tmp_path / "witness.wtns").read_bytes() == (tmp_path / "theirs.wtns").read_bytes()
    values = read_wtns(tmp_path / "witness.wtns").values.to_ints()
    assert values[1:5] == [poseidon(3, 7, 11), 15, 12, 3]
    assert "secret" not in "".join(capfd.readouterr())  # what the circuit logs is not shown


def test_broken_constraints_name_circoms_line(theirs: Path, tmp_path: Path) -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        run(theirs, tmp_path, GOOD | {"a": "4"})
    message = caught.value.message
    assert message.startswith(
        "an assertion or constraint of the circuit failed (Error in template Nested"
    )
    assert "line: 15" in message
    assert [p.name for p in tmp_path.iterdir()] == ["input.json"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": "1"}, "the circuit has no input x"),
        ({"b": ["5", "7", "11"]}, "input b has 4 values, got 3"),
        ({"a": ["3", "3"]}, "input a has 1 values, got 2"),
        ({"b": {"y": "1"}}, "the circuit has no input b.y"),
        ({"a": False}, "an input must be an integer, found a boolean"),
        ({"a": str(2**254)}, "input a is not below the modulus of bn254.fr"),
    ],
)
def test_wrong_inputs(theirs: Path, tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        run(theirs, tmp_path, GOOD | change)
    assert caught.value.message == message
    assert "input.json" in caught.value.where


def test_missing_inputs_and_reduction(theirs: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the circuit has 5 input values, got 1"):
        run(theirs, tmp_path, {"a": "3"})
    flat = {"a": str(3 + BN254_FR.modulus), "b": ["5", 7, 11, 15]}
    assert run(theirs, tmp_path, flat, reduce=True).warnings == [
        "inputs not below the modulus were reduced"
    ]


def test_other_fields_are_named(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text('{"a": "3"}')
    with pytest.raises(
        FormatError, match="the module computes in the unsupported field goldilocks"
    ):
        calculate_witness(
            theirs / "other_js" / "other.wasm",
            inputs=tmp_path / "input.json",
            output=tmp_path / "w",
        )


def test_limits(theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circom_witness, "MAX_INSTRUCTIONS", 5000)
    with pytest.raises(LimitError, match="the module ran 5000 instructions without an end"):
        run(theirs, tmp_path, GOOD)
    monkeypatch.setattr(circom_witness, "_MAX_MODULE", 100)
    with pytest.raises(LimitError, match="bytes, the limit is 100"):
        run(theirs, tmp_path, GOOD)


def test_without_wasmtime(theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    with pytest.raises(
        EnvironmentProblem, match="running circom's WebAssembly needs wasmtime"
    ) as caught:
        run(theirs, tmp_path, GOOD)
    assert caught.value.hint == "pip install 'zkctl[circom]'"


PARTS = {
    "init": "(param i32)",
    "getFieldNumLen32": "(result i32) i32.const 8",
    "getRawPrime": "",
    "readSharedRWMemory": "(param i32) (result i32) local.get 0 i32.const 2 i32.shl i32.load",
    "writeSharedRWMemory": "(param i32 i32)",
    "getInputSize": "(result i32) i32.const 0",
    "getInputSignalSize": "(param i32 i32) (result i32) i32.const 1",
    "setInputSignal": "(param i32 i32 i32) i32.const 3 call $exception",
    "getWitnessSize": "(result i32) i32.const 1",
    "getWitness": "(param i32)",
}
PRIME = "".join(f"\\{byte:02x}" for byte in BN254_FR.modulus.to_bytes(32, "little"))
ONE_INPUT: dict[str, str | None] = {"getInputSize": "(result i32) i32.const 1"}
CODE_7 = "(param i32 i32 i32) i32.const 7 call $exception"
CODE_99 = "(param i32 i32 i32) i32.const 99 call $exception"


def fake(folder: Path, **changes: str | None) -> Path:
    """A hand-written calculator; a change of None leaves an export out."""
    import wasmtime

    parts = {**PARTS, **changes}
    functions = "\n".join(f'(func (export "{n}") {b})' for n, b in parts.items() if b is not None)
    text = f"""(module (import "runtime" "exceptionHandler" (func $exception (param i32)))
      (memory 1) (data (i32.const 0) "{PRIME}") {functions})"""
    path = folder / "fake.wasm"
    path.write_bytes(wasmtime.wat2wasm(text))
    return path


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"getWitness": None}, FormatError, "not a witness calculator of circom 2: it exports no getWitness"),
        ({"init": ""}, FormatError, "the module's init failed: "),
        ({"getFieldNumLen32": "(result i32) i32.const -1"}, FormatError, "the module's getFieldNumLen32 answers 4294967295"),
        ({"getRawPrime": "unreachable"}, CheckFailed, "the module stopped: "),
        ({}, CheckFailed, "the module yields no canonical witness"),
        (ONE_INPUT, InputError, "the circuit's calculator stopped: a signal was set twice"),
        (ONE_INPUT | {"setInputSignal": CODE_7}, InputError, "stopped: an array index is out of bounds"),
        (ONE_INPUT | {"setInputSignal": CODE_99}, InputError, "the circuit's calculator stopped: unknown code 99"),
        ({"getRawPrime": "(loop (br 0))"}, LimitError, "instructions without an end"),
    ],
)  # fmt: skip
def test_modules_that_misbehave(
    tmp_path: Path,
    changes: dict[str, str | None],
    kind: type[Exception],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(circom_witness, "MAX_INSTRUCTIONS", 1_000_000)
    program = fake(tmp_path, **changes)
    inputs = '{"a": "1"}' if "getInputSize" in changes else "{}"
    (tmp_path / "input.json").write_text(inputs)
    with pytest.raises(kind) as caught:
        calculate_witness(program, inputs=tmp_path / "input.json", output=tmp_path / "w.wtns")
    assert message in str(caught.value)


def test_files_that_are_no_modules(tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text("{}")
    (tmp_path / "bad.wasm").write_bytes(b"\0asm\1\0\0\0garbage")
    with pytest.raises(FormatError, match="not a witness calculator of circom 2: "):
        calculate_witness(
            tmp_path / "bad.wasm", inputs=tmp_path / "input.json", output=tmp_path / "w.wtns"
        )
