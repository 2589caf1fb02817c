"""Measure `zkctl compile` on circuits that are large in different ways, beside circom2 where the case is easily written in circom.

    python tests/bench/compare_compile.py [--runs 3] [--only chain constants] [--zkctl OTHER/bin/zkctl]

Whole processes on one core, taken in turns; medians of CPU seconds and memory.  A second zkctl, such as that of an earlier commit, takes
part with --zkctl.  circom2 (the npm package) writes r1cs, wasm and sym at --O1; cases without circom text have none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compare_prove import ROOT, ZKCTL, Sample, machine, measure

SOURCE = Path(__file__).parent / "circuits" / "compile_cases.py"
POSEIDON = 'include "circomlib/circuits/poseidon.circom";\n'


@dataclass(frozen=True)
class Case:
    """A circuit of compile_cases.py with its parameter, and the same in circom, if there is one."""

    circuit: str
    n: int
    circom: str = ""


CASES = [
    *(
        Case("chain", n, POSEIDON + """
template Main(n) { signal input start; signal output out; signal v[n + 1]; component h[n]; v[0] <== start;
  for (var i = 0; i < n; i++) { h[i] = Poseidon(2); h[i].inputs[0] <== v[i]; h[i].inputs[1] <== v[i]; v[i + 1] <== h[i].out; }
  out <== v[n]; }""")
        for n in (68, 272, 1092)
    ),
    Case("constants", 400, POSEIDON + """
template Main(n) { signal input start; signal output out; signal v[n + 1]; component h[n]; v[0] <== start;
  for (var i = 0; i < n; i++) { h[i] = Poseidon(2); h[i].inputs[0] <== i; h[i].inputs[1] <== v[i]; v[i + 1] <== h[i].out; }
  out <== v[n]; }"""),
    Case("different", 100_000, """
template Main(n) { signal input x; signal input y; signal output out; signal v[n + 2]; v[0] <== x; v[1] <== y;
  for (var i = 0; i < n; i++) { v[i + 2] <== v[i] * v[i + 1] + i; } out <== v[n + 1]; }"""),
    Case("chain", 4369),
    Case("hashed", 1015, 'include "circomlib/circuits/sha256/sha256.circom";' + """
template Main(n) { signal input x[8 * n]; signal output y[256]; component h = Sha256(8 * n);
  for (var i = 0; i < 8 * n; i++) { h.in[i] <== x[i]; } for (var i = 0; i < 256; i++) { y[i] <== h.out[i]; } }"""),
    Case("narrow", 1000, 'include "circomlib/circuits/bitify.circom";' + """
template Main(n) { signal input x[n]; component b[n];
  for (var i = 0; i < n; i++) { b[i] = Num2Bits(64); b[i].in <== x[i]; } }"""),
    Case("declared", 1000),
    *(
        Case("outputs", n, """
template Main(n) { signal input x[n]; signal output y[n]; for (var i = 0; i < n; i++) { y[i] <== x[i] * x[i]; } }""")
        for n in (16_000, 64_000)
    ),
    *(
        Case("addition", n, """
template Main(n) { signal input x[n]; signal output out; var s = 0; for (var i = 0; i < n; i++) { s += x[i]; } out <== s; }""")
        for n in (8_000, 32_000)
    ),
    Case("slices", 2000),
    Case("mixing", 1),
    Case("mixing", 16),
]  # fmt: skip


def commands(case: Case, folder: Path, options: argparse.Namespace) -> dict[str, list[str]]:
    """The command line of each program."""
    words = ["compile", f"{SOURCE}:{case.circuit}", "-P", f"n={case.n}", "-o", ".", "--force", "-q"]
    found = {"zkctl": [ZKCTL, *words]}
    if options.zkctl:
        found["other"] = [options.zkctl, *words]
    modules = options.node_modules.resolve()
    script = modules / "circom2" / "cli.js"
    if case.circom and script.exists() and not options.without_circom2:
        text = f"pragma circom 2.0.0;\n{case.circom}\ncomponent main = Main({case.n});\n"
        (folder / "main.circom").write_text(text)
        if "circomlib" in text:  # it sees only its own folder
            shutil.copytree(modules / "circomlib" / "circuits", folder / "circomlib" / "circuits")
        kinds = ["--r1cs", "--wasm", "--sym", "--O1"]
        found["circom2"] = ["node", str(script), "main.circom", *kinds]
    return found


def run_case(case: Case, options: argparse.Namespace) -> None:
    """Let the programs take turns, and print a line for each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = commands(case, folder, options)
        core = min(os.sched_getaffinity(0))
        samples: dict[str, list[Sample]] = {program: [] for program in programs}
        for _ in range(options.runs):
            for program, command in programs.items():
                samples[program].append(measure(command, [core], folder))
    base = statistics.median(sample.cpu for sample in samples["zkctl"])
    for program, found in samples.items():
        cpu = statistics.median(sample.cpu for sample in found)
        memory = statistics.median(sample.memory for sample in found)
        print(f"{case.circuit:<10} {case.n:>7}  {program:<8} {cpu:>7.2f} {memory:>7.0f} {cpu / base:>7.2f}", flush=True)  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="names of circuits")
    parser.add_argument("--without-circom2", action="store_true")
    parser.add_argument("--zkctl", default="", help="another zkctl to compare with")
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument(
        "--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    )
    options = parser.parse_args()
    print(f"machine: {machine(options.node_modules)}; medians of {options.runs} runs, one core")
    print(f"{'circuit':<10} {'n':>7}  {'program':<8} {'CPU s':>7} {'MiB':>7} {'x CPU':>7}")
    for case in CASES:
        if not options.only or case.circuit in options.only:
            run_case(case, options)


if __name__ == "__main__":
    main()
