"""How the cost of `zkctl prove` grows with the circuit: whole processes, time, peak memory and the size of the key.

    python tests/bench/scaling.py [--lengths 272 1091 4365] [--runs 3]

Poseidon chains of 65,280, 261,840 and 1,047,600 constraints: domains of 2^16, 2^18 and 2^20.  The keys are synthetic
(known_tau.py), made by processes of their own, so that this one stays smaller than what it measures.  First on one
core, then on all; beside each figure what it is times that of the circuit before.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compare_prove import ROOT, ZKCTL, Sample, machine, measure, medians

HERE = Path(__file__).parent
ALLOWED_FACTOR, ALLOWED_MIB, ALLOWED_GROWTH = 1.3, 300, 4.3


@dataclass(frozen=True)
class Circuit:
    """A circuit with its key and witness in a folder."""

    constraints: int
    folder: Path

    @property
    def key_mib(self) -> float:
        """Size of the key."""
        return (self.folder / "key.zkey").stat().st_size / 2**20


def make(length: int, folder: Path) -> Circuit:
    """Compile a chain, compute its witness, make a key whose secrets were known."""
    folder.mkdir()
    (folder / "input.json").write_text('{"start": "5"}')
    source = str(HERE / "circuits" / "chain.py")
    compiled = [ZKCTL, "compile", source, "-P", f"length={length}", "-o", ".", "--json"]
    witness = [ZKCTL, "witness", "chain.wprog", "input.json", "-o", "witness.wtns", "-q"]
    key = [sys.executable, str(HERE / "known_tau.py"), "chain.r1cs", "-o", "key.zkey"]
    outputs = [
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout
        for words in (compiled, witness, key)
    ]
    return Circuit(json.loads(outputs[0])["result"]["n_constraints"], folder)


def prove(circuit: Circuit, cores: list[int], runs: int) -> Sample:
    """Medians of whole processes after one that does not count."""
    files = ["key.zkey", "witness.wtns", "-o", "proof.json", "--public", "public.json"]
    command = [ZKCTL, "prove", *files, "--force", "--allow-insecure"]
    return medians([measure(command, cores, circuit.folder) for _ in range(runs + 1)][1:])


def row(n_cores: int, circuit: Circuit, found: Sample, before: Sample | None) -> str:
    """One line of the table."""
    growth = f"{found.cpu / before.cpu:.2f}" if before else "-"
    allowed = ALLOWED_FACTOR * circuit.key_mib + ALLOWED_MIB
    return (
        f"{n_cores:>5} {circuit.constraints:>11,} {found.wall:>8.2f} {found.cpu:>8.2f} {growth:>7}"
        f" {1e6 * found.cpu / circuit.constraints:>8.2f} {circuit.key_mib:>8.0f}"
        f" {found.memory:>8.0f} {allowed:>8.0f}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=[272, 1091, 4365])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    available = sorted(os.sched_getaffinity(0))
    modules = ROOT / "tests" / "interop" / "node" / "node_modules"
    with tempfile.TemporaryDirectory() as name:
        circuits = [make(n, Path(name) / str(n)) for n in options.lengths]
        print(f"machine: {machine(Path(os.environ.get('ZKCTL_NODE_MODULES', modules)))}")
        print(f"medians of {options.runs} runs; growth allowed per step: {ALLOWED_GROWTH}")
        print(
            f"{'cores':>5} {'constraints':>11} {'wall s':>8} {'CPU s':>8} {'growth':>7}"
            f" {'us/row':>8} {'key MiB':>8} {'peak MiB':>8} {'allowed':>8}"
        )
        for cores in ([available[0]], available):
            before = None
            for circuit in circuits:
                found = prove(circuit, cores, options.runs)
                print(row(len(cores), circuit, found, before), flush=True)
                before = found


if __name__ == "__main__":
    main()
