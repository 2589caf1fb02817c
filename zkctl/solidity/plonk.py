"""The verifier contract of PLONK, and the words of its calldata.

The equations are those of plonk/verify.py.  One choice is the contract's own: the inverses that the Lagrange polynomials
need come from one call of the precompiled contract 5 (EIP-198).
"""

from __future__ import annotations

from zkctl.field import FieldArray
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS, Proof, VerifyingKey
from zkctl.solidity.abi import ContractCall, hex_word, hex_words, quoted
from zkctl.solidity.render import (
    ContractOptions,
    coordinates,
    filled,
    g2_words,
    header,
    no_contract,
)

KEY_WORDS, PROOF_WORDS, POINT_WORDS, CHALLENGE_WORDS, SCRATCH_WORDS = 16, 24, 18, 10, 24


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if vk.curve.name != "bn254":
        raise no_contract(vk.curve.name)
    n = vk.n_public
    values: dict[str, object] = {
        "q": vk.curve.base_field.modulus,
        "generator": filled("kzg_generator", {}),
        "pairing": filled("kzg_pairing", {}).rstrip("\n"),
        **common_values(vk, options),
        **signal_lines(n, KEY_WORDS, PROOF_WORDS),
        **_points(vk),
        **_places(n),
    }
    values["lagrange"] = filled("plonk_lagrange", values)
    return filled("plonk", values)


def common_values(vk: VerifyingKey, options: ContractOptions) -> dict[str, object]:
    """Return what the templates of both curves have: name, domain, cosets."""
    field = vk.curve.scalar_field
    omega, r = field.root_of_unity(vk.log_n), field.modulus
    return {
        "name": options.name,
        "header": header(options.origin),
        "r": r,
        "log_n": vk.log_n,
        "n_inverse": hex_word(pow(1 << vk.log_n, -1, r)),
        "omega": hex_word(omega),
        "omega_inverse": hex_word(pow(omega, -1, r)),
        "k1": vk.k1,
        "k2": vk.k2,
    }


def _points(vk: VerifyingKey) -> dict[str, str]:
    values: dict[str, str] = {}
    for name in KEY_POINTS.values():
        ((x, y),) = coordinates(getattr(vk, name))
        values |= {f"{name}_x": hex_word(x), f"{name}_y": hex_word(y)}
    x_2 = zip(("x1", "x0", "y1", "y0"), g2_words(vk.x_2), strict=True)
    return values | {f"x_2_{part}": hex_word(number) for part, number in x_2}


def _places(n: int) -> dict[str, int]:
    """Return the places of parts in the contract's memory, in bytes."""
    proof = KEY_WORDS + n
    challenges = proof + PROOF_WORDS
    scratch = challenges + CHALLENGE_WORDS
    table, n_table = scratch + SCRATCH_WORDS, 2 * max(n, 1)
    words = {
        "at_signals": KEY_WORDS,
        "at_proof": proof,
        "at_evaluations": proof + POINT_WORDS,
        "at_challenges": challenges,
        "at_xi": challenges + 3,
        "at_scratch": scratch,
        "at_table": table,
        "table_bytes": n_table,
        "beta_bytes": proof + 6,
    }
    return {name: 32 * k for name, k in words.items()} | {"n_words": table + n_table}


def signal_lines(n: int, key_words: int, proof_words: int) -> dict[str, object]:
    """Return the lines about public signals, which are behind the key in memory, behind the proof in the calldata."""
    copy = f"            calldatacopy(add(w, {32 * key_words}), signals, {32 * n})"
    place = f"add(add(w, {32 * key_words}), div(sub(at, table), 2))"
    add = f"                total := addmod(total, mulmod(value, mload({place}), R), R)"
    doc = "the public signals, each below R"
    return {
        "parameter": f", uint256[{n}] calldata signals" if n else "",
        "argument": ", signals" if n else "",
        "doc_signals": f"    /// @param signals {doc}" if n else "    /// (no public signals)",
        "calldata_bytes": 4 + 32 * (proof_words + n),
        "copy_signals": copy if n else "",
        "add_signal": add if n else "",
    }


def call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of verifyProof(proof, public signals).

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if proof.a.group.curve_name != "bn254":
        raise no_contract(proof.a.group.curve_name)
    points = [getattr(proof, name) for name in PROOF_POINTS.values()]
    words = [x for each in points for x in coordinates(each)[0]]
    words += [getattr(proof, name) for name in PROOF_SCALARS.values()]
    signals = public.to_ints()
    types = ["uint256[24]", *[f"uint256[{n}]" for n in [len(signals)] if n]]
    text = f'["{hex_word(words[0])}", {quoted(words[1:])}][{quoted(signals)}]'
    arguments = {"proof": hex_words(words), "input": hex_words(signals)}
    return ContractCall(f"verifyProof({','.join(types)})", (*words, *signals), arguments, text)
