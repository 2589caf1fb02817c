"""Good programs are read without numpy to the same witness; every other file is left to `read_wprog`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.binary_files import Container, u32
from tests.support.old_programs import calls_section
from tests.support.plain_programs import compiled_evaluator, no_machine_code, read_plainly
from tests.unit.formats.binary.test_wprog import noted_program, raw_of, sample
from zkctl.constraints.evaluate import Evaluator, evaluate
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.formats.binary import small_wprog as module
from zkctl.formats.binary.small_wprog import read_small_wprog
from zkctl.formats.binary.wprog import read_wprog
from zkctl.runtime.settings import using
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.witness import calculate_witness


def stored(program: WitnessProgram, path: Path) -> Container:
    path.write_bytes(raw_of(program))
    return Container.read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.wprog"


def test_the_same_program(path: Path) -> None:
    stored(sample.compile().program, path)
    small, known = read_plainly(path), read_wprog(path)
    assert small is not None
    assert raw_of(small) == path.read_bytes()
    inputs = [1, 5, 3, 4, 77, 1, 1]
    assert Evaluator(small, in_python=True).integers(inputs) == evaluate(known, inputs)
    compiled = compiled_evaluator(path)
    assert compiled is not None
    assert compiled.integers(inputs) == evaluate(known, inputs)


LINEAR = """
from zkctl.dsl import Signal, circuit, constrain, private

@circuit
def linear(x: Signal = private(), y: Signal = private()) -> Signal:
    constrain(x == 2 * y + 1)
    return (x + y) * y + 3
"""


@pytest.mark.parametrize("level", [0, 1, 2])
def test_simplified_circuits(path: Path, level: int) -> None:
    source, inputs = path.with_name("c.py"), path.with_name("in.json")
    source.write_text(LINEAR)
    inputs.write_text('{"x": 7, "y": "3"}')
    compile_circuit(str(source), {}, path.parent, level=level)
    program = path.with_name("linear.wprog")
    small, known = read_plainly(program), read_wprog(program).kept
    assert small is not None
    kept = small.kept
    assert (None if kept is None else kept.tolist()) == (None if known is None else known.tolist())
    for name, settings in (("small", {}), ("large", {"compiles": True})):
        with using(**settings):
            calculate_witness(program, inputs=inputs, output=path.with_name(name))
    words = [path.with_name(name).read_bytes() for name in ("small", "large")]
    assert words[0] == words[1]
    for compiles in (False, True):
        with using(compiles=compiles):
            calculate_witness(
                program,
                inputs=inputs,
                output=path,
                r1cs=program.with_suffix(".r1cs"),
                force=compiles,
            )
        assert path.read_bytes() == words[0]


def test_notes_and_advice(path: Path) -> None:
    program = noted_program()
    stored(program, path)
    small = read_plainly(path)
    assert small is not None
    assert (small.advice, small.assumptions) == (program.advice, program.assumptions)
    assert (small.wire_names, small.r1cs_digest) == ({4: "twice"}, bytes(range(32)))
    assert Evaluator(small, in_python=True).integers([7])[1] == 6 * 7
    compiled = compiled_evaluator(path)
    assert compiled is None or compiled.integers([7]) == Evaluator(program).integers([7])


def test_large_and_old_programs_are_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = sample.compile().program
    file = stored(program, path)
    for name, limit in (
        ("MOST_BYTES", path.stat().st_size - 1),
        ("MOST_TERMS", len(program.wires) - 1),
        ("MOST_HINTS", len(program.hints) - 1),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, limit)
            assert read_small_wprog(path, no_machine_code) is None
            patch.setattr(module, name, limit + 1)
            assert read_small_wprog(path, no_machine_code) is not None
    old = file.with_section(5, calls_section(program)).without(7, 8, 9, 10, 11)
    assert read_plainly(Container(file.magic, 1, old.sections).write(path)) is None
    assert read_wprog(path).n_rows == program.n_rows


def test_malformed_hints_are_left(path: Path) -> None:
    program = sample.compile().program
    file = stored(program, path)
    raw = file[5]
    n_calls, n_names = (int.from_bytes(raw[k : k + 4], "little") for k in (0, 4))
    assert n_calls > 1
    changes = [
        raw[:-1],
        raw + b"\0",
        u32(n_calls, n_calls + 1) + raw[8:],
        u32(n_calls, n_names - 1) + raw[8:],
        u32(n_calls + 1) + raw[4:],
        raw[:-4] + u32(2**32 - 1),
        b"",
    ]
    for change in changes:
        with pytest.raises(FormatError):
            read_wprog(file.with_section(5, change).write(path))
        assert read_plainly(path) is None


def test_no_program_at_all(path: Path) -> None:
    with pytest.raises(EnvironmentProblem):
        read_plainly(path)
    path.write_bytes(b"wtns" + bytes(60))
    with pytest.raises(FormatError, match="expected a wprog file, found a wtns file"):
        read_plainly(path)
    stored(sample.compile().program, path).without(5).write(path)
    with pytest.raises(FormatError, match="missing section 5"):
        read_plainly(path)
