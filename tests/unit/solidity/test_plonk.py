"""The call of the PLONK contract as text; tests/soundness/test_verifier_contracts.py runs the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.toy_contracts import toy_plonk
from zkctl.curve import BLS12_381, G1Array
from zkctl.errors import EnvironmentProblem
from zkctl.solidity.plonk import call, contract
from zkctl.solidity.render import ContractOptions


def test_the_call_as_text_has_no_comma_between_its_lists() -> None:
    toy = toy_plonk(2)
    first, second, *rest = (f'"0x{word:064x}"' for word in toy.call.words)
    proof, signals = ",".join([second, *rest[:22]]), ",".join(rest[22:])
    assert toy.call.text == f"[{first}, {proof}][{signals}]"
    assert toy.call.signature == "verifyProof(uint256[24],uint256[2])"
    assert toy_plonk(0).call.signature == "verifyProof(uint256[24])"
    assert toy_plonk(0).call.text.endswith("][]")


def test_another_curve_is_refused_by_name() -> None:
    toy = toy_plonk(0)
    message = "no contract for this curve: expected a key over bn254, got bls12_381"
    with pytest.raises(EnvironmentProblem, match=message):
        contract(replace(toy.vk, curve=BLS12_381), ContractOptions("Verifier"))
    with pytest.raises(EnvironmentProblem, match=message):
        call(replace(toy.proof, a=G1Array.generator(BLS12_381.g1)), toy.public)
