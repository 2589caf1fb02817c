"""The loops inside the sandbox: every number arrives, and few calls cross its border."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from zkctl.field import ints_from_words, words_from_ints
from zkctl.toolchain.circuit.wasm_loops import _PAGES, CALLED, MAX_WORDS, Loops
from zkctl.toolchain.circuit.wasm_sandbox import OWN_MEMORY, Sandbox, SandboxLimits

wasmtime = pytest.importorskip("wasmtime")

AT_ONCE = OWN_MEMORY // 32  # numbers of 8 words

# A calculator whose wire i is what was set at position i: 8 words of shared memory at 0, the signals behind.
ECHO = """
(module
  (memory (export "memory") 16)
  (func (export "writeSharedRWMemory") (param i32 i32)
    (i32.store (i32.mul (local.get 0) (i32.const 4)) (local.get 1)))
  (func (export "readSharedRWMemory") (param i32) (result i32)
    (i32.load (i32.mul (local.get 0) (i32.const 4))))
  (func (export "setInputSignal") (param i32 i32 i32)
    (memory.copy (i32.mul (i32.add (local.get 2) (i32.const 1)) (i32.const 32)) (i32.const 0) (i32.const 32)))
  (func (export "getWitness") (param i32)
    (memory.copy (i32.const 0) (i32.mul (i32.add (local.get 0) (i32.const 1)) (i32.const 32)) (i32.const 32))))
"""


def loops_of(tmp_path: Path) -> tuple[Sandbox, Loops]:
    (tmp_path / "m.wasm").write_bytes(wasmtime.wat2wasm(ECHO))
    sandbox = Sandbox(tmp_path / "m.wasm", SandboxLimits())
    exports = sandbox.instantiate({})
    return sandbox, Loops(sandbox, {name: exports[name] for name in CALLED}, 8)


@pytest.mark.parametrize("n", [0, 1, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 7])
def test_every_number_arrives(tmp_path: Path, n: int) -> None:
    _, loops = loops_of(tmp_path)
    values = [secrets.randbits(256) for _ in range(n)]
    values[:2] = [0, (1 << 256) - 1][: len(values)]
    loops.set_signal((1, 2), words_from_ints(values, 4))
    assert ints_from_words(loops.wires(n, 4)) == values


@pytest.mark.parametrize("n_words", [1, 4, 6])
def test_rows_may_be_narrower_or_wider_than_the_calculator(tmp_path: Path, n_words: int) -> None:
    _, loops = loops_of(tmp_path)
    values = [7, (1 << 64) - 1]
    loops.set_signal((1, 2), words_from_ints(values, n_words))
    wires = loops.wires(2, n_words)
    assert wires.shape == (2, max(4, n_words))
    assert ints_from_words(wires) == values


def test_calls_are_counted_by_the_thousand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox, loops = loops_of(tmp_path)
    calls: list[Any] = []
    call = sandbox.call
    monkeypatch.setattr(sandbox, "call", lambda *words: calls.append(words) or call(*words))
    n = 10_000
    loops.set_signal((1, 2), words_from_ints(range(n), 4))
    assert ints_from_words(loops.wires(n, 4)) == list(range(n))
    assert len(calls) == 2 * -(-n // AT_ONCE)


def test_the_memory_has_room_for_the_longest_numbers() -> None:
    assert _PAGES << 16 == OWN_MEMORY >= 4 * MAX_WORDS
