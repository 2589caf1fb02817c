"""Verdicts of lint on circomlib's test circuits: a table for the documentation.

python tests/bench/lint_circomlib.py [--no-search] [NAME...]

The circuits are compiled with circom2 without simplification.  Shares are of the circuits with outputs.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.circomlib import (  # noqa: E402
    compile_test_circuit,
    copy_circomlib,
    names_of_circuits,
)
from zkctl.lint.foreign_contracts import prove_with_contracts  # noqa: E402
from zkctl.lint.prove import prove  # noqa: E402
from zkctl.lint.search.search import search  # noqa: E402
from zkctl.lint.system import System  # noqa: E402
from zkctl.lint.verdict import Judgement, Verdict  # noqa: E402
from zkctl.toolchain.lint.foreign import read_foreign  # noqa: E402


class Line(NamedTuple):
    """The verdicts on one circuit.  Units: CPU seconds."""

    name: str
    n_constraints: int
    outputs: str
    alone: str
    with_contracts: str
    prove_seconds: float
    search_seconds: float


def main() -> None:
    arguments = sys.argv[1:]
    with_search = "--no-search" not in arguments
    wanted = [a for a in arguments if not a.startswith("--")]
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    node_modules = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    lines = []
    with TemporaryDirectory() as folder:
        copy = copy_circomlib(node_modules, Path(folder))
        for name in wanted or names_of_circuits(copy):
            path = compile_test_circuit(node_modules, copy, name)
            line = judged(name, read_foreign(path)[1], with_search=with_search)
            print(f"{line.name:24} {line.with_contracts}", file=sys.stderr, flush=True)
            lines.append(line)
    print_table(lines)


def judged(name: str, system: System, *, with_search: bool) -> Line:
    """Judge a circuit without and with contracts; look for a counterexample if no proof is found."""
    start = time.process_time()
    judgement = prove(system)
    prove_seconds = time.process_time() - start
    alone = helped = verdict(system, judgement)
    if alone == Verdict.UNKNOWN:
        helped = verdict(system, prove_with_contracts(system).judgement)
    start = time.process_time()
    if with_search and helped == Verdict.UNKNOWN and search(system, judgement) is not None:
        alone = helped = Verdict.BROKEN.value
    search_seconds = time.process_time() - start
    proved = sum(output.verdict is Verdict.PROVED for output in judgement.outputs)
    outputs = f"{proved} of {len(system.outputs)}"
    return Line(name, len(system.rows), outputs, alone, helped, prove_seconds, search_seconds)


def verdict(system: System, judgement: Judgement) -> str:
    return judgement.verdict.value if system.outputs else "no outputs"


def print_table(lines: list[Line]) -> None:
    print(
        "| circuit | constraints | outputs proved | alone | with contracts | prove, s | search, s |"
    )
    print("|---|---:|---:|---|---|---:|---:|")
    for line in lines:
        seconds = f"{line.prove_seconds:.1f} | {line.search_seconds:.1f}"
        print(
            f"| {line.name} | {line.n_constraints:,} | {line.outputs} | {line.alone}"
            f" | {line.with_contracts} | {seconds} |"
        )
    asked = [line for line in lines if line.alone != "no outputs"]
    alone = Counter(line.alone for line in asked)
    helped = Counter(line.with_contracts for line in asked)
    print()
    for title, found in (("Without contracts", alone), ("With contracts", helped)):
        share = 100 * found["PROVED"] / max(len(asked), 1)
        print(
            f"{title}: {found['PROVED']} of {len(asked)} circuits with outputs PROVED ({share:.0f} %),"
            f" {found['BROKEN']} BROKEN, {found['UNKNOWN']} UNKNOWN."
        )


if __name__ == "__main__":
    main()
