"""Dishonest provers of membership-v1: the forged wires of section 3.1, each in a witness that is consistent otherwise."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from tests.support.address import membership_cases
from tests.support.address.cases import NEIGHBOUR, NEW, OLD, World
from tests.support.address.circuits import compiled
from tests.support.address.hashes import P, h, holder_key, registry_leaf, tagged
from tests.support.address.membership_cases import O1, O5, statement
from tests.support.address.trees import Revocations
from tests.support.address.world import HOMES, Home, low_inputs, opening, registry_of
from tests.support.forged_witness import ForgedWitness, Reading, single
from zkctl.constraints.gadget_calls import GadgetCall

DEPTH = 3
HASH = "zkctl.gadgets.hash.poseidon.poseidon"
NULLIFIER = int.from_bytes(b"zkap.v1.nullifier", "big")
HOLDER = int.from_bytes(b"zkap.v1.holder", "big")
NOT_CANONICAL = "the bits are not canonical"


def forged(inputs: dict[str, Any]) -> ForgedWitness:
    return ForgedWitness(compiled("membership", depth=DEPTH, revocation_depth=DEPTH), inputs)


@pytest.fixture(scope="module")
def world() -> World:
    return World(DEPTH)


@pytest.fixture(scope="module")
def witness() -> ForgedWitness:
    """The resident's neighbour: at place 1, so the lowest bit of the path is 1."""
    return forged(membership_cases.good(DEPTH)["neighbour"])


def leaf_of(witness: ForgedWitness) -> int:
    return witness.result(witness.call("opening.registry_leaf"))


def test_honest(witness: ForgedWitness) -> None:
    assert witness.broken({}) == []


def test_holder_key_of_another(witness: ForgedWitness, world: World) -> None:
    """The prover opens the leaf of another holder, with that one's key in place of his own."""
    other = HOMES[NEW]
    key = witness.result(witness.call("poseidon", first=HOLDER))
    stolen = statement(other, world.second, NEW, world.revoked_second)
    lies = {**witness.inputs(stolen), witness.wire("holder_secret"): HOMES[NEIGHBOUR].secret}
    assert witness.broken({**lies, key: holder_key(other.secret)}) == [HASH]


def test_leaf_0(witness: ForgedWitness, world: World) -> None:
    """The prover opens an empty place."""
    siblings, path = world.second.path(OLD)
    lies = witness.inputs({"siblings": siblings, "path": path})
    found = witness.broken({**lies, leaf_of(witness): 0})
    assert "O4: the leaf is 0" in found
    assert "A1: the value is 0, which is never absent" in found


def test_another_leaf_is_absent(witness: ForgedWitness, world: World) -> None:
    """A revoked leaf is opened, and another one is shown to be absent."""
    old, other = HOMES[OLD], HOMES[NEW].leaf
    revoked = world.revoked_second
    lies = witness.inputs(statement(old, world.first, OLD, revoked))
    lies |= witness.inputs(low_inputs(revoked, revoked.low(other)))
    assert "the first number is" in " ".join(witness.broken(lies))
    reading = Reading(witness.call("absence.enforce_absent"), leaf_of(witness), other)
    found = witness.broken(lies, [reading])
    assert found
    assert O5 not in found


@pytest.mark.parametrize("side", ["left", "right"])
def test_one_side_of_a_pair_is_not_moved(witness: ForgedWitness, side: str) -> None:
    """The bit is 1, l = n + (s - n) and r = n + s - l; the prover hashes (n, n) or (s, s)."""
    lowest = levels_of(witness)[0]
    left, node, sibling = single(lowest.received[0]), leaf_of(witness), witness.wire("siblings[0]")
    n, s = witness.honest[node], witness.honest[sibling]
    assert witness.honest[left] == s
    readings = [Reading(lowest, node, s)]
    if side == "left":
        readings = [Reading(lowest, left, n), Reading(lowest, sibling, n)]
    both = n if side == "left" else s
    assert witness.forged({}, readings)[witness.result(lowest)] == h(both, both)
    found = witness.broken({}, readings)
    assert HASH in found
    assert O5 in found


def levels_of(witness: ForgedWitness) -> list[GadgetCall]:
    """The hashes of the registry's path."""
    path = witness.call("tree.merkle.merkle_root")
    rows = range(path.first_row, path.first_row + path.n_rows)
    return [
        each for each in witness.calls if each.contract.gadget == HASH and each.first_row in rows
    ]


@pytest.mark.parametrize("k", range(DEPTH))
def test_node_of_another_branch(witness: ForgedWitness, world: World, k: int) -> None:
    """The prover's own leaf, and from level k on the nodes of a leaf of another tree."""
    levels = levels_of(witness)
    assert witness.broken({witness.result(levels[k]): world.first.levels[k + 1][0]})


def test_nullifier_of_another_secret(witness: ForgedWitness) -> None:
    secret = witness.value("holder_secret") + 1
    call = witness.call("poseidon", first=NULLIFIER)
    reading = Reading(call, witness.wire("holder_secret"), secret)
    values = witness.forged({}, [reading])
    assert values[witness.wire("nullifier")] == tagged("nullifier", secret, witness.value("scope"))
    assert set(witness.broken({}, [reading])) == {HASH}


def test_inverse_of_the_secret_is_0(witness: ForgedWitness) -> None:
    (inverse,) = witness.advised(witness.call("binding.enforce_nonzero"))
    assert witness.broken({inverse: 0}) == [O1]


def test_secret_0_with_any_inverse(witness: ForgedWitness) -> None:
    """A leaf that was registered with the secret 0 belongs to its provider only."""
    unset = Home("unset", HOMES[OLD].components, holder_secret=0)
    registry = registry_of(DEPTH, (*HOMES, unset))
    revocations = World(DEPTH).revoked_second
    lies = witness.inputs(statement(unset, registry, 5, revocations))
    (inverse,) = witness.advised(witness.call("binding.enforce_nonzero"))
    for value in (0, 1, P - 1):
        assert witness.broken({**lies, inverse: value}) == [O1]


def small_home(version: int = 1) -> Home:
    """A home whose leaf has a second reading v + p of 254 bits."""
    homes = (Home(f"small {k}", HOMES[OLD].components, version=version) for k in count())
    return next(home for home in homes if home.leaf < 2**254 - P)


def test_bits_of_the_leaf_plus_p() -> None:
    """The revoked leaf v as v + p lies above its own entry."""
    home = small_home()
    registry = registry_of(DEPTH, (*HOMES, home))
    honest = forged(statement(home, registry, 5, Revocations(DEPTH)))
    revoked = Revocations(DEPTH, [(home.leaf, 0)])
    lies = honest.inputs(statement(home, registry, 5, revoked, low=1))
    bits = honest.bits({leaf_of(honest): 1}, home.leaf + P)
    assert "the first number is not below the second" in honest.broken(lies)
    found = honest.broken({**lies, **bits})
    assert found
    assert "the first number is not below the second" not in found


def test_bits_of_the_next_value_plus_p() -> None:
    """The revoked leaf lies below the entry before it if next - 1 is read as next - 1 + p: only the canonical bits refuse."""
    home = small_home()
    registry = registry_of(DEPTH, (*HOMES, home))
    honest = forged(statement(home, registry, 5, Revocations(DEPTH)))
    revoked = Revocations(DEPTH, [(home.leaf, 0)])
    lies = honest.inputs(statement(home, registry, 5, revoked, low=0))
    assert "the first number is above the second" in honest.broken(lies)
    terms = {honest.wire("low_next"): 1, 0: P - 1}
    found = honest.broken({**lies, **honest.bits(terms, home.leaf - 1 + P)})
    assert set(found) == {NOT_CANONICAL}


def test_leaf_of_plain_hashes() -> None:
    """The leaf is that of section 2.2, so a forged one above is not refused for another reason."""
    home = HOMES[OLD]
    key = holder_key(home.secret)
    leaf = registry_leaf(home.pid_commitment, home.fields_commitment, key, home.version)
    witness = forged(membership_cases.good(DEPTH)["first-epoch"])
    assert witness.honest[leaf_of(witness)] == leaf
    assert opening(home, World(DEPTH).first, OLD)["path"] == [0] * DEPTH
