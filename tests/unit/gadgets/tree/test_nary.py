from __future__ import annotations

import pytest

from tests.gadgets.cases.tree_merkle import nary
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.merkle import merkle_root
from zkctl.gadgets.tree.nary import nary_root


@pytest.mark.parametrize(
    ("arity", "rows"), [(2, 241), (3, 264), (4, 301), (5, 329), (8, 413), (16, 635)]
)
def test_every_position_of_a_node(arity: int, rows: int) -> None:
    n_bits = (arity - 1).bit_length()
    compiled = nary.compile(depth=1, others=arity - 1, bits=n_bits)
    assert compiled.simplified(2).r1cs.n_constraints == rows + n_bits
    others = list(range(100, 99 + arity))
    for place in {0, 1, arity // 2, arity - 1}:
        children = [*others[:place], 7, *others[place:]]
        witness = compiled.witness(leaf=7, siblings=[others], positions=[place])
        assert witness[1] == poseidon(*children)
    assert nary_root(7, [others], [arity - 1]) == poseidon(*others, 7)
    for place in range(arity, 1 << n_bits):
        message = "the position is not below the number of children"
        with pytest.raises(UnsatisfiedError, match=message):
            compiled.witness(leaf=7, siblings=[others], positions=[place])
        with pytest.raises(UnsatisfiedError, match=message):
            nary_root(7, [others], [place])


def test_levels_may_have_different_arities() -> None:
    middle = poseidon(1, 2, 7)
    assert nary_root(7, [[1, 2], [3]], [2, 0]) == poseidon(middle, 3)
    assert nary_root(7, [[1], [3]], [1, 0]) == merkle_root(7, [1, 3], [1, 0])
    assert nary_root(7, [], []) == 7


def test_wide_positions_are_narrowed() -> None:
    compiled = nary.compile(depth=1, others=3, bits=8)
    compiled.witness(leaf=7, siblings=[[1, 2, 3]], positions=[3])
    for place in (4, 255):
        with pytest.raises(UnsatisfiedError, match="needs more than 2 bits"):
            compiled.witness(leaf=7, siblings=[[1, 2, 3]], positions=[place])


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(CircuitError, match="2 levels of siblings do not fit 1 positions"):
        nary_root(7, [[1], [2]], [0])
    with pytest.raises(CircuitError, match="a node has 2 to 16 children, got 1") as caught:
        nary_root(7, [[]], [0])
    assert caught.value.hint == "each level of siblings is the list of all children but our own"
    with pytest.raises(CircuitError, match="a node has 2 to 16 children, got 17"):
        nary_root(7, [[0] * 16], [0])
