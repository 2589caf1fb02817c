"""Contracts over BLS12-381 in @ethereumjs/evm, which has the precompiled contracts of EIP-2537."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.support.contracts import NO, YES, compiled, second_machine
from tests.support.toy_contracts import Toy
from zkctl.curve import BLS12_381
from zkctl.solidity.abi import ContractCall, selector

R, P = BLS12_381.scalar_field.modulus, BLS12_381.base_field.modulus
WRONG_LENGTH, NO_GAS, INVALID = (
    selector(f"{name}()") for name in ("WrongCalldataLength", "NotEnoughGas", "InvalidProof")
)


def changed(call: ContractCall, place: int, *words: int) -> bytes:
    given = list(call.words)
    given[place : place + len(words)] = words
    return replace(call, words=tuple(given)).encoded()


def calls(toy: Toy, points: Sequence[int]) -> list[tuple[bytes, bytes]]:
    """Calldata, and the answer or the reason of a revert that is expected; `points` are the words of each point of the proof.

    A valid proof, other lengths, each word with another bit, aliases, points at infinity and off the curve, the form that reverts.
    """
    call, n_coordinates = toy.call, sum(points)
    data = call.encoded()
    found = [(data, YES), (data + bytes(32), WRONG_LENGTH), (data[:-32], b"")]
    for place, word in enumerate(call.words):
        found += [(changed(call, place, word ^ 1), NO), (changed(call, place, word ^ 1 << 255), NO)]
    for place in range(n_coordinates, len(call.words)):
        if call.words[place] + R < 2**256:
            found.append((changed(call, place, call.words[place] + R), NO))
    for place in range(0, n_coordinates, 2):
        x = (call.words[place] << 256) + call.words[place + 1] + P
        found.append((changed(call, place, *divmod(x, 1 << 256)), NO))
    place = 0
    for size in points:
        found += [(changed(call, place, *[bit] * size), NO) for bit in (0, 1)]
        place += size
    required = replace(call, signature=call.signature.replace("verifyProof", "requireProof"))
    return [
        *found,
        (required.encoded(), b""),
        (changed(required, 1, call.words[1] ^ 1), INVALID),
    ]


def check(
    folder: Path,
    toys: Sequence[Toy],
    points: Sequence[int],
    pipeline: str = "optimised",
    package: str = "solc",
    every: int = 1,
) -> None:
    """Compile and call; no wrong proof may cost all gas.  Of the wrong ones, each `every`-th: that machine is slow."""
    sources = {f"bls {k}": toy.source() for k, toy in enumerate(toys)}
    contracts = compiled(folder, sources, pipeline=pipeline, package=package)
    asked = [
        [*made[:3], *made[3:-2:every], *made[-2:]] for made in (calls(toy, points) for toy in toys)
    ]
    cases = [(contracts[f"bls {k}"], [data for data, _ in each]) for k, each in enumerate(asked)]
    answers = second_machine(cases, folder)
    expected = [end for each in asked for _, end in each]
    assert len(answers) == len(expected)
    for k, (told, end) in enumerate(zip(answers, expected, strict=True)):
        assert told["output"] == f"0x{end.hex()}", k
        assert told["gas"] < 1_000_000, k
