"""sym: rows, byte-exact writing, refusals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from zkctl.errors import FormatError
from zkctl.formats.sym import (
    ELIMINATED,
    SymbolRow,
    find_name,
    read_main_names,
    read_sym,
    read_wire_names,
    write_sym,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.sym"


def written(rows: list[SymbolRow]) -> bytes:
    out = io.BytesIO()
    write_sym(out, rows)
    return out.getvalue()


def test_rows(path: Path) -> None:
    path.write_bytes(b"1,1,0,main.out\n2,-1,3,main.c.in[0]\n")
    assert read_sym(path) == [
        SymbolRow(1, 1, 0, "main.out"),
        SymbolRow(2, ELIMINATED, 3, "main.c.in[0]"),
    ]


@pytest.mark.parametrize("n_rows", [1, 2, 3, 1000])
def test_a_name_is_found_by_its_label(path: Path, n_rows: int) -> None:
    rows = [SymbolRow(2 * k + 1, k, 0, f"main.é[{k}]") for k in range(n_rows)]
    path.write_bytes(written(rows))
    assert [find_name(path, row.label) for row in rows] == [row.name for row in rows]
    assert all(find_name(path, 2 * k) is None for k in range(n_rows + 1))


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"1,1,no symbols\n", b"1,1,0,main.a\xff,\n", b"2,1,0,main.a"]
)
def test_a_malformed_file_has_no_name_of_a_label(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    assert find_name(path, 1) is None


def test_an_empty_file_has_no_rows(path: Path) -> None:
    path.write_bytes(b"")
    assert read_sym(path) == []


def test_many_rows_are_written_as_read(path: Path) -> None:
    rows = [SymbolRow(k, k, 0, f"main.x[{k}]") for k in range(70_000)]
    path.write_bytes(written(rows))
    assert read_sym(path) == rows


def test_names_of_main(path: Path) -> None:
    path.write_bytes(
        b"1,1,4,main.o\n2,-1,4,main.in[0].x\n3,2,0,main.c.a\n4,3,4,main.late\nnot read\n"
    )
    assert read_main_names(path) == ["o", "in[0].x"]
    path.write_bytes(b"")
    assert read_main_names(path) == []
    path.write_bytes(b"1,1,4,main.o\n2,2,4,other.a\n")
    with pytest.raises(FormatError, match="line 2 names no signal of main"):
        read_main_names(path)


@pytest.mark.parametrize("bad", [b"x\n", b"1,1,4,main.\xff\n", b"1,1,4,main.a"])
def test_many_names_of_main(path: Path, bad: bytes) -> None:
    rows = [SymbolRow(k, k, 4, f"main.x[{k}]") for k in range(30_000)]
    others = [SymbolRow(k, k, 3, f"main.c.x[{k}]") for k in range(20_000)]
    path.write_bytes(written(rows + others) + bad)
    names = [f"x[{k}]" for k in range(30_000)]
    assert read_main_names(path) == names
    path.write_bytes(written(rows))
    assert read_main_names(path) == names
    path.write_bytes(written(rows) + bad)
    with pytest.raises(FormatError, match="line 30001 "):
        read_main_names(path)


def test_real_files_are_written_as_read(data: Path) -> None:
    for name in (
        "golden_bn128/multiplier",
        "nova-scotia/toy/pasta/toy",
        "zksnake/tests/stub/test_poseidon",
    ):
        path = data / f"{name}.sym"
        assert written(read_sym(path)) == path.read_bytes()


MALFORMED = {
    b"1,1,0,main.a\n2,2,0,main": "line 2 does not end",
    b"1,1,0,main.a\n" + b"x" * 100_000 + b"\n": "line 2 does not end",
    b"1,1,0,\xff\n": "line 1 is not UTF-8",
    b"1,1,0\n": "line 1 is not label,wire,component,name",
    b"\n": "line 1 is not label,wire,component,name",
    b"1,1,0,main.a\r\n": "line 1 is not label,wire,component,name",
    b"1,-2,0,main.a\n": "line 1 is not label,wire,component,name",
    b"1,01,0,main.a\n": "line 1 is not label,wire,component,name",
    b"+1,1,0,main.a\n": "line 1 is not label,wire,component,name",
    b"1,1,0,a,b\n": "line 1 is not label,wire,component,name",
    b"1,1,0,\x1b[31m\n": "line 1 is not label,wire,component,name",
    "１,1,0,main.a\n".encode(): "line 1 is not label,wire,component,name",  # noqa: RUF001
    b"1" * 30 + b",1,0,main.a\n": "line 1 is not label,wire,component,name",
    b"1," + b"1" * 5000 + b",0,main.a\n": "line 1 is not label,wire,component,name",
}


@pytest.mark.parametrize("raw", MALFORMED)
def test_malformed_files(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    with pytest.raises(FormatError) as caught:
        read_sym(path)
    assert caught.value.message == MALFORMED[raw]
    assert caught.value.where == str(path)


def test_names_of_wires(path: Path) -> None:
    """The first of several names of a wire; none of a signal that simplification removed."""
    path.write_bytes(b"1,1,0,main.out\n2,-1,3,main.c.in[0]\n3,1,3,main.c.out\n4,2,0,main.x\n")
    assert read_wire_names(path) == {1: "main.out", 2: "main.x"}


def test_a_file_of_another_kind_is_named(path: Path) -> None:
    path.write_bytes(b"r1cs" + bytes(60) + b"\n")
    with pytest.raises(FormatError) as caught:
        read_wire_names(path)
    hint = "pass the .sym file that was written with the circuit, this is an r1cs file"
    assert caught.value.hint.startswith(hint)
    path.write_bytes(b"1,1,0,main.a\n2,2,0,main")
    with pytest.raises(FormatError) as caught:
        read_wire_names(path)
    assert caught.value.hint == "the file may be truncated"
