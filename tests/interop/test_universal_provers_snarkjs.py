"""snarkjs verifies our proofs of PLONK and fflonk."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.toy_gates import toy_powers
from tests.support.toy_groth16 import circuit
from tests.support.toy_provers import EACH_PROVER, FFLONK, PLONK, PLONK_BLS, Prover
from zkctl.errors import UnsatisfiedError
from zkctl.field import words_from_ints
from zkctl.formats.json.snarkjs_text import public_json

# B8: c <== a b as in a README, 3 * 11; all wires: one, c, a, b
README = [([(2, 1)], [(3, 1)], [(1, 1)])]


@EACH_PROVER
def test_snarkjs_verifies_our_proofs(prover: Prover, tmp_path: Path, run_snarkjs: Runner) -> None:
    field, name = prover.curve.scalar_field, prover.name
    text = importlib.import_module(f"zkctl.formats.json.{name}_text")
    keys = importlib.import_module(f"zkctl.formats.json.snarkjs_{name}")
    system = circuit(field, README, 4, 1, 0)
    key = prover.setup.make_key(system, toy_powers(prover.curve))
    words = words_from_ints([1, 33, 3, 11], field.n_words)
    proof, public = prover.prove.prove(key, words)
    (tmp_path / "vk.json").write_text(keys.verification_key_json(key.verifying_key))
    (tmp_path / "proof.json").write_text(text.proof_json(proof))
    (tmp_path / "public.json").write_text(public_json(public))
    assert (tmp_path / "public.json").read_text().split() == ["[", '"33"', "]"]
    command = (name, "verify", "vk.json", "public.json", "proof.json")
    assert run_snarkjs(*command, cwd=tmp_path).returncode == 0
    with pytest.raises(UnsatisfiedError):
        prover.prove.prove(key, words_from_ints([1, 34, 3, 11], field.n_words))


@pytest.mark.slow
@pytest.mark.parametrize("prover", [PLONK, PLONK_BLS, FFLONK], ids=str)
def test_snarkjs_refuses_our_proofs_for_other_signals(
    prover: Prover, tmp_path: Path, run_snarkjs: Runner
) -> None:
    name, key = prover.name, prover.key()
    text = importlib.import_module(f"zkctl.formats.json.{name}_text")
    keys = importlib.import_module(f"zkctl.formats.json.snarkjs_{name}")
    proof, _ = prover.prove.prove(key, prover.witness())
    (tmp_path / "vk.json").write_text(keys.verification_key_json(key.verifying_key))
    (tmp_path / "proof.json").write_text(text.proof_json(proof))
    for public, code in (([55, 77], 0), ([55, 78], 1)):
        (tmp_path / "public.json").write_text(public_json(public))
        command = (name, "verify", "vk.json", "public.json", "proof.json")
        assert run_snarkjs(*command, cwd=tmp_path).returncode == code
