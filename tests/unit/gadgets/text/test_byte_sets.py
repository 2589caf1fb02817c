from __future__ import annotations

import random

import pytest

from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.text.byte_sets import basis_of, cost_of, membership
from zkctl.gadgets.text.regular_expression import ALL_BYTES, Chars, mask_of, parse


def mask(pattern: str) -> int:
    node = parse(pattern)
    assert isinstance(node, Chars)
    return node.mask


def combined(sets: tuple[int, ...], named: tuple[int, ...], byte: int) -> list[int]:
    """The combinations of a basis, computed with fractions."""
    basis = basis_of(sets, named)
    held = [each >> byte & 1 for each in basis.computed]
    return [
        int(sum(c * h for c, h in zip(row[:-1], held, strict=True)) + row[-1])
        for row in basis.combinations
    ]


CASES = [
    ("[a-z]", "[a-ce-z]", "[0-9]", "[^a-z]"),
    ("a", "[^a]", r"\w", "[^b-z]"),
    (".", r"[\x80-\xff]", "[b-y]"),
    (r"[\d\D]", "[02468]"),
]


@pytest.mark.parametrize("patterns", CASES)
def test_every_byte(patterns: tuple[str, ...]) -> None:
    sets = tuple(mask(each) for each in patterns)
    for byte in range(256):
        expected = [each >> byte & 1 for each in sets]
        assert combined(sets, (), byte) == expected
        if byte % 9 == 0:
            assert list(membership(to_bits(byte, 8), sets=sets, named=())) == expected


def test_random_sets() -> None:
    rng = random.Random(5)
    for _ in range(3):
        sets = tuple(rng.randrange(1, ALL_BYTES) for _ in range(3))
        named = (mask("[a-z]"), rng.randrange(1, ALL_BYTES))
        for byte in rng.choices(range(256), k=5):
            assert combined(sets, named, byte) == [each >> byte & 1 for each in sets]


def test_costs() -> None:
    assert cost_of(mask("a")) == 2
    assert cost_of(mask_of(range(128, 256))) == 0
    assert cost_of(mask("[a-z]")) <= 10
    # all letters but c are made of two sets
    basis = basis_of((mask("[abd-z]"), mask("c")), (mask("[a-z]"),))
    assert sum(map(cost_of, basis.computed)) <= 2 + cost_of(mask("[a-z]"))
    assert basis_of((mask("[^a-z]"), mask("[a-z]")), ()).computed == (mask("[a-z]"),)
