"""Programs that circom and zkctl take differently: what both do (docs/reference/circom.md, Stricter than circom)."""

from __future__ import annotations

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


def test_a_variable_in_its_own_first_value(circom: CircomServer, tmp_path: Path) -> None:
    """At run time it is 0 here, in circom the value that is left in its place."""
    function = "function f(q) { var y = 0; for (var i = 0; i < q; i++) { var z = z + 1; y = z; } return y; }"
    path = write("o <-- f(a);", tmp_path, function)
    circom.compile(tmp_path, "m.circom", "--wasm", "-o", ".")
    values, _ = circom.witness(tmp_path / "m_js" / "m.wasm", {"a": 4, "b": 0})
    assert values is not None
    assert values[1] == 5
    assert logged_witness(compiled(path), {"a": 4, "b": 0})[0][1] == 1


@pytest.mark.parametrize(
    ("body", "theirs"),
    [
        ("var v[2]; v[0] = a; component c[2]; c[v[0]] = I(); o <== b;", ""),  # no component at all
        ("var v[2]; v[0] = a; signal k[2]; k[v[0]] <== b; o <== b;", "crash"),
    ],
)
def test_indexes_that_only_the_execution_knows(
    body: str, theirs: str, circom: CircomServer, tmp_path: Path
) -> None:
    path = write(body, tmp_path, "template I() { signal input x; }")
    text = circom.compile(tmp_path, "m.circom", "--r1cs", "-o", ".")[1]
    assert ("crash" if "panicked" in text else first_code(text)) == theirs
    with pytest.raises(CircomError, match="T3001"):
        compiled(path)


def test_results_of_different_lengths(circom: CircomServer, tmp_path: Path) -> None:
    """A shorter result is filled up with 0 here; circom leaves what was in the array, and copies memory if rows are shorter."""
    lengths = "function f(x) { if (x == 2) { return [x]; } else if (x == 3) { return [x, 5]; } return [x, 6, 7]; }"
    body = "var t[3] = [8, 8, 8]; t = f(a); o <-- t[0] + 10 * t[1] + 100 * t[2];"
    circuit = compiled(write(body, tmp_path, lengths))
    circom.compile(tmp_path, "m.circom", "--wasm", "-o", ".")
    for a, theirs, ours in ((2, 882, 2), (3, 853, 53), (4, 864, 764)):
        values, _ = circom.witness(tmp_path / "m_js" / "m.wasm", {"a": a, "b": 1})
        assert values is not None
        assert (values[1], logged_witness(circuit, {"a": a, "b": 1})[0][1]) == (theirs, ours)
