from __future__ import annotations

from zkctl.constraints.block_values import BlockValues
from zkctl.dsl import Signal, constrain, hint, hints
from zkctl.dsl.session import Session
from zkctl.dsl.signal import make_signal
from zkctl.dsl.trace import Tracer, tracing
from zkctl.field import BN254_FR

P = BN254_FR.modulus


def inverted(*, own_hint: bool = False) -> BlockValues:
    """The block of y = 1 / x and z = y^2."""
    tracer = Tracer(Session(BN254_FR), 1)
    with tracing(tracer):
        x = make_signal(tracer, {1: 1}, None)
        y: Signal = hint((lambda v: v) if own_hint else hints.inverse_or_zero, x)
        constrain(x * y == 1)
        (y * y).linear_terms()
        hint(hints.bits, y * 2, n_bits=2)
        return BlockValues(tracer.finish())


def test_values_of_rows_and_hints() -> None:
    half = pow(2, -1, P)
    assert inverted().of_ports([2]) == [half, half * half % P, 1, 0]


def test_a_broken_constraint_has_no_values() -> None:
    assert inverted().of_ports([0]) is None


def test_hints_of_the_user_are_no_data() -> None:
    assert inverted().is_data
    assert not inverted(own_hint=True).is_data
