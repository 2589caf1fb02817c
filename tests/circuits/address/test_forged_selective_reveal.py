"""Dishonest provers of selective-reveal-v1: the forged wires of section 3.5."""

from __future__ import annotations

import pytest

from tests.support.address import selective_reveal_cases
from tests.support.address.circuits import compiled
from tests.support.address.hashes import P, fields_commitment, tagged
from tests.support.address.membership_cases import O5
from tests.support.address.selective_reveal_cases import (
    BUILDING,
    COUNTRY,
    D3,
    DIGEST,
    POSTAL_CODE,
    ROOM,
)
from tests.support.address.world import HOMES, packed
from tests.support.forged_witness import ForgedWitness, Reading
from zkctl.constraints.gadget_calls import GadgetCall

DEPTH = 3
HASH = "zkctl.gadgets.hash.poseidon.poseidon"
FIELD, FIELDS = (int.from_bytes(text, "big") for text in (b"zkap.v1.field", b"zkap.v1.fields"))


@pytest.fixture(scope="module")
def witness() -> ForgedWitness:
    """Country and postal code are shown."""
    inputs = selective_reveal_cases.good(DEPTH)["country-and-postal-code"]
    return ForgedWitness(compiled("selective_reveal", depth=DEPTH), inputs)


def hash_of_field(witness: ForgedWitness, k: int) -> GadgetCall:
    return witness.call("poseidon", k, first=FIELD)


def test_honest(witness: ForgedWitness) -> None:
    assert witness.broken({}) == []


def test_mask_bits_minus_1_and_1(witness: ForgedWitness) -> None:
    """The mask 1 as -1 + 2: the province is shown, and the country negated."""
    province = witness.value("fields[1]")
    lies = witness.inputs({"mask": 1, "values": [P - packed("JP"), province, *[0] * 6]})
    found = witness.broken({**lies, **witness.bits({witness.wire("mask"): 1}, 0b10)})
    assert found
    assert D3 not in found


def test_mask_bits_that_are_no_bits(witness: ForgedWitness) -> None:
    """A bit 2 at one place for a bit 1 at the next."""
    bits = list(witness.bits({witness.wire("mask"): 1}, 0))
    assert witness.honest[bits[POSTAL_CODE - 1]] == 1
    lies = {bits[POSTAL_CODE - 1]: 0, bits[POSTAL_CODE - 2]: 2}
    assert witness.broken(lies)


def test_bit_1_as_1_plus_p(witness: ForgedWitness) -> None:
    """The same element of the field: it changes nothing that is shown."""
    bits = list(witness.bits({witness.wire("mask"): 1}, 0))
    wire = bits[POSTAL_CODE - 1]
    assert witness.forged({wire: 1 + P}) == witness.honest


def test_first_field_with_index_1(witness: ForgedWitness) -> None:
    result = witness.result(hash_of_field(witness, 0))
    value, salt = witness.value("fields[0]"), witness.value("field_salts[0]")
    assert witness.honest[result] == tagged("field", 0, value, salt)
    found = witness.broken({result: tagged("field", 1, value, salt)})
    assert HASH in found
    assert O5 in found


def test_fields_of_another_home(witness: ForgedWitness) -> None:
    """The leaf is opened with its own commitment, and the values come from another's."""
    commitment = witness.result(witness.call("poseidon", first=FIELDS))
    other = HOMES[1]
    shown = [other.fields[0], 0, 0, other.fields[POSTAL_CODE], 0, 0, 0, 0]
    lies = witness.inputs({"fields": other.fields, "field_salts": other.field_salts, "values": shown})  # fmt: skip
    assert set(witness.broken(lies)) == {O5}
    assert witness.forged(lies)[commitment] == fields_commitment(other.fields, other.field_salts)
    assert set(witness.broken({**lies, commitment: witness.honest[commitment]})) == {HASH}


def test_field_that_differs_in_hash_and_value(witness: ForgedWitness) -> None:
    lies = witness.inputs({"values": [packed("DE"), *witness_values(witness)[1:]]})
    assert witness.broken(lies) == [D3]
    field = witness.wire("fields[0]")
    reading = Reading(hash_of_field(witness, COUNTRY), field, witness.honest[field])
    found = witness.broken({**lies, field: packed("DE")}, [reading])
    assert set(found) == {HASH}


def witness_values(witness: ForgedWitness) -> list[int]:
    return [witness.value(f"values[{k}]") for k in range(8)]


def test_digest_of_a_long_text_as_a_short_one(witness: ForgedWitness) -> None:
    """The value without its bit 248, with the mask that shows it."""
    values = witness_values(witness)
    values[BUILDING] = DIGEST - (1 << 248)
    mask = witness.value("mask") | 1 << BUILDING
    lies = witness.inputs({"values": values, "mask": mask})
    assert witness.broken(lies) == [D3]
    lies[witness.wire(f"fields[{BUILDING}]")] = values[BUILDING]
    assert witness.broken(lies) == [O5]


def test_hidden_field_as_empty(witness: ForgedWitness) -> None:
    """The bit of the mask is 1, the product takes it for 0."""
    lies = witness.inputs({"mask": witness.value("mask") | 1 << ROOM})
    assert witness.broken(lies) == [D3]
    bits = witness.bits({witness.wire("mask"): 1}, witness.value("mask"))
    assert set(witness.broken({**lies, **bits})) > {D3}
