"""Dishonest provers of locker-v1: the forged wires of section 3.7, each in a witness that is consistent otherwise."""

from __future__ import annotations

import pytest

from tests.support.address.circuits import compiled
from tests.support.address.hashes import P, tagged
from tests.support.address.locker_cases import NEXT_DOOR, NOON, OURS, statement
from tests.support.address.statements import rules
from tests.support.address.world import secret
from tests.support.forged_witness import ForgedWitness, Reading
from zkctl.constraints.gadget_calls import GadgetCall

DEPTH = 2
HASH = "zkctl.gadgets.hash.poseidon.poseidon"
ACCESS, LOCKER, RESERVATION = (
    int.from_bytes(b"zkap.v1." + name, "big") for name in (b"access", b"locker", b"reservation")
)


@pytest.fixture(scope="module")
def witness() -> ForgedWitness:
    return ForgedWitness(compiled("locker", depth=DEPTH), statement(OURS, DEPTH))


def hash_of(witness: ForgedWitness, tag: int) -> GadgetCall:
    return witness.call("poseidon", first=tag)


def test_honest(witness: ForgedWitness) -> None:
    assert witness.broken({}) == []
    assert witness.value("reservation_nullifier") == OURS.nullifier


def test_access_commitment_of_another_secret(witness: ForgedWitness) -> None:
    """The published commitment, with a secret of the prover's own behind it."""
    lies = witness.inputs({"access_secret": secret("guess")})
    assert "L2" in rules(witness.broken(lies))
    access = witness.result(hash_of(witness, ACCESS))
    found = witness.broken({**lies, access: witness.honest[access]})
    assert found == [HASH]


def test_secret_0_with_any_inverse(witness: ForgedWitness) -> None:
    lies = witness.inputs(statement(OURS.but(access_secret=0), DEPTH))
    (inverse,) = witness.advised(witness.call("enforce_nonzero"))
    for value in (0, 1, P - 1):
        assert rules(witness.broken({**lies, inverse: value})) == {"L1"}


def test_inverse_of_the_secret_is_0(witness: ForgedWitness) -> None:
    (inverse,) = witness.advised(witness.call("enforce_nonzero"))
    assert rules(witness.broken({inverse: 0})) == {"L1"}


@pytest.mark.parametrize(("name", "value"), [
    ("facility_id", NEXT_DOOR), ("locker_id", 18), ("valid_from", NOON - 50), ("valid_until", NOON + 9000),
])  # fmt: skip
def test_another_value_than_that_in_the_leaf(witness: ForgedWitness, name: str, value: int) -> None:
    """The statement is about another facility, locker or time than the reservation, whose leaf takes the registered one."""
    lies = witness.inputs({name: value})
    assert rules(witness.broken(lies)) == {"L2"}
    reading = Reading(hash_of(witness, LOCKER), witness.wire(name), witness.value(name))
    assert set(witness.broken(lies, [reading])) == {HASH}


def test_times_before_and_behind(witness: ForgedWitness) -> None:
    """As before, at a second that only the forged times admit."""
    for name, value, now, rule in (
        ("valid_from", NOON - 50, NOON - 1, "L4"),
        ("valid_until", NOON + 9000, NOON + 7201, "L5"),
    ):
        assert rules(witness.broken(witness.inputs({"now": now}))) == {rule}
        lies = witness.inputs({"now": now, name: value})
        assert rules(witness.broken(lies)) == {"L2"}
        reading = Reading(hash_of(witness, LOCKER), witness.wire(name), witness.value(name))
        assert set(witness.broken(lies, [reading])) == {HASH}


def test_locker_id_of_another_in_the_nullifier(witness: ForgedWitness) -> None:
    reading = Reading(hash_of(witness, RESERVATION), witness.wire("locker_id"), 18)
    values = witness.forged({}, [reading])
    assert values[witness.wire("reservation_nullifier")] == OURS.but(locker_id=18).nullifier
    assert set(witness.broken({}, [reading])) == {HASH}


def test_nullifier_of_another_secret(witness: ForgedWitness) -> None:
    other = OURS.but(access_secret=OURS.access_secret + 1)
    reading = Reading(
        hash_of(witness, RESERVATION), witness.wire("access_secret"), other.access_secret
    )
    values = witness.forged({}, [reading])
    assert values[witness.wire("reservation_nullifier")] == other.nullifier
    assert set(witness.broken({}, [reading])) == {HASH}


@pytest.mark.parametrize(("earlier", "later", "rule", "now"), [
    ("valid_from", "now", "L4", NOON - 1), ("now", "valid_until", "L5", NOON + 7201),
])  # fmt: skip
def test_outcome_of_an_order(
    witness: ForgedWitness, earlier: str, later: str, rule: str, now: int
) -> None:
    """later - earlier is -1: no 64 bits spell it, with all of them 1 as little as with the rest in the highest one."""
    lies = witness.inputs({"now": now})
    difference = {witness.wire(later): 1, witness.wire(earlier): P - 1}
    for number in (0, 1, 2**64 - 1, P - 1):
        bits = witness.bits(difference, number)
        assert rules(witness.broken({**lies, **bits})) == {rule}
        assert rules(witness.broken({**lies, **bits, list(bits)[-1]: number >> len(bits)})) == {
            rule
        }


@pytest.mark.parametrize("name", ["now", "valid_from", "valid_until"])
def test_bits_of_a_time_plus_p(witness: ForgedWitness, name: str) -> None:
    """64 bits spell no number from p on; with the rest in the highest one, that is no bit."""
    time = {witness.wire(name): 1}
    value = witness.value(name) + P
    bits = witness.bits(time, value)
    assert any("does not fit in 64 bits" in each for each in witness.broken(bits))
    bits[list(bits)[-1]] = value >> len(bits)
    assert any("does not fit in 64 bits" in each for each in witness.broken(bits))


def test_registered_times_that_are_too_wide(witness: ForgedWitness) -> None:
    """p - 5 as the start is before every time of the field, 2^64 + x as the end behind: 64 bits spell neither."""
    for name, value in (("valid_from", P - 5), ("valid_until", 2**64 + NOON)):
        ours = OURS.but(**{name: value})
        lies = witness.inputs(statement(ours, DEPTH, now=NOON))
        lies |= witness.bits({witness.wire(name): 1}, value)
        assert any("does not fit in 64 bits" in each for each in witness.broken(lies))


def test_leaf_0(witness: ForgedWitness) -> None:
    """An empty place is opened."""
    siblings = [witness.value("siblings[0]"), tagged("locker", 0, 0, 0, 0, 0)]
    lies = witness.inputs({"siblings": siblings})
    leaf = witness.result(hash_of(witness, LOCKER))
    assert "L2: the leaf is 0" in witness.broken({**lies, leaf: 0})


def test_one_nullifier_for_each_reservation() -> None:
    """Another context, second or place of the tree gives the same one; another locker or end gives another."""
    circuit = compiled("locker", depth=DEPTH)
    first = circuit.witness(**statement(OURS, DEPTH))[1]
    again = circuit.witness(**statement(OURS, DEPTH, now=NOON + 9, context=1))[1]
    assert first == again == OURS.nullifier
    others = [OURS.but(locker_id=1), OURS.but(valid_until=NOON + 7201), OURS.but(facility_id=1)]
    nullifiers = {circuit.witness(**statement(each, DEPTH))[1] for each in others}
    assert len(nullifiers | {first}) == 4
