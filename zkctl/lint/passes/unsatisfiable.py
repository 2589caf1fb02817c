"""L014 unsatisfiable: no input satisfies the circuit.

No proof exists, so that every claim about its outputs holds and none can be used.  Found are constraints that contradict each other
after constants are put in, and equations of one signal that have no root in the field, such as x * x = 5 for BN254.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify.rows import Constraint, with_replaced
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject

_MOST_STEPS = 1 << 16  # constants put into rows


def unsatisfiable_constraints(subject: Subject) -> Iterator[LintFinding]:
    """Yield the first constraint that cannot hold."""
    row = _first_contradiction(subject)
    if row is not None:
        yield LintFinding(
            Level.ERROR,
            f"constraint {row} cannot hold: no input satisfies the circuit",
            hint="correct the constraint, or those that fix its signals",
            chain=subject.chain_of_row(row),
            rows=(row,),
        )


def _first_contradiction(subject: Subject) -> int | None:
    """Return a row without solutions; wires that a row leaves one value are replaced by it."""
    rows = list(subject.constraints)
    waiting = [k for k, row in enumerate(rows) if len(row.signals()) <= 1]
    constants: dict[int, Terms] = {}
    for _ in range(_MOST_STEPS):
        if not waiting:
            break
        number = waiting.pop()
        rows[number] = row = with_replaced(rows[number], constants, subject.modulus)
        values = _values(row, subject.modulus)
        if values is None or len(values) > 1:
            continue
        if not values:
            return number
        for wire in row.signals():
            constants[wire] = {0: values[0]} if values[0] else {}
            waiting += [k for k in subject.rows_of_wire[wire] if k != number]
    return None


def _values(row: Constraint, p: int) -> list[int] | None:
    """Return the values that a row allows its one signal, [] if it cannot hold, [0, 1] for more than one; None if it has more signals."""
    signals = row.signals()
    if len(signals) > 1:
        return None
    if not signals:
        return [0, 1] if _at(row, 0, 0, p) == 0 else []
    (wire,) = signals
    # the polynomial f(x) = u x^2 + v x + w by its values at 0, 1, -1
    w, plus, minus = (_at(row, wire, x, p) for x in (0, 1, -1))
    u = (plus + minus - 2 * w) * pow(2, -1, p) % p
    v = (plus - w - u) % p
    if u == 0:
        return [-w * pow(v, -1, p) % p] if v else ([] if w else [0, 1])
    discriminant = (v * v - 4 * u * w) % p
    if discriminant == 0:
        return [-v * pow(2 * u, -1, p) % p]
    return [0, 1] if pow(discriminant, (p - 1) // 2, p) == 1 else []


def _at(row: Constraint, wire: int, x: int, p: int) -> int:
    a, b, c = (side.get(0, 0) + (side.get(wire, 0) * x if wire else 0) for side in row)
    return (a * b - c) % p
