"""Which test reaches which line of the package: only such a test can notice that the line is gone.

What runs in child processes is not seen, so a test that is not listed may still notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest


class ReachedLines:
    """A plugin that measures each test of a run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.seconds: dict[str, float] = {}
        self.measured = coverage.Coverage(
            data_file=None, config_file=False, source=[str(root / "zkctl")], messages=False
        )

    def pytest_sessionstart(self) -> None:
        self.measured.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.measured.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration

    def write(self, path: Path) -> None:
        """Write JSON: for each test its seconds, and the lines of each module that it reaches."""
        self.measured.stop()
        found: dict[str, dict[str, list[int]]] = {test: {} for test in self.seconds}
        for module, test, line in self._lines():
            if test in found:
                found[test].setdefault(module, []).append(line)
        tests = {test: {"seconds": self.seconds[test], "lines": found[test]} for test in found}
        path.write_text(json.dumps(tests))

    def _lines(self) -> Iterator[tuple[str, str, int]]:
        data = self.measured.get_data()
        for file in data.measured_files():
            module = Path(file).relative_to(self.root).as_posix()
            for line, tests in data.contexts_by_lineno(file).items():
                for test in tests:
                    yield module, test, line
