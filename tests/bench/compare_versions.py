"""Compare commands of this version with those of another one, on the same files.

    python tests/bench/compare_versions.py OTHER_ZKCTL [--runs 9] [--length 17] [--only verify]

OTHER_ZKCTL is the command of the other version, for example the .venv/bin/zkctl of a second checkout.  CPU seconds
(user and system) of whole processes on one core, warm caches, the two taking turns; the ratio is the median of the pairs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from compare_cold import CIRCUIT, COMMANDS

OURS = Path(sys.executable).with_name("zkctl")
START = "--version"


def cpu_seconds(zkctl: Path, words: list[str], folder: Path) -> float:
    """CPU seconds of one process."""
    process = subprocess.Popen(
        [str(zkctl), *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        code = os.waitstatus_to_exitcode(status)
        raise SystemExit(f"{zkctl} {' '.join(words)} ended with {code}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--length", type=int, default=17, help="17 makes 4,080 constraints")
    parser.add_argument("--power", type=int, default=13)
    parser.add_argument("--only", default="", help="commands that begin with this")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print("| command | other: CPU s | this | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "input.json").write_text('{"start": "5"}')
        sizes = {"length": options.length, "power": options.power}
        for line in [START, *COMMANDS.strip().splitlines()]:
            words = line.format(circuit=CIRCUIT, **sizes).split()
            shown = " ".join(word for word in words[:2] if not word.startswith("/"))
            cpu_seconds(OURS, words, folder)
            if not shown.startswith(options.only):
                continue
            cpu_seconds(options.other, words, folder)
            pairs = []
            for k in range(options.runs):
                sides = (options.other, OURS) if k % 2 else (OURS, options.other)
                used = {side: cpu_seconds(side, words, folder) for side in sides}
                pairs.append((used[options.other], used[OURS]))
            other, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"| {shown} | {other:.3f} | {ours:.3f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
