"""Programs that circom and zkctl take differently: what both do (docs/reference/circom.md, Stricter than circom)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.circom.programs import logged_witness
from tests.support.circom_server import CircomServer, first_code
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.circom.findings import CircomError
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

LONG = "0123456789" * 24


@pytest.fixture(scope="module")
def circom(node_modules: Path) -> Iterator[CircomServer]:
    server = CircomServer(node_modules)
    yield server
    server.close()


def write(body: str, folder: Path, definitions: str = "") -> Path:
    path = folder / "m.circom"
    path.write_text(
        f"pragma circom 2.2.0;\n{definitions}\n"
        f"template T() {{ signal input a; signal input b; signal output o; {body} }}\ncomponent main = T();\n"
    )
    return path


def compiled(path: Path) -> CircomCircuit:
    return compile_program(path, [], BN254_FR, SimplificationLevel(0)).circuit


@pytest.mark.parametrize(
    ("body", "theirs", "ours"),
    [
        # the second round: circom takes x, and i, as they are before the loop
        ("var x = 50; for (var i = 0; i < a; i++) { x = b + (x ? x : i); } o <-- x;", 52, 54),
        ("var x = 50; for (var i = 0; i < a; i++) { x = b + (x > 100 ? x : i); } o <-- x;", 2, 3),
        # with `if` both do the same
        ("var x = 50; for (var i = 0; i < a; i++) { if (x) { x = b + x; } } o <-- x;", 54, 54),
    ],
)
def test_a_choice_in_a_loop_of_unknown_length(
    body: str, theirs: int, ours: int, circom: CircomServer, tmp_path: Path
) -> None:
    circuit = compiled(write(body, tmp_path))
    circom.compile(tmp_path, "m.circom", "--wasm", "-o", ".")
    values, _ = circom.witness(tmp_path / "m_js" / "m.wasm", {"a": 2, "b": 2})
    assert values is not None
    assert values[1] == theirs
    assert logged_witness(circuit, {"a": 2, "b": 2})[0][1] == ours


def test_a_long_text_of_log(circom: CircomServer, tmp_path: Path) -> None:
    """circom's calculator puts a blank behind each 230 bytes of a text."""
    circuit = compiled(write(f'log("{LONG}"); o <== a * b;', tmp_path))
    circom.compile(tmp_path, "m.circom", "--wasm", "-o", ".")
    inputs = {"a": 2, "b": 2}
    assert circom.witness(tmp_path / "m_js" / "m.wasm", inputs)[1] == [f"{LONG[:230]} {LONG[230:]}"]
    assert logged_witness(circuit, inputs)[1] == [LONG]


@pytest.mark.parametrize(
    ("body", "theirs", "ours"),
    [
        ("var z = 0; y = 1 / z;", "T3001", ""),
        ("var n = 2; var t[n]; y = t[1];", "", "T3001"),
        ("var t[2]; y = t[1];", "", ""),
    ],
)
def test_variables_of_a_function_under_an_unknown_condition(
    body: str, theirs: str, ours: str, circom: CircomServer, tmp_path: Path
) -> None:
    function = f"function f(q) {{ var y = 0; if (q) {{ {body} }} return y; }}"
    path = write("o <-- f(a);", tmp_path, function)
    assert first_code(circom.compile(tmp_path, "m.circom", "--r1cs", "-o", ".")[1]) == theirs
    try:
        compiled(path)
        found = ""
    except CircomError as error:
        found = error.findings[0].code
    assert found == ours
