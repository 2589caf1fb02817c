"""We verify snarkjs' proofs of PLONK and fflonk, and write keys and proofs in its bytes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.interop.conftest import Runner
from tests.soundness.universal_mutants import Original
from tests.support.toy_provers import EACH_PROVER, Prover
from tests.support.universal_files import READERS, TEXTS
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.toolchain.proof.systems import SYSTEMS
from zkctl.toolchain.proof.verify import verify


@EACH_PROVER
def test_we_verify_proofs_of_snarkjs(prover: Prover, tmp_path: Path, run_snarkjs: Runner) -> None:
    original = Original(prover, tmp_path)
    original.write()
    vkey = original.path("vkey").read_text()
    files = ("theirs.json", "theirs_public.json")
    made = run_snarkjs(prover.name, "prove", "key.zkey", "witness.wtns", *files, cwd=tmp_path)
    assert made.returncode == 0
    exported = ("zkey", "export", "verificationkey", "key.zkey", "theirs_vkey.json")
    assert run_snarkjs(*exported, cwd=tmp_path).returncode == 0
    assert (tmp_path / "theirs_vkey.json").read_text() == vkey
    key = SYSTEMS[prover.name].read_key(original.path("key")).key.verifying_key
    proof, public = (tmp_path / name for name in files)
    read = READERS[prover.name].read_proof(proof, prover.curve)
    assert TEXTS[prover.name].proof_json(read) == proof.read_text()
    assert public.read_text() == public_json([55, 77]) == original.path("public").read_text()
    assert verify(original.path("vkey"), public=public, proof=proof).valid
    assert READERS[prover.name].verification_key_json(key) == vkey
    document = json.loads(proof.read_text())
    changed = document["evaluations"] if prover.name == "fflonk" else document
    name = "inv" if prover.name == "fflonk" else "eval_zw"
    changed[name] = str(int(changed[name]) ^ 1)
    proof.write_text(json.dumps(document))
    assert not verify(original.path("vkey"), public=public, proof=proof).valid
