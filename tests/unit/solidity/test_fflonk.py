"""The call of the fflonk contract as text, and its closed forms; tests/soundness/test_verifier_contracts.py runs the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracle.fflonk import Roots
from tests.oracle.plonk import Setting
from tests.support.toy_contracts import R, toy_fflonk
from zkctl.curve import BLS12_381, G1Array
from zkctl.errors import EncodingError, EnvironmentProblem
from zkctl.solidity.fflonk import call, contract, product_factor
from zkctl.solidity.render import ContractOptions


@pytest.mark.parametrize("seed", [2, 123456789, R - 5])
def test_the_closed_form_of_the_denominators(seed: int) -> None:
    roots, y = Roots(Setting("bn254", 5), 16), 987654321
    product = 1
    for points in roots.sets(seed):
        for x in points:
            product = product * (y - x) % R
            for other in points:
                product = product * (x - other) % R if other != x else product
    xi, w = pow(seed, 24, R), roots.root
    expected = product_factor(w, R) * pow(xi, 20, R) * (y**8 - xi) * (y**4 - xi)
    assert product == expected * (y**3 - xi) * (y**3 - xi * w) % R


def test_the_call_as_text_has_no_quotes() -> None:
    toy = toy_fflonk(2)
    first, *rest = (f"0x{word:064x}" for word in toy.call.words)
    assert toy.call.text == f"[{first}, {','.join(rest[:23])}],[{','.join(rest[23:])}]"
    assert toy.call.signature == "verifyProof(bytes32[24],uint256[2])"


def test_without_signals_a_zero_is_passed() -> None:
    toy = toy_fflonk(0)
    assert toy.call.signature == "verifyProof(bytes32[24],uint256[1])"
    assert toy.call.words[-1] == 0
    assert toy.call.text.endswith("],[]")


def test_a_wrong_number_of_values() -> None:
    proof = replace(toy_fflonk(0).proof, evaluations=(1, 2))
    with pytest.raises(EncodingError, match="expected 15 values in the proof, got 2"):
        call(proof, toy_fflonk(0).public)


def test_another_curve_is_refused_by_name() -> None:
    toy = toy_fflonk(0)
    message = "no contract for this curve: expected a key over bn254, got bls12_381"
    with pytest.raises(EnvironmentProblem, match=message):
        contract(replace(toy.vk, curve=BLS12_381), ContractOptions("Verifier"))
    with pytest.raises(EnvironmentProblem, match=message):
        call(replace(toy.proof, c_1=G1Array.generator(BLS12_381.g1)), toy.public)
