"""The shipped first challenges, made again for small powers."""

from __future__ import annotations

import pytest

from zkctl.ceremony.phase1 import first_challenge as module
from zkctl.ceremony.phase1.first_challenge import compute_first_challenge, first_challenge
from zkctl.curve import BLS12_381, BN254, Curve


@pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)
@pytest.mark.parametrize("power", [1, 2, 3, 8, 13])
def test_table_is_what_it_claims(curve: Curve, power: int) -> None:
    assert first_challenge(curve, power) == compute_first_challenge(curve, power)


def test_table_covers_the_practical_powers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "compute_first_challenge", lambda *_: b"computed")
    for curve, last in ((BN254, 28), (BLS12_381, 24)):
        assert all(len(first_challenge(curve, power)) == 64 for power in range(1, last + 1))
    assert first_challenge(BLS12_381, 25) == b"computed"


def test_power_28_is_the_one_hermez_started_from() -> None:
    assert first_challenge(BN254, 28).hex().startswith("93da91920d5a54a8a0fde55cd9dc3a10")
