"""Templates of circomlib in Python circuits: the same signals as circom2's calculator; the guide names every template."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from tests.circom.in_python import calling, compare, nested, values_by_name, witness
from tests.conftest import ROOT
from tests.interop.conftest import Runner
from tests.support.circomlib import copy_circomlib, names_of_circuits
from zkctl import circom
from zkctl.circom.compile import compile_program
from zkctl.circom.nodes import Template
from zkctl.circom.parser import parse
from zkctl.circom.python.values import value_of
from zkctl.circom.source import SourceFile
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.dsl.nested_values import plain_values
from zkctl.field import BN254_FR, ints_from_words
from zkctl.formats.binary.wtns import read_wtns

QUICK = ("babyadd_tester", "constants_test", "lessthan", "mux4_1", "poseidon3_test", "sum_test")
CALLED = [
    ("comparators", "LessThan(8)", 200),
    ("comparators", "IsEqual()", 2),
    ("bitify", "Num2Bits(9)", 500),
    ("poseidon", "Poseidon(2)", 1 << 250),
    ("mux2", "MultiMux2(3)", 2),
    ("multiplexer", "Multiplexer(3,4)", 4),
    ("gates", "MultiAND(5)", 2),
    ("babyjub", "BabyAdd()", 1 << 250),
    ("mimcsponge", "MiMCSponge(2,7,3)", 1 << 250),
    ("sha256/sigma", "SmallSigma(7,18,3)", 2),
]


@pytest.mark.parametrize(("file", "call", "below"), CALLED)
def test_signals_are_those_of_circom(
    file: str, call: str, below: int, node_modules: Path, run_circom2: Runner, tmp_path: Path
) -> None:
    copy_circomlib(node_modules, tmp_path)
    main = tmp_path / "main.circom"
    text = f'pragma circom 2.0.0;\ninclude "circuits/{file}.circom";\ncomponent main = {call};\n'
    main.write_text(text)
    done = run_circom2("main.circom", "--wasm", "--sym", "--O0", "-o", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    name, _, parameters = call.partition("(")
    template = getattr(circom.load(main), name)(*json.loads(f"[{parameters[:-1]}]"))
    rng = random.Random(call)
    values = [rng.randrange(below) for group in template.inputs() for _ in range(group.size)]
    expected = _theirs(tmp_path, plain_values(nested(template, values)))
    compiled = calling(template)
    found = values_by_name(compiled, witness(compiled, values, tmp_path))
    found = {key: value for key, value in found.items() if key in expected}
    assert found == {key: expected[key] for key in found}
    assert len(found) + len(values) >= len(expected) - compiled.r1cs.n_outputs


def _theirs(folder: Path, inputs: dict[str, object]) -> dict[str, int]:
    """The value of every signal by its name."""
    texts = json.loads(json.dumps(inputs), parse_int=str)
    (folder / "input.json").write_text(json.dumps(texts))
    code = folder / "main_js"
    command = ["node", code / "generate_witness.js", code / "main.wasm", folder / "input.json"]
    subprocess.run([*command, folder / "w.wtns"], check=True, timeout=300)
    wires = ints_from_words(read_wtns(folder / "w.wtns").words)
    rows = [line.split(",") for line in (folder / "main.sym").read_text().splitlines()]
    return {row[3].removeprefix("main."): wires[int(row[1])] for row in rows if int(row[1]) >= 0}


def _test_circuits() -> list[str]:
    names = names_of_circuits(Path(__file__).parent / "node" / "node_modules" / "circomlib")
    return names or ["none"]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in _test_circuits()],
)
def test_circuits_of_circomlib(name: str, node_modules: Path, tmp_path: Path) -> None:
    """All signals are those of the same circuit as main, whose witnesses test_circom_witness.py compares with circom2's."""
    path = node_modules / "circomlib" / "test" / "circuits" / f"{name}.circom"
    found = compile_program(path, [], BN254_FR, SimplificationLevel(0)).circuit
    examples = []
    for below in (2, 200, BN254_FR.modulus):
        rng = random.Random(f"{name} {below}")
        values = iter(lambda rng=rng, below=below: rng.randrange(below), -1)
        groups = [group for group in found.main.signals if group.role.is_input]
        examples.append({group.name: plain_values(value_of([group], values, "x")) for group in groups})  # fmt: skip
    compare(found, path, examples, tmp_path)


def test_the_guide_names_every_template_of_circomlib(node_modules: Path) -> None:
    guide = (ROOT / "docs/guides/from-circom.md").read_text().partition("## circomlib 2.0.5")[2]
    cells = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`(\w+)(?:\(|`)", " ".join(cells)))
    found = set()
    for path in (node_modules / "circomlib" / "circuits").rglob("*.circom"):
        parsed = parse(SourceFile(path.name, path, path.read_bytes()), 0, [])
        found |= {each.name for each in parsed.definitions if isinstance(each, Template)}
    assert len(found) > 80
    assert found == named
