from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.binary_files import Container, u32
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.witness_program import WitnessProgram, names_of_wires
from zkctl.dsl import Array, Bit, Signal, Struct, Uint, circuit, constrain, private, public, sized
from zkctl.errors import FormatError
from zkctl.formats.binary.wprog import read_wprog, write_wprog
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import less_than


@circuit
def sample(
    x: Uint = private(bits=8), y: Array[Signal] = public(2, 2), bits: Array[Bit] = private(2)
) -> Array[Signal]:
    constrain(y[0, 0] * bits[0] == bits[1], "größer")
    return Array([less_than(x, 200), *to_bits(y[0, 1], 3)])


def raw_of(program: WitnessProgram) -> bytes:
    file = io.BytesIO()
    write_wprog(file, program)
    return file.getvalue()


@pytest.fixture(scope="module")
def good() -> Container:
    return Container.parse(raw_of(sample.compile().program))


def test_round_trip(good: Container, tmp_path: Path) -> None:
    original = sample.compile().program
    read = read_wprog(good.write(tmp_path / "a.wprog"))
    assert raw_of(read) == good.bytes()
    assert (read.name, read.field) == (original.name, original.field)
    assert (read.signals, read.hints) == (original.signals, original.hints)
    assert read.source.spans == original.source.spans
    assert "größer" in read.source.messages
    inputs = [1, 5, 3, 4, 77, 1, 1]
    assert evaluate(read, inputs) == evaluate(original, inputs)


class Opening(Struct):
    """A structure in a structure."""

    value: Signal
    path: Array[Bit] = sized(2)


class Record(Struct):
    """Openings and a salt."""

    openings: Array[Opening] = sized(2, 2)
    salt: Signal


@circuit
def nested(key: Opening = public(), records: Array[Record] = private(3)) -> Record:
    constrain(key.value == records[2].openings[1, 0].value)
    return records[0]


def test_structures_are_read_as_they_were_written(tmp_path: Path) -> None:
    program = nested.compile().program
    path = tmp_path / "nested.wprog"
    path.write_bytes(raw_of(program))
    read = read_wprog(path)
    assert read.signals == program.signals
    assert [group.size for group in read.signals] == [12, 1, 3, 39]
    assert names_of_wires(read)[1:4] == [f"openings[0][0].{each}" for each in ("value", "path[0]", "path[1]")]  # fmt: skip
    assert names_of_wires(read)[-2:] == ["records[2].openings[1][1].path[1]", "records[2].salt"]
    assert raw_of(read) == path.read_bytes()


def test_nothing_of_this_machine_is_in_the_file(good: Container) -> None:
    assert str(Path(__file__).parent).encode() not in good.bytes()
    assert b"test_wprog.py" in good.bytes()


def refused(container: Container, tmp_path: Path) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read_wprog(container.write(tmp_path / "bad.wprog"))
    assert "bad.wprog" in caught.value.where
    return caught.value


@pytest.mark.parametrize(
    ("section", "payload", "message"),
    [
        (2, u32(1, 3, 0, 1) + b"x", "a signal with role 3 and 0 axes"),
        (2, u32(1, 0, 9) + u32(*[1] * 9, 1) + b"x", "a signal with role 0 and 9 axes"),
        (2, u32(1, 258, 0, 1) + b"x" + u32(1, 0, 1) + b"y", "the fields of x have another role than 2"),
        (2, u32(1, 2**32 - 254, 0, 1) + b"x", "a role needs 4 bytes, 0 remain"),
        (2, u32(1) + (u32(258, 0, 1) + b"x") * 9, "structures are nested deeper than 8 levels"),
        (2, u32(1, 0, 0, 2) + b"\xff\xfe", "a text is not UTF-8"),
        (2, u32(1, 0, 0, 5000) + b"x" * 5000, "a text of 5000 bytes, the limit is 4096"),
        (2, u32(2**32 - 1), "a role needs 4 bytes, 0 remain"),
        (3, u32(2**32 - 1), "the coefficients needs 137438953440 bytes, 0 remain"),
        (3, u32(0), "a coefficient index is not below 0"),
        (4, b"", "the numbers of terms needs "),
        (4, u32(*[2**32 - 1] * 300), "the wires of the rows needs "),
        (5, u32(1, 0, 0, 1) + b"x" + u32(0, 1, 1, 5, 0, 0), "1 wires with 0 coefficients are not a sum over wires"),
        (5, u32(1, 0, 0, 1) + b"x" + u32(0, 1, 2, 5, 5, 2, 0, 0, 0), "2 wires with 2 coefficients are not a sum over wires"),
        (5, u32(1, 0, 0, 1) + b"x" + u32(0, 1, 1, 5, 1, 9999, 0), "a coefficient index is not below "),
        (5, u32(2**32 - 1), "the place of a hint needs 4 bytes, 0 remain"),
        (6, u32(2**32 - 1), "the length of a text needs 4 bytes, 0 remain"),
    ],
)  # fmt: skip
def test_malformed_sections(
    good: Container, tmp_path: Path, section: int, payload: bytes, message: str
) -> None:
    assert message in refused(good.with_section(section, payload), tmp_path).message


def test_missing_and_long_sections(good: Container, tmp_path: Path) -> None:
    assert refused(good.without(5, 6), tmp_path).message == "missing sections 5, 6"
    for section in (1, 2, 3, 4, 5, 6):
        longer = good.with_section(section, good[section] + b"\0")
        assert "bytes, " in refused(longer, tmp_path).message


def test_what_the_program_breaks_names_the_file(good: Container, tmp_path: Path) -> None:
    assert "the circuit claims 1 wires" in refused(good.with_bytes(1, 36, u32(1)), tmp_path).message
    other = good.with_bytes(1, 4, (7).to_bytes(32, "little"))
    assert "a modulus of 3 bits stored in 32 bytes" in refused(other, tmp_path).message


def test_long_source_lines_are_cut(tmp_path: Path) -> None:
    @circuit
    def long(x: Signal = private()) -> None:
        constrain(x == 1, "€" * 5000)

    path = tmp_path / "long.wprog"
    path.write_bytes(raw_of(long.compile().program))
    assert read_wprog(path).source.messages[1] == "€" * (4096 // 3)
