"""Run-time code in programs: functions, loops, branches and arrays whose conditions and indexes are signals.

The outputs are those of circom2 0.2.23.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.circom.programs import logged_witness
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
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
    ("buses", {"in": [11, 1, 2, 3, 4], "k": 1}, [2, 0, 0, 0, 0, 0, 0, 0, 0, 7]),
    ("buses", {"in": [3, 1, 2, 5, 4], "k": 0}, [3, 1, 2, 5, 4, 0, 5, 4, 0, 0]),
    ("buses", {"in": [4, 1, 2, 5, 6], "k": 0}, [4, 1, 2, 5, 6, 4, 1, 2, 5, 6]),
    ("recursion", {"a": 48, "b": 37}, [1176, 7180192468708211294208, 450283905890997363]),
]  # fmt: skip


@pytest.fixture(scope="module")
def circuits() -> dict[str, CircomCircuit]:
    names = ("functions", "events", "recursion", "unassigned", "buses")
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
    with pytest.raises(LimitError, match="total is called inside itself more than 10,000 times"):
        logged_witness(circuits["recursion"], {"a": 10**6, "b": 1})


def compiled_body(body: str, definitions: str, folder: Path) -> CircomCircuit:
    """A template with the inputs a, b, v[4], m[2][2] and outputs o[4]."""
    path = folder / "body.circom"
    signals = "signal input a; signal input b; signal input v[4]; signal input m[2][2]; signal output o[4];"
    path.write_text(
        f"pragma circom 2.2.0;\n{definitions}\ntemplate T() {{ {signals}\n{body} }}\ncomponent main = T();"
    )
    return compiled(path)


BODY_INPUTS = {"a": 1, "b": 50, "v": [1, 2, 3, 4], "m": [[11, 12], [21, 22]]}
POINTS = "P p[2]; for (var i = 0; i < 2; i++) { p[i].x <== v[i]; p[i].y[0] <== v[i] + 10; p[i].y[1] <== v[i] + 20; } "
PARTS = "component c[2]; for (var i = 0; i < 2; i++) { c[i] = D(); c[i].in <== v[i]; } "


@pytest.mark.parametrize(
    ("body", "outputs"),
    [
        (POINTS + "o[0] <-- p[a].x; o[1] <-- p[a].y[a]; o[2] <-- p[1 - a].y[a];", [2, 22, 21, 0]),
        (POINTS + "var x = 0; for (var k = 0; k < a + 1; k++) { x += p[k].y[1] * 100; } o[0] <-- x;", [4300, 0, 0, 0]),
        (PARTS + "o[0] <-- c[a].out; o[1] <-- c[0].out;", [3, 2, 0, 0]),
        (PARTS + "var x = 0; for (var k = 0; k < a + 1; k++) { x += c[k].out * 100; } o[0] <-- x;", [500, 0, 0, 0]),
        ("P p[2]; p[a].x <-- 3; p[a].y[1] <-- 4; o[0] <-- p[a].x + p[1 - a].x; o[1] <-- p[a].y[a];", [3, 4, 0, 0]),
        ("P p[2]; if (b) { p[a].y[a] <-- 9; p[a].x <-- p[a].y[1]; } o[0] <-- p[a].x; o[1] <-- p[1 - a].x;", [9, 0, 0, 0]),
        ("o <-- a ? v : [9, 9, 9, 9];", [1, 2, 3, 4]),
        ("if (b) { o <-- a - 1 ? v : [9, 8, 7, 6]; }", [9, 8, 7, 6]),
        ("var t[2][2] = a ? m : [[1, 2], [3, 4]]; o[0] <-- t[0][1]; o[1] <-- t[1][1];", [12, 22, 0, 0]),
        ("var t[2] = swapped(a); o[0] <-- t[0]; o[1] <-- t[1];", [7, 1, 0, 0]),
    ],
)  # fmt: skip
def test_choices_of_signals_and_arrays(body: str, outputs: list[int], tmp_path: Path) -> None:
    definitions = """bus P { signal x; signal y[2]; }
    template D() { signal input in; signal output out; out <== in + 1; }
    function swapped(x) { var q[2]; q = x ? [x, 7] : [9, 8]; return [q[1], q[0]]; }"""
    assert (
        logged_witness(compiled_body(body, definitions, tmp_path), BODY_INPUTS)[0][1:5] == outputs
    )


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("o[0] <-- f(a);", ["in 1"]),
        ("var x = f(a);", ["in 1"]),
        ("var x; if (a) { x = f(3); } o[0] <-- x;", ["in 3"]),
        ("var x; if (1 - a) { x = f(3); } o[0] <-- x;", []),
        ("o[0] <-- g(a);", ["g 1", "in 3"]),
        ("if (f(a) + b) { o[0] <-- 1; }", ["in 1"]),
        ("var k = 0; while (k < a + f(a)) { k++; } o[0] <-- k;", ["in 1"] * 3),
        ("o[0] <-- f(a) + b ? 1 : 2;", ["in 1"]),
    ],
)
def test_functions_with_effects_run_as_often_as_they_are_called(
    body: str, lines: list[str], tmp_path: Path
) -> None:
    definitions = """function f(x) { log("in", x); assert(x == 1 || x == 3); return 1; }
    function g(x) { log("g", x); return x + f(3); }"""
    circuit = compiled_body(body, definitions, tmp_path)
    assert logged_witness(circuit, BODY_INPUTS)[1] == lines
    if "f(a)" in body:
        with pytest.raises(AdviceFailed, match=r"assert at body.circom:2:\d+"):
            logged_witness(circuit, {**BODY_INPUTS, "a": 2})


def test_recursion_is_deep(tmp_path: Path) -> None:
    definitions = "function sum(n) { if (n == 0) { return 0; } return n + sum(n - 1); }"
    circuit = compiled_body("o[0] <-- sum(a);", definitions, tmp_path)
    assert logged_witness(circuit, {**BODY_INPUTS, "a": 5000})[0][1] == 5000 * 5001 // 2


def test_recursion_with_large_arrays_is_stopped(tmp_path: Path) -> None:
    definitions = """function f(n, x) { if (n == 0) { return 0; } var t[1000]; t[n % 1000] = x; return t[x % 1000] + f(n - 1, x); }"""
    circuit = compiled_body("o[0] <-- f(a, b);", definitions, tmp_path)
    with pytest.raises(LimitError, match="the calls of the advice f hold more than 4,194,304 cells"):  # fmt: skip
        logged_witness(circuit, {**BODY_INPUTS, "a": 9000})


def test_functions_are_kept_in_the_file(circuits: dict[str, CircomCircuit], tmp_path: Path) -> None:
    program = circuits["recursion"].program
    file = io.BytesIO()
    write_wprog(file, program)
    path = tmp_path / "r.wprog"
    path.write_bytes(file.getvalue())
    assert read_wprog(path).functions == program.functions
    assert file.getvalue()[4] == 4  # the version


def test_hints_are_named_in_the_order_of_use(tmp_path: Path) -> None:
    definitions = (
        "template D() { signal input in; signal output out; out <-- in != 0 ? 1 / in : 0; }"
    )
    body = "signal s; s <-- a & 1; component d = D(); d.in <== s + 2; o[0] <== d.out;"
    program = compiled_body(body, definitions, tmp_path).program
    path = tmp_path / "r.wprog"
    with path.open("wb") as file:
        write_wprog(file, program)
    assert list(read_wprog(path).hints) == list(program.hints)


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
