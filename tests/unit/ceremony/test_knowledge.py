"""Names, labels and secrets of contributions."""

from __future__ import annotations

import pytest

from zkctl.ceremony import knowledge
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.knowledge import (
    check_distinct_secrets,
    check_nontrivial_secret,
    contribution_label,
    draw_secret,
    participant,
    rng_of,
)
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.curve import BN254, G1Array, multiply_base
from zkctl.errors import CheckFailed, UsageError
from zkctl.field import FieldArray

FIELD = BN254.scalar_field


def g1(*scalars: int) -> G1Array:
    return multiply_base(G1Array.generator(BN254.g1), FieldArray.from_ints(FIELD, scalars))


def test_names_that_fit_are_kept() -> None:
    for name in ("", "alice", "é" * 64, "名" * 64, "😀" * 32, "\x1b[31m\u202e\n"):
        assert participant(name) == Origin(ContributorKind.PARTICIPANT, name)


@pytest.mark.parametrize("name", ["x" * 65, "😀" * 33, "x" * 300])
def test_longer_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"the name has \d+ characters, expected at most 64"):
        participant(name)


def test_names_must_be_text() -> None:
    with pytest.raises(UsageError, match="the name is not valid text"):
        participant("\ud800")


def test_trivial_draws_are_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([0, 1, FIELD.modulus - 1, 5])
    monkeypatch.setattr(knowledge, "sample_scalar", lambda *_: next(draws))
    assert draw_secret(FIELD, ChaCha(bytes(32))) == 5


def test_generators_follow_the_origin() -> None:
    beacon = beacon_origin("01", 10, "")
    assert rng_of(beacon).next_u64() == rng_of(beacon).next_u64()
    assert rng_of(participant("a")).next_u64() != rng_of(participant("a")).next_u64()


@pytest.mark.parametrize("k", [0, 1, 2])
def test_trivial_secrets_are_refused(k: int) -> None:
    s, sx = g1(3, 5, 7), [15, 20, 21]
    check_nontrivial_secret(s, g1(*sx), "#1")
    own = (3, 5, 7)[k]
    for value in (own, -own):
        with pytest.raises(CheckFailed, match="the secret is 1 or -1"):
            check_nontrivial_secret(s, g1(*sx[:k], value, *sx[k + 1 :]), "#1")
    with pytest.raises(CheckFailed, match="the secret is 0 or its proof of knowledge is empty"):
        check_nontrivial_secret(s, g1(*sx[:k], 0, *sx[k + 1 :]), "#1")
    with pytest.raises(CheckFailed, match="the secret is 0 or its proof of knowledge is empty"):
        check_nontrivial_secret(g1(*[3, 5, 7][:k], 0, *[3, 5, 7][k + 1 :]), g1(*sx), "#1")


def test_repetitions_are_refused() -> None:
    alice, bob = participant("alice"), participant("bob")
    a, b = (g1(3)[0], g1(15)[0], alice), (g1(3)[0], g1(18)[0], bob)
    check_distinct_secrets([a, b])
    with pytest.raises(CheckFailed, match="the same proof of knowledge as contribution #1") as e:
        check_distinct_secrets([a, b, a])
    assert e.value.where == "contribution #3 (claimed name 'alice')"


def test_labels_escape_names() -> None:
    assert contribution_label(0, participant("")) == "contribution #1"
    assert contribution_label(4, beacon_origin("00", 10, "")) == "beacon #5"
    assert "\x1b" not in contribution_label(0, participant("\x1b[31m"))
    assert "\u202e" not in contribution_label(0, participant("\u202e"))
