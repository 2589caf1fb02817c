"""Weak keys: the bound of the search for small multiples, and all questions asked together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.toy_groth16 import toy_key
from zkctl.curve import BN254, G1Array, G2Array, multiply_base
from zkctl.field import FieldArray
from zkctl.groth16.weak_keys import (
    NAMED_INPUTS_UP_TO,
    unbound_public_inputs,
    weak_key_findings,
)


def g1(*scalars: int) -> G1Array:
    field = BN254.scalar_field
    return multiply_base(G1Array.generator(BN254.g1), FieldArray.from_ints(field, scalars))


def test_every_question_is_asked_of_a_key() -> None:
    vk = toy_key(BN254).verifying_key
    assert weak_key_findings(vk) == []
    zeros = G1Array(BN254.g1, np.zeros_like(vk.gamma_abc_g1.data))
    weak = replace(
        vk,
        alpha_g1=G1Array.generator(BN254.g1),
        beta_g2=G2Array.generator(BN254.g2),
        delta_g2=vk.gamma_g2,
        gamma_abc_g1=zeros,
    )
    findings = weak_key_findings(weak)
    expected = {"VK-EMPTY", "VK-ALPHA", "VK-BETA", "VK-DELTA", "VK-IC"}
    assert {finding.id for finding in findings} == expected
    assert all(finding.refused for finding in findings)
    assert "alpha = 1 is a public number [VK-ALPHA]" in map(str, findings)
    for changed in ({"alpha_g1": vk.alpha_g1}, {"beta_g2": vk.beta_g2}):
        found = {finding.id for finding in weak_key_findings(replace(weak, **changed))}
        assert "VK-EMPTY" not in found


def test_findings_about_many_inputs_stay_a_page() -> None:
    vk = toy_key(BN254).verifying_key
    n = NAMED_INPUTS_UP_TO
    for n_points, last in (
        (n + 1, f"public input {n} is not bound, its point is infinity"),
        (n + 4, "3 more public inputs are not bound"),
    ):
        found = unbound_public_inputs(
            replace(vk, gamma_abc_g1=G1Array.infinity(BN254.g1, n_points))
        )
        assert all(finding.refused for finding in found)
        assert found[-1].message == last
        assert len(found) == n + (n_points > n + 1)


def test_a_gamma_at_infinity_is_found() -> None:
    vk = toy_key(BN254).verifying_key
    weak = replace(vk, gamma_g2=G2Array.infinity(BN254.g2, 1)[0])
    assert "gamma is infinity, anyone can forge proofs [VK-GAMMA]" in map(
        str, weak_key_findings(weak)
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_public_inputs_with_the_same_point_are_found(sign: int) -> None:
    vk = toy_key(BN254).verifying_key
    points = vk.gamma_abc_g1
    again = points[1:2] if sign > 0 else -points[1:2]
    found = unbound_public_inputs(
        replace(vk, gamma_abc_g1=G1Array.concatenate([points[:2], again]))
    )
    assert list(map(str, found)) == ["public input 2 is not bound separately from input 1 [VK-IC]"]
