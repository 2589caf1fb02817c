from __future__ import annotations

from zkctl.lint.search.guesses import field_values, scattered


def test_guesses_are_reproducible_different_and_in_the_field() -> None:
    for p in (5, 31, 2**255 - 19):
        assert field_values(3, p) == field_values(3, p)
        assert len(set(field_values(3, p))) == len(field_values(3, p))
        assert all(0 <= v < p for v in field_values(3, p))
    assert scattered(1, 2**255 - 19) != scattered(2, 2**255 - 19)
