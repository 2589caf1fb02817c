"""Keys from a universal setup with a public secret, no rows, or cosets that meet."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from tests.support.toy_rows import Rows
from tests.support.universal import EACH_SYSTEM, System
from zkctl.curve import BN254, G2Array
from zkctl.kzg.weak_keys import constant_polynomial, weak_setup
from zkctl.runtime.findings import Finding


def findings(system: System, vk: Any) -> list[str]:
    found: list[Finding] = import_module(f"zkctl.{system.name}.weak_keys").weak_key_findings(vk)
    assert all(each.refused for each in found)
    return [str(each) for each in found]


@EACH_SYSTEM
def test_an_honest_key_has_no_findings(system: System) -> None:
    assert findings(system, system.statement()[0]) == []


@EACH_SYSTEM
@pytest.mark.parametrize("tau", [1, 2, -1, 65536, 0])
def test_a_public_tau_is_found(system: System, tau: int) -> None:
    vk = system.statement()[0]
    r = system.curve.scalar_field.modulus
    x_2 = Rows(system.curve).x_2(tau % r) if tau else G2Array.infinity(vk.curve.g2)
    weak = replace(vk, x_2=x_2)
    assert f"tau = {tau} is a public number [VK-TAU]" in findings(system, weak)


@EACH_SYSTEM
def test_a_domain_of_one_row_is_found(system: System) -> None:
    weak = weak_setup(replace(system.statement()[0], log_n=0))
    message = "the domain has 2^0 rows, which bind nothing: expected at least 2 [VK-DOMAIN]"
    assert [str(each) for each in weak] == [message]


@EACH_SYSTEM
@pytest.mark.parametrize(("k1", "k2"), [(1, 3), (2, 2), (0, 3), (2, 1)])
def test_cosets_that_meet_are_found(system: System, k1: int, k2: int) -> None:
    weak = replace(system.statement()[0], k1=k1, k2=k2)
    message = "k1 and k2 do not make three distinct cosets, wires can be exchanged [VK-COSETS]"
    assert message in findings(system, weak)


@pytest.mark.parametrize("number", [0, 1, -3, 65536])
def test_a_constant_is_found(number: int) -> None:
    (found,) = constant_polynomial("VK-X", "P", Rows(BN254).point(number))
    assert str(found) == f"P commits to the number {number}, it binds nothing [VK-X]"
    assert constant_polynomial("VK-X", "P", Rows(BN254).point(65537)) == []
