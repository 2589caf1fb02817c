"""What gadgets cost, against their docstrings and circom --O2 on circomlib's templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Bit,
    Byte,
    Circuit,
    Signal,
    Uint,
    Word32,
    assume_uint,
    circuit,
    discard,
    private,
    public,
)
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.gadgets.bits import enforce_canonical, from_bits, to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_or_equal, less_than, to_uint
from zkctl.gadgets.hash.poseidon import poseidon, poseidon_ex
from zkctl.gadgets.hash.sha256 import INITIAL_STATE, compressed, sha256, sha256_bits
from zkctl.gadgets.inverse import divide, inverse
from zkctl.gadgets.select import mux, select, swap_if
from zkctl.gadgets.tree.merkle import constrain_membership, merkle_root


@circuit
def calls(
    x: Array[Signal] = private(16),
    bits: Array[Bit] = private(4),
    small: Array[Uint] = private(2, bits=32),
    *,
    gadget: str,
    n: int = 0,
) -> None:
    arguments: dict[str, Any] = {
        "nothing": lambda: None,
        "is_zero": lambda: is_zero(x[0]),
        "is_equal": lambda: is_equal(x[0], x[1]),
        "less_than": lambda: less_than(small[0], small[1]),
        "less_than constant": lambda: less_than(small[0], 1000),
        "less_or_equal": lambda: less_or_equal(small[0], small[1]),
        "to_uint": lambda: to_uint(x[0], n),
        "to_uint of a Uint": lambda: to_uint(small[0], n),
        "to_bits": lambda: to_bits(x[0], n),
        "to_bits of a Uint": lambda: to_bits(small[0], n),
        "to_bits of a Bit": lambda: to_bits(bits[0], n),
        "from_bits": lambda: from_bits(bits),
        "inverse": lambda: inverse(x[0]),
        "divide": lambda: is_zero(divide(x[0], x[1])),
        "select": lambda: is_zero(select(bits[0], x[0], x[1])),
        "poseidon": lambda: poseidon(*x[:n]),
        "poseidon with a constant": lambda: poseidon(7, *x[1:n]),
        "poseidon_ex": lambda: poseidon_ex(x[:n], x[15], n_outputs=n + 1),
        "mux of constants": lambda: is_zero(
            mux(bits[:n], [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3][: 1 << n])
        ),
        "mux": lambda: is_zero(mux(bits[:n], x[: 1 << n])),
        "swap_if": lambda: [is_zero(y) for y in swap_if(bits[0], x[0], x[1])],
        "merkle_root": lambda: merkle_root(x[0], x[1 : n + 1], bits[:n]),
    }
    discard(arguments[gadget]())


def cost(gadget: str, n: int = 0) -> int:
    over_everything = calls.compile(gadget="nothing").r1cs.n_constraints
    return calls.compile(gadget=gadget, n=n).r1cs.n_constraints - over_everything


@pytest.mark.parametrize(
    ("gadget", "n", "expected"),
    [
        ("is_zero", 0, 2),
        ("is_equal", 0, 2),
        ("less_than", 0, 33),
        ("less_than constant", 0, 33),
        ("less_or_equal", 0, 33),
        ("to_uint", 40, 40),
        ("to_uint of a Uint", 32, 0),
        ("to_uint of a Uint", 31, 1),
        ("to_bits", 1, 1),
        ("to_bits", 253, 253),
        ("to_bits", 254, 254 + 130),
        ("to_bits of a Uint", 200, 0),
        ("to_bits of a Bit", 8, 0),
        ("from_bits", 0, 0),
        ("inverse", 0, 1),
        ("divide", 0, 2 + 2),
        ("select", 0, 1 + 2),
        ("poseidon with a constant", 3, 258),
        ("mux of constants", 1, 2),
        ("mux of constants", 2, 1 + 2),
        ("mux of constants", 3, 2 + 2),
        ("mux of constants", 4, 4 + 2),
        ("mux", 2, 3 + 2),
        ("swap_if", 0, 1 + 2 * 2),
        ("merkle_root", 4, 4 * 241),
        ("poseidon_ex", 16, 612),
    ],
)
def test_cost(gadget: str, n: int, expected: int) -> None:
    assert cost(gadget, n) == expected


@pytest.mark.parametrize(("n", "expected"), [(1, 213), (2, 240), (3, 261), (4, 297), (5, 321), (16, 609)])  # fmt: skip
def test_poseidon_costs_what_circom_makes_of_it(n: int, expected: int) -> None:
    assert cost("poseidon", n) == expected


@circuit
def poseidon2(x: Array[Signal] = private(2)) -> Signal:
    return poseidon(*x)


@circuit
def poseidon5(x: Array[Signal] = private(5)) -> Signal:
    return poseidon(*x)


@circuit
def zero(x: Signal = private()) -> Signal:
    return is_zero(x)


@circuit
def equal(x: Array[Signal] = private(2)) -> Signal:
    return is_equal(x[0], x[1])


@circuit
def less(x: Signal = private(), y: Signal = private()) -> Signal:
    wide = [assume_uint(v, 32, because="circomlib's LessThan assumes it silently") for v in (x, y)]
    return less_than(*wide)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (poseidon2, "poseidon3_test"),
        (poseidon5, "poseidon6_test"),
        (zero, "iszero"),
        (equal, "isequal"),
        (less, "lessthan"),
    ],
)
def test_parity_with_circom_o2(data: Path, ours: Circuit, theirs: str) -> None:
    counts = json.loads((data / "circomlib" / "constraint_counts.json").read_text())
    compiled = ours.compile()
    assert compiled.r1cs.n_constraints == int(counts[theirs]["O2"]["non-linear constraints"])
    assert compiled.n_linear == 0


@circuit
def membership_of(
    root: Signal = public(),
    leaf: Signal = private(),
    siblings: Array[Signal] = private(20),
    path: Array[Bit] = private(20),
) -> None:
    constrain_membership(root, leaf, siblings, path)


def test_depth_20_membership_is_within_2_percent_of_circom() -> None:
    compiled = membership_of.compile()
    assert (
        compiled.r1cs.n_constraints == 4841
    )  # 20 * (240 + swap + path bit) + root; circom --O2: 4,860
    assert compiled.n_linear == 1
    assert abs(compiled.r1cs.n_constraints - 4860) <= 0.02 * 4860
    terms = sum(len(m.wires) for m in (compiled.r1cs.a, compiled.r1cs.b, compiled.r1cs.c))
    assert terms < 70_000  # partial rounds do not blow up: 14 terms per row on average


@circuit
def canonical(x: Signal = private(), *, n: int) -> None:
    enforce_canonical(to_bits(x, n))


@pytest.mark.parametrize(("field", "expected"), [(BN254_FR, 130), (BLS12_381_FR, 112)])
def test_canonical_bits(field: PrimeField, expected: int) -> None:
    compiled = canonical.over(field).compile(n=field.n_bits)
    assert compiled.r1cs.n_constraints == field.n_bits + 2 * expected


@circuit
def one_block(block: Array[Bit] = private(512)) -> Array[Word32]:
    """The compression alone, from the initial state, as circomlib's sha256compression is measured."""
    words = [Word32(block[k : k + 32]) for k in range(0, 512, 32)]
    return compressed([Word32(word) for word in INITIAL_STATE], words)


@circuit
def next_block(state: Array[Bit] = private(256), block: Array[Bit] = private(512)) -> Array[Word32]:
    before, words = ([Word32(bits[k : k + 32]) for k in range(0, len(bits), 32)] for bits in (state, block))  # fmt: skip
    return compressed(before, words)


@circuit
def message_in_bits(message: Array[Bit] = private("n"), *, n: int) -> Array[Bit]:
    return sha256_bits(message)


@circuit
def message_in_bytes(message: Array[Byte] = private("n"), *, n: int) -> Array[Byte]:
    return sha256(message)


def test_sha256_costs_less_than_circom() -> None:
    compiled = one_block.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 17_827  # circom --O2: 30,191
    assert compiled.n_linear == 8  # the outputs
    following = next_block.compile()
    assert following.r1cs.n_constraints - following.n_linear - 768 == 17_510
    assert message_in_bits.compile(n=440).r1cs.n_constraints == 17_623
    in_bytes = message_in_bytes.compile(n=55)
    assert in_bytes.r1cs.n_constraints - in_bytes.n_linear == 17_623
    assert in_bytes.n_linear == 32
