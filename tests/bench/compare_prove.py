"""Compare `zkctl prove` with `snarkjs groth16 prove`: whole processes, same files, one run.

    python tests/bench/compare_prove.py KEY.zkey WITNESS.wtns [--runs 9]

Without files it makes them with the demo, examples/01-membership (depth 20).  The two programs
alternate, pinned to core 0 and then to cores 0 and 1; medians of wall-clock and CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ZKCTL = str(Path(sys.executable).parent / "zkctl")
CORE_SETS = ((0,), (0, 1))


@dataclass(frozen=True)
class Sample:
    """One process.  Units: seconds, MiB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Tool:
    """A program that proves, as a command line without the four file names."""

    name: str
    command: list[str]


def measure(command: Sequence[str], cores: Sequence[int], folder: Path) -> Sample:
    """Run one process on these cores."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},  # as installed
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509  # no threads here
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    message = process.stderr.read().decode() if process.stderr else ""
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed: {message}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def alternate(
    tools: Sequence[Tool], files: Sequence[Path], cores: Sequence[int], runs: int
) -> dict[str, list[Sample]]:
    """Samples of every tool, taken in turns after one round that does not count."""
    samples: dict[str, list[Sample]] = {tool.name: [] for tool in tools}
    with tempfile.TemporaryDirectory() as name:
        for k in range(-1, runs):
            for tool in tools:
                command = [*tool.command, *map(str, files)]
                outputs = [f"{tool.name}-{what}-{k}.json" for what in ("proof", "public")]
                if tool.name == "zkctl":
                    outputs = ["-o", outputs[0], "--public", outputs[1]]
                sample = measure([*command, *outputs], cores, Path(name))
                if k >= 0:
                    samples[tool.name].append(sample)
    return samples


def medians(samples: Sequence[Sample]) -> Sample:
    return Sample(
        *(
            statistics.median(getattr(s, what) for s in samples)
            for what in ("wall", "cpu", "memory")
        )
    )


def machine(node_modules: Path) -> str:
    """One line about where this was measured."""
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*:\s*(.*)", text)
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    package = json.loads((node_modules / "snarkjs" / "package.json").read_text())
    return (
        f"{found.group(1) if found else platform.processor()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, node {node.stdout.strip()},"
        f" snarkjs {package['version']}"
    )


def make_files(folder: Path) -> tuple[Path, Path]:
    """Key and witness of the demo: membership of depth 20, from a throw-away local ceremony."""
    demo = ROOT / "examples" / "01-membership" / "run.sh"
    subprocess.run([str(demo), str(folder)], check=True, stdout=sys.stderr)
    return folder / "membership.zkey", folder / "witness.wtns"


def compare(files: Sequence[Path], node_modules: Path, runs: int) -> None:
    snarkjs = node_modules / "snarkjs" / "build" / "cli.cjs"
    tools = (
        Tool("zkctl", [ZKCTL, "prove"]),
        Tool("snarkjs", ["node", str(snarkjs), "groth16", "prove"]),
    )
    sizes = ", ".join(f"{path.name} {path.stat().st_size / 2**20:.1f} MiB" for path in files)
    print(f"machine: {machine(node_modules)}\nfiles: {sizes}; medians of {runs} runs each\n")
    print(f"{'cores':>5}  {'program':<8} {'wall s':>8} {'CPU s':>8} {'MiB':>6}")
    for cores in CORE_SETS:
        if not set(cores) <= os.sched_getaffinity(0):
            continue
        found = {k: medians(v) for k, v in alternate(tools, files, cores, runs).items()}
        for name, s in found.items():
            print(f"{len(cores):>5}  {name:<8} {s.wall:>8.3f} {s.cpu:>8.3f} {s.memory:>6.0f}")
        ours, theirs = found["zkctl"], found["snarkjs"]
        ratios = f"{ours.wall / theirs.wall:>8.3f} {ours.cpu / theirs.cpu:>8.3f}"
        print(f"{len(cores):>5}  {'ratio':<8} {ratios} {ours.memory / theirs.memory:>6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="*", type=Path, help="KEY.zkey WITNESS.wtns")
    parser.add_argument("--runs", type=int, default=9)
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    modules = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    parser.add_argument("--node-modules", type=Path, default=modules)
    options = parser.parse_args()
    if len(options.files) not in (0, 2):
        parser.error("give KEY.zkey and WITNESS.wtns, or neither")
    with tempfile.TemporaryDirectory() as folder:
        files = [path.resolve() for path in options.files] or make_files(Path(folder) / "demo")
        compare(files, options.node_modules.resolve(), options.runs)


if __name__ == "__main__":
    main()
