"""Hashes of a PID's components (section 2.3): its commitment, and the prefixes that name regions.

A component is its ASCII bytes as a big-endian integer, an absent one is 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from tags import PID, PREFIX

from zkctl.dsl import Signal, gadget
from zkctl.gadgets.hash.poseidon import poseidon

LEVELS = 8


@gadget
def pid_commitment(components: Sequence[Signal], collision: Signal, salt: Signal) -> Signal:
    """Return H(pid, c_0, ..., c_7, collision, salt).

    Assumes:  nothing; a component need not be well formed.
    Enforces: the result is the hash.
    Cost:     465 constraints.
    """
    return poseidon(PID, *components, collision, salt)


@gadget
def prefix(depth: Signal, components: Sequence[Signal]) -> Signal:
    """Return H(prefix, depth, c_0, ..., c_7), where the components from `depth` on are 0.

    Assumes:  the components behind the depth are 0; the caller enforces it.
    Enforces: the result is the hash.
    Cost:     459 constraints, 3 less for each constant.
    """
    return poseidon(PREFIX, depth, *components)
