"""The contract of Groth16 over BLS12-381, in @ethereumjs/evm, which has the precompiled contracts of EIP-2537."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bls_contracts import check
from tests.support.contracts import PIPELINES
from tests.support.toy_contracts import toy_groth16
from zkctl.curve import BLS12_381
from zkctl.errors import EnvironmentProblem
from zkctl.solidity.render import ContractOptions

TOYS = [toy_groth16(n, curve=BLS12_381) for n in (0, 2)]
POINTS = (4, 8, 4)


def test_verdicts(tmp_path: Path) -> None:
    check(tmp_path, TOYS, POINTS, every=3)


@pytest.mark.slow
def test_all_verdicts(tmp_path: Path) -> None:
    for toy in TOYS:
        check(tmp_path, [toy], POINTS)


@pytest.mark.slow
@pytest.mark.parametrize("package", ["solc-0.8.20", "solc"])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_every_compiler(tmp_path: Path, package: str, pipeline: str) -> None:
    check(tmp_path, TOYS, POINTS, pipeline, package, every=5)


def test_the_call_as_text() -> None:
    call = TOYS[1].call
    assert call.signature == "verifyProof(uint256[4],uint256[8],uint256[4],uint256[2])"
    assert TOYS[0].call.signature == "verifyProof(uint256[4],uint256[8],uint256[4])"
    words = [f'"0x{word:064x}"' for word in call.words]
    parts = (words[:4], words[4:12], words[12:16], words[16:])
    assert call.text == ",".join(f"[{','.join(part)}]" for part in parts)
    assert list(call.arguments) == ["a", "b", "c", "input"]


def test_no_batch() -> None:
    message = (
        "no contract that verifies many proofs at once: expected a key over bn254, got bls12_381"
    )
    with pytest.raises(EnvironmentProblem, match=message):
        TOYS[0].contract(TOYS[0].vk, ContractOptions("Verifier", True))
