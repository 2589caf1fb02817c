from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.support.circuits import flat
from zkctl.dsl import Array, Bit, circuit, private
from zkctl.errors import CircuitError
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.hash.pedersen import generator, pedersen

# hashes of circomlibjs: bytes, x, y
OF_CIRCOMLIBJS = [
    (
        "01",
        518233436145504081055674691695570228329258577939788873963177054466170113805,
        13429057467232557459741298054852631073843465104032416371777143105189743215221,
    ),
    (
        "0227",
        21296212132661513240738749982496780490189507784897364347383052034120821648342,
        16613760370099447338759870042101342468895626252552762536248646672602852915454,
    ),
    (
        "193e6388add2f71c41668bb0d5fa1f44698eb3d8fd22476c91",
        4740392228991266845659329280763894549395939089354305504061966752428133100143,
        12443652648592753009572645522566985805197958852344778272692472873295968996798,
    ),
    (
        "1a3f6489aed3f81d42678cb1d6fb20456a8fb4d9fe23486d92b7",
        7869269445520711106864419743085549441824515466911216497683822741724449616850,
        6467023734465018164164506934042272117134653174526646263550733421482958072266,
    ),
    (
        "20456a8fb4d9fe23486d92b7dc01264b7095badf04294e7398bde2072c51769b",
        9566290760692315160431189055373693664394950671644048324459278102705061099803,
        21626700371224016863913282009079827253720021788196020785598105179220505793345,
    ),
    (
        "33587da2c7ec11365b80a5caef14395e83a8cdf2173c6186abd0f51a3f6489ae"
        "d3f81d42678cb1d6fb20456a8fb4d9fe23486d",
        9144724411358846956298241112885322652826459662332255829674265290395298979202,
        1643010887534402754852814130686290217233736033775694919024135835998674151174,
    ),
]
EIGHTH_GENERATOR = (
    6814338563135591367010655964669793483652536871717891893032616415581401894627,
    13660303521961041205824633772157003587453809761793065294055279768121314853695,
)


@circuit
def hashed(bits: Array[Bit] = private("n"), *, n: int) -> Point:
    return pedersen(bits)


def bits_of(message: bytes) -> list[int]:
    return [byte >> k & 1 for byte in message for k in range(8)]


def by_school(bits: list[int]) -> tuple[int, int]:
    """The same sum with multiples of whole segments."""
    total = (0, 1)
    for segment in range(0, len(bits), 200):
        factor = 0
        for w, start in enumerate(range(segment, min(segment + 200, len(bits)), 4)):
            window = [*bits[start : min(start + 4, segment + 200)], 0, 0, 0][:4]
            size = 1 + window[0] + 2 * window[1] + 4 * window[2]
            factor += (-size if window[3] else size) << 5 * w
        point = generator(segment // 200)
        total = oracle.add(total, oracle.multiply(factor % oracle.PRIME_ORDER, (point.x, point.y)))
    return total


def test_the_generators_of_circomlibjs(data: Path) -> None:
    vectors = json.loads((data / "circomlib" / "circomlibjs_vectors.json").read_text())["pedersen"]
    for k, (x, y) in enumerate(vectors["generators0_3"]):
        assert (generator(k).x, generator(k).y) == (int(x), int(y))
    assert (generator(7).x, generator(7).y) == EIGHTH_GENERATOR
    x, y = (int(each) for each in vectors["point"])
    assert flat(pedersen(bits_of(vectors["msg_utf8"].encode()))) == [x, y]


@pytest.mark.parametrize(("message", "x", "y"), OF_CIRCOMLIBJS)
def test_values_of_circomlibjs(message: str, x: int, y: int) -> None:
    bits = bits_of(bytes.fromhex(message))
    assert flat(pedersen(bits)) == [x, y]
    if len(bits) <= 16:
        assert hashed.compile(n=len(bits)).witness(bits=bits)[1:3] == [x, y]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_every_short_message(n: int) -> None:
    compiled = hashed.compile(n=n)
    found = set()
    for number in range(1 << n):
        bits = oracle.bits_of(number, n)
        expected = by_school(bits)
        assert compiled.witness(bits=bits)[1:3] == flat(pedersen(bits)) == list(expected)
        found.add(expected)
    assert len(found) == 1 << n


@pytest.mark.parametrize("n", [199, 200, 201])
def test_equal_bits_around_the_end_of_a_segment(n: int) -> None:
    for bit in (0, 1):
        assert flat(pedersen([bit] * n)) == list(by_school([bit] * n))


def test_no_bits() -> None:
    with pytest.raises(
        CircuitError, match="pedersen of no bits: expected one bit or more, got none"
    ):
        pedersen([])
