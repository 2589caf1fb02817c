from __future__ import annotations

from tests.support.linted import bit, foreign, foreign_messages, messages_in
from zkctl.dsl import Bit, Signal, Uint, circuit, private
from zkctl.dsl import bit as bit_of
from zkctl.gadgets.select import select

N = 4
# o = [a < b] by the bits of a - b + 16: wires o, a, b, then the bits 4 .. 8, then those of a and b
NAMES = ["o", "a", "b", *(f"d[{k}]" for k in range(N + 1)), *(f"r[{k}]" for k in range(2 * N))]
DIFFERENCE = {2: 1, 3: -1, 0: 1 << N}
COMPARISON = [
    *(bit(4 + k) for k in range(N + 1)),
    ({}, {}, {**DIFFERENCE, **{4 + k: -(1 << k) for k in range(N + 1)}}),
    ({}, {}, {1: 1, 8: 1, 0: -1}),
]
TEXT = "a comparison of 4 bits has an operand that is not proved to have that many: "


def ranged(wire: int, first: int, n_bits: int = N) -> list[tuple[dict[int, int], ...]]:
    bits = range(first, first + n_bits)
    return [*map(bit, bits), ({}, {}, {wire: -1, **{w: 1 << k for k, w in enumerate(bits)}})]


def test_a_comparison_of_operands_of_any_size() -> None:
    system = foreign(COMPARISON, NAMES[:8], n_outputs=1, n_inputs=2)
    assert foreign_messages(system, "L005") == [f"{TEXT}a, b"]


def test_a_comparison_with_one_operand_in_range() -> None:
    system = foreign([*COMPARISON, *ranged(2, 9)], NAMES[:12], n_outputs=1, n_inputs=2)
    assert foreign_messages(system, "L005") == [f"{TEXT}b"]


def test_a_comparison_of_operands_in_range() -> None:
    rows = [*COMPARISON, *ranged(2, 9), *ranged(3, 13)]
    assert foreign_messages(foreign(rows, NAMES, n_outputs=1, n_inputs=2), "L005") == []


def test_the_bits_of_a_difference_are_no_comparison() -> None:
    """All of them are handed out, not the top one alone."""
    used = [({4 + k: 1}, {2: 1}, {9 + k: 1}) for k in range(N + 1)]
    names = [*NAMES[:8], *(f"u[{k}]" for k in range(N + 1))]
    assert (
        foreign_messages(foreign(COMPARISON + used, names, n_outputs=1, n_inputs=2), "L005") == []
    )


def test_a_selector_that_is_no_bit() -> None:
    """o = y + s * (x - y)."""
    choice = ({4: 1}, {2: 1, 3: -1}, {1: 1, 3: -1})
    names = ["o", "x", "y", "s"]
    assert foreign_messages(foreign([choice], names, n_outputs=1, n_inputs=3), "L005") == [
        "signal s chooses between two values and is not proved to be 0 or 1"
    ]
    assert foreign_messages(foreign([choice, bit(4)], names, n_outputs=1, n_inputs=3), "L005") == []


def test_comparisons_and_choices_of_the_library() -> None:
    @circuit
    def typed(a: Uint = private(bits=8), b: Uint = private(bits=8), s: Bit = private()) -> Signal:
        return select(s, a, b) * bit_of(a < b)

    assert messages_in(typed, "L005") == []
