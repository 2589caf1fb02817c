"""Ranges of wires as integers: from sums, from products, and from tables of small values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product as combinations
from math import prod

from zkctl.lint.facts import Facts
from zkctl.lint.forms import Range, is_constant, signed
from zkctl.lint.system import Form

MOST_COMBINATIONS = 1024  # rows of a table; the checker's limit
MOST_BITS = 5  # of a function that the certificate writes as one
_MOST_IN_TABLES = 64  # rows of the tables that the prover makes: three or four small wires


def bound_from_sum(facts: Facts, k: int, form: Form) -> None:
    """Bound wires by a sum that is 0.

    A wire with coefficient 1 or -1 is congruent to the rest, whose range is known.  A sum whose range lies between -p and p is 0 as an
    integer, so each term lies between the ends of the negated rest.
    """
    without = [wire for wire in form if wire and wire not in facts.ranges]
    if len(without) > 1:
        return
    if without:
        _bound_one(facts, k, form, without[0])
    else:
        _tighten(facts, k, form)


def _bound_one(facts: Facts, k: int, form: Form, wire: int) -> bool:
    factor = pow(form[wire], -1, facts.modulus)
    rest = {other: value for other, value in form.items() if other != wire}
    found = facts.extent(rest, factor)
    if found is None:
        return False
    return facts.learn_range(wire, (-found[1], -found[0]), ["range", k, factor, wire])


def _tighten(facts: Facts, k: int, form: Form) -> None:
    p = facts.modulus
    for factor in _factors(facts, form):
        total = facts.extent(form, factor)
        if total is None or total[0] <= -p or total[1] >= p:
            continue
        if total[0] > 0 or total[1] < 0:
            wire = next(wire for wire in form if wire)
            facts.steps.append(["range", k, factor, wire])
            facts.set_impossible()
            return
        for wire, weight in _wide_terms(facts, form, factor, total):
            if facts.is_impossible or _may_differ(facts, k):
                return
            if _tighten_one(facts, k, factor, (wire, weight), total):
                total = facts.extent(form, factor) or total
        return
    small = [wire for wire in form if wire and form[wire] in (1, p - 1)]
    for wire in small[:2]:
        if not _may_differ(facts, k):
            _bound_one(facts, k, form, wire)


def _may_differ(facts: Facts, k: int) -> bool:
    """Return whether a row that says a sum to be 0 may say another since a wire of it was fixed: it will be visited again.

    A side that is known to be 0 is known by its folded form, which changes with the wire.
    """
    a, b, _ = facts.rows[k]
    return k in facts.to_bound and not (is_constant(a) or is_constant(b))


def _wide_terms(facts: Facts, form: Form, factor: int, total: Range) -> list[tuple[int, int]]:
    """Return the wires and weights of the terms whose range is wider than the others leave, the only ones that a sum of 0 bounds.

    A term between x and y with the others between total[0] - x and total[1] - y lies between y - total[1] and x - total[0].
    """
    slack = min(-total[0], total[1])
    p, ranges, found = facts.modulus, facts.ranges, []
    for wire, value in form.items():
        if wire:
            low, high = ranges[wire]
            weight = signed(value * factor % p, p)
            if abs(weight) * (high - low) > slack:
                found.append((wire, weight))
    return found


def _tighten_one(facts: Facts, k: int, factor: int, term: tuple[int, int], total: Range) -> bool:
    """Bound a wire by the sum of its row, an integer that is 0; return whether the range is new."""
    wire, weight = term
    low, high = facts.ranges[wire]
    ends = sorted((weight * low, weight * high))
    rest_low, rest_high = total[0] - ends[0], total[1] - ends[1]
    if weight < 0:
        weight, rest_low, rest_high = -weight, -rest_high, -rest_low
    new = (-(rest_high // weight), -rest_low // weight)  # rounded inwards
    if new[0] <= low and new[1] >= high:
        return False
    step = ["range", k, factor, wire]
    if new[0] <= new[1]:
        return facts.learn_range(wire, new, step)
    facts.steps.append(step)
    facts.set_impossible()
    return False


def _factors(facts: Facts, form: Form) -> Iterator[int]:
    """Yield factors that may make the coefficients of a form small integers."""
    yield 1
    p = facts.modulus
    sizes = {value: abs(signed(value, p)).bit_length() for wire, value in form.items() if wire}
    if max(sizes.values()) >= p.bit_length() - 8:
        small = sorted(sizes, key=lambda value: sizes[value])
        factors = dict.fromkeys(pow(value, -1, p) for value in small[:3])
        yield from (factor for factor in factors if factor != 1)


def bound_from_product(facts: Facts, k: int, a: Form, b: Form, c: Form) -> None:
    """Bound the one wire without a range by the values of the others, or by the range of A * B if it is in C alone."""
    without = [wire for wire in {*a, *b, *c} if wire and wire not in facts.ranges]
    if len(without) != 1 or (without[0] in a and without[0] in b):
        return
    wire = without[0]
    if bound_from_table(facts, k, a, b, c, wire) or wire in a or wire in b:
        return
    p = facts.modulus
    factor = pow(c[wire], -1, p)
    rest = {other: value for other, value in c.items() if other != wire}
    ranges = facts.extent(a, factor), facts.extent(b, 1), facts.extent(rest, factor)
    first, second, third = ranges
    if first is None or second is None or third is None:
        return
    ends = [x * y for x in first for y in second]
    facts.learn_range(
        wire, (min(ends) - third[1], max(ends) - third[0]), ["product", k, factor, wire]
    )


def bound_from_table(facts: Facts, k: int, a: Form, b: Form, c: Form, wire: int) -> bool:
    """Bound a wire by all combinations of the small values of the others; return whether a value was learnt."""
    others = [other for other in {*a, *b, *c} if other not in (0, wire)]
    if len(others) > 6:
        return False
    values = [facts.values(other, _MOST_IN_TABLES) for other in others]
    if None in values:
        return False
    known = tuple(tuple(found) for found in values if found is not None)
    if prod(map(len, known)) > _MOST_IN_TABLES:
        return False
    places = {other: place for place, other in enumerate(others, 2)} | {0: 0, wire: 1}
    sides = (tuple((places[w], v) for w, v in side.items()) for side in (a, b, c))
    found = _table(tuple(sides), known, facts.modulus)
    is_new = wire not in facts.roots
    if found is None or not facts.learn_values(wire, found, ["table", k, wire]):
        return False
    is_of_bits = is_new and found == (0, 1) and all(map(facts.is_bit, others))
    if is_of_bits and len(others) <= MOST_BITS and not facts.is_branch and k < facts.n_rows:
        facts.functions[k] = wire
    return True


@lru_cache(maxsize=10_000)
def _table(
    sides: tuple[tuple[tuple[int, int], ...], ...], known: tuple[tuple[int, ...], ...], p: int
) -> tuple[int, ...] | None:
    """Return the values of the wire in place 1 of a row's sides, of those in places 2 and up; None if the row does not say so."""
    a, b, c = map(dict, sides)
    found = set()
    for choice in combinations(*known):
        at = dict(enumerate(choice, 2)) | {0: 1}
        rest = _residue(a, b, c, at | {1: 0})
        factor = (_residue(a, b, c, at | {1: 1}) - rest) % p
        if factor == 0:
            return None
        found.add(-rest * pow(factor, -1, p) % p)
    return tuple(sorted(found))


def _residue(a: Form, b: Form, c: Form, at: dict[int, int]) -> int:
    return value_at(a, at) * value_at(b, at) - value_at(c, at)


def value_at(form: Form, values: dict[int, int]) -> int:
    """Return the value of a form, not reduced."""
    return sum(value * values[wire] for wire, value in form.items())
