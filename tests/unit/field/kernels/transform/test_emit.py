"""The bounds of lazy reduction in transforms: they hold for every plan of limbs, and building notices when they do not."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.field.kernels.lanes import BoundError
from zkctl.field.kernels.language import Program
from zkctl.field.kernels.transform import emit
from zkctl.field.kernels.transform.job import MOST_BITS, PassWord

EACH_FIELD = pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
PLANS = [(2, False), (4, False), (8, False), (8, True)]
TRIPLE = "x86_64-unknown-linux-gnu"


@EACH_FIELD
@pytest.mark.parametrize(("width", "fused"), PLANS)
def test_the_bounds_hold(field: PrimeField, width: int, fused: bool) -> None:
    program = Program("test", width, TRIPLE, x86=True, fused=fused)
    emitter = emit.TransformEmitter(program, field)
    emitter.emit()
    p = field.modulus
    # a first stage of radix 2 and three of radix 4; or three of radix 4, the first from 3/2 to 6
    assert emitter.highest == 7 * p // 2 + MOST_BITS // 2 * (9 * p // 2) < 1 << 260
    assert emitter.highest >= 6 * p + (MOST_BITS // 2 - 1) * (9 * p // 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("growth", 4),  # a stage of radix 4 may add 9/2 p
        ("stored", 1),  # products reach 3/2 p
        ("highest", 80),  # 2^260 is 35 p of BLS12-381
    ],
)
def test_bounds_that_are_too_small_are_noticed(name: str, value: int) -> None:
    program = Program("test", 8, TRIPLE, x86=True, fused=True)
    emitter: Any = emit.TransformEmitter(program, BLS12_381_FR)
    setattr(emitter, name, value * BLS12_381_FR.modulus)
    with pytest.raises(BoundError):
        emitter.emit()


def test_longer_digits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """2^9 points would let products pass 3/2 p with 52-bit limbs."""
    monkeypatch.setattr(emit, "MOST_BITS", 9)
    with pytest.raises(BoundError):
        emit.emit_ntt_kernels(Program("test", 8, TRIPLE, x86=True, fused=True), BLS12_381_FR)


def test_words_of_a_job_are_its_places() -> None:
    assert [int(word) for word in PassWord] == list(range(len(PassWord)))
