"""Every integer parameter of every gadget, with values that no circuit has: refused at once, in the project's own words."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.gadgets.case import all_cases
from tests.gadgets.valid_calls import VALID
from zkctl.errors import CircuitError
from zkctl.gadgets.number.big_mod import power_mod, power_of_reduced

NEVER = (-1, -(1 << 300), -(10**5000), 10**5000)
LARGE = (1 << 24, 1 << 40, 1 << 300)
NO_INTEGERS = (True, False, 2.0, "2", None, [2], b"2")
ANY_SIZE = {  # where a large number is meant, as long as it can be computed with
    ("bits.enforce_at_most", "limit"),
    ("number.big_mod.power_mod", "exponent"),
    ("number.big_mod.power_of_reduced", "exponent"),
    ("hash.blake2s.blake2s_compressed", "n_bytes"),
}
SLOW = {"signature.rsa.verify_rsa_sha256"}  # its own tests call it
NO_END = {("bits.enforce_at_most", "limit")}


def gadgets() -> dict[str, Any]:
    return {case.name: case.gadget for case in all_cases()}


def integer_parameters() -> Iterator[tuple[str, str]]:
    for name, gadget in sorted(gadgets().items()):
        for parameter in inspect.signature(gadget).parameters.values():
            if parameter.annotation == "int":
                yield name, parameter.name


EACH = list(integer_parameters())


def call(name: str, changed: Mapping[str, Any]) -> Any:
    positional, named = VALID[name]
    signature = inspect.signature(gadgets()[name])
    arguments = signature.bind(*positional, **named).arguments
    return gadgets()[name](**{**arguments, **changed})


def test_the_calls_are_valid_and_complete() -> None:
    assert {name for name, _ in EACH} == set(VALID)
    for name in set(VALID) - SLOW:
        call(name, {})


def test_the_longest_exponent() -> None:
    message = "the exponent is too long: expected at most 16384 bits, got 16385"
    for power in (power_mod, power_of_reduced):
        with pytest.raises(CircuitError, match=message):
            power([5], 1 << 16384, [9], bits=8)


@pytest.mark.timeout(60)  # none of them is computed with
@pytest.mark.parametrize(("name", "parameter"), EACH, ids=["-".join(each) for each in EACH])
def test_absurd_integers(name: str, parameter: str) -> None:
    for value in NEVER:
        if value > 0 and (name, parameter) in NO_END:
            continue
        with pytest.raises(CircuitError):
            call(name, {parameter: value})
    if (name, parameter) not in ANY_SIZE:
        for value in LARGE:
            with pytest.raises(CircuitError):
                call(name, {parameter: value})
    for value in NO_INTEGERS:
        message = (
            f"{parameter} of {name.rpartition('.')[2]} has the wrong type: expected int, got a"
        )
        with pytest.raises(CircuitError) as caught:
            call(name, {parameter: value})
        assert caught.value.message.startswith(message) or value is None
