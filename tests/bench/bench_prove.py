"""zkctl prove beside snarkjs groth16 prove: whole processes, the same files, one run, alternating.

    .venv/bin/python tests/bench/bench_prove.py [RUNS]

Makes the files of examples/01-membership first (depth 20), unless build/demo has them.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "build" / "demo"
ZKCTL = Path(sys.executable).with_name("zkctl")
NODE_MODULES = Path(os.environ.get("ZKCTL_NODE_MODULES", ROOT / "tests/interop/node/node_modules"))
SNARKJS = ["node", str(NODE_MODULES / "snarkjs" / "cli.js")]

FILES = ["membership.zkey", "witness.wtns"]
COMMANDS = {
    "zkctl prove": [
        str(ZKCTL),
        "prove",
        *FILES,
        "-o",
        "z.json",
        "--public",
        "zp.json",
        "--force",
        "-q",
    ],
    "snarkjs groth16 prove": [*SNARKJS, "groth16", "prove", *FILES, "s.json", "sp.json"],
    "zkctl verify": [str(ZKCTL), "verify", "vkey.json", "public.json", "proof.json", "-q"],
    "snarkjs groth16 verify": [
        *SNARKJS,
        "groth16",
        "verify",
        "vkey.json",
        "public.json",
        "proof.json",
    ],
    "zkctl --help": [str(ZKCTL), "--help"],
}


def measure(command: list[str]) -> tuple[float, float]:
    """Wall-clock and processor seconds of one process, from start to exit."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=DEMO, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(runs: int) -> None:
    if not all((DEMO / file).is_file() for file in FILES):
        subprocess.run([ROOT / "examples/01-membership/run.sh"], check=True, capture_output=True)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):  # the first round warms caches and is not counted
        for name, command in COMMANDS.items():
            times[name].append(measure(command))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},", end=""
    )
    print(f" median of {runs} runs, seconds\n")
    print("| command | wall | best | processor |\n|---|---|---|---|")
    medians = {}
    for name, rows in times.items():
        wall, processor = zip(*rows[1:], strict=True)
        medians[name] = statistics.median(wall)
        print(
            f"| `{name}` | {medians[name]:.2f} | {min(wall):.2f} | {statistics.median(processor):.2f} |"
        )
    ratio = medians["snarkjs groth16 prove"] / medians["zkctl prove"]
    print(f"\nsnarkjs takes {ratio:.1f} times as long to prove")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
