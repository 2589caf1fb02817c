"""L006 unsafe-division: a quotient whose divisor may be zero, or parts of a number without their ranges.

`c <-- a / b; c * b === a` accepts any c where a = b = 0; circomlib's Montgomery additions have this fault.  A quotient and a
remainder with a = q * b + r are two of many unless r < b and q * b does not wrap: circom-bigint and the big-integer code of several
projects lacked the range of one part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zkctl.constraints.simplify.rows import Constraint
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject
from zkctl.lint.verdict import Verdict

_MAX_SHOWN = 20


def unsafe_divisions(subject: Subject) -> Iterator[LintFinding]:
    """Yield the divisions that leave a wire open, which explain an output that is not proved; notes only, unless one is BROKEN."""
    if subject.judgement is None or subject.is_proved or not subject.outputs:
        return
    is_broken = subject.judgement.verdict is Verdict.BROKEN
    shown = 0
    for number, row in enumerate(subject.constraints):
        found = _problem(subject, row)
        if found is None:
            continue
        if shown == _MAX_SHOWN:
            return
        shown += 1
        message, hint, wire = found
        yield LintFinding(
            Level.WARNING if is_broken else Level.NOTE,
            message,
            hint=hint,
            signal=subject.names(wire),
            chain=subject.chain_of_row(number),
            rows=(number,),
        )


def _problem(subject: Subject, row: Constraint) -> tuple[str, str, int] | None:
    """Return message, hint and wire of a division that a row leaves open."""
    open_wires = [wire for wire in sorted(row.signals()) if wire not in subject.unique]
    if row.is_linear:
        return _open_parts(subject, row.c, open_wires)
    if len(open_wires) == 1:
        return _open_quotient(subject, row, open_wires[0])
    product = {wire for side in (row.a, row.b) for wire in side} & set(open_wires)
    rest = set(row.c) & set(open_wires)
    is_square = bool(product & set(row.a) & set(row.b))
    if len(product) == len(rest) == 1 and product != rest and not is_square:
        (q,), (r,) = product, rest
        if all(wire in subject.bounds for wire in (q, r)):
            return None  # both have a range: whether it is the right one, only the proof could show
        names = f"{subject.names(q)} and {subject.names(r)}"
        return (
            f"quotient and remainder {names} are not both proved to be in range",
            "prove that the remainder is below the divisor, and that quotient times divisor does not wrap",
            r if r not in subject.bounds else q,
        )
    return None


def _open_quotient(subject: Subject, row: Constraint, wire: int) -> tuple[str, str, int] | None:
    """Return the problem of wire * divisor = value, where the divisor may be zero, if more depends on the wire."""
    sides = [side for side in (row.a, row.b) if wire in side]
    if len(sides) != 1 or wire in row.c or not _matters(subject, wire):
        return None
    divisor = row.b if sides[0] is row.a else row.a
    return (
        f"signal {subject.names(wire)} is a quotient, and no constraint keeps the divisor {_shown(subject, divisor)}"
        " from being 0, for which any value is accepted",
        "prove that the divisor is not 0: constrain its product with an advised inverse to be 1",
        wire,
    )


def _matters(subject: Subject, wire: int) -> bool:
    """Return whether a wire is an output or in another row."""
    return wire in subject.outputs or len(subject.rows_of_wire[wire]) > 1


def _open_parts(
    subject: Subject, form: Mapping[int, int], open_wires: list[int]
) -> tuple[str, str, int] | None:
    """Return the problem of a sum of parts of which some have a range and one has none."""
    unbounded = [wire for wire in open_wires if wire not in subject.bounds]
    if len(unbounded) != 1 or len(open_wires) < 2 or len(form) > 1 << 10:
        return None
    (wire,) = unbounded
    return (
        f"signal {subject.names(wire)} is a part of a sum in which it has no range, so that the parts are not unique",
        "prove the range of each part, and that the sum does not wrap",
        wire,
    )


def _shown(subject: Subject, form: Mapping[int, int]) -> str:
    wires = [wire for wire in form if wire]
    names = [subject.names(wire) for wire in wires[:3]]
    is_sum = len(form) > 1
    return f"(a sum with {', '.join(names)})" if is_sum else names[0] if names else "(a constant)"
