"""The verifier contract of Groth16, and the words of its calldata.

The contract evaluates e(A, B) e(alpha, -beta) e(IC_0 + sum x_i IC_i, -gamma) e(C, -delta) = 1 by the precompiled contracts of
EIP-196 and EIP-197, whose points of G2 have the imaginary part first.

Its batch check raises the equation of proof k to the power r_k, a hash of all proofs, all public signals and k, and multiplies:
the points of the key are common, so n proofs cost one pairing call of n + 3 pairs.  Proofs of which one is wrong pass for one
of R values of r_k only, and r_k is fixed when all else is: each attempt of a prover succeeds with probability 2^-252 or so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zkctl.field import FieldArray
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.solidity.abi import ContractCall, Nested, hex_word, hex_words, quoted
from zkctl.solidity.render import (
    ContractOptions,
    coordinates,
    error_words,
    filled,
    g2_words,
    header,
    no_contract,
)

# so many public signals have their own lines; for more a loop over a table is smaller, and not dearer
LINES_UP_TO = 4
_CALL_LOOP = """\
            let enough
            valid, enough := addSignals(p, add(points, 32), signals)"""
_BATCH_SIGNALS = """\
                {
                    let canonical, done := addSignals(p, n, add(points, 32), signals.offset)
                    valid := and(valid, canonical)
                    enough := and(enough, done)
                }
"""
_TAKE_POINTS = "        bytes memory points = _points();\n"


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of a verifier contract.

    Raises: EnvironmentProblem for a curve other than BN254.
    """
    if vk.curve.name != "bn254":
        raise no_contract(vk.curve.name)
    n = vk.n_public
    values: dict[str, object] = {
        "name": options.name,
        "header": header(options.origin),
        "parameter": f",\n        uint256[{n}] calldata signals" if n else "",
        "argument": ", signals" if n else "",
        "doc_signals": "    /// @param signals the public signals, each below the order of the groups"
        if n
        else "    /// (no public signals)",
        "calldata_bytes": 4 + 32 * (8 + n),
        **error_words(),
        **_numbers(vk),
        **_sum(vk),
        "batch": "",
    }
    if options.batch:
        values["batch"] = _batch(vk, values)
    if _has_table(n, options.batch):
        values["batch"] = f"{values['batch']}{_table(vk)}"
    return filled("groth16", values)


def _has_table(n: int, batch: bool) -> bool:
    return n > LINES_UP_TO or (batch and n > 0)


def _numbers(vk: VerifyingKey) -> dict[str, str]:
    """Return the coordinates of the key's points but those that signals multiply; points of G2 are negated."""
    g1 = {"alpha": vk.alpha_g1, "ic": vk.gamma_abc_g1[:1]}
    found: dict[str, str] = {}
    for name, point in g1.items():
        (words,) = coordinates(point)
        found |= {f"{name}_{part}": hex_word(word) for part, word in zip("xy", words, strict=True)}
    for name, g2 in {"beta": vk.beta_g2, "gamma": vk.gamma_g2, "delta": vk.delta_g2}.items():
        found |= {f"{name}_{k}": hex_word(word) for k, word in enumerate(g2_words(-g2))}
    return found


def _sum(vk: VerifyingKey) -> dict[str, str]:
    """Return the lines that add multiples of points to IC_0, and for many the function and the table that they use."""
    n, r = vk.n_public, vk.curve.scalar_field.modulus
    if n == 0:
        return {
            "sum": "            valid := 1\n            let enough := 1",
            "function": "",
            "points": "",
        }
    if n <= LINES_UP_TO:
        points = coordinates(vk.gamma_abc_g1[1:])
        lines = "".join(_lines_of_signal(k, point, r) for k, point in enumerate(points))
        return {"sum": lines.rstrip("\n"), "function": "", "points": ""}
    values = {"points_bytes": 64 * n, "signals_bytes": 32 * n, "r": r}
    return {
        "sum": _CALL_LOOP,
        "function": filled("groth16_signals", values),
        "points": _TAKE_POINTS,
    }


def _lines_of_signal(k: int, point: tuple[int, int], r: int) -> str:
    signal = f"add(signals, {32 * k})" if k else "signals"
    canonical = f"lt(calldataload({signal}), {r})"
    done = "staticcall(gas(), 7, add(p, 64), 96, add(p, 64), 64)"
    values = {
        "number": k + 1,
        "signal": signal,
        "canonical": f"and(valid, {canonical})" if k else canonical,
        "enough": f"enough := and(enough, {done})" if k else f"let enough := {done}",
        "ic_x": hex_word(point[0]),
        "ic_y": hex_word(point[1]),
    }
    return filled("groth16_signal", values)


def _table(vk: VerifyingKey) -> str:
    """Return the function with the points that signals multiply."""
    return filled("groth16_points", {"points": _literal([*coordinates(vk.gamma_abc_g1[1:]), (0,)])})


def _batch(vk: VerifyingKey, values: Mapping[str, object]) -> str:
    n = vk.n_public
    moduli = {"r": vk.curve.scalar_field.modulus, "q": vk.curve.base_field.modulus}
    own = {
        "parameter": f",\n        uint256[{n}][] calldata signals" if n else "",
        "doc_signals": "    /// @param signals the public signals of each proof\n" if n else "",
        "points": _TAKE_POINTS if n else "",
        "lengths_bytes": 4 + (128 if n else 64),
        "statement_bytes": 32 * (8 + n),
        "signal_bytes": 32 * n,
        "is_batch": "and(gt(n, 0), eq(signals.length, n))" if n else "gt(n, 0)",
        "signals_offset": "signals.offset" if n else "0",
        "add_signals": _BATCH_SIGNALS if n else "",
        **moduli,
    }
    function = {"signal_bytes": 32 * n, "r": moduli["r"]}
    own["signals_function"] = filled("groth16_batch_signals", function) if n else ""
    return filled("groth16_batch", {**values, **own})


def _literal(parts: Sequence[Sequence[int]]) -> str:
    """Return numbers as a literal of bytes, a line for each part."""
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
