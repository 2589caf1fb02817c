"""The verifier contract of Groth16 over BLS12-381, and the words of its calldata.

The equation is that of solidity/groth16.py.  The precompiled contracts of EIP-2537 take a coordinate as 64 bytes, a point of G2
with the real part first, infinity as zeros, and sum all multiples of points in one call.  Both check the groups.
"""

from __future__ import annotations

from zkctl.errors import EnvironmentProblem
from zkctl.field import FieldArray
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.solidity.abi import ContractCall, Nested, hex_words, quoted
from zkctl.solidity.eip_2537 import CURVE, g1_words, g2_words
from zkctl.solidity.render import ContractOptions, error_words, filled, header


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.  Assumes: a key over BLS12-381.

    Raises: EnvironmentProblem for the batch check, which this curve's contract does not have.
    """
    if options.batch:
        raise EnvironmentProblem(
            f"no contract that verifies many proofs at once: expected a key over bn254, got {CURVE}",
            hint="leave out `batch`",
        )
    n, r = vk.n_public, vk.curve.scalar_field.modulus
    scalars = {"signals_bytes": 32 * n, "r": r}
    values = {
        "name": options.name,
        "header": header(options.origin),
        "parameter": f",\n        uint256[{n}] calldata signals" if n else "",
        "argument": ", signals" if n else "",
        "doc_signals": "    /// @param signals the public signals, each below the order of the groups"
        if n
        else "    /// (no public signals)",
        "calldata_bytes": 4 + 32 * (16 + n),
        "scalars": filled("groth16_bls12_381_scalars", scalars) if n else "",
        "sum_bytes": 160 * (n + 1),
        "key": _key(vk),
        **error_words(),
    }
    return filled("groth16_bls12_381", values)


def _key(vk: VerifyingKey) -> str:
    parts = [[0] * 4, g2_words(-vk.gamma_g2), g1_words(vk.alpha_g1), g2_words(-vk.beta_g2)]
    parts += [[0] * 4, g2_words(-vk.delta_g2), [0] * 12]
    points = [g1_words(vk.gamma_abc_g1[k]) for k in range(vk.n_public + 1)]
    parts += [[*point, 0 if k else 1] for k, point in enumerate(points)]
    return "\n".join(
        f'            hex"{"".join(f"{word:064x}" for word in part)}"' for part in parts
    )


def call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of verifyProof(A, B, C, public signals).  Assumes: a proof over BLS12-381."""
    a, b, c, signals = g1_words(proof.a), g2_words(proof.b), g1_words(proof.c), public.to_ints()
    types = [
        *("uint256[4]", "uint256[8]", "uint256[4]"),
        *[f"uint256[{n}]" for n in [len(signals)] if n],
    ]
    arguments: dict[str, Nested] = {
        "a": hex_words(a),
        "b": hex_words(b),
        "c": hex_words(c),
        "input": hex_words(signals),
    }
    text = ",".join(f"[{quoted(words)}]" for words in (a, b, c, signals))
    return ContractCall(f"verifyProof({','.join(types)})", (*a, *b, *c, *signals), arguments, text)
