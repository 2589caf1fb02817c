"""The verifier contract of fflonk, and the words of its calldata.

The equations are those of fflonk/verify.py.  The interpolations of the paper have closed forms, since the sets of points are
all roots of X^8 - xi, X^4 - xi, X^3 - xi and X^3 - xi w: r0 and r1 have the values of the proof as coefficients, and r2 is
put together from two polynomials of degree 2.  So is the product that the proof's `inv` inverts.
"""

from __future__ import annotations

from zkctl.errors import EncodingError
from zkctl.fflonk.keys import EVALUATIONS, PROOF_POINTS, Proof, VerifyingKey
from zkctl.field import FieldArray
from zkctl.solidity.abi import ContractCall, hex_word, hex_words
from zkctl.solidity.render import (
    ContractOptions,
    coordinates,
    filled,
    g2_words,
    header,
    no_contract,
)

KEY_WORDS, PROOF_WORDS, POINT_WORDS, CHALLENGE_WORDS, SCRATCH_WORDS = 2, 24, 8, 18, 24


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if vk.curve.name != "bn254":
        raise no_contract(vk.curve.name)
    field, r = vk.curve.scalar_field, vk.curve.scalar_field.modulus
    omega = field.root_of_unity(vk.log_n)
    ((c_0_x, c_0_y),) = coordinates(vk.c_0)
    x_2 = zip(("x1", "x0", "y1", "y0"), g2_words(vk.x_2), strict=True)
    values: dict[str, object] = {
        "name": options.name,
        "header": header(options.origin),
        "r": r,
        "q": vk.curve.base_field.modulus,
        "log_n": vk.log_n,
        "n": 1 << vk.log_n,
        "omega": hex_word(omega),
        "omega_inverse": hex_word(pow(omega, -1, r)),
        "k1": vk.k1,
        "k2": vk.k2,
        "gap_inverse": hex_word(pow(1 - omega, -1, r)),
        "product_factor": hex_word(product_factor(omega, r)),
        "c_0_x": hex_word(c_0_x),
        "c_0_y": hex_word(c_0_y),
        "generator": filled("kzg_generator", {}),
        "pairing": filled("kzg_pairing", {}).rstrip("\n"),
        **{f"x_2_{part}": hex_word(number) for part, number in x_2},
        **_places(vk.n_public),
        **_signals(vk.n_public),
    }
    return filled("fflonk", values)


def product_factor(omega: int, r: int) -> int:
    """Return k, where k xi^20 (y^8 - xi) (y^4 - xi) (y^3 - xi) (y^3 - xi w) is the product of the interpolations' denominators.

    Over the roots x of X^8 - xi the product of 8 x^7 is -8^8 xi^7, over those of X^4 - xi that of 4 x^3 is -4^4 xi^3, and
    over those of X^3 - xi and X^3 - xi w that of 3 x^2 (x^3 - the other constant) is -3^6 xi^10 w^2 (1 - w)^6.
    """
    return -(8**8) * 4**4 * 3**6 * pow(omega, 2, r) * pow(1 - omega, 6, r) % r


def _places(n: int) -> dict[str, int]:
    """Return the places of parts in the contract's memory, in bytes."""
    proof = KEY_WORDS + n
    challenges = proof + PROOF_WORDS
    scratch = challenges + CHALLENGE_WORDS
    table, n_table = scratch + SCRATCH_WORDS, 2 * max(n, 1)
    words = {
        "at_proof": proof,
        "at_evaluations": proof + POINT_WORDS,
        "at_inv": challenges - 1,
        "at_challenges": challenges,
        "at_y": challenges + 4,
        "at_r0": challenges + 14,
        "at_scratch": scratch,
        "at_table": table,
        "table_bytes": n_table,
        "beta_bytes": proof + 2,
    }
    return {name: 32 * k for name, k in words.items()} | {"n_words": table + n_table}


def _signals(n: int) -> dict[str, object]:
    """Return the lines about public signals; without any, the one word that callers of snarkjs' contracts pass must be zero."""
    copy = f"            calldatacopy(add(w, {32 * KEY_WORDS}), signals, {32 * n})\n            valid := 1"
    none = "            valid := iszero(calldataload(signals))"
    place = f"add(add(w, {32 * KEY_WORDS}), div(sub(at, table), 2))"
    add = f"                total := addmod(total, mulmod(value, mload({place}), R), R)"
    doc = "the public signals, each below R" if n else "one zero, since there are no public signals"
    return {
        "width": max(n, 1),
        "doc_signals": f"    /// @param signals {doc}",
        "calldata_bytes": 4 + 32 * (PROOF_WORDS + max(n, 1)),
        "copy_signals": copy if n else none,
        "add_signal": add if n else "",
    }


def call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of verifyProof(proof, public signals), with one zero where there are no public signals.

    Raises: EncodingError for a number of values that is not fflonk's; EnvironmentProblem for a curve other than BN254.
    """
    if proof.c_1.group.curve_name != "bn254":
        raise no_contract(proof.c_1.group.curve_name)
    if len(proof.evaluations) != len(EVALUATIONS):
        raise EncodingError(
            f"expected {len(EVALUATIONS)} values in the proof, got {len(proof.evaluations)}"
        )
    points = [getattr(proof, name) for name in PROOF_POINTS.values()]
    words = [x for each in points for x in coordinates(each)[0]]
    words += [*proof.evaluations, proof.inv]
    signals = public.to_ints()
    rest = ",".join(hex_word(word) for word in words[1:])
    text = f"[{hex_word(words[0])}, {rest}],[{','.join(map(hex_word, signals))}]"
    signature = f"verifyProof(bytes32[24],uint256[{max(len(signals), 1)}])"
    arguments = {"proof": hex_words(words), "input": hex_words(signals or [0])}
    return ContractCall(signature, (*words, *(signals or [0])), arguments, text)
