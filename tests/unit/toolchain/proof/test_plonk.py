"""The functions of PLONK's record that no action tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.toy_gates import mixed, toy_powers
from zkctl.curve import BN254, G1Array
from zkctl.errors import EncodingError
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
    cost = PLONK.setup_cost(CIRCUIT, toy_powers(BN254))
    assert cost.n_rows == 6
    assert cost.key_bytes > 8 * 10 * 5 * 32


def test_points_of_a_key_are_checked() -> None:
    key = make_key(CIRCUIT, toy_powers(BN254))
    altered = key.tau_g1.data.copy()
    altered[3, 0] ^= np.uint64(1)
    wrong = PlonkZkey(replace(key, tau_g1=G1Array(BN254.g1, altered)))
    PLONK.check_key_points(PlonkZkey(key), "good.zkey")
    with pytest.raises(EncodingError, match="point 3 is not on the curve") as caught:
        PLONK.check_key_points(wrong, "bad.zkey")
    assert caught.value.where == "bad.zkey, section 14"


def test_defects_of_a_new_key() -> None:
    key = make_key(CIRCUIT, toy_powers(BN254))
    vk = key.verifying_key
    weak = PlonkZkey(replace(key, verifying_key=replace(vk, sigma_2=vk.sigma_1)))
    assert [finding.id for finding in PLONK.setup_findings(weak)] == ["VK-SIGMA"]
