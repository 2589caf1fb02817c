"""The forgeries that insecure ceremonies allow, carried out; and the policy that refuses each of them.

With A = alpha, B = beta the verifier's equation leaves e(x, gamma) e(C, delta) = 1, x = sum x_i IC_i.
Cases of docs/design/security-cases.md, N48 to N51 and N58 to N60.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.toy_groth16 import factors, lagrange_values
from zkctl.ceremony.beacon import beacon_origin, beacon_rng
from zkctl.ceremony.contribution import Phase1Contribution, Phase2Contribution
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase1.contribute import contribute_phase1, new_powers
from zkctl.ceremony.phase1.verify import check_phase1
from zkctl.ceremony.phase2.circuit_hash import circuit_hash
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.ceremony.phase2.verify import check_phase2
from zkctl.ceremony.policy import (
    warnings_for_phase1,
    warnings_for_phase2,
    warnings_for_powers,
    warnings_for_verifying_key,
)
from zkctl.ceremony.primitives.sampling import sample_scalar
from zkctl.curve import BN254, G1Array, msm, multiply_base, multiply_each
from zkctl.errors import IntegrityError
from zkctl.field import FieldArray
from zkctl.groth16.keys import Proof, ProvingKey, VerifyingKey
from zkctl.groth16.setup import initial_key
from zkctl.groth16.verify import verify
from zkctl.srs.lagrange import with_lagrange
from zkctl.srs.powers_of_tau import PowersOfTau

FIELD = BN254.scalar_field
R = FIELD.modulus
POWER = 2
BEACON = beacon_origin(bytes(range(1, 32)).hex(), 10, "beacon")
CLAIMED = FieldArray.from_ints(FIELD, [123456789, 987654321])  # nobody knows factors of these


def scaled(point: G1Array, factor: int) -> G1Array:
    scalar = FieldArray.from_ints(FIELD, [factor])
    return multiply_each(G1Array.concatenate([point]), scalar)[0]


def public_point(vk: VerifyingKey, public: FieldArray) -> G1Array:
    return vk.gamma_abc_g1[0] + msm(vk.gamma_abc_g1[1:], public)


def forge_with_known_delta(vk: VerifyingKey, public: FieldArray, delta: int) -> Proof:
    """delta = k gamma with known k: C = -x / k."""
    c = scaled(public_point(vk, public), -pow(delta, -1, R))
    return Proof(vk.alpha_g1, vk.beta_g2, c)


def beacon_secrets(n: int) -> list[int]:
    """What everybody can compute from a published beacon."""
    rng = beacon_rng(BEACON.beacon, BEACON.iterations)
    return [sample_scalar(FIELD, rng) for _ in range(n)]


def make_powers(*origins: Any) -> tuple[PowersOfTau, list[Phase1Contribution]]:
    powers, records = new_powers(BN254, POWER), []
    for origin in origins:
        powers, record = contribute_phase1(powers, records, origin)
        records.append(record)
    return with_lagrange(powers), records


def make_key(
    powers: PowersOfTau, *origins: Any
) -> tuple[ProvingKey, list[Phase2Contribution], ProvingKey]:
    initial = key = initial_key(factors(FIELD), powers)
    digest, records = circuit_hash(initial, powers), []
    for origin in origins:
        key, record = contribute_phase2(key, digest, records, origin)
        records.append(record)
    check_phase2(key, digest, records, initial, powers)  # cryptographically all is well
    return key, records, initial


@pytest.fixture(scope="module")
def sound_powers() -> PowersOfTau:
    return make_powers(participant("alice"))[0]


def test_key_without_contribution(sound_powers: PowersOfTau) -> None:
    """N48, N58: delta = gamma, so C = -x.  The exploit of 2026."""
    key, records, _ = make_key(sound_powers)
    vk = key.verifying_key
    assert verify(vk, CLAIMED, forge_with_known_delta(vk, CLAIMED, 1))
    with pytest.raises(IntegrityError, match=r"\[P2-EMPTY\]"):
        warnings_for_phase2(records)
    with pytest.raises(IntegrityError, match=r"\[VK-DELTA\]"):
        warnings_for_verifying_key(vk)


def test_key_with_a_beacon_only(sound_powers: PowersOfTau) -> None:
    """N49: delta is a random-looking point whose logarithm everybody can compute."""
    key, records, _ = make_key(sound_powers, BEACON)
    vk = key.verifying_key
    (delta,) = beacon_secrets(1)
    assert verify(vk, CLAIMED, forge_with_known_delta(vk, CLAIMED, delta))
    with pytest.raises(IntegrityError, match=r"\[P2-BEACON\]"):
        warnings_for_phase2(records)
    assert warnings_for_verifying_key(vk) == []  # the verifying key alone cannot show it


def test_powers_with_a_beacon_only() -> None:
    """N59: two honest people in phase 2 do not help when tau, alpha and beta are public.

    The scalars of IC are computable: ic_i = beta u_i + alpha v_i + w_i at tau.  The first point of
    h_query is L_1(tau) / delta over the domain of size 2N, hence [1 / delta]_1 = H_0 / L_1(tau) and
    C = -(sum x_i ic_i) [1 / delta]_1.
    """
    powers, records = make_powers(BEACON)
    check_phase1(powers, records)  # cryptographically all is well
    key, key_records, _ = make_key(powers, participant("alice"), participant("bob"))
    vk, (tau, alpha, beta) = key.verifying_key, beacon_secrets(3)
    log_2n = key.domain_size.bit_length()
    one_over_delta = scaled(
        key.h_query[0],
        pow(_missing_top(lagrange_values(FIELD, log_2n, tau)[1], log_2n, tau), -1, R),
    )
    ic = public_scalars(tau, alpha, beta)
    expected = multiply_base(G1Array.generator(BN254.g1), FieldArray.from_ints(FIELD, ic))
    assert (expected == vk.gamma_abc_g1).all()
    x = ic[0] + sum(a * b for a, b in zip(ic[1:], CLAIMED.to_ints(), strict=True))
    forged = Proof(vk.alpha_g1, vk.beta_g2, scaled(one_over_delta, -x))
    assert verify(vk, CLAIMED, forged)
    with pytest.raises(IntegrityError, match=r"\[P1-BEACON\]"):
        warnings_for_phase1(records)
    assert warnings_for_phase2(key_records) == []  # nothing of it shows in phase 2 ...
    assert warnings_for_verifying_key(vk) == []  # ... or in the verifying key
    assert warnings_for_powers(powers) == []


def _missing_top(value: int, log_n: int, tau: int) -> int:
    """L_1(tau) without its coefficient of X^(n-1), which natively prepared powers lack: h_query[0]'s scalar."""
    n = 1 << log_n
    top = pow(FIELD.root_of_unity(log_n), 1, R) * pow(n, -1, R) * pow(tau, n - 1, R)
    return (value - top) % R


def public_scalars(tau: int, alpha: int, beta: int) -> list[int]:
    """beta u_s + alpha v_s + w_s at tau of the public wires of `factors`: constraint 0, then rows 1 + s."""
    lagrange = lagrange_values(FIELD, POWER, tau)
    # A = (3,1); B = (4,1) + (0,3); C = (1,1); row 1 + s of A has the public wire s
    u = [lagrange[1], lagrange[2], lagrange[3]]
    v = [3 * lagrange[0], 0, 0]
    w = [0, lagrange[0], 0]
    return [(beta * a + alpha * b + c) % R for a, b, c in zip(u, v, w, strict=True)]


def test_powers_without_contribution() -> None:
    """N59: tau = alpha = beta = 1."""
    powers, records = make_powers()
    with pytest.raises(IntegrityError, match=r"\[P1-EMPTY\]"):
        warnings_for_phase1(records)
    with pytest.raises(IntegrityError, match="tau = 1 is a public number") as caught:
        warnings_for_powers(powers)
    assert "alpha = 1 is a public number" in str(caught.value)
    assert "beta = 1 is a public number" in str(caught.value)
    key, _, _ = make_key(powers, participant("alice"))
    with pytest.raises(IntegrityError) as caught:
        warnings_for_verifying_key(key.verifying_key)
    assert "[VK-ALPHA]" in str(caught.value)
    assert "[VK-BETA]" in str(caught.value)


def test_one_honest_person_in_each_phase_stops_the_forgeries(sound_powers: PowersOfTau) -> None:
    key, records, _ = make_key(sound_powers, participant("bob"), BEACON)
    vk = key.verifying_key
    for delta in (1, *beacon_secrets(1)):
        assert not verify(vk, CLAIMED, forge_with_known_delta(vk, CLAIMED, delta))
    assert warnings_for_verifying_key(vk) == []
    (warning,) = warnings_for_phase2(records)
    assert "tutorial" in warning


def test_forks_are_visible_by_hash_only(sound_powers: PowersOfTau) -> None:
    """N60: a key that starts again from the initial one verifies; only its contribution hashes differ."""
    _, honest, _ = make_key(sound_powers, participant("alice"), participant("bob"))
    _, fork, _ = make_key(sound_powers, participant("alice"))
    assert contribution_hash(fork[0]) not in {contribution_hash(record) for record in honest}
