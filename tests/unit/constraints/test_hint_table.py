"""Hints in columns are the same calls."""

from __future__ import annotations

import numpy as np
import pytest

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.sides import CoefficientPool, Ports

P = 97
CALLS = (
    HintCall(0, "bits", (3, 1), ({5: 7, 0: 2},), (6, 7, 8), 4),
    HintCall(0, "advice:0", (), (), (), 0),
    HintCall(9, "divide_or_zero", (), ({1: 2}, {}), (9,), 2),
    HintCall(9, "bits", (0, 0), ({5: 11},), (), 3),
)


def test_calls_come_back() -> None:
    pool = CoefficientPool(P, [2, 7])
    table = HintTable.of_calls(CALLS, pool)
    assert len(table) == 4
    assert tuple(table) == table.calls == CALLS
    assert [table[k] for k in (2, -1, 0)] == [CALLS[2], CALLS[3], CALLS[0]]
    assert table[1:3] == list(CALLS[1:3])
    for k in (4, -5):
        with pytest.raises(IndexError):
            table[k]
    assert table.names == ("bits", "advice:0", "divide_or_zero")
    assert list(table.pool) == [2, 7, 11]  # what the pool lacked is at its end


def test_no_calls() -> None:
    table = HintTable.of_calls((), CoefficientPool(P))
    assert (tuple(table), table.output_starts.tolist()) == ((), [0])
    assert tuple(HintTable.concatenate([], CoefficientPool(P))) == ()


def test_tables_are_joined_with_one_list_of_names() -> None:
    pool = CoefficientPool(P)
    tables = [HintTable.of_calls(part, pool) for part in (CALLS[:1], CALLS[1:3], CALLS[3:])]
    joined = HintTable.concatenate(tables, pool)
    assert tuple(joined) == CALLS
    assert joined.names == ("bits", "advice:0", "divide_or_zero")
    assert joined.same_as(HintTable.of_calls(CALLS, pool))


def test_tables_differ_in_any_part_of_a_call_but_its_origin() -> None:
    pool = CoefficientPool(P)
    table = HintTable.of_calls(CALLS, pool)

    def changed(**values: object) -> HintTable:
        return HintTable.of_calls((CALLS[0]._replace(**values), *CALLS[1:]), pool)

    assert table.same_as(changed(node=1))
    for values in (
        {"before_row": 1},
        {"function": "inverse_or_zero"},
        {"parameters": (3, 0)},
        {"inputs": ({5: 7, 0: 3},)},
        {"inputs": ({4: 7, 0: 2},)},
        {"outputs": (6, 7, 9)},
    ):
        assert not table.same_as(changed(**values))


def test_a_copy_has_other_wires_rows_and_origins() -> None:
    pool = CoefficientPool(P)
    calls = (
        HintCall(0, "bits", (1, 0), ({1: 2, 2: 1, 3: 1},), (4,), 1),
        HintCall(2, "bits", (1, 0), ({3: 5},), (5,), 0),
    )
    table = HintTable.of_calls(calls, pool)
    ports = Ports.of([{7: 1, 0: 3}, {8: 1}], 6, 10)
    assert tuple(table.placed(ports, 20, [30, 31], pool)) == (
        HintCall(20, "bits", (1, 0), ({7: 2, 0: 6, 8: 1, 13: 1},), (14,), 31),
        HintCall(22, "bits", (1, 0), ({13: 5},), (15,), 30),
    )


def test_wires_and_coefficients_get_other_numbers() -> None:
    pool = CoefficientPool(P)
    table = HintTable.of_calls(CALLS[2:3], pool)
    positions = np.array([1], np.uint32)
    found = table.renumbered(np.arange(10, 20), positions, (5, 2))
    assert tuple(found) == (HintCall(9, "divide_or_zero", (), ({11: 2}, {}), (19,), 2),)
