"""The verifier contract of Groth16, and the words of its calldata.

The contract evaluates e(-A, B) e(alpha, beta) e(IC_0 + sum x_i IC_i, gamma) e(C, delta) = 1 by the precompiled contracts of
EIP-196 and EIP-197, whose points of G2 have the imaginary part first.

Its batch check raises the equation of proof k to the power r_k, a hash of all proofs, all public signals and k, and multiplies:
the points of the key are common, so n proofs cost one pairing call of n + 3 pairs.  Proofs of which one is wrong pass for one
of R values of r_k only, and r_k is fixed when all else is: each attempt of a prover succeeds with probability 2^-252 or so.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import FieldArray
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.solidity.abi import ContractCall, Nested, hex_word, hex_words, quoted
from zkctl.solidity.render import (
    ContractOptions,
    coordinates,
    filled,
    g2_words,
    header,
    no_contract,
)

_DOC_KEY = """\
    /// @dev The verification key, coordinates in Fq2 with the imaginary part first.  It is the input of the pairing, with room for
    /// what is missing: alpha, beta; """
_DOC_SUM = """room for the sum, gamma; room for C, delta; then the points that the public signals
    /// multiply, IC_1, IC_2, ..., room for a scalar, and IC_0."""
_DOC_NO_SUM = """IC_0, gamma; room for C, delta."""


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if vk.curve.name != "bn254":
        raise no_contract(vk.curve.name)
    n = vk.n_public
    values = {
        "name": options.name,
        "header": header(options.origin),
        "r": vk.curve.scalar_field.modulus,
        "q": vk.curve.base_field.modulus,
        "parameter": f",\n        uint256[{n}] calldata signals" if n else "",
        "argument": ", signals" if n else "",
        "doc_signals": "    /// @param signals the public signals, each below R"
        if n
        else "    /// (no public signals)",
        "calldata_bytes": 4 + 32 * (8 + n),
        "sum_loop": _sum_loop(n) if n else "",
        "doc_key": _DOC_KEY + (_DOC_SUM if n else _DOC_NO_SUM),
        "batch": "",
        "key": _key_lines(vk),
    }
    if options.batch:
        values["batch"] = _batch(n)
    return filled("groth16", values)


def _sum_loop(n: int) -> str:
    places = {
        "sum_place": _sum_place(n),
        "last_point": 576 + 64 * (n - 1),
        "last_signal": 32 * (n - 1),
    }
    return filled("groth16_signals", places).rstrip("\n")


def _sum_place(n: int) -> int:
    """Return the place of IC_0 in the key, in bytes."""
    return 576 + 64 * n + 32 if n else 192


def _batch(n: int) -> str:
    return filled(
        "groth16_batch",
        {
            "n_public": n,
            "first_point": 32 + _sum_place(n),
            "parameter": f",\n        uint256[{n}][] calldata signals" if n else "",
            "doc_signals": "    /// @param signals the public signals of each proof\n" if n else "",
            "lengths_bytes": 4 + (128 if n else 64),
            "statement_bytes": 32 * (8 + n),
            "signal_bytes": 32 * n,
            "or_other_length": " || signals.length != n" if n else "",
            "signals_offset": "signals.offset" if n else "0",
        },
    )


def _key_lines(vk: VerifyingKey) -> str:
    """Return the key as the contract's function `_key` has it, a literal of bytes for each part."""
    (alpha,), (first, *others) = coordinates(vk.alpha_g1), coordinates(vk.gamma_abc_g1)
    parts: list[Sequence[int]] = [alpha, g2_words(vk.beta_g2), (0, 0) if others else first]
    parts += [g2_words(vk.gamma_g2), (0, 0), g2_words(vk.delta_g2)]
    if others:
        parts += [*others, (0,), first]
    return "\n".join(
        f'            hex"{"".join(f"{word:064x}" for word in part)}"' for part in parts
    )


def call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of verifyProof(A, B, C, public signals).

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if proof.a.group.curve_name != "bn254":
        raise no_contract(proof.a.group.curve_name)
    (a,), (c,), b = coordinates(proof.a), coordinates(proof.c), g2_words(proof.b)
    signals = public.to_ints()
    types = [
        "uint256[2]",
        "uint256[2][2]",
        "uint256[2]",
        *[f"uint256[{n}]" for n in [len(signals)] if n],
    ]
    arguments: dict[str, Nested] = {
        "a": hex_words(a),
        "b": [hex_words(b[:2]), hex_words(b[2:])],
        "c": hex_words(c),
        "input": hex_words(signals),
    }
    first, second, third = (_pair(words) for words in (a, b[:2], b[2:]))
    text = f"[{first}],[[{second}],[{third}]],[{_pair(c)}],[{quoted(signals)}]"
    return ContractCall(f"verifyProof({','.join(types)})", (*a, *b, *c, *signals), arguments, text)


def _pair(words: Sequence[int]) -> str:
    return ", ".join(f'"{hex_word(word)}"' for word in words)
