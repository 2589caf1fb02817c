"""Hints as columns, stamped at their places."""

from __future__ import annotations

import numpy as np

from tests.support.circom_instances import P
from zkctl.circom.hint_columns import (
    HintFunctions,
    HintParts,
    HintPlaces,
    SegmentHints,
    stamped_hints,
)
from zkctl.circom.instance import RunCode
from zkctl.circom.source import Place
from zkctl.circom.stamps import Offsets, Stamps
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.sides import CoefficientPool

HERE = Place(0, 0, 1)


def test_equal_programs_have_one_name() -> None:
    functions = HintFunctions()
    program = AdviceProgram("copy", 1, (), 1, (0,), ())
    same = AdviceProgram("copy", 1, (), 1, (0,), ())
    assert [functions.number(each) for each in (program, "bits", same)] == [0, 1, 0]
    assert list(functions.names) == ["advice:0", "bits"]


def test_each_stamp_has_its_rows_nodes_and_wires() -> None:
    pool, functions = CoefficientPool(P), HintFunctions()
    bits = RunCode("bits", (2, 0), ({1: 5},), (2, -1), HERE)
    parts = HintParts.of(SegmentHints(np.array([0]), [3], [bits], 1), [1], functions, pool)
    offsets = Offsets(np.array([0, 10]), np.array([0, 1]), 50)
    places = HintPlaces(offsets, np.array([0, 100]), np.array([7, 9]))
    table = stamped_hints(parts, Stamps(np.array([0, 0]), 1), places, tuple(functions.names), pool)
    assert list(table) == [
        HintCall(3, "bits", (2, 0), ({1: 5},), (2, 50), 8),
        HintCall(103, "bits", (2, 0), ({11: 5},), (12, 51), 10),
    ]
