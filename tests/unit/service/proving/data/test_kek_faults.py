"""The faults that key-encryption keys of every kind report alike."""

from __future__ import annotations

import json

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.data.kek_faults import needed_package, not_opened


def test_a_package_that_is_there_and_one_that_is_not() -> None:
    assert needed_package("json", "aws") is json
    with pytest.raises(EnvironmentProblem, match="the package no_such is missing") as caught:
        needed_package("no_such", "aws")
    assert (caught.value.hint, caught.value.exit_code) == ('pip install "zkctl[aws]"', 5)


def test_a_key_that_does_not_open() -> None:
    assert (
        not_opened().message == "the wrapped key is not of this key-encryption key, or was changed"
    )
