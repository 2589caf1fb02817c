"""Points of BLS12-381 in two words a coordinate."""

from __future__ import annotations

from zkctl.curve import BLS12_381, G1Array, G2Array
from zkctl.solidity.eip_2537 import g1_words, g2_words


def test_generators_and_infinity() -> None:
    one, two = G1Array.generator(BLS12_381.g1), G2Array.generator(BLS12_381.g2)
    ((x,), (y,)) = one.to_ints()[0]  # type: ignore[misc]
    words = g1_words(one)
    assert [(words[k] << 256) + words[k + 1] for k in (0, 2)] == [x, y]
    assert words[0] < 1 << 128
    ((x0, x1), (y0, y1)) = two.to_ints()[0]  # type: ignore[misc]
    words = g2_words(two)
    assert [(words[k] << 256) + words[k + 1] for k in (0, 2, 4, 6)] == [x0, x1, y0, y1]
    assert g1_words(G1Array.infinity(BLS12_381.g1)) == [0] * 4
    assert g2_words(G2Array.infinity(BLS12_381.g2)) == [0] * 8
