"""Remove each check of the package, one at a time, and see which test notices.

    python tests/soundness/removed_checks.py [--only PATTERN]... [--jobs N] [--near] [--list]
    (or: make removed-checks)

For each place (check_places.py says what counts as one) a copy of the project gets the module without it, and
the tests run until one fails: first the module's own tests and those that quote the message, then the
package's, those that name the module, and those of tests/soundness, cli, service and property.  Of each group the tests
that reach the line run first (reached_lines.py); if none of all groups fails, the whole files.  A place that no test
misses is printed as SURVIVED and the script ends with 1.  Where an earlier check always fires, and the place is
there in case it should not, UNREACHABLE has the reason; it too is tried, and a test that fails makes its entry wrong.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.soundness.check_places import ROOT, Place, places, without
from tests.soundness.unreachable_checks import UNREACHABLE

MODULES = (
    "zkctl/storage/**/*.py",
    "zkctl/ceremony/**/*.py",
    "zkctl/groth16/**/*.py",
    "zkctl/constraints/plonk/**/*.py",
    "zkctl/kzg/**/*.py",
    "zkctl/plonk/**/*.py",
    "zkctl/fflonk/**/*.py",
    "zkctl/solidity/**/*.py",
    "zkctl/curve/batches.py",
    "zkctl/curve/checked_points.py",
    "zkctl/formats/**/*.py",
    "zkctl/toolchain/ceremony/**/*.py",
    "zkctl/toolchain/proof/**/*.py",
    "zkctl/toolchain/circuit/inputs.py",
    "zkctl/toolchain/circuit/program_circuit.py",
    "zkctl/toolchain/circuit/witness*.py",
    "zkctl/constraints/advice/**/*.py",
)
LEAST_SECONDS, MOST_SECONDS = 10, 120  # for one test
WIDE = ("tests/soundness", "tests/cli", "tests/service", "tests/viewer", "tests/property")


def all_places() -> list[Place]:
    """Of every module that checks what people rely on."""
    modules = sorted({path for pattern in MODULES for path in ROOT.glob(pattern)})
    return [place for path in modules for place in places(ROOT, path.relative_to(ROOT).as_posix())]


@dataclass
class Suite:
    """The test files, which of them concern a place, and how they fare with nothing removed."""

    texts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # of each file
    reached: dict[str, dict[str, Any]] = field(default_factory=dict)  # of each test, by file
    broken: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for folder in ("tests/unit", *WIDE):
            for path in sorted((ROOT / folder).rglob("test_*.py")):
                self.texts[path.relative_to(ROOT).as_posix()] = path.read_text()

    def stages(self, place: Place, *, near: bool) -> Iterator[list[str]]:
        """Groups of files, the likeliest first, none twice."""
        _, *folders, name = place.module.removesuffix(".py").split("/")
        package, dotted = "/".join(folders), ".".join(folders)
        own = f"tests/unit/{package}/test_{name}.py"
        telling = place.kind == "raise" and len(place.text) >= 12  # "cannot" is everywhere
        message = place.text if telling else "\0"
        naming = (f"zkctl.{dotted}.{name} ", f"import {name}\n", f"zkctl.{dotted}.{name}\n")
        tests = [
            lambda path: path == own,
            lambda path: message in self.texts[path].replace("\\", ""),
            lambda path: path.startswith(f"tests/unit/{package}/test_{name.split('_')[0]}"),
            lambda path: path.startswith(
                (f"tests/unit/{package}/", f"tests/unit/{folders[0]}/test_")
            ),
            lambda path: any(text in self.texts[path] for text in naming),
            lambda path: path.startswith(WIDE),
        ]
        seen: set[str] = set()
        for concerns in tests[: 5 if near else None]:
            files = [path for path in self.texts if path not in seen and concerns(path)]
            seen.update(files)
            if files:
                yield files

    def reaching(self, place: Place, files: list[str]) -> list[str]:
        """The tests of some files that reach a place, the quickest first."""
        lines = range(place.line, place.last_line + 1)
        tests = {test: facts for file in files for test, facts in self.reached[file].items()}
        found = [
            test
            for test, facts in tests.items()
            if any(line in lines for line in facts["lines"].get(place.module, ()))
        ]
        return sorted(found, key=lambda test: float(tests[test]["seconds"]))


class Worker:
    """A copy of the project, and a process that runs tests in it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.lines = folder / "lines.json"
        _copy_project(self.root)
        data = os.environ.get("ZKCTL_TEST_DATA", str(ROOT.parent / "shared" / "data"))
        environment = os.environ | {"PYTHONPATH": str(self.root), "ZKCTL_TEST_DATA": data}
        node = str(ROOT / "tests" / "interop" / "node" / "node_modules")  # is not copied
        environment.setdefault("ZKCTL_NODE_MODULES", node)
        self.process = subprocess.Popen(
            [sys.executable, "tests/soundness/check_worker.py"],
            cwd=self.root,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, tests: list[str], seconds: float, lines: str = "") -> dict[str, object]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"tests": tests, "seconds": int(seconds), "lines": lines}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def write(self, module: str, text: str) -> None:
        """Change a module of the copy; its compiled form may look as new as the text."""
        path = self.root / module
        path.write_text(text)
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()

    def killer(self, place: Place, suite: Suite, *, near: bool) -> str:
        """The first test that fails without the place, or ""."""
        stages: list[list[str]] = []
        for stage in suite.stages(place, near=near):
            for path in stage:
                self._measure(path, suite)
            stages.append(sorted(set(stage) - suite.broken, key=lambda path: suite.seconds[path]))
            killer = self._first_failure(
                place, suite, stages[-1], suite.reaching(place, stages[-1])
            )
            if killer:
                return killer
        killers = (self._first_failure(place, suite, files, files) for files in stages)
        return next(filter(None, killers), "")

    def _first_failure(self, place: Place, suite: Suite, files: list[str], tests: list[str]) -> str:
        """The first of some tests of these files that fails without the place, or ""."""
        if not tests:
            return ""
        allowed = LEAST_SECONDS + 3 * max(suite.seconds[path] for path in files)
        self.write(place.module, without(ROOT, place))
        result = self.run(tests, allowed)
        self.write(place.module, (ROOT / place.module).read_text())
        if result["outcome"] in ("passed", "unknown"):
            return ""
        late = " (too slow)" if result["outcome"] == "timeout" else ""
        return f"{result['test']}{late}"

    def _measure(self, path: str, suite: Suite) -> None:
        """Run a file with nothing removed: one that fails anyhow shows nothing."""
        with suite.lock:
            if path in suite.seconds:
                return
            self.lines.unlink(missing_ok=True)
            result = self.run([path], MOST_SECONDS, str(self.lines))
            suite.reached[path] = json.loads(self.lines.read_text()) if self.lines.exists() else {}
            suite.seconds[path] = float(str(result["seconds"]))
            if result["outcome"] != "passed":
                suite.broken.add(path)
                print(f"note: {result['test']} fails with nothing removed; {path} left out")


def _copy_project(target: Path) -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def judge(place: Place, killed_by: str) -> tuple[bool, str]:
    """Is all well with this place, and what the table says."""
    reason = UNREACHABLE.get(place.id)
    if reason is None:
        return bool(killed_by), killed_by or "SURVIVED"
    return not killed_by, f"listed as unreachable, but: {killed_by}" if killed_by else reason


def try_all(chosen: list[Place], n_jobs: int, *, near: bool) -> int:
    """Print the table; the number of places with which something is wrong."""
    suite, free, wrong = Suite(), threading.local(), 0
    workers: list[Worker] = []
    with tempfile.TemporaryDirectory(prefix="removed-checks-") as folder:

        def start() -> None:
            free.worker = Worker(Path(folder) / str(threading.get_ident()))
            workers.append(free.worker)

        def one(place: Place) -> str:
            return free.worker.killer(place, suite, near=near)

        with ThreadPoolExecutor(n_jobs, initializer=start) as pool:
            print("| place | line | killed by |\n|---|---|---|", flush=True)
            for place, killed_by in zip(chosen, pool.map(one, chosen), strict=True):
                well, text = judge(place, killed_by)
                wrong += not well
                print(f"| {place.id} | {place.line} | {text} |", flush=True)
        for worker in workers:
            worker.process.kill()
    return wrong


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--only",
        action="append",
        metavar="PATTERN",
        help="places whose id contains this, or matches it; may be repeated",
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--near",
        action="store_true",
        help="only tests of the package, of the message, and that name the module",
    )
    parser.add_argument("--list", action="store_true", help="the places, nothing removed")
    options = parser.parse_args()
    patterns = [f"*{pattern}*" for pattern in options.only or ["*"]]
    chosen = [p for p in all_places() if any(fnmatch.fnmatchcase(p.id, like) for like in patterns)]
    if options.list:
        print("\n".join(f"{place.module}:{place.line} {place.id}" for place in chosen))
        return 0
    start = time.monotonic()
    wrong = try_all(chosen, options.jobs, near=options.near)
    listed = sum(place.id in UNREACHABLE for place in chosen)
    minutes = (time.monotonic() - start) / 60
    print(
        f"{len(chosen)} places, {listed} listed as unreachable, {wrong} wrong, {minutes:.0f} minutes"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
