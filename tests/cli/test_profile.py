"""`zkctl profile`: tables, JSON that it reads again, the picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from zkctl.cli.commands.profile import profile_text
from zkctl.toolchain.profile.counts import CalledFunction, SourceLine
from zkctl.toolchain.profile.result import Profile

TEXT = """
from zkctl.dsl import Signal, circuit, private, wire
from zkctl.gadgets.compare import is_zero

@circuit
def powers(x: Signal = private(), *, n: int = 2) -> Signal:
    found = is_zero(x)
    for _ in range(n):
        x = wire(x * x)
    return found * x
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "powers.py"
    path.write_text(TEXT)
    return path


def test_tables(run: Run, source: Path) -> None:
    done = run("profile", str(source), "-q")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "powers over bn254.fr: 5 constraints (5 before simplification)"
    assert lines[2:5] == [
        "constraints   share  function",
        "          5  100.0%  powers  (powers.py, own 3)",
        "          2   40.0%  └─ is_zero  (zkctl/gadgets/compare.py)",
    ]
    assert lines[6] == "constraints   share  line, with what it calls"
    assert "          2   40.0%  powers.py:9 in powers: x = wire(x * x)" in lines
    assert "          2   40.0%  powers.py:7 in powers: found = is_zero(x)" in lines
    assert "constraints   share  line of the library, by itself" in lines


def test_what_changed_since_an_earlier_profile(run: Run, source: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "before.json"
    earlier.write_text(run("profile", str(source), "--json").out)
    assert json.loads(earlier.read_text())["result"]["n_constraints"] == 5
    done = run("profile", str(source), "-P", "n=5", "--diff", str(earlier), "--lines", "1")
    assert done.out.endswith(
        "\n\nsince the earlier profile: 5 -> 8 (+3)\n\n"
        "     change  functions\n         +3  circuit  (5 -> 8)\n\n"
        "     change  lines\n         +3  powers.py in powers: x = wire(x * x)  (2 -> 5)\n"
    )


def test_the_picture(run: Run, source: Path, tmp_path: Path) -> None:
    svg = tmp_path / "p.svg"
    done = run("profile", str(source), "--svg", str(svg))
    assert done.out.endswith(f"\nwritten: {svg}\n")
    assert "<svg" in svg.read_text()
    assert run("profile", str(source), "--svg", str(svg)).code == 5


def test_levels(run: Run, source: Path) -> None:
    assert run("profile", str(source), "--O0").code == 0
    assert run("profile", str(source), "--O0", "--O1").code == 2


def test_small_functions_and_text_from_files() -> None:
    functions = [
        CalledFunction("c", "", -1, 998, 1000, 998, 1001),
        CalledFunction("small\x1b", "f.py", 0, 1, 1, 1, 1),
        CalledFunction("tiny", "f.py", 0, 1, 1, 2, 2),
    ]
    lines = [SourceLine("f\x1b.py", 3, "c", "a", 998, 998, 998, 998)]
    text = profile_text(Profile("c", "bn254.fr", 1000, 1001, functions, lines))
    assert "       1000" not in text
    assert "      1,000  100.0%  c  (own 998, before 1,001)" in text
    assert "          2    0.2%  └─ 2 smaller ones" in text
    assert r"f\x1b.py:3 in c: a" in text


def test_a_circuit_without_constraints() -> None:
    text = profile_text(
        Profile("c", "bn254.fr", 0, 0, [CalledFunction("c", "", -1, 0, 0, 0, 0)], [])
    )
    assert text.endswith("          0       -  c")


def test_a_circuit_of_the_project(run: Run, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its parameters and level; a module in the project's folder is found as by compile."""
    folder = source.parent
    settings = (
        "version: 1\ncircuits:\n  long-one: {source: powers.py, parameters: {n: 5}, level: 0}\n"
    )
    (folder / "zkctl.yaml").write_text(settings)
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    done = run("profile", "long-one", "-q")
    assert (done.code, done.out.splitlines()[0]) == (0, "powers over bn254.fr: 8 constraints (8 before simplification)")  # fmt: skip
    monkeypatch.chdir("/")
    assert run("profile", "long-one", "--project", folder / "zkctl.yaml", "--svg", folder / "a.svg").code == 0  # fmt: skip
    monkeypatch.chdir(folder)
    assert (run("profile", "other").code, run("profile").code) == (2, 2)
    for words in (["-P", "n=1"], ["--O1"]):
        refused = run("profile", "long-one", *words)
        assert refused.code == 2
        assert "unexpected for circuits of a project" in refused.err
    assert (folder / "a.svg").read_text().startswith("<svg")
