"""Programs nested as deep as circom2 can follow, and deeper: compiled, linted and computed, or refused with a message."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from zkctl.circom.parser.cursor import MAX_HEIGHT, MAX_NESTING
from zkctl.cli.app import main

FUNCTION = "function f(x) { return x; }\n"
TEMPLATE = "template I() { signal input a; signal output c; c <== a; }\n"
REST = "c <== a * a + x;"
DEPTH = 400  # Python 3.12 follows some 500


def program(body: str, before: str = "") -> str:
    return (
        "pragma circom 2.1.6;\n" + before + "template T() {\nsignal input a; signal output c;\n"
        "var x = 0;\n" + body + "\n}\ncomponent main = T();\n"
    )


def bodies(n: int) -> dict[str, str]:
    return {
        "sum": program(f"x = 1{'+1' * n}; {REST}"),
        "sum of signals": program(f"c <== {'+'.join('a' * n)};"),
        "parentheses": program(f"c <== {'(' * n}a*a{')' * n};"),
        "signs": program(f"x = {'-(' * n}1{')' * n}; {REST}"),
        "choices": program(f"x = {'(1 ? ' * n}1{' : 0)' * n}; {REST}"),
        "calls": program(f"x = {'f(' * n}1{')' * n}; {REST}", FUNCTION),
        "components": program(f"c <== {'I()(' * n}a*a{')' * n};", TEMPLATE),
        "blocks": program("{" * n + REST + "}" * n),
        "else if": program("if (x == 1) { x = 2; } else " * n + "{ x = 3; } " + REST),
        "loops": program("while (x == 0) {" * (n // 2) + "x = 1;" + "}" * (n // 2) + REST),
    }  # fmt: skip


@pytest.mark.parametrize("name", bodies(1))
def test_deep_programs_compile(name: str, tmp_path: Path) -> None:
    (tmp_path / "deep.circom").write_text(bodies(DEPTH)[name])
    (tmp_path / "input.json").write_text(json.dumps({"a": "3"}))
    with contextlib.chdir(tmp_path):
        assert main(["circom", "deep.circom", "--r1cs", "--wasm", "--inspect"]) == 0
        assert main(["witness", "deep.wprog", "input.json", "-o", "deep.wtns", "-q"]) == 0
        assert main(["info", "deep.circom", "-q"]) == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sum", f"the expression has more than {MAX_HEIGHT} operators in a row"),
        ("else if", f"nesting is {MAX_NESTING + 1} deep, expected at most {MAX_NESTING}"),
        ("components", f"nesting is {MAX_NESTING + 1} deep, expected at most {MAX_NESTING}"),
    ],
)
def test_a_limit_is_the_only_error(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deep.circom").write_text(bodies(20_000)[name])
    with contextlib.chdir(tmp_path):
        assert main(["circom", "deep.circom", "--r1cs", "-q"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"error: {message}\n")
    assert err.count("error:") == 1
