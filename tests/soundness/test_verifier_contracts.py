"""The verifier contracts in an EVM: they take valid proofs, refuse altered ones, and say the same as our verifiers."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace

import pytest

from tests.conftest import ROOT
from tests.support.contracts import NO, YES, accepts, answer, compiled, toy_contracts
from tests.support.toy_contracts import TOYS, Q, R, Toy, toy_groth16, toy_plonk
from zkctl.curve import BN254, G1Array
from zkctl.fflonk.verify import verify as fflonk_verify
from zkctl.field import FieldArray
from zkctl.plonk.challenges import challenges
from zkctl.plonk.keys import PROOF_POINTS, PROOF_SCALARS
from zkctl.solidity import plonk
from zkctl.solidity.abi import ContractCall, selector
from zkctl.toolchain.proof.calldata import CalldataFormat, text_of_call
from zkctl.toolchain.proof.evm import Compiled

CASES = [(name, n) for name in TOYS for n in (0, 2)]
WRONG_LENGTH, NO_GAS, INVALID = (
    selector(f"{name}()") for name in ("WrongCalldataLength", "NotEnoughGas", "InvalidProof")
)
# the places of points (x and y, or four words) among the words of a proof; what follows are values
POINTS = {"groth16": 8, "plonk": 18, "fflonk": 8}


@pytest.fixture(scope="session")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compiled]:
    return toy_contracts(tmp_path_factory.getbasetemp().parent)


def changed(call: ContractCall, place: int, word: int) -> bytes:
    words = list(call.words)
    words[place] = word
    return replace(call, words=tuple(words)).encoded()


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def toy(request: pytest.FixtureRequest) -> Toy:
    name, n = request.param
    return TOYS[name](n)


@pytest.fixture
def contract(toy: Toy, contracts: dict[str, Compiled]) -> Compiled:
    return contracts[f"{toy.name} {toy.vk.n_public}"]


def test_a_valid_proof_is_taken(toy: Toy, contract: Compiled) -> None:
    assert toy.call.signature in contract.functions
    assert accepts(contract, toy.call.encoded())


def test_b12_every_altered_word_is_refused(toy: Toy, contract: Compiled) -> None:
    """One more, one bit less or more at the top, zero, the largest; never an invalid opcode, never all gas."""
    for place, word in enumerate(toy.call.words):
        for other in (word + 1, word ^ 1 << 255, word ^ 1, 0, 2**256 - 1):
            if other == word:
                continue
            end = answer(contract, changed(toy.call, place, other % 2**256))
            assert end.output == NO, (place, other)
            assert end.gas < 700_000, (place, other)


def test_aliases_are_refused(toy: Toy, contract: Compiled) -> None:
    """x + k r for values and public signals, x + k q for coordinates."""
    n_points = POINTS[toy.name]
    for place, word in enumerate(toy.call.words):
        for modulus in (Q, R) if place < n_points else (R,):
            for k in (1, 2, 5):
                if word + k * modulus < 2**256:
                    assert not accepts(contract, changed(toy.call, place, word + k * modulus))


def test_points_at_infinity_and_off_the_curve_are_refused(toy: Toy, contract: Compiled) -> None:
    words, n_points = list(toy.call.words), POINTS[toy.name]
    for place in range(0, n_points, 2):
        for point in ((0, 0), (1, 1), (Q, 0), (0, Q), (Q, Q), (1, Q - 2)):
            other = [*words[:place], *point, *words[place + 2 :]]
            assert not accepts(contract, replace(toy.call, words=tuple(other)).encoded()), place
    zeros = [0] * n_points + words[n_points:]
    assert not accepts(contract, replace(toy.call, words=tuple(zeros)).encoded())


def test_calldata_of_another_length_reverts(toy: Toy, contract: Compiled) -> None:
    data = toy.call.encoded()
    for longer in (data + bytes(32), data + b"\0", data + data[-32:]):
        end = answer(contract, longer)
        assert end.output is None
        assert end.reason == WRONG_LENGTH
    for shorter in (data[:-1], data[:-32], data[:4], b""):
        assert answer(contract, shorter).output is None


def test_too_little_gas_is_no_verdict(toy: Toy, contract: Compiled) -> None:
    """A call with so little gas that the pairing fails reverts; it does not say that the proof is wrong."""
    data = toy.call.encoded()
    needed = answer(contract, data).gas
    reasons = set()
    for gas in range(needed - 160_000, needed, 15_000):
        end = answer(contract, data, gas=gas)
        assert end.output is None, gas
        reasons.add(end.reason)
    assert NO_GAS in reasons
    assert reasons <= {NO_GAS, b""}  # b"": not even the revert could be paid


def test_b12_the_form_that_reverts(toy: Toy, contract: Compiled) -> None:
    signature = toy.call.signature.replace("verifyProof", "requireProof")
    required = replace(toy.call, signature=signature)
    assert signature in contract.functions
    assert answer(contract, required.encoded()).output == b""
    wrong = answer(contract, changed(required, 0, required.words[0] ^ 1))
    assert (wrong.output, wrong.reason) == (None, INVALID)
    assert answer(contract, required.encoded() + bytes(32)).reason == WRONG_LENGTH


def test_a_proof_of_other_signals_is_refused(contracts: dict[str, Compiled]) -> None:
    one, other = toy_groth16(2), toy_groth16(2, start=9)
    mixed = one.call.words[:8] + other.call.words[8:]
    assert accepts(contracts["groth16 2"], other.call.encoded())
    assert not accepts(contracts["groth16 2"], replace(one.call, words=mixed).encoded())


def test_the_word_for_no_signals_is_zero(contracts: dict[str, Compiled]) -> None:
    """fflonk's function has room for one signal where there is none: one proof has one calldata."""
    call = TOYS["fflonk"](0).call
    assert call.words[-1] == 0
    assert not accepts(contracts["fflonk 0"], changed(call, 24, 1))


def test_b10_a_wrong_inverse_is_refused(contracts: dict[str, Compiled]) -> None:
    """`inv` of fflonk is not part of the argument, but no second calldata may pass; the command line says the same."""
    toy = TOYS["fflonk"](2)
    for other in (0, 1, R - toy.proof.inv, toy.proof.inv + 1):
        assert answer(contracts["fflonk 2"], changed(toy.call, 23, other)).output == NO
        assert not fflonk_verify(toy.vk, toy.public, replace(toy.proof, inv=other))


def test_the_contract_has_the_challenges_of_the_command_line(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A contract that returns its challenges; u too, which no prover computes, depends on all that the prover sent."""
    toy = toy_plonk(2)
    place = 32 * (plonk.KEY_WORDS + 2 + plonk.PROOF_WORDS)
    returns = f'assembly ("memory-safe") {{ return(add(w, {place}), 192) }}'
    source = toy.source().replace("return _lagrange(w) && _pairing(w);", returns)
    contract = compiled(tmp_path_factory.getbasetemp().parent, {"told": source})["told"]
    one = G1Array.generator(BN254.g1)
    proofs = [replace(toy.proof, **{name: one}) for name in PROOF_POINTS.values()]
    proofs += [replace(toy.proof, **{name: 1}) for name in PROOF_SCALARS.values()]
    others = [(toy.public, proof) for proof in proofs]
    others += [
        (FieldArray.from_ints(BN254.scalar_field, [*x]), toy.proof) for x in ((1, 2), (2, 1))
    ]
    found = set()
    for public, proof in [(toy.public, toy.proof), *others]:
        words = answer(contract, toy.make_call(proof, public).encoded()).output
        assert words is not None
        numbers = [int.from_bytes(words[k : k + 32], "big") for k in range(0, 192, 32)]
        expected = challenges(toy.vk, public.to_ints(), proof)
        assert numbers == [getattr(expected, each.name) for each in fields(expected)]
        found.add(expected.u)
    assert len(found) == len(others) + 1


def test_b11_points_of_g2_have_the_imaginary_part_first(contracts: dict[str, Compiled]) -> None:
    """EIP-197; the order of proof.json, copied by hand, fails."""
    toy, contract = toy_groth16(2), contracts["groth16 2"]
    a, b, c, rest = (toy.call.words[k:end] for k, end in ((0, 2), (2, 6), (6, 8), (8, 10)))
    real = [x for pair in toy.proof.b.to_ints()[0] for x in pair]
    assert real == [b[1], b[0], b[3], b[2]]
    assert accepts(contract, toy.call.encoded())
    for order in (real, [b[1], b[0], *b[2:]], [*b[:2], b[3], b[2]]):
        words = (*a, *order, *c, *rest)
        assert answer(contract, replace(toy.call, words=words).encoded()).output == NO


def test_b13_exactly_the_public_signals_are_checked(toy: Toy, contract: Compiled) -> None:
    """Only x passes, not x + r; one signal more or less is other calldata; nothing else of Groth16 is compared with r."""
    data, n = toy.call.encoded(), toy.vk.n_public
    places = range(len(toy.call.words) - n, len(toy.call.words))
    for place in places:
        assert not accepts(contract, changed(toy.call, place, toy.call.words[place] + R))
        assert not accepts(contract, changed(toy.call, place, R))
    assert answer(contract, data + bytes(32)).reason == WRONG_LENGTH
    assert answer(contract, data[:-32]).output is None
    if toy.name == "groth16":
        assert toy.source().count(f"{R}") == n


def test_b15_forms_of_calldata(toy: Toy, contract: Compiled) -> None:
    """The arguments by name as 0x and 64 digits, and the bytes of a transaction: each word once, in the order of the function."""
    call = toy.call
    named = json.loads(text_of_call(call, CalldataFormat.JSON))
    assert list(named) == (
        ["a", "b", "c", "input"] if toy.name == "groth16" else ["proof", "input"]
    )
    words = re.findall(r'"(0x[0-9a-f]{64})"', json.dumps(named))
    assert [int(word, 16) for word in words] == list(call.words)
    hexadecimal = text_of_call(call, CalldataFormat.HEX)
    assert hexadecimal == f"0x{selector(call.signature).hex()}{''.join(word[2:] for word in words)}"
    assert accepts(contract, bytes.fromhex(hexadecimal[2:]))
    guide = (ROOT / "docs/guides/verifying-on-chain.md").read_text()
    assert (
        'cast call $VERIFIER --data "$(zkctl calldata proof.json public.json --format hex)"'
        in guide
    )


def test_output_is_one_word(contracts: dict[str, Compiled]) -> None:
    for name, make in TOYS.items():
        assert answer(contracts[f"{name} 2"], make(2).call.encoded()).output == YES


# of the calls alone, without the transaction's 21,000 and its calldata; solc 0.8.37, optimised
GAS = {
    ("groth16", 0): 182_191,
    ("groth16", 2): 195_343,
    ("plonk", 0): 244_677,
    ("plonk", 2): 245_694,
    ("fflonk", 0): 160_855,
    ("fflonk", 2): 161_795,
}


def test_b16_gas_is_what_it_was(toy: Toy, contract: Compiled) -> None:
    data = toy.call.encoded()
    own = 21_000 + sum(16 if byte else 4 for byte in data)
    assert answer(contract, data).gas - own == GAS[toy.name, toy.vk.n_public]


@pytest.mark.parametrize("name", TOYS)
def test_gas_is_that_of_the_table(contracts: dict[str, Compiled], name: str) -> None:
    """docs/design/performance.md, "Gas", two signals; bytes of calldata that are zero differ from proof to proof."""
    page = (ROOT / "docs/design/performance.md").read_text()
    row = re.search(rf"^\| {name} \| 2 \| ([\d,]+) \|", page, re.MULTILINE)
    assert row is not None
    stated = int(row[1].replace(",", ""))
    call = TOYS[name](2).call
    assert abs(answer(contracts[f"{name} 2"], call.encoded()).gas - stated) < 1_500
