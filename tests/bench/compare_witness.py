"""Measure `zkctl witness` beside circom's own calculator in node: same `.wasm`, same inputs, whole processes.

    python tests/bench/compare_witness.py [--runs 7] [--node-modules DIR]

CPU seconds (user and system) on one core, taken in turns, medians; every cold run has a cache folder that did not exist.
The ratio is the median of the ratios run by run.  Both witnesses are compared byte by byte.
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

from compare_prove import ROOT, ZKCTL, machine, measure

PRODUCT = """
template Main() { signal input a; signal input b; signal output c; c <== a * b; }
component main = Main();
"""
SQUARES = """
template Main(n) {
    signal input x; signal output y; signal s[n + 1];
    s[0] <== x;
    for (var i = 0; i < n; i++) { s[i + 1] <== s[i] * s[i] + 1; }
    y <== s[n];
}
component main = Main(19998);
"""
INNER_PRODUCT = """
template Main(n) {
    signal input x[n]; signal input y[n]; signal output o; signal s[n + 1];
    s[0] <== 0;
    for (var i = 0; i < n; i++) { s[i + 1] <== s[i] + x[i] * y[i]; }
    o <== s[n];
}
component main = Main(50000);
"""


@dataclass(frozen=True)
class Case:
    """A circuit of circom and its inputs."""

    name: str
    source: str
    inputs: dict[str, object]


CASES = (
    Case("1 product", PRODUCT, {"a": "3", "b": "11"}),
    Case("20,000 wires, 1 input", SQUARES, {"x": "3"}),
    Case(
        "150,001 wires, 100,000 inputs",
        INNER_PRODUCT,
        {"x": [str(k) for k in range(50000)], "y": [str(k + 1) for k in range(50000)]},
    ),
)


def compile_case(case: Case, folder: Path, node_modules: Path) -> None:
    """Make main_js/main.wasm and in.json."""
    folder.mkdir()
    (folder / "main.circom").write_text("pragma circom 2.1.6;" + case.source)
    (folder / "in.json").write_text(json.dumps(case.inputs))
    command = ["node", str(node_modules / "circom2" / "cli.js"), "main.circom", "--wasm"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def seconds(command: list[str], core: int, folder: Path, cache: Path) -> float:
    """CPU seconds of one process."""
    os.environ["ZKCTL_CACHE_DIR"] = str(cache)
    return measure(command, [core], folder).cpu


def run_case(case: Case, core: int, runs: int, node_modules: Path) -> None:
    """Alternate the programs after one round that does not count; print medians and ratios."""
    files = ["main_js/main.wasm", "in.json"]
    zkctl = [ZKCTL, "-q", "witness", *files, "-o", "z.wtns", "--force"]
    node = ["node", "main_js/generate_witness.js", *files, "n.wtns"]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "case"
        compile_case(case, folder, node_modules)
        for _ in range(runs + 1):
            shutil.rmtree(folder / "cold", ignore_errors=True)
            cold = seconds(zkctl, core, folder, folder / "cold")
            theirs = seconds(node, core, folder, folder / "none")
            rows.append((cold, seconds(zkctl, core, folder, folder / "warm"), theirs))
        if (folder / "z.wtns").read_bytes() != (folder / "n.wtns").read_bytes():
            raise SystemExit(f"{case.name}: the witnesses differ")
    counted = rows[1:]
    cold, warm, theirs = (statistics.median(row[k] for row in counted) for k in range(3))
    ratios = [statistics.median(row[k] / row[2] for row in counted) for k in range(2)]
    print(
        f"| {case.name} | {cold:.2f} | {warm:.2f} | {theirs:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} |",
        flush=True,
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument(
        "--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    )
    options = parser.parse_args()
    node_modules = options.node_modules.resolve()
    print(machine(node_modules))
    print("\n| circuit | zkctl cold CPU s | zkctl warm | node | x node cold | x node warm |")
    print("|---|---|---|---|---|---|")
    core = min(os.sched_getaffinity(0))
    for case in CASES:
        run_case(case, core, options.runs, node_modules)


if __name__ == "__main__":
    main()
