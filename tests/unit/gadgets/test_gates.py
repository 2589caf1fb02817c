from __future__ import annotations

from itertools import product

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Bit, Signal, circuit, private
from zkctl.errors import CircuitError
from zkctl.gadgets.gates import all_of, any_of, none_of, parity


@circuit
def every_gate(b: Array[Bit] = private("n"), *, n: int) -> Array[Signal]:
    return Array([all_of(b), any_of(b), none_of(b), parity(b)])


@circuit
def partly_known(b: Array[Bit] = private(2)) -> Array[Signal]:
    known = [[*b, 1], [*b, 0], [1, 1], [0]]
    return Array([gate(bits) for bits in known for gate in (all_of, any_of, none_of, parity)])


@pytest.mark.parametrize("n", range(1, 7))
def test_values(n: int) -> None:
    for bits in product((0, 1), repeat=n):
        expected = (int(all(bits)), int(any(bits)), int(not any(bits)), sum(bits) % 2)
        assert (all_of(bits), any_of(bits), none_of(bits), parity(bits)) == expected


@pytest.mark.parametrize("n", [1, 3, 8, 40])
def test_in_every_way(n: int) -> None:
    good = [{"b": bits} for bits in ([0] * n, [1] * n, [1, *[0] * (n - 1)], [*[1] * (n - 1), 0])]
    check_circuit(every_gate, good, [{"b": [2, *[0] * (n - 1)]}], n=n)


def test_more_bits_than_the_field_has_elements() -> None:
    check_all_witnesses(every_gate.over(SMALL_FIELDS[0]), {"n": 9})
    tried = every_gate.over(SMALL_FIELDS[0])
    for bits in ([1] * 15, [0] * 15, [*[1] * 7, *[0] * 8], [*[0] * 8, *[1] * 7]):
        expected = [int(all(bits)), int(any(bits)), int(not any(bits)), sum(bits) % 2]
        assert list(tried(bits, n=15)) == expected


def test_known_bits() -> None:
    check_circuit(partly_known, [{"b": [a, b]} for a, b in product((0, 1), repeat=2)])


@pytest.mark.parametrize("gate", [all_of, any_of, none_of, parity])
def test_no_bits(gate: object) -> None:
    with pytest.raises(CircuitError, match=f"{gate.__name__} needs a bit at least") as caught:  # type: ignore[attr-defined]
        gate([])  # type: ignore[operator]
    assert caught.value.hint == "pass the bits as a list"
