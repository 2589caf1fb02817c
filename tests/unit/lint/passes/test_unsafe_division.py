from __future__ import annotations

from tests.support.linted import bit, findings_in, foreign, foreign_messages
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private
from zkctl.gadgets.inverse import divide
from zkctl.lint.findings import Level


def test_a_quotient_by_what_may_be_zero() -> None:
    @circuit
    def ratio(a: Signal = private(), b: Signal = private()) -> Signal:
        c = hint(hints.divide_or_zero, a, b)
        constrain(c * b == a)
        return c

    (found,) = findings_in(ratio, "L006", is_searched=True)
    assert found.level is Level.WARNING
    assert found.message == (
        "signal out is a quotient, and no constraint keeps the divisor b from being 0, for which any value is accepted"
    )


def test_a_quotient_by_what_is_not_zero() -> None:
    @circuit
    def ratio(a: Signal = private(), b: Signal = private()) -> Signal:
        return divide(a, b)

    assert findings_in(ratio, "L006") == []


def test_a_remainder_without_a_range() -> None:
    """a = q * b + r."""
    row = ({2: 1}, {4: 1}, {3: 1, 1: -1})
    system = foreign([row], ["r", "b", "a", "q"], n_outputs=1, n_inputs=2)
    assert foreign_messages(system, "L006") == [
        "quotient and remainder q and r are not both proved to be in range"
    ]


def test_a_part_of_a_sum_without_a_range() -> None:
    """x = s + 2^32 c with a bit c and any s; then with s in a range as well."""
    names = ["s", "x", "c", "b[0]", "b[1]"]
    rows = [bit(3), ({}, {}, {2: -1, 1: 1, 3: 1 << 32})]
    assert foreign_messages(foreign(rows, names[:3], n_outputs=1, n_inputs=1), "L006") == [
        "signal s is a part of a sum in which it has no range, so that the parts are not unique"
    ]
    bits = [bit(4), bit(5), ({}, {}, {1: -1, 4: 1, 5: 2})]
    assert foreign_messages(foreign(rows + bits, names, n_outputs=1, n_inputs=1), "L006") == []


def test_a_row_with_the_quotient_on_both_sides_is_no_remainder() -> None:
    """a * q = q + r, and q * q = r."""
    names = ["r", "a", "q"]
    for row in (({2: 1}, {3: 1}, {3: 1, 1: 1}), ({3: 1}, {3: 1}, {1: 1})):
        assert foreign_messages(foreign([row], names, n_outputs=1, n_inputs=1), "L006") == []
