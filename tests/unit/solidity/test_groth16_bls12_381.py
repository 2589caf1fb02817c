"""The contract of Groth16 over BLS12-381, in @ethereumjs/evm, which has the precompiled contracts of EIP-2537."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.contracts import NO, PIPELINES, YES, compiled, second_machine
from tests.support.toy_contracts import Toy, toy_groth16
from zkctl.curve import BLS12_381
from zkctl.errors import EnvironmentProblem
from zkctl.solidity.abi import ContractCall, selector
from zkctl.solidity.render import ContractOptions

R, P = BLS12_381.scalar_field.modulus, BLS12_381.base_field.modulus
SIZES = (0, 2)
WRONG_LENGTH, NO_GAS, INVALID = (
    selector(f"{name}()") for name in ("WrongCalldataLength", "NotEnoughGas", "InvalidProof")
)


def toy(n: int) -> Toy:
    return toy_groth16(n, curve=BLS12_381)


def changed(call: ContractCall, place: int, *words: int) -> bytes:
    given = list(call.words)
    given[place : place + len(words)] = words
    return replace(call, words=tuple(given)).encoded()


def calls(n: int) -> list[tuple[bytes, bytes | None]]:
    """Calldata, and the answer or the reason of a revert that is expected."""
    call = toy(n).call
    data = call.encoded()
    found: list[tuple[bytes, bytes | None]] = [(data, YES), (data + bytes(32), WRONG_LENGTH)]
    found.append((data[:-32], b""))
    for place, word in enumerate(call.words):
        found += [(changed(call, place, word ^ 1), NO), (changed(call, place, word ^ 1 << 255), NO)]
    for place in range(16, 16 + n):
        found.append((changed(call, place, call.words[place] + R), NO))
    for place in range(0, 16, 2):  # aliases of coordinates
        x = (call.words[place] << 256) + call.words[place + 1] + P
        found.append((changed(call, place, *divmod(x, 1 << 256)), NO))
    for place, size in ((0, 4), (4, 8), (12, 4)):  # infinity, and off the curve
        found += [(changed(call, place, *[0] * size), NO), (changed(call, place, *[1] * size), NO)]
    required = replace(call, signature=call.signature.replace("verifyProof", "requireProof"))
    found += [(required.encoded(), b""), (changed(required, 1, call.words[1] ^ 1), INVALID)]
    return found


def answers(folder: Path, pipeline: str = "optimised", package: str = "solc") -> list[Any]:
    sources = {f"bls {n}": toy(n).source() for n in SIZES}
    contracts = compiled(folder, sources, pipeline=pipeline, package=package)
    cases = [(contracts[f"bls {n}"], [data for data, _ in calls(n)]) for n in SIZES]
    return second_machine(cases, folder)


def check(found: list[dict[str, Any]]) -> None:
    expected = [end for n in SIZES for _, end in calls(n)]
    assert len(found) == len(expected)
    for k, (told, end) in enumerate(zip(found, expected, strict=True)):
        assert told["output"] == f"0x{(end or b'').hex()}", k
        assert told["gas"] < 1_000_000, k


def test_verdicts(tmp_path: Path) -> None:
    """A valid proof, each word with another bit, aliases, infinity, other lengths, the form that reverts."""
    check(answers(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("package", ["solc-0.8.20", "solc"])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_every_compiler(tmp_path: Path, package: str, pipeline: str) -> None:
    check(answers(tmp_path, pipeline, package))


def test_the_call_as_text() -> None:
    call = toy(2).call
    assert call.signature == "verifyProof(uint256[4],uint256[8],uint256[4],uint256[2])"
    assert toy(0).call.signature == "verifyProof(uint256[4],uint256[8],uint256[4])"
    words = [f'"0x{word:064x}"' for word in call.words]
    parts = (words[:4], words[4:12], words[12:16], words[16:])
    assert call.text == ",".join(f"[{','.join(part)}]" for part in parts)
    assert list(call.arguments) == ["a", "b", "c", "input"]


def test_no_batch() -> None:
    message = (
        "no contract that verifies many proofs at once: expected a key over bn254, got bls12_381"
    )
    with pytest.raises(EnvironmentProblem, match=message):
        toy(1).contract(toy(1).vk, ContractOptions("Verifier", True))
