"""The levels of a PID that are there: the first ones, without a gap (rules S3, R2, R5), and the hashes of its prefixes (rule R3)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from encoding import LEVELS, prefix

from zkctl.dsl import Array, Bit, Signal, constrain, gadget
from zkctl.gadgets.compare import is_zero


@gadget
def levels_of(components: Sequence[Signal], message: str) -> Array[Bit]:
    """Return for each component whether it is there; the message is for one behind a gap.

    Assumes:  nothing.
    Enforces: bit i is [c_i != 0], and no bit is 1 behind a 0, so their sum is the number of levels.
    Cost:     3 constraints for each component, less 1.
    """
    is_there = [~is_zero(component) for component in components]
    enforce_leading(is_there, message)
    return Array(is_there)


@gadget
def enforce_leading(bits: Sequence[Bit], message: str) -> None:
    """Enforce that the ones come first.

    Assumes:  nothing.
    Enforces: b_{i+1} (1 - b_i) = 0 for all i.
    Cost:     1 constraint for each bit, less 1.
    """
    for before, after in pairwise(bits):
        constrain(after * (1 - before) == 0, message)


@gadget
def prefixes_of(components: Sequence[Signal]) -> list[Signal]:
    """Return the hashes of the prefixes of 1 to 8 levels, also of those that the PID does not have (rule R3).

    Assumes:  eight components.
    Enforces: result d - 1 is H(prefix, d, c_0, ..., c_{d-1}, 0, ..., 0).
    Cost:     3,541 constraints.
    """
    padding = [0] * LEVELS
    return [prefix(d, [*components[:d], *padding[d:]]) for d in range(1, LEVELS + 1)]
