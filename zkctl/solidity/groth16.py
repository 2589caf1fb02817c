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


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if vk.curve.name != "bn254":
        raise no_contract(vk.curve.name)
    n = vk.n_public
    functions = filled("groth16_functions", {}).rstrip("\n")
    values = {
        **_key_values(vk),
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
        "sum_loop": filled("groth16_signals", {"n_public": n}).rstrip("\n") if n else "",
        "functions": functions,
        "batch": "",
    }
    if options.batch:
        values["batch"] = _batch(n, functions)
    return filled("groth16", values)


def _batch(n: int, functions: str) -> str:
    return filled(
        "groth16_batch",
        {
            "functions": functions,
            "n_public": n,
            "parameter": f",\n        uint256[{n}][] calldata signals" if n else "",
            "doc_signals": "    /// @param signals the public signals of each proof\n" if n else "",
            "lengths_bytes": 4 + (128 if n else 64),
            "statement_bytes": 32 * (8 + n),
            "signal_bytes": 32 * n,
            "or_other_length": " || signals.length != n" if n else "",
            "signals_offset": "signals.offset" if n else "0",
        },
    )


def _key_values(vk: VerifyingKey) -> dict[str, str]:
    (alpha,) = coordinates(vk.alpha_g1)
    values = {"alpha_x": hex_word(alpha[0]), "alpha_y": hex_word(alpha[1])}
    for name, points in (("beta", vk.beta_g2), ("gamma", vk.gamma_g2), ("delta", vk.delta_g2)):
        x1, x0, y1, y0 = g2_words(points)
        parts = {"x1": x1, "x0": x0, "y1": y1, "y0": y0}
        values |= {f"{name}_{part}": hex_word(number) for part, number in parts.items()}
    points = coordinates(vk.gamma_abc_g1)
    lines = [f'            hex"{x:064x}{y:064x}"' for x, y in points]
    return {**values, "ic": "\n".join(lines)}


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
