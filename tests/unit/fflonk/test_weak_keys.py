"""Weak keys of fflonk (those of every universal setup: tests/unit/kzg/test_weak_keys.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.toy_fflonk import ROWS, toy_vk
from zkctl.fflonk.weak_keys import weak_key_findings

ROOTS = {
    "w3": "w3 is not a primitive third root of unity",
    "w4": "w4 is not a primitive fourth root of unity",
    "w8": "w8 is not a primitive eighth root of unity",
    "wr": "wr is not a third root of the domain's root of unity",
}


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("value", [0, 1, 2])
def test_wrong_roots_are_found(name: str, value: int) -> None:
    (found,) = weak_key_findings(replace(toy_vk(), **{name: value}))
    assert str(found) == f"{ROOTS[name]} [VK-ROOTS]"


@pytest.mark.parametrize("number", [0, 1, -9])
def test_a_constant_commitment_is_found(number: int) -> None:
    (found,) = weak_key_findings(replace(toy_vk(), c_0=ROWS.point(number)))
    assert str(found) == f"C0 commits to the number {number}, it binds nothing [VK-SELECTORS]"


def test_what_every_universal_setup_has() -> None:
    found = weak_key_findings(replace(toy_vk(), x_2=ROWS.x_2(3), k1=1))
    assert [finding.id for finding in found] == ["VK-TAU", "VK-COSETS"]
