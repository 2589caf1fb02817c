"""The table of circuits/address/README.md: constraints, powers of tau, key, times and PLONK rows of each circuit at depth 20.

    python -m tests.bench.address_table [ID...] [--runs 5] [--write]

Times are medians of whole processes in CPU seconds (user and system) with a warm cache of kernels: `fullprove` computes the witness
and proves, `verify` reads its key from JSON.  The keys are made with known secrets.  --write puts the table into the README.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.known_tau import write_known_tau_key
from tests.support.address.circuits import FOLDER, compiled
from tests.support.address.project import CIRCUITS, DEPTH, ProjectCircuit
from zkctl.kzg.row_polynomials import log_rows
from zkctl.toolchain.circuit.proof_rows import with_fewest_rows

ZKCTL = Path(sys.executable).with_name("zkctl")
README = FOLDER / "README.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
HEADER = (
    "| circuit | constraints | ptau power | Groth16 key | prove | verify | PLONK rows | ptau power |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


def cpu_seconds(folder: Path, *words: str) -> float:
    """CPU seconds of one zkctl process."""
    process = subprocess.Popen(
        [str(ZKCTL), "-q", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # warnings: the key has no contributions
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"zkctl {' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime


def times(circuit: ProjectCircuit, folder: Path, runs: int) -> tuple[int, float, float]:
    """Bytes of the key, and the seconds of fullprove and verify."""
    sizes = [f"-P{name}={n}" for name, n in circuit.parameters(DEPTH).items()]
    cpu_seconds(folder, "compile", str(FOLDER / f"{circuit.name}.py"), *sizes, "-o", ".")
    key = folder / "key.zkey"
    write_known_tau_key(folder / f"{circuit.name}.r1cs", key)
    cpu_seconds(folder, "export-vkey", "key.zkey", "-o", "vkey.json", "--allow-insecure")
    inputs = min((FOLDER / "inputs" / circuit.id).glob("good-*.json"))
    prove = ("fullprove", "key.zkey", f"{circuit.name}.wprog", str(inputs), "--allow-insecure", "--force")  # fmt: skip
    verify = ("verify", "vkey.json", "public.json", "proof.json", "--allow-insecure")
    seconds = [(cpu_seconds(folder, *prove), cpu_seconds(folder, *verify)) for _ in range(runs + 1)]
    proving, verifying = (statistics.median(each) for each in zip(*seconds[1:], strict=True))
    return key.stat().st_size, proving, verifying


def row(circuit: ProjectCircuit, runs: int) -> str:
    """The line of a circuit."""
    made = compiled(circuit.name, **circuit.parameters(DEPTH))
    r1cs, n_public = made.simplified().r1cs, made.program.n_public
    domain = (r1cs.n_constraints + n_public).bit_length()  # of n_constraints + n_public + 1 rows
    n_rows = with_fewest_rows(made, "plonk")[1].n_rows
    with tempfile.TemporaryDirectory() as name:
        size, proving, verifying = times(circuit, Path(name), runs)
    shown = (
        f"`{circuit.id}`",
        f"{made.r1cs.n_constraints:,}",
        f"{domain}",
        f"{size / 1e6:.1f} MB",
        f"{proving:.2f} s",
        f"{verifying:.2f} s",
        f"{n_rows:,}",
        f"{log_rows(n_rows)}",
    )
    return f"| {' | '.join(shown)} |\n"


def main() -> None:
    """Print the table; with --write put it into the README."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = []
    for circuit in CIRCUITS:
        if not options.ids or circuit.id in options.ids:
            rows.append(row(circuit, options.runs))
            print(rows[-1], end="", flush=True)
    print(json.dumps({"load average": os.getloadavg()[0]}))
    if options.write:
        before, _, rest = README.read_text().partition(BEGIN)
        after = rest.partition(END)[2]
        README.write_text(before + BEGIN + HEADER + "".join(rows) + END + after)


if __name__ == "__main__":
    main()
