"""The hints of a witness program: in columns, and as versions 1 and 2 had them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.binary_files import Container, u32
from tests.support.old_programs import calls_section
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.dsl import Array, Int, Signal, advice, circuit, private
from zkctl.errors import FormatError
from zkctl.formats.binary.wprog import read_wprog, write_wprog
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_zero


@advice
def doubled(x: Int) -> Int:
    return x + x


@circuit
def sample(x: Signal = private(), y: Signal = private()) -> Array[Signal]:
    return Array([is_zero(x), is_zero(x - 2 * y), *to_bits(y, 3), doubled(x) * x])


def container(program: WitnessProgram) -> Container:
    file = io.BytesIO()
    write_wprog(file, program)
    return Container.parse(file.getvalue())


@pytest.fixture(scope="module")
def program() -> WitnessProgram:
    return sample.compile().program


def columns(*parts: tuple[int, ...]) -> bytes:
    return u32(*(number for part in parts for number in part))


GOOD = (
    u32(4, 3)  # calls, names
    + (u32(15) + b"inverse_or_zero" + u32(4) + b"bits" + u32(8) + b"advice:0")
    + columns((0, 2, 4, 7), (2, 4, 7, 8), (0, 0, 1, 2))  # rows, origins, names
    + columns((0, 0, 2, 0), (1, 1, 1, 1), (1, 1, 2, 1))  # parameters, inputs, outputs
    + columns((2, 1), (1, 2, 1, 1))  # the bits, lengths of the inputs
)


def test_columns_byte_by_byte(program: WitnessProgram) -> None:
    section = container(program)[5]
    names = section.index(b"advice:0") + 8
    assert section[: GOOD.index(b"advice:0")] == GOOD[: GOOD.index(b"advice:0")]
    numbers = [int.from_bytes(section[k : k + 4], "little") for k in range(names, len(section), 4)]
    rows, origins, functions = numbers[:4], numbers[4:8], numbers[8:12]
    assert rows == [call.before_row for call in program.hints]
    assert origins == [call.node for call in program.hints]
    assert functions == [0, 0, 1, 2]
    assert numbers[12:24] == [0, 0, 2, 0, 1, 1, 1, 1, 1, 1, 2, 1]
    assert numbers[24:26] == [2, 1]  # two bits from bit 1 on
    assert numbers[26:30] == [1, 2, 1, 1]
    x, y = (program.first_input + k for k in range(2))
    assert numbers[30:35] == [x, x, y, y, x]
    pool = program.pool
    assert [pool[k] for k in numbers[35:40]] == [1, 1, program.field.modulus - 2, 1, 1]
    assert numbers[40:] == [wire for call in program.hints for wire in call.outputs]


def test_older_versions_are_read(program: WitnessProgram, tmp_path: Path) -> None:
    new = container(program)
    old = Container(new.magic, 2, new.with_section(5, calls_section(program)).sections)
    read = read_wprog(old.write(tmp_path / "old.wprog"))
    assert read.hints == tuple(program.hints)
    assert container(read).bytes() == new.bytes()
    again = read_wprog(new.write(tmp_path / "new.wprog"))
    assert tuple(again.hints) == tuple(program.hints)
    for inputs in ([0, 5], [4, 2], [7, 1]):
        expected = evaluate(program, inputs)
        assert evaluate(read, inputs) == evaluate(again, inputs) == expected


def refused(file: Container, tmp_path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        read_wprog(file.write(tmp_path / "bad.wprog"))
    assert "bad.wprog" in caught.value.where
    return caught.value.message


ORDER = "the names of hints are not each named once, in the order of use"
NONE = u32(0, 0)
ONE = u32(1, 1, 1) + b"x"  # one call of x


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (u32(1, 2, 1) + b"x", "1 hints have 2 names"),
        (u32(70_000, 65_537), "70000 hints have 65537 names"),
        (u32(2, 1, 1) + b"x" + columns((0, 0), (0, 0), (0, 1), (0,) * 6), "a hint has the name 1, there are 1"),
        (u32(2, 2, 1) + b"x" + u32(1) + b"y" + columns((0,) * 4, (1, 0), (0,) * 6), ORDER),
        (u32(2, 2, 1) + b"x" + u32(1) + b"y" + columns((0,) * 4, (0, 0), (0,) * 6), ORDER),
        (u32(2, 2, 1) + b"x" + u32(1) + b"x" + columns((0,) * 4, (0, 1), (0,) * 6), ORDER),
        (ONE + columns((0,), (0,), (0,), (2**32 - 1,), (0,), (0,)), "the parameters of hints needs 17179869180 bytes, 0 remain"),
        (ONE + columns((0,), (0,), (0,), (0,), (1,), (0,), (2**32 - 1,)), "the wires of hints needs 17179869180 bytes, 0 remain"),
        (ONE + columns((0,), (0,), (0,), (0,), (1,), (0,), (2,), (5, 5), (0, 1)), "an input of a hint has a wire twice"),
        (ONE + columns((0,), (0,), (0,), (0,), (1,), (0,), (1,), (5,), (9999,)), "a coefficient index is not below "),
        (u32(1, 1, 4097) + b"x" * 4097, "a text of 4097 bytes, the limit is 4096"),
        (NONE, "wires, "),
    ],
)  # fmt: skip
def test_malformed_columns(
    program: WitnessProgram, tmp_path: Path, payload: bytes, message: str
) -> None:
    file = container(program)
    n_wires = program.n_wires - (0 if payload == NONE else 5)
    header = file[1][:36] + u32(n_wires) + file[1][40:]
    found = refused(file.with_section(1, header).with_section(5, payload), tmp_path)
    assert message in found


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (u32(1, 0, 0, 1) + b"x" + u32(0, 1, 1, 5, 0, 0), "1 wires with 0 coefficients are not a sum over wires"),
        (u32(1, 0, 0, 1) + b"x" + u32(0, 1, 2, 5, 5, 2, 0, 0, 0), "2 wires with 2 coefficients are not a sum over wires"),
        (u32(1, 0, 0, 1) + b"x" + u32(0, 1, 1, 5, 1, 9999, 0), "a coefficient index is not below "),
        (u32(2**32 - 1), "the place of a hint needs 4 bytes, 0 remain"),
    ],
)  # fmt: skip
def test_malformed_calls_of_older_versions(
    program: WitnessProgram, tmp_path: Path, payload: bytes, message: str
) -> None:
    new = container(program)
    old = Container(new.magic, 2, new.with_section(5, payload).sections)
    assert message in refused(old, tmp_path)


def test_unknown_functions(program: WitnessProgram, tmp_path: Path) -> None:
    outputs = tuple(wire for call in program.hints for wire in call.outputs)
    one = ONE + columns((0,), (0,), (0,), (0,), (0,), (len(outputs),), outputs)
    assert refused(container(program).with_section(5, one), tmp_path) == (
        "hint 0 has the unknown function 'x'"
    )


def test_wires_and_origins_of_each_call_are_checked(
    program: WitnessProgram, tmp_path: Path
) -> None:
    file = container(program)
    numbers = file[5].index(b"advice:0") + 8
    too_large = (9999).to_bytes(4, "little")
    for position, message in (
        (6, "hint 2 has an origin that is not below "),
        (33, f"hint 2 uses a wire that is not below {program.n_wires}"),
        (43, f"hint 2 uses a wire that is not below {program.n_wires}"),
    ):
        found = refused(file.with_bytes(5, numbers + 4 * position, too_large), tmp_path)
        assert message in found
