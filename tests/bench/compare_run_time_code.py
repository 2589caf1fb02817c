"""Measure `zkctl witness` beside circom2's calculator in node where run-time code (`<--`) takes the time.

    python tests/bench/compare_run_time_code.py [--runs 3] [--node-modules DIR] [--before FOLDER]
        [--source FILE --inputs JSON [-l FOLDER]...]

CPU seconds of whole processes on one core, in turns, medians.  Both witnesses are compared byte by byte.  `--before` is a folder
that has another version of the package zkctl; it reads the same `.wprog`.  `--source` measures a circuit instead of the ones below.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compare_prove import ROOT, ZKCTL, machine, measure

# schoolbook division of numbers in limbs, bit by bit: the loops of bigint libraries
DIVISION = """
function divided(n, k, a, b) {
    var out[2][200]; var r[200]; var t[200];
    for (var i = 0; i < 200; i++) { out[0][i] = 0; out[1][i] = 0; r[i] = 0; t[i] = 0; }
    for (var i = n * 2 * k - 1; i >= 0; i--) {
        var carry = (a[i \\ n] >> (i % n)) & 1;
        for (var j = 0; j <= k; j++) {
            var x = 2 * r[j] + carry;
            r[j] = x % (1 << n); carry = x \\ (1 << n);
        }
        var less = 0; var is_open = 1;
        for (var j = k; j >= 0; j--) {
            if (is_open == 1 && r[j] != b[j]) { less = r[j] < b[j]; is_open = 0; }
        }
        if (less == 0) {
            var borrow = 0;
            for (var j = 0; j <= k; j++) {
                t[j] = r[j] - b[j] - borrow; borrow = t[j] < 0;
                r[j] = t[j] + borrow * (1 << n);
            }
            out[0][i \\ n] = out[0][i \\ n] + (1 << (i % n));
        }
    }
    for (var i = 0; i < 200; i++) { out[1][i] = r[i]; }
    return out;
}
template Main(n, k) {
    signal input a[2 * k]; signal input b[k]; signal output q[2 * k]; signal output r[k];
    var x[200]; var y[200];
    for (var i = 0; i < 200; i++) { x[i] = 0; y[i] = 0; }
    for (var i = 0; i < 2 * k; i++) { x[i] = a[i]; }
    for (var i = 0; i < k; i++) { y[i] = b[i]; }
    var found[2][200] = divided(n, k, x, y);
    for (var i = 0; i < 2 * k; i++) { q[i] <-- found[0][i]; q[i] * 0 === 0; }
    for (var i = 0; i < k; i++) { r[i] <-- found[1][i]; r[i] * 0 === 0; }
}
component main = Main(64, 16);
"""
POWERS = """
function power(x, e) {
    var result = 1; var square = x;
    for (var i = 0; i < 254; i++) {
        if ((e >> i) & 1 == 1) { result = result * square; }
        square = square * square;
    }
    return result;
}
template Main(n) {
    signal input x; signal output y; signal s[n + 1];
    s[0] <== x;
    for (var i = 0; i < n; i++) {
        s[i + 1] <-- power(s[i], -2 - i);
        s[i + 1] * 0 === 0;
    }
    y <== s[n];
}
component main = Main(200);
"""
BITS = """
template Main(n, m) {
    signal input x[m]; signal output ones[m];
    for (var j = 0; j < m; j++) {
        var count = 0; var rest = x[j];
        while (rest > 0) { count += rest & 1; rest = rest >> 1; }
        ones[j] <-- count;
        ones[j] * 0 === 0;
    }
}
component main = Main(253, 500);
"""


@dataclass(frozen=True)
class Case:
    """A circuit of circom and its inputs."""

    name: str
    source: str
    inputs: dict[str, object]


def _numbers(n: int, bits: int) -> list[str]:
    return [str(pow(3, 41 * k + 5, (1 << bits) - 59)) for k in range(n)]


CASES = (
    Case(
        "division of 2,048 bits by 1,024, bit by bit",
        DIVISION,
        {"a": _numbers(32, 64), "b": _numbers(16, 64)},
    ),
    Case("200 powers in the field", POWERS, {"x": "3"}),
    Case("ones of 500 numbers of 250 bits", BITS, {"x": _numbers(500, 250)}),
)


def run_case(case: Case, folder: Path, options: argparse.Namespace) -> None:
    """Print the row of a circuit."""
    libraries = [part for each in options.libraries for part in ("-l", str(each))]
    source = options.source.resolve() if options.source else folder / "main.circom"
    if not options.source:
        source.write_text(case.source)
    (folder / "in.json").write_text(json.dumps(case.inputs))
    core = [max(os.sched_getaffinity(0))]
    script = str(options.node_modules.resolve() / "circom2" / "cli.js")
    measure(
        [str(ZKCTL), "compile", str(source), *libraries, "--O1", "-o", ".", "--no-lint"],
        core,
        folder,
    )
    # circom2 sees no file outside of the folder in which it runs
    top = Path(os.path.commonpath([source.parent, folder, *options.libraries]))
    inside = [part for each in options.libraries for part in ("-l", os.path.relpath(each, top))]
    files = [os.path.relpath(source, top), "-o", os.path.relpath(folder, top)]
    measure(["node", script, *files, *inside, "--wasm", "--O1"], core, top)
    stem = source.stem
    ours = [str(ZKCTL), "-q", "witness", f"{stem}.wprog", "in.json", "--force", "-o"]
    code = f"{stem}_js/"
    commands = {
        "zkctl": [*ours, "z.wtns"],
        "circom2": [
            "node",
            f"{code}generate_witness.js",
            f"{code}{stem}.wasm",
            "in.json",
            "n.wtns",
        ],
    }
    if options.before:
        commands["before"] = ["env", f"PYTHONPATH={options.before.resolve()}", *ours, "b.wtns"]
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            taken[name].append(measure(command, core, folder).cpu)
    for other in ("n.wtns", *(["b.wtns"] if options.before else [])):
        if (folder / "z.wtns").read_bytes() != (folder / other).read_bytes():
            raise SystemExit(f"{case.name}: z.wtns is not {other}")
    print(row(case.name, taken))


def row(name: str, taken: dict[str, Sequence[float]]) -> str:
    """Return the line of a table: seconds, and ratios to zkctl's."""
    middle = {tool: statistics.median(times) for tool, times in taken.items()}
    before = middle.get("before")
    cells = [f"{middle['zkctl']:.2f}", f"{middle['circom2']:.2f}", f"{middle['zkctl'] / middle['circom2']:.1f}"]  # fmt: skip
    cells += ["", ""] if before is None else [f"{before:.2f}", f"{before / middle['zkctl']:.1f}"]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Run all cases, or the one given."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", default)))  # fmt: skip
    parser.add_argument("--before", type=Path)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("-l", dest="libraries", type=Path, action="append", default=[])
    options = parser.parse_args()
    options.libraries = [each.resolve() for each in options.libraries]
    print(machine(options.node_modules.resolve()), f"load {os.getloadavg()[0]:.1f}")
    print("\n| run-time code | zkctl CPU s | circom2 | zkctl / circom2 | before | times faster |")
    print("|---|---|---|---|---|---|")
    cases = CASES
    if options.source:
        cases = (Case(options.source.stem, "", json.loads(options.inputs.read_text())),)
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            run_case(case, Path(folder), options)


if __name__ == "__main__":
    main()
