from __future__ import annotations

import pytest

from zkctl.gadgets.hash.blake256 import blake256


def test_the_values_of_the_submission() -> None:
    assert blake256(bytes(1)).hex() == (
        "0ce8d4ef4dd7cd8d62dfded9d4edb0a774ae6a41929a74da23109e8f11139c87"
    )
    assert blake256(bytes(72)).hex() == (
        "d419bad32d504fb7d44d460c42c5593fe544fa4c135dec31e21bd9abdcc22d41"
    )


@pytest.mark.parametrize(
    ("length", "digest"),
    [
        (0, "716f6e863f744b9ac22c97ec7b76ea5f5908bc5b2f67c61510bfc4751384ea7a"),
        (55, "dc980544f4181cc43505318e317cdfd4334dab81ae035a28818308867ce23060"),
        (56, "26ae7c289ebb79c9f3af2285023ab1037a9a6db63f0d6b6c6bbd199ab1627508"),
        (64, "6d994042954f8dc5633626cd50b2bc66d733a313d67fd9702c5a8149a8028c98"),
        (120, "a48187b6556da878712df64af27acc800b0e0c492c9f82cd9ecf9354acfac0d7"),
    ],
)
def test_lengths_around_a_block(length: int, digest: str) -> None:
    """Of the package blake-hash: 55 zero bytes end in a byte that is the whole padding, 56 need one more block."""
    assert blake256(bytes(length)).hex() == digest
