"""The participant's randomness: never below the operating system's, never from a broken one."""

from __future__ import annotations

import os
from itertools import count

import pytest

from zkctl.ceremony.entropy import participant_rng
from zkctl.errors import EnvironmentProblem


def test_each_generator_is_fresh() -> None:
    assert len({participant_rng("same text").next_u64() for _ in range(5)}) == 5


@pytest.mark.parametrize("text", ["", "aaaa", "attacker", "\ud800 lone surrogate", "x" * 10**6])
def test_any_text_is_accepted(text: str) -> None:
    participant_rng(text).next_u64()


def test_text_is_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = count()

    def urandom(n: int) -> bytes:
        shift = next(draws) % 2
        return bytes(range(shift, n + shift))

    monkeypatch.setattr(os, "urandom", urandom)
    assert participant_rng("a").next_u64() == participant_rng("a").next_u64()
    assert participant_rng("a").next_u64() != participant_rng("b").next_u64()


@pytest.mark.parametrize("value", [0, 7, 255])
def test_constant_generator_aborts(monkeypatch: pytest.MonkeyPatch, value: int) -> None:
    monkeypatch.setattr(os, "urandom", lambda n: bytes([value]) * n)
    with pytest.raises(
        EnvironmentProblem, match="the operating system's random generator repeats itself"
    ):
        participant_rng("good text does not help")


def test_repeating_generator_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda n: bytes(range(n)))
    with pytest.raises(
        EnvironmentProblem, match="the operating system's random generator repeats itself"
    ):
        participant_rng()


def test_changing_but_constant_bytes_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = count()
    monkeypatch.setattr(os, "urandom", lambda n: bytes([next(draws)]) * n)
    with pytest.raises(
        EnvironmentProblem, match="the operating system's random generator repeats itself"
    ):
        participant_rng()


@pytest.mark.parametrize("poor", [0, 1])
def test_one_poor_draw_aborts(monkeypatch: pytest.MonkeyPatch, poor: int) -> None:
    """Either draw alone shows a generator that is broken."""
    draws = count()
    monkeypatch.setattr(
        os, "urandom", lambda n: bytes(n) if next(draws) == poor else bytes(range(n))
    )
    with pytest.raises(
        EnvironmentProblem, match="the operating system's random generator repeats itself"
    ):
        participant_rng()
