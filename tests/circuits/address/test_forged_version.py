"""Dishonest provers of version-v1: the forged wires of section 3.6."""

from __future__ import annotations

import pytest

from tests.support.address import version_cases
from tests.support.address.cases import NEIGHBOUR, NEW, OLD, World
from tests.support.address.circuits import compiled
from tests.support.address.hashes import P, holder_key, tagged
from tests.support.address.trees import Revocations, Tree
from tests.support.address.version_cases import V5, pair, statement
from tests.support.address.world import HOMES, secret
from tests.support.forged_witness import ForgedWitness, Reading

DEPTH = 3
HASH = "zkctl.gadgets.hash.poseidon.poseidon"
MIGRATION = int.from_bytes(b"zkap.v1.migration", "big")
HOLDER, LEAF = (int.from_bytes(text, "big") for text in (b"zkap.v1.holder", b"zkap.v1.leaf"))
INDEXED = int.from_bytes(b"zkap.v1.indexed", "big")
V4 = "V4: the new leaf is the old one"


@pytest.fixture(scope="module")
def witness() -> ForgedWitness:
    inputs = version_cases.good(DEPTH)["from-7"]
    return ForgedWitness(compiled("version", depth=DEPTH, revocation_depth=DEPTH), inputs)


def leaf_of(witness: ForgedWitness, number: int) -> int:
    """The old leaf (0) or the new one (1)."""
    return witness.result(witness.call("opening.registry_leaf", number))


def test_honest(witness: ForgedWitness) -> None:
    assert witness.broken({}) == []


def test_another_secret_opens_the_new_leaf(witness: ForgedWitness) -> None:
    """The new leaf is a stranger's, whose secret the prover has too: only the one wire of the holder's key refuses."""
    stranger = HOMES[NEIGHBOUR].but(version=8)
    lies = witness.inputs(pair(DEPTH, HOMES[OLD], stranger))
    key = witness.result(witness.call("poseidon", first=HOLDER))
    new_leaf = witness.call("poseidon", 1, first=LEAF)
    reading = Reading(new_leaf, key, holder_key(stranger.secret))
    assert witness.forged(lies, [reading])[leaf_of(witness, 1)] == stranger.leaf
    assert set(witness.broken(lies, [reading])) == {HASH}


def test_old_leaf_in_the_nullifier_only(witness: ForgedWitness) -> None:
    """A second nullifier for the same move."""
    call, old_leaf = witness.call("poseidon", first=MIGRATION), leaf_of(witness, 0)
    reading = Reading(call, old_leaf, witness.honest[old_leaf] + 1)
    values = witness.forged({}, [reading])
    expected = tagged("migration", witness.value("holder_secret"), witness.honest[old_leaf] + 1)
    assert values[witness.wire("migration_nullifier")] == expected
    assert set(witness.broken({}, [reading])) == {HASH}


def test_link_0(witness: ForgedWitness) -> None:
    """A plain revocation, with the link read as 0."""
    world, old, new = World(DEPTH), HOMES[OLD], HOMES[NEW]
    plain = Revocations(DEPTH, [(old.leaf, 0)])
    lies = witness.inputs(statement(old, new, (world.first, world.second, plain), (OLD, NEW)))
    assert witness.broken(lies) == [V5]
    reading = Reading(witness.call("poseidon", first=INDEXED), leaf_of(witness, 1), 0)
    assert set(witness.broken(lies, [reading])) == {HASH}


def test_inverse_of_the_difference_is_0(witness: ForgedWitness) -> None:
    (inverse,) = witness.advised(witness.call("binding.enforce_nonzero", 4))
    assert witness.broken({inverse: 0}) == [V4]


def test_bits_of_the_new_version_plus_p(witness: ForgedWitness) -> None:
    """32 bits spell no other number; the version 2^32 needs a digit 2, and no bits make p - 1 + 1 the version 0."""
    wide = pair(DEPTH, HOMES[OLD].but(version=2**32 - 1), HOMES[NEW].but(version=2**32))
    terms = {witness.wire("new_version"): 1}
    lies = witness.inputs(wide)
    found = witness.broken({**lies, **witness.bits(terms, 0)})
    assert found
    top = list(witness.bits(terms, 0))[-1]
    assert witness.broken({**lies, **witness.bits(terms, 0), top: 2})
    wrapped = pair(DEPTH, HOMES[OLD].but(version=P - 1), HOMES[NEW].but(version=0))
    old_bits = witness.bits({witness.wire("old_version"): 1}, 2**32 - 1)
    assert witness.broken({**witness.inputs(wrapped), **old_bits})


def test_nullifier_with_another_tag(witness: ForgedWitness) -> None:
    old_leaf = witness.honest[leaf_of(witness, 0)]
    forged = tagged("nullifier", witness.value("holder_secret"), old_leaf)
    assert set(witness.broken({witness.wire("migration_nullifier"): forged})) == {HASH}


def test_old_leaf_in_the_revocation_only(witness: ForgedWitness) -> None:
    """The prover's leaf is not revoked; another one is, with a link to the prover's new leaf."""
    world, old, new = World(DEPTH), HOMES[OLD], HOMES[NEW]
    other = secret("another leaf")
    revoked = Revocations(DEPTH, [(other, new.leaf)])
    trees: tuple[Tree, Tree, Revocations] = (world.first, world.second, revoked)
    lies = witness.inputs(statement(old, new, trees, (OLD, NEW)))
    siblings, path = revoked.tree.path(1)
    lies |= witness.inputs({"revoked_next": 0, "revoked_siblings": siblings, "revoked_path": path})
    assert witness.broken(lies) == [V5]
    reading = Reading(witness.call("poseidon", first=INDEXED), leaf_of(witness, 0), other)
    assert set(witness.broken(lies, [reading])) == {HASH}
