"""The contract of PLONK over BLS12-381, in @ethereumjs/evm, which has the precompiled contracts of EIP-2537."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bls_contracts import check
from tests.support.contracts import PIPELINES
from tests.support.toy_contracts import toy_plonk
from zkctl.curve import BLS12_381

TOYS = [toy_plonk(n, BLS12_381) for n in (0, 2)]
POINTS = (4,) * 9


def test_verdicts(tmp_path: Path) -> None:
    check(tmp_path, TOYS, POINTS, every=17)


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
    assert call.signature == "verifyProof(uint256[42],uint256[2])"
    assert TOYS[0].call.signature == "verifyProof(uint256[42])"
    words = [f'"0x{word:064x}"' for word in call.words]
    assert call.text == f"[{','.join(words[:42])}],[{','.join(words[42:])}]"
    assert list(call.arguments) == ["proof", "input"]
