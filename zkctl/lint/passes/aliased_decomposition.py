"""L007 aliased-decomposition: the parts of a number reach the modulus, so that two sets of parts spell it.

With 254 bits both v and v + r fit for a value of BN254: Num2Bits(254) lets a prover choose, and each check on the bits passes for
the wrong one.  circom programs of several projects compared or hashed such bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject

_MOST_PARTS = 1 << 10  # of one sum


def aliased_decompositions(subject: Subject) -> Iterator[LintFinding]:
    """Yield the sums of bounded parts, not proved unique, whose largest value is not below the modulus.

    A note only if every output is proved unique all the same: then another check may make the parts unique.
    """
    if subject.judgement is None:
        return
    is_harmless = bool(subject.outputs) and subject.is_proved
    for number, row in enumerate(subject.constraints):
        if not row.is_linear:
            continue
        parts = [wire for wire in row.c if wire and wire not in subject.unique]
        if not 2 <= len(parts) <= _MOST_PARTS or any(w not in subject.bounds for w in parts):
            continue
        total = _largest(row.c, parts, subject.bounds, subject.modulus)
        if total is None or total < subject.modulus:
            continue
        names = f"{subject.names(parts[0])} and {len(parts) - 1} more"
        yield LintFinding(
            Level.NOTE if is_harmless else Level.WARNING,
            f"{names} spell numbers up to {_size(total)}, at or above the modulus: a second set of them can spell the same value",
            hint="compare the spelled number with the modulus, as to_bits at full width does",
            signal=subject.names(parts[0]),
            chain=subject.chain_of_row(number),
            rows=(number,),
        )


def _largest(
    form: Mapping[int, int], parts: list[int], bounds: Mapping[int, int], modulus: int
) -> int | None:
    """Return the largest sum, the weights being scaled so that each is 1 above the sum of all before; None if they are not so."""
    best: int | None = None
    for unit in {form[wire] for wire in parts}:
        inverse = pow(unit, -1, modulus)
        weights = sorted((form[wire] * inverse % modulus, bounds[wire]) for wire in parts)
        total = 0
        for weight, bound in weights:
            if weight != total + 1:
                break
            total += weight * bound
        else:
            best = total if best is None else min(best, total)
    return best


def _size(total: int) -> str:
    return (
        f"2^{total.bit_length()} - 1"
        if total & (total + 1) == 0
        else f"about 2^{total.bit_length()}"
    )
