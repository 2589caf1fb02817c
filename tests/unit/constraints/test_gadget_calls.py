"""Calls and ranges inside copies, in the numbers of the circuit."""

from __future__ import annotations

from zkctl.constraints.gadget_calls import (
    BlockContents,
    Contract,
    GadgetCall,
    Numbering,
    ProvenRange,
)

CONTRACT = Contract("library.square", "nothing", "the result is x * x", "1 constraint")
INNER = BlockContents(
    calls=(GadgetCall(CONTRACT, ({1: 1},), ({2: 1},), 0, 1, 7),),
    ranges=(ProvenRange({2: 1, 0: 5}, 0, 3, 1, 2),),
)


def outer(*, is_again: bool) -> BlockContents:
    """A copy of INNER at row 10 whose port is 3 * wire 4; its other wires are moved by 6, wire 8 of it becomes 80."""
    call = GadgetCall(
        CONTRACT, ({4: 3},), (None,), 10, 3, 1, INNER, ({4: 3},), 6, is_again=is_again
    )
    beside = GadgetCall(CONTRACT, (), (), 20, 0, 2, caller=0)
    return BlockContents((call, beside), (ProvenRange({4: 1}, 0, 1, 9, 1),))


NUMBERING = Numbering([10 * k for k in range(12)], 97)


def test_calls_inside_a_copy_follow_it() -> None:
    copy, inside, beside = NUMBERING.calls(outer(is_again=False))
    assert (copy.received, copy.returned, copy.first_row, copy.caller) == (
        ({40: 3},),
        (None,),
        10,
        -1,
    )
    assert (inside.received, inside.returned) == (({40: 3},), ({80: 1},))
    assert (inside.first_row, inside.n_rows, inside.caller) == (10, 1, 0)
    assert (beside.first_row, beside.caller) == (20, 0)
    assert copy.template is INNER
    assert copy.contract.enforces == "the result is x * x"


def test_ranges_inside_a_copy() -> None:
    own, inside = NUMBERING.ranges(outer(is_again=False))
    assert own == ProvenRange({40: 1}, 0, 1, 9, 1)
    assert inside == ProvenRange({80: 1, 0: 5}, 0, 3, 11, 2)


def test_the_same_copy_is_entered_once() -> None:
    again = outer(is_again=True)
    assert [call.first_row for call in NUMBERING.calls(again)] == [10, 20]
    assert len(list(NUMBERING.ranges(again))) == 1
