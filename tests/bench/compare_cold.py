"""Measure the first command on a new machine: with an empty cache of kernels, and with a warm one.

    python tests/bench/compare_cold.py [--runs 3] [--length 17] [--power 13]

CPU seconds (user and system) of whole processes on one core, medians; every cold run has a cache folder that did not exist.
MiB is the peak of the cold process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ZKCTL = Path(sys.executable).with_name("zkctl")
CIRCUIT = Path(__file__).parent / "circuits" / "chain.py"

# one command a line, on the files that the lines before it made
COMMANDS = """
compile {circuit} -P length={length} -o . --force
witness chain.wprog input.json -o w.wtns --force
ptau new bn254 {power} -o new.ptau --force
ptau contribute new.ptau -o one.ptau --name a --force
ptau prepare one.ptau -o pot.ptau --force
ptau verify pot.ptau
setup groth16 chain.r1cs pot.ptau -o 0.zkey --force
ceremony contribute 0.zkey -o 1.zkey --name a --force
ceremony verify 1.zkey --r1cs chain.r1cs --ptau pot.ptau
export-vkey 1.zkey -o vkey.json --force
prove 1.zkey w.wtns -o proof.json --public public.json --force
verify vkey.json public.json proof.json
"""


def run(words: list[str], folder: Path, cache: Path) -> tuple[float, float]:
    """CPU seconds and peak MiB of one process on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    process = subprocess.Popen(
        [str(ZKCTL), "-q", *words],
        cwd=folder,
        env=os.environ | {"ZKCTL_CACHE_DIR": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"zkctl {' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--length", type=int, default=17, help="17 makes 4,080 constraints")
    parser.add_argument("--power", type=int, default=13, help="of the powers of tau")
    options = parser.parse_args()
    print("| command | cold CPU s | warm CPU s | MiB cold |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input.json").write_text('{"start": "5"}')
        for line in COMMANDS.strip().splitlines():
            words = line.format(circuit=CIRCUIT, length=options.length, power=options.power).split()
            cold, warm, peak = [], [], 0.0
            for k in range(options.runs):
                cache = folder / f"cache{k}"
                shutil.rmtree(cache, ignore_errors=True)
                seconds, mib = run(words, folder, cache)
                cold.append(seconds)
                peak = max(peak, mib)
                run(words, folder, folder / "warm")
                warm.append(run(words, folder, folder / "warm")[0])
            shown = " ".join(word for word in words[:2] if not word.startswith(("/", "-")))
            print(
                f"| {shown} | {statistics.median(cold):.2f} | {statistics.median(warm):.2f} | {peak:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
