"""Compare phase 1 with snarkjs: new, contribute, prepare, verify; whole processes, same files, one run.

    python tests/bench/compare_ptau.py [--power 14] [--curve bn128] [--repeats 3]

Same inputs (zkctl's own outputs), one after the other: zkctl --repeats times, of which the medians count, snarkjs once
per command, which takes minutes at power 14.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from compare_prove import ROOT, ZKCTL, Sample, machine, measure, medians


def commands(curve: str, power: int) -> list[tuple[str, list[str], list[str]]]:
    """The words of each step for zkctl and for snarkjs; zkctl's outputs are the next step's inputs."""
    return [
        ("new", ["new", curve, str(power), "-o", "0.ptau"], ["new", curve, str(power), "s0.ptau"]),
        (
            "contribute",
            ["contribute", "0.ptau", "-o", "1.ptau", "--name", "a"],
            ["contribute", "0.ptau", "s1.ptau", "-n=a", "-e=b"],
        ),
        (
            "prepare",
            ["prepare", "1.ptau", "-o", "2.ptau"],
            ["prepare", "phase2", "1.ptau", "s2.ptau"],
        ),
        ("verify", ["verify", "2.ptau"], ["verify", "2.ptau"]),
    ]


def row(step: str, program: str, s: Sample) -> str:
    return f"{step:<11} {program:<8} {s.wall:>8.2f} {s.cpu:>8.2f} {s.memory:>6.0f}"


def compare(curve: str, power: int, node_modules: Path, repeats: int) -> None:
    snarkjs = ["node", str(node_modules / "snarkjs" / "build" / "cli.cjs"), "powersoftau"]
    cores = sorted(os.sched_getaffinity(0))[:2]
    print(f"machine: {machine(node_modules)}\n{curve}, power {power}, on {len(cores)} cores\n")
    print(f"{'command':<11} {'program':<8} {'wall s':>8} {'CPU s':>8} {'MiB':>6}")
    with tempfile.TemporaryDirectory() as name:
        for step, ours, theirs in commands(curve, power):
            command = [ZKCTL, "ptau", *ours, *([] if step == "verify" else ["--force"])]
            mine = medians([measure(command, cores, Path(name)) for _ in range(repeats)])
            print(row(step, "zkctl", mine))
            other = measure([*snarkjs, *theirs], cores, Path(name))
            print(row(step, "snarkjs", other))
            ratio = f"{other.wall / mine.wall:>8.1f} {other.cpu / mine.cpu:>8.1f}"
            print(f"{step:<11} {'ratio':<8} {ratio}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--power", type=int, default=14)
    parser.add_argument("--curve", default="bn128")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    modules = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    compare(options.curve, options.power, modules, options.repeats)
    return 0


if __name__ == "__main__":
    sys.exit(main())
