"""`zkctl check-witness`, `zkctl print` and the counts of `zkctl info`: text, JSON, exit codes, long outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.toy_groth16 import circuit, factors, save_circuit, save_witness
from zkctl.constraints.r1cs import R1CS
from zkctl.field import BN254_FR, words_from_ints

NAMES = b"1,1,0,main.product\n2,2,0,main.tag\n3,3,0,main.x\n4,4,0,main.y\n"


def squares(n: int) -> R1CS:
    """Wire k times itself is wire k + 1, for k in 1 .. n."""
    rows = [([(k, 1)], [(k, 1)], [(k + 1, 1)]) for k in range(1, n + 1)]
    return circuit(BN254_FR, rows, n + 2, 1, 0)


class Files:
    """A circuit with the names of its signals, and witnesses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.r1cs = save_circuit(folder / "c.r1cs", factors(BN254_FR))
        self.sym = folder / "c.sym"
        self.sym.write_bytes(NAMES)

    def witness(self, *values: int) -> Path:
        words = words_from_ints(values, BN254_FR.n_words)
        return save_witness(self.folder / "w.wtns", BN254_FR, words)

    def good(self) -> Path:
        return self.witness(1, 55, 77, 5, 8)

    def wrong(self) -> Path:
        return self.witness(1, 56, 77, 5, 8)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


# -- check-witness


def test_a_witness_that_holds(run: Run, files: Files) -> None:
    outcome = run("check-witness", files.good(), "--r1cs", files.r1cs)
    assert (outcome.code, outcome.out) == (0, "OK: 1 of 1 constraints hold\n")
    assert outcome.err.splitlines() == ["reading the witness", "checking the constraints"]
    answer = run("check-witness", files.good(), "--r1cs", files.r1cs, "--json").json
    assert (answer["ok"], answer["command"]) == (True, "check-witness")
    assert answer["result"] == {
        "satisfied": True,
        "field": "bn254.fr",
        "n_wires": 5,
        "n_constraints": 1,
        "n_broken": 0,
        "broken": [],
        "warnings": [],
    }


def test_a_witness_that_breaks_constraints(run: Run, files: Files) -> None:
    outcome = run("check-witness", files.wrong(), "--r1cs", files.r1cs, "-q")
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "INVALID: 1 of 1 constraints are broken",
        "constraint 0: main.product, main.x, main.y",
    ]
    assert outcome.err.splitlines() == [
        "error: the witness breaks 1 of 1 constraints",
        f"  {files.folder / 'w.wtns'}",
        "hint: compute the witness again, with the program that was compiled with this circuit",
    ]
    answer = run("check-witness", files.wrong(), "--r1cs", files.r1cs, "--json").json
    assert not answer["ok"]
    assert answer["result"]["broken"] == [
        {"constraint": 0, "signals": ["main.product", "main.x", "main.y"]}
    ]
    assert (answer["error"]["code"], answer["error"]["kind"]) == (1, "unsatisfied")


@pytest.mark.parametrize(
    ("words", "listed", "last"),
    [
        ([], 20, "and 10 more"),
        (["--max", "3"], 3, "and 27 more"),
        (["--max", "0"], 0, "and 30 more"),
        (["--max", "30"], 30, "constraint 29: wire 30, wire 31"),
    ],
)
def test_the_first_broken_constraints_and_their_total(
    run: Run, files: Files, words: list[str], listed: int, last: str
) -> None:
    save_circuit(files.r1cs, squares(30))
    files.sym.unlink()
    command = ("check-witness", files.witness(1, *range(2, 33)), "--r1cs", files.r1cs, *words)
    outcome = run(*command)
    lines = outcome.out.splitlines()
    assert outcome.code == 1
    assert lines[0] == "INVALID: 30 of 30 constraints are broken"
    assert len([line for line in lines if line.startswith("constraint ")]) == listed
    assert lines[-1] == last
    result = run(*command, "--json").json["result"]
    assert (result["n_broken"], len(result["broken"])) == (30, listed)


def test_long_constraints_name_their_first_signals(run: Run, files: Files) -> None:
    row = [(wire, 1) for wire in range(20)]
    save_circuit(files.r1cs, circuit(BN254_FR, [(row, row, row)], 20, 1, 0))
    files.sym.unlink()
    words = ("check-witness", files.witness(*range(1, 21)), "--r1cs", files.r1cs)
    assert run(*words).out.endswith("wire 11, wire 12 and 7 more\n")
    assert len(run(*words, "--json").json["result"]["broken"][0]["signals"]) == 19


def test_what_check_witness_refuses(run: Run, files: Files) -> None:
    assert run("check-witness", files.good()).code == 2
    absent = run("check-witness", files.good(), "--r1cs", files.r1cs, "--sym", "absent.sym")
    assert absent.code == 5
    assert "cannot read the file: no such file" in absent.err
    short = run("check-witness", files.witness(1, 55), "--r1cs", files.r1cs)
    assert short.code == 3
    assert "the circuit has 5 wires, the witness 2" in short.err
    files.sym.write_bytes(b"1,9,0,main.a\n")
    other = run("check-witness", files.wrong(), "--r1cs", files.r1cs)
    assert (other.code, other.out) == (4, "")
    assert "expected wires below 5, got 9" in other.err
    assert "as --sym" in other.err
    program = run("check-witness", "w.py", "--r1cs", files.r1cs)
    assert "expected a data file, got the program w.py" in program.err
    assert run("check-witness", files.good(), "--r1cs", files.r1cs, "--max", "-1").code == 2


# -- print


def test_constraints_are_printed(run: Run, files: Files) -> None:
    outcome = run("print", files.r1cs)
    assert (outcome.code, outcome.err) == (0, "reading the circuit\n")
    assert outcome.out == "[ 1 main.x ] * [ 1 main.y + 3 ] = [ 1 main.product ]\n"
    other = files.folder / "other.sym"
    other.write_bytes(b"1,3,0,main.a\n")
    outcome = run("print", files.r1cs, "--sym", other)
    assert outcome.out == "[ 1 main.a ] * [ 1 wire 4 + 3 ] = [ 1 wire 1 ]\n"
    assert run("print", files.r1cs, "--sym", "absent.sym").code == 5


@pytest.mark.parametrize("n", [0, 1, 1023, 1024, 1025, 5000])
def test_as_many_lines_as_constraints(run: Run, files: Files, n: int) -> None:
    """They are written 1,024 lines at a time."""
    files.sym.unlink()
    save_circuit(files.r1cs, squares(n))
    outcome = run("print", files.r1cs)
    assert outcome.code == 0
    assert outcome.out == "".join(
        f"[ 1 wire {k} ] * [ 1 wire {k} ] = [ 1 wire {k + 1} ]\n" for k in range(1, n + 1)
    )
    assert run("print", files.r1cs, "--first", "7").out.count("\n") == min(n, 7)
    assert run("print", files.r1cs, "--first", "0").out == ""


def test_print_has_no_json_form(run: Run, files: Files) -> None:
    outcome = run("print", files.r1cs, "--json")
    assert outcome.code == 2
    error = outcome.json["error"]
    assert error["message"] == "zkctl print has no JSON form: expected no --json, got it"
    assert error["hint"] == "write the circuit as JSON with zkctl export-json"


def test_what_is_found_in_the_middle_ends_with_its_exit_code(run: Run, files: Files) -> None:
    files.sym.unlink()
    save_circuit(files.r1cs, squares(5000))
    raw = bytearray(files.r1cs.read_bytes())
    raw[12 + 12 + 4999 * 3 * 40 + 4] = 0xFF  # the first wire of the last constraint: 5127
    files.r1cs.write_bytes(raw)
    outcome = run("print", files.r1cs)
    assert outcome.code == 3
    assert outcome.out.count("\n") == 4096
    assert "constraint 4999 uses wire" in outcome.err


def test_a_reader_that_leaves_in_the_middle(files: Files) -> None:
    save_circuit(files.r1cs, squares(20_000))
    files.sym.unlink()
    command = [sys.executable, "-m", "zkctl.cli.app", "print", "-q", str(files.r1cs)]
    reading, writing = os.pipe()
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(writing)
        assert os.read(reading, 10) == b"[ 1 wire 1"
        os.close(reading)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_long_output(run_process: Run, files: Files) -> None:
    save_circuit(files.r1cs, squares(5000))
    with Path("/dev/full").open("w") as full:
        outcome = run_process("print", "-q", files.r1cs, stdout=full)
    assert outcome.code == 5
    assert outcome.err == "error: cannot write the result: no space left on device\n  stdout\n"


# -- info


def test_counts_of_terms(run: Run, files: Files) -> None:
    rows = [([(3, 1)], [(4, 1), (0, 3)], [(1, 1)]), ([(0, 1)], [(3, 1), (4, 0)], [(2, 1)])]
    save_circuit(files.r1cs, circuit(BN254_FR, rows, 5, 1, 1))
    lines = run("info", files.r1cs).out.splitlines()
    assert lines[-5:] == [
        "linear constraints  1",
        "nonzero terms",
        "  A  2",
        "  B  3",
        "  C  2",
    ]
    result = run("info", files.r1cs, "--json").json["result"]
    assert result["linear_constraints"] == 1
    assert result["nonzero_terms"] == {"A": 2, "B": 3, "C": 2}
