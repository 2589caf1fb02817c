from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.binary_files import Container
from zkctl.errors import (
    CircuitError,
    EnvironmentProblem,
    FormatError,
    InputError,
    IntegrityError,
    LimitError,
    UnsatisfiedError,
    UsageError,
)
from zkctl.field import ints_from_words
from zkctl.formats.binary.wtns import read_wtns
from zkctl.runtime.progress import silent
from zkctl.toolchain.circuit import witness_batch as module
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.requests import BatchChoices
from zkctl.toolchain.circuit.witness import calculate_witness
from zkctl.toolchain.circuit.witness_batch import (
    FailedLine,
    WitnessBatch,
    calculate_witnesses,
)

SOURCE = """\
from zkctl.dsl import Array, Signal, circuit, constrain, hint, private, public

@circuit
def product(a: Signal = private(), b: Array[Signal] = private(2), c: Signal = public()) -> Signal:
    constrain(a * b[0] == c, "c is not the product")
    return b[0] + b[1]

@circuit
def local(x: Signal = private()) -> None:
    constrain(2 * hint(half, x) == x)

def half(x):
    return x // 2
"""


def inputs(left: int, right: int = 5, /, **changes: Any) -> dict[str, Any]:
    return {"a": str(left), "b": [right, "0x7"], "c": str(left * right)} | changes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program")
    (path / "c.py").write_text(SOURCE)
    for name in ("product", "local"):
        compile_circuit(f"{path / 'c.py'}:{name}", {}, path)
    return path


def run(
    folder: Path, tmp_path: Path, lines: list[Any], program: str = "product.wprog", **options: Any
) -> WitnessBatch:
    path = tmp_path / "in.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n")
    progress = options.pop("progress", silent)
    return calculate_witnesses(
        folder / program,
        inputs=path,
        output=tmp_path / "out",
        choices=BatchChoices(**options),
        progress=progress,
    )


def test_every_witness_is_that_of_a_single_run(folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    lines = [inputs(k) for k in range(12)]
    found = run(folder, tmp_path, lines, progress=lambda text, _: told.append(text))
    assert (found.circuit, found.field) == ("product", "bn254.fr")
    assert found.n_wires == len(read_wtns(tmp_path / "out" / "1.wtns"))
    assert (found.n_lines, found.n_written, found.failed, found.warnings) == (12, 12, [], [])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"{k}.wtns" for k in range(1, 13)
    )
    for k, line in enumerate(lines, 1):
        (tmp_path / "one.json").write_text(json.dumps(line))
        single = tmp_path / "one.wtns"
        calculate_witness(
            folder / "product.wprog", inputs=tmp_path / "one.json", output=single, force=True
        )
        assert (tmp_path / "out" / f"{k}.wtns").read_bytes() == single.read_bytes()
    assert stat.S_IMODE((tmp_path / "out" / "1.wtns").stat().st_mode) == 0o600
    assert told[-1] == "computing witness 12 of 12"


BAD: list[tuple[Any, type[Exception], str]] = [
    (inputs(3, c="16"), UnsatisfiedError, "constraint 0 is not satisfied: c is not the product (15 is not 16)"),
    ({"a": "3"}, InputError, "no value for input c, b"),
    (inputs(3, b=["1"]), InputError, "input b needs an array [2], but b is a list of 1"),
    (inputs(3, d="1"), InputError, "unknown input d"),
    (inputs(3, a=str(1 << 255)), InputError, "input a is not below the modulus of bn254.fr"),
    (inputs(3, a=1.5), FormatError, ""),
    ("[1, 2]", InputError, "the inputs must be an object of names and values, found a JSON list"),
    ("", FormatError, "the line is empty"),
    ('{"a": 1, "a": 2}', FormatError, ""),
    ('{"a": 1} {"b": 1}', FormatError, ""),
    ('{"a": 1', FormatError, ""),
    ("zk", FormatError, ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "error", "message"), BAD)
def test_a_line_that_fails_is_named_and_nothing_is_written(
    folder: Path, tmp_path: Path, line: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        run(folder, tmp_path, [inputs(1), inputs(2), line, inputs(4)])
    assert message in caught.value.message  # type: ignore[attr-defined]
    assert caught.value.where.startswith(f"{tmp_path / 'in.jsonl'} line 3")  # type: ignore[attr-defined]
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_the_other_lines_are_written_if_it_is_asked(folder: Path, tmp_path: Path) -> None:
    lines = [inputs(1), *(line for line, _, _ in BAD), inputs(4)]
    found = run(folder, tmp_path, lines, keep_going=True)
    assert (found.n_lines, found.n_written) == (14, 2)
    assert [each.line for each in found.failed] == list(range(2, 14))
    assert isinstance(found.failed[0], FailedLine)
    assert found.failed[0].where.splitlines()[1].endswith(" in product")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1.wtns", "14.wtns"]
    assert ints_from_words(read_wtns(tmp_path / "out" / "14.wtns").words)[:4] == [1, 12, 20, 4]


def test_no_folder_without_a_witness(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(folder, tmp_path, [{"a": "1"}, "{}"], keep_going=True)
    assert caught.value.message.endswith("; none of the 2 lines has a witness")
    assert not (tmp_path / "out").exists()


def test_reduced_inputs_and_their_warning(folder: Path, tmp_path: Path) -> None:
    p = 21888242871839275222246405745257275088548364400416034343698204186575808495617
    lines = [inputs(3, a=str(p + 3)), inputs(4, a=str(p + 4))]
    found = run(folder, tmp_path, lines, reduce=True)
    assert found.warnings == ["inputs not below the modulus were reduced"]
    assert ints_from_words(read_wtns(tmp_path / "out" / "2.wtns").words)[3] == 4


def test_files_that_hold_no_lines(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in.jsonl"
    options = {"inputs": path, "output": tmp_path / "out"}
    path.write_text("")
    with pytest.raises(FormatError, match="the file has no inputs: it is an empty file"):
        calculate_witnesses(folder / "product.wprog", **options)
    path.write_text(json.dumps(inputs(3), indent=1))
    message = "expected the inputs of one witness on each line, found another text in line 1"
    with pytest.raises(FormatError) as caught:
        calculate_witnesses(folder / "product.wprog", **options)
    assert caught.value.message == message
    assert "on every line" in caught.value.hint
    monkeypatch.setattr(module, "MAX_BATCH_BYTES", 10)
    with pytest.raises(LimitError, match="has more than 10 bytes"):
        calculate_witnesses(folder / "product.wprog", **options)


def test_what_ends_the_whole_batch(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CircuitError, match="is Python code, which a witness program does not"):
        run(folder, tmp_path, [{"x": "4"}], "local.wprog", keep_going=True)
    (tmp_path / "m.wasm").write_bytes(b"\0asm\1\0\0\0")
    with pytest.raises(UsageError) as caught:
        run(tmp_path, tmp_path, [inputs(1)], "m.wasm")
    assert caught.value.message == (
        "the program is a circom .wasm: expected a witness program (.wprog) for a batch"
    )
    (tmp_path / "out").mkdir()
    with pytest.raises(EnvironmentProblem, match="the output exists: expected the name of a new"):
        run(folder, tmp_path, [inputs(1)])


def test_the_circuit_of_a_batch(folder: Path, tmp_path: Path) -> None:
    r1cs = folder / "product.r1cs"
    found = run(folder, tmp_path, [inputs(3), inputs(4)], r1cs=r1cs)
    assert (found.n_written, found.failed) == (2, [])
    (tmp_path / "out").rename(tmp_path / "first")
    with pytest.raises(IntegrityError, match="the witness program is of another circuit"):
        run(folder, tmp_path, [inputs(3)], r1cs=folder / "local.r1cs")


MULTIPLY = """\
from zkctl.dsl import Signal, circuit, private

@circuit
def product(x: Signal = private(), y: Signal = private()) -> Signal:
    return {}
"""


def test_lines_whose_witness_breaks_the_circuit(tmp_path: Path) -> None:
    source = tmp_path / "c.py"
    for k, result in enumerate(("x * y", "(x + y) * (x + y)")):
        source.write_text(MULTIPLY.format(result))
        (tmp_path / str(k)).mkdir()
        compile_circuit(str(source), {}, tmp_path / str(k))
    old = tmp_path / "old.wprog"  # no digest, as in version 1
    Container.read(tmp_path / "0" / "product.wprog").with_section(10, b"").write(old)
    lines = [{"x": k, "y": 2 * k} for k in (0, 987654, 0)]
    r1cs = tmp_path / "1" / "product.r1cs"
    found = run(tmp_path, tmp_path, lines, "old.wprog", r1cs=r1cs, keep_going=True)
    assert found.n_written == 2
    (failed,) = found.failed
    assert (failed.line, failed.message) == (2, "the computed witness breaks 1 of 1 constraints")
    assert failed.where.endswith(f"in.jsonl line 2\n{r1cs} constraint 0: main.out, main.x, main.y")
    assert "987654" not in failed.where
