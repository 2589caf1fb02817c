"""Lists in the usual form are read as one; what is unusual is left to the reader of single values."""

from __future__ import annotations

import random
from typing import Any

import pytest

from zkctl.field import BN254_FR, ints_from_words
from zkctl.toolchain.circuit.input_words import usual_words
from zkctl.toolchain.circuit.inputs import InputReader

R = BN254_FR.modulus


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["0"], [0]),
        (["5", "10", str(R - 1)], [5, 10, R - 1]),
        ([0, 5, R - 1], [0, 5, R - 1]),
        ([(1 << 64) - 1, 1], [(1 << 64) - 1, 1]),
        (["0x0", "0xfF", "10", hex(R - 1)], [0, 255, 10, R - 1]),
        ([1, "1", "0x1"], [1, 1, 1]),
        ([["1"], [2]], [1, 2]),
        (["18446744073709551615"], [(1 << 64) - 1]),
        ([1 << 64], [1 << 64]),
        ([["1", "2"], ["3"]], [1, 2, 3]),
        ([[[1], [2]], [[3], []]], [1, 2, 3]),
    ],
)
def test_usual_lists(values: Any, numbers: list[int]) -> None:
    words = usual_words(values, BN254_FR)
    assert words is not None
    assert words.shape == (len(numbers), 4)
    assert ints_from_words(words) == numbers


@pytest.mark.parametrize(
    "values",
    [
        [],
        [[]],
        [""],
        ["1", ""],
        ["", "1"],
        ["1,2"],
        ["1,2", "3"],
        ["01"],
        ["00"],
        ["+1"],
        ["-1"],
        [" 1"],
        ["1 "],
        ["1\n"],
        ["1_0"],
        ["0X1"],
        ["0x"],
        ["-0x1"],
        ["0x1_0"],
        ["0b1"],
        ["0x" + "1" * 98],
        ["1e3"],
        ["٣"],
        ["²"],
        ["1" * 100],
        [str(R)],
        [R],
        [-1, 2],
        [True],
        [1, True],
        [None],
        [1.5],
        [1, "-1"],
        [-1, "1"],
        [1, ""],
        [{"a": 1}],
        [[1], 2],
    ],
)
def test_what_needs_a_second_look(values: Any) -> None:
    assert usual_words(values, BN254_FR) is None


def test_a_text_of_as_many_digits_as_are_read_at_once() -> None:
    assert usual_words(["1" * 77, "1" * 78], BN254_FR) is None  # above the modulus
    assert usual_words(["1" * 76], BN254_FR) is not None


def test_usual_lists_read_as_their_values_do() -> None:
    """Each text that is read as one of many is what the reader of single values makes of it."""
    source = random.Random(7)
    reader = InputReader(BN254_FR, False, "in.json")
    for _ in range(2000):
        text = "".join(source.choices("0123456789,-+ x", k=source.randrange(5)))
        words = usual_words([text, "7"], BN254_FR)
        if words is not None:
            assert ints_from_words(words) == [reader(text, "x"), 7]
