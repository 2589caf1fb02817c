"""Compare set-up and phase 2 with snarkjs: setup, contribute, verify; whole processes, same files, one run.

    python tests/bench/compare_setup.py [--length 17] [--repeats 3] [--only-zkctl]

The circuit is a Poseidon chain, 240 constraints a hash (17: 4,080; 68: 16,320; 272: 65,280), the powers of tau come
from known_tau.py.  snarkjs runs once per command (minutes at 2^16), zkctl --repeats times; both keys must be the
same bytes.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from compare_prove import ROOT, Sample, machine, measure, medians

ZKCTL = [sys.executable, "-m", "zkctl.cli.app"]
BENCH = Path(__file__).parent
ROWS_OF_A_HASH = 240


def make_files(length: int, folder: Path) -> None:
    """The circuit and powers of tau with room for one domain more."""
    chain = BENCH / "circuits" / "chain.py"
    compiled = [*ZKCTL, "compile", str(chain), "-P", f"length={length}", "-o", "."]
    power = (length * ROWS_OF_A_HASH + 2).bit_length()
    tau = [sys.executable, str(BENCH / "known_tau.py"), "--power", str(power), "-o", "p.ptau"]
    for command in (compiled, tau):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def commands() -> list[tuple[str, list[str], list[str]]]:
    """The words of each step for zkctl and for snarkjs."""
    return [
        (
            "setup",
            [
                "setup",
                "groth16",
                "chain.r1cs",
                "p.ptau",
                "-o",
                "0.zkey",
                "--allow-insecure",
                "--force",
            ],
            ["groth16", "setup", "chain.r1cs", "p.ptau", "s0.zkey"],
        ),
        (
            "contribute",
            ["ceremony", "contribute", "0.zkey", "-o", "1.zkey", "--name", "a", "--force"],
            ["zkey", "contribute", "0.zkey", "s1.zkey", "-n=a", "-e=b"],
        ),
        (
            "verify",
            [
                *("ceremony", "verify", "1.zkey", "--r1cs", "chain.r1cs", "--ptau", "p.ptau"),
                "--allow-insecure",
            ],
            ["zkey", "verify", "chain.r1cs", "p.ptau", "1.zkey"],
        ),
    ]


def row(step: str, program: str, s: Sample) -> str:
    return f"{step:<11} {program:<8} {s.wall:>8.2f} {s.cpu:>8.2f} {s.memory:>6.0f}"


def compare(folder: Path, cores: Sequence[int], snarkjs: list[str] | None, repeats: int) -> None:
    print(f"{'command':<11} {'program':<8} {'wall s':>8} {'CPU s':>8} {'MiB':>6}")
    for step, ours, theirs in commands():
        mine = medians([measure([*ZKCTL, *ours], cores, folder) for _ in range(repeats)])
        print(row(step, "zkctl", mine), flush=True)
        if snarkjs is None:
            continue
        other = measure([*snarkjs, *theirs], cores, folder)
        print(row(step, "snarkjs", other))
        ratio = f"{other.wall / mine.wall:>8.1f} {other.cpu / mine.cpu:>8.1f}"
        print(f"{step:<11} {'ratio':<8} {ratio}", flush=True)
        if step == "setup":
            same = filecmp.cmp(folder / "0.zkey", folder / "s0.zkey", shallow=False)
            print(f"{step:<11} {'bytes':<8} {'the same' if same else 'DIFFERENT'}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=17)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only-zkctl", action="store_true")
    options = parser.parse_args()
    modules = ROOT / "tests" / "interop" / "node" / "node_modules"
    modules = Path(os.environ.get("ZKCTL_NODE_MODULES", modules))
    snarkjs = ["node", str(modules / "snarkjs" / "build" / "cli.cjs")]
    cores = sorted(os.sched_getaffinity(0))[:2]
    print(f"machine: {machine(modules)}; on {len(cores)} cores")
    print(f"chain of {options.length} hashes, {options.length * ROWS_OF_A_HASH:,} constraints\n")
    with tempfile.TemporaryDirectory() as name:
        make_files(options.length, Path(name))
        compare(Path(name), cores, None if options.only_zkctl else snarkjs, options.repeats)
    return 0


if __name__ == "__main__":
    sys.exit(main())
