from __future__ import annotations

from pathlib import Path

from tests.unit.circom.python.programs import library
from zkctl.circom.python.blocks import InstanceBlocks
from zkctl.constraints.block_values import BlockValues
from zkctl.dsl.session import Session
from zkctl.field import BN254_FR


def test_inputs_are_ports_and_outputs_follow(tmp_path: Path) -> None:
    executed = library(tmp_path).Sum(3)._execution(BN254_FR, (), {})
    block = InstanceBlocks(Session(BN254_FR), executed.program).of(executed.main)
    assert block.n_ports == 3
    assert block.wire_names == ((4, "out"),)
    assert BlockValues(block).of_ports([1, 2, 3]) == [6]
    assert block.contents.body is not None
    assert block.contents.body.returned == (({4: 1}, None),)


def test_assignments_that_rows_could_express_are_hints(tmp_path: Path) -> None:
    for name, n_inputs in (("Square", 3), ("Shift", 1)):
        executed = getattr(library(tmp_path), name)()._execution(BN254_FR, (), {})
        session = Session(BN254_FR)
        block = InstanceBlocks(session, executed.program).of(executed.main)
        assert block.rows.targets.tolist() == [0]
        (call,) = block.hints.calls
        assert (len(call.inputs), call.outputs) == (n_inputs, (2,))
        assert len(session.advice) == 1


def test_components_are_copies_of_one_block(tmp_path: Path) -> None:
    executed = library(tmp_path).Squares()._execution(BN254_FR, (), {})
    block = InstanceBlocks(Session(BN254_FR), executed.program).of(executed.main)
    first, second = block.contents.calls
    assert first.template is second.template
    assert (first.first_row, second.first_row) != (0, 0)
    names = [name for _, name in block.wire_names]
    assert names.count("b") == 3  # its own output, and one in each copy
