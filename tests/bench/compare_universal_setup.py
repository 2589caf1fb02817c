"""Compare the setups of PLONK and fflonk with snarkjs: whole processes, same files, one run.

    python tests/bench/compare_universal_setup.py [--length 3] [--system plonk] [--repeats 3] [--only-zkctl]

The circuit is a Poseidon chain, whose long combinations take some 2,470 rows a hash (3: 2^13; 17: 2^16 rows of the domain), the
powers of tau come from known_tau.py.  snarkjs runs once (half a minute at 2^16), zkctl --repeats times; both keys must be the
same bytes.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from compare_prove import ROOT, machine, measure, medians
from compare_setup import BENCH, ZKCTL, row

ROWS_OF_A_HASH = 2470
POWERS_MORE = {"plonk": 0, "fflonk": 3}


def make_files(length: int, system: str, folder: Path) -> None:
    """The circuit and powers of tau of the power that the setup needs."""
    chain = BENCH / "circuits" / "chain.py"
    compiled = [*ZKCTL, "compile", str(chain), "-P", f"length={length}", "-o", "."]
    power = (length * ROWS_OF_A_HASH + 2).bit_length() + POWERS_MORE[system]
    tau = [sys.executable, str(BENCH / "known_tau.py"), "--power", str(power), "-o", "p.ptau"]
    for command in (compiled, tau):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=3)
    parser.add_argument("--system", choices=POWERS_MORE, default="plonk")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only-zkctl", action="store_true")
    options = parser.parse_args()
    modules = ROOT / "tests" / "interop" / "node" / "node_modules"
    modules = Path(os.environ.get("ZKCTL_NODE_MODULES", modules))
    cores = sorted(os.sched_getaffinity(0))[:1]
    print(f"machine: {machine(modules)}; on one core; {options.system}, {options.length} hashes")
    print(f"{'command':<11} {'program':<8} {'wall s':>8} {'CPU s':>8} {'MiB':>6}")
    ours = ["setup", options.system, "chain.r1cs", "p.ptau", "-o", "0.zkey"]
    theirs = [options.system, "setup", "chain.r1cs", "p.ptau", "s0.zkey"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(options.length, options.system, folder)
        words = [*ZKCTL, *ours, "--allow-insecure", "--force"]
        mine = medians([measure(words, cores, folder) for _ in range(options.repeats)])
        print(row("setup", "zkctl", mine), flush=True)
        if options.only_zkctl:
            return 0
        snarkjs = ["node", str(modules / "snarkjs" / "build" / "cli.cjs")]
        other = measure([*snarkjs, *theirs], cores, folder)
        print(row("setup", "snarkjs", other))
        ratio = f"{other.wall / mine.wall:>8.1f} {other.cpu / mine.cpu:>8.1f}"
        print(f"{'setup':<11} {'ratio':<8} {ratio}")
        same = filecmp.cmp(folder / "0.zkey", folder / "s0.zkey", shallow=False)
        print(f"{'setup':<11} {'bytes':<8} {'the same' if same else 'DIFFERENT'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
