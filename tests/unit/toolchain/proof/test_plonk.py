"""The functions of PLONK's record that no action tests."""

from __future__ import annotations

from tests.support.toy_gates import mixed, toy_powers
from zkctl.curve import BN254
from zkctl.formats.binary.zkey_plonk import PlonkZkey
from zkctl.plonk.setup import make_key
from zkctl.runtime.progress import silent
from zkctl.toolchain.proof.systems import PLONK

CIRCUIT = mixed(BN254.scalar_field)


def test_facts_that_key_and_circuit_agree_on() -> None:
    facts = PLONK.circuit_facts(make_key(CIRCUIT, toy_powers(BN254)), CIRCUIT)
    assert {fact.name: (fact.in_key, fact.in_circuit) for fact in facts} == {
        "number of rows": (6, 6),
        "number of additions": (2, 2),
    }


def test_a_new_key_has_no_defects_of_its_own() -> None:
    stored = PLONK.setup(CIRCUIT, toy_powers(BN254), silent)
    assert isinstance(stored, PlonkZkey)
    assert PLONK.setup_findings(stored) == []
    assert PLONK.key_findings(stored) == []
    assert list(stored.contributions) == []
    assert PLONK.setup_facts(stored)["n_rows"] == 6


def test_the_cost_of_a_key_is_estimated() -> None:
    assert PLONK.setup_cost is not None
    cost = PLONK.setup_cost(CIRCUIT, BN254)
    assert cost.n_rows == 6
    assert cost.key_bytes > 8 * 10 * 5 * 32
