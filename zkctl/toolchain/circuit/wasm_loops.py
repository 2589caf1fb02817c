"""Loops inside the sandbox over the numbers that go into and out of circom's calculator.

Each call from Python into a module takes twenty microseconds, and a number takes nine of them.  A small module of ours makes these
calls instead; Python moves the words of many numbers at a time through its memory.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from zkctl.field.words import Words
from zkctl.toolchain.circuit.wasm_sandbox import OWN_MEMORY, Sandbox

MAX_WORDS = 32  # of a number; circom's largest field has eight
_PAGES = OWN_MEMORY >> 16

# the calculator's functions that the loops call
CALLED = ("getWitness", "readSharedRWMemory", "writeSharedRWMemory", "setInputSignal")

_TEXT = f"""
(module
  (import "calculator" "getWitness" (func $wire (param i32)))
  (import "calculator" "readSharedRWMemory" (func $read (param i32) (result i32)))
  (import "calculator" "writeSharedRWMemory" (func $write (param i32 i32)))
  (import "calculator" "setInputSignal" (func $set (param i32 i32 i32)))
  (memory (export "memory") {_PAGES} {_PAGES})

  (func (export "wires") (param $first i32) (param $count i32) (param $n_words i32)
    (local $k i32) (local $j i32) (local $place i32)
    (block $done (loop $numbers
      (br_if $done (i32.ge_u (local.get $k) (local.get $count)))
      (call $wire (i32.add (local.get $first) (local.get $k)))
      (local.set $j (i32.const 0))
      (block $next (loop $words
        (br_if $next (i32.ge_u (local.get $j) (local.get $n_words)))
        (i32.store (local.get $place) (call $read (local.get $j)))
        (local.set $place (i32.add (local.get $place) (i32.const 4)))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br $words)))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br $numbers))))

  (func (export "inputs") (param $high i32) (param $low i32) (param $first i32) (param $count i32) (param $n_words i32)
    (local $k i32) (local $j i32) (local $place i32)
    (block $done (loop $numbers
      (br_if $done (i32.ge_u (local.get $k) (local.get $count)))
      (local.set $j (i32.const 0))
      (block $next (loop $words
        (br_if $next (i32.ge_u (local.get $j) (local.get $n_words)))
        (call $write (local.get $j) (i32.load (local.get $place)))
        (local.set $place (i32.add (local.get $place) (i32.const 4)))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br $words)))
      (call $set (local.get $high) (local.get $low) (i32.add (local.get $first) (local.get $k)))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br $numbers)))))
"""


class Loops:
    """The loops for one instance of a calculator, with numbers of `n_words` words of 32 bits."""

    def __init__(self, sandbox: Sandbox, functions: dict[str, Any], n_words: int) -> None:
        self._sandbox, self._n_words = sandbox, n_words
        self.at_once = OWN_MEMORY // (4 * n_words)  # numbers in the memory
        exports = sandbox.add_module(_TEXT, "calculator", functions)
        self._wires, self._inputs = exports["wires"], exports["inputs"]
        self._memory = exports["memory"]

    def wires(self, n: int, n_words: int) -> Words:
        """Return the first n wires.  Shapes: -> (n, n_words), wider where the calculator's numbers are."""
        rows = np.zeros((n, 2 * max(n_words, -(-self._n_words // 2))), "<u4")
        for first in range(0, n, self.at_once):
            count = min(self.at_once, n - first)
            self._sandbox.call(self._wires, first, count, self._n_words)
            data = self._memory.read(self._sandbox.store, 0, count * 4 * self._n_words)
            rows[first : first + count, : self._n_words] = np.frombuffer(data, "<u4").reshape(
                count, -1
            )
        return rows.view("<u8").astype(np.uint64, copy=False)

    def set_signal(self, name_hash: tuple[int, int], values: Words) -> None:
        """Set all values of an input signal.  Shapes: values (n, any number of words).  Assumes: each fits the calculator's."""
        given = np.ascontiguousarray(values, "<u8").view("<u4")[:, : self._n_words]
        for first in range(0, len(given), self.at_once):
            some = given[first : first + self.at_once]
            rows = np.zeros((len(some), self._n_words), "<u4")
            rows[:, : some.shape[1]] = some
            self._memory.write(self._sandbox.store, bytearray(rows), 0)
            self._sandbox.call(self._inputs, *name_hash, first, len(some), self._n_words)
