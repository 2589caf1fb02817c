"""The constraints that simplification removed, by template: all of them are linear."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.circom.layout import Layout
from zkctl.circom.local_rows import n_written
from zkctl.constraints.sides import Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

REASONS = (
    "",
    "each says that two signals are equal or that one is a constant: one signal stands for both",
    "each is linear: it was solved for a signal, and the others hold the solution in its place",
)  # by level


@record
class RemovedConstraints:
    """The linear constraints of a template's components that simplification removed, of those that are written."""

    template: str
    n_removed: int
    n_written: int


def removed_constraints(layout: Layout, left: Ints | None) -> list[RemovedConstraints]:
    """Return what was removed, most first; `left` are the rows that are left, None for all."""
    if left is None:
        return []
    instances = layout.tree.instances
    own = np.array([n_written(each.constraints) for each in instances])
    visits = layout.tree.visits.instances
    written = np.bincount(visits, minlength=len(instances)) * own
    of_row = np.repeat(visits, own[visits])
    kept = np.bincount(of_row[left], minlength=len(instances))
    names = [each.template for each in instances]
    found = [
        RemovedConstraints(name, sum(counts) - sum(remains), sum(counts))
        for name, counts, remains in _by_template(names, written.tolist(), kept.tolist())
        if sum(counts) > sum(remains)
    ]
    return sorted(found, key=lambda each: (-each.n_removed, each.template))


def _by_template(
    names: Sequence[str], written: Sequence[int], kept: Sequence[int]
) -> list[tuple[str, list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = {}
    for name, before, after in zip(names, written, kept, strict=True):
        counts, remains = found.setdefault(name, ([], []))
        counts.append(before)
        remains.append(after)
    return [(name, *both) for name, both in found.items()]
