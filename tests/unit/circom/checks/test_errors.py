"""Lists of errors with pieces that are filled later."""

from __future__ import annotations

from zkctl.circom.checks.errors import Errors
from zkctl.circom.source import Place


def test_pieces_keep_their_position() -> None:
    errors, place = Errors(), Place(0, 0, 1)
    errors.add("A", "first", place)
    piece = errors.later()
    errors.add("D", "last", place, "hint")
    inner = piece.later()
    piece.add("C", "third", place)
    inner.add("B", "second", place)
    assert [finding.code for finding in errors.all()] == ["A", "B", "C", "D"]
    assert errors.all()[3].hint == "hint"
