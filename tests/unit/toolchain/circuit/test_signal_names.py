"""The names of a circuit's wires: which file they come from, and which files are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.real_files import real_files
from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.toolchain.circuit.signal_names import first_names, signals_of, wire_names


@pytest.fixture
def r1cs(tmp_path: Path) -> Path:
    return tmp_path / "c.r1cs"


def test_the_file_beside_the_circuit_is_taken_if_there_is_one(r1cs: Path) -> None:
    assert wire_names(r1cs, 3) == {}
    r1cs.with_suffix(".sym").write_bytes(b"1,1,0,main.c\n2,-1,0,main.x\n3,2,0,main.a\n")
    assert wire_names(r1cs, 3) == {1: "main.c", 2: "main.a"}


def test_a_file_that_is_named_must_be_there_and_goes_first(r1cs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sym"
    with pytest.raises(EnvironmentProblem, match="cannot read the file: no such file"):
        wire_names(r1cs, 3, sym=other)
    r1cs.with_suffix(".sym").write_bytes(b"1,1,0,main.c\n")
    other.write_bytes(b"1,1,0,main.d\n")
    assert wire_names(r1cs, 3, sym=other) == {1: "main.d"}


@pytest.mark.parametrize("is_named", [False, True])
def test_names_of_another_circuit_are_refused(r1cs: Path, is_named: bool) -> None:
    sym = r1cs.with_suffix(".sym")
    sym.write_bytes(b"1,1,0,main.c\n2,3,0,main.a\n")
    with pytest.raises(IntegrityError) as caught:
        wire_names(r1cs, 3, sym=sym if is_named else None)
    message = "the names of signals are of another circuit: expected wires below 3, got 3"
    assert caught.value.message == message
    assert caught.value.where == str(sym)
    assert "`sym`" in caught.value.hint


def test_malformed_names_are_refused(r1cs: Path) -> None:
    r1cs.with_suffix(".sym").write_bytes(b"1,1,0\n")
    with pytest.raises(FormatError, match="line 1 is not label,wire,component,name"):
        wire_names(r1cs, 3)


def test_names_cannot_command_the_terminal(r1cs: Path) -> None:
    r1cs.with_suffix(".sym").write_text("1,1,0,main.\u202ea\u200bb\n")
    assert wire_names(r1cs, 3) == {1: "main.\\u202ea\\u200bb"}


def test_long_names_are_whole(r1cs: Path) -> None:
    name = "main." + "x" * 5000
    r1cs.with_suffix(".sym").write_text(f"1,1,0,{name}\n")
    assert wire_names(r1cs, 3) == {1: name}


def test_real_circuits_have_the_names_beside_them(data: Path) -> None:
    paths = [p for p in real_files(data, "*.r1cs") if p.with_suffix(".sym").is_file()]
    checked = 0
    for path in paths:
        if "pasta" in path.parts:
            continue
        circuit = read_r1cs(path)
        names = wire_names(path, circuit.n_wires)
        public = range(1, 1 + circuit.n_public)
        assert all(wire in names for wire in public), path
        checked += 1
    assert checked >= 3


def test_wires_in_words() -> None:
    assert signals_of([1, 5], {1: "main.a"}) == ["main.a", "wire 5"]
    assert first_names(["a", "b"]) == "a, b"
    assert first_names([str(k) for k in range(13)]).endswith("10, 11 and 1 more")
    assert first_names([]) == ""
