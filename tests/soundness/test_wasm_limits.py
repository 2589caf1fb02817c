"""WebAssembly that a stranger wrote: it ends, its memory is bounded, its results are integers.

Cases of docs/design/security-cases.md, A9.1 to A9.11.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zkctl.errors import (
    CheckFailed,
    FormatError,
    InputError,
    LimitError,
    UnsatisfiedError,
    UsageError,
)
from zkctl.field import BN254_FR
from zkctl.toolchain.circuit import wasm_sandbox
from zkctl.toolchain.circuit.requests import WasmLimits
from zkctl.toolchain.circuit.wasm_sandbox import declared_memory
from zkctl.toolchain.circuit.witness import WitnessSummary, calculate_witness

wasmtime = pytest.importorskip("wasmtime")

# a calculator of one constant wire; the field's prime lies at 0, the shared words at 32
FUNCTIONS = {
    "init": "(param i32)",
    "getFieldNumLen32": "(result i32) i32.const 8",
    "getRawPrime": "",
    "readSharedRWMemory": "(param i32) (result i32) local.get 0 i32.const 2 i32.shl global.get $place i32.add i32.load",
    "writeSharedRWMemory": "(param i32 i32)",
    "getInputSize": "(result i32) i32.const 0",
    "getInputSignalSize": "(param i32 i32) (result i32) i32.const 1",
    "setInputSignal": "(param i32 i32 i32)",
    "getWitnessSize": "(result i32) i32.const 1",
    "getWitness": "(param i32) i32.const 32 global.set $place",
    "getMessageChar": "(result i32) i32.const 0",
}
IMPORTS = """(import "runtime" "exceptionHandler" (func $exception (param i32)))
  (import "runtime" "printErrorMessage" (func $print))
  (import "runtime" "writeBufferMessage" (func $write))
  (import "runtime" "showSharedRWMemory" (func $show))"""
PRIME = "".join(f"\\{byte:02x}" for byte in BN254_FR.modulus.to_bytes(32, "little"))
ODD_EXPORTS = """(global (export "g") v128 (v128.const i64x2 1 1)) (table (export "t") 1 externref)
  (global (export "e") externref (ref.null extern)) (func (export "f") (param v128) (result externref) ref.null extern)"""
ENDLESS = "(loop (br 0))"
EXCEPTION = "i32.const {} call $exception"


def module(
    memory: str = "(memory 1)", more: str = "", imports: str = IMPORTS, **functions: str
) -> bytes:
    bodies = {**FUNCTIONS, **functions}
    exports = "\n".join(f'(func (export "{name}") {body})' for name, body in bodies.items())
    code: bytes = wasmtime.wat2wasm(
        f"(module {imports} {memory} (global $place (mut i32) (i32.const 0)) "
        f'(data (i32.const 0) "{PRIME}\\01") {exports} {more})'
    )
    return code


def run(folder: Path, code: bytes, **limits: int) -> WitnessSummary:
    (folder / "m.wasm").write_bytes(code)
    (folder / "in.json").write_text("{}")
    return calculate_witness(
        folder / "m.wasm",
        inputs=folder / "in.json",
        output=folder / "w.wtns",
        limits=WasmLimits(**{"time_limit": 60, **limits}),
    )


def refusal(folder: Path, kind: type[Exception], code: bytes, **limits: int) -> str:
    """Run the module; return the text of its refusal, which must not leave a witness."""
    with pytest.raises(kind) as caught:
        run(folder, code, **limits)
    assert not (folder / "w.wtns").exists()
    return str(caught.value)


def test_the_honest_module(tmp_path: Path) -> None:
    assert run(tmp_path, module()).n_wires == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"more": f"(func $f {ENDLESS}) (start $f)"},
        {"init": f"(param i32) {ENDLESS}"},
        {"getFieldNumLen32": f"(result i32) {ENDLESS} i32.const 8"},
        {"getRawPrime": ENDLESS},
        {"readSharedRWMemory": f"(param i32) (result i32) {ENDLESS} i32.const 8"},
        {"getInputSize": f"(result i32) {ENDLESS} i32.const 0"},
        {"getWitnessSize": f"(result i32) {ENDLESS} i32.const 1"},
        {"getWitness": f"(param i32) {ENDLESS}"},
        {"init": "(param i32) (loop (drop (memory.grow (i32.const 1))) (br 0))"},
        {"init": "(param i32) (loop (call $print) (br 0))"},
        {"getMessageChar": f"(result i32) {ENDLESS} i32.const 8", "init": "(param i32) call $print"},
        {"getMessageChar": "(result i32) i32.const 65", "init": "(param i32) (loop (call $print) (br 0))"},
        {"getMessageChar": "(result i32) (loop (call $print) (br 0)) i32.const 8", "init": "(param i32) call $print"},
        {"more": "(func $f (loop (call $write) (br 0))) (start $f)"},
    ],
)  # fmt: skip
def test_a_module_without_an_end(tmp_path: Path, changes: dict[str, str]) -> None:
    started = time.monotonic()
    text = refusal(tmp_path, LimitError, module(**changes), time_limit=1)
    assert "the module did not end within 1 s" in text
    assert "raise `time_limit` if you trust the module" in text
    assert time.monotonic() - started < 120


def test_a_compilation_is_left_behind(tmp_path: Path) -> None:
    body = "local.get 0 i32.load i32.const 3 i32.mul local.set 0 " * 20
    more = f"(func (param i32) {body})" * 20000
    assert "did not end within 1 s" in refusal(
        tmp_path, LimitError, module(more=more), time_limit=1
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("place", ["start", "getWitness"])
def test_a_signal_ends_the_module(tmp_path: Path, number: signal.Signals, place: str) -> None:
    start = {"more": f"(func $f {ENDLESS}) (start $f)"}
    code = module(**start if place == "start" else {"getWitness": f"(param i32) {ENDLESS}"})
    (tmp_path / "m.wasm").write_bytes(code)
    (tmp_path / "in.json").write_text("{}")
    process = subprocess.Popen(
        [sys.executable, "-m", "zkctl.cli.app", "witness", "m.wasm", "in.json", "-o", "w.wtns"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    assert b"computing" in process.stderr.readline()
    time.sleep(2)
    os.kill(process.pid, number)
    _, words = process.communicate(timeout=30)
    assert process.returncode == 128 + number, words
    assert b"Traceback" not in words
    assert not (tmp_path / "w.wtns").exists()


@pytest.mark.parametrize(
    ("changes", "limits", "message"),
    [
        ({"memory": "(memory 65535)"}, {}, "the module's memory is too large: expected at most "),
        ({"memory": "(memory 16385)"}, {}, "the module's memory is too large: expected at most "),
        ({"memory": "(memory 10 65536)"}, {"memory_limit": 1}, "expected at most 917504 bytes, got 655360"),
        ({"memory": "(memory 1) (memory 16384)"}, {}, "the module's memory is too large: "),
        ({"memory": "(memory 1) (memory 1)"}, {}, "the module takes too much: "),
        ({"memory": "(memory 1) " + "(memory 1000)" * 20}, {}, "the module's memory is too large: "),
        ({"more": "(table 2147483648 funcref)"}, {}, "the module takes too much: "),
        ({"more": "(table 524289 externref)"}, {}, "the module takes too much: "),
        ({"more": "(table 9000 funcref)"}, {"memory_limit": 1}, "the module takes too much: "),
        ({"more": "(table 1 funcref)" * 9}, {}, "the module takes too much: "),
        ({"getWitnessSize": "(result i32) i32.const -1"}, {}, "the module's memory and 4294967295 wires take "),
        ({"getWitnessSize": "(result i32) i32.const 7000000"}, {}, "7000000 wires take 1820065536 bytes: expected at most 1065353216"),
        ({"memory": '(memory (export "memory") 12000)', "getWitnessSize": "(result i32) i32.const 2000000"}, {}, "and 2000000 wires take "),
        ({"init": f"(param i32) {EXCEPTION.format(5)}"}, {}, "the circuit needs more memory"),
        ({"more": "(func $f call $f) (start $f)"}, {}, "the module's calls are nested too deeply"),
        ({"init": "(param i32) call $deep", "more": "(func $deep call $deep)"}, {}, "the module's calls are nested too deeply"),
    ],
)  # fmt: skip
def test_limits(
    tmp_path: Path, changes: dict[str, str], limits: dict[str, int], message: str
) -> None:
    if "got 655360" in message:  # one page fewer than the refused size is accepted
        assert run(tmp_path, module(**changes), **limits).n_wires == 1
        return
    assert message in refusal(tmp_path, LimitError, module(**changes), **limits)


def grows(pages: int, memory: str) -> bytes:
    """A module that stops unless its memory grows."""
    body = f"(param i32) (if (i32.eq (memory.grow (i32.const {pages})) (i32.const -1)) (then unreachable))"
    return module(memory, init=body)


def test_growth_is_counted(tmp_path: Path) -> None:
    exported = '(memory (export "memory") 1)'
    assert run(tmp_path, grows(100, exported)).n_wires == 1
    (tmp_path / "w.wtns").unlink()
    refusal(tmp_path, CheckFailed, grows(16384, exported))
    refusal(tmp_path, CheckFailed, grows(100, exported), memory_limit=4)
    # what cannot be measured may not grow
    refusal(tmp_path, CheckFailed, grows(1, "(memory 1)"))


def test_the_module_cannot_grow_into_the_room_of_the_wires(tmp_path: Path) -> None:
    grow = "(if (i32.eqz (local.get 0)) (then (if (i32.eq (memory.grow (i32.const 80)) (i32.const -1)) (then unreachable))))"
    exported = '(memory (export "memory") 1)'
    functions = {"getWitness": f"(param i32) i32.const 32 global.set $place {grow}"}
    # of 8 MiB tables take 1; the growth takes 5; one wire fits beside it, 20,000 wires (5 MB) do not
    assert run(tmp_path, module(exported, **functions), memory_limit=8).n_wires == 1
    (tmp_path / "w.wtns").unlink()
    functions["getWitnessSize"] = "(result i32) i32.const 20000"
    code = module(exported, **functions)
    assert "the module stopped" in refusal(tmp_path, CheckFailed, code, memory_limit=8)


def test_more_is_allowed_to_who_asks(tmp_path: Path) -> None:
    code = module("(memory 20000)")
    assert "raise `memory_limit` if you trust" in refusal(tmp_path, LimitError, code)
    assert run(tmp_path, code, memory_limit=2048).n_wires == 1


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"time_limit": 0}, "the time limit is too small: expected 1 s or more, got 0"),
        ({"memory_limit": 0}, "the memory limit is too small: expected 1 MiB or more, got 0"),
    ],
)
def test_senseless_limits(tmp_path: Path, limits: dict[str, int], message: str) -> None:
    assert message in refusal(tmp_path, UsageError, module(), **limits)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("getWitnessSize", "(result f64) f64.const nan"),
        ("getInputSize", "(result f32) f32.const inf"),
        ("getInputSize", "(result i64) i64.const 0"),
        ("getWitnessSize", ""),
        ("getWitnessSize", "(result i32 i32) i32.const 1 i32.const 1"),
        ("getWitnessSize", "(result funcref) ref.null func"),
        ("getWitnessSize", "(result externref) ref.null extern"),
        ("getWitnessSize", "(result v128) v128.const i64x2 1 1"),
        ("readSharedRWMemory", "(param i32) (result f64) f64.const nan"),
        ("readSharedRWMemory", "(param i64) (result i32) i32.const 1"),
        ("getWitness", "(param i32) (result i32) i32.const 1"),
        ("getWitness", "(param externref)"),
        ("init", "(param v128)"),
        ("init", "(param funcref)"),
        ("init", "(param (ref func))"),
        ("init", "(param (ref null $t))"),
        ("init", "(param f32)"),
        ("init", "(param i32 i32 i32 i32 i32 i32 i32 i32)"),
    ],
)
def test_types_of_exports(tmp_path: Path, name: str, body: str) -> None:
    code = module(imports=f"(type $t (func)) {IMPORTS}", **{name: body})
    text = refusal(tmp_path, FormatError, code)
    assert f"the module's {name} failed: expected the type " in text


@pytest.mark.parametrize(
    ("imports", "message"),
    [
        (IMPORTS.replace("(param i32)", "(param i64)"), "incompatible import type"),
        (IMPORTS.replace("(param i32)", "(param i32) (result i32)"), "incompatible import type"),
        (IMPORTS + '(import "env" "f" (func))', "unknown import"),
        (IMPORTS + '(import "runtime" "f" (func))', "unknown import"),
        (IMPORTS + '(import "env" "memory" (memory 65536))', "unknown import"),
        (IMPORTS + '(import "env" "t" (table 1 funcref))', "unknown import"),
    ],
)
def test_imports(tmp_path: Path, imports: str, message: str) -> None:
    memory = "" if "(memory" in imports else "(memory 1)"
    text = refusal(tmp_path, FormatError, module(memory, imports=imports))
    assert "not a witness calculator of circom 2: " in text
    assert message in text


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"more": "(func $f unreachable) (start $f)"}, CheckFailed, "the module stopped: "),
        ({"more": '(data (i32.const 65535) "abc")'}, CheckFailed, "the module stopped: "),
        ({"more": f"(func $f {EXCEPTION.format(4)}) (start $f)"}, UnsatisfiedError, "an assertion or constraint"),
        ({"more": "(func $f call $print i32.const 3 call $exception) (start $f)"}, InputError, "stopped: a signal was set twice"),
        ({"memory": "(memory 1 2 shared)"}, FormatError, "not a witness calculator"),
        ({"memory": '(memory (export "init2") 1) (export "getWitness2" (memory 0))'}, None, ""),
        ({"getFieldNumLen32": "(result i32) i32.const -2147483648"}, FormatError, "getFieldNumLen32 answers 2147483648"),
        ({"getFieldNumLen32": "(result i32) i32.const 0"}, FormatError, "unsupported field"),
        ({"getWitnessSize": "(result i32) i32.const 0"}, CheckFailed, "no canonical witness"),
        ({"readSharedRWMemory": "(param i32) (result i32) i32.const -1"}, FormatError, "unsupported field"),
        ({"readSharedRWMemory": "(param i32) (result i32) i32.const -1 i32.load"}, CheckFailed, "the module stopped: "),
        ({"init": "(param i32) call $print", "getMessageChar": "(result i32) unreachable"}, CheckFailed, "the module stopped: "),
        ({"init": "(param i32) call $print", "getMessageChar": "(result f64) f64.const 1"}, FormatError, "getMessageChar failed"),
        ({"init": "(param i32) call $print", "getMessageChar": "(result i32) call $print i32.const 0"}, None, ""),
        ({"more": ODD_EXPORTS}, None, ""),
        ({"init": "(param i32) i32.const 0 i32.const 0 i32.div_u drop"}, CheckFailed, "the module stopped: "),
    ],
)  # fmt: skip
def test_modules_that_stop(
    tmp_path: Path, changes: dict[str, str], kind: type[Exception] | None, message: str
) -> None:
    if kind is None:
        assert run(tmp_path, module(**changes)).n_wires == 1
    else:
        assert message in refusal(tmp_path, kind, module(**changes))


def test_an_export_of_another_kind(tmp_path: Path) -> None:
    code = module(memory='(memory (export "getWitnesS") 1)').replace(
        b"getWitness\0", b"getWitnesT\0"
    )
    text = refusal(tmp_path, FormatError, code.replace(b"getWitnesS", b"getWitness"))
    assert "it exports no getWitness" in text


def test_messages_are_bounded(tmp_path: Path) -> None:
    flood = "(param i32) " + "call $print " * 50 + EXCEPTION.format(4)
    code = module(init=flood, getMessageChar="(result i32) i32.const 27")
    text = refusal(tmp_path, UnsatisfiedError, code)
    assert len(text) < 6000
    assert "\x1b" not in text


def test_claimed_sizes(tmp_path: Path) -> None:
    header = b"\0asm\1\0\0\0"
    refusal(tmp_path, FormatError, header + b"\x01\x05\xff\xff\xff\xff\x07")
    many = (
        header
        + b"\x01\x04\x01\x60\0\0"
        + b"\x03\x85\x80\x80\x2f"
        + b"\xff\xff\xff\x2f"
        + bytes(1 << 20)
    )
    refusal(tmp_path, FormatError, many)
    refusal(tmp_path, FormatError, header + b"\x0d\0\1\0")


def test_declared_memory() -> None:
    for text, n_pages in [
        ("(module)", 0),
        ("(module (memory 3))", 3),
        ("(module (func) (memory 300 65536) (memory 7))", 307),
        ("(module (memory i64 281474976710656))", 1 << 48),
    ]:
        assert declared_memory(wasmtime.wat2wasm(text)) == n_pages << 16


def test_a_result_that_comes_too_late_is_none(tmp_path: Path) -> None:
    limits = wasm_sandbox.SandboxLimits(seconds=1)
    sandbox = wasm_sandbox.Sandbox(tmp_path / "m.wasm", limits)
    with pytest.raises(LimitError, match="the module did not end within 1 s"):
        sandbox.run(lambda: time.sleep(1.5))
    with pytest.raises(ZeroDivisionError):
        wasm_sandbox.Sandbox(tmp_path / "m.wasm", limits).run(lambda: 1 // 0)


def test_a_stopped_sandbox_stays_stopped(tmp_path: Path) -> None:
    (tmp_path / "m.wasm").write_bytes(module(more="(func $f nop) (start $f)", imports=""))
    sandbox = wasm_sandbox.Sandbox(tmp_path / "m.wasm", wasm_sandbox.SandboxLimits())
    sandbox.run(lambda: None)
    with pytest.raises(LimitError, match="the module was interrupted"):
        sandbox.instantiate({})


def test_a_calculator_of_circom_1_is_named(tmp_path: Path) -> None:
    """It imports its memory, and exports getWitnessBuffer."""
    text = '(module (import "env" "memory" (memory 1)) (func (export "getWitnessBuffer")))'
    with pytest.raises(
        FormatError,
        match="the module is a witness calculator of circom 1: expected one of circom 2",
    ):
        run(tmp_path, wasmtime.wat2wasm(text))


def test_a_calculator_without_sizes_of_signals_runs(tmp_path: Path) -> None:
    """Those of circom 2.0.0 to 2.0.3 check the names and positions themselves."""
    code = module()
    assert run(tmp_path, code.replace(b"getInputSignalSize", b"getInputSignalSizf")).n_wires == 1


def test_a_hidden_memory_does_not_grow_beside_the_loops(tmp_path: Path) -> None:
    """The limit is raised only while the loops are instantiated."""
    grow = "(if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))"
    code = module(getWitness=f"(param i32) {grow} i32.const 32 global.set $place")
    assert run(tmp_path, code).n_wires == 1
