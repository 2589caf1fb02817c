"""What BROKEN means: from the two witnesses that lint writes, two proofs of different outputs for one input are accepted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.support.toy_groth16 import circuit as circuit_of_rows
from tests.support.toy_groth16 import contribute, powers_of_tau, save_circuit, save_key
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BN254
from zkctl.field import BN254_FR
from zkctl.formats.sym import SymbolRow, write_sym
from zkctl.groth16.setup import initial_key
from zkctl.lint.prove import prove as judge
from zkctl.lint.search.search import search
from zkctl.toolchain.circuit.check_witness import verify_witness
from zkctl.toolchain.lint.foreign import read_foreign
from zkctl.toolchain.lint.witnesses import write_counterexample
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.verify import verify

NAMES = ["out", "commitment", "secret"]  # wires 1, 2, 3


def square_root() -> R1CS:
    """secret^2 = commitment and out = secret + 3 commitment; the author wanted one `out` for each commitment."""
    p = BN254_FR.modulus
    rows = [([(3, 1)], [(3, 1)], [(2, 1)]), ([(0, 1)], [(3, 1), (2, 3), (1, p - 1)], [])]
    return circuit_of_rows(BN254_FR, rows, 4, 1, 1)


def test_two_witnesses_make_two_accepted_proofs(tmp_path: Path) -> None:

    circuit = replace(square_root(), n_private_inputs=0)
    path = save_circuit(tmp_path / "c.r1cs", circuit)
    with (tmp_path / "c.sym").open("wb") as file:
        write_sym(file, [SymbolRow(k, k, 0, f"main.{name}") for k, name in enumerate(NAMES, 1)])
    read, system = read_foreign(path)
    pair = search(system, judge(system))
    assert pair is not None
    witnesses = write_counterexample(tmp_path, read.field, pair)
    key = contribute(initial_key(circuit, powers_of_tau(BN254, 3)), 0xDE17A)
    zkey = save_key(tmp_path / "c.zkey", key)
    vkey = tmp_path / "vkey.json"
    export_verification_key(zkey, output=vkey)
    statements = []
    for k, witness in enumerate(witnesses):
        assert verify_witness(witness, r1cs=path).satisfied
        proof, public = tmp_path / f"proof{k}.json", tmp_path / f"public{k}.json"
        prove(zkey, witness, proof_output=proof, public_output=public)
        assert verify(vkey, public=public, proof=proof).valid
        statements.append(json.loads(public.read_text()))
    (first_out, first_commitment), (second_out, second_commitment) = statements
    assert first_commitment == second_commitment
    assert first_out != second_out
