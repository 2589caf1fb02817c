"""Binary digits of numbers as large as the field: bounded by a comparison in the circuit, they are unique.

Without the comparison v and v + p have digits too, wherever v + p < 2^n.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zkctl.lint.certificate import Certificate, terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import combined, scaled
from zkctl.lint.propagation import propagate
from zkctl.lint.system import Row
from zkctl.runtime.records import record

_MOST_VISITS = 4000  # rows visited for a digit


@record(eq=False)
class Digits:
    """A row that has `factor * linear(row) = sum of 2^i wires_i + rest`, with digits that may pass p."""

    row: int
    factor: int
    wires: tuple[int, ...]


def bound_digits(facts: Facts) -> bool:
    """Show that digits spell a number below p, and that they are unique; return whether one was found."""
    join_digits(facts)
    found = False
    for digits in wide_digits(facts, facts.modulus.bit_length()):
        if digits.wires not in facts.sums and at_most(
            facts, digits.wires, facts.modulus - 1, flip=0
        ):
            found |= use_sum(facts, digits)
    return found


def wide_digits(facts: Facts, n_bits: int) -> Iterator[Digits]:
    """Yield the rows with so many binary digits of a number, and another unknown wire or not."""
    p = facts.modulus
    places = {pow(2, i, p): i for i in range(n_bits)}
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if len(row.a) + len(row.b) + len(row.c) < n_bits:
            continue
        form = facts.linear_of(k) or {}
        if sum(map(facts.is_bit, form)) < n_bits or not facts.unknown(form):
            continue
        for factor in (1, p - 1):
            found = {places.get(v * factor % p, -1): w for w, v in form.items() if facts.is_bit(w)}
            wires = tuple(found[i] for i in range(n_bits) if i in found)
            if len(wires) == n_bits:
                yield Digits(k, factor, wires)
                break


def join_digits(facts: Facts) -> None:
    """Append the rows in which limbs are replaced by their digits, where these are as many as the field has."""
    limbs = _limbs(facts)
    n_bits = facts.modulus.bit_length()
    p = facts.modulus
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if k in facts.joined or not 2 <= len(row.a) + len(row.b) + len(row.c) <= 6:
            continue
        form = facts.linear_of(k) or {}
        if not any(wire in limbs for wire in form):
            continue
        parts = {k: 1}
        while any(wire in limbs for wire in form):
            wire = next(wire for wire in form if wire in limbs)
            j, own = limbs[wire]
            factor = -form[wire] * pow(own[wire], -1, p) % p
            form = combined([(form, 1), (own, factor)], p)
            parts[j] = (parts.get(j, 0) + factor) % p
        if len(form) >= n_bits and len(parts) > 2:
            facts.joined.add(k)
            opposite = scaled(form, p - 1, p)
            step = ["derive", [], [], terms(opposite), [[j, [[[], v]]] for j, v in parts.items()]]
            facts.steps.append(step)
            facts.append_row(Row({}, {}, opposite))


def _limbs(facts: Facts) -> dict[int, tuple[int, dict[int, int]]]:
    """Return for wires that are sums of unknown bits, or copies of such, the row and its form."""
    found: dict[int, tuple[int, dict[int, int]]] = {}
    copies = []
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if facts.unique.issuperset({*row.a, *row.b, *row.c}):
            continue
        form = facts.linear_of(k) or {}
        wires = [wire for wire in form if not facts.is_bit(wire)]
        if len(wires) == 1 and wires[0] and len(form) > 2:
            found.setdefault(wires[0], (k, form))
        elif len(form) == 2 and len(wires) == 2 and 0 not in form:
            copies.append((k, form))
    for k, form in copies:
        one, other = form
        for wire, source in ((one, other), (other, one)):
            if wire not in found and source in found:
                found[wire] = k, form
                break
    return found


def at_most(facts: Facts, wires: tuple[int, ...], limit: int, *, flip: int) -> bool:
    """Show that the number that digits spell is at most a limit; return whether the circuit says so.

    With `flip` it is the number of the inverted digits.  From the highest digit down: where the limit has a zero, the digit 1 must
    contradict the circuit, if all digits above are those of the limit.
    """
    levels: list[list[Certificate]] = []
    mark = facts.begin()
    holds = True
    for place in range(len(wires) - 1, -1, -1):
        if facts.is_impossible:
            break
        wire = wires[place]
        refused: Certificate = []
        if not limit >> place & 1:
            found = _refused(facts, wire, 1 - flip)
            if found is None:
                holds = False
                break
            refused = found
        bit = (limit >> place & 1) ^ flip
        facts.steps = []
        facts.fix(wire, bit)
        propagate(facts, _MOST_VISITS)
        levels.append([refused, facts.steps])
    facts.end(mark)
    if holds:
        low, high = facts.sums.get(wires, (0, (1 << len(wires)) - 1))
        most = (1 << len(wires)) - 1
        new = (max(low, most - limit), high) if flip else (low, min(high, limit))
        facts.learn_sum(wires, new, ["at_most", list(wires), limit, flip, levels])
    return holds


def _refused(facts: Facts, wire: int, value: int) -> Certificate | None:
    """Return the steps that show that a digit does not have a value, None if it may have."""
    mark = facts.begin()
    facts.fix(wire, value)
    propagate(facts, _MOST_VISITS)
    is_refused = facts.is_impossible
    steps = facts.end(mark)
    return steps if is_refused else None


def use_sum(facts: Facts, digits: Digits) -> bool:
    """Make the digits of a bounded sum unique, or bound the one wire that they spell; return whether something was learnt."""
    form = facts.open_of(digits.row) or {}
    unknown = facts.unknown(form)
    others = [wire for wire in unknown if wire not in digits.wires]
    k, factor, wires = digits.row, digits.factor, digits.wires
    if unknown and not others:
        facts.learn_unique(unknown, ["bits", k, factor, list(wires)])
        return True
    step: list[Any] = ["sum_range", k, factor, 0, list(wires)]
    row = facts.rows[k]
    named = {*row.a, *row.b, *row.c} - {0, *wires}
    if len(named) != 1:
        return False
    step[3] = wire = named.pop()
    p = facts.modulus
    unfolded = facts.unfolded(k)
    if unfolded is None or unfolded.get(0) or unfolded[wire] * factor % p != p - 1:
        return False
    return facts.learn_range(wire, facts.sums[wires], step)
