"""Facts about the wires inside of copies, by the proofs of their bodies: for passes and the search, no step needs them."""

from __future__ import annotations

from zkctl.lint.copies import Bodies, copies_in
from zkctl.lint.facts import Facts
from zkctl.lint.system import System
from zkctl.runtime.records import made_by, record

MOST_WIRES = 2_000_000  # of a system: a second


@record(eq=False)
class InnerFacts:
    """The unique wires inside of copies, and the bounds 0 <= wire <= bound of wires there."""

    unique: set[int] = made_by(set)
    bounds: dict[int, int] = made_by(dict)


def inner_facts(system: System, facts: Facts, bodies: Bodies) -> InnerFacts:
    """Return the facts of the copies that the steps use, in the wires of the system."""
    found = InnerFacts()
    if not facts.copies or system.n_wires > MOST_WIRES:
        return found
    used = set(copies_in(facts.steps))
    for each in facts.copies:
        if each.number not in used:
            continue
        copy = system.copies[each.number]
        judgement = bodies.judgement(copy.body)
        wires = copy.wires.tolist()  # 0 for ports
        for inner, bound in judgement.bounds.items():
            if wires[inner]:
                found.bounds[wires[inner]] = bound
        if facts.unique.issuperset(each.wires):
            found.unique.update(wires[inner] for inner in judgement.unique)
    return found
