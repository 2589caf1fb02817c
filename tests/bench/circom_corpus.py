"""Compile the public circom programs of shared/data/circom-corpus.tsv and compare .r1cs and .sym with circom2's sha256.

    python -m tests.bench.circom_corpus FOLDER [--levels 0 1 2] [--only PART]
        [--least SECONDS] [--most SECONDS] [--table FILE] [--data FOLDER]

FOLDER holds src/<project>/<main> and nm/ for included libraries, as circom-corpus.README.md beside the table says.  Each row is a
process of its own, so that its CPU seconds and memory are known.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LIBRARIES = (
    "nm/node_modules", "nm", "nm/a", "nm/a/b", "nm/a/b/c", "nm/a/b/c/d", "nm/a/b/c/d/e",
    "nm/node_modules/circomlib/circuits", "nm/node_modules/@zk-kit/binary-merkle-root.circom/src",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 900
FILES = ("r1cs", "sym")

CHILD = """
import hashlib, io, json, sys
from pathlib import Path
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.circom.compile import compile_program
from zkctl.field import BN254_FR
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.sym import write_sym

class Hashed(io.RawIOBase):
    def __init__(self): self.hash = hashlib.sha256()
    def write(self, data): self.hash.update(data); return len(data)
    def tell(self): return 0

path, level, *folders = sys.argv[1:]
found = compile_program(Path(path), [Path(f) for f in folders], BN254_FR, SimplificationLevel(int(level), is_compatible=True)).circuit
r1cs, sym = io.BytesIO(), Hashed()
write_r1cs(r1cs, found.r1cs); write_sym(sym, found.symbols())
print(json.dumps({"r1cs": hashlib.sha256(r1cs.getvalue()).hexdigest(), "sym": sym.hash.hexdigest(), "n": found.r1cs.n_constraints}))
"""


class Run(NamedTuple):
    """One program at one level; MB is the memory of our process at its largest."""

    n_constraints: object
    seconds: float
    circom_seconds: str
    megabytes: float


def main() -> int:
    """Print each row; return 1 if a file differs."""
    options = _options()
    n_wrong = n_runs = 0
    found: dict[str, dict[int, Run]] = {}
    for row in rows_at_hand(options):
        if not options.least < float(row["cpu_s_O1"] or 0) <= options.most:
            continue
        for level in options.levels:
            result, seconds, megabytes = _compile(options.folder, row, level)
            is_known = all(row[f"O{level}_{name}"] for name in FILES)
            wrong = _difference(row, level, result) if is_known or "problem" in result else ""
            n_wrong, n_runs = n_wrong + bool(wrong), n_runs + 1
            circom = row[f"cpu_s_O{level}"] if is_known else f"stopped after {row[f'cpu_s_O{level}']}"  # fmt: skip
            name = f"{row['project']} {row['main']}"
            verdict = wrong or ("equal" if is_known else "not known")
            print(f"O{level} {verdict:12} {seconds:7.2f} s ({circom} s) {megabytes:6.0f} MB  {name}", flush=True)  # fmt: skip
            made = Run(result.get("n", ""), seconds, circom, megabytes)
            found.setdefault(name, {})[level] = made
    print(f"{n_wrong} of {n_runs} differ")
    if options.table:
        options.table.write_text(table(found))
    return int(n_wrong > 0)


def table(found: dict[str, dict[int, Run]]) -> str:
    """Return the table of docs/design/circom-corpus.md."""
    head = "".join(f" O{level}: constraints | ours, circom2 |" for level in range(3))
    lines = [f"| program |{head} MB |", "|---" * 8 + "|"]
    for name, runs in sorted(found.items()):
        cells = [name]
        for level in range(3):
            run = runs.get(level)
            cells.append(str(run.n_constraints) if run else "")
            cells.append(f"{run.seconds:.2f}, {run.circom_seconds} s" if run else "")
        cells.append(f"{max(run.megabytes for run in runs.values()):.0f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--levels", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", default="")
    parser.add_argument("--least", type=float, default=0)
    parser.add_argument("--most", type=float, default=1e9)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ZKCTL_TEST_DATA", ROOT.parent / "shared" / "data")))  # fmt: skip
    return parser.parse_args()


def rows_at_hand(options: argparse.Namespace) -> Iterator[dict[str, str]]:
    """Yield the rows of the corpus that circom accepts, whose programs are in the folder and chosen by --only."""
    with (options.data / "circom-corpus.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            is_here = (options.folder / "src" / row["project"] / row["main"]).is_file()
            is_chosen = options.only in f"{row['project']}/{row['main']}"
            if is_here and is_chosen and not row["error"]:
                yield row


def _compile(
    folder: Path, row: dict[str, str], level: int
) -> tuple[dict[str, object], float, float]:
    """Return the child's answer, its CPU seconds and its memory in MB."""
    source = f"src/{row['project']}/{row['main']}"
    command = [sys.executable, "-c", CHILD, source, str(level), *LIBRARIES]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as problem:
        child = subprocess.Popen(command, cwd=folder, env=environ, stdout=output, stderr=problem)
        timer = threading.Timer(SECONDS, child.kill)
        timer.start()
        _, _, usage = os.wait4(child.pid, 0)
        timer.cancel()
        output.seek(0)
        problem.seek(0)
        text, errors = output.read(), problem.read().strip().splitlines()
    result = json.loads(text) if text else {"problem": errors[-1:]}
    return result, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _difference(row: dict[str, str], level: int, result: dict[str, object]) -> str:
    if "problem" in result:
        return f"refused {result['problem']}"
    files = [name for name in FILES if result[name] != row[f"O{level}_{name}"]]
    return " and ".join(files) and f"{' and '.join(files)} differ"


if __name__ == "__main__":
    sys.exit(main())
