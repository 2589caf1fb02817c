"""The bodies that main reaches, each once."""

from __future__ import annotations

from tests.support.circom_text import program_of
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.types.reach import Reach


def test_a_body_comes_once_for_each_dimensions() -> None:
    program = program_of("function f(x) { return x; } component main = f(1);")
    reach, errors = Reach(program.definitions), Errors()
    for dimensions in ((0,), (1,), (0,)):
        reach.add("f", dimensions, errors)
    assert [arguments for _, arguments, _ in reach.waiting] == [(0,), (1,)]
    assert reach.names == {"f"}
