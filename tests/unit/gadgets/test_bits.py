from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.circuits import check_circuit
from zkctl.constraints.evaluate import evaluate
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, eager_field, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.gadgets.bits import enforce_at_most, enforce_canonical, from_bits, to_bits

R = BN254_FR.modulus
EDGES = [0, 1, 2, 2**253, R - 1, R - 2, 2**254 - R - 1, 2**254 - R]


@circuit
def decomposed(x: Signal = private(), *, n: int) -> Array[Bit]:
    return to_bits(x, n)


@circuit
def checked(bits: Array[Bit] = private("n"), *, n: int) -> None:
    enforce_canonical(bits)


@pytest.mark.parametrize("x", EDGES)
def test_full_width_spells_the_number(x: int) -> None:
    bits = to_bits(x, 254)
    assert list(bits) == [x >> k & 1 for k in range(254)]
    assert from_bits(bits) == x
    witness = decomposed.compile(n=254).witness(x=x)
    assert witness[1:255] == list(bits)


def test_bits_in_every_way() -> None:
    check_circuit(decomposed, good=[{"x": 0}, {"x": 5}], bad=[{"x": 8}], all_witnesses=True, n=3)


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=lambda f: f.name)
def test_only_numbers_below_p_are_canonical(field: PrimeField) -> None:
    p, n = field.modulus, field.n_bits
    compiled = checked.over(field).compile(n=n)
    for number in (0, 1, p - 1, p - 2, p >> 1, p - (1 << 28), p - 1 - (1 << 100)):
        compiled.witness(bits=[number >> k & 1 for k in range(n)])
    for number in (p, p + 1, 2**n - 1, p - 1 + (1 << 28), p + (1 << 100), 2**n - 2):
        with pytest.raises(UnsatisfiedError, match="the bits are not canonical"):
            compiled.witness(bits=[number >> k & 1 for k in range(n)])


@pytest.mark.parametrize("x", [0, 1, 2**254 - R - 1])
def test_the_second_decomposition_is_no_witness(x: int) -> None:
    """N111: x + p also fits into 254 bits for these x."""
    program = decomposed.compile(n=254).program
    call, *others = program.hints
    lying = replace(program, hints=(call._replace(function="user:lie"), *others))

    def with_bits_of(number: int) -> list[int]:
        return evaluate(
            lying, [x], {"user:lie": lambda _: [number >> k & 1 for k in range(1, 254)]}
        )

    assert with_bits_of(x)[1:255] == [x >> k & 1 for k in range(254)]
    with pytest.raises(UnsatisfiedError, match="the bits are not canonical"):
        with_bits_of(x + R)


def test_too_large_a_value() -> None:
    with pytest.raises(UnsatisfiedError, match="value 16 needs more than 4 bits"):
        to_bits(16, 4)
    with pytest.raises(UnsatisfiedError, match="value 16 needs more than 4 bits"):
        decomposed.compile(n=4).witness(x=16)


def test_known_widths() -> None:
    @circuit
    def widths(b: Bit = private(), u: Uint = private(bits=8)) -> Array[Signal]:
        whole = from_bits(to_bits(u, 12))
        assert isinstance(whole, Uint)
        assert whole.n_bits == 12
        return Array([from_bits(to_bits(b, 3)), whole, *to_bits(u, 12)[8:]])

    assert widths.compile().witness(b=1, u=200)[1:7] == [1, 200, 0, 0, 0, 0]


def test_from_bits_of_the_full_width_has_no_known_width() -> None:
    @circuit
    def whole(bits: Array[Bit] = private(254)) -> Signal:
        number = from_bits(bits)
        assert not isinstance(number, Uint)
        return number

    assert whole.compile().witness(bits=[1] * 254)[1] == (2**254 - 1) % R


@pytest.mark.parametrize("n", [0, 255, -1])
def test_refused_widths(n: int) -> None:
    with pytest.raises(CircuitError, match=f"to_bits yields 1 to 254 bits in bn254.fr, not {n}"):
        to_bits(5, n)


def test_other_refusals() -> None:
    with pytest.raises(CircuitError, match="from_bits needs at least one bit"):
        from_bits([])
    with pytest.raises(CircuitError, match=r"bn254\.fr has 254 bits, got 3"):
        enforce_canonical([1, 0, 1])
    with pytest.raises(CircuitError) as caught:
        enforce_canonical([])
    assert caught.value.message == "enforce_canonical needs as many bits as the field has, got none"
    with pytest.raises(CircuitError, match="bits of from_bits must be a Bit, got 2"):
        from_bits([1, 2])


def test_other_fields() -> None:
    with eager_field(BLS12_381_FR):
        assert from_bits(to_bits(BLS12_381_FR.modulus - 1, 255)) == BLS12_381_FR.modulus - 1


@circuit
def limited(bits: Array[Bit] = private("n"), *, n: int, limit: int) -> None:
    enforce_at_most(bits, limit)


@pytest.mark.parametrize("n", [1, 3, 4])
def test_every_limit_of_short_numbers(n: int) -> None:
    numbers = [[number >> k & 1 for k in range(n)] for number in range(1 << n)]
    for limit in range(1 << n):
        compiled = limited.compile(n=n, limit=limit)
        for number, bits in enumerate(numbers):
            if number <= limit:
                compiled.witness(bits=bits)
                continue
            with pytest.raises(
                UnsatisfiedError, match=f"the number that the bits spell is above {limit}"
            ):
                compiled.witness(bits=bits)


def test_limits_that_say_nothing_or_nonsense() -> None:
    assert limited.compile(n=3, limit=7).r1cs.n_constraints == 3
    assert limited.compile(n=3, limit=1 << 300).r1cs.n_constraints == 3
    with pytest.raises(CircuitError, match="a limit of numbers: expected 0 or more, got -1"):
        enforce_at_most([0, 1], -1)


def test_a_long_run_of_zeros_over_a_small_field() -> None:
    """Seven ones are 0 modulo 7: the sum of a run must stay below p."""

    @circuit
    def at_most_one(bits: Array[Bit] = private(9)) -> None:
        enforce_at_most(bits, 1)

    small = at_most_one.over(PrimeField("f7", 7))
    small([1, *[0] * 8])
    for n_ones in range(1, 9):
        with pytest.raises(UnsatisfiedError, match="the number that the bits spell is above 1"):
            small([0, *[1] * n_ones, *[0] * (8 - n_ones)])
