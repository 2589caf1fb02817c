"""Compile .circom sources with zkctl and with circom2, side by side in one run.

    python tests/bench/compare_circom.py [--corpus FOLDER] [--runs 3] [--only sha256 corpus] [--levels 0 1]
        [--least 100000] [--most N] [--zkctl OTHER/bin/zkctl] [--table FILE]

Whole processes on one core, taken in turns; medians of CPU seconds and memory.  Each program writes its constraints, names and
witness program (circom2 the wasm).  `shapes` are those of circom_shapes.py.  --corpus takes the folder that circom_corpus.py takes:
its rows with at least so many constraints take part.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from circom_corpus import LIBRARIES
from circom_shapes import SHAPES
from compare_prove import ROOT, ZKCTL, Sample, machine, measure

SHA256 = """include "circomlib/circuits/sha256/sha256.circom";
template Main(n) { signal input x[8 * n]; signal output y[256]; component h = Sha256(8 * n);
  for (var i = 0; i < 8 * n; i++) { h.in[i] <== x[i]; } for (var i = 0; i < 256; i++) { y[i] <== h.out[i]; } }
"""
POSEIDON = """include "circomlib/circuits/poseidon.circom";
template Main(n) { signal input start; signal output out; signal v[n + 1]; component h[n]; v[0] <== start;
  for (var i = 0; i < n; i++) { h[i] = Poseidon(2); h[i].inputs[0] <== v[i]; h[i].inputs[1] <== v[i]; v[i + 1] <== h[i].out; }
  out <== v[n]; }
"""
SMALL = "template Main(n) { signal input a; signal output c; c <== a * a; }\n"
LINKS = """template Link() { signal input a; signal output b; signal c; c <== a * a; b <== c * a + 1; }
template Main(n) { signal input start; signal output out; component h[n];
  for (var i = 0; i < n; i++) { h[i] = Link(); if (i == 0) { h[i].a <== start; } else { h[i].a <== h[i - 1].b; } }
  out <== h[n - 1].b; }
"""


@dataclass(frozen=True)
class Case:
    """A circuit; `text` is its source, empty for a program of the corpus at `path`."""

    kind: str
    name: str
    path: str
    text: str = ""


CASES = [
    Case("small", "one product", "one.circom", SMALL + "component main = Main(1);\n"),
    Case("sha256", "SHA-256 of 16 blocks", "sha256.circom", SHA256 + "component main = Main(1015);\n"),
    Case("chain", "Poseidon, 272 in a chain (2^16)", "chain16.circom", POSEIDON + "component main = Main(272);\n"),
    Case("chain", "Poseidon, 1,092 in a chain (2^18)", "chain18.circom", POSEIDON + "component main = Main(1092);\n"),
    Case("links", "2^16 small components", "links16.circom", LINKS + "component main = Main(65536);\n"),
    Case("links", "2^18 small components", "links18.circom", LINKS + "component main = Main(262144);\n"),
    *(Case("shapes", name, f"{name}.circom", text) for name, text in SHAPES.items()),
]  # fmt: skip


def main() -> None:
    """Command line."""
    options = _options()
    columns = ("program", "level", "zkctl: s, MiB", "circom2: s, MiB", "times faster", "part of the memory")  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    print(f"machine: {machine(options.node_modules)}; medians of {options.runs} runs, one core")
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)  # circom2 sees nothing outside
        shutil.copytree(options.node_modules / "circomlib", folder / "circomlib")
        if options.corpus:
            for part in ("src", "nm"):
                shutil.copytree(options.corpus / part, folder / part, symlinks=True)
        for case in (*CASES, *_corpus(options)):
            if not options.only or case.kind in options.only:
                for level in options.levels:
                    lines.append(_run(case, level, folder, options))
                    print(lines[-1], flush=True)
    if options.table:
        options.table.write_text("\n".join(lines) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--only", nargs="*", default=[], help="small, sha256, chain, links, shapes, corpus"
    )
    parser.add_argument("--levels", type=int, nargs="+", default=[1])
    parser.add_argument(
        "--least", type=int, default=100_000, help="constraints of programs of the corpus"
    )
    parser.add_argument("--most", type=int, default=1 << 40)
    parser.add_argument("--zkctl", default=ZKCTL)
    parser.add_argument("--table", type=Path)
    modules = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument(
        "--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", modules))
    )
    data = Path(os.environ.get("ZKCTL_TEST_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=data)
    return parser.parse_args()


def _corpus(options: argparse.Namespace) -> Iterator[Case]:
    """Yield the large programs of the corpus that are in the folder."""
    if not options.corpus:
        return
    with (options.data / "circom-corpus.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            path = f"src/{row['project']}/{row['main']}"
            n = sum(int(row[f"O0_{kind}"] or 0) for kind in ("nonlinear", "linear"))
            if (
                options.least <= n <= options.most
                and not row["error"]
                and (options.corpus / path).is_file()
            ):
                yield Case("corpus", f"{row['project']} {Path(path).name}", path)


def _run(case: Case, level: int, folder: Path, options: argparse.Namespace) -> str:
    """Let the two programs take turns; return a line of the table."""
    if case.text:
        (folder / case.path).write_text("pragma circom 2.1.5;\n" + case.text)
    (folder / "out").mkdir(exist_ok=True)
    folders = [each for each in LIBRARIES if (folder / each).is_dir()]
    libraries = [word for each in folders for word in ("-l", each)]
    common = [case.path, f"--O{level}", "-o", "out", *libraries]
    script = str((options.node_modules / "circom2" / "cli.js").resolve())
    programs: dict[str, Sequence[str]] = {
        "zkctl": [options.zkctl, "compile", *common, "--force", "-q"],
        "circom2": ["node", script, *common, "--r1cs", "--sym", "--wasm"],
    }
    core = max(os.sched_getaffinity(0))
    samples: dict[str, list[Sample]] = {name: [] for name in programs}
    for _ in range(options.runs):
        for name, command in programs.items():
            samples[name].append(measure(command, [core], folder))
    cpu = {n: statistics.median(each.cpu for each in found) for n, found in samples.items()}
    memory = {n: statistics.median(each.memory for each in found) for n, found in samples.items()}
    cells = [f"{cpu[name]:.2f}, {memory[name]:.0f}" for name in programs]
    ratios = f"{cpu['circom2'] / cpu['zkctl']:.1f} | {memory['zkctl'] / memory['circom2']:.2f}"
    return f"| {case.name} | O{level} | {' | '.join(cells)} | {ratios} |"


if __name__ == "__main__":
    main()
