"""wtns: values, byte-exact writing, refusals (docs/design/security-cases.md, N15 and N22)."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from tests.support.binary_files import BN254_Q, BN254_R, Container, modulus, u32, wtns
from zkctl.errors import EncodingError, FormatError, ShapeError
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.formats.binary.wtns import Witness, read_wtns, write_wtns

GOOD = wtns([1, 33, 3, BN254_R - 1])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.wtns"


def written(witness: Witness) -> bytes:
    out = io.BytesIO()
    write_wtns(out, witness.field, witness.words)
    return out.getvalue()


def test_values(path: Path) -> None:
    witness = read_wtns(GOOD.write(path))
    assert witness.field == BN254_FR
    assert len(witness) == 4
    assert witness.values.to_ints() == [1, 33, 3, BN254_R - 1]
    assert written(witness) == GOOD.bytes()


def test_the_values_are_not_in_the_repr(path: Path) -> None:
    assert "33" not in repr(read_wtns(wtns([1, 33]).write(path))).rsplit(" at 0x", 1)[0]


def test_real_files_are_written_as_read(data: Path) -> None:
    names = (
        "golden_bn128",
        "semaphore-v4/generated",
        "snark-artifacts-poseidon/generated/poseidon-2",
        "co-snarks-examples/groth16/test_vectors/kyc/bls12",
    )
    for name in names:
        path = data / name / "witness.wtns"
        witness = read_wtns(path)
        assert written(witness) == path.read_bytes()
        assert witness.field == (BLS12_381_FR if "bls12" in name else BN254_FR)


MALFORMED: dict[str, tuple[Container, str]] = {
    "not one": (wtns([2, 3]), "wire 0 is not the constant 1"),
    "zero": (wtns([0, 3]), "wire 0 is not the constant 1"),
    "nothing": (wtns([]), "wire 0 is not the constant 1"),
    "2^64 + 1": (wtns([2**64 + 1]), "wire 0 is not the constant 1"),
    "fewer": (
        GOOD.with_section(1, modulus() + u32(5)),
        "the list of values needs 160 bytes, 128 remain",
    ),
    "more": (GOOD.with_section(1, modulus() + u32(3)), "the section has 128 bytes, 96 expected"),
    "4 billion": (
        GOOD.with_section(1, modulus() + u32(2**32 - 1)),
        "the list of values needs 137438953440 bytes, 128 remain",
    ),
    "base field": (
        wtns([1], field=modulus(BN254_Q)),
        "unsupported field: circom's prime grumpkin (bn254.fq)",
    ),
    "header": (GOOD.with_section(1, modulus()), "the number of values needs 4 bytes, 0 remain"),
    "no sections": (GOOD.without(1, 2), "missing sections 1, 2"),
    "no values": (GOOD.without(2), "missing section 2"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files(path: Path, case: str) -> None:
    wrong, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        read_wtns(wrong.write(path))
    assert message in caught.value.message


@pytest.mark.parametrize("value", [BN254_R, BN254_R + 1, 2**256 - 1])
def test_values_are_canonical(path: Path, value: int) -> None:
    message = "the value of wire 2 is not below the modulus of bn254.fr"
    with pytest.raises(EncodingError, match=message):
        read_wtns(wtns([1, 5, value]).write(path))


def test_words_of_another_size_are_not_written() -> None:
    with pytest.raises(ShapeError, match=r"bn254.fr values need 4 words, got \(2, 6\)"):
        write_wtns(io.BytesIO(), BN254_FR, np.zeros((2, 6), np.uint64))


@pytest.mark.parametrize("shape", [(), (4,), (1, 2, 4)])
def test_words_of_another_shape_are_not_written(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"bn254.fr values need 4 words, got"):
        write_wtns(io.BytesIO(), BN254_FR, np.zeros(shape, np.uint64))
