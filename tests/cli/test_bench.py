"""`zkctl bench`: forms, table and JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import zkctl.toolchain
from tests.cli.conftest import Run
from zkctl.cli.commands.bench import bench_text
from zkctl.toolchain.bench.cases import GROUPS
from zkctl.toolchain.bench.run import BenchSummary, Measurement

MEASUREMENTS = [
    Measurement("kernels", "multiply", 65536, 370_000, 371_000, 25, 740_000),
    Measurement("prove", "prove", 4096, 58_000_000, 60_000_000, 7),
]
P = Path


def summary(baseline: str | None = None, threads: int = 1) -> BenchSummary:
    return BenchSummary(
        "zkctl-bench/1", "0.1.0", "a machine", "kernels of air", threads, MEASUREMENTS, baseline
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []

    def bench(**options: Any) -> BenchSummary:
        del options["progress"]
        seen.append(options)
        return summary()

    module = SimpleNamespace(bench=bench)
    monkeypatch.setitem(sys.modules, "zkctl.toolchain.bench.run", module)
    monkeypatch.setattr(zkctl.toolchain, "bench", module, raising=False)
    return seen


DEFAULTS = {
    "power": 12,
    "groups": GROUPS,
    "baseline": None,
    "save": None,
    "svg": None,
    "force": False,
}


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("", {}),
        ("--power 16 --only prove --only verify", {"power": 16, "groups": ["prove", "verify"]}),
        (
            "--save a.json --baseline b.json --svg c.svg --force",
            {"save": P("a.json"), "baseline": P("b.json"), "svg": P("c.svg"), "force": True},
        ),
        ("--threads 1", {}),
    ],
)
def test_forms(run: Run, calls: list[Any], words: str, options: dict[str, Any]) -> None:
    assert run("bench", *words.split()).code == 0
    assert calls == [DEFAULTS | options]


@pytest.mark.parametrize("words", ["--power 3", "--power 21", "x", "--baseline a.py"])
def test_wrong_forms(run: Run, calls: list[Any], words: str) -> None:
    assert run("bench", *words.split()).code == 2
    assert calls == []


def test_the_table() -> None:
    assert bench_text(summary()).splitlines() == [
        "              size      CPU     wall  CPU each",
        "kernels",
        "  multiply  65,536   370 µs   371 µs   5.65 ns",
        "prove",
        "  prove      4,096  58.0 ms  60.0 ms   14.2 µs",
        "",
        "a machine; kernels of air; 1 thread",
    ]


def test_the_table_with_a_baseline() -> None:
    lines = bench_text(summary("old.json", threads=2)).splitlines()
    assert lines[0].endswith("CPU each  baseline")
    assert lines[2].endswith("5.65 ns      0.50")
    assert lines[4].endswith("14.2 µs")
    assert lines[-1].endswith("2 threads")


def test_json_of_a_real_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zkctl.toolchain.bench import run as bench

    monkeypatch.setattr(bench, "LOG_SIZES", (6, 4, 3))
    monkeypatch.setattr(bench, "LONG", 1_000_000)
    outcome = run("bench", "--only", "kernels", "--json", "--svg", tmp_path / "a.svg", "-q")
    assert outcome.code == 0
    assert len(outcome.json["result"]["measurements"]) == 8
    assert (tmp_path / "a.svg").is_file()


def test_an_unknown_group(run: Run) -> None:
    outcome = run("bench", "--only", "proofs")
    assert outcome.code == 2
    assert "error: unknown group 'proofs'" in outcome.err
