"""`zkctl circom` and `zkctl compile` of .circom files: forms, files, text and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PRODUCT = """pragma circom 2.1.0;
include "square.circom";
template Product() {
    signal input a;
    signal input b;
    signal input unused;
    signal output c;
    signal d <== Square()(a);
    c <== d * b;
}
component main {public [b]} = Product();
"""
SQUARE = """pragma circom 2.1.0;
template Square() {
    signal input in;
    signal output out;
    out <== in * in;
}
"""
INSTANCES = "template instances: 2\n"
COUNTS = """non-linear constraints: 2
linear constraints: 0
public inputs: 1
private inputs: 2 (1 belong to witness)
public outputs: 1
wires: 5
labels: 8
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "product.circom").write_text(PRODUCT)
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "square.circom").write_text(SQUARE)
    (tmp_path / "build").mkdir()
    (tmp_path / "input.json").write_text('{"a": "3", "b": "5", "unused": "0"}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_circoms_command_line(run: Run, folder: Path) -> None:
    words = "circom product.circom --r1cs --sym --wasm --json --O1 -o build -l library"
    outcome = run(*words.split())
    assert outcome.code == 0, outcome.err
    written = """Written successfully: build/product.r1cs
Written successfully: build/product.sym
Constraints written in: build/product_constraints.json
Written successfully: build/product.wprog
Everything went okay
"""
    assert outcome.out == INSTANCES + COUNTS + written
    files = ("product.r1cs", "product.sym", "product.wprog", "product_constraints.json")
    assert sorted(path.name for path in (folder / "build").iterdir()) == sorted(files)
    assert run(*words.split()).code == 0  # files are replaced
    constraints = json.loads((folder / "build" / "product_constraints.json").read_text())
    assert [len(each) for each in constraints["constraints"]] == [3, 3]


def test_its_program_computes_the_witness(run: Run, folder: Path) -> None:
    assert run("circom", "product.circom", "--r1cs", "--wasm", "-l", "library").code == 0
    assert run("witness", "product.wprog", "input.json", "--r1cs", "product.r1cs").code == 0
    assert run("export-json", "witness.wtns", "-o", "witness.json").code == 0
    assert json.loads(Path("witness.json").read_text()) == ["1", "45", "5", "3", "9"]


def test_counts_are_those_of_the_constraint_file(run: Run, folder: Path) -> None:
    outcome = run("circom", "product.circom", "-l=library")
    assert outcome.out == INSTANCES + "Everything went okay\n"
    assert not list(folder.glob("product.*s*"))
    outcome = run("circom", "product.circom", "-l", "library", "--r1cs")
    written = "Written successfully: ./product.r1cs\n"
    assert outcome.out == INSTANCES + COUNTS + written + "Everything went okay\n"


@pytest.mark.parametrize(("flag", "language"), [("-c", "C++"), ("--wat", "WebAssembly")])
def test_the_program_stands_for_other_languages(
    run: Run, folder: Path, flag: str, language: str
) -> None:
    outcome = run("circom", "product.circom", flag, "-l", "library")
    assert outcome.code == 0
    message = f"no {language} is written, NAME.wprog computes witnesses with zkctl witness"
    assert message in outcome.err
    assert (folder / "product.wprog").is_file()


def test_version(run: Run, folder: Path) -> None:
    for flag in ("-V", "--version"):
        outcome = run("circom", flag)
        assert (outcome.code, outcome.out) == (0, "circom compiler 2.2.3\n")


def test_inspect(run: Run, folder: Path) -> None:
    for words in ("circom product.circom --inspect", "compile product.circom --inspect"):
        outcome = run(*words.split(), "-l", "library")
        assert outcome.code == 0
        message = "CA01: in Product(): signal unused stands in no constraint of the template (product.circom:6:18)"
        assert f"warning: {message}" in outcome.err


def test_no_rounds_are_level_1(run: Run, folder: Path) -> None:
    linear = PRODUCT.replace("signal d <==", "signal e <== a + b; signal d <==")
    (folder / "product.circom").write_text(linear)
    files = []
    for words in ("--O1", "--O2round 0", "--O2"):
        line = f"circom product.circom --r1cs -l library {words}"
        assert run(*line.split()).code == 0
        files.append((folder / "product.r1cs").read_bytes())
    assert files[0] == files[1] != files[2]


def test_substitutions(run: Run, folder: Path) -> None:
    words = "circom product.circom --O2 --simplification_substitution -l library"
    assert run(*words.split()).code == 0
    found = json.loads(Path("product_substitutions.json").read_text())
    assert found == {"6": {"5": "1"}, "7": {"3": "1"}}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("circom absent.circom", "no such file"),
        ("circom product.circom", "square.circom"),  # its include is not found
        ("circom product.circom --O3", "no such option"),
        (
            "circom product.circom -l library -p goldilocks",
            "the prime goldilocks is one of circom's that is not supported",
        ),
        ("circom product.circom -l library -p nothing", "unknown prime nothing"),
        ("circom product.circom -l library --r1cs -o absent", "folder does not exist"),
        ("circom product.circom -l library --sanity_check 7", "sanity_check"),
        ("circom product.circom -o --r1cs", "-o needs a value, got the option --r1cs"),
        ("circom product.circom -p --r1cs", "-p needs a value, got the option --r1cs"),
        ("circom product.circom -l --sym", "-l needs a value, got the option --sym"),
    ],
)
def test_every_refusal_is_exit_code_1(run: Run, folder: Path, words: str, message: str) -> None:
    outcome = run(*words.split())
    assert outcome.code == 1
    assert message in outcome.err


def test_compile(run: Run, folder: Path) -> None:
    outcome = run("compile", "product.circom", "-l", "library", "-o", "build", "--json")
    result = outcome.json["result"]
    assert (result["n_constraints"], result["n_wires"], result["n_labels"]) == (2, 5, 8)
    assert (result["n_private_inputs"], result["n_private_in_witness"]) == (2, 1)
    assert any("1 of 2 private inputs" in warning for warning in result["warnings"])
    assert run("compile", "product.circom", "-l", "library", "-o", "build").code == 5  # exists
    assert run("compile", "product.circom", "-l", "library", "-o", "build", "--force").code == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("compile product.circom -P n=3", 2, "-P is no option of a .circom file"),
        ("compile product.circom --for plonk", 2, "--for is no option of a .circom file"),
        ("compile product.circom --O0 --O2round 3", 2, "exclude each other"),
        ("compile circuit.py -l library", 2, "-l is no option of a circuit in Python"),
        ("compile circuit.py --compat", 2, "--compat is no option"),
        ("compile product.circom -p pallas", 2, "the prime pallas is one of circom's"),
        ("check product.circom -P n=3", 2, "product.circom has parameters: expected none, got n"),
        ("compile nothing", 2, "expected FILE.py, FILE.py:NAME or FILE.circom, got nothing"),
        ("compile absent.circom", 5, "no such file"),
        (
            "profile circuit.py -l library",
            2,
            "-l is for a .circom file: expected none with circuit.py",
        ),
        ("compile product.circom", 3, "square.circom"),
    ],
)
def test_refusals_of_compile(run: Run, folder: Path, words: str, code: int, message: str) -> None:
    outcome = run(*words.split())
    assert (outcome.code, message in outcome.err) == (code, True), outcome.err


def test_b21_removed_constraints_have_their_template_and_the_reason(run: Run, folder: Path) -> None:
    words = ("compile", "product.circom", "-l", "library", "-o", "removed", "--json")
    (folder / "removed").mkdir()
    result = json.loads(run(*words).out)["result"]
    assert result["n_removed"] == 2
    assert result["removed_by_template"] == [
        {"template": "Product", "n_removed": 2, "n_written": 3}
    ]
    assert result["removed_because"].startswith("each says that two signals are equal")


def test_profile_counts_templates_and_lines_as_compile_does(run: Run, folder: Path) -> None:
    result = json.loads(run("profile", "product.circom", "-l", "library", "--json").out)["result"]
    assert (result["n_constraints"], result["n_constraints_before"]) == (2, 4)
    assert {each["name"] for each in result["functions"]} == {"product", "Square()"}
    assert {(Path(each["file"]).name, each["line"], each["n_own"]) for each in result["lines"]} >= {
        ("square.circom", 5, 1),
        ("product.circom", 9, 1),
    }


def test_lint_has_the_lines_of_the_sources_in_every_format(run: Run, folder: Path) -> None:
    words = ("lint", "product.circom", "-l", "library")
    text = run(*words).out
    assert "product.circom:6:18 in Product()\n  6 | signal input unused;" in text
    (circuit,) = json.loads(run(*words, "--json").out)["result"]["circuits"]
    (finding,) = [each for each in circuit["findings"] if each["code"] == "L004"]
    assert (finding["file"], finding["line"], finding["column"]) == ("product.circom", 6, 18)
    (sarif,) = json.loads(run(*words, "--format", "sarif").out)["runs"]
    regions = {
        each["ruleId"]: each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in sarif["results"]
    }
    assert regions["L004"] == 6
    assert "file=product.circom,line=6,col=18" in run(*words, "--format", "github").out


def test_lint_takes_waivers_and_writes_certificates_of_circom_sources(
    run: Run, folder: Path
) -> None:
    waiver = 'version: 1\nwaivers:\n  spare: {code: L004, place: "product.circom:6", reason: "for the next version", until: "9999-12-31"}\n'
    (folder / "waivers.yaml").write_text(waiver)
    words = ("lint", "product.circom", "-l", "library")
    assert "1 waived" in run(*words, "--waivers", "waivers.yaml").out
    assert run(*words, "--certificate", "proof.json").code == 0
    assert run(*words, "--replay", "proof.json").code == 0


def test_contradictory_constants_are_refused(run: Run, folder: Path) -> None:
    pins = PRODUCT.replace("c <== d * b;", "c <== d * b; a === 1; a === 2;")
    (folder / "pins.circom").write_text(pins)
    words = ("compile", "pins.circom", "-l", "library")
    outcome = run(*words)
    assert outcome.code == 3
    message = "constraints of pins contradict each other, no input satisfies the circuit"
    assert message in outcome.err
    assert run(*words, "--compat").code == 0
    assert run("circom", "pins.circom", "--r1cs", "-l", "library").code == 0


def test_lint(run: Run, folder: Path) -> None:
    outcome = run("lint", "product.circom", "-l", "library")
    assert outcome.code == 0, outcome.err
    assert "PROVED" in outcome.out


def test_each_of_several_errors_stands_as_the_first(run: Run, folder: Path) -> None:
    text = (
        "pragma circom 2.1.0;\ntemplate T() { signal input a\nvar x = 1\n}\ncomponent main = T();\n"
    )
    (folder / "wrong.circom").write_text(text)
    lines = run("compile", "wrong.circom").err.splitlines()
    heads = [line for line in lines if line.startswith(("error: ", "hint: "))]
    assert [line.partition(" ")[0] for line in heads] == ["error:", "hint:", "error:", "hint:"]
    assert "  wrong.circom:3:10" in lines
