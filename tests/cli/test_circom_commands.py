"""The commands on a .circom file: profile, snapshot, test, info, and log() in witness; places are its lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

BITS = """pragma circom 2.1.6;
template Bits(n) {
    signal input in;
    signal output out[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * 2 ** i;
    }
    sum === in;
}
"""
MAIN = """pragma circom 2.1.6;
include "bits.circom";
template Sum(n) {
    signal input in[n];
    signal input total;
    component bits[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        bits[i] = Bits(4);
        bits[i].in <== in[i];
        sum += in[i];
    }
    log("sum", sum, "of", n, "inputs");
    log(sum);
    assert(total != 13);
    total === sum;
}
component main {public [total]} = Sum(3);
"""
GOOD = {"in": [1, 2, 15], "total": 18}
YAML = "version: 1\ncircuits:\n  sum: {source: sum.circom, inputs: inputs, level: 1}\n"
LIBRARY = ("-l", "gadgets")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "gadgets").mkdir()
    (tmp_path / "gadgets/bits.circom").write_text(BITS)
    (tmp_path / "sum.circom").write_text(MAIN)
    (tmp_path / "zkctl.yaml").write_text(YAML)
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs/good.json").write_text(json.dumps(GOOD))
    (tmp_path / "inputs/bad.json").write_text(json.dumps({"in": [16, 0, 0], "total": 16}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_profile_has_a_row_for_each_template(run: Run, folder: Path) -> None:
    done = run("profile", "sum.circom", *LIBRARY, "-q")
    lines = done.out.splitlines()
    assert lines[3].split() == ["16", "100.0%", "sum", "(sum.circom,", "own", "1,", "before", "19)"]
    assert lines[4].split(maxsplit=3)[::3] == ["15", "Bits(4)  (gadgets/bits.circom)"]
    assert "gadgets/bits.circom:8 in Bits(4): out[i] * (out[i] - 1) === 0;" in done.out
    assert "sum.circom:9 in Sum(3): bits[i] = Bits(4);" in done.out
    assert "component bits[" not in done.out
    of_project = run("profile", "sum", *LIBRARY, "-q")
    assert of_project.out == done.out


def test_snapshot_counts_templates(run: Run, folder: Path) -> None:
    assert run("snapshot", *LIBRARY).code == 0
    kept = json.loads((folder / "zkctl.snapshot.json").read_text())
    assert kept["circuits"]["sum"]["gadgets"] == {"Bits(4)": 15}
    (folder / "sum.circom").write_text(MAIN.replace("Bits(4)", "Bits(5)"))
    done = run("snapshot", "--check", *LIBRARY, "-q")
    assert done.code == 1
    assert "sum      gadget Bits(5)     -   18     +18" in done.out
    assert "included file bits.circom not found" in run("snapshot", "--check").err


def test_inputs_are_tried(run: Run, folder: Path) -> None:
    words = ["test", "sum.circom", "--inputs", "inputs", *LIBRARY]
    done = run(*words, "-q")
    assert done.code == 0, done.err
    refused, accepted, total = done.out.splitlines()
    assert refused.startswith("ok    sum  bad.json  refused: constraint ")
    assert (accepted, total) == ("ok    sum  good.json", "2 of 2 tests pass")
    assert run("test", *LIBRARY, "-q").out == done.out
    assert run("test", "sum", *LIBRARY, "-q").out == done.out


def test_a_wrong_input_names_its_line(run: Run, folder: Path) -> None:
    (folder / "inputs/wrong.json").write_text(json.dumps({"in": [7007, 0, 0], "total": 7007}))
    done = run("test", "sum.circom", "--inputs", "inputs", *LIBRARY)
    assert done.code == 1
    assert "FAIL  sum  wrong.json  constraint " in done.out
    assert "gadgets/bits.circom:11:5 in Bits(4)" in done.out
    assert "in Sum(3), component bits[0]: bits[i] = Bits(4);" in done.out
    assert "7007" not in done.out + done.err


def test_an_assert_is_no_constraint(run: Run, folder: Path) -> None:
    (folder / "inputs/bad2.json").write_text(json.dumps({"in": [13, 0, 0], "total": 13}))
    done = run("test", "sum.circom", "--inputs", "inputs", *LIBRARY)
    assert done.code == 1
    assert "FAIL  sum  bad2.json  is refused by no constraint: " in done.out


def test_forms_of_test_that_do_not_go_together(run: Run, folder: Path) -> None:
    done = run("test", "sum.circom")
    assert done.code == 2
    assert "hint: for example zkctl test sum.circom --inputs inputs" in done.err
    done = run("test", "sum.py", "--inputs", "inputs", *LIBRARY)
    assert done.code == 2
    assert "error: -l is for a .circom file: expected none with sum.py" in done.err
    done = run("test", "sum.circom", "--inputs", "inputs")
    assert done.code == 1
    assert "included file bits.circom not found" in done.out
    done = run("test", "sum.circom", "--inputs", "inputs", "-P", "n=3", *LIBRARY)
    assert done.code == 1
    assert "sum.circom has parameters: expected none, got n" in done.out


def test_info_lists_definitions(run: Run, folder: Path) -> None:
    done = run("info", "sum.circom")
    assert done.code == 0
    found = dict(line.split("  ", 1) for line in done.out.splitlines())
    facts = {name: found[name].strip() for name in ("kind", "includes", "templates", "main", "public")}  # fmt: skip
    assert facts == {
        "kind": "circom source",
        "includes": "bits.circom",
        "templates": "Sum(n)",
        "main": "Sum(3)",
        "public": "total",
    }


def test_witness_shows_the_lines_of_log_when_it_is_verbose(run: Run, folder: Path) -> None:
    assert run("compile", "sum.circom", *LIBRARY, "-q", "--no-lint").code == 0
    words = ["witness", "sum.wprog", "inputs/good.json", "--force"]
    assert "\nlog: sum 18 of 3 inputs\nlog: 18\n" in run(*words, "-v").err
    assert "18" not in run(*words).err
    done = run("witness", "sum.wprog", "inputs/bad.json", "--force")
    assert done.code == 1
    assert "with bits[0].in = 16, bits[0].out[0] = 0" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("compile", "sum"), ("compile", "--all"), ("compile", "sum.circom", "-o", "out", "--force"), ("check",), ("check", "sum.circom"),
        ("profile", "sum"), ("profile", "sum.circom"), ("lint", "sum"), ("lint", "sum.circom"), ("test",), ("snapshot",),
        ("test", "sum.circom", "--inputs", "inputs"), ("lock",),
    ],
)  # fmt: skip
def test_commands_know_the_libraries_of_the_project(
    run: Run, folder: Path, words: tuple[str, ...]
) -> None:
    (folder / "out").mkdir()
    assert "bits.circom" in run(*words).out + run(*words).err  # it is not found
    (folder / "zkctl.yaml").write_text(YAML + "libraries: [gadgets]\n")
    done = run(*words)
    assert done.code == 0, done.err


def test_folders_of_the_command_come_before_the_libraries(run: Run, folder: Path) -> None:
    """In their order: the first folder that has the file counts."""
    for name, n in (("first", 1), ("second", 2), ("given", 3)):
        (folder / name).mkdir()
        (folder / name / "n.circom").write_text(f"function n() {{ return {n}; }}")
    (folder / "sum.circom").write_text(
        'pragma circom 2.1.6; include "n.circom"; template S(k) { signal input a[k]; signal output b; b <== a[0] * a[0]; }'
        "component main = S(n());"
    )
    (folder / "zkctl.yaml").write_text(YAML + "libraries:\n  - first\n  - ./second\n")
    (folder / "below").mkdir()
    for name, n in ((), 1), (("-l", "given"), 3), (("-l", "second", "-l", "given"), 2):
        for words in (("compile", "sum"), ("compile", "sum.circom", "-o", "below", "--force")):
            result = run(*words, *name, "--json").json["result"]
            counts = result["circuits"][0] if "circuits" in result else result
            assert counts["n_private_inputs"] == n, (words, name)


def test_circom_itself_knows_no_project(run: Run, folder: Path) -> None:
    (folder / "zkctl.yaml").write_text(YAML + "libraries: [gadgets]\n")
    assert run("circom", "sum.circom", "--r1cs").code == 1
    assert run("circom", "sum.circom", "--r1cs", *LIBRARY).code == 0
