"""print_constraints: the text of terms, names, parts of files; malformed files are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.binary_files import Container, u32
from tests.support.toy_groth16 import Constraint, circuit, save_circuit
from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.toolchain.circuit.print_constraints import print_constraints


def saved(folder: Path, rows: Sequence[Constraint], field: PrimeField = BN254_FR) -> Path:
    return save_circuit(folder / "c.r1cs", circuit(field, rows, 6, 1, 1))


def printed(folder: Path, rows: Sequence[Constraint], field: PrimeField = BN254_FR) -> list[str]:
    return list(print_constraints(saved(folder, rows, field)).lines)


def test_terms_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [
        ([(3, 1)], [(4, 1), (0, 3)], [(1, 1)]),
        ([(0, 2), (5, 7), (1, -1)], [(2, -5), (3, -1)], [(0, -1), (0, -4)]),
    ]
    assert printed(tmp_path, rows) == [
        "[ 1 wire 3 ] * [ 1 wire 4 + 3 ] = [ 1 wire 1 ]",
        "[ 2 + 7 wire 5 - 1 wire 1 ] * [ -5 wire 2 - 1 wire 3 ] = [ -1 - 4 ]",
    ]


def test_nothing_and_zero(tmp_path: Path) -> None:
    rows: list[Constraint] = [([], [], []), ([(1, 0)], [(0, 0)], [(1, 0), (2, 1)])]
    assert printed(tmp_path, rows) == [
        "[ 0 ] * [ 0 ] = [ 0 ]",
        "[ 0 wire 1 ] * [ 0 ] = [ 0 wire 1 + 1 wire 2 ]",
    ]
    assert printed(tmp_path, []) == []


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR])
def test_coefficients_above_half_the_modulus_are_negative(
    tmp_path: Path, field: PrimeField
) -> None:
    half = (field.modulus - 1) // 2
    rows = [([(1, half)], [(1, half + 1)], [(0, field.modulus - 1)])]
    assert printed(tmp_path, rows, field) == [f"[ {half} wire 1 ] * [ -{half} wire 1 ] = [ -1 ]"]


def test_names_beside_the_circuit_or_asked_for(tmp_path: Path) -> None:
    path = saved(tmp_path, [([(1, 1)], [(3, 1)], [(4, -1)])])
    sym, other = tmp_path / "c.sym", tmp_path / "other.sym"
    sym.write_bytes(b"1,1,0,main.out\n2,3,0,main.a[0]\n")
    (line,) = print_constraints(path).lines
    assert line == "[ 1 main.out ] * [ 1 main.a[0] ] = [ -1 wire 4 ]"
    other.write_bytes(b"1,1,0,main.b\n")
    (line,) = print_constraints(path, sym=other).lines
    assert line == "[ 1 main.b ] * [ 1 wire 3 ] = [ -1 wire 4 ]"
    with pytest.raises(EnvironmentProblem, match="no such file"):
        print_constraints(path, sym=tmp_path / "absent.sym")
    other.write_bytes(b"1,6,0,main.b\n")
    with pytest.raises(IntegrityError, match="the names of signals are of another circuit"):
        print_constraints(path, sym=other)


def test_a_real_circuit(data: Path) -> None:
    lines = list(print_constraints(data / "golden_bn128/multiplier.r1cs").lines)
    assert len(lines) == 10
    assert lines[0] == "[ -1 main.a ] * [ 1 main.a ] = [ 1 main.b - 1 main.int[0] ]"


def many(n: int) -> list[Constraint]:
    return [([(1, k + 1)], [(2, 1)], [(3, 1)]) for k in range(n)]


@pytest.mark.parametrize(
    ("first", "count"), [(None, 9000), (0, 0), (1, 1), (5000, 5000), (10**6, 9000)]
)
def test_the_first_ones_of_a_file_of_several_parts(
    tmp_path: Path, first: int | None, count: int
) -> None:
    lines = list(print_constraints(saved(tmp_path, many(9000)), first=first).lines)
    assert [line.split()[1] for line in lines] == [str(k + 1) for k in range(count)]


def test_a_malformed_end_is_found_when_it_is_reached(tmp_path: Path) -> None:
    """The first part is printed before the second is read."""
    path = saved(tmp_path, many(5000))
    file = Container.read(path)
    file.with_section(2, file[2][:-4]).write(path)
    lines = print_constraints(path).lines
    assert next(lines).startswith("[ 1 wire 1 ]")
    with pytest.raises(FormatError, match="the last one read is 4999 C"):
        list(lines)
    (tmp_path / "page.r1cs").write_text("<html></html>")
    with pytest.raises(FormatError, match="expected an r1cs file, found an HTML page"):
        print_constraints(tmp_path / "page.r1cs")


def test_warnings(tmp_path: Path) -> None:
    path = saved(tmp_path, many(1))
    file = Container.read(path)
    assert print_constraints(path).warnings == []
    more = ((4, u32(1)), (5, u32(1)), (9, b"more"))
    replace(file, sections=(*file.sections, *more)).write(path)
    unknown, gates = print_constraints(path).warnings
    assert "unknown section 9 ignored" in unknown
    assert gates == f"{path}: the custom gates of the circuit are not printed"
