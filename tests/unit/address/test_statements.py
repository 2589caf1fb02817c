"""Circuit ids and public signals by name."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.statements import NAMES, parse_circuit_id, read_statement
from zkctl.errors import InputError, UsageError


def test_published_statements_by_name(vectors: dict[str, Any]) -> None:
    outputs = {"nullifier", "leaf_commitment", "migration_nullifier", "reservation_nullifier"}
    assert {case["circuit"] for case in vectors["statements"]} == set(NAMES)
    for case in vectors["statements"]:
        statement = read_statement(
            parse_circuit_id(case["circuit"]), [int(x) for x in case["public"]]
        )
        for name, value in statement.signals.items():
            given = case["inputs"].get(name)
            shown = [str(x) for x in value] if isinstance(value, list) else str(value)
            assert given == shown or (given is None and name in outputs)


@pytest.mark.parametrize(
    ("text", "sizes", "n_signals"),
    [
        ("membership-v1", {"d": 20, "e": 20}, 5),
        ("membership-v1-d32e20", {"d": 32, "e": 20}, 5),
        ("region-v1", {"d": 20, "k": 8}, 18),
        ("region-v1-d20k16", {"d": 20, "k": 16}, 34),
        ("locker-v1-f10", {"f": 10}, 5),
        ("selective-reveal-v1", {"d": 20}, 11),
    ],
)
def test_ids_with_sizes(text: str, sizes: dict[str, int], n_signals: int) -> None:
    circuit = parse_circuit_id(text)
    assert circuit.sizes == sizes
    assert circuit.text == text
    assert sum(length or 1 for _, length in circuit.lengths()) == n_signals


def test_default_sizes_have_one_id() -> None:
    assert parse_circuit_id("membership-v1-d20e20").text == "membership-v1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("membership", "the circuit id is unknown: expected membership-v1, "),
        ("membership-v2", "the circuit id is unknown"),
        ("Membership-v1", "the circuit id is unknown"),
        ("membership-v1-d20", "the sizes in the circuit id are wrong"),
        ("membership-v1-e20d20", "the sizes in the circuit id are wrong"),
        ("membership-v1-d020e20", "the sizes in the circuit id are wrong"),
        (
            "membership-v1-x",
            "the sizes in the circuit id are wrong: expected a number after each of d, e, got 'x'",
        ),
        ("locker-v1-f33", "a size in the circuit id is too large: expected at most 32"),
    ],
)
def test_wrong_ids(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_circuit_id(text)


def test_wrong_signals() -> None:
    circuit = parse_circuit_id("nonrevocation-v1")
    with pytest.raises(
        InputError,
        match="duty 1: wrong number of public signals for nonrevocation-v1: expected 2, got 3",
    ):
        read_statement(circuit, [1, 2, 3])
    with pytest.raises(InputError, match="duty 1: public signal 1 is not below p"):
        read_statement(circuit, [1, MODULUS])
