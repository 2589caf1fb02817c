"""The witness program computes the wires of shared sums."""

from __future__ import annotations

import pytest

from zkctl.constraints import evaluate
from zkctl.constraints.sharing.program import share_in_program
from zkctl.constraints.simplify.circuit import simplified_r1cs, simplify_program
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import Signal, circuit, private, public
from zkctl.field import FieldArray
from zkctl.gadgets.inverse import inverse


@circuit
def squares(x: Signal = private(), y: Signal = private(), z: Signal = public()) -> Signal:
    total = x + 3 * y + z
    return total * total + (total + 1) * x


def test_new_wires_come_last_and_have_rows() -> None:
    compiled = squares.compile()
    before = compiled.program
    program, simplified = share_in_program(before, simplify_program(before, level=2))
    check_program(program)
    assert program.n_wires == before.n_wires + 1
    assert program.n_rows == before.n_rows + 1
    assert program.kept is not None
    assert program.kept.tolist() == list(range(program.n_wires))
    assert program.targets[-1] == before.n_wires
    assert (program.source.row_nodes[-1], program.source.row_messages[-1]) == (0, 0)
    assert simplified_r1cs(program, simplified).n_wires == program.n_wires


def test_witness_and_names() -> None:
    compiled = squares.compile().with_shared_sums()
    witness = compiled.witness(x=5, y=7, z=11)
    assert witness[1] == 37 * 37 + 38 * 5
    assert witness[-1] == 37
    assert not len(compiled.r1cs.unsatisfied(FieldArray.from_ints(compiled.r1cs.field, witness)))
    names = [name for _, _, _, name in compiled.symbols()]
    assert names[:4] == ["main.out", "main.z", "main.x", "main.y"]
    assert len(set(names)) == len(names) == len(witness) - 1


def test_the_same_circuit_has_the_same_wires() -> None:
    first, second = (squares.compile().with_shared_sums() for _ in range(2))
    assert first.program.wires.tolist() == second.program.wires.tolist()
    assert first.program.pool == second.program.pool
    assert first.simplification is not None
    assert second.simplification is not None
    assert first.simplification.linear == second.simplification.linear
    assert first.simplification.changed == second.simplification.changed


@circuit
def inverted(x: Signal = private(), y: Signal = private(), z: Signal = public()) -> Signal:
    """As squares, with a hint."""
    return squares(x, y, z) + inverse(x)


def test_compiled_code_has_the_coefficients_of_the_new_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The new rows use coefficients that no other row has; hints and rows read one pool."""
    compiled = inverted.compile()
    shared = compiled.with_shared_sums()
    assert len(shared.program.pool) > len(compiled.program.pool)
    assert shared.program.hint_table.pool == shared.program.pool
    monkeypatch.setattr(evaluate, "must_compile", lambda: True)
    values = shared.witness(x=5, y=7, z=11)
    assert values[1] == 37 * 37 + 38 * 5 + pow(5, -1, compiled.r1cs.field.modulus)
