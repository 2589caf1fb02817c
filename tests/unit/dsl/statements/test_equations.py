from __future__ import annotations

import pytest

from zkctl.dsl import Signal, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError


@circuit
def products(x: Signal = private(), y: Signal = private(), z: Signal = private()) -> None:
    constrain(x * y == z, "no product")
    constrain(z == x * y + 0)
    constrain(x * y + x == z + x)


def test_a_product_on_either_side_is_one_row() -> None:
    compiled = products.compile()
    assert compiled.r1cs.n_constraints == 3
    compiled.witness(x=3, y=4, z=12)
    with pytest.raises(UnsatisfiedError, match=r"no product \(12 is not 13\)"):
        compiled.witness(x=3, y=4, z=13)
    with pytest.raises(UnsatisfiedError, match=r"no product \(12 is not 13\)"):
        products(3, 4, 13)


def test_equal_constants_are_no_row_and_others_an_error_in_both_modes() -> None:
    @circuit
    def contradiction(x: Signal = private()) -> None:
        constrain(x - x == 1, "contradiction")

    for run in (contradiction.compile, lambda: contradiction(5)):
        with pytest.raises(
            CircuitError, match=r"this constraint can never hold: contradiction \(0 is not 1\)"
        ):
            run()
