"""What users of circom's calculators give and get: buses as objects, wrong shapes, missing inputs, log() and error codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.interop.conftest import Runner, runner
from zkctl.cli.app import main
from zkctl.dsl import Array, Signal, Struct, circuit, private, public, sized
from zkctl.errors import FormatError, InputError, UsageError
from zkctl.formats.binary.wprog import write_wprog
from zkctl.formats.binary.wtns import read_wtns
from zkctl.toolchain.circuit.witness import WitnessSummary, calculate_witness

BUSES = """pragma circom 2.2.0;
bus Point() { signal x; signal y[2]; }
bus Path() { Point() p[2][2]; signal length; }
template Buses() {
    input Path() s;
    input Point() q[2];
    signal input k;
    signal output o;
    o <== s.p[0][1].x * s.p[1][0].y[1] + q[1].y[0] * 10 + s.length + k;
}
component main {public [k]} = Buses();
"""
MATRIX = """pragma circom 2.0.0;
template Matrix() {
    signal input m[2][3];
    signal input k[2];
    signal output o;
    signal t;
    t <== k[0] * k[1];
    log(t);
    o <== m[0][0] * m[1][2] + t;
    log(o);
    assert(k[0] != 9);
}
component main = Matrix();
"""
LOGS = """pragma circom 2.1.0;
template Logs() {
    signal input a;
    signal output o;
    o <== a * a;
    log("a and #", a, o);
    log(-1);
    for (var i = 0; i < a; i++) { log("round", i); }
    assert(a != 3);
}
component main = Logs();
"""
BOUNDS = """pragma circom 2.0.0;
template Bounds() {
    signal input index;
    signal output o;
    signal list[3];
    list[0] <== 10; list[1] <== 20; list[2] <== 30;
    o <-- list[index];
    o * 0 === 0;
}
component main = Bounds();
"""
POINTS: dict[str, Any] = {
    "p": [
        [{"y": ["3", "4"], "x": "2"}, {"x": "5", "y": ["6", "7"]}],
        [{"x": 8, "y": [9, 10]}, {"y": [12, 13], "x": 11}],
    ],
    "length": 14,
}
PATH: dict[str, Any] = {
    "q": [{"x": 15, "y": [16, 17]}, {"y": [19, 20], "x": 18}],
    "k": "21",
    "s": POINTS,
}
ROWS: dict[str, Any] = {"m": [["1", "2", "3"], ["4", "5", "6"]], "k": ["1", "2"]}


@pytest.fixture(scope="module")
def circuits(tmp_path_factory: pytest.TempPathFactory, run_circom2: Runner) -> Path:
    folder = tmp_path_factory.mktemp("circuits")
    for name, source in (("buses", BUSES), ("matrix", MATRIX), ("logs", LOGS), ("bounds", BOUNDS)):
        (folder / f"{name}.circom").write_text(source)
        more = ("--sanity_check", "3") if name == "bounds" else ()
        done = run_circom2(f"{name}.circom", "--wasm", "--sym", *more, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def old_matrix(tmp_path_factory: pytest.TempPathFactory, run_circom_2_0_3: Runner) -> Path:
    """The calculator of circom 2.0.3, which does not know the sizes of its inputs."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "matrix.circom").write_text(MATRIX)
    done = run_circom_2_0_3("matrix.circom", "--wasm", "--sym", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "matrix_js" / "matrix.wasm"


@pytest.fixture
def matrix(circuits: Path) -> Path:
    return circuits / "matrix_js" / "matrix.wasm"


def run(program: Path, folder: Path, values: object, **options: Any) -> WitnessSummary:
    path = folder / "input.json"
    path.write_text(json.dumps(values))
    output = folder / "witness.wtns"
    return calculate_witness(program, inputs=path, output=output, force=True, **options)


def refusal(program: Path, folder: Path, values: object, **options: Any) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        run(program, folder, values, **options)
    assert not (folder / "witness.wtns").exists()
    assert caught.value.where == str(folder / "input.json")
    return caught.value.message, caught.value.hint


def same_as_theirs(program: Path, folder: Path) -> bool:
    """Whether circom's own script makes the same witness of the last inputs."""
    script = runner(program.with_name("generate_witness.js"))
    done = script(program, "input.json", "theirs.wtns", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "theirs.wtns").read_bytes() == (folder / "witness.wtns").read_bytes()


# -- buses


def test_arrays_of_buses_as_objects(circuits: Path, tmp_path: Path) -> None:
    program = circuits / "buses_js" / "buses.wasm"
    run(program, tmp_path, PATH)
    assert read_wtns(tmp_path / "witness.wtns").values.to_ints()[:3] == [1, 50 + 190 + 14 + 21, 21]
    assert same_as_theirs(program, tmp_path)
    expected = (tmp_path / "witness.wtns").read_bytes()
    flat = {"s": list(range(2, 15)), "q": [[15, 16, 17], [18, 19, 20]], "k": 21}
    assert run(program, tmp_path, flat).warnings == []
    assert (tmp_path / "witness.wtns").read_bytes() == expected


class Point(Struct):
    """The bus of the same name."""

    x: Signal
    y: Array[Signal] = sized(2)


class Trail(Struct):
    """The bus Path."""

    p: Array[Point] = sized(2, 2)
    length: Signal


class Sum(NamedTuple):
    """The output."""

    o: Signal


@circuit
def buses(s: Trail = private(), q: Array[Point] = private(2), k: Signal = public()) -> Sum:
    product = s.p[0, 1].x * s.p[1, 0].y[1]
    return Sum(product + q[1].y[0] * 10 + s.length + k)


def test_structures_are_named_ordered_and_read_as_buses(circuits: Path, tmp_path: Path) -> None:
    run(circuits / "buses_js" / "buses.wasm", tmp_path, PATH)
    theirs = read_wtns(tmp_path / "witness.wtns").values.to_ints()
    rows = [line.split(",") for line in (circuits / "buses.sym").read_text().splitlines()]
    compiled = buses.compile()
    ours = {name: wire for _, wire, _, name in compiled.symbols()}
    members = [name for *_, name in rows if name.startswith(("main.s.", "main.q["))]
    assert [name for name in ours if name.startswith(("main.s.", "main.q["))] == members
    kept = {
        name: int(wire) for _, wire, _, name in rows if wire != "-1"
    }  # circom drops unused inputs
    assert sorted(kept, key=lambda name: kept[name]) == [name for name in ours if name in kept]
    with (tmp_path / "buses.wprog").open("wb") as file:
        write_wprog(file, compiled.program)
    run(tmp_path / "buses.wprog", tmp_path, PATH)
    values = read_wtns(tmp_path / "witness.wtns").values.to_ints()
    assert {name: values[ours[name]] for name in kept} == {n: theirs[w] for n, w in kept.items()}
    assert [values[ours[name]] for name in members] == list(range(2, 21))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"q": [{"x": 15, "y": [16, 17]}, {"x": 18}]}, "the circuit has 20 input values, got 18, missing: q[1].y[2]"),
        ({"s": {"p": POINTS["p"]}}, "the circuit has 20 input values, got 19, missing: s.length"),
        ({"q": [{"x": 15, "y": [16, 17]}, {"x": 18, "y": [1, 2], "z": 1}]}, "the circuit has no input q[1].z"),
        ({"q": [{"x": 15, "y": [16, 17]}]}, "input q needs an array [2] of objects with x, y[2], but q is a list of 1"),
        ({"s": POINTS | {"p": POINTS["p"][0]}}, "the circuit has no input s.p[0].y"),
    ],
)  # fmt: skip
def test_buses_with_other_members(
    circuits: Path, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    program = circuits / "buses_js" / "buses.wasm"
    assert refusal(program, tmp_path, PATH | change)[0] == message


def test_a_member_that_only_another_element_has_is_named_without_a_file(
    circuits: Path, tmp_path: Path
) -> None:
    program = shutil.copy(circuits / "buses_js" / "buses.wasm", tmp_path)
    short = PATH | {"q": [{"x": 15, "y": [16, 17]}, {"x": 18}]}
    message, hint = refusal(Path(program), tmp_path, short)
    assert message == "the circuit has 20 input values, got 18, missing: q[1].y"
    assert hint == "pass the circuit's .sym file as `sym` to see the names of all inputs"


def test_a_value_in_a_bus_and_beside_it(circuits: Path, tmp_path: Path) -> None:
    """Such a value once stood for a missing one: the counts agreed, and k was 0."""
    program = circuits / "buses_js" / "buses.wasm"
    flat = {"s": list(range(2, 15)), "q": list(range(15, 21)), "s.length": 21}
    assert refusal(program, tmp_path, flat) == (
        "input s.length is given twice",
        "s holds its values too",
    )


# -- shapes and names


def test_the_file_of_symbols_names_what_is_wrong(matrix: Path, tmp_path: Path) -> None:
    run(matrix, tmp_path, ROWS)
    assert same_as_theirs(matrix, tmp_path)
    (tmp_path / "witness.wtns").unlink()
    symbols = matrix.parent.parent / "matrix.sym"
    transposed = ROWS | {"m": [["1", "2"], ["3", "4"], ["5", "6"]]}
    assert refusal(matrix, tmp_path, transposed) == (
        "input m needs an array [2][3], but m is a list of 3",
        f"the shape is that in {symbols}",
    )
    message, _ = refusal(matrix, tmp_path, {"m": ROWS["m"]})
    assert message == "the circuit has 8 input values, got 6, missing: k[2]"
    assert refusal(matrix, tmp_path, ROWS | {"t": 1}) == (
        "the circuit has no input t",
        "the circuit's inputs are m[2][3], k[2]",
    )
    indexed = {"m": ROWS["m"], "k[0]": 1, "k[1]": 2}
    assert refusal(matrix, tmp_path, indexed)[1] == 'write {"k": [...]}'
    assert refusal(matrix, tmp_path, {"main.m": ROWS["m"], "k": [1, 2]})[1] == 'write "m"'


def test_a_named_file_of_symbols(circuits: Path, matrix: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(matrix, tmp_path / "alone.wasm"))
    symbols = circuits / "matrix.sym"
    transposed = ROWS | {"m": [["1", "2"], ["3", "4"], ["5", "6"]]}
    assert refusal(alone, tmp_path, transposed, sym=symbols)[0].startswith("input m needs")
    assert run(alone, tmp_path, transposed).warnings == []
    with pytest.raises(FormatError, match="the symbols are those of another circuit"):
        run(alone, tmp_path, ROWS, sym=circuits / "logs.sym")
    with pytest.raises(UsageError):
        calculate_witness(alone, inputs=tmp_path / "input.json", output=symbols, sym=symbols, force=True)  # fmt: skip
    shutil.copy(circuits / "logs.sym", tmp_path / "alone.sym")
    (warning,) = run(alone, tmp_path, transposed).warnings
    problem = "the shapes of inputs are unchecked: the symbols are those of another circuit"
    assert warning == f"{tmp_path / 'alone.sym'} is of no use, {problem}"


# -- circom 2.0.3


def test_a_calculator_of_circom_2_0_3(old_matrix: Path, tmp_path: Path) -> None:
    assert run(old_matrix, tmp_path, ROWS).warnings == []
    assert same_as_theirs(old_matrix, tmp_path)
    assert read_wtns(tmp_path / "witness.wtns").values.to_ints() == [1, 8, 1, 6, 1, 2, 2]
    (tmp_path / "witness.wtns").unlink()
    message, _ = refusal(old_matrix, tmp_path, {"m": ROWS["m"]})
    assert message == "the circuit has 8 input values, got 6, missing: k[2]"
    message, _ = refusal(old_matrix, tmp_path, ROWS | {"k": [1]})
    assert message == "input k has 2 values, got 1"
    mixed = {"m": [1, 2, 3, 4, 5], "k": [1, 2, 3]}
    assert refusal(old_matrix, tmp_path, mixed)[0] == "input m has 6 values, got 5"
    message, _ = refusal(old_matrix, tmp_path, {"m": [1, 2, 3, 4, 5, 6], "o": 1, "t": 2})
    assert message == "the circuit has no input o"


def test_a_calculator_of_circom_2_0_3_without_symbols(old_matrix: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(old_matrix, tmp_path / "alone.wasm"))
    warning = "the sizes of inputs are unchecked: circom 2.0.0 to 2.0.3 made the module, and no .sym file is given as `sym`"
    assert run(alone, tmp_path, ROWS).warnings == [warning]
    (tmp_path / "witness.wtns").unlink()
    assert (
        refusal(alone, tmp_path, {"m": ROWS["m"], "z": [1, 2]})[0] == "the circuit has no input z"
    )


# -- messages and codes of the circuit


def zkctl(folder: Path, program: Path, values: object, *options: str) -> int:
    (folder / "input.json").write_text(json.dumps(values))
    output = ("-o", str(folder / "w.wtns"), "--force")
    return main(["witness", str(program), str(folder / "input.json"), *output, *options])


MINUS_ONE = "21888242871839275222246405745257275088548364400416034343698204186575808495616"


@pytest.mark.parametrize("a", [2, 3])
def test_log_is_shown_with_verbose_only(
    circuits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], a: int
) -> None:
    """Also what a circuit prints before it fails."""
    program = circuits / "logs_js" / "logs.wasm"
    code = 1 if a == 3 else 0
    assert zkctl(tmp_path, program, {"a": a}) == code
    assert "log" not in capsys.readouterr().err.replace(str(program), "")
    assert zkctl(tmp_path, program, {"a": a}, "-v") == code
    shown = capsys.readouterr()
    lines = [line for line in shown.err.splitlines() if line.startswith("log: ")]
    rounds = [f"log: round {k}" for k in range(a)]
    assert lines == [f"log: a and # {a} {a * a}", f"log: {MINUS_ONE}", *rounds]
    assert "log: " not in shown.out


def test_log_is_escaped_and_bounded(
    circuits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = (circuits / "logs_js" / "logs.wasm").read_bytes()
    assert module.count(b"a and #") == 1
    program = tmp_path / "logs.wasm"
    program.write_bytes(module.replace(b"a and #", b"\x1b[2J\r\xff\n"))
    assert zkctl(tmp_path, program, {"a": 5000}, "-v") == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("log: ")]
    assert lines[0] == "log: \\x1b[2J\\x0d\\xff\\x0a 5000 25000000"
    assert lines[-2:] == ["log: round 997", "log: cut after 1000 lines"]


def test_log_of_circom_2_0_3(
    old_matrix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zkctl(tmp_path, old_matrix, ROWS, "-v") == 0
    assert "\nlog: 2\nlog: 8\n" in capsys.readouterr().err


def test_an_index_out_of_bounds_is_named(circuits: Path, tmp_path: Path) -> None:
    program = circuits / "bounds_js" / "bounds.wasm"
    with pytest.raises(InputError) as caught:
        run(program, tmp_path, {"index": "3"})
    assert caught.value.message == (
        "the circuit's calculator stopped: an array index is out of bounds (Error in template Bounds_0 line: 7)"
    )
