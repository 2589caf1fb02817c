"""Sections 4 and 5 of r1cs files, written by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.binary_files import BN254_R, Container, le, r1cs, u32, u64
from zkctl.constraints.custom_gates import CustomGate, CustomGates
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.custom_gates import read_custom_gates

CIRCUIT = r1cs([[[(1, 1)], [(2, 1)], [(3, 1)]]])  # four wires
GATES = u32(2) + b"Range\0" + u32(2) + le(10) + le(BN254_R - 1) + b"Free\0" + u32(0)
USES = u32(2) + u32(1, 2) + u64(3) + u64(1) + u32(0, 0)


def with_gates(gates: bytes = GATES, uses: bytes = USES) -> Container:
    return replace(CIRCUIT, sections=(*CIRCUIT.sections, (4, gates), (5, uses)))


def test_gates_and_uses_are_read(tmp_path: Path) -> None:
    found = read_custom_gates(with_gates().write(tmp_path / "c.r1cs"))
    gates = [CustomGate("Range", [10, BN254_R - 1]), CustomGate("Free", [])]
    assert found == CustomGates(gates, [(1, [3, 1]), (0, [])])


def test_most_circuits_have_none(tmp_path: Path) -> None:
    assert read_custom_gates(CIRCUIT.write(tmp_path / "c.r1cs")) is None
    empty = with_gates(u32(0), u32(0)).write(tmp_path / "empty.r1cs")
    assert read_custom_gates(empty) == CustomGates([], [])


WRONG = {
    "the name of custom gate 0 has no end: expected a zero byte": (u32(1) + b"Range", u32(0)),
    r"the name of custom gate 0 is not text: expected UTF-8, got \xff": (
        u32(1) + b"\xff\0" + u32(0),
        u32(0),
    ),
    "the number of custom gates needs 4 bytes, 0 remain": (b"", u32(0)),
    "the number of parameters needs 4 bytes, 2 remain": (u32(1) + b"R\0\0\0", u32(0)),
    "the list of parameters of custom gate 0 needs 64 bytes, 32 remain": (
        u32(1) + b"R\0" + u32(2) + le(1),
        u32(0),
    ),
    "the section has 99 bytes, 87 expected": (GATES + bytes(12), u32(0)),
    "the number of uses of custom gates needs 4 bytes, 0 remain": (GATES, b""),
    "the index of a custom gate needs 4 bytes, 0 remain": (GATES, u32(1)),
    "use 0 is of custom gate 2, there are 2": (GATES, u32(1, 2, 0)),
    "the number of wires of a custom gate needs 4 bytes, 0 remain": (GATES, u32(1, 1)),
    "the list of wires of use 0 needs 16 bytes, 8 remain": (GATES, u32(1, 1, 2) + u64(1)),
    "use 0 has wire 4, there are 4": (GATES, u32(1, 1, 2) + u64(3) + u64(4)),
    "the section has 12 bytes, 4 expected": (GATES, u32(0) + bytes(8)),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_a_file_breaks_is_told(tmp_path: Path, message: str) -> None:
    path = with_gates(*WRONG[message]).write(tmp_path / "c.r1cs")
    with pytest.raises(FormatError) as caught:
        read_custom_gates(path)
    assert caught.value.message == message
    assert ", section " in caught.value.where


def test_parameters_are_below_the_modulus(tmp_path: Path) -> None:
    gates = u32(1) + b"R\0" + u32(2) + le(1) + le(BN254_R)
    with pytest.raises(EncodingError) as caught:
        read_custom_gates(with_gates(gates, u32(0)).write(tmp_path / "c.r1cs"))
    assert (
        caught.value.message == "parameter 1 of custom gate 0 is not below the modulus of bn254.fr"
    )


def test_one_section_alone_is_refused(tmp_path: Path) -> None:
    path = with_gates().without(5).write(tmp_path / "c.r1cs")
    with pytest.raises(FormatError, match="missing section 5"):
        read_custom_gates(path)
