"""Statements of version-v1: the lists of section 3.6."""

from __future__ import annotations

from tests.support.address.cases import (
    CITY,
    NEIGHBOUR,
    NEW,
    NOT_A_BIT,
    OLD,
    WIDE_VERSION,
    Bad,
    Good,
    Hostile,
    World,
    changed,
    registry_with,
)
from tests.support.address.hashes import P
from tests.support.address.membership_cases import O1, O5
from tests.support.address.trees import Revocations, Tree
from tests.support.address.world import HOMES, Home, Inputs, opening, registry_of

V3 = "V3: the new version does not follow the old one"
V5 = "V5: the old leaf is not revoked in favour of the new one"
FROM, TO = 5, 6  # places of a pair of homes behind HOMES


def statement(
    old: Home, new: Home, trees: tuple[Tree, Tree, Revocations], places: tuple[int, int]
) -> Inputs:
    """The resident moved from one place of the old registry to one of the new."""
    before, after, revoked = trees
    place = revoked.place_of(old.leaf) if old.leaf in revoked.values else 0
    siblings, path = revoked.tree.path(place)
    return {
        "old_root": before.root,
        "new_root": after.root,
        "revocation_root": revoked.root,
        "context": 987654321,
        "holder_secret": old.secret,
        **opening(old, before, places[0], "old_"),
        **opening(new, after, places[1], "new_"),
        "revoked_next": revoked.entry(place)[1],
        "revoked_siblings": siblings,
        "revoked_path": path,
    }


def pair(depth: int, old: Home, new: Home) -> Inputs:
    """A move between two homes that a provider registered behind the others."""
    before = registry_with(depth, old, new)
    leaves = [*(home.leaf for home in HOMES), 0, new.leaf]
    after = Tree(depth, leaves)
    revoked = Revocations(depth, [(old.leaf, new.leaf), (HOMES[CITY].leaf, 0)])
    return statement(old, new, (before, after, revoked), (FROM, TO))


def good(depth: int) -> Good:
    world = World(depth)
    trees = (world.first, world.second, world.revoked_second)
    old, new = HOMES[OLD], HOMES[NEW]
    return {
        "from-7": statement(old, new, trees, (OLD, NEW)),
        "from-0": pair(depth, old.but(version=0), new.but(version=1)),
        "to-largest": pair(depth, old.but(version=2**32 - 2), new.but(version=2**32 - 1)),
        "new-salts": pair(depth, old.but(version=3), old.but(name="new salts", version=4)),
        "same-holder-again": pair(depth, new.but(version=4), old.but(version=5)),
    }


def hostile(depth: int) -> Hostile:
    world = World(depth)
    old, new = HOMES[OLD], HOMES[NEW]
    trees = (world.first, world.second, world.revoked_second)
    honest = statement(old, new, trees, (OLD, NEW))
    unset = {"holder_secret": 0}
    stranger = HOMES[NEIGHBOUR].but(version=8)
    second = registry_of(depth, (*HOMES, new.but(name="second new leaf")))
    plain = Revocations(depth, [(old.leaf, 0)])
    revoked_first = {**honest, "revocation_root": world.revoked_first.root}
    cases = {
        "other-secret": ({**honest, "holder_secret": HOMES[NEIGHBOUR].secret}, O5),
        "secret-0": (pair(depth, old.but(**unset), new.but(**unset)), O1),
        "old-is-new": (_old_is_new(depth), V3),
        "new-leaf-of-another": (pair(depth, old, stranger), O5),
        "second-new-leaf": (
            statement(
                old,
                new.but(name="second new leaf"),
                (world.first, second, world.revoked_second),
                (OLD, 5),
            ),
            V5,
        ),
        "version-left-out": (pair(depth, old, new.but(version=9)), V3),
        "version-backwards": (pair(depth, old, new.but(version=6)), V3),
        "version-same": (pair(depth, old, new.but(version=7)), V3),
        "version-2-to-32": (
            pair(depth, old.but(version=2**32 - 1), new.but(version=2**32)),
            WIDE_VERSION,
        ),
        "version-minus-1-to-0": (
            pair(depth, old.but(version=P - 1), new.but(version=0)),
            WIDE_VERSION,
        ),
        "plain-revocation": (
            statement(old, new, (world.first, world.second, plain), (OLD, NEW)),
            V5,
        ),
        "not-revoked": (
            statement(old, new, (world.first, world.second, world.revoked_first), (OLD, NEW)),
            V5,
        ),
        "stale-revocation-root": (revoked_first, V5),
        "old-root-is-new-root": ({**honest, "old_root": honest["new_root"]}, O5),
        "revoked-next-changed": ({**honest, "revoked_next": honest["revoked_next"] + 1}, V5),
        "path-bit-2": (
            {**honest, "revoked_path": changed(honest, "revoked_path", 0, 2)},
            NOT_A_BIT,
        ),
    }
    return {name: Bad(*case) for name, case in cases.items()}


def _old_is_new(depth: int) -> Inputs:
    """A leaf that a provider revoked in favour of itself, against T1."""
    old, before = HOMES[OLD], registry_of(depth)
    revoked = Revocations(depth, [(old.leaf, old.leaf)])
    return statement(old, old, (before, before, revoked), (OLD, OLD))
