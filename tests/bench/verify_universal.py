"""Measure a verification of PLONK and fflonk in process: key, proof and public signals are in memory.

    python tests/bench/verify_universal.py [--system plonk fflonk] [--power 12] [--runs 300]

The circuit and key are those of compare_plonk.py.  CPU milliseconds, smallest and median: by `verify`, under a prepared key, and,
under it, with the lines of the points of G2 computed for each proof, as they were before they were kept; in turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compare_plonk import make

from zkctl.curve import G1Array, is_pairing_product_one
from zkctl.curve.backend import prepare_pairing
from zkctl.curve.pairing import FixedPairing
from zkctl.fflonk import verify as fflonk
from zkctl.formats.binary.wtns import read_wtns
from zkctl.plonk import verify as plonk
from zkctl.toolchain.proof.systems import system_of_key

MODULES: dict[str, Any] = {"plonk": plonk, "fflonk": fflonk}


class Lineless(FixedPairing):
    """The pairing without lines that stay."""

    def is_one(self, p: G1Array) -> bool:
        """Compute with the points of G2, each time."""
        return is_pairing_product_one(self.curve, p, self.q)


def milliseconds(call: Callable[[], bool]) -> float:
    """CPU time of one call, which must find the proof right."""
    start = time.process_time()
    assert call()
    return 1000 * (time.process_time() - start)


def run(name: str, folder: Path, runs: int) -> None:
    """Print a row of each way."""
    system = system_of_key(folder / "key.zkey")
    key: Any = system.read_key(folder / "key.zkey").key
    public, proof = system.prove(key, read_wtns(folder / "witness.wtns").words)
    prepare_pairing(key.curve)
    module, vk = MODULES[name], key.verifying_key
    prepared = module.PreparedVerifyingKey.of(vk)
    lineless = module.PreparedVerifyingKey.of(vk)
    lineless.equation.pairing = Lineless(key.curve, prepared.equation.pairing.q)
    ways: dict[str, Callable[[], bool]] = {
        "verify": lambda: module.verify(vk, public, proof),
        "prepared": lambda: prepared.verify(public, proof),
        "prepared, no lines": lambda: lineless.verify(public, proof),
    }
    found: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(runs):
        for way, call in ways.items():
            found[way].append(milliseconds(call))
    for way, times in found.items():
        print(
            f"{name:<7} {way:<20} {min(times):>9.2f} {statistics.median(times):>8.2f}", flush=True
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--system", nargs="+", choices=list(MODULES), default=list(MODULES))
    parser.add_argument("--power", type=int, default=12)
    parser.add_argument("--runs", type=int, default=300)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}; one core: start it under `taskset -c 0`")
    print("system  way                   smallest   median  ms")
    with tempfile.TemporaryDirectory() as name:
        for system in options.system:
            case = make(options.power, system, Path(name) / system)
            run(system, case.folder, options.runs)


if __name__ == "__main__":
    main()
