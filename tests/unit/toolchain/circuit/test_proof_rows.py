"""The constraints with the fewest rows of PLONK."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.constraints.plonk.count import count_plonk_rows
from zkctl.errors import UsageError
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.toolchain.circuit.check_witness import verify_witness
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.compile_summary import CompileSummary
from zkctl.toolchain.circuit.proof_rows import RowCounts
from zkctl.toolchain.circuit.witness import calculate_witness
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.full_prove import full_prove
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import FFLONK, PLONK, ProofSystem
from zkctl.toolchain.proof.verify import verify

HEAD = "from zkctl.dsl import Array, Signal, circuit, constrain, hint, private, public, hints\n"
# t is a signal of its own that equals a sum of ten: solving for it puts ten wires into every product
LONG_SUM = """
@circuit
def many(x: Array[Signal] = private(10)) -> Signal:
    total = x[0]
    for k in range(1, 10):
        total = total + (k + 1) * x[k]
    inverse = hint(hints.inverse_or_zero, total)
    constrain(inverse * total == 1)
    t = hint(hints.inverse_or_zero, inverse)
    constrain(t == total)
    value = x[0]
    for k in range(8):
        value = (t + k) * (value + t)
    return value
"""
SHORT_SUMS = """
@circuit
def few(x: Signal = private(), y: Signal = private()) -> Signal:
    inverse = hint(hints.inverse_or_zero, x + y)
    constrain(inverse * (x + y) == 1)
    s = hint(hints.inverse_or_zero, inverse)
    constrain(s == x + y)
    return s * x
"""


def compiled(folder: Path, text: str, system: str | None) -> CompileSummary:
    (folder / "c.py").write_text(HEAD + text)
    source = str(folder / "c.py")
    return compile_circuit(source, {}, folder, fewest_rows_of=system, force=True)


def rows_of(folder: Path, name: str) -> int:
    return count_plonk_rows(read_r1cs(folder / f"{name}.r1cs"))


def test_long_sums_are_shared(tmp_path: Path) -> None:
    assert compiled(tmp_path, LONG_SUM, None).rows is None
    at_o2 = rows_of(tmp_path, "many")
    rows = compiled(tmp_path, LONG_SUM, "plonk").rows
    assert rows == RowCounts("plonk", "O2 with shared sums", 27, 36, 36, 170)
    assert (rows.n_rows, rows.n_rows_at_o2) == (rows_of(tmp_path, "many"), at_o2)
    assert rows.n_rows_at_o0 == rows.n_rows_at_o1 < rows.n_rows_at_o2
    (tmp_path / "input.json").write_text('{"x": ["1","2","3","4","5","6","7","8","9","10"]}')
    witness = tmp_path / "w.wtns"
    inputs, r1cs = tmp_path / "input.json", tmp_path / "many.r1cs"
    calculate_witness(tmp_path / "many.wprog", inputs=inputs, output=witness)
    assert verify_witness(witness, r1cs=r1cs).satisfied


def test_short_sums(tmp_path: Path) -> None:
    for system in ("plonk", "fflonk"):
        rows = compiled(tmp_path, SHORT_SUMS, system).rows
        assert rows is not None
        assert rows == RowCounts(system, "O2 with shared sums", 4, 5, 5, 5)


@pytest.mark.parametrize("system", [PLONK, FFLONK], ids=lambda system: system.name)
def test_proofs_with_shared_sums(data: Path, tmp_path: Path, system: ProofSystem) -> None:
    compiled(tmp_path, LONG_SUM, system.name)
    r1cs, key = tmp_path / "many.r1cs", tmp_path / "k.zkey"
    make_key(r1cs, data / "ptau/powersOfTau28_hez_final_08.ptau", output=key, system=system)
    (tmp_path / "input.json").write_text('{"x": ["1","2","3","4","5","6","7","8","9","10"]}')
    proof, public = tmp_path / "proof.json", tmp_path / "public.json"
    program, inputs = tmp_path / "many.wprog", tmp_path / "input.json"
    full_prove(key, program, inputs, proof_output=proof, public_output=public)
    export_verification_key(key, output=tmp_path / "vk.json")
    assert verify(tmp_path / "vk.json", public=public, proof=proof).valid
    value, t = 1, sum(k * k for k in range(1, 11))
    for k in range(8):
        value = (t + k) * (value + t)
    assert public.read_text().split('"')[1] == str(value)


def test_nothing_to_share(tmp_path: Path) -> None:
    """Of equals the level that simplifies most is taken."""
    text = "@circuit\ndef product(x: Signal = private(), y: Signal = private()) -> Signal:\n    return x * y\n"
    rows = compiled(tmp_path, text, "plonk").rows
    assert rows == RowCounts("plonk", "O2", 2, 2, 2, 2)


def test_another_proof_system(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        compiled(tmp_path, SHORT_SUMS, "groth16")
    assert caught.value.message == "no simplification for 'groth16': expected plonk or fflonk"
    assert caught.value.hint == "groth16 takes no rows for long combinations: leave out the option"
    assert not list(tmp_path.glob("*.r1cs"))
