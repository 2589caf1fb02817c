"""Compute witnesses of the public circom programs here and by circom2's calculator in node, from the same inputs.

    python -m tests.bench.circom_witnesses FOLDER [--only PART] [--least N] [--most N] [--table FILE] [--data FOLDER]
        [--node-modules DIR]

FOLDER is that of tests/bench/circom_corpus.py; N are constraints at O1.  Inputs are random: bits, bytes, numbers of 64 bits, and
field elements.  Programs that refuse these have one more, an honest one of tests/bench/circom_inputs.py.  Each outcome is `equal`,
`both refuse` or a difference.  Seconds are CPU seconds of whole processes, compilation not included.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.circom_corpus import LIBRARIES, ROOT, rows_at_hand
from tests.bench.circom_inputs import real_inputs
from zkctl.constraints.signals import SignalGroup
from zkctl.field import BN254_FR
from zkctl.formats.binary.wprog import read_wprog

RANGES = (2, 256, 1 << 64, BN254_FR.modulus)
MOST_SECONDS = 900
ZKCTL = Path(sys.executable).parent / "zkctl"


def main() -> int:
    """Print a row for each program; return 1 if a witness differs."""
    options = _options()
    lines, is_wrong = [], False
    for row in rows_at_hand(options):
        if not options.least <= _size(row) <= options.most:
            continue
        name = f"{row['project']} {row['main']}"
        try:
            cells = _compare(options, row)
        except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
            cells = [f"not run: {str(problem)[-200:]}"]
        is_wrong |= any("DIFFERS" in each for each in cells)
        lines.append("| " + " | ".join([name, *cells]) + " |")
        print(lines[-1], flush=True)
    if options.table:
        head = "| program | constraints | inputs | bits, bytes, 64 bits, field, real | zkctl s | circom2 s |\n|---|---|---|---|---|---|\n"
        options.table.write_text(head + "\n".join(lines) + "\n")
    return int(is_wrong)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--least", type=int, default=0)
    parser.add_argument("--most", type=int, default=1 << 40)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ZKCTL_TEST_DATA", ROOT.parent / "shared" / "data")))  # fmt: skip
    node = ROOT / "tests" / "interop" / "node" / "node_modules"
    parser.add_argument("--node-modules", type=Path, default=Path(os.environ.get("ZKCTL_NODE_MODULES", node)))  # fmt: skip
    return parser.parse_args()


def _size(row: dict[str, str]) -> int:
    return int(row["O1_nonlinear"] or 0) + int(row["O1_linear"] or 0)


def _compare(options: argparse.Namespace, row: dict[str, str]) -> list[str]:
    source, stem = f"src/{row['project']}/{row['main']}", Path(row["main"]).stem
    folders = [part for each in LIBRARIES for part in ("-l", each)]
    with tempfile.TemporaryDirectory(dir=options.folder.parent) as name:
        out = Path(name)
        _run([ZKCTL, "compile", source, *folders, "--O1", "-o", out, "--compat", "--no-lint"], options.folder)  # fmt: skip
        script = options.node_modules.resolve() / "circom2" / "cli.js"
        _run(["node", script, source, *folders, "--wasm", "--O1", "-o", f"../{out.name}"], options.folder)  # fmt: skip
        groups = [each for each in read_wprog(out / f"{stem}.wprog").signals if each.role.is_input]
        tried = [_random_inputs(groups, stem, below) for below in RANGES]
        real = real_inputs(row["project"], row["main"])
        tried += [] if real is None else [real]
        found = [_witnesses(out, stem, inputs) for inputs in tried]
    ours, theirs = (sum(times) / len(found) for times in zip(*(each[1:] for each in found), strict=True))  # fmt: skip
    n = sum(each.size for each in groups)
    outcomes = ", ".join(each[0] for each in found)
    return [str(_size(row)), str(n), outcomes, f"{ours:.2f}", f"{theirs:.2f}"]


def _run(command: list[Any], folder: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environ, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr).replace("\n", " "))


def _random_inputs(groups: list[SignalGroup], name: str, below: int) -> dict[str, Any]:
    rng = random.Random(f"{name} {below}")

    def value(group: SignalGroup) -> Any:
        def build(shape: tuple[int, ...]) -> Any:
            if shape:
                return [build(shape[1:]) for _ in range(shape[0])]
            if group.fields:
                return {each.name: value(each) for each in group.fields}
            return str(rng.randrange(below))

        return build(group.shape)

    return {group.name: value(group) for group in groups}


def _witnesses(out: Path, stem: str, inputs: dict[str, Any]) -> tuple[str, float, float]:
    """Return the outcome, our CPU seconds and those of circom2's calculator."""
    (out / "in.json").write_text(json.dumps(inputs))
    code = out / f"{stem}_js"
    ours = [ZKCTL, "-q", "witness", out / f"{stem}.wprog", out / "in.json", "-o", out / "z.wtns", "--force"]  # fmt: skip
    theirs = ["node", code / "generate_witness.js", code / f"{stem}.wasm", out / "in.json", out / "n.wtns"]  # fmt: skip
    seconds, refused = [], []
    for command in (ours, theirs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            _run(command, out)
            refused.append(False)
        except RuntimeError:
            refused.append(True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    if any(refused):
        outcome = "both refuse" if all(refused) else f"DIFFERS: only {'zkctl' if refused[0] else 'circom2'} refuses"  # fmt: skip
    else:
        outcome = "equal" if (out / "z.wtns").read_bytes() == (out / "n.wtns").read_bytes() else "DIFFERS"  # fmt: skip
    return outcome, seconds[0], seconds[1]


if __name__ == "__main__":
    sys.exit(main())
