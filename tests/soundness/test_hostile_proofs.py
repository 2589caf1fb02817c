"""Proofs whose every equation holds, by provers that do not keep to the rules, for contracts and for our verifiers."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

import zkctl.fflonk.verify
import zkctl.plonk.verify
from tests.support.contracts import NO, YES, answer, compiled
from tests.support.hostile_proofs import (
    aliased_call,
    hashed_words,
    honest,
    infinite,
    without_inverse,
)
from zkctl.toolchain.proof.evm import Compiled

NAMES = ("plonk", "fflonk")
EACH = pytest.mark.parametrize("name", NAMES)
MODULES: dict[str, ModuleType] = {"plonk": zkctl.plonk.verify, "fflonk": zkctl.fflonk.verify}
REDUCED = "valid := and(valid, lt(mload(at), R))"
ON_CURVE = re.compile(r"valid := and\(valid, eq\(mulmod\(y, y, Q\),.*")

INVERSE = re.compile(r"valid := eq\(mulmod\(inverse, product, R\), 1\)")


@pytest.fixture(scope="session")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    """Each system's contract, and those without a check."""
    sources = {}
    for name in NAMES:
        source = honest(name).source()
        sources |= {name: source, f"{name} weak": source.replace(REDUCED, "")}
        sources[f"{name} off the curve"] = ON_CURVE.sub("", source)
        sources[f"{name} any inverse"] = INVERSE.sub("valid := 1", source)
    return compiled(tmp_path_factory.getbasetemp().parent, sources)


def accepted(contracts: dict[str, Compiled], name: str, words: list[int]) -> list[bool]:
    """The verdicts of the contract without its check on proofs that the contract refuses."""
    found = []
    for word in words:
        data = aliased_call(name, word).encoded()
        assert answer(contracts[name], data).output == NO, word
        found.append(answer(contracts[f"{name} weak"], data).output == YES)
    return found


@EACH
def test_public_signals_that_are_hashed_plus_r(contracts: dict[str, Compiled], name: str) -> None:
    """B13 of the public reports: a second word for a public signal, by whoever makes the proof."""
    assert accepted(contracts, name, hashed_words(name)[-2:]) == [True, True]


@pytest.mark.slow
@EACH
def test_values_that_are_hashed_plus_r(contracts: dict[str, Compiled], name: str) -> None:
    """r - zw of fflonk's contract is wrong for a zw above r, so that the proof is too."""
    found = accepted(contracts, name, hashed_words(name)[:-2])
    assert found.count(False) == (name == "fflonk")


@EACH
def test_commitments_at_infinity(contracts: dict[str, Compiled], name: str) -> None:
    """An honest prover blinds every commitment; contract and command line refuse one that is not."""
    toy = infinite(name)
    assert answer(contracts[name], toy.call.encoded()).output == NO
    assert answer(contracts[f"{name} off the curve"], toy.call.encoded()).output == YES
    module = MODULES[name]
    assert not module.verify(toy.vk, toy.public, toy.proof)
    assert not module.PreparedVerifyingKey.of(toy.vk).verify(toy.public, toy.proof)
    assert module.VERIFIER.verify_batch(toy.vk, [(toy.public, toy.proof)] * 3) == [False] * 3
    opening = module.opening(toy.vk, toy.public.to_ints(), toy.proof)
    assert module.VERIFIER.equation(toy.vk).holds(opening)


def test_a_proof_without_a_witness_and_an_inverse(contracts: dict[str, Compiled]) -> None:
    """B10 of the public reports: without the check of `inv` anybody proves any public signals to fflonk's contract."""
    for public in ((0, 0), (5, 6), (123, 456)):
        data = without_inverse(public).encoded()
        assert answer(contracts["fflonk"], data).output == NO
        assert answer(contracts["fflonk any inverse"], data).output == YES
