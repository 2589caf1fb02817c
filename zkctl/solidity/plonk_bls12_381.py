"""The verifier contract of PLONK over BLS12-381, and the words of its calldata.

The equations are those of plonk/verify.py.  The precompiled contracts of EIP-2537 take points of 128 bytes and sum all multiples
in one call, which checks the groups; the transcript has points of 96 bytes, in which memory keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import G1Array, G2Array
from zkctl.field import FieldArray
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS, Proof, VerifyingKey
from zkctl.solidity.abi import ContractCall, hex_word, hex_words, quoted
from zkctl.solidity.eip_2537 import g1_words, g2_words
from zkctl.solidity.plonk import common_values, signal_lines
from zkctl.solidity.render import ContractOptions, filled

# words in memory, but for the words of the calldata: points have three words there, four here
KEY_WORDS, PROOF_WORDS, POINT_WORDS, CHALLENGE_WORDS, SCRATCH_WORDS = 24, 33, 27, 12, 24
CALLDATA_WORDS, MULTIPLES = 42, 18


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.  Assumes: a key over BLS12-381."""
    group = vk.curve.g2
    key = b"".join(_compact(getattr(vk, name)) for name in KEY_POINTS.values())
    words = [int.from_bytes(key[k : k + 32], "big") for k in range(0, len(key), 32)]
    pairs = {128: g2_words(vk.x_2), 512: g2_words(G2Array.generator(group))}
    generator = enumerate([*g1_words(G1Array.generator(vk.curve.g1)), 0])
    last = [f"mstore({_place('at', k)}, {hex_word(word)})" for k, word in generator]
    last[-1] = f"mstore({_place('at', 4)}, sub(R, e))"
    values: dict[str, object] = {
        **common_values(vk, options),
        **signal_lines(vk.n_public, KEY_WORDS, CALLDATA_WORDS),
        **_places(vk.n_public),
        "key": _lines(
            12, [f"mstore({_place('w', k)}, {hex_word(x)})" for k, x in enumerate(words)]
        ),
        "generator": _lines(12, last),
        "pairs": _lines(
            16,
            [
                f"mstore(add(t, {first + 32 * k}), {hex_word(word)})"
                for first, point in pairs.items()
                for k, word in enumerate(point)
            ],
        ),
    }
    values["lagrange"] = filled("plonk_lagrange", values)
    return filled("plonk_bls12_381", values)


def _compact(point: G1Array) -> bytes:
    """Return a point as the transcript has it.  Shapes: () -> 96."""
    x1, x0, y1, y0 = g1_words(point)
    return b"".join(((high << 256) + low).to_bytes(48, "big") for high, low in ((x1, x0), (y1, y0)))


def _place(base: str, k: int) -> str:
    return f"add({base}, {32 * k})" if k else base


def _lines(indent: int, lines: Sequence[str]) -> str:
    return "\n".join(" " * indent + line for line in lines)


def _places(n: int) -> dict[str, int]:
    """Return the places of parts in the contract's memory, in bytes."""
    proof = KEY_WORDS + n
    challenges = proof + PROOF_WORDS
    scratch = challenges + CHALLENGE_WORDS
    points = scratch + SCRATCH_WORDS
    table, n_table = points + 5 * MULTIPLES, 2 * max(n, 1)
    words = {
        "at_signals": KEY_WORDS,
        "at_proof": proof,
        "at_z": proof + 9,
        "at_t1": proof + 12,
        "at_wxi": proof + 21,
        "at_wxiw": proof + 24,
        "at_evaluations": proof + POINT_WORDS,
        "at_challenges": challenges,
        "at_xi": challenges + 3,
        "at_u": challenges + 5,
        "at_scratch": scratch,
        "at_points": points,
        "at_table": table,
        "table_bytes": n_table,
        "beta_bytes": proof + 9,
    }
    return {name: 32 * k for name, k in words.items()} | {"n_words": table + n_table}


def call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of verifyProof(proof, public signals).  Assumes: a proof over BLS12-381."""
    words = [x for name in PROOF_POINTS.values() for x in g1_words(getattr(proof, name))]
    words += [getattr(proof, name) for name in PROOF_SCALARS.values()]
    signals = public.to_ints()
    types = [f"uint256[{CALLDATA_WORDS}]", *[f"uint256[{n}]" for n in [len(signals)] if n]]
    text = f"[{quoted(words)}],[{quoted(signals)}]"
    arguments = {"proof": hex_words(words), "input": hex_words(signals)}
    return ContractCall(f"verifyProof({','.join(types)})", (*words, *signals), arguments, text)
