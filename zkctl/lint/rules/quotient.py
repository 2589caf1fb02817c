"""Quotient and remainder by a divisor that is not a constant."""

from __future__ import annotations

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import add_to, combined, signed
from zkctl.lint.rules.elimination import Span
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
        for side, other in ((a, b), (b, a)):
            if (
                len(side) > _LONGEST_ROW
                or not side.keys() - {0}
                or not facts.unique.issuperset(side)
            ):
                continue
            quotients, remainders = facts.unknown(other), facts.unknown(c)
            if len(quotients) == 1 and len(remainders) == 1 and quotients != remainders:
                ratio = other[quotients[0]] * pow(c[remainders[0]], -1, facts.modulus)
                if abs(signed(ratio % facts.modulus, facts.modulus)) == 1:
                    found |= _divide(facts, k, side, quotients[0], remainders[0])
                    break
    return found


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


def _bounded_equal(
    facts: Facts, gap: Form
) -> tuple[Form, list[list[object]], tuple[int, int]] | None:
    """Return a form that equals the gap by rows around it and is at least 0, those rows, and its range."""
    own = facts.extent(gap, 1)
    if own is not None and own[0] >= 0:
        return gap, [], own
    rows = _around(facts, gap)
    span = Span(facts, rows)
    p = facts.modulus
    wires = sorted(
        {w for k in rows for w in (facts.linear_of(k) or {}) if w in facts.ranges and w not in gap}
    )
    for wire in wires:
        for factor in (1, p - 1):
            difference = dict(gap)
            add_to(difference, {wire: factor}, p - 1, p)
            rest, made_of = span.reduce(difference)
            if rest.keys() <= {0}:
                form = combined([({wire: factor}, 1), (rest, 1)], p)
                extent = facts.extent(form, 1)
                if extent is not None and extent[0] >= 0:
                    return form, [[k, [[[], p - made_of[k]]]] for k in sorted(made_of)], extent
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
