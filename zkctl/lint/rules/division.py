"""Products with a factor that is not 0: division, nonzero factors, and contradictions."""

from __future__ import annotations

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import add_to, is_constant, scaled, signed
from zkctl.lint.rules.ranges import bound_from_table
from zkctl.lint.system import Form


def divide(facts: Facts, k: int, a: Form, b: Form, c: Form) -> None:
    """Make w unique in S * (t w + ...) = c w + ..., where S is unique and t S - c is not 0.

    The difference of two assignments is (t S - c) * (w - w') = 0.  Without the second condition w is free where t S = c.
    """
    unknown_c = facts.unknown(c)
    for side, other in ((a, b), (b, a)):
        if not facts.unique.issuperset(side):
            continue
        unknown = {*facts.unknown(other), *unknown_c}
        if len(unknown) != 1:
            continue
        wire = unknown.pop()
        if is_constant(c) and c and wire in other:  # S * T is this constant, so neither is 0
            facts.learn_unique([wire], ["divide", k])
            return
        is_function = _is_function(facts, k, a, b, c, wire)
        if wire in facts.unique or facts.is_impossible:  # its table has one value
            return
        if is_function:
            facts.by_function.add(k)
            facts.learn_unique([wire], ["divide", k])
            return
        divisor = divisor_of(side, other, c, wire, facts.modulus)
        if facts.is_nonzero(divisor) or _is_apart_from_zero(facts, divisor):
            facts.divisors.setdefault(k, set()).update(divisor)
            facts.learn_unique([wire], ["divide", k])
            return


def _is_function(facts: Facts, k: int, a: Form, b: Form, c: Form, wire: int) -> bool:
    """Return whether a row says that a wire is a function of bits, looking at its table if the wire has no values yet."""
    may_be = k not in facts.functions and wire not in facts.ranges and not facts.is_branch
    if may_be and all(w in (wire, 0) or facts.is_bit(w) for form in (a, b, c) for w in form):
        bound_from_table(facts, k, a, b, c, wire)
    return facts.functions.get(k) == wire


def _is_apart_from_zero(facts: Facts, form: Form) -> bool:
    """Return whether the range of a form, or of a multiple of it, lies on one side of 0 and within p of it; then that is learnt.

    The multiple has the smallest coefficient 1: of 3 - 2 x, which may be -3 or 3, it is (p + 3) / 2 - x.
    """
    if is_constant(form):
        return False
    p = facts.modulus
    least = min((value for wire, value in form.items() if wire), key=lambda c: abs(signed(c, p)))
    for factor in (1, pow(least, -1, p)):
        low, high = facts.extent(form, factor) or (0, 0)
        if 0 < low <= high < p or -p < low <= high < 0:
            facts.learn_nonzero(form, ["apart", terms(form), factor])
            return True
    return False


def divisor_of(side: Form, other: Form, c: Form, wire: int, modulus: int) -> dict[int, int]:
    """Return the form t * S - c that multiplies a wire in S * (t w + ...) - (c w + ...)."""
    found = scaled(side, other[wire], modulus) if wire in other else {}
    if wire in c:
        add_to(found, {0: c[wire]}, modulus - 1, modulus)
    return found


def factors(facts: Facts, k: int, a: Form, b: Form, c: Form) -> None:
    """Learn from a product which sides are 0 and which are not, and whether they contradict each other."""
    zero = [facts.is_zero(side) for side in (a, b, c)]
    nonzero = [facts.is_nonzero(side) for side in (a, b, c)]
    if (nonzero[0] and nonzero[1] and zero[2]) or ((zero[0] or zero[1]) and nonzero[2]):
        facts.steps.append(["contradiction", k])
        facts.set_impossible()
        return
    if nonzero[2]:
        for side, form in enumerate((a, b)):
            if not nonzero[side] and not is_constant(form):
                facts.learn_nonzero(form, ["nonzero", k, side])
    elif nonzero[0] and nonzero[1] and not is_constant(c):
        facts.learn_nonzero(c, ["nonzero", k, 2])
    elif zero[2]:
        for side, form in enumerate((a, b)):
            if nonzero[1 - side] and not zero[side]:
                facts.steps.append(["cancel", k, side])
                facts.put_zero(form)
