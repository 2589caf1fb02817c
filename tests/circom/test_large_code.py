"""Templates with thousands of `<--`, asserts and logs: their code is divided, and programs that differ in constants are shared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.circom.programs import logged_witness
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.code.parts import MOST_TOGETHER
from zkctl.circom.code.shared import MOST_DISTINCT
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.witness_program import check_program
from zkctl.errors import AdviceFailed
from zkctl.field import BN254_FR

N = 400
QUOTIENTS = """template Main(n) { signal input a[n]; signal output c[n]; signal h[n]; signal l[n];
  for (var i = 0; i < n; i++) { h[i] <-- a[i] \\ 7; l[i] <-- a[i] % 7; h[i] * 7 + l[i] === a[i]; c[i] <== h[i] * l[i]; } }
"""
CHAIN = """template Main(n) { signal input a[n]; signal output c; signal h[n + 1]; h[0] <-- a[0] ^ 5;
  for (var i = 0; i < n; i++) { h[i + 1] <-- (h[i] \\ 2) ^ a[i]; } c <== h[n] * 2; }
"""
PRINTED = """template Main(n) { signal input a[n]; signal output c;
  for (var i = 0; i < n; i++) { log("value", a[i] \\ 3); assert(a[i] % 1000 < 900); } c <== a[0] * a[1]; }
"""
CONSTANTS = """template Main(n) { signal input a[n]; signal output c; signal t[n + 1]; signal x[n]; t[0] <== a[0] * a[0];
  for (var i = 0; i < n; i++) { x[i] <-- t[i] ^ (i + 9); t[i + 1] <== x[i] * a[i]; } c <== t[n]; }
"""


def compiled(folder: Path, text: str, n: int) -> CircomCircuit:
    path = folder / "main.circom"
    path.write_text(f"pragma circom 2.1.0;\n{text}component main = Main({n});\n")
    circuit = compile_program(path, [], BN254_FR, SimplificationLevel(1)).circuit
    check_program(circuit.program)
    return circuit


def test_calls_that_share_nothing_are_programs_of_their_own(tmp_path: Path) -> None:
    assert 2 * N > MOST_TOGETHER
    circuit = compiled(tmp_path, QUOTIENTS, N)
    assert len(circuit.program.advice) == 2  # quotients and remainders
    a = [5 * k + 3 for k in range(N)]
    values, _ = logged_witness(circuit, {"a": a})
    assert values[1 : 1 + N] == [(k // 7) * (k % 7) for k in a]


def test_a_chain_stays_together(tmp_path: Path) -> None:
    circuit = compiled(tmp_path, CHAIN, N)
    a = [7 * k + 1 for k in range(N)]
    expected = a[0] ^ 5
    for each in a:
        expected = (expected // 2) ^ each
    values, _ = logged_witness(circuit, {"a": a})
    assert (values[1], len(circuit.program.advice)) == (2 * expected, 1)


def test_lines_are_printed_in_order(tmp_path: Path) -> None:
    circuit = compiled(tmp_path, PRINTED, N)
    a = [k * 2 for k in range(N)]
    _, lines = logged_witness(circuit, {"a": a})
    assert lines == [f"value {k // 3}" for k in a]
    with pytest.raises(AdviceFailed, match=r"main.circom:3:"):
        logged_witness(circuit, {"a": [1950, *a[1:]]})


def test_programs_that_differ_in_constants_are_shared(tmp_path: Path) -> None:
    n = MOST_DISTINCT + 1
    circuit = compiled(tmp_path, CONSTANTS, n)
    assert len(circuit.program.advice) == 1
    expected = 4
    for k in range(n):
        expected = (expected ^ (k + 9)) * (2 if k == 0 else 1) % BN254_FR.modulus
    values, _ = logged_witness(circuit, {"a": [2] + [1] * (n - 1)})
    assert values[1] == expected
    assert len(compiled(tmp_path, CONSTANTS, 20).program.advice) == 20
