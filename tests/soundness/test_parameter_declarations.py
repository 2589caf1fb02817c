"""Signatures without types, or with signals where they cannot be, are refused."""

from __future__ import annotations

import pytest

from zkctl.dsl import Bit, Signal, circuit, gadget, private
from zkctl.errors import CircuitError


def test_parameters_without_type() -> None:
    def plain(x, y: Signal) -> None: ...  # type: ignore[no-untyped-def]

    def keyword(x: Signal, *, n=2) -> None: ...  # type: ignore[no-untyped-def]

    def many(*inputs) -> None: ...  # type: ignore[no-untyped-def]

    def names(x: Signal, **more) -> None: ...  # type: ignore[no-untyped-def]

    for function, name in ((plain, "x"), (keyword, "n"), (many, "inputs"), (names, "more")):
        for stamped in (False, True):
            with pytest.raises(CircuitError, match="has no type: expected an annotation, got none") as caught:  # fmt: skip
                gadget(stamped=stamped)(function)
            assert f"parameter {name} of the gadget {function.__name__} has" in str(caught.value)
            assert "the types are Signal, Uint and Bit" in caught.value.hint
            assert f"def {function.__name__}" in caught.value.where


def test_inputs_stand_before_the_star() -> None:
    @circuit
    def starred(x: Signal = private(), *, flag: Bit = private()) -> Signal:
        return x * flag

    message = "template parameter flag of starred is a signal: expected a Python value"
    for run in (starred.compile, lambda: starred(3), lambda: starred.compile(flag=1)):
        with pytest.raises(CircuitError, match=message) as caught:
            run()
        assert "inputs stand before the *" in caught.value.hint
