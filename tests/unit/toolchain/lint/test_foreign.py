from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from zkctl.errors import FormatError, InputError, IntegrityError, ShapeError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, PrimeField
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wtns import write_wtns
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.lint import foreign
from zkctl.toolchain.lint.foreign import read_first_witness, read_foreign

SOURCE = """
from zkctl.dsl import Signal, circuit, private

@circuit
def cubed(x: Signal = private(), y: Signal = private()) -> Signal:
    return x**3 + y
"""


@pytest.fixture
def r1cs(tmp_path: Path) -> Path:
    (tmp_path / "cubed.py").write_text(SOURCE)
    compile_circuit(str(tmp_path / "cubed.py"), {}, tmp_path)
    return tmp_path / "cubed.r1cs"


def witness(folder: Path, values: list[int], field: PrimeField = BN254_FR) -> Path:
    path = folder / "w.wtns"
    with path.open("wb") as file:
        write_wtns(file, field, values)
    return path


def test_names_come_from_the_file_beside_the_circuit(r1cs: Path) -> None:
    circuit, system = read_foreign(r1cs)
    assert circuit.n_constraints == len(system.rows)
    assert system.in_doubt == ""
    assert [system.names(w) for w in sorted(system.inputs)] == ["x", "y"]


def test_names_from_another_file_and_without_one(r1cs: Path) -> None:
    names = r1cs.with_name("names.sym")
    r1cs.with_suffix(".sym").rename(names)
    assert "without a .sym file" in read_foreign(r1cs)[1].in_doubt
    assert read_foreign(r1cs, sym=names)[1].in_doubt == ""
    names.write_text("1,2,0\n")
    with pytest.raises(FormatError, match="line 1 is not label,wire,component,name"):
        read_foreign(r1cs, sym=names)


def test_custom_gates_are_refused(r1cs: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    circuit = replace(read_r1cs(r1cs), has_custom_gates=True)
    monkeypatch.setattr(foreign, "read_r1cs", lambda _: circuit)
    with pytest.raises(InputError, match="the circuit uses custom gates"):
        read_foreign(r1cs)


def test_a_first_witness_is_checked(r1cs: Path) -> None:
    circuit = read_foreign(r1cs)[0]
    values = [1, 10, 2, 2, 4]
    assert circuit.unsatisfied(_array(values)).tolist() == []
    assert read_first_witness(witness(r1cs.parent, values), circuit) == values
    with pytest.raises(UnsatisfiedError, match=r"the witness breaks 1 of 2 constraints"):
        read_first_witness(witness(r1cs.parent, [1, 11, 2, 2, 4]), circuit)
    with pytest.raises(ShapeError, match="the circuit has 5 wires, the witness 4"):
        read_first_witness(witness(r1cs.parent, [1, 10, 2, 2]), circuit)
    other = witness(r1cs.parent, values, BLS12_381_FR)
    with pytest.raises(IntegrityError, match=r"the witness is over .*, the circuit over"):
        read_first_witness(other, circuit)


def _array(values: list[int]) -> FieldArray:
    return FieldArray.from_ints(BN254_FR, values)
