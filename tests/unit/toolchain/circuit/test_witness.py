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
from zkctl.dsl import Array, Bit, Signal, Struct, Uint, circuit, constrain, hint, private, public, sized

@circuit
def product(a: Signal = private(), b: Array[Signal] = private(2), c: Signal = public()) -> Signal:
    constrain(a * b[0] == c, "c is not the product")
    return b[0] + b[1]

@circuit
def local(x: Signal = private()) -> None:
    constrain(2 * hint(half, x) == x)

def half(x):
    return x // 2

class Point(Struct):
    x: Signal
    y: Signal

class Opening(Struct):
    value: Uint = sized(bits=8)
    path: Array[Bit] = sized("depth")
    at: Point

@circuit
def opened(key: Point = public(), fields: Array[Opening] = private(2), *, depth: int = 2) -> Point:
    constrain(key == fields[1].at, "not the key")
    return Point(fields[0].value * fields[1].value, fields[0].path[1] * key.y)
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
    for name in ("product", "local", "opened", "logging"):
        compile_circuit(f"{path / 'c.py'}:{name}", {}, path, level=0)
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


FIELD = {"value": 3, "path": ["0", 1], "at": {"y": 8, "x": "7"}}
NESTED = {"key": {"x": 7, "y": "0x8"}, "fields": [{"at": {"x": 1, "y": "-1"}, "value": "2", "path": [1, 1]}, FIELD]}  # fmt: skip


FIELDS = "input fields needs an array [2] of objects with value, path[2], at, but fields"


def with_field(**changes: object) -> dict[str, Any]:
    return {**NESTED, "fields": [FIELD | changes, FIELD]}


def test_structures_are_objects(folder: Path, tmp_path: Path) -> None:
    summary = run(folder, tmp_path, NESTED, "opened.wprog")
    assert summary.warnings == ["negative inputs are taken as p minus their absolute value"]
    values = read_wtns(tmp_path / "w.wtns").values.to_ints()
    assert values[:15] == [1, 6, 8, 7, 8, 2, 1, 1, 1, BN254_FR.modulus - 1, 3, 0, 1, 7, 8]
    with pytest.raises(UnsatisfiedError, match=r"not the key \(9 is not 8\)") as caught:
        run(folder, tmp_path, {**NESTED, "key": {"x": 7, "y": 9}}, "opened.wprog", force=True)
    assert caught.value.where.endswith("with key.y = 9, fields[1].at.y = 8")


@pytest.mark.parametrize(
    ("inputs", "message", "where"),
    [
        ({"key": NESTED["key"]}, "no value for input fields", "in.json"),
        ({**NESTED, "key": {"x": 7}}, "no value for input key.y", "in.json"),
        ({**NESTED, "key": {}}, "no value for input key.x, key.y", "in.json"),
        ({**NESTED, "key": {"x": 7, "y": 8, "z": 9}}, "unknown input key.z", "in.json"),
        ({**NESTED, "key": {"x": 7, "y": 8, "\x1b[31m": 9}}, "unknown input key.", "in.json"),
        ({**NESTED, "key": [7, 8]}, "input key needs an object with x, y, but key is a list of 2", "in.json"),
        ({**NESTED, "key": "7"}, "input key needs an object with x, y, but key is a single value", "in.json"),
        ({**NESTED, "key": None}, "input key needs an object with x, y, but key is a single value", "in.json"),
        ({**NESTED, "key.x": 7}, "unknown input key.x", "in.json"),
        ({**NESTED, "fields": {"0": FIELD, "1": FIELD}}, FIELDS + " is an object", "in.json"),
        ({**NESTED, "fields": [FIELD] * 3}, FIELDS + " is a list of 3", "in.json"),
        ({**NESTED, "fields": [[FIELD], [FIELD]]}, FIELDS + "[0] is a list of 1", "in.json"),
        (with_field(at=[1, 2]), "input fields[0].at needs an object with x, y, but fields[0].at is a list of 2", "in.json"),
        (with_field(at={"x": 1, "Y": 2}), "no value for input fields[0].at.y", "in.json"),
        (with_field(path=[1]), "input fields[0].path needs an array [2], but fields[0].path is a list of 1", "in.json"),
        (with_field(path={"0": 1}), "input fields[0].path needs an array [2], but fields[0].path is an object", "in.json"),
        (with_field(value=[5]), "input fields[0].value needs a single value, but fields[0].value is a list of 1", "in.json"),
        (with_field(value={"value": 5}), "input fields[0].value needs a single value, but fields[0].value is an object", "in.json"),
        (with_field(value=True), "an input must be an integer, found a boolean", "in.json fields[0].value"),
        (with_field(value=None), "an input must be an integer, found null", "in.json fields[0].value"),
        (with_field(at={"x": "1e3", "y": 1}), "the text is not a decimal or 0x integer", "in.json fields[0].at.x"),
        (with_field(at={"x": str(BN254_FR.modulus), "y": 1}), "input fields[0].at.x is not below the modulus of bn254.fr", "in.json"),
        ('{"key": {"x": 1, "y": 2, "x": 1}, "fields": []}', "duplicate key 'x'", "in.json $.key"),
        ('{"key": {"x": 1, "y": 2}, "fields": [], "key": {"x": 1, "y": 2}}', "duplicate key 'key'", "in.json $"),
    ],
)  # fmt: skip
def test_wrong_objects(
    folder: Path, tmp_path: Path, inputs: object, message: str, where: str
) -> None:
    with pytest.raises((InputError, FormatError)) as caught:
        run(folder, tmp_path, inputs, "opened.wprog")
    assert caught.value.message.startswith(message)
    assert caught.value.where.endswith(where)


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
