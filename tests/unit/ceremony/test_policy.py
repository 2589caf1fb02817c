"""Each question of the policy: what it refuses, with its id, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zkctl.ceremony.contribution import ContributorKind, Origin, Phase2Contribution
from zkctl.ceremony.policy import (
    DEV_ONLY,
    warnings_for_phase1,
    warnings_for_phase2,
    warnings_for_powers,
    warnings_for_verifying_key,
)
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array, multiply_base
from zkctl.errors import IntegrityError
from zkctl.field import FieldArray
from zkctl.groth16.keys import VerifyingKey
from zkctl.srs.powers_of_tau import PowersOfTau

ALICE = Origin(ContributorKind.PARTICIPANT, "alice")
BEACON = Origin(ContributorKind.BEACON, "final", b"\x99" * 32, 10)
TUTORIAL = Origin(ContributorKind.BEACON, "final", bytes(range(1, 32)), 10)
CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)


def records(*origins: Origin) -> list[Phase2Contribution]:
    g1, g2 = G1Array.generator(BN254.g1), G2Array.generator(BN254.g2)
    return [Phase2Contribution(g1, g1, g1, g2, bytes(64), origin) for origin in origins]


def g1(curve: Curve, *scalars: int) -> G1Array:
    field = curve.scalar_field
    return multiply_base(G1Array.generator(curve.g1), FieldArray.from_ints(field, scalars))


def g2(curve: Curve, scalar: int) -> G2Array:
    field = curve.scalar_field
    return multiply_base(G2Array.generator(curve.g2), FieldArray.from_ints(field, [scalar]))[0]


def sound_key(curve: Curve) -> VerifyingKey:
    return VerifyingKey(
        curve,
        alpha_g1=g1(curve, 10**20)[0],
        beta_g2=g2(curve, 10**21),
        gamma_g2=g2(curve, 1),
        delta_g2=g2(curve, 10**22),
        gamma_abc_g1=g1(curve, 10**23, 10**24, 10**25),
    )


def powers(curve: Curve, tau: int, alpha: int, beta: int) -> PowersOfTau:
    tau_g1 = g1(curve, 1, tau, tau**2)
    shifted = g1(curve, alpha, alpha * tau)
    tau_g2 = G2Array.concatenate([g2(curve, 1), g2(curve, tau)])
    return PowersOfTau(curve, 1, 1, tau_g1, tau_g2, shifted, shifted, g2(curve, beta))


@pytest.mark.parametrize(
    ("origins", "identifier", "message"),
    [
        ((), "EMPTY", "contribution, anyone can forge proofs"),
        ((BEACON,), "BEACON", "contributions, the secret is public"),
        ((BEACON, BEACON), "BEACON", "contributions, the secret is public"),
    ],
)
@pytest.mark.parametrize(
    ("check", "phase"), [(warnings_for_phase1, "P1"), (warnings_for_phase2, "P2")]
)
def test_public_secrets_are_refused(
    origins: tuple[Any, ...], identifier: str, message: str, check: Any, phase: str
) -> None:
    with pytest.raises(IntegrityError, match="insecure parameters refused: ") as caught:
        check(records(*origins))
    assert f"[{phase}-{identifier}]" in str(caught.value)
    assert message in str(caught.value)
    assert f"phase-{phase[1]}" in str(caught.value)
    assert any(message in warning for warning in check(records(*origins), allow_insecure=True))


def test_refusals_name_the_phase() -> None:
    with pytest.raises(IntegrityError, match="no phase-2 contribution, anyone can forge"):
        warnings_for_phase2([])
    with pytest.raises(IntegrityError, match="only public-beacon phase-1 contributions"):
        warnings_for_phase1(records(BEACON))


def test_one_participant_is_enough() -> None:
    assert warnings_for_phase2(records(ALICE)) == []
    assert warnings_for_phase1(records(ALICE, BEACON)) == []


def test_tutorial_beacon_is_a_warning() -> None:
    for phase, check in (("P1", warnings_for_phase1), ("P2", warnings_for_phase2)):
        (warning,) = check(records(ALICE, TUTORIAL))
        assert "is a tutorial's constant, it was known before the ceremony" in warning
        assert f"[{phase}-TUTORIAL]" in warning


def test_development_marks_are_a_warning() -> None:
    developer = replace(ALICE, name=f"{DEV_ONLY} demo")
    for phase, check in (("P1", warnings_for_phase1), ("P2", warnings_for_phase2)):
        (warning,) = check(records(developer, BEACON))
        assert "every contribution is marked 'DEV ONLY'" in warning
        assert f"[{phase}-DEV]" in warning
        assert "never use these parameters in production" in warning
        assert check(records(developer, ALICE)) == []


@CURVES
def test_sound_key_passes(curve: Curve) -> None:
    assert warnings_for_verifying_key(sound_key(curve)) == []


@CURVES
@pytest.mark.parametrize(
    ("part", "k", "message"),
    [
        ("alpha_g1", 1, "alpha = 1 is a public number [VK-ALPHA]"),
        ("alpha_g1", -65536, "alpha = -65536 is a public number [VK-ALPHA]"),
        ("beta_g2", 1, "beta = 1 is a public number [VK-BETA]"),
        ("beta_g2", 0, "beta = 0 is a public number [VK-BETA]"),
        ("delta_g2", 1, "delta = 1 * gamma, anyone can forge proofs [VK-DELTA]"),
        ("delta_g2", -1, "delta = -1 * gamma, anyone can forge proofs [VK-DELTA]"),
        ("delta_g2", 0, "delta = 0 * gamma, anyone can forge proofs [VK-DELTA]"),
        ("delta_g2", 4711, "delta = 4711 * gamma, anyone can forge proofs [VK-DELTA]"),
        ("gamma_g2", 0, "gamma is infinity, anyone can forge proofs [VK-GAMMA]"),
    ],
)
def test_forgeable_keys_are_refused(curve: Curve, part: str, k: int, message: str) -> None:
    point = g1(curve, k)[0] if part.endswith("g1") else g2(curve, k)
    key = replace(sound_key(curve), **{part: point})
    with pytest.raises(IntegrityError) as caught:
        warnings_for_verifying_key(key)
    assert message in str(caught.value)
    assert message in warnings_for_verifying_key(key, allow_insecure=True)


def test_delta_is_compared_with_gamma_not_with_the_generator() -> None:
    key = replace(sound_key(BN254), gamma_g2=g2(BN254, 10**30), delta_g2=g2(BN254, 3 * 10**30))
    with pytest.raises(IntegrityError, match=r"delta = 3 \* gamma"):
        warnings_for_verifying_key(key)


@pytest.mark.parametrize(
    ("scalars", "message"),
    [
        ((10**23, 0, 5), "public input 1 is not bound, its point is infinity [VK-IC]"),
        ((10**23, 7, 7), "public input 2 is not bound separately from input 1 [VK-IC]"),
        ((10**23, 7, -7), "public input 2 is not bound separately from input 1 [VK-IC]"),
    ],
)
def test_unbound_public_inputs_are_refused(scalars: tuple[Any, ...], message: str) -> None:
    key = replace(sound_key(BN254), gamma_abc_g1=g1(BN254, *scalars))
    with pytest.raises(IntegrityError) as caught:
        warnings_for_verifying_key(key)
    assert message in str(caught.value)


def test_infinite_constant_point_passes() -> None:
    key = replace(sound_key(BN254), gamma_abc_g1=g1(BN254, 0, 5, 6))
    assert warnings_for_verifying_key(key) == []


@CURVES
@pytest.mark.parametrize(
    ("secrets", "name"),
    [
        ((1, 10**9, 10**9), "tau = 1"),
        ((10**9, 2, 10**9), "alpha = 2"),
        ((10**9,) * 2 + (-1,), "beta = -1"),
    ],
)
def test_small_powers_are_refused(curve: Curve, secrets: Any, name: str) -> None:
    assert warnings_for_powers(powers(curve, 10**9, 10**10, 10**11)) == []
    with pytest.raises(IntegrityError) as caught:
        warnings_for_powers(powers(curve, *secrets))
    assert f"{name} is a public number [P1-SMALL]" in str(caught.value)
