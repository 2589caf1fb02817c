"""Report B33: the witness costs no more than the proof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.known_tau import write_known_tau_key
from tests.gadgets.cases.number_big import limbs
from tests.gadgets.cases.signature_rsa import DIGEST, MODULUS, SIGNATURE

ZKCTL = Path(sys.executable).with_name("zkctl")
SOURCE = """
from zkctl.dsl import Array, Byte, Uint, circuit, private, public
from zkctl.gadgets.signature.rsa import verify_rsa_sha256

@circuit
def twice(
    digest: Array[Byte] = public(32),
    first: Array[Uint] = private(32, bits=64),
    second: Array[Uint] = private(32, bits=64),
    modulus: Array[Uint] = public(32, bits=64),
) -> None:
    verify_rsa_sha256(digest, first, modulus, bits=64, key_bits=2048)
    verify_rsa_sha256(digest, second, modulus, bits=64, key_bits=2048)
"""


def cpu_seconds(folder: Path, *words: str) -> float:
    """Processor seconds of one zkctl process."""
    process = subprocess.Popen(
        [str(ZKCTL), "-q", *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, words
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
def test_b33_the_witness_of_two_rsa_signatures_costs_no_more_than_the_proof(tmp_path: Path) -> None:
    """150,000 constraints and more; processor seconds of whole processes, the least of three."""
    (tmp_path / "twice.py").write_text(SOURCE)
    cpu_seconds(tmp_path, "compile", "twice.py", "-o", ".")
    write_known_tau_key(tmp_path / "twice.r1cs", tmp_path / "twice.zkey")
    signature = limbs(SIGNATURE[2048], 32)
    given = {"digest": DIGEST, "first": signature, "second": signature}
    inputs = given | {"modulus": limbs(MODULUS[2048], 32)}
    (tmp_path / "input.json").write_text(json.dumps(inputs))
    witness = ("witness", "twice.wprog", "input.json", "-o", "w.wtns", "--force")
    prove = ("prove", "twice.zkey", "w.wtns", "--allow-insecure", "--force")
    seconds = [(cpu_seconds(tmp_path, *witness), cpu_seconds(tmp_path, *prove)) for _ in range(3)]
    least_witness, least_proof = (min(each) for each in zip(*seconds, strict=True))
    print(f"witness {least_witness:.2f} s, proof {least_proof:.2f} s")
    assert (tmp_path / "w.wtns").stat().st_size > 150_000 * 32
    assert least_witness <= least_proof
