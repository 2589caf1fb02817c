"""The contract of Groth16: the batch check, and calls as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.support.contracts import NO, accepts, answer
from tests.support.toy_contracts import R, Toy, toy_groth16
from tests.support.toy_groth16 import toy_key
from zkctl.curve import BLS12_381, BN254, G1Array
from zkctl.errors import EnvironmentProblem
from zkctl.field import FieldArray
from zkctl.groth16.keys import Proof
from zkctl.solidity.abi import selector
from zkctl.solidity.groth16 import call, contract
from zkctl.solidity.render import ContractOptions
from zkctl.toolchain.proof.evm import Compiled


def batch(statements: Sequence[Sequence[int]], n_public: int) -> bytes:
    """The calldata of verifyBatch."""
    n = len(statements)
    proofs = [word for each in statements for word in each[:8]]
    signals = [word for each in statements for word in each[8:]]
    types, words = "uint256[8][]", [32, n, *proofs]
    if n_public:
        types += f",uint256[{n_public}][]"
        words = [64, 96 + 256 * n, n, *proofs, n, *signals]
    head = selector(f"verifyBatch({types})")
    return head + b"".join(word.to_bytes(32, "big") for word in words)


def statements(n_public: int, n: int) -> list[Sequence[int]]:
    return [toy_groth16(n_public, 5 + k).call.words for k in range(n)]


@pytest.mark.parametrize("n_public", [0, 2])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_many_proofs_at_once(contracts: dict[str, Compiled], n_public: int, n: int) -> None:
    assert accepts(contracts[f"groth16 {n_public}"], batch(statements(n_public, n), n_public))


def test_each_proof_costs_a_quarter(contracts: dict[str, Compiled]) -> None:
    """Beyond the fixed part a proof costs one pair and two multiples: 46,000 and its calldata."""
    contract = contracts["groth16 2"]
    gas = [answer(contract, batch(statements(2, n), 2)).gas for n in (1, 5)]
    alone = answer(contract, toy_groth16(2).call.encoded()).gas
    assert (gas[1] - gas[0]) / 4 < alone / 4


@pytest.mark.parametrize("n_public", [0, 2])
def test_one_wrong_word_in_any_proof_is_noticed(
    contracts: dict[str, Compiled], n_public: int
) -> None:
    good = statements(n_public, 3)
    for k in range(3):
        for place in range(8 + n_public):
            bad = [list(each) for each in good]
            bad[k][place] ^= 1
            end = answer(contracts[f"groth16 {n_public}"], batch(bad, n_public))
            assert end.output == NO, (k, place)
            assert end.gas < 1_000_000


def test_errors_that_cancel_in_a_plain_sum_are_noticed(contracts: dict[str, Compiled]) -> None:
    """C + D in one proof and C - D in another: the product of both equations would hold without r_k."""
    one, other = toy_groth16(2), toy_groth16(2, 9)
    shift = G1Array.generator(BN254.g1)
    moved = [
        _with_c(one, one.proof.c + shift).call.words,
        _with_c(other, other.proof.c - shift).call.words,
    ]
    assert not accepts(contracts["groth16 2"], batch(moved, 2))
    swapped = [one.call.words[:8] + other.call.words[8:], other.call.words[:8] + one.call.words[8:]]
    assert not accepts(contracts["groth16 2"], batch(swapped, 2))


def _with_c(toy: Toy, c: Any) -> Toy:
    return replace(toy, proof=Proof(toy.proof.a, toy.proof.b, c))


def test_a_proof_twice_and_proofs_in_another_order(contracts: dict[str, Compiled]) -> None:
    """Each proof is of its own signals: the order of a batch and its repetitions say nothing about a proof."""
    one, other = statements(2, 2)
    contract = contracts["groth16 2"]
    assert accepts(contract, batch([one, one], 2))
    assert accepts(contract, batch([other, one, other], 2))
    wrong = [*one[:9], one[9] + 1]
    assert not accepts(contract, batch([wrong, wrong], 2))
    assert not accepts(contract, batch([one, wrong, one], 2))


def test_aliases_in_a_batch_are_refused(contracts: dict[str, Compiled]) -> None:
    good = statements(2, 2)
    bad = [list(each) for each in good]
    bad[1][9] += R
    assert not accepts(contracts["groth16 2"], batch(bad, 2))


def test_batches_of_no_proofs_or_of_unequal_lengths(contracts: dict[str, Compiled]) -> None:
    contract = contracts["groth16 2"]
    assert answer(contract, batch([], 2)).output == NO
    data = batch(statements(2, 2), 2)
    assert answer(contract, data + bytes(32)).reason == selector("WrongCalldataLength()")
    assert answer(contract, data[:-32]).output is None
    # two proofs and one list of signals, with bytes behind so that the length is right
    words = [int.from_bytes(data[4 + 32 * k : 36 + 32 * k]) for k in range((len(data) - 4) // 32)]
    words[3 + 16] = 1
    short = data[:4] + b"".join(word.to_bytes(32, "big") for word in words)
    assert answer(contract, short).output == NO


def test_the_call_as_text() -> None:
    toy = toy_groth16(2)
    a0, a1, b01, b00, b11, b10, c0, c1, x, y = (f'"0x{word:064x}"' for word in toy.call.words)
    assert toy.call.text == (f"[{a0}, {a1}],[[{b01}, {b00}],[{b11}, {b10}]],[{c0}, {c1}],[{x},{y}]")
    assert toy.call.arguments["input"] == [x.strip('"'), y.strip('"')]
    assert toy.call.arguments["b"] == [
        [b01.strip('"'), b00.strip('"')],
        [b11.strip('"'), b10.strip('"')],
    ]
    assert toy_groth16(0).call.text.endswith("],[]")


def test_another_curve_is_refused_by_name() -> None:
    key = toy_key(BLS12_381).verifying_key
    message = re.escape("no contract for this curve: expected a key over bn254, got bls12_381")
    with pytest.raises(EnvironmentProblem, match=message):
        contract(key, ContractOptions("Verifier"))
    with pytest.raises(EnvironmentProblem, match=message):
        call(
            Proof(key.alpha_g1, key.beta_g2, key.alpha_g1),
            FieldArray.from_ints(BLS12_381.scalar_field, []),
        )
