from __future__ import annotations

from itertools import product

import pytest

from tests.gadgets.cases.tree_sparse import parting
from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from zkctl.dsl import Array, Bit, Signal, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.tree.sparse_levels import (
    chain,
    depth_marks,
    first_parting,
    inner_levels,
    parting_level,
)


@circuit
def levels(siblings: Array[Signal] = private("n"), *, n: int) -> Array[Bit]:
    return Array(inner_levels(list(siblings)))


@pytest.mark.parametrize(
    ("siblings", "inner"),
    [
        ([0], [0]),
        ([5], [1]),
        ([0, 0, 5], [1, 1, 1]),
        ([5, 0, 0], [1, 0, 0]),
        ([0, 7, 0], [1, 1, 0]),
    ],
)
def test_levels_up_to_the_last_sibling_are_inner(siblings: list[int], inner: list[int]) -> None:
    assert list(levels(siblings, n=len(siblings))) == inner
    assert sum(depth_marks(siblings)) == (inner != [1] * len(inner))


@pytest.mark.parametrize("field", SMALL_FIELDS[:2], ids=lambda f: f.name)
def test_the_levels_are_ones_then_zeros(field: object) -> None:
    compiled = levels.over(field).compile(n=3)  # type: ignore[arg-type]
    runs = {(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)}
    for siblings in product([0, 3], repeat=3):
        assert possible_outputs(compiled, siblings) == runs


def test_paths_part_at_the_first_difference() -> None:
    assert list(first_parting(1, [1, 0, 1], [1, 1, 0])) == [0, 1, 0]
    assert list(first_parting(0, [1, 0, 1], [1, 1, 0])) == [0, 0, 0]
    compiled = parting.compile()
    message = "the paths of both keys do not part within the levels"
    for x, y in product(product([0, 1], repeat=3), repeat=2):
        first = next((k for k in range(3) if x[k] != y[k]), None)
        assert list(parting_level(0, x, y)) == [0, 0, 0]
        if first is not None:
            expected = [int(k == first) for k in range(3)]
            assert compiled.witness(push=1, x=x, y=y)[1:4] == expected
            continue
        with pytest.raises(UnsatisfiedError, match=message):
            parting_level(1, x, y)


def test_a_path_has_a_level() -> None:
    with pytest.raises(CircuitError, match="a path in a sparse tree has one sibling at least, got none"):  # fmt: skip
        inner_levels([])


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [0, 1]), ([0, 1], [1])])
def test_lists_of_different_lengths(x: list[Bit], y: list[Bit]) -> None:
    lengths = [len(x), len(y)]
    message = f"parting_level needs one element for each level in every list: got {lengths} elements"  # fmt: skip
    with pytest.raises(CircuitError) as caught:
        parting_level(1, x, y)  # type: ignore[arg-type]
    assert caught.value.message == message
    assert caught.value.hint == "pass lists of the same length, of one element at least"
    with pytest.raises(CircuitError) as caught:
        chain(1, x, y, y)  # type: ignore[arg-type]
    assert str(lengths)[:-1] in caught.value.message
