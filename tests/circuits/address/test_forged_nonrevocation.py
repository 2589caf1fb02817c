"""Dishonest provers of nonrevocation-v1: the forged wires of section 3.2.

The circuit compares value <= next - 1 and low.value < value on bits, with a mark at the chunk in which they differ first.
"""

from __future__ import annotations

import pytest

from tests.support.address import nonrevocation_cases
from tests.support.address.circuits import compiled
from tests.support.address.hashes import P, tagged
from tests.support.address.nonrevocation_cases import statement
from tests.support.address.trees import Revocations
from tests.support.forged_witness import ForgedWitness, Reading

DEPTH = 3
HASH = "zkctl.gadgets.hash.poseidon.poseidon"
NONREVOCATION = int.from_bytes(b"zkap.v1.nonrevocation", "big")
NOT_CANONICAL = "the bits are not canonical"
A4 = "the first number is not below the second"
A5 = "the first number is above the second"


@pytest.fixture(scope="module")
def witness() -> ForgedWitness:
    """2 between 1 and 3."""
    inputs = nonrevocation_cases.good(DEPTH)["adjacent-to-both"]
    return ForgedWitness(compiled("nonrevocation", revocation_depth=DEPTH), inputs)


def next_less_1(witness: ForgedWitness) -> dict[int, int]:
    return {witness.wire("low_next"): 1, 0: P - 1}


def test_honest(witness: ForgedWitness) -> None:
    assert witness.broken({}) == []


def test_leaf_plus_p(witness: ForgedWitness) -> None:
    """1, which is revoked, lies above its own entry as 1 + p."""
    revoked = Revocations(DEPTH, [(1, 0)])
    lies = witness.inputs(statement(1, revoked, 1))
    assert A4 in witness.broken(lies)
    found = witness.broken({**lies, **witness.bits({witness.wire("leaf"): 1}, 1 + P)})
    assert A4 not in found
    assert A5 in found or NOT_CANONICAL in found


def test_leaf_plus_p_below_a_next_value_plus_p(witness: ForgedWitness) -> None:
    """As before, with next - 1 = 2 as 2 + p, so that both orders hold: only the canonical bits refuse."""
    revoked = Revocations(DEPTH, [(1, 0), (3, 0)])
    lies = witness.inputs(statement(1, revoked, 1))
    lies |= witness.bits({witness.wire("leaf"): 1}, 1 + P)
    assert set(witness.broken({**lies, **witness.bits(next_less_1(witness), 2 + P)})) == {NOT_CANONICAL}  # fmt: skip


def test_low_value_0_as_p(witness: ForgedWitness) -> None:
    lies = witness.inputs(statement(1, Revocations(DEPTH)))
    assert witness.broken(lies) == []
    assert witness.broken({**lies, **witness.bits({witness.wire("low_value"): 1}, P)})


def test_next_value_plus_p(witness: ForgedWitness) -> None:
    """5 is above the next value 3, and below it as 3 + p."""
    revoked = Revocations(DEPTH, [(1, 0), (3, 0)])
    lies = witness.inputs(statement(5, revoked, 1))
    assert A5 in witness.broken(lies)
    assert set(witness.broken({**lies, **witness.bits(next_less_1(witness), 2 + P)})) == {NOT_CANONICAL}  # fmt: skip


def test_next_value_0_as_p(witness: ForgedWitness) -> None:
    """The next value 0 means no limit: next - 1 is p - 1, the largest element, and no other number of 254 bits is congruent to it."""
    assert P - 1 + P >= 1 << 254
    lies = witness.inputs(statement(P - 1, Revocations(DEPTH)))
    assert witness.broken(lies) == []
    bits = witness.bits(next_less_1(witness), P - 1)
    honest = witness.forged(lies)
    assert bits == {wire: honest[wire] for wire in bits}
    for wire, value in list(bits.items())[::32]:
        assert witness.broken({**lies, wire: 1 - value})


def test_next_value_taken_for_0(witness: ForgedWitness) -> None:
    """A next value that is not 0 as no limit: next - 1 takes the bits of p - 1."""
    revoked = Revocations(DEPTH, [(1, 0), (3, 0)])
    lies = witness.inputs(statement(5, revoked, 1))
    assert witness.broken({**lies, **witness.bits(next_less_1(witness), P - 1)})


def test_next_value_0_taken_for_another(witness: ForgedWitness) -> None:
    lies = witness.inputs(statement(P - 1, Revocations(DEPTH)))
    for number in (0, 1, P - 2):
        assert witness.broken({**lies, **witness.bits(next_less_1(witness), number)})


@pytest.mark.parametrize(("leaf", "order"), [(3, 0), (4, 0), (P - 1, 0), (1, 1)])
def test_outcome_of_a_comparison(witness: ForgedWitness, leaf: int, order: int) -> None:
    """A value at or beyond an end of the gap 1 .. 3: a row breaks with every mark, one, none or two of them."""
    lies = witness.inputs(statement(leaf, Revocations(DEPTH, [(1, 0), (3, 0)]), 1))
    marks = marks_of(witness, order)
    none = dict.fromkeys(marks, 0)
    assert witness.broken({**lies, **none})
    for mark in marks:
        assert witness.broken({**lies, **none, mark: 1})
    assert witness.broken({**lies, **none, marks[0]: 1, marks[-1]: P - 1})


@pytest.mark.parametrize("order", [0, 1])
def test_mark_of_another_chunk(witness: ForgedWitness, order: int) -> None:
    """2 between 1 and 3 differs in the lowest chunk only, so no mark is set; any other one breaks a row."""
    marks = marks_of(witness, order)
    assert {witness.honest[mark] for mark in marks} == {0}
    for mark in marks:
        assert witness.broken({mark: 1})


def marks_of(witness: ForgedWitness, order: int) -> list[int]:
    """The marks of value <= next - 1 (0) or of low.value < value (1)."""
    calls = [each for each in witness.program.hint_calls if each.function.startswith("advice")]
    return list(calls[order].outputs)


def test_commitment_of_another_leaf(witness: ForgedWitness) -> None:
    leaf = witness.value("leaf") + 1
    call = witness.call("poseidon", first=NONREVOCATION)
    reading = Reading(call, witness.wire("leaf"), leaf)
    values = witness.forged({}, [reading])
    expected = tagged("nonrevocation", leaf, witness.value("salt"))
    assert values[witness.wire("leaf_commitment")] == expected
    assert set(witness.broken({}, [reading])) == {HASH}
