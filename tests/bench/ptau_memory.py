"""Measure the anonymous memory of phase 1 commands under --memory: it is bounded by the option, not by the file.

    python tests/bench/ptau_memory.py [--power 16] [--memory 16 64 512]

RssAnon of /proc/PID/status, read every 5 ms, is what the process holds for itself; mapped pages of inputs, outputs and
scratch files are the system's to take away.  Linux only.
"""

from __future__ import annotations

import argparse
import filecmp
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ZKCTL = [sys.executable, "-m", "zkctl.cli.app", "ptau"]
MIB = 1 << 20


def peak_anonymous(words: list[str], folder: Path) -> tuple[float, float]:
    """The largest RssAnon in MiB and the seconds of wall time."""
    started, peak = time.perf_counter(), 0
    with subprocess.Popen([*ZKCTL, *words, "-q"], cwd=folder, stdout=subprocess.DEVNULL) as child:
        status = Path(f"/proc/{child.pid}/status")
        while child.poll() is None:
            lines = status.read_text().splitlines()
            found = [int(line.split()[1]) for line in lines if line.startswith("RssAnon:")]
            peak = max([peak, *found])
            time.sleep(0.005)
    if child.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}")
    return peak / 1024, time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--power", type=int, default=16)
    parser.add_argument("--memory", type=int, nargs="+", default=[16, 64, 512])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        start = ["new", "bn128", str(options.power), "-o", "0.ptau"]
        print(f"new: {peak_anonymous(start, folder)[0]:.0f} MiB")
        for mib in options.memory:
            bound = ["--memory", str(mib)]
            beacon = ["beacon", "0.ptau", "-o", f"1-{mib}.ptau", "--hex", "0a0b", *bound]
            prepare = ["prepare", f"1-{mib}.ptau", "-o", f"2-{mib}.ptau", *bound]
            verify = ["verify", f"2-{mib}.ptau", "--allow-insecure", *bound]
            for words in (beacon, prepare, verify):
                memory, seconds = peak_anonymous(words, folder)
                print(
                    f"--memory {mib:<4} {words[0]:<8} {memory:>6.0f} MiB {seconds:>7.1f} s",
                    flush=True,
                )
        sizes = [(folder / f"{k}-{options.memory[0]}.ptau").stat().st_size / MIB for k in (1, 2)]
        first, *others = [folder / f"2-{mib}.ptau" for mib in options.memory]
        same = all(filecmp.cmp(first, other, shallow=False) for other in others)
        print(
            f"files of {sizes[0]:.0f} and {sizes[1]:.0f} MiB, {'the same' if same else 'DIFFERENT'} bytes"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
