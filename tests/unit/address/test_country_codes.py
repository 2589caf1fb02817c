"""The country codes."""

from __future__ import annotations

import pytest

from zkctl.address.country_codes import COUNTRY_CODES


def test_there_are_249() -> None:
    assert len(COUNTRY_CODES) == 249
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in COUNTRY_CODES)


@pytest.mark.parametrize("code", ["UK", "EU", "XK", "ZZ", "AA", "SU", "YU", "AN"])
def test_reserved_and_withdrawn_codes_are_none(code: str) -> None:
    assert code not in COUNTRY_CODES
