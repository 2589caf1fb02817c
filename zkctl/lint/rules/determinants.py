"""Two equations with two unknown wires whose coefficients are unique wires: Cramer's rule, where the determinant is not 0."""

from __future__ import annotations

from itertools import combinations

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import Key
from zkctl.lint.polynomials import Expansion, Polynomial, add_product, of_form, wires_of

_MOST_TERMS = 40  # of an equation or a determinant
_MOST_ROWS = 12  # rows of a wire that are looked at
_MOST_LEVELS = 4  # definitions replaced in a form that is not 0


def solve_pairs(facts: Facts) -> bool:
    """Make wires unique by two equations whose determinant is a form that is not 0; return whether there were some.

    b2 * (a1 x + b1 y + r1) - b1 * (a2 x + b2 y + r2) = (a1 b2 - a2 b1) x + ...  Where the determinant may be 0, x is free there.
    """
    if not facts.nonzero:
        return False
    equations: dict[frozenset[int], list[Expansion]] = {}
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if 0 < len(row.a) + len(row.b) + len(row.c) < 12 and facts.unknown({**row.a, **row.b}):
            found = _equation(facts, k)
            unknown = wires_of(found.polynomial) - facts.unique
            if len(unknown) == 2 and all(_is_linear(found.polynomial, wire) for wire in unknown):
                equations.setdefault(frozenset(unknown), []).append(found)
    has_found = False
    for pair, group in equations.items():
        x, y = sorted(pair)
        for first, second in combinations(group, 2):
            if facts.unique.isdisjoint(pair):
                has_found |= _solve(first, second, x, y) or _solve(first, second, y, x)
    return has_found


def _equation(facts: Facts, k: int) -> Expansion:
    """Return row k with unknown wires that other rows define by products with unique wires replaced."""
    found = Expansion(facts)
    found.add_row(k, {(): 1})
    used = {k}
    while len(unknown := sorted(wires_of(found.polynomial) - facts.unique)) > 1:
        definition = next(
            (
                (wire, j)
                for wire in unknown[::-1]
                if (wire,) in found.polynomial
                for j in facts.near[wire][:_MOST_ROWS]
                if j >= 0 and j not in used and j not in facts.long and _defines(facts, j, wire)
            ),
            None,
        )
        if definition is None or not found.replace(*definition, _MOST_TERMS):
            return found
        used.add(definition[1])
    return found


def _defines(facts: Facts, k: int, wire: int) -> bool:
    """Return whether the row says that a wire, alone in C, is a product of a unique side and one unknown wire."""
    a, b, c = facts.rows[k]
    others = facts.unknown({**a, **b})
    return facts.unknown(c) == [wire] and len(others) == 1 and others[0] != wire


def _is_linear(polynomial: Polynomial, wire: int) -> bool:
    return all(monomial.count(wire) <= 1 for monomial in polynomial)


def _factor_of(polynomial: Polynomial, wire: int) -> Polynomial:
    """Return the polynomial that multiplies a wire."""
    found: Polynomial = {}
    for monomial, value in polynomial.items():
        if wire in monomial:
            place = monomial.index(wire)
            found[monomial[:place] + monomial[place + 1 :]] = value
    return found


def _solve(first: Expansion, second: Expansion, x: int, y: int) -> bool:
    facts, p = first.facts, first.facts.modulus
    found = Expansion(facts)
    found.add(first, _factor_of(second.polynomial, y))
    minus = {m: p - value for m, value in _factor_of(first.polynomial, y).items()}
    found.add(second, minus)
    determinant = _factor_of(found.polynomial, x)
    if not determinant or y in wires_of(found.polynomial) or len(determinant) > _MOST_TERMS:
        return False
    keys = [key for key in sorted(facts.nonzero) if facts.unique.issuperset(w for w, _ in key)]
    return any(_isolate(found, key, determinant, x) for key in keys)


def _isolate(found: Expansion, key: Key, determinant: Polynomial, x: int) -> bool:
    """Make x unique if the determinant is a multiple of the form of a key, by definitions of its wires."""
    facts, p = found.facts, found.facts.modulus
    form = Expansion(facts)  # the form, less what the combination says is 0
    form.polynomial = of_form(dict(key))
    for _ in range(_MOST_LEVELS):
        ratio = _ratio(form.polynomial, determinant, p)
        if ratio:
            total = Expansion(facts)
            total.add(found, {(): ratio})
            _subtract_times(total, form, x)
            facts.learn_unique([x], ["isolate", x, terms(dict(key)), total.as_step()])
            return True
        wires = [wire for wire in sorted(wires_of(form.polynomial)) if wire in facts.solved]
        if not wires or not all(form.replace(w, facts.solved[w], _MOST_TERMS) for w in wires):
            return False
    return False


def _ratio(one: Polynomial, other: Polynomial, modulus: int) -> int:
    """Return the factor by which a polynomial is a multiple of another, 0 if it is not."""
    if one.keys() != other.keys():
        return 0
    monomial = max(other)
    ratio = one[monomial] * pow(other[monomial], -1, modulus) % modulus
    is_multiple = all(one[m] == value * ratio % modulus for m, value in other.items())
    return ratio if is_multiple else 0


def _subtract_times(total: Expansion, form: Expansion, x: int) -> None:
    """Subtract x times the rows that were used to expand a form."""
    p = total.facts.modulus
    for k, factor in form.combination.items():
        times_x: Polynomial = {}
        add_product(times_x, factor, {(x,): p - 1}, p)
        total.add_row(k, times_x)
