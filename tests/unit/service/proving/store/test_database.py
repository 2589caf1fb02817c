"""Errors of the store."""

from __future__ import annotations

from zkctl.service.proving.store.database import (
    Health,
    RuleBroken,
    StoreReadOnly,
    StoreUnavailable,
)


def test_the_errors_of_the_store_end_a_command_with_the_environments_code() -> None:
    assert StoreUnavailable("x").exit_code == StoreReadOnly("x").exit_code == 5
    assert not StoreUnavailable("x").read_only
    assert StoreReadOnly("x").read_only
    assert RuleBroken("unique").rule == "unique"


def test_the_words_of_health_are_the_guides() -> None:
    assert list(Health) == ["connected", "disconnected", "read-only"]
