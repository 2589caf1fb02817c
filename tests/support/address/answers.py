"""Proofs of statements that nothing is proved about: a circuit that accepts all public signals, under a key of known secrets.

For tests of all that is around a proof.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.support.toy_groth16 import circuit, contribute, powers_of_tau, save_key, save_witness
from zkctl.curve import BN254
from zkctl.field import BN254_FR, words_from_ints
from zkctl.groth16.keys import ProvingKey
from zkctl.groth16.setup import initial_key
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove


@cache
def _key(n_public: int) -> ProvingKey:
    wire = n_public + 1
    accepting = circuit(BN254_FR, [([(wire, 1)], [(wire, 1)], [(wire, 1)])], wire + 1, 0, n_public)
    return contribute(initial_key(accepting, powers_of_tau(BN254, 5)), 0xDE17A5EC2E7)


def write_answer(folder: Path, signals: Sequence[int]) -> tuple[Path, Path, Path]:
    """Write vkey.json, public.json and proof.json of these signals."""
    folder.mkdir(exist_ok=True)
    vkey, public, proof = (folder / name for name in ("vkey.json", "public.json", "proof.json"))
    key = save_key(folder / "key.zkey", _key(len(signals)))
    words = words_from_ints([1, *signals, 1], BN254_FR.n_words)
    witness = save_witness(folder / "witness.wtns", BN254_FR, words)
    export_verification_key(key, output=vkey, force=True)
    prove(key, witness, proof_output=proof, public_output=public, force=True)
    return vkey, public, proof


def write_settings(
    verifier: Path, circuits: dict[str, Path], owners: dict[str, str], *, max_root_age: int = 600
) -> None:
    """Write the settings of a verifier that pins these verification keys."""
    verifier.mkdir(mode=0o700, exist_ok=True)
    pins = {
        name: [hashlib.sha256(path.read_bytes()).hexdigest()] for name, path in circuits.items()
    }
    settings = {"verifier": "did:web:shop.example", "owners": owners, "circuits": pins}
    settings["max_root_age"] = max_root_age
    (verifier / "settings.json").write_text(json.dumps(settings))
