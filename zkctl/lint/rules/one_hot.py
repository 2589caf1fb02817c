"""One-hot selections: lanes that are 0 wherever the index differs, with a known sum."""

from __future__ import annotations

from zkctl.lint.facts import Facts
from zkctl.lint.forms import Key, is_constant, normal
from zkctl.lint.system import Form


def pick_one_hot(facts: Facts) -> bool:
    """Make lanes unique that have a known sum, of which at most one can differ from 0; return whether there were some.

    The divisors differ by constants, so at most one is 0, the same in both assignments; the sum fixes its lane.
    """
    found = False
    lanes = _lanes(facts)
    for k in sorted({k for wire in lanes for k in facts.near[wire]}):
        form = facts.open_of(k)
        unknown = facts.unknown(form) if form else []
        if len(unknown) > 1 and all(wire in lanes for wire in unknown):
            pairs = _distinct(lanes, unknown)
            if pairs:
                facts.learn_unique(unknown, ["one_hot", k, pairs])
                found = True
    return found


def _lanes(facts: Facts) -> dict[int, list[tuple[int, Key]]]:
    """Return for each lane the rows `lane * divisor = 0` with the normal form of the unique divisor."""
    found: dict[int, list[tuple[int, Key]]] = {}
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if facts.unique.issuperset(row.a) and facts.unique.issuperset(row.b):
            continue
        a, b, c = facts.folded(k)
        if not facts.is_zero(c):
            continue
        for lane, divisor in ((a, b), (b, a)):
            if _is_lane(facts, lane, divisor):
                wire = next(iter(lane))
                found.setdefault(wire, []).append((k, normal(divisor, facts.modulus)))
    return found


def _is_lane(facts: Facts, lane: Form, divisor: Form) -> bool:
    return (
        len(lane) == 1
        and facts.unique.isdisjoint(lane)
        and not is_constant(divisor)
        and facts.unique.issuperset(divisor)
    )


def _distinct(lanes: dict[int, list[tuple[int, Key]]], wires: list[int]) -> list[list[int]]:
    """Return pairs of row and lane whose divisors differ in distinct constants alone; empty if there are none."""
    linear = [{tuple(t for t in key if t[0]) for _, key in lanes[wire]} for wire in wires]
    for shape in sorted(set.intersection(*linear)):
        pairs, constants = [], set()
        for wire in wires:
            k, key = next(
                (k, key) for k, key in lanes[wire] if tuple(t for t in key if t[0]) == shape
            )
            pairs.append([k, wire])
            constants.add(dict(key).get(0, 0))
        if len(constants) == len(wires):
            return pairs
    return []
