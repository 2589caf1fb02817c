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
from zkctl.toolchain.bench.measurements import BenchSummary, Measurement
from zkctl.toolchain.bench.service.outcomes import (
    AnswerVerdict,
    LoadSummary,
    RequestOutcome,
    figures,
    objective_results,
)
from zkctl.toolchain.bench.service.plan import LoadKind, LoadPlan

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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--rate 5", "--rate without --service: a load needs a service"),
        ("--allow-http", "--allow-http without --service: a load needs a service"),
        ("--service http://127.0.0.1:1 --power 8", "--power with --service: measurements of this"),
        ("--service http://127.0.0.1:1 --mix prove=1", "unknown kind of request 'prove'"),
        ("--service http://127.0.0.1:1 --slo x", "'x' is no objective"),
        ("--service http://example.org", "does not start with https://"),
    ],
)
def test_a_load_and_a_measurement_exclude_each_other(run: Run, words: str, message: str) -> None:
    outcome = run("bench", *words.split())
    assert outcome.code == 2
    assert message in outcome.err


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[LoadPlan, dict[str, Any]]]:
    """The plans that the command makes; every load fails the objective of p95."""
    seen: list[tuple[LoadPlan, dict[str, Any]]] = []

    def bench_service(plan: LoadPlan, **options: Any) -> LoadSummary:
        del options["progress"]
        seen.append((plan, options))
        outcome = RequestOutcome(LoadKind.VERIFY, 0.5, 0.25, 0.0, AnswerVerdict.SERVED, "200")
        refused = RequestOutcome(LoadKind.VERIFY, 0.6, 0.25, 0.0, AnswerVerdict.REFUSED, "429")
        kinds = figures(plan, [outcome, refused])
        results = objective_results(plan.objectives, kinds)
        return LoadSummary(
            "zkctl-load/1",
            "0.1.0",
            "a machine",
            plan.url,
            "",
            plan.seconds,
            1.0,
            0.0,
            kinds,
            results,
        )

    module = SimpleNamespace(bench_service=bench_service)
    monkeypatch.setitem(sys.modules, "zkctl.toolchain.bench.service.run", module)
    return seen


def test_the_form_of_a_load(
    run: Run,
    loads: list[tuple[LoadPlan, dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "body.json").write_text('{"pid": "x"}')
    (tmp_path / "bundle").write_text("zkp1.e30")
    monkeypatch.setenv("ZKCTL_API_KEY", "zk_test_1")
    words = "--service http://127.0.0.1:1 --rate 20.5 --for 60 --mix verify=40,generate=1 --slo errors=5"
    files = ["--request", str(tmp_path / "body.json"), "--bundle", str(tmp_path / "bundle")]
    outcome = run("bench", *words.split(), *files, "--save", "a.json", "--allow-http")
    assert outcome.code == 1
    ((plan, options),) = loads
    assert plan.rates == {"verify": 20.0, "generate": 0.5}
    assert (plan.seconds, plan.request, plan.bundle) == (60, b'{"pid": "x"}', "zkp1.e30")
    assert plan.allow_http
    assert {one.name: one.limit for one in plan.objectives}["errors"] == 5
    assert options == {"key": "zk_test_1", "save": P("a.json"), "svg": None, "force": False}


def test_the_figures_of_a_load(run: Run, loads: list[Any]) -> None:
    outcome = run("bench", "--service", "http://127.0.0.1:1", "--for", "1")
    assert outcome.code == 1
    assert loads[0][0].rates == {"verify": 20.0}
    assert outcome.out.splitlines() == [
        "        rate  sent  refused  errors     p50     p95     p99     max",
        "verify  20/s     2        1       0  250 ms  250 ms  250 ms  250 ms",
        "",
        "verify answers other than 200: 429: 1",
        "MISSED verify.p95: 250 ms, at most 100 ms",
        "met    errors: 0 %, at most 0.1 %",
        "MISSED refused: 50 %, at most 0.1 %",
        "",
        "http://127.0.0.1:1, 1 s; a machine",
    ]
    assert "2 of 3 objectives are not met: verify.p95, refused" in outcome.err


def test_a_large_body_is_refused(run: Run, loads: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "body.json"
    path.write_bytes(b" " * ((1 << 20) + 1))
    outcome = run("bench", "--service", "http://127.0.0.1:1", "--request", str(path))
    assert outcome.code == 7
    assert "the file is too large: expected at most 1048576 bytes" in outcome.err


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
    monkeypatch.setattr(bench, "ONCE_FROM_NS", 1_000_000)
    outcome = run("bench", "--only", "kernels", "--json", "--svg", tmp_path / "a.svg", "-q")
    assert outcome.code == 0
    assert len(outcome.json["result"]["measurements"]) == 8
    assert (tmp_path / "a.svg").is_file()


def test_an_unknown_group(run: Run) -> None:
    outcome = run("bench", "--only", "proofs")
    assert outcome.code == 2
    assert "error: unknown group 'proofs'" in outcome.err
