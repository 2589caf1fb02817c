from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from zkctl.cli.command import Terminated
from zkctl.constraints.assumption import StatedAssumption
from zkctl.errors import CircuitError, EnvironmentProblem, UsageError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wprog import read_wprog
from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.sym import read_sym
from zkctl.toolchain.circuit.check_witness import verify_witness
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.compile_summary import CompileSummary
from zkctl.toolchain.circuit.witness import calculate_witness

HEAD = "from zkctl.dsl import Array, Bit, Signal, circuit, constrain, hint, private, public\n"
PRODUCT = """
@circuit
def product(a: Signal = private(), b: Array[Signal] = private("n"), c: Signal = public(), *, n: int = 2) -> Signal:
    constrain(a * b[0] == c, "c is not the product")
    return b[0] + b[1]
"""


ASSUMING = """
from zkctl.dsl import Array, Bit, Signal, assume_uint, circuit, gadget, private
from zkctl.gadgets.bits import from_bits

@circuit
def assuming(x: Array[Signal] = private(2), b: Array[Bit] = private(3)) -> Signal:
    return small(x[0]) + small(x[1]) + from_bits(b)

@gadget
def small(x: Signal) -> Signal:
    return assume_uint(x, 8, because="both are small enough here")

"""


def compiled(
    folder: Path,
    text: str,
    *,
    name: str = "",
    level: int = 2,
    force: bool = True,
    **parameters: str,
) -> CompileSummary:
    source = folder / "c.py"
    source.write_text(text)
    return compile_circuit(f"{source}{name}", parameters, folder, level=level, force=force)


def test_files_and_counts(tmp_path: Path) -> None:
    summary = compiled(tmp_path, HEAD + PRODUCT, level=0, n="3")
    assert summary == CompileSummary(
        circuit="product",
        field="bn254.fr",
        n_constraints=2,
        n_nonlinear=1,
        n_linear=1,
        n_wires=7,
        n_labels=7,
        n_public_outputs=1,
        n_public_inputs=1,
        n_private_inputs=4,
        n_assumptions=0,
        n_assumptions_of_gadgets=0,
        assumptions=[],
        files=[str(tmp_path / f"product.{kind}") for kind in ("r1cs", "sym", "wprog")],
        warnings=["L004: private input b (1 of 3) is in no constraint: any value is accepted"],
    )
    r1cs = read_r1cs(tmp_path / "product.r1cs")
    assert (r1cs.n_constraints, r1cs.n_wires, r1cs.n_labels) == (2, 7, 7)
    names = [row.name for row in read_sym(tmp_path / "product.sym")]
    assert names == ["main.out", "main.c", "main.a", "main.b[0]", "main.b[1]", "main.b[2]"]
    assert read_wprog(tmp_path / "product.wprog").name == "product"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.py", "product.r1cs", "product.sym", "product.wprog"]  # fmt: skip


def test_assumptions_of_the_author_stand_apart(tmp_path: Path) -> None:
    summary = compiled(tmp_path, ASSUMING)
    (stated,) = summary.assumptions
    assert (summary.n_assumptions, summary.n_assumptions_of_gadgets) == (1, 0)
    assert stated == StatedAssumption(
        "both are small enough here", "0 to 255", f"c.py:{ASSUMING.count(chr(10)) - 1}:12", 2
    )


def test_linear_constraints_are_solved_unless_the_level_is_0(tmp_path: Path) -> None:
    """At level 2 b[1] = out - b[0] is no wire any more; b[2] is in no constraint."""
    summary = compiled(tmp_path, HEAD + PRODUCT, n="3")
    assert (summary.n_constraints, summary.n_nonlinear, summary.n_linear) == (1, 1, 0)
    assert (summary.n_wires, summary.n_labels, summary.n_private_inputs) == (5, 7, 4)
    r1cs = read_r1cs(tmp_path / "product.r1cs")
    assert (r1cs.n_constraints, r1cs.n_wires, r1cs.n_labels) == (1, 5, 7)
    wires = {row.name: row.wire for row in read_sym(tmp_path / "product.sym")}
    assert wires == {
        "main.out": 1,
        "main.c": 2,
        "main.a": 3,
        "main.b[0]": 4,
        "main.b[1]": -1,
        "main.b[2]": -1,
    }
    program = read_wprog(tmp_path / "product.wprog")
    assert program.kept is not None
    assert program.kept.tolist() == [0, 1, 2, 3, 4]
    assert compiled(tmp_path, HEAD + PRODUCT, level=1, n="3").n_constraints == 2


def test_the_witness_has_the_wires_that_are_left(tmp_path: Path) -> None:
    compiled(tmp_path, HEAD + PRODUCT)
    (tmp_path / "input.json").write_text('{"a": "2", "b": ["3", "4"], "c": "6"}')
    program, witness = tmp_path / "product.wprog", tmp_path / "w.wtns"
    calculate_witness(program, inputs=tmp_path / "input.json", output=witness)
    assert verify_witness(witness, r1cs=tmp_path / "product.r1cs").satisfied
    assert read_wtns(witness).values.to_ints() == [1, 7, 6, 2, 3]


CONTRADICTION = """
@circuit
def never(x: Signal = private(), y: Signal = public()) -> None:
    constrain(x == 3, "three")
    constrain(x * y == 8)
    constrain(x == 4, "four")
"""


@pytest.mark.parametrize("level", [1, 2])
def test_constraints_that_exclude_each_other(tmp_path: Path, level: int) -> None:
    with pytest.raises(CircuitError) as caught:
        compiled(tmp_path, HEAD + CONTRADICTION, level=level)
    assert caught.value.message == (
        "this constraint contradicts others, no input satisfies the circuit: four"
    )
    assert 'constrain(x == 4, "four")' in caught.value.where
    assert caught.value.hint == "remove one of the constraints that exclude each other"
    assert compiled(tmp_path, HEAD + CONTRADICTION, level=0).n_constraints == 3


def test_existing_outputs_are_kept(tmp_path: Path) -> None:
    compiled(tmp_path, HEAD + PRODUCT)
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        compiled(tmp_path, HEAD + PRODUCT, force=False)


def test_which_circuit(tmp_path: Path) -> None:
    text = HEAD + PRODUCT + PRODUCT.replace("product(", "other(")
    with pytest.raises(UsageError, match="defines 2 circuits: product, other") as caught:
        compiled(tmp_path, text)
    assert caught.value.hint.endswith("c.py:product")
    assert compiled(tmp_path, text, name=":other").circuit == "other"
    with pytest.raises(UsageError, match="has no circuit third") as caught:
        compiled(tmp_path, text, name=":third")
    assert caught.value.hint == "its circuits are: product, other"
    with pytest.raises(CircuitError, match="the file defines no circuit"):
        compiled(tmp_path, HEAD)


def test_circuits_of_other_files_count_only_by_name(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text(HEAD + PRODUCT)
    text = HEAD + "from library import product\n" + PRODUCT.replace("product(", "own(")
    assert compiled(tmp_path, text).circuit == "own"
    assert compiled(tmp_path, text, name=":product").circuit == "product"
    (tmp_path / "library.py").write_text(HEAD + PRODUCT.replace("c is not", "surely c is not"))
    compiled(tmp_path, text, name=":product")
    assert "surely c is not the product" in read_wprog(tmp_path / "product.wprog").source.messages
    assert "library" not in sys.modules


@pytest.mark.parametrize(
    "source", ["circuit", "circuit.circom:T", "c.py:", "c.py:a.b", "c.py:1", ""]
)
def test_malformed_sources(source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"expected FILE.py, FILE.py:NAME or FILE.circom, got"):
        compile_circuit(source, {}, tmp_path)


def test_a_source_of_circom_takes_no_parameters(tmp_path: Path) -> None:
    message = "circuit.circom has parameters: expected none, got n"
    with pytest.raises(UsageError, match=message):
        compile_circuit("circuit.circom", {"n": "3"}, tmp_path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="no such file"):
        compile_circuit(str(tmp_path / "no.py"), {}, tmp_path)
    with pytest.raises(EnvironmentProblem, match="folder does not exist"):
        compiled(tmp_path, HEAD + PRODUCT)
        compile_circuit(str(tmp_path / "c.py"), {}, tmp_path / "no")


def body(statement: str) -> str:
    return (
        HEAD
        + f"""
def helper(x, y):
    {statement}

@circuit
def wrong(x: Signal = private(), y: Signal = private()) -> None:
    helper(x, y)
"""
    )


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (HEAD + "def f(:\n", "syntax error: invalid syntax", "c.py:2:7"),
        (HEAD + "import nowhere\n", "the circuit's code failed: ModuleNotFoundError: No module named 'nowhere'", "c.py:2:1 in <module>"),
        (HEAD + "import sys; sys.exit(3)\n", "the circuit's code failed: SystemExit: 3", "c.py:2:13 in <module>"),
        (body("1 // 0"), "the circuit's code failed: ZeroDivisionError: ", "c.py:4:5 in helper"),
        (body("assert x == y"), "the equation x == y is neither true nor false", "c.py:4:12 in helper"),
        (body("x / y"), "a signal cannot be divided with /", "c.py:4:5 in helper"),
        (body("x + object()"), "the circuit's code failed: TypeError: unsupported operand", "c.py:4:5 in helper"),
        (body("helper(x, y)"), "the circuit's code failed: RecursionError: ", "c.py:4:5 in helper"),
        (body("undefined"), "the circuit's code failed: NameError: name 'undefined' is not defined", "c.py:4:5 in helper"),
        (body("assert False, 'mine'"), "the circuit's code failed: AssertionError: mine", "c.py:4:5 in helper"),
        (body("constrain(True)"), "constrain needs an equation of signals, a comparison or a Bit, got the Python", "c.py:4:5 in helper"),
        (body("x == y"), "the equation x == y is never used", "c.py:4:5 in helper"),
    ],
)  # fmt: skip
def test_mistakes_in_the_users_code(text: str, message: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(CircuitError) as caught:
        compiled(tmp_path, text)
    assert caught.value.message.startswith(message)
    assert caught.value.where.startswith(place)
    if "helper" in place:
        assert "in wrong: helper(x, y)" in caught.value.where
    assert [p.name for p in tmp_path.iterdir()] == ["c.py"]


def test_mistakes_in_other_files_are_placed_there(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text("def f(:\n")
    with pytest.raises(CircuitError, match="syntax error: invalid syntax") as caught:
        compiled(tmp_path, "import library\n")
    assert caught.value.where.startswith("library.py:1:7")


def test_our_own_invariants_are_our_bugs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zkctl.dsl import circuit

    def broken(*_: object) -> None:
        raise AssertionError("ours")

    monkeypatch.setattr(circuit.__globals__["Circuit"], "compile", broken)
    monkeypatch.setattr("zkctl.toolchain.circuit.compile._is_ours", lambda _: True)
    with pytest.raises(AssertionError, match="ours"):
        compiled(tmp_path, HEAD + PRODUCT)


def test_small_fields_have_no_files(tmp_path: Path) -> None:
    text = HEAD + "from zkctl.field import PrimeField\n" + PRODUCT.replace("@circuit", "@circuit(field=PrimeField('f7', 7))")  # fmt: skip
    with pytest.raises(
        CircuitError, match="product is over f7, for which there are no file formats"
    ):
        compiled(tmp_path, text)


def test_the_surroundings_stay_as_they_were(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    before = (list(sys.path), set(sys.modules), Path.cwd(), sys.dont_write_bytecode)
    text = HEAD + f"import os, sys\nprint('hello')\nos.chdir({str(tmp_path)!r})\nsys.path.append('x')\n" + PRODUCT  # fmt: skip
    compiled(tmp_path, text)
    added = {name for name in set(sys.modules) - before[1] if "circuit_c" in name}
    assert (list(sys.path), Path.cwd(), sys.dont_write_bytecode, added) == (before[0], before[2], before[3], set())  # fmt: skip
    assert not (tmp_path / "__pycache__").exists()
    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "hello\n")  # stdout belongs to the result


def test_more_that_code_can_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment, stderr, recursion: the next circuit of a project would see it.  Relative outputs go where the caller stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEPT", "1")
    depth, errors = sys.getrecursionlimit(), sys.stderr
    changes = "os.environ.clear()\nos.environ['NEW'] = '2'\nsys.stdout.close()\nsys.stderr = None\nsys.setrecursionlimit(900)\n"
    (tmp_path / "c.py").write_text(f"{HEAD}import os, sys\n{changes}os.chdir('/')\n{PRODUCT}")
    (tmp_path / "out").mkdir()
    compile_circuit("c.py", {}, Path("out"))
    assert (os.environ.get("KEPT"), os.environ.get("NEW")) == ("1", None)
    assert (sys.getrecursionlimit(), sys.stderr) == (depth, errors)
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_exceptions_that_are_no_exceptions(tmp_path: Path) -> None:
    """Whatever the code raises is its mistake, but Ctrl-C and what a signal raises in us."""
    (tmp_path / "c.py").write_text("class Stop(BaseException):\n    pass\nraise Stop('here')\n")
    with pytest.raises(CircuitError) as caught:
        compile_circuit(str(tmp_path / "c.py"), {}, tmp_path)
    assert caught.value.message == "the circuit's code failed: zkctl_circuit_c.Stop: here"
    signals = {
        KeyboardInterrupt: "raise KeyboardInterrupt",
        Terminated: "from zkctl.cli.command import Terminated\nraise Terminated(15)",
    }
    for raised, text in signals.items():
        (tmp_path / "c.py").write_text(text)
        with pytest.raises(raised):
            compile_circuit(str(tmp_path / "c.py"), {}, tmp_path)


SET_ORDER = (
    HEAD
    + """
names = {"alpha", "beta", "gamma", "delta"}  # a set: its order must not matter if the user sorts

@circuit
def sized(x: Array[Signal] = private(4), y: Array[Bit] = private(4)) -> Signal:
    from zkctl.gadgets.bits import to_bits
    from zkctl.gadgets.hash.poseidon import poseidon
    total = x[0]
    for k, name in enumerate(sorted(names)):
        total = poseidon(total, x[k]) + to_bits(x[k], 8)[1] * len(name)
        constrain(total * y[k] == x[k], f"{name} is wrong")
    return total
"""
)


def test_the_same_bytes_everywhere(tmp_path: Path) -> None:
    """N85, N86: hash seeds and folders do not matter."""
    digests = set()
    for seed in ("0", "1", "4242"):
        folder = tmp_path / f"somewhere{seed}"
        folder.mkdir()
        (folder / "c.py").write_text(SET_ORDER)
        script = (
            "from pathlib import Path; from zkctl.toolchain.circuit.compile import compile_circuit as c;"
            f"c('{folder}/c.py', {{}}, Path('{folder}'))"
        )
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", script], env=environment, check=True)
        files = sorted(folder.glob("sized.*"))
        assert len(files) == 3
        digests.add(hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest())
    assert len(digests) == 1
