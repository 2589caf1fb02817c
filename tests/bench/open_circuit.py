"""From inputs to a verified proof in a process that keeps running (`OpenCircuit`), part by part, with and without tables.

    python tests/bench/open_circuit.py [--runs 15] [--depth 20] [--threads 1]

The circuit is the demo's, membership in a Merkle tree; its key is made by known_tau.py.  The parts take turns; medians of CPU time
in this process.  "witness" is the computation from inputs to words, "verify" the check of the finished proof.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from compare_peers import make_case
from compare_prove import ROOT
from warm_key import TABLES, mebibytes, milliseconds

from zkctl import OpenCircuit
from zkctl.groth16.verify import verify
from zkctl.runtime.settings import using
from zkctl.toolchain.circuit.inputs import InputReader
from zkctl.toolchain.circuit.witness import words_of_inputs

INPUTS = ROOT / "circuits" / "inputs" / "membership" / "good.json"


def run(depth: int, runs: int, folder: Path) -> None:
    """Print one line for a key without tables and one for a key with them."""
    inputs = json.loads(INPUTS.read_text())
    source = str(ROOT / "circuits" / "membership.py")
    case = make_case("membership", source, f"depth={depth}", inputs, folder / "membership")
    program = case.key.with_name("membership.wprog")
    circuits, opened, first, memory = {}, {}, {}, {}
    for name, table_bytes in TABLES.items():
        before = mebibytes()

        def open_circuit(name: str = name, table_bytes: int = table_bytes) -> None:
            circuits[name] = OpenCircuit.open(
                program, case.key, allow_insecure=True, table_bytes=table_bytes
            )

        opened[name] = milliseconds(open_circuit)
        first[name] = milliseconds(lambda name=name: circuits[name].prove(inputs))
        memory[name] = mebibytes() - before
    parts = [(name, part, action) for name in TABLES for part, action in actions(circuits[name], inputs)]  # fmt: skip
    found: dict[tuple[str, str], list[float]] = {(name, part): [] for name, part, _ in parts}
    for _ in range(runs):
        for name, part, action in parts:
            found[name, part].append(milliseconds(action))
    print(f"{case.constraints:,} constraints")
    print("| key | open | first proof | later proofs | witness | verify | MiB |")
    print("|---|---|---|---|---|---|---|")
    for name in TABLES:
        medians = [statistics.median(found[name, part]) for part in ("prove", "witness", "verify")]
        cells = [f"{ms:.1f} ms" for ms in (opened[name], first[name], *medians)]
        print(f"| {name} | {' | '.join(cells)} | {memory[name]:+.0f} |")


def actions(circuit: OpenCircuit, inputs: dict[str, object]) -> list[tuple[str, Callable[[], object]]]:  # fmt: skip
    """The whole and its parts."""
    field = circuit.evaluator.program.field
    proof, public = circuit.prove(inputs)
    key = circuit.key.verifying_key
    return [
        ("prove", lambda: circuit.prove(inputs)),
        (
            "witness",
            lambda: words_of_inputs(circuit.evaluator, inputs, InputReader(field, False, "", [])),
        ),
        ("verify", lambda: verify(key, public, proof)),
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--depth", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ["ZKCTL_THREADS"] = str(options.threads)
    print(f"{options.threads} thread(s), CPU time, medians of {options.runs}")
    with tempfile.TemporaryDirectory() as name, using(threads=options.threads):
        run(options.depth, options.runs, Path(name))


if __name__ == "__main__":
    main()
