"""Measure whole processes that do little: what a person waits for and a script pays each time.

    python tests/bench/startup.py [--runs 15]

CPU time of children on a warm cache, taken in turns: the smallest and the median.  The bare interpreter and numpy
alone are the floor.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from compare_prove import ROOT, ZKCTL, measure

sys.path.insert(0, str(ROOT))

from tests.support.toy_groth16 import factors_witness, save_key, save_witness, toy_key
from zkctl.curve import BN254
from zkctl.field import BN254_FR
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove


def commands(folder: Path) -> dict[str, list[str]]:
    """The processes, on the files of a small circuit."""
    key = save_key(folder / "key.zkey", toy_key(BN254))
    witness = save_witness(folder / "witness.wtns", BN254_FR, factors_witness(BN254_FR))
    vkey, public, proof = (folder / f"{name}.json" for name in ("vkey", "public", "proof"))
    prove(key, witness, proof_output=proof, public_output=public)
    export_verification_key(key, output=vkey)
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
        "zkctl --version": [ZKCTL, "--version"],
        "zkctl --help": [ZKCTL, "--help"],
        "zkctl verify": [ZKCTL, "verify", *map(str, (vkey, public, proof))],
        "zkctl prove (5 wires)": [ZKCTL, "prove", str(key), str(witness), "--force"],
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        todo = commands(Path(name))
        times: dict[str, list[float]] = {label: [] for label in todo}
        for k in range(-2, options.runs):
            for label, command in todo.items():
                cpu = 1e3 * measure(command, cores, Path(name)).cpu
                if k >= 0:
                    times[label].append(cpu)
    print("CPU milliseconds         smallest  median")
    for label, found in times.items():
        print(f"{label:<24} {min(found):>8.0f} {statistics.median(found):>7.0f}")


if __name__ == "__main__":
    main()
