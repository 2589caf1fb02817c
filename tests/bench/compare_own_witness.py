"""Measure `zkctl witness` of circuits in our language beside circom's calculator in node, where the circuit is as easy to write there.

    python tests/bench/compare_own_witness.py [--runs 5] [--lengths 4 21 68 136 272 1092 4369] [--node-limit 300] [--only zero]

CPU seconds (user and system) and peak memory of whole processes on one core, taken in turns, medians; kernels in a cache folder of this
run.  Chains of Poseidon are those of circomlib in circom, with up to `--node-limit` hashes, since circom takes minutes to compile more.
A batch is 200 lines of a chain of 21 hashes, 5,040 constraints.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compare_prove import ROOT, ZKCTL, Sample, machine, measure

CIRCUITS = ROOT / "tests" / "bench" / "circuits"
POSEIDONS = """
include "circomlib/circuits/poseidon.circom";
template Main(n) {
    signal input start; signal output out; signal s[n + 1]; component h[n];
    s[0] <== start;
    for (var i = 0; i < n; i++) {
        h[i] = Poseidon(2);
        h[i].inputs[0] <== s[i];
        h[i].inputs[1] <== s[i];
        s[i + 1] <== h[i].out;
    }
    out <== s[n];
}
component main = Main(LENGTH);
"""
BITS = """
template Main(n) {
    signal input word[96]; signal output out;
    signal a[n + 1][32]; signal b[n + 1][32]; signal c[n + 1][32]; signal mixed[n][32];
    for (var k = 0; k < 32; k++) { a[0][k] <== word[k]; b[0][k] <== word[32 + k]; c[0][k] <== word[64 + k]; }
    for (var r = 0; r < n; r++) {
        for (var k = 0; k < 32; k++) {
            var t = (k + 1 + r % 31) % 32;
            c[r + 1][k] <== a[r][k] + b[r][t] - 2 * a[r][k] * b[r][t];
            mixed[r][k] <== c[r + 1][k] * c[r][k];
            a[r + 1][k] <== mixed[r][k] + b[r][k] - 2 * mixed[r][k] * b[r][k];
            b[r + 1][k] <== a[r][k];
        }
    }
    var total = 0;
    for (var k = 0; k < 32; k++) { total += a[n][k] * (1 << k); }
    out <== total;
}
component main = Main(LENGTH);
"""
ZEROS = """
include "circomlib/circuits/comparators.circom";
template Main(n) {
    signal input x[8]; signal output out; signal product[n]; component test[n];
    var total = 0;
    for (var k = 0; k < n; k++) {
        product[k] <== x[k % 8] * (x[(k + 1) % 8] - k % 5 * k);
        test[k] = IsZero();
        test[k].in <== product[k];
        total += test[k].out;
    }
    out <== total;
}
component main = Main(LENGTH);
"""
RANGES = """
include "circomlib/circuits/bitify.circom";
template Main(n) {
    signal input start; signal output out; signal product[n]; component bits[n];
    var total = 0;
    for (var k = 0; k < n; k++) {
        bits[k] = Num2Bits(32);
        bits[k].in <== start + 3 * k;
        product[k] <== bits[k].out[0] * bits[k].out[31];
        total += product[k] + bits[k].out[7];
    }
    out <== total;
}
component main = Main(LENGTH);
"""
WORD = [str(k * k % 7 % 2) for k in range(96)]
MESSAGE = [str(k * k % 11 % 2) for k in range(512 * 16)]


@dataclass(frozen=True)
class Case:
    """A circuit of ours, its parameter and inputs, and the same in circom."""

    name: str
    circuit: str
    parameter: tuple[str, int]
    inputs: dict[str, object]
    circom: str = ""


def cases(lengths: list[int], node_limit: int) -> list[Case]:
    """All circuits, small ones first."""
    chains = [
        Case(
            f"{n} Poseidons",
            "chain",
            ("length", n),
            {"start": "5"},
            POSEIDONS if n <= node_limit else "",
        )
        for n in lengths
    ]
    rounds = [
        Case(f"{n} rounds of bits", "bits", ("rounds", n), {"word": WORD}, BITS)
        for n in (11, 100, 600)
    ]
    products = [str(k * k + 5) for k in range(7)] + ["0"]
    zeros = [
        Case(
            f"{n:,} tests for zero",
            "zeros",
            ("tests", n),
            {"x": products},
            ZEROS if n < 10_000 else "",  # circom takes long to compile more
        )
        for n in (1000, 5000, 30_000)
    ]
    return [
        *chains,
        *rounds,
        *zeros,
        Case("1,000 numbers of 32 bits", "ranges", ("checks", 1000), {"start": "12345"}, RANGES),
        Case("SHA-256, 16 blocks", "sha256", ("blocks", 16), {"message": MESSAGE}),
    ]


def compiled(case: Case, folder: Path, node_modules: Path) -> int:
    """Make the program, in.json and, where there is one, circom's calculator; return the number of constraints."""
    name, value = case.parameter
    source = CIRCUITS / f"{case.circuit}.py"
    command = [ZKCTL, "--json", "compile", str(source), "-P", f"{name}={value}", "-o", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (folder / "in.json").write_text(json.dumps(case.inputs))
    if case.circom:
        text = "pragma circom 2.1.6;" + case.circom.replace("LENGTH", str(value))
        (folder / "main.circom").write_text(text)
        shutil.copytree(node_modules / "circomlib" / "circuits", folder / "circomlib" / "circuits")
        node = [
            "node",
            str(node_modules / "circom2" / "cli.js"),
            "main.circom",
            "--wasm",
            "-l",
            ".",
        ]
        subprocess.run(node, cwd=folder, check=True, capture_output=True)
    found: int = json.loads(done.stdout)["result"]["n_constraints"]
    return found


def median_cpu(samples: list[Sample]) -> float:
    """CPU seconds."""
    return statistics.median(sample.cpu for sample in samples)


def medians(samples: list[Sample]) -> str:
    """Two cells."""
    return (
        f"{median_cpu(samples):.2f} | {statistics.median(sample.memory for sample in samples):.0f}"
    )


def run_case(case: Case, core: int, runs: int, node_modules: Path) -> None:
    """Alternate the programs after one round that does not count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n_constraints = compiled(case, folder, node_modules)
        zkctl = [
            ZKCTL,
            "-q",
            "witness",
            f"{case.circuit}.wprog",
            "in.json",
            "-o",
            "z.wtns",
            "--force",
        ]
        node = ["node", "main_js/generate_witness.js", "main_js/main.wasm", "in.json", "n.wtns"]
        ours, theirs = [], []
        for _ in range(runs + 1):
            ours.append(measure(zkctl, [core], folder))
            if case.circom:
                theirs.append(measure(node, [core], folder))
        if case.circom and first_output(folder / "z.wtns") != first_output(folder / "n.wtns"):
            raise SystemExit(f"{case.name}: the first outputs differ")
    cells = medians(theirs[1:]) if theirs else "- | -"
    ratio = f"{median_cpu(ours[1:]) / median_cpu(theirs[1:]):.2f}" if theirs else "-"
    row = (case.name, f"{n_constraints:,}", medians(ours[1:]), cells, ratio)
    print(f"| {' | '.join(row)} |", flush=True)


def first_output(path: Path) -> bytes:
    """The bytes of wire 1, behind two sections' headers and the field's modulus."""
    return path.read_bytes()[12 + 12 + 40 + 12 + 32 :][:32]


def run_batch(core: int, runs: int, node_modules: Path) -> None:
    """One single run beside the share of a line in a batch."""
    case, n_lines = Case("", "chain", ("length", 21), {"start": "5"}), 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled(case, folder, node_modules)
        lines = [json.dumps({"start": str(k)}) for k in range(n_lines)]
        (folder / "in.jsonl").write_text("\n".join(lines))
        single, batch = [], []
        for _ in range(runs + 1):
            command = [ZKCTL, "-q", "witness", "chain.wprog"]
            single.append(measure([*command, "in.json", "-o", "z.wtns", "--force"], [core], folder))
            shutil.rmtree(folder / "out", ignore_errors=True)
            batch.append(measure([*command, "--batch", "in.jsonl", "-o", "out"], [core], folder))
    each = statistics.median(sample.cpu for sample in batch[1:]) / n_lines
    alone = statistics.median(sample.cpu for sample in single[1:])
    print(
        f"\na witness of 5,040 constraints: {alone:.3f} s alone, {each:.4f} s in a batch of {n_lines}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lengths", type=int, nargs="*", default=[4, 21, 68, 136, 272, 1092, 4369])
    parser.add_argument("--node-limit", type=int, default=300)
    parser.add_argument("--only", default="", help="circuits whose names contain this")
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument(
        "--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    )
    options = parser.parse_args()
    node_modules = options.node_modules.resolve()
    print(machine(node_modules))
    print("\n| circuit | constraints | zkctl CPU s | MiB | node CPU s | MiB | zkctl / node |")
    print("|---|---|---|---|---|---|---|")
    core = min(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as cache:
        os.environ["ZKCTL_CACHE_DIR"] = cache
        for case in cases(options.lengths, options.node_limit):
            if options.only in case.name:
                run_case(case, core, options.runs, node_modules)
        if not options.only:
            run_batch(core, options.runs, node_modules)


if __name__ == "__main__":
    main()
