"""Statements of nonrevocation-v1: the lists of section 3.2."""

from __future__ import annotations

from tests.support.address.cases import (
    A4,
    A5,
    NEW,
    NOT_A_BIT,
    TOO_LARGE,
    Bad,
    Good,
    Hostile,
    World,
    changed,
)
from tests.support.address.hashes import P
from tests.support.address.membership_cases import A2
from tests.support.address.trees import Revocations
from tests.support.address.world import HOMES, Inputs, low_inputs, secret

A1 = "A1: the value is 0"


def statement(leaf: int, revocations: Revocations, low: int | None = None) -> Inputs:
    """A leaf with the entry at `low`, else the right one."""
    return {
        "revocation_root": revocations.root,
        "leaf": leaf,
        "salt": secret("salt of the commitment"),
        **low_inputs(revocations, revocations.low(leaf) if low is None else low),
    }


def good(depth: int) -> Good:
    revoked = World(depth).revoked_second
    value = revoked.values[1]
    return {
        "1-under-sentinel": statement(1, Revocations(depth)),
        "p-minus-1-beyond-last": statement(P - 1, revoked),
        "one-below": statement(value - 1, revoked),
        "one-above": statement(value + 1, revoked),
        "live-leaf": statement(HOMES[NEW].leaf, revoked),
        "adjacent-to-both": statement(2, Revocations(depth, [(1, 0), (3, 0)])),
    }


def hostile(depth: int) -> Hostile:
    world = World(depth)
    revoked = world.revoked_second
    last = revoked.place_of(max(revoked.values))
    live = HOMES[NEW].leaf
    honest = statement(live, revoked)
    low, following = honest["low_value"], honest["low_next"]
    older = {**statement(live, world.revoked_first), "revocation_root": revoked.root}
    bit = changed(honest, "low_path", 0, P - 1)
    cases = {
        "leaf-0": (statement(0, revoked, 0), A1),
        "leaf-p": ({**honest, "leaf": P}, TOO_LARGE),
        "equal-to-low": (statement(low, revoked, revoked.place_of(low)), A4),
        "equal-to-next": (statement(following, revoked, revoked.place_of(low)), A5),
        "below-low-with-next-0": (statement(live, revoked, last), A4),
        "above-next": (statement(following + 1, revoked, revoked.place_of(low)), A5),
        "p-minus-1-under-next": (statement(P - 1, revoked, revoked.place_of(low)), A5),
        "sentinel-below-smaller": (statement(P - 1, revoked, 0), A5),
        "entry-of-older-tree": (older, A2),
        "registry-root": ({**honest, "revocation_root": world.second.root}, A2),
        "low-path-bit-minus-1": ({**honest, "low_path": bit}, NOT_A_BIT),
        "low-next-0": ({**honest, "low_next": 0}, A2),
        "1-under-own-entry": (statement(1, Revocations(depth, [(1, 0)]), 1), A4),
        "1-is-next": (statement(1, Revocations(depth, [(1, 0)]), 0), A5),
    }
    return {name: Bad(*case) for name, case in cases.items()}
