from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.binary_files import BN254_R, Container, le, u32
from tests.support.old_programs import calls_section
from tests.support.plain_programs import read_plainly
from zkctl.constraints.assumption import Assumption
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.witness_program import WitnessProgram, check_program, names_of_wires
from zkctl.dsl import (
    Array,
    Bit,
    Int,
    Signal,
    Struct,
    Uint,
    advice,
    circuit,
    constrain,
    private,
    public,
    sized,
    wire,
)
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
    assert (read.signals, tuple(read.hints)) == (original.signals, tuple(original.hints))
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
    path = container.write(tmp_path / "bad.wprog")
    with pytest.raises(FormatError) as caught:
        read_wprog(path)
    assert "bad.wprog" in caught.value.where
    with suppress(FormatError):
        assert read_plainly(path) is None
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
        (5, u32(2**32 - 1, 0), "the places of hints needs 17179869180 bytes, 0 remain"),
        (6, u32(2**32 - 1), "the length of a text needs 4 bytes, 0 remain"),
        (7, u32(65537), "65537 advice programs, at most 65536 are supported"),
        (7, u32(1, 0, 1, 1, 9, 9, 1, 2, 1) + b"\1", "an integer of 1 bytes with sign 2 is not in its short form"),
        (7, u32(1, 0, 1, 1, 9, 9, 1, 0, 2) + b"\1\0", "an integer of 2 bytes with sign 0 is not in its short form"),
        (7, u32(1, 0, 1, 1, 9, 9, 1, 1, 0), "an integer of 0 bytes with sign 1 is not in its short form"),
        (7, u32(1, 0, 1, 1, 9, 9, 0, 0, 0, 1, 99), "instruction 0 has the unknown operation 99"),
        (7, u32(1, 0, 1, 1, 9, 9, 0, 0, 0, 1, 10, 0, 0), "an operand needs 4 bytes, 0 remain"),
        (7, u32(1, 0, 1, 1, 9, 9, 0, 0, 0, 1, 10, 0, 0, 0), "operand 0 of instruction 0 is 0, not a WRITE"),
        (7, u32(2**32 - 1), "4294967295 advice programs, at most 65536 are supported"),
        (8, u32(1, 0) + le(5) + le(4) + u32(0, 0), "an assumption about the interval 5 to 4, expected 0 <= low <= high < p"),
        (8, u32(1, 0) + le(0) + le(BN254_R) + u32(0, 0), f"an assumption about the interval 0 to {BN254_R}, expected 0 <= low"),
        (8, u32(1, 0) + le(0) + le(4) + u32(0, 2, 1, 1) + le(1) + le(1), "an assumption mentions a wire twice"),
        (8, u32(1, 0) + le(0) + le(4) + u32(0, 1, 1) + le(0), "a coefficient of an assumption is not in 1 .. p-1 of bn254.fr"),
        (8, u32(1, 0) + le(0) + le(4) + u32(0, 1, 9999) + le(1), "an assumption is about a wire that is not below "),
        (8, u32(1, 0) + le(0) + le(4) + u32(9999, 0), "an assumption has an origin that is not below "),
        (9, u32(2, 20, 1) + b"a" + u32(20, 1) + b"b", "the name of wire 20 comes after that of wire 20"),
        (9, u32(1, 20, 1) + b"\x1b", "the name of an inner wire has a character that cannot be printed"),
        (9, u32(1, 3, 1) + b"a", "a wire with a name is not an inner wire, 12 to "),
        (9, u32(2, 20, 1) + b"a" + u32(21, 1) + b"a", "two wires have the same name"),
        (9, u32(1, 20, 1) + b"x", "two wires have the same name"),
        (10, bytes(31), "the digest of the circuit needs 32 bytes, 31 remain"),
        (10, bytes(64), "the names of the signals are not those that were compiled"),
        (11, u32(2, 0, 1), "an output or a public input is not among the kept wires"),
        (11, u32(1, 1), "an output or a public input is not among the kept wires"),
        (11, u32(11, *range(10), 9), "the kept wires are not ascending below "),
        (11, u32(11, *range(10), 9999), "the kept wires are not ascending below "),
        (11, u32(3, 0, 1), "the kept wires needs 12 bytes, 8 remain"),
    ],
)  # fmt: skip
def test_malformed_sections(
    good: Container, tmp_path: Path, section: int, payload: bytes, message: str
) -> None:
    assert message in refused(good.with_section(section, payload), tmp_path).message


def test_missing_and_long_sections(good: Container, tmp_path: Path) -> None:
    assert refused(good.without(5, 6), tmp_path).message == "missing sections 5, 6"
    assert refused(good.without(7, 9), tmp_path).message == "missing sections 7, 9"
    for section in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11):
        longer = good.with_section(section, good[section] + b"\0")
        assert " bytes, " in refused(longer, tmp_path).message


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


def test_only_version_4_has_functions(good: Container, tmp_path: Path) -> None:
    message = "section 12 is in wprg files of version 4, and only there"
    sections = (*good.sections, (12, u32(0)))
    assert refused(Container(good.magic, 3, sections), tmp_path).message == message
    assert refused(Container(good.magic, 4, good.sections), tmp_path).message == message


def test_version_1_has_no_newer_sections(good: Container, tmp_path: Path) -> None:
    calls = calls_section(sample.compile().program)
    old = Container(good.magic, 1, good.with_section(5, calls).without(7, 8, 9, 10, 11).sections)
    read = read_wprog(old.write(tmp_path / "old.wprog"))
    assert (read.advice, read.assumptions, read.wire_names, read.r1cs_digest) == ((), (), {}, b"")
    newer = Container(good.magic, 1, good.without(7, 9, 10, 11).sections)
    assert (
        refused(newer, tmp_path).message
        == "section 8 in a wprg file of version 1: expected version 2"
    )


# -- what version 2 added, byte by byte


@advice(steps=9, bits=8)
def halved(x: Int) -> Int:
    return x // 2


HALVED = (
    u32(1)  # one program
    + (u32(6) + b"halved" + u32(1, 3, 9, 8))  # name, inputs, cells, steps, bits
    + (u32(1) + u32(0, 1) + b"\2")  # constants: 2
    + (u32(1, 2) + u32(0))  # outputs: cell 2; no texts
    + (u32(1) + u32(13, 2, 0, 1))  # QUOTIENT 2 = 0 // 1
)


@circuit
def noted(x: Signal = private()) -> Signal:
    half = halved(x)
    return wire(half * 2, "twice") * x


def noted_program() -> WitnessProgram:
    claim = Assumption("a claim about x", 0, 255, 1, {2: 5})
    return replace(noted.compile().program, assumptions=(claim,), r1cs_digest=bytes(range(32)))


def test_new_sections_byte_by_byte(tmp_path: Path) -> None:
    program = noted_program()
    file = Container.parse(raw_of(program))
    assert file.version == 3
    assert file[7] == HALVED
    assert file[8] == u32(1, 15) + b"a claim about x" + le(0) + le(255) + u32(1, 1, 2) + le(5)
    assert file[9] == u32(1, 4, 5) + b"twice"
    tied = hashlib.blake2b(
        bytes(range(32)) + file[2] + file[11], digest_size=32, person=b"zkctl names"
    )
    assert file[10] == bytes(range(32)) + tied.digest()
    longer = file.with_section(10, file[10] + b"\0")
    assert refused(longer, tmp_path).message == "the section has 65 bytes, 64 expected"
    read = read_wprog(file.write(tmp_path / "a.wprog"))
    assert raw_of(read) == file.bytes()
    assert (read.advice, read.assumptions) == (program.advice, program.assumptions)
    assert (read.wire_names, read.r1cs_digest) == ({4: "twice"}, bytes(range(32)))
    assert evaluate(read, [7])[1] == 6 * 7


def test_calls_of_advice_are_checked(tmp_path: Path) -> None:
    file = Container.parse(raw_of(noted_program()))
    named = file[5].index(b"advice:0")
    assert (
        "has the unknown function 'advice:x'"
        in refused(file.with_bytes(5, named, b"advice:x"), tmp_path).message
    )
    assert refused(file.with_bytes(5, named, b"advice:1"), tmp_path).message == (
        "hint 0 runs the advice program 1, there are 1"
    )
    none = file.with_section(7, HALVED.replace(u32(1, 2) + u32(0), u32(0) + u32(0)))
    assert refused(none, tmp_path).message == (
        "hint 0 has (1, 0, 1) inputs, parameters and outputs, its advice program (1, 0, 0)"
    )
    many = replace(noted_program(), advice=noted_program().advice * 65537)
    with pytest.raises(
        FormatError, match="the circuit has 65537 advice programs, at most 65536 are supported"
    ):
        check_program(many)
