"""The rows of PLONK for circuits at each level of simplification and with `compile --for plonk`: a table for the documentation.

python tests/bench/plonk_rows.py [NAME...]
"""

from __future__ import annotations

import sys
import time

from zkctl.dsl import Array, Bit, Byte, Circuit, Signal, circuit, private, public
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.hash.mimc import mimc7
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.hash.sha256 import sha256
from zkctl.gadgets.signature.eddsa import EddsaSignature, verify_eddsa_poseidon
from zkctl.gadgets.tree.merkle import merkle_root
from zkctl.toolchain.circuit.proof_rows import with_fewest_rows


@circuit
def hashed(x: Array[Signal] = private("n"), *, n: int) -> Signal:
    """Poseidon of n elements."""
    return poseidon(*x)


@circuit
def block(x: Signal = private(), key: Signal = private()) -> Signal:
    """MiMC-7."""
    return mimc7(x, key)


@circuit
def digest(message: Array[Byte] = private(55)) -> Array[Byte]:
    """SHA-256 of one block."""
    return sha256(message)


@circuit
def tree(
    leaf: Signal = private(), siblings: Array[Signal] = private(20), path: Array[Bit] = private(20)
) -> Signal:
    """The root of a tree of 20 levels."""
    return merkle_root(leaf, siblings, path)


@circuit
def signed(
    key: Point = public(), signature: EddsaSignature = private(), message: Signal = public()
) -> None:
    """EdDSA."""
    verify_eddsa_poseidon(key, signature, message)


CASES: dict[str, tuple[Circuit, dict[str, int]]] = {
    "Poseidon, 2 inputs": (hashed, {"n": 2}),
    "Poseidon, 5 inputs": (hashed, {"n": 5}),
    "MiMC-7": (block, {}),
    "SHA-256, one block": (digest, {}),
    "Merkle tree of 20 levels": (tree, {}),
    "EdDSA with Poseidon": (signed, {}),
}


def main() -> int:
    print(
        "| circuit | constraints | rows at O0 | at O1 | at O2 | `--for plonk` | constraints | s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name in sys.argv[1:] or CASES:
        made, parameters = CASES[name]
        compiled = made.compile(**parameters)
        start = time.process_time()
        chosen, rows = with_fewest_rows(compiled, "plonk")
        took = time.process_time() - start
        before = compiled.simplified(2).r1cs.n_constraints
        counts = before, rows.n_rows_at_o0, rows.n_rows_at_o1, rows.n_rows_at_o2, rows.n_rows
        shown = " | ".join(f"{n:,}" for n in (*counts, chosen.r1cs.n_constraints))
        print(f"| {name} | {shown} | {took:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
