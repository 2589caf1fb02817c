"""Contracts without one of their checks: some call gets another answer than from the whole contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.soundness.contract_checks import without_each
from tests.support.contracts import answer, compiled
from tests.support.hostile_proofs import (
    FIRST_VALUE,
    N_PUBLIC,
    aliased_call,
    hashed_words,
    honest,
    infinite,
    without_inverse,
)
from tests.support.toy_contracts import Q, R, Toy, toy_groth16
from zkctl.solidity.abi import ContractCall
from zkctl.toolchain.proof.evm import Compiled

NAMES = ("groth16", "plonk", "fflonk")
# Nothing that can be computed notices that they are gone.
REPEATED = {
    "valid := and(valid, and(done, mload(0))) #2": "a call that fails leaves the zero at 0",
    "valid := eq(mulmod(product, inverse, R), 1) #0": "a hash would have to be on the domain",
    "return valid && _holds(w); #1": "valid wherever there is a public signal",
    "return _lagrange(w) && _pairing(w); #1": "a hash would have to be on the domain",
    "if (!enough) revert NotEnoughGas(); #0": "what is too little for modexp is for the pairing too",
}


def test_the_checks_of_a_line() -> None:
    source = """
        if (!valid || n == 0) return false;
        if (msg.data.length != 36) revert WrongCalldataLength();
                valid := and(valid, and(lt(x, Q), lt(y, Q)))
                valid := and(valid, lt(mload(at), R))
                valid := eq(mload(0), 1)
            if sub(calldatasize(), 36) {
        return valid && _holds(w);"""
    changed = [text.split("\n") for _, text in without_each(source)]
    new = [
        next(line.strip() for line in text if line not in source.split("\n")) for text in changed
    ]
    assert new == [
        "if (n == 0) return false;",
        "if (!valid) return false;",
        "if (false) revert WrongCalldataLength();",
        "{ }",
        "valid := and(valid, lt(x, Q))",
        "valid := and(valid, lt(y, Q))",
        "{ }",
        "valid := 1",
        "if 0 {",
        "return valid;",
        "return _holds(w);",
    ]


def toy_of(name: str) -> Toy:
    return toy_groth16(N_PUBLIC) if name == "groth16" else honest(name)


def words_changed(call: ContractCall) -> Iterator[ContractCall]:
    """Every word with another value, or the same value modulo r or q."""
    for place, word in enumerate(call.words):
        others = (word + 1, word ^ 1 << 255, 0, word + R, word + Q)
        for other in others:
            words = (*call.words[:place], other % 2**256, *call.words[place + 1 :])
            yield replace(call, words=words)


def points_exchanged(call: ContractCall, n_words: int) -> Iterator[ContractCall]:
    """Every point in the place of the last one, which no challenge may depend on."""
    for place in range(0, n_words - 2, 2):
        last = call.words[place : place + 2]
        yield replace(call, words=(*call.words[: n_words - 2], *last, *call.words[n_words:]))


def calls(name: str) -> Iterator[bytes]:
    """Hostile calls, those that the least checks notice first."""
    call = toy_of(name).call
    hostile = list(words_changed(call))
    if name != "groth16":
        hostile += points_exchanged(call, FIRST_VALUE[name])
        hostile += [aliased_call(name, word) for word in hashed_words(name)]
        hostile.append(infinite(name).call)
    if name == "fflonk":
        hostile.append(without_inverse((1, 2)))
    yield from (each.encoded() for each in (call, *reversed(hostile)))
    required = replace(call, signature=call.signature.replace("verifyProof", "requireProof"))
    for each in (required, next(words_changed(required)), call):
        yield each.encoded()
        yield each.encoded() + bytes(32)


def little_gas(contract: Compiled, name: str) -> list[int]:
    """From what the whole call takes downwards."""
    needed = answer(contract, toy_of(name).call.encoded()).gas
    return list(range(max(40_000, needed - 200_000), needed, 10_000))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_check_is_noticed(tmp_path: Path, name: str) -> None:
    whole = toy_of(name).source()
    weaker = dict(without_each(whole))
    contracts = compiled(tmp_path, {"": whole, **weaker})
    valid, hostile = toy_of(name).call.encoded(), list(calls(name))
    expected = [answer(contracts[""], data) for data in hostile]
    gas = little_gas(contracts[""], name)
    starved = [answer(contracts[""], valid, gas=each) for each in gas]
    unnoticed = []
    for what in weaker:
        contract = contracts[what]
        ends = (answer(contract, data) for data in hostile)
        same = all(
            (a.output, a.reason) == (b.output, b.reason)
            for a, b in zip(ends, expected, strict=True)
        )
        ends = (answer(contract, valid, gas=each) for each in gas)
        if same and [end.output for end in ends] == [end.output for end in starved]:
            unnoticed.append(what.split(" ", 1)[1])
    assert set(unnoticed) <= set(REPEATED)
    assert len(unnoticed) <= 3
