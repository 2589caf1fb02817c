from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from zkctl.errors import (
    CircuitError,
    EnvironmentProblem,
    FormatError,
    InputError,
    UnsatisfiedError,
    UsageError,
)
from zkctl.field import BN254_FR
from zkctl.formats.binary.wtns import read_wtns
from zkctl.toolchain.circuit.circom_log import NAME
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.witness import WitnessSummary, calculate_witness

SOURCE = """\
from zkctl.dsl import Array, Signal, circuit, constrain, hint, private, public

@circuit
def product(a: Signal = private(), b: Array[Signal] = private(2), c: Signal = public()) -> Signal:
    constrain(a * b[0] == c, "c is not the product")
    return b[0] + b[1]

@circuit
def local(x: Signal = private()) -> None:
    constrain(2 * hint(half, x) == x)

def half(x):
    return x // 2

from zkctl.dsl import Int, Ints, advice, log
from zkctl.dsl.advice import sort

@advice
def smallest(values: Ints, k: Int) -> Int:
    return sort(values)[k]

@circuit
def logging(a: Signal = private(), b: Array[Signal] = private(2), c: Signal = public()) -> Signal:
    least = smallest(b, c)
    log("least", least, a * b[0])
    constrain((b[0] - least) * (b[1] - least) == a - a * b[0], "not an element")
    return least
"""
GOOD: dict[str, Any] = {"a": "3", "b": [5, "0x7"], "c": "15"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program")
    (path / "c.py").write_text(SOURCE)
    for name in ("product", "local", "logging"):
        compile_circuit(f"{path / 'c.py'}:{name}", {}, path)
    return path


def run(folder: Path, tmp_path: Path, inputs: object, program: str = "product.wprog", **options: Any) -> WitnessSummary:  # fmt: skip
    path = tmp_path / "in.json"
    path.write_text(inputs if isinstance(inputs, str) else json.dumps(inputs))
    return calculate_witness(folder / program, inputs=path, output=tmp_path / "w.wtns", **options)


def test_witness(folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    summary = run(folder, tmp_path, GOOD, progress=lambda what, _: told.append(what))
    assert (summary.circuit, summary.field, summary.n_wires, summary.warnings) == ("product", "bn254.fr", 6, [])  # fmt: skip
    witness = read_wtns(tmp_path / "w.wtns")
    assert witness.values.to_ints() == [1, 12, 15, 3, 5, 7]
    assert (tmp_path / "w.wtns").stat().st_mode & 0o777 == 0o600
    assert any("product.wprog" in what for what in told)


def test_a_broken_constraint_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnsatisfiedError, match=r"c is not the product \(15 is not 16\)") as caught:
        run(folder, tmp_path, GOOD | {"c": 16})
    lines = caught.value.where.splitlines()
    assert lines[0] == "c.py:5:15 in product"
    assert lines[2] == "  |           ^^^^^^^^^^^^^"
    assert lines[3] == "with a = 3, b[0] = 5, c = 16"
    assert caught.value.exit_code == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.json"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b": ["5"]}, "input b needs an array [2], but b is a list of 1"),
        ({"b": 5}, "input b needs an array [2], but b is a single value"),
        ({"d": 5}, "unknown input d"),
        ({"a": True}, "an input must be an integer, found a boolean"),
        ({"a": BN254_FR.modulus}, "input a is not below the modulus of bn254.fr"),
    ],
)
def test_wrong_inputs(folder: Path, tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        run(folder, tmp_path, GOOD | change)
    assert caught.value.message == message
    assert "in.json" in caught.value.where
    assert not (tmp_path / "w.wtns").exists()


def test_missing_input_names_all_inputs(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no value for input c, b") as caught:
        run(folder, tmp_path, {"a": 1})
    assert caught.value.hint == "the circuit's inputs are c, a, b"


def test_reduce_and_negative_numbers(folder: Path, tmp_path: Path) -> None:
    p = BN254_FR.modulus
    summary = run(folder, tmp_path, {"a": p + 3, "b": ["-5", 7], "c": "-15"}, reduce=True)
    assert set(summary.warnings) == {
        "negative inputs are taken as p minus their absolute value",
        "inputs not below the modulus were reduced",
    }
    assert read_wtns(tmp_path / "w.wtns").values.to_ints()[2:5] == [p - 15, 3, p - 5]


def test_existing_output(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path, GOOD)
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        run(folder, tmp_path, GOOD)
    run(folder, tmp_path, GOOD, force=True)


def test_other_files_are_no_programs(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"expected a witness program \(.wprog\) or a circom .wasm, found an r1cs file"):  # fmt: skip
        run(folder, tmp_path, GOOD, program="product.r1cs")
    with pytest.raises(FormatError, match="found Python source code"):
        run(folder, tmp_path, GOOD, program="c.py")


def test_a_witness_program_needs_no_symbols(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a witness program needs no \.sym file: it has the names itself") as caught:  # fmt: skip
        run(folder, tmp_path, GOOD, sym=folder / "product.sym")
    assert caught.value.hint == "leave `sym` out"


def test_hints_in_python_are_refused_by_name(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CircuitError, match="the hint 0:half is Python code") as caught:
        run(folder, tmp_path, {"x": 4}, program="local.wprog")
    assert "c.py:10" in caught.value.where


def test_no_code_of_the_user_runs(folder: Path, tmp_path: Path) -> None:
    """N89: an audit hook sees every import, compile and exec of the process."""
    (tmp_path / "in.json").write_text(json.dumps(GOOD))
    script = f"""
import sys
sys.dont_write_bytecode = True
from pathlib import Path
from zkctl.toolchain.circuit.witness import calculate_witness
import zkctl.formats.json.snarkjs_groth16, zkctl.constraints.evaluate
def watch(event, args):
    text = str(args)
    code = event in ("compile", "exec", "import", "open") and ("{folder / "c"}" in text or "zkctl.dsl import" in text)
    if code or event in ("pickle.find_class", "subprocess.Popen", "os.exec", "socket.connect"):
        print("RAN", event, args, flush=True)
sys.addaudithook(watch)
calculate_witness(Path(r"{folder}") / "product.wprog", inputs=Path(r"{tmp_path}") / "in.json", output=Path(r"{tmp_path}") / "w.wtns")
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["done"], done.stdout + done.stderr


def test_advice_runs_and_logs_only_for_a_listener(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger(NAME)
    monkeypatch.setattr(logger, "handlers", [])
    inputs = {"a": 0, "b": [9, 4], "c": 0}
    run(folder, tmp_path, inputs, "logging.wprog", force=True)
    assert read_wtns(tmp_path / "w.wtns").values.to_ints()[1] == 4
    assert heard == []
    monkeypatch.setattr(logger, "handlers", [handler])
    logger.setLevel(logging.INFO)
    run(folder, tmp_path, inputs, "logging.wprog", force=True)
    assert heard == ["log: least 4 0"]
    with pytest.raises(UnsatisfiedError, match="not an element"):
        run(folder, tmp_path, {**inputs, "a": 1}, "logging.wprog", force=True)
    assert heard[1:] == ["log: least 4 9"]
    with pytest.raises(
        InputError, match="the advice smallest uses an index outside an array of 2"
    ) as caught:
        run(folder, tmp_path, {**inputs, "c": 2}, "logging.wprog", force=True)
    assert "least = smallest(b, c)" in caught.value.where
