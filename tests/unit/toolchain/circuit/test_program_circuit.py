"""A witness program beside a circuit that is not its own is refused by whoever checks a witness with the circuit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.binary_files import Container, u32
from zkctl.errors import FormatError, IntegrityError, UnsatisfiedError
from zkctl.toolchain.circuit.check_witness import verify_witness
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.program_circuit import check_program_beside
from zkctl.toolchain.circuit.witness import calculate_witness

SOURCE = """
from zkctl.dsl import Signal, advice, Int, circuit, constrain, private, wire

@advice
def half(x: Int) -> Int:
    return x // 2

@circuit
def pay(price: Signal = private(), fee: Signal = private()) -> Signal:
    rest = half(price)
    constrain(rest * 2 == price, "the price is odd")
    return wire(price * fee, "cost") + {}
"""


def compiled(folder: Path, extra: str = "fee") -> Path:
    source = folder / "pay.py"
    source.write_text(SOURCE.format(extra))
    compile_circuit(str(source), {}, folder, force=True)
    return folder / "pay.r1cs"


@pytest.fixture
def r1cs(tmp_path: Path) -> Path:
    return compiled(tmp_path)


def test_files_of_one_circuit_belong_together(r1cs: Path, tmp_path: Path) -> None:
    check_program_beside(r1cs)
    inputs, witness = tmp_path / "in.json", tmp_path / "w.wtns"
    inputs.write_text('{"price": 4, "fee": 3}')
    calculate_witness(r1cs.with_suffix(".wprog"), inputs=inputs, output=witness)
    assert verify_witness(witness, r1cs=r1cs).satisfied
    (tmp_path / "other").mkdir()
    other = compiled(tmp_path / "other", "1")
    r1cs.with_suffix(".wprog").write_bytes(other.with_suffix(".wprog").read_bytes())
    with pytest.raises(IntegrityError) as caught:
        verify_witness(witness, r1cs=r1cs)
    assert "the witness program is of another circuit: expected the digest " in caught.value.message
    assert caught.value.message.endswith(" of " + str(r1cs))
    assert caught.value.hint == "compile the circuit again, so that both files are of one circuit"
    r1cs.with_suffix(".wprog").unlink()
    check_program_beside(r1cs)


def swapped(program: Container) -> Container:
    """The names price and fee exchanged."""
    groups = program[2]
    price, fee = (u32(2, 0, len(name)) + name for name in (b"price", b"fee"))
    assert price + fee in groups
    return program.with_section(2, groups.replace(price + fee, fee + price))


def test_swapped_names_are_refused_when_the_program_is_read(r1cs: Path, tmp_path: Path) -> None:
    path = r1cs.with_suffix(".wprog")
    swapped(Container.read(path)).write(path)
    inputs = tmp_path / "in.json"
    inputs.write_text('{"price": 4, "fee": 3}')
    with pytest.raises(
        FormatError, match="the names of the signals are not those that were compiled"
    ):
        calculate_witness(path, inputs=inputs, output=tmp_path / "w.wtns")
    with pytest.raises(
        FormatError, match="the names of the signals are not those that were compiled"
    ):
        check_program_beside(r1cs)


@pytest.mark.parametrize("how", ["without a digest", "version 1"])
def test_swapped_names_differ_from_those_of_the_sym_file(r1cs: Path, how: str) -> None:
    path = r1cs.with_suffix(".wprog")
    program = swapped(Container.read(path)).with_section(10, b"")
    if how == "version 1":
        program = Container(program.magic, 1, program.without(7, 8, 9, 10).sections)
    program.write(path)
    with pytest.raises(IntegrityError) as caught:
        check_program_beside(r1cs)
    assert caught.value.message == (
        "wire 2 is main.fee in the witness program: expected main.price, its name in the .sym file"
    )
    r1cs.with_suffix(".sym").unlink()
    check_program_beside(r1cs)  # nothing to compare


LINEAR = """
from zkctl.dsl import Signal, circuit, constrain, private, wire

@circuit
def pay(half: Signal = private(), price: Signal = private(), fee: Signal = private()) -> Signal:
    constrain(price == 2 * half + 1)
    return wire(half * fee, "cost") + 1
"""


@pytest.mark.parametrize("level", [0, 1, 2])
def test_simplified_circuits_have_other_wires(tmp_path: Path, level: int) -> None:
    source = tmp_path / "pay.py"
    source.write_text(LINEAR)
    compile_circuit(str(source), {}, tmp_path, level=level)
    r1cs, path = tmp_path / "pay.r1cs", tmp_path / "pay.wprog"
    check_program_beside(r1cs)
    program = Container.read(path)
    half, price, fee = (u32(2, 0, len(name)) + name for name in (b"half", b"price", b"fee"))
    groups = program[2]
    for other in (fee + price + half, half + fee + price, fee + half + price):
        changed = program.with_section(2, groups.replace(half + price + fee, other))
        assert changed != program
        changed.with_section(10, b"").write(path)
        with pytest.raises(
            IntegrityError, match=r": wire [0-9] is main\.\w+ in the witness program: expected main"
        ):
            check_program_beside(r1cs)
        changed.write(path)
        with pytest.raises(
            FormatError, match="the names of the signals are not those that were compiled"
        ):
            check_program_beside(r1cs)
    kept = program[11]
    if kept != u32(0):
        program.with_section(11, u32(0)).write(path)
        with pytest.raises(
            FormatError, match="the names of the signals are not those that were compiled"
        ):
            check_program_beside(r1cs)


def witness_with(program: Path, r1cs: Path, output: Path) -> None:
    inputs = output.with_suffix(".json")
    inputs.write_text('{"price": 4, "fee": 3}')
    calculate_witness(program, inputs=inputs, output=output, r1cs=r1cs)


def test_a_witness_of_another_circuit_is_not_written(r1cs: Path, tmp_path: Path) -> None:
    program, output = tmp_path / "elsewhere.wprog", tmp_path / "w.wtns"
    r1cs.with_suffix(".wprog").rename(program)
    witness_with(program, r1cs, output)
    assert verify_witness(output, r1cs=r1cs).satisfied
    output.unlink()
    (tmp_path / "other").mkdir()
    other = compiled(tmp_path / "other", "1")
    with pytest.raises(IntegrityError, match="the witness program is of another circuit: "):
        witness_with(program, other, output)
    Container.read(program).with_section(10, b"").write(program)  # as old programs
    witness_with(program, r1cs, output)
    output.unlink()
    with pytest.raises(UnsatisfiedError) as caught:
        witness_with(program, other, output)
    assert caught.value.message == "the computed witness breaks 1 of 1 constraints"
    assert caught.value.where.startswith(f"{tmp_path / 'w.json'}\n{other} constraint ")
    assert not output.exists()
