"""Quotient and remainder by a divisor that is not a constant."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import Range, add_to, combined, is_constant, signed
from zkctl.lint.rules.elimination import RowSpan
from zkctl.lint.system import Form, Row

_MOST_ROWS = 60  # of the rows around a remainder
_LONGEST_ROW = 6
_STEPS = 4  # of neighbourhood


def divide_with_remainder(facts: Facts) -> bool:
    """Make q and r unique in q * S + r = A with 0 <= r < S, where no integer wraps; return whether there were some.

    s * (q - q') = r' - r as integers, and the right side is smaller than s.  Without r < S, q - 1 and r + S fit too.
    """
    found = False
    for k in facts.rows.numbers():
        a, b, c = facts.folded(k)
        found |= _divide_row(facts, k, a, b, c) or _divide_row(facts, k, b, a, c)
    return found


def _divide_row(facts: Facts, k: int, side: Form, other: Form, c: Form) -> bool:
    if len(side) > _LONGEST_ROW or is_constant(side) or not facts.unique.issuperset(side):
        return False
    quotients, remainders = facts.unknown(other), facts.unknown(c)
    if len(quotients) != 1 or len(remainders) != 1 or quotients == remainders:
        return False
    ratio = other[quotients[0]] * pow(c[remainders[0]], -1, facts.modulus) % facts.modulus
    if abs(signed(ratio, facts.modulus)) != 1:
        return False
    return _divide(facts, k, side, quotients[0], remainders[0])


def _divide(facts: Facts, k: int, divisor: Form, quotient: int, remainder: int) -> bool:
    if quotient not in facts.ranges or facts.ranges.get(remainder, (-1, 0))[0] < 0:
        return False
    gap = combined([(divisor, 1), ({0: 1}, -1), ({remainder: 1}, -1)], facts.modulus)
    other = _bounded_equal(facts, gap)
    if other is None:
        return False
    form, combination, extent = other
    low, high = facts.ranges[quotient]
    h = facts.ranges[remainder][1]
    if (extent[1] + 1 + h) * (high - low) + h >= facts.modulus:
        return False
    slack = facts.define(gap, {0: 1})
    row = len(facts.rows) - 1
    # the row is gap - slack, the combination form - gap; their sum is 0
    total = combined([(form, 1), ({slack: 1}, -1)], facts.modulus)
    parts = [[row, [[[], 1]]], *combination]
    facts.steps.append(
        ["derive", [], [], terms({w: facts.modulus - v for w, v in total.items()}), parts]
    )
    j = facts.append_row(Row({}, {}, {w: facts.modulus - v for w, v in total.items()}))
    facts.learn_range(
        slack, extent, ["range", j, facts.modulus - pow(total[slack], -1, facts.modulus), slack]
    )
    facts.learn_unique([quotient, remainder], ["quotient", k, row, remainder, slack])
    return True


class _Equal(NamedTuple):
    """A form equal to another, the combination of rows that shows it, and the form's range, which begins at 0 or above."""

    form: Form
    combination: list[list[object]]
    extent: Range


def _bounded_equal(facts: Facts, gap: Form) -> _Equal | None:
    """Return a form that equals the gap by rows around it and is at least 0."""
    own = facts.extent(gap, 1)
    if own is not None and own[0] >= 0:
        return _Equal(gap, [], own)
    rows = _around(facts, gap)
    span = RowSpan(facts, rows)
    wires = {wire for k in rows for wire in facts.linear_of(k) or {} if wire in facts.ranges}
    p = facts.modulus
    for wire, factor in product(sorted(wires - gap.keys()), (1, p - 1)):
        difference = dict(gap)
        add_to(difference, {wire: factor}, p - 1, p)
        rest, made_of = span.reduce(difference)
        if not is_constant(rest):
            continue
        form = combined([({wire: factor}, 1), (rest, 1)], p)
        extent = facts.extent(form, 1)
        if extent is not None and extent[0] >= 0:
            parts: list[list[object]] = [[k, [[[], p - made_of[k]]]] for k in sorted(made_of)]
            return _Equal(form, parts, extent)
    return None


def _around(facts: Facts, form: Form) -> list[int]:
    """Return short linear rows near the wires of a form."""
    wires = set(form) - {0}
    rows: set[int] = set()
    for _ in range(_STEPS):
        near = {k for wire in wires for k in facts.near.get(wire, ())[:_MOST_ROWS] if k >= 0} - rows
        for k in sorted(near):
            linear = facts.linear_of(k)
            if linear is not None and 0 < len(linear) <= _LONGEST_ROW and len(rows) < _MOST_ROWS:
                rows.add(k)
                wires |= linear.keys() - {0}
    return sorted(rows)
