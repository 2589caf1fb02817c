from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR, bits_of
from tests.support.circuits import check_circuit, flat
from zkctl.dsl import Array, Bit, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER
from zkctl.gadgets.curve.compression import compress, decompress

P = oracle.P
HALF = (P - 1) // 2
TORSION = [oracle.multiply(k * SUBGROUP_ORDER, GENERATOR) for k in range(8)]
POINTS = [*TORSION, BASE, GENERATOR, oracle.negate(BASE), oracle.multiply(3**150, GENERATOR)]


@circuit
def there(p: Point = private()) -> Array[Bit]:
    return compress(p)


@circuit
def back(bits: Array[Bit] = private(256)) -> Point:
    return decompress(bits)


def packed(point: tuple[int, int]) -> list[int]:
    return bits_of(point[1] | (point[0] > HALF) << 255, 256)


def test_points_and_their_bits() -> None:
    compiled, inverse = there.compile(), back.compile()
    for point in POINTS:
        bits = packed(point)
        assert compiled.witness(p=point)[1:257] == bits
        assert inverse.witness(bits=bits)[1:3] == list(point)
        assert flat(decompress(compress(point))) == list(point)


def test_published_bytes(data: Path) -> None:
    published = json.loads((data / "circomlib" / "circomlibjs_vectors.json").read_text())["babyjub"]
    number = sum(bit << k for k, bit in enumerate(compress(BASE)))
    assert number.to_bytes(32, "little").hex() == published["pack_base8"]


def test_other_bits_are_refused() -> None:
    identity, order_2 = TORSION[0], TORSION[4]
    not_on_curve = next(
        y for y in range(2, 99) if all(y != point[1] for point in POINTS) and not lies(y)
    )
    beyond = [bits_of(P + y, 256) for y in (0, 1)]
    bad = [
        packed((HALF + 1, identity[1])),  # x = 0 with the sign of a negative one
        packed((HALF + 1, order_2[1])),
        bits_of(not_on_curve, 256),
        *beyond,
        bits_of(BASE[1] | 1 << 254, 256),
        [1] * 256,
    ]
    check_circuit(back, [], [{"bits": bits} for bits in bad])
    with pytest.raises(
        UnsatisfiedError, match="the sign bit of a compressed point is not that of x"
    ):
        back(bits=bad[0])
    with pytest.raises(UnsatisfiedError, match="bit 254 of a compressed point is not 0"):
        back(bits=bad[5])


def lies(y: int) -> bool:
    """Is there a point with this y?"""
    square = (1 - y * y) * pow(168700 - 168696 * y * y, -1, P) % P
    return pow(square, (P - 1) // 2, P) in (0, 1)


def test_the_number_of_bits() -> None:
    text = "a compressed point has another length: expected 256 bits, got 255"
    with pytest.raises(CircuitError, match=text):
        decompress([0] * 255)
