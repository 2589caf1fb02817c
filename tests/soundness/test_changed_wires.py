"""A valid witness with any one wire changed is no witness: no wire of a gadget is free."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.changed_wires import ChangedWires
from tests.support.lying_hints import LyingHints
from zkctl.dsl import (  # fmt: skip
    Array,
    Bit,
    Circuit,
    Signal,
    Uint,
    Word32,
    add,
    choose,
    circuit,
    constrain,
    hint,
    hints,
    majority,
    private,
    public,
    wire,
    xor_all,
)
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_than
from zkctl.gadgets.hash.poseidon import poseidon, poseidon_ex
from zkctl.gadgets.inverse import divide
from zkctl.gadgets.select import mux, swap_if
from zkctl.gadgets.tree.merkle import constrain_membership, merkle_root


@circuit
def hashes(x: Array[Signal] = private(5)) -> Array[Signal]:
    return Array([poseidon(*x), poseidon(x[0], 3), *poseidon_ex(x[:2], x[3], n_outputs=3)])


@circuit
def comparisons(a: Uint = private(bits=16), b: Uint = private(bits=16)) -> Array[Signal]:
    return Array([less_than(a, b), less_than(b, a), is_zero(a - b), is_equal(a, 7), divide(a, b)])


@circuit
def bits(x: Signal = private()) -> Array[Bit]:
    return to_bits(x, 254)


@circuit
def choices(b: Array[Bit] = private(3), x: Array[Signal] = private(8)) -> Array[Signal]:
    return Array([mux(b, x), *swap_if(b[0], x[0], x[1]), mux(b, [3, 1, 4, 1, 5, 9, 2, 6])])


@circuit
def member(
    leaf: Signal = private(),
    siblings: Array[Signal] = private(2),
    path: Array[Bit] = private(2),
    root: Signal = public(),
) -> None:
    constrain_membership(root, leaf, siblings, path)
    constrain(merkle_root(leaf, siblings, path) == root)


@circuit
def words(
    x: Word32 = private(), y: Word32 = private(), u: Uint = private(bits=16)
) -> Array[Signal]:
    total = add(x, y, 12345, x.rotate_left(3))
    mixed = xor_all(total, x >> 3, y, x, total.rotate_right(5)) + majority(x, y, total)
    picked = choose(x, mixed, ~y) - total
    return Array([mixed.value, picked.value, u >> 3, (u & 0xFF) ^ (u >> 8), u.byte(1) | 5])


def inputs_of(name: str) -> dict[str, Any]:
    rng = random.Random(name)
    numbers = [rng.randrange(2**253) for _ in range(8)]
    cases: dict[str, Callable[[], dict[str, Any]]] = {
        "hashes": lambda: {"x": numbers[:5]},
        "comparisons": lambda: {"a": 40000, "b": 7},
        "bits": lambda: {"x": numbers[0]},
        "words": lambda: {"x": 0xDEADBEEF, "y": 0x12345678, "u": 0xBEEF},
        "choices": lambda: {"b": [1, 0, 1], "x": numbers},
        "member": lambda: {
            "leaf": 5,
            "siblings": numbers[:2],
            "path": [1, 0],
            "root": merkle_root(5, numbers[:2], [1, 0]),
        },
    }
    return cases[name]()


@pytest.mark.parametrize(
    "example", [hashes, comparisons, bits, choices, member, words], ids=lambda c: c.name
)
def test_every_wire_is_bound(example: Circuit) -> None:
    compiled = example.compile()
    changed = ChangedWires(compiled, compiled.witness(**inputs_of(example.name)))
    assert changed.broken_rows() == []
    assert changed.free_wires(most=10_000) == []
    assert list(changed.reached_outputs()) == []
    assert list(LyingHints(compiled, changed.values).reached()) == []


@circuit
def either_root(x: Signal = private()) -> Signal:
    """A hole that one lie reaches if the hint behind it, which reads the first one, follows."""
    root = hint(hints.divide_or_zero, x, 3)
    back = hint(hints.divide_or_zero, x, root)
    constrain(root * back == x)
    return root


@circuit
def two_parts(x: Signal = private()) -> Signal:
    """A hole that only two lies together reach: any two parts make a sum below 5."""
    high, low = hint(hints.quotient_remainder, x, 5)
    constrain(high + low == x)
    return wire(high * high)


@pytest.mark.parametrize(("hole", "x", "n_lies"), [(either_root, 12, 1), (two_parts, 4, 2)])
def test_holes_are_found(hole: Circuit, x: int, n_lies: int) -> None:
    compiled = hole.compile()
    found = list(LyingHints(compiled, compiled.witness(x=x)).reached())
    assert n_lies in {len(wires) for wires, _ in found}
    assert all(outputs != compiled.witness(x=x)[1:2] for _, outputs in found)


def test_a_hint_that_follows_is_more_than_one_that_stays() -> None:
    compiled = either_root.compile()
    values = compiled.witness(x=12)
    assert list(ChangedWires(compiled, values).reached_outputs()) == []
    assert list(LyingHints(compiled, values).reached()) != []
