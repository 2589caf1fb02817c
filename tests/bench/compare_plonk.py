"""Measure the provers of PLONK and fflonk beside snarkjs, on the same keys and witnesses, in one run.

    python tests/bench/compare_plonk.py [--powers 12 14 16] [--system plonk] [--runs 3] [--snarkjs-limit 14] [--threads 1]

The circuit is a chain of squarings, one row each, which all but fills the domain; the powers of tau are made by known_tau.py.
Every program proves as a whole process on the same core, taken in turns; the table gives medians, and the ratio is the median of
the ratios pair by pair.  snarkjs sits out domains above the limit.  snarkjs verifies our last proof.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from compare_prove import ROOT, ZKCTL, Sample, machine, measure, medians

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.field import BN254_FR, words_from_ints
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.binary.wtns import write_wtns

HERE = Path(__file__).parent
SNARKJS = ROOT / "tests" / "interop" / "node" / "node_modules" / "snarkjs" / "cli.js"
EXTRA_POWERS = {"plonk": 0, "fflonk": 3}  # fflonk takes more than 9 n powers of tau
FREE_ROWS = 3  # the public signal, and two rows that fflonk needs


@dataclass(frozen=True)
class Case:
    """A key and a witness for a domain of size 2^power."""

    power: int
    folder: Path

    @property
    def key_mib(self) -> float:
        """Size of the key."""
        return (self.folder / "key.zkey").stat().st_size / 2**20


def squarings(n: int) -> tuple[R1CS, list[int]]:
    """The circuit of n squarings and a witness; wire 1 is public, the last result."""
    field, p = BN254_FR, BN254_FR.modulus
    order = [*range(2, n + 2), 1]  # wires along the chain

    def column(wires: list[int]) -> SparseMatrix:
        return SparseMatrix(
            field,
            np.arange(n + 1, dtype=np.int64),
            np.array(wires, np.uint32),
            words_from_ints([1], 4).repeat(n, axis=0),
        )

    a, c = column(order[:-1]), column(order[1:])
    labels = np.arange(n + 2, dtype=np.uint64)
    values, value = [1, 0], 0x1234567 << 200
    for _ in range(n):
        values.append(value % p)
        value = value * value % p
    values[1] = value
    return R1CS(field, n + 2, 1, 0, n, n + 2, a, a, c, labels), values


def make(power: int, system: str, folder: Path) -> Case:
    """Write circuit and witness, make powers of tau and the key by processes of their own."""
    folder.mkdir()
    circuit, values = squarings((1 << power) - FREE_ROWS)
    with (folder / "chain.r1cs").open("wb") as file:
        write_r1cs(file, circuit)
    with (folder / "witness.wtns").open("wb") as file:
        write_wtns(file, BN254_FR, words_from_ints(values, 4))
    needed = str(power + EXTRA_POWERS[system])
    tau = [sys.executable, str(HERE / "known_tau.py"), "--power", needed, "-o", "pot.ptau"]
    setup = [ZKCTL, "setup", system, "chain.r1cs", "pot.ptau", "-o", "key.zkey"]
    vkey = [ZKCTL, "export-vkey", "key.zkey", "-o", "vk.json"]
    for command in (tau, [*setup, "--allow-insecure", "-q"], [*vkey, "--allow-insecure", "-q"]):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return Case(power, folder)


def run_case(case: Case, system: str, cores: list[int], runs: int, limit: int) -> float:
    """Print the medians; return our processor time."""
    files = ["key.zkey", "witness.wtns"]
    ours = [ZKCTL, "prove", *files, "-o", "proof.json", "--public", "public.json", "--force"]
    commands = {"zkctl": [*ours, "--allow-insecure", "--threads", str(len(cores))]}
    if case.power <= limit:
        commands["snarkjs"] = ["node", str(SNARKJS), system, "prove", *files, "q.json", "v.json"]
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for k in range(-1, runs):
        for name, command in commands.items():
            if k >= 0 or name == "zkctl":  # the first run of ours may compile kernels
                samples[name].append(measure(command, cores, case.folder))
    del samples["zkctl"][0]
    for name, found in samples.items():
        m = medians(found)
        ratio = statistics.median(
            s.cpu / o.cpu for s, o in zip(found, samples["zkctl"], strict=True)
        )
        print(
            f"{system:<7} 2^{case.power:<3} {len(cores):>5}  {name:<8} {m.wall:>8.2f} {m.cpu:>8.2f}"
            f" {m.memory:>6.0f} {case.key_mib:>6.0f} {ratio:>8.1f}",
            flush=True,
        )
    check = ["node", str(SNARKJS), system, "verify", "vk.json", "public.json", "proof.json"]
    subprocess.run(check, cwd=case.folder, check=True, stdout=subprocess.DEVNULL)
    return medians(samples["zkctl"]).cpu


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--powers", type=int, nargs="+", default=[12, 14, 16])
    parser.add_argument("--system", choices=list(EXTRA_POWERS), default="plonk")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--snarkjs-limit", type=int, default=14)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))[: options.threads]
    print(f"machine: {machine(SNARKJS.parent.parent)}; load {os.getloadavg()[0]:.1f}")
    print("system  rows  cores  program    wall s    CPU s    MiB    key  x zkctl")
    before = None
    with tempfile.TemporaryDirectory() as name:
        for power in options.powers:
            case = make(power, options.system, Path(name) / str(power))
            found = run_case(case, options.system, cores, options.runs, options.snarkjs_limit)
            if before:
                print(f"  growth to 2^{power}: {found / before:.2f}")
            before = found


if __name__ == "__main__":
    main()
