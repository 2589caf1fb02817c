"""Proofs and public signals as text, without the readers of JSON."""

import json
import subprocess
import sys

from zkctl.curve import BN254, G1Array, G2Array
from zkctl.formats.json.groth16_text import proof_json
from zkctl.groth16.keys import Proof


def test_a_proof_names_its_protocol_and_curve() -> None:
    g1, g2 = G1Array.generator(BN254.g1), G2Array.generator(BN254.g2)
    document = json.loads(proof_json(Proof(g1, g2, g1)))
    assert list(document) == ["pi_a", "pi_b", "pi_c", "protocol", "curve"]
    assert document["pi_a"] == ["1", "2", "1"]
    assert document["pi_b"][2] == ["1", "0"]
    assert (document["protocol"], document["curve"]) == ("groth16", "bn128")


def test_writing_loads_no_reader_of_json() -> None:
    code = "import sys, zkctl.formats.json.groth16_text; print('zkctl.formats.json.strict' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
