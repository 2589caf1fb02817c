"""Run-time code in programs: functions, loops, branches and arrays whose conditions and indexes are signals.

The outputs are those of circom2 0.2.23.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.circom.programs import logged_witness
from zkctl.circom.circuit import CircomCircuit, SimplificationLevel
from zkctl.circom.compile import compile_program
from zkctl.errors import AdviceFailed, LimitError, ZkctlError
from zkctl.field import BN254_FR
from zkctl.formats.binary.wprog import read_wprog, write_wprog

P = BN254_FR.modulus
PROGRAMS = Path(__file__).parent / "programs"
V = [9, 8, 7, 6]
ANSWERS = [
    ("functions", {"a": 48, "b": 36, "v": [1, 50, 40, 3], "idx": 2},
     [4110, 0, 4, 2, 12, 50592, 2, 24, 40, 266, 2, 33, 54800, 3618, 286, 12]),
    ("functions", {"a": 3, "b": 300, "v": V, "idx": 1}, [230, 3, 1, 2, 3, 297888, 2, 2, 8, P - 4, 0, 22, 5300, 90014, P - 7, 298]),
    ("events", {"a": 48, "b": 37}, [12, 12, 0, 153, 0, 7059779437489773633646340506914701874769131765994106666166191815402473917167]),
    ("events", {"a": 31, "b": 301}, [156, 156, 0, 3, 0, 7059779437489773633646340506914701874769131765994106666166191815402473915804]),
    ("unassigned", {"a": 1}, [5, 5, 0]),
    ("unassigned", {"a": 0}, [1, 7, 0]),
    ("recursion", {"a": 48, "b": 37}, [1176, 7180192468708211294208, 450283905890997363]),
]  # fmt: skip


@pytest.fixture(scope="module")
def circuits() -> dict[str, CircomCircuit]:
    names = ("functions", "events", "recursion", "unassigned")
    return {name: compiled(PROGRAMS / f"run_time_{name}.circom") for name in names}


def compiled(path: Path) -> CircomCircuit:
    return compile_program(path, [], BN254_FR, SimplificationLevel(0)).circuit


@pytest.mark.parametrize(("name", "inputs", "outputs"), ANSWERS)
def test_outputs(
    name: str, inputs: dict[str, object], outputs: list[int], circuits: dict[str, CircomCircuit]
) -> None:
    values, _ = logged_witness(circuits[name], inputs)
    assert values[1 : 1 + len(outputs)] == outputs


def test_an_index_outside_stops_with_its_line(circuits: dict[str, CircomCircuit]) -> None:
    with pytest.raises(AdviceFailed, match=r"index outside of 0 to 4 at run_time_functions.circom:\d+:\d+"):  # fmt: skip
        logged_witness(circuits["functions"], {"a": 3, "b": 300, "v": V, "idx": 5})


def test_recursion_without_end_is_stopped(circuits: dict[str, CircomCircuit]) -> None:
    with pytest.raises(LimitError, match="total is called inside itself more than 200 times"):
        logged_witness(circuits["recursion"], {"a": 10**6, "b": 1})


def test_functions_are_kept_in_the_file(circuits: dict[str, CircomCircuit], tmp_path: Path) -> None:
    program = circuits["recursion"].program
    file = io.BytesIO()
    write_wprog(file, program)
    path = tmp_path / "r.wprog"
    path.write_bytes(file.getvalue())
    assert read_wprog(path).functions == program.functions
    assert file.getvalue()[4] == 4  # the version


def test_an_endless_loop_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "endless.circom"
    path.write_text(
        "pragma circom 2.0.0; template T() { signal input a; signal output b;"
        " var k = 0; while (a != 1000) { k = k + 1; } b <-- k; } component main = T();"
    )
    circuit = compiled(path)
    program = circuit.program
    limits = [each.limits.steps for each in program.advice]
    assert max(limits) == 1 << 24
    assert logged_witness(circuit, {"a": 1000})[0] == [1, 0, 1000]


@pytest.mark.parametrize("divisor", ["\\", "%"])
def test_a_division_by_zero_stops_with_its_line(divisor: str, tmp_path: Path) -> None:
    path = tmp_path / "divide.circom"
    path.write_text(
        "pragma circom 2.0.0;\ntemplate T() { signal input a; signal output b;\n"
        f" b <-- 7 {divisor} a; }}\ncomponent main = T();"
    )
    with pytest.raises(ZkctlError, match=r"division by zero at divide.circom:3:\d"):
        logged_witness(compiled(path), {"a": 0})
