"""Measure zkctl beside snarkjs and arkworks (groth16py) on the same keys and witnesses, in one run.

    python tests/bench/compare_peers.py [--runs 5] [--lengths 68 272 1091] [--node-modules DIR]

Installs groth16py in a scratch environment (and uses the snarkjs of the interoperability tests).  Circuits:
Poseidon chains (240 constraints a hash) and one that is mostly bits; keys are made by known_tau.py.  Every
program proves as a whole process, taken in turns, first on one core, then on all; the tables give medians,
and the ratio is the median of the ratios pair by pair.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from compare_prove import ROOT, ZKCTL, Sample, machine, measure, medians
from known_tau import write_known_tau_key

HERE = Path(__file__).parent
ARKWORKS = """
import sys, groth16py
key, _ = groth16py.import_zkey(sys.argv[1])
groth16py.prove_wtns(key, sys.argv[2])
"""


@dataclass(frozen=True)
class Case:
    """A circuit with its key and witness."""

    name: str
    constraints: int
    key: Path
    witness: Path


def make_case(
    name: str, source: str, parameter: str, inputs: dict[str, object], folder: Path
) -> Case:
    """Compile, make a key whose secrets were known, and compute the witness."""
    folder.mkdir()
    (folder / "input.json").write_text(json.dumps(inputs))
    circuit = Path(source).stem

    def zkctl(*arguments: str) -> str:
        done = subprocess.run(
            [ZKCTL, *arguments, "-q"], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    compiled = zkctl(
        "compile", str(HERE / "circuits" / source), "-P", parameter, "-o", ".", "--json"
    )
    zkctl("witness", f"{circuit}.wprog", "input.json", "-o", "witness.wtns")
    write_known_tau_key(folder / f"{circuit}.r1cs", folder / "key.zkey")
    count = json.loads(compiled)["result"]["n_constraints"]
    return Case(name, count, folder / "key.zkey", folder / "witness.wtns")


def commands(case: Case, python: Path | None, snarkjs: Path, limit: int) -> dict[str, list[str]]:
    """The command line of each program; snarkjs sits out circuits above `limit` constraints."""
    files = [str(case.key), str(case.witness)]
    out = {
        "zkctl": [
            ZKCTL,
            "prove",
            *files,
            "-o",
            "p.json",
            "--public",
            "u.json",
            "--force",
            "--allow-insecure",
        ]
    }
    if python is not None:
        out["arkworks"] = [str(python), "-c", ARKWORKS, *files]
    if case.constraints <= limit:
        out["snarkjs"] = ["node", str(snarkjs), "groth16", "prove", *files, "q.json", "v.json"]
    return out


def run_case(case: Case, programs: dict[str, list[str]], cores: list[int], runs: int) -> None:
    """Alternate the programs and print their medians and zkctl's ratio to each."""
    samples: dict[str, list[Sample]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as folder:
        for k in range(-1, runs):
            for name, command in programs.items():
                sample = measure(command, cores, Path(folder))
                if k >= 0:
                    samples[name].append(sample)
    for name, found in samples.items():
        m = medians(found)
        ratios = [
            statistics.median(
                getattr(s, what) / getattr(o, what)
                for s, o in zip(found, samples["zkctl"], strict=True)
            )
            for what in ("wall", "cpu")
        ]
        print(
            f"{case.name:<16} {case.constraints:>8} {len(cores):>5}  {name:<9} {m.wall:>8.3f}"
            f" {m.cpu:>8.3f} {m.memory:>6.0f}  {ratios[0]:>7.2f} {ratios[1]:>7.2f}",
            flush=True,
        )


def install_arkworks(folder: Path) -> Path | None:
    """A scratch environment with groth16py; None where it cannot be had."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "groth16py",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print("note: groth16py cannot be installed here, so arkworks is left out", file=sys.stderr)
        return None
    return python


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lengths", type=int, nargs="*", default=[17, 68, 272])
    parser.add_argument("--bit-rounds", type=int, default=622)
    parser.add_argument("--snarkjs-limit", type=int, default=70_000)
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument(
        "--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    )
    options = parser.parse_args()
    snarkjs = options.node_modules.resolve() / "snarkjs" / "build" / "cli.cjs"
    available = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        python = install_arkworks(scratch / "arkworks")
        cases = [
            make_case(
                f"chain {n}", "chain.py", f"length={n}", {"start": "5"}, scratch / f"chain{n}"
            )
            for n in options.lengths
        ]
        word = [str(k * k % 3 % 2) for k in range(96)]
        rounds = f"rounds={options.bit_rounds}"
        cases.append(make_case("mostly bits", "bits.py", rounds, {"word": word}, scratch / "bits"))
        print(f"machine: {machine(options.node_modules)}; medians of {options.runs} runs")
        print(
            f"{'circuit':<16} {'rows':>8} {'cores':>5}  {'program':<9} {'wall s':>8} {'CPU s':>8} {'MiB':>6}  x wall   x CPU"
        )
        for cores in ([available[0]], available):
            for case in cases:
                programs = commands(case, python, snarkjs, options.snarkjs_limit)
                run_case(case, programs, cores, options.runs)


if __name__ == "__main__":
    main()
