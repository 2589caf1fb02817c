from __future__ import annotations

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Bit, Byte, Signal, Struct, Uint, circuit, discard, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.number.one_hot import demux, multiplexer, one_hot


class Account(Struct):
    balance: Byte
    owner: Signal


@circuit
def hot(index: Signal = private(), *, n: int) -> Array[Bit]:
    return one_hot(index, n)


@circuit
def spread(value: Signal = private(), index: Signal = private(), *, n: int) -> Array[Signal]:
    return Array(demux(value, index, n))


@circuit
def picked(index: Signal = private(), values: Array[Signal] = private("n"), *, n: int) -> Signal:
    return multiplexer(index, values)


@circuit
def known_index(index: Uint = private(bits=3), values: Array[Signal] = private(8)) -> Signal:
    return multiplexer(index, values)


@circuit
def of_table(index: Uint = private(bits=3)) -> Uint:
    chosen = multiplexer(index, [3, 1, 4, 1, 5])
    assert chosen.maximum == 5
    return chosen  # type: ignore[no-any-return]


@circuit
def of_five(index: Signal = private()) -> Signal:
    return multiplexer(index, [3, 1, 4, 1, 5])


@circuit
def accounts(index: Signal = private(), given: Array[Account] = private(3)) -> Array[Signal]:
    chosen = multiplexer(index, list(given))
    assert isinstance(chosen.balance, Uint)
    spread = demux(chosen, index, 3)
    assert {each.balance.maximum for each in spread} == {255}
    return Array(
        [chosen.owner, *(each.balance for each in spread), *(each.owner for each in spread)]
    )


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 8, 11, 14])
def test_in_every_way(n: int) -> None:
    outside = [n, n + 1, 1 << n.bit_length(), BN254_FR.modulus - 1]
    check_circuit(hot, [{"index": k} for k in range(n)], [{"index": k} for k in outside], n=n)
    good = [{"index": k, "value": 9} for k in range(n)]
    bad = [{"index": k, "value": v} for k in outside for v in (0, 9)]
    check_circuit(spread, good, bad, n=n)
    values = list(range(20, 20 + n))
    good = [{"index": k, "values": values} for k in range(n)]
    bad = [{"index": k, "values": [7] * n} for k in outside]
    check_circuit(picked, good, bad, n=n)
    assert [multiplexer(k, values) for k in range(n)] == values
    assert [demux(9, k, n).index(9) for k in range(n)] == list(range(n))


@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_every_witness_over_small_fields(n: int) -> None:
    for field in SMALL_FIELDS[:3]:
        check_all_witnesses(hot.over(field), {"n": n})
        check_all_witnesses(of_five.over(field), {})
        if n < 3:
            check_all_witnesses(spread.over(field), {"n": n})
            check_all_witnesses(picked.over(field), {"n": n})


@circuit
def small_index(index: Uint = private(bits=3), values: Array[Signal] = private(9)) -> Signal:
    return multiplexer(index, values)


def test_costs() -> None:
    assert small_index.compile().r1cs.n_constraints == 3 + 7
    check_circuit(small_index, [{"index": k, "values": list(range(9))} for k in (0, 7)])
    assert known_index.compile().r1cs.n_constraints == 3 + 7
    assert of_table.compile().simplified(2).r1cs.n_constraints == 3 + 1 + 2
    check_circuit(of_table, [{"index": k} for k in range(5)], [{"index": k} for k in (5, 6, 7, 8)])


def test_structures() -> None:
    given = [{"balance": k, "owner": 100 + k} for k in (5, 6, 7)]
    check_circuit(accounts, [{"index": k, "given": given} for k in range(3)], [{"index": 3, "given": given}])  # fmt: skip
    assert list(accounts(1, given)) == [106, 0, 6, 0, 0, 106, 0]


def test_messages() -> None:
    for run in (lambda: one_hot(3, 3), lambda: hot.compile(n=3).witness(index=3)):
        with pytest.raises(UnsatisfiedError, match="the index is not one of 0 to 2"):
            run()
    with pytest.raises(UnsatisfiedError, match="the day is wrong"):
        one_hot(7, 7, "the day is wrong")
    with pytest.raises(UnsatisfiedError, match="the index 8 is not one of 0 to 4"):
        multiplexer(8, [1, 2, 3, 4, 5])
    with pytest.raises(UnsatisfiedError, match="the index is not one of 0 to 4"):
        multiplexer(5, [1, 2, 3, 4, 5])
    with pytest.raises(UnsatisfiedError, match="the index is not 0"):
        multiplexer(1, [1])


@pytest.mark.parametrize("n", [7, 8])
def test_lengths(n: int) -> None:
    @circuit(field=SMALL_FIELDS[0])
    def of_length(x: Signal = private()) -> None:
        discard(one_hot(x, n))

    with pytest.raises(
        CircuitError,
        match=f"one_hot chooses from fewer values than the field has: got {n}",
    ) as caught:
        of_length.compile()
    assert caught.value.hint == "check the length of the list"
    assert "discard(one_hot(x, n))" in caught.value.where
    message = "the number of values of multiplexer is out of range: expected 1 to 1048576, got 0"
    with pytest.raises(CircuitError, match=message):
        multiplexer(0, [])
