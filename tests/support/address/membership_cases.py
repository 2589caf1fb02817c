"""Statements of membership-v1: the lists of section 3.1."""

from __future__ import annotations

from tests.support.address.cases import (
    A4,
    A5,
    ABROAD,
    CITY,
    NEIGHBOUR,
    NEW,
    NOT_A_BIT,
    OLD,
    TOO_LARGE,
    WIDE_VERSION,
    Bad,
    Good,
    Hostile,
    World,
    changed,
    registry_with,
)
from tests.support.address.hashes import P
from tests.support.address.trees import Revocations, Tree
from tests.support.address.world import HOMES, Home, Inputs, low_inputs, opening

PUBLIC = {"scope": 42, "context": 987654321}
O1 = "O1: the holder's secret is 0"
O5 = "O5: the leaf is not under the root"
A2 = "A2: the low entry is not under the revocation root"


def statement(
    home: Home, registry: Tree, place: int, revocations: Revocations, low: int | None = None
) -> Inputs:
    """The holder of a home at a place, with the entry at `low`, else the right one."""
    return {
        "root": registry.root,
        "revocation_root": revocations.root,
        **PUBLIC,
        "holder_secret": home.secret,
        **opening(home, registry, place),
        **low_inputs(revocations, revocations.low(home.leaf) if low is None else low),
    }


def good(depth: int) -> Good:
    world = World(depth)
    newest = Home("newest", HOMES[ABROAD].components, version=2**32 - 1)
    registry = registry_with(depth, newest)
    city = statement(HOMES[CITY], world.first, CITY, world.revoked_first)
    return {
        "first-epoch": statement(HOMES[OLD], world.first, OLD, world.revoked_first),
        "neighbour": statement(HOMES[NEIGHBOUR], world.second, NEIGHBOUR, world.revoked_second),
        "moved": statement(HOMES[NEW], world.second, NEW, world.revoked_second),
        "other-scope": {**city, "scope": P - 1},
        "nothing-revoked": {**statement(newest, registry, 5, Revocations(depth)), "scope": 0},
    }


def hostile(depth: int) -> Hostile:
    world = World(depth)
    first, revoked = world.first, world.revoked_second
    honest = statement(HOMES[NEW], world.second, NEW, revoked)
    unset = Home("unset", HOMES[OLD].components, holder_secret=0)
    with_unset = registry_with(depth, unset)
    old = HOMES[OLD]
    own, low = revoked.place_of(old.leaf), revoked.low(old.leaf)
    predecessor = statement(old, first, OLD, revoked, low)
    older = statement(old, first, OLD, Revocations(depth), 0)
    siblings, path = revoked.tree.path(len(revoked.values))
    empty_place = {"low_value": 0, "low_next": 0, "low_link": 0, "low_siblings": siblings, "low_path": path}  # fmt: skip
    cases = {
        "stranger-secret": ({**honest, "holder_secret": HOMES[NEIGHBOUR].secret}, O5),
        "secret-0": (statement(unset, with_unset, 5, revoked), O1),
        "stranger-leaf": ({**honest, **opening(HOMES[NEIGHBOUR], world.second, NEIGHBOUR)}, O5),
        "version-wide": (_wide_version(world), WIDE_VERSION),
        "path-bit-2": ({**honest, "path": changed(honest, "path", 0, 2)}, NOT_A_BIT),
        "path-bit-minus-1": ({**honest, "path": changed(honest, "path", 1, P - 1)}, NOT_A_BIT),
        "pair-swapped": ({**honest, "path": changed(honest, "path", 0, 1 - honest["path"][0])}, O5),
        "revoked-under-predecessor": (predecessor, A5),
        "revoked-under-own-entry": (statement(old, first, OLD, revoked, own), A4),
        "revoked-under-old-sentinel": ({**older, "revocation_root": revoked.root}, A2),
        "revoked-next-0": ({**predecessor, "low_next": 0}, A2),
        "revoked-under-empty-place": ({**predecessor, **empty_place}, A2),
        "low-link-changed": ({**honest, "low_link": honest["low_link"] + 1}, A2),
        "root-plus-p": ({**honest, "root": honest["root"] + P}, TOO_LARGE),
    }
    return {name: Bad(*case) for name, case in cases.items()}


def _wide_version(world: World) -> Inputs:
    """A version of 33 bits that a provider registered."""
    wide = HOMES[NEW].but(version=HOMES[NEW].version + 2**32)
    registry = registry_with(world.depth, wide)
    return statement(wide, registry, 5, world.revoked_second)


def stale(depth: int) -> Inputs:
    """A leaf that was revoked since, under the roots before: the circuit accepts it, a verifier must not (duty 2)."""
    world = World(depth)
    return statement(HOMES[OLD], world.first, OLD, world.revoked_first)
