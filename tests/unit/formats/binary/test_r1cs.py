"""r1cs: values, byte-exact writing, refusals (docs/design/security-cases.md, N10, N11, N15, N19 to N21)."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.support.binary_files import BN254_Q, BN254_R, Container, le, modulus, r1cs, u32, u64
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.errors import EncodingError, FormatError, ZkctlError
from zkctl.field import BN254_FR
from zkctl.formats.binary.r1cs import (
    CIRCOM_ORDER,
    open_r1cs,
    read_r1cs,
    write_r1cs,
)

# wire 1 = wire 2 * wire 3, in circom's normal form, and a row with unsorted wires
ROWS = [
    ([(2, BN254_R - 1)], [(3, 1)], [(1, BN254_R - 1)]),
    ([], [], []),
    ([(3, 7), (0, 5)], [(2, 1)], [(0, 2), (3, 3), (1, 4)]),
]
GOOD = r1cs(ROWS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.r1cs"


def written(circuit: R1CS, order: Sequence[int] = CIRCOM_ORDER) -> bytes:
    out = io.BytesIO()
    write_r1cs(out, circuit, order)
    return out.getvalue()


def test_values(path: Path) -> None:
    circuit = read_r1cs(GOOD.write(path))
    assert (circuit.field, circuit.n_wires, circuit.n_constraints) == (BN254_FR, 4, 3)
    assert (circuit.n_outputs, circuit.n_public_inputs, circuit.n_private_inputs) == (1, 0, 2)
    assert (circuit.n_labels, circuit.labels.tolist()) == (4, [0, 1, 2, 3])
    found = [[m.row(k) for m in (circuit.a, circuit.b, circuit.c)] for k in range(3)]
    assert found == [[list(terms) for terms in row] for row in ROWS]
    assert not circuit.has_custom_gates


@pytest.mark.parametrize("rows", [ROWS, [], [([], [], [])], ROWS * 40_000])
def test_written_as_read(path: Path, rows: Sequence[tuple[list[tuple[int, int]], ...]]) -> None:
    raw = r1cs(rows).bytes()
    path.write_bytes(raw)
    assert written(read_r1cs(path)) == raw


def test_real_files_are_written_as_read(data: Path) -> None:
    names = ("golden_bn128/multiplier", "p0tion/circuit", "cshash/m17000", "ark-circom/circuit2")
    bls = "co-snarks-examples/groth16/test_vectors/kyc/bls12/kyc"
    old = "ark-circom/complex-circuit/complex-circuit-10000-10000"
    for name in (*names, bls, old):
        path = data / f"{name}.r1cs"
        order = Container.read(path).order
        assert order == ((1, 2, 3) if name == old else CIRCOM_ORDER)
        assert written(read_r1cs(path), order) == path.read_bytes()


def test_circuits_whose_private_inputs_lost_their_wires(data: Path) -> None:
    """circom's simplification removes inputs that are linear in others; the counts stay."""
    circuit = read_r1cs(data / "nova-scotia/toy/bn254/toy.r1cs")
    declared = circuit.n_outputs + circuit.n_public_inputs + circuit.n_private_inputs
    assert circuit.n_wires == 5 < 1 + declared


def test_a_pasta_circuit_is_refused_by_name(data: Path) -> None:
    with pytest.raises(
        FormatError,
        match=r"unsupported field: circom's prime vesta \(the scalar field of pallas\), modulus 0x4000",
    ) as caught:
        read_r1cs(data / "nova-scotia/toy/pasta/toy.r1cs")
    assert "bn254" in caught.value.hint


def header(field: bytes, *counts: int) -> bytes:
    wires, outputs, public, private, labels, constraints = counts
    return field + u32(wires, outputs, public, private) + u64(labels) + u32(constraints)


def first_term(wire: int, value: int) -> Container:
    return GOOD.with_bytes(2, 4, u32(wire) + le(value))


REAL = modulus()
MALFORMED: dict[str, tuple[Container, str]] = {
    "n8 0": (
        r1cs([], field=u32(0)),
        "field elements of 0 bytes, expected a multiple of 8 up to 128",
    ),
    "n8 31": (r1cs([], field=u32(31) + le(BN254_R)), "field elements of 31 bytes"),
    "n8 33": (r1cs([], field=u32(33) + le(BN254_R, 33)), "field elements of 33 bytes"),
    "n8 2^31": (r1cs([], field=u32(2**31) + le(BN254_R)), "field elements of 2147483648 bytes"),
    "n8 128": (r1cs([], field=u32(128) + le(BN254_R)), "the modulus needs 128 bytes, 60 remain"),
    "n8 40": (r1cs([], field=modulus(BN254_R, 40)), "a modulus of 254 bits stored in 40 bytes"),
    "prime 0": (r1cs([], field=modulus(0)), "a modulus of 0 bits stored in 32 bytes"),
    "prime 1": (r1cs([], field=modulus(1, 8)), "unsupported field: unknown, modulus 0x1"),
    "even": (r1cs([], field=modulus(BN254_R - 1)), "unsupported field: unknown, modulus 0x3064"),
    "composite": (r1cs([], field=modulus(BN254_R - 2)), "unsupported field: unknown"),
    "q": (
        r1cs([], field=modulus(BN254_Q)),
        "unsupported field: circom's prime grumpkin (bn254.fq)",
    ),
    "goldilocks": (
        r1cs([], field=modulus(2**64 - 2**32 + 1, 8), n_bytes=8),
        "unsupported field: goldilocks, modulus 0xffffffff00000001",
    ),
    "header short": (GOOD.with_section(1, GOOD[1][:-1]), "the number of constraints needs 4 bytes"),
    "header long": (GOOD.with_section(1, GOOD[1] + b"0"), "the section has 65 bytes, 64 expected"),
    "few wires": (
        GOOD.with_section(1, header(REAL, 3, 1, 2, 0, 4, 3)),
        "3 wires, but the constant, 1 outputs and 2 public inputs need 4",
    ),
    "many outputs": (
        GOOD.with_section(1, header(REAL, 4, 2**32 - 1, 2**32 - 1, 0, 4, 3)),
        "4 wires, but the constant, 4294967295 outputs and 4294967295 public inputs need 8589934591",
    ),
    "many constraints": (
        GOOD.with_section(1, header(REAL, 4, 1, 0, 2, 4, 2**32 - 1)),
        "4294967295 constraints need at least 51539607540 bytes, 360 present",
    ),
    "one constraint more": (
        GOOD.with_section(1, header(REAL, 4, 1, 0, 2, 4, 4)),
        "the constraints need more of the section's 360 bytes, the last one read is 2 C",
    ),
    "one constraint less": (
        GOOD.with_section(1, header(REAL, 4, 1, 0, 2, 4, 2)),
        "the constraints need only 132 of the section's 360 bytes, the last one read is 1 C",
    ),
    "many terms": (
        GOOD.with_bytes(2, 0, u32(2**32 - 1)),
        "the constraints need more of the section's 360 bytes, the last one read is 0 A",
    ),
    "no constraints": (
        GOOD.with_section(2, b""),
        "3 constraints need at least 36 bytes, 0 present",
    ),
    "wire 4": (first_term(4, 1), "constraint 0 uses wire 4, there are 4"),
    "wire 2^32-1": (first_term(2**32 - 1, 1), "constraint 0 uses wire 4294967295, there are 4"),
    "labels short": (GOOD.with_section(3, bytes(24)), "the list of labels needs 32 bytes, 24"),
    "labels long": (GOOD.with_section(3, bytes(40)), "the section has 40 bytes, 32 expected"),
    "no header": (GOOD.without(1), "missing section 1"),
    "bare": (GOOD.without(1, 2, 3), "missing sections 1, 2, 3"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files(path: Path, case: str) -> None:
    wrong, message = MALFORMED[case]
    start = time.process_time()
    with pytest.raises(FormatError) as caught:
        read_r1cs(wrong.write(path))
    assert message in caught.value.message
    assert caught.value.where.startswith(str(path))
    assert time.process_time() - start < 5


@pytest.mark.parametrize("value", [BN254_R, BN254_R + 1, 2**256 - 1])
def test_coefficients_are_canonical(path: Path, value: int) -> None:
    with pytest.raises(EncodingError) as caught:
        read_r1cs(first_term(2, value).write(path))
    message = "constraint 0 has a coefficient that is not below the modulus of bn254.fr"
    assert caught.value.message == message
    assert caught.value.where.endswith("section 2, matrix A")


def test_places_are_named(path: Path) -> None:
    last = GOOD.with_bytes(2, -36, u32(9))
    with pytest.raises(FormatError, match="constraint 2 uses wire 9, there are 4") as caught:
        read_r1cs(last.write(path))
    assert caught.value.where.endswith("section 2, matrix C")


def read_in_parts(path: Path) -> list[R1CS]:
    return list(open_r1cs(path).parts())


@pytest.mark.parametrize("n", [0, 1, 1366, 3000])
def test_parts_are_the_rows_of_the_whole(path: Path, n: int) -> None:
    """4,096 constraints a part: no part, one that is not full, one more, several."""
    whole = read_r1cs(r1cs(ROWS * n).write(path))
    parts = read_in_parts(path)
    assert [part.n_constraints for part in parts[:-1]] == [4096] * (len(parts) - 1)
    for name in "abc":
        matrices = [getattr(part, name) for part in parts]
        rows = [matrix.row(k) for matrix in matrices for k in range(matrix.n_rows)]
        assert rows == [getattr(whole, name).row(k) for k in range(whole.n_constraints)]
    assert {(part.field, part.n_wires, part.n_labels) for part in parts} <= {(BN254_FR, 4, 4)}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files_in_parts(path: Path, case: str) -> None:
    wrong, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        read_in_parts(wrong.write(path))
    assert message in caught.value.message


def test_places_are_named_in_a_later_part(path: Path) -> None:
    many = r1cs(ROWS * 2000)
    with pytest.raises(FormatError, match="constraint 5999 uses wire 9, there are 4"):
        read_in_parts(many.with_bytes(2, -36, u32(9)).write(path))
    with pytest.raises(EncodingError, match="constraint 5999 has a coefficient"):
        read_in_parts(many.with_bytes(2, -32, le(BN254_R)).write(path))
    with pytest.raises(FormatError, match="the last one read is 5999 C"):
        read_in_parts(many.with_section(2, many[2][:-1]).write(path))


def custom_gates(n_gates: int, n_uses: int) -> Container:
    gate, use = b"RANGE\0" + u32(0), u32(0, 1) + u64(1)
    sections = (*GOOD.sections, (4, u32(n_gates) + gate * n_gates), (5, u32(n_uses) + use * n_uses))
    return Container(b"r1cs", 1, sections)


def test_custom_gates_are_flagged_and_not_written(path: Path) -> None:
    assert not read_r1cs(custom_gates(0, 0).write(path)).has_custom_gates
    for counts in ((1, 0), (0, 1), (1, 1)):
        circuit = read_r1cs(custom_gates(*counts).write(path))
        assert circuit.has_custom_gates
        with pytest.raises(FormatError, match="circuits with custom gates cannot be written"):
            written(circuit)
    short = Container(b"r1cs", 1, (*GOOD.sections, (4, b"")))
    with pytest.raises(ZkctlError, match="a count needs 4 bytes, 0 remain"):
        read_r1cs(short.write(path))


@pytest.mark.slow
def test_a_million_constraints_in_seconds(path: Path) -> None:
    n = 1_000_000
    starts, wires = np.arange(0, 2 * n + 1, 2), np.arange(2 * n, dtype=np.uint32) % n
    values = np.zeros((2 * n, 4), np.uint64)
    side = SparseMatrix(BN254_FR, starts, wires, values)
    circuit = R1CS(BN254_FR, n, 1, 1, 1, n, side, side, side, np.arange(n, dtype=np.uint64))
    start = time.process_time()
    path.write_bytes(written(circuit))
    again = read_r1cs(path)
    assert time.process_time() - start < 10
    assert (again.c.wires == wires).all()
