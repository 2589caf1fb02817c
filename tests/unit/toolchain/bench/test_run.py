"""`zkctl bench`: what is measured, saved and compared; never how long it took."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from zkctl.curve import CURVES, Curve
from zkctl.errors import EnvironmentProblem, FormatError, UsageError
from zkctl.field import FieldArray
from zkctl.groth16.qap import log_domain_size
from zkctl.toolchain.bench import run as module
from zkctl.toolchain.bench.cases import GROUPS, Case, chain, random_elements
from zkctl.toolchain.bench.measurements import BenchSummary
from zkctl.toolchain.bench.run import bench, measure, read_run, saved_run

SMALL = (6, 4, 3)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOG_SIZES", SMALL)
    monkeypatch.setattr(module, "ONCE_FROM_NS", 1_000_000)


@pytest.fixture(scope="module")
def summary() -> BenchSummary:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LOG_SIZES", SMALL)
        patch.setattr(module, "ONCE_FROM_NS", 1_000_000)
        return bench(power=4)


def test_everything_is_measured(summary: BenchSummary) -> None:
    names = [(one.group, one.name, one.size) for one in summary.measurements]
    assert len(set(names)) == len(names) == 17
    assert list(dict.fromkeys(one.group for one in summary.measurements)) == list(GROUPS)
    assert ("kernels", "transform (NTT)", 64) in names
    assert ("setup", "setup groth16", 16) in names
    assert ("verify", "verify a batch", 100) in names
    for one in summary.measurements:
        assert one.runs >= 1
        assert one.wall_ns > 0
        assert (one.baseline_cpu_ns, one.ratio) == (None, None)
    assert summary.threads >= 1
    assert "Python 3" in summary.machine
    assert "kernels" in summary.kernels


@pytest.mark.parametrize("groups", [["kernels"], ["prove"], ["verify", "kernels"]])
def test_only_the_groups_that_were_asked_for(groups: list[str]) -> None:
    found = bench(power=4, groups=groups).measurements
    assert {one.group for one in found} == set(groups)


def test_stages_are_told() -> None:
    told: list[str] = []
    bench(power=4, groups=["verify"], progress=lambda what, _: told.append(what))
    assert told[0] == "getting ready"
    assert told[-2:] == ["verify: verify", "verify: verify a batch"]


def test_a_saved_run_is_a_baseline(tmp_path: Path) -> None:
    path, picture = tmp_path / "run.json", tmp_path / "run.svg"
    first = bench(power=4, groups=["kernels"], save=path)
    assert first.files == [str(path)]
    second = bench(power=4, groups=["kernels"], baseline=path, svg=picture)
    assert second.baseline == str(path)
    for old, new in zip(first.measurements, second.measurements, strict=True):
        assert new.baseline_cpu_ns == old.cpu_ns
        assert new.ratio == new.cpu_ns / old.cpu_ns
    assert picture.read_text().startswith("<svg")


def test_other_sizes_are_not_compared(summary: BenchSummary, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(saved_run(summary))
    assert all(
        one.ratio is None for one in bench(power=5, groups=["setup"], baseline=path).measurements
    )


def test_reading_gives_what_was_saved(summary: BenchSummary, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(saved_run(summary))
    assert read_run(path) == {one.key: one.cpu_ns for one in summary.measurements}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "expected a saved run of the benchmarks, found an empty JSON object"),
        ("[]", "expected a saved run of the benchmarks, found a list of 0 strings"),
        ('{"schema": "other/1"}', "the schema is 'other/1', expected 'zkctl-bench/1'"),
        ('{"schema": "zkctl-bench/1"}', "missing 'measurements'"),
        ('{"schema": "zkctl-bench/1", "measurements": [{"group": 1}]}', "expected a string"),
        ('{"schema": "zkctl-bench/1", "measurements": 1.5}', "not a plain integer"),
    ],
)
def test_a_baseline_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=message):
        bench(baseline=path)


def test_unknown_groups_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown group 'proof'") as caught:
        bench(groups=["verify", "proof"])
    assert caught.value.hint == "the groups are kernels, setup, prove, verify"


@pytest.mark.parametrize("name", ["save", "svg"])
def test_an_output_that_exists_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / "there"
    path.write_text("old")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        bench(**{name: path})
    assert path.read_text() == "old"
    bench(power=4, groups=["kernels"], force=True, **{name: path})
    assert path.read_text() != "old"


def test_quick_things_are_measured_often_and_slow_ones_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def runs(wall_ns: int) -> tuple[tuple[int, int, int], int]:
        calls: list[int] = []
        clock = iter(range(0, 10**15, wall_ns))
        monkeypatch.setattr(time, "perf_counter_ns", lambda: next(clock))
        found = measure(Case("kernels", "nothing", 1, lambda: calls.append(1)))
        return found, len(calls)

    monkeypatch.setattr(module, "ONCE_FROM_NS", 400)
    found, calls = runs(500)
    assert (found[1], found[2], calls) == (500, 1, 1)
    found, calls = runs(100)
    assert (found[1], found[2], calls) == (100, 4, 5)
    found, calls = runs(1)
    assert (found[2], calls) == (module.MAX_RUNS, module.MAX_RUNS + 1)


def test_a_busy_machine_is_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (3.25, 0, 0))
    assert module._warnings() == [
        "the machine is busy (load 3.2): only compare figures of the same run"
    ]
    monkeypatch.setattr(os, "getloadavg", lambda: (0.1, 0, 0))
    assert module._warnings() == []


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("power", [3, 6])
def test_the_circuit_is_satisfied_and_fills_its_domain(curve: Curve, power: int) -> None:
    field = curve.scalar_field
    r1cs, words = chain(field, (1 << power) - 2)
    witness = FieldArray.from_words(field, words)
    assert r1cs.first_unsatisfied(witness) is None
    assert log_domain_size(r1cs.n_constraints, r1cs.n_public) == power
    wrong = replace(r1cs)
    assert wrong.first_unsatisfied(witness + 1) is not None


def test_random_elements_are_reduced_and_differ() -> None:
    field = CURVES[0].scalar_field
    values = random_elements(field, 200).to_ints()
    assert len(set(values)) == 200
    assert max(value.bit_length() for value in values) == field.n_bits - 1


def test_the_saved_run_says_where(summary: BenchSummary) -> None:
    facts = json.loads(saved_run(summary))
    assert {"schema", "zkctl", "machine", "kernels", "threads", "measurements"} == set(facts)
