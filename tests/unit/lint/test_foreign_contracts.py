"""Contracts on a component of three wires; the real ones: tests/interop/test_lint_contracts.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zkctl.field import BN254_FR
from zkctl.lint.foreign_contracts import (
    CONTRACTS,
    ComponentContract,
    digest_of_component,
    prove_with_contracts,
    uses_of,
)
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Verdict

P = BN254_FR.modulus
NAMES = ["1", "out", "x", "c.in[0]", "c.out", "c.part.base"]
BIT = Row({2: 1}, {2: 1, 0: P - 1}, {})
ROWS = [  # c.out (c.in + base) = 1 - c.in with base = 5, between x and out
    BIT,
    Row({}, {}, {2: 1, 3: P - 1}),
    Row({}, {}, {5: 1, 0: P - 5}),
    Row({4: 1, 3: 1}, {4: 1, 5: 1}, {3: 1, 0: 7}),
    Row({}, {}, {4: 1, 1: P - 1}),
]
CIRCUIT = System(P, 6, ROWS, frozenset({2}), (1,), names=NAMES.__getitem__)


def contract(system: System) -> ComponentContract:
    digest = digest_of_component(system, "c", [system.names(w) for w in range(6)])
    return ComponentContract("test", 3, digest, "in", "in", "out", "none: a test")


def test_a_contract_proves_what_the_rules_do_not() -> None:
    assert prove_with_contracts(CIRCUIT, []).judgement.verdict is Verdict.UNKNOWN
    found = prove_with_contracts(CIRCUIT, [contract(CIRCUIT)])
    assert found.judgement.verdict is Verdict.PROVED
    assert [use.component for use in found.uses] == ["c"]
    assert found.system.inputs == frozenset({2, 4})
    assert CIRCUIT.inputs == frozenset({2})


def test_a_contract_needs_bits() -> None:
    loose = replace(CIRCUIT, rows=ROWS[1:])
    found = prove_with_contracts(loose, [contract(CIRCUIT)])
    assert found.judgement.verdict is Verdict.UNKNOWN
    assert not found.uses
    assert len(list(uses_of(loose, [contract(CIRCUIT)]))) == 1


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([*ROWS[:2], Row({}, {}, {5: 1, 0: P - 6}), *ROWS[3:]], id="another constant"),
        pytest.param([*ROWS[:3], Row({4: 1}, {4: 1}, {3: 1}), ROWS[4]], id="another row"),
        pytest.param([*ROWS[:3], ROWS[4]], id="a row is missing"),
    ],
)
def test_other_rows_have_another_digest(rows: list[Row]) -> None:
    assert not list(uses_of(replace(CIRCUIT, rows=rows), [contract(CIRCUIT)]))


@pytest.mark.parametrize("name", ["c.out", "c.in[0]", "c.out+1 c.in[0]", "c.x=1 c.out", ""])
def test_no_contract_where_names_do_not_tell_wires_apart(name: str) -> None:
    """The digest is of the text of rows: a .sym file could make other rows read the same."""
    names = [*NAMES[:5], "c.part.base", name]
    system = replace(CIRCUIT, n_wires=7, names=names.__getitem__)
    assert not list(uses_of(system, [contract(CIRCUIT)._replace(n_wires=n) for n in (3, 4)]))
    names[6] = "other"
    assert list(uses_of(system, [contract(CIRCUIT)]))


def test_order_and_numbers_do_not_matter() -> None:
    """Nor does a constant that the circuit around assigns to an input of the component."""
    given = Row({}, {}, {3: 1, 0: P - 1})
    turned = replace(CIRCUIT, rows=[given, *reversed(ROWS)])
    assert contract(turned) == contract(CIRCUIT)


def test_no_contract_where_the_inputs_are_in_doubt() -> None:
    doubt = replace(CIRCUIT, in_doubt="no names")
    assert not prove_with_contracts(doubt, [contract(CIRCUIT)]).uses


def test_known_buggy_components_have_no_contract() -> None:
    """security.md C7: their outputs are not unique for all inputs."""
    baby = ["Edwards2Montgomery", "Montgomery2Edwards", "MontgomeryAdd", "MontgomeryDouble"]
    others = ["Decoder", "BitElementMulAny", "Window4", "WindowMulFix", "EscalarMulAny"]
    buggy = [*baby, *others]
    assert not any(f" {name}" in contract.name for contract in CONTRACTS for name in buggy)
