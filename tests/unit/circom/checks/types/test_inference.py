"""Dimensions that functions return."""

from __future__ import annotations

import pytest

from tests.support.circom_text import program_of
from zkctl.circom.checks.types.inference import Inference


@pytest.mark.parametrize(
    ("body", "dimensions"),
    [
        ("return 1;", 0),
        ("return x;", 1),
        ("return [x, x];", 2),
        ("return x[0];", 0),
        ("var y[2][3]; { return y; }", 2),
        ("if (x[0]) { return f(x); } return x;", 1),
        ("while (1) { return -x; }", 1),
        ("return 1 ? f(x) : x;", 1),
        ("return x[0] + 1;", 0),
        ("return f(x) + 1;", 0),
        ("return g(x);", 2),
        ("return parallel g(x);", 2),
        ("return f(x);", None),
        ("return f([x]);", None),
        ("log(1);", None),
    ],
)
def test_first_return(body: str, dimensions: int | None) -> None:
    text = (
        f"function f(x) {{ {body} }} function g(x) {{ if (x) {{ return f(x); }} return [x]; }} "
        "component main = f(1);"
    )
    assert Inference(program_of(text).definitions).dimensions(("f", (1,))) == dimensions


def test_a_long_chain_of_functions() -> None:
    chain = "".join(f"function f{i}(x) {{ return f{i + 1}(x); }} " for i in range(3000))
    text = chain + "function f3000(x) { return x; } component main = f0(1);"
    assert Inference(program_of(text).definitions).dimensions(("f0", (2,))) == 2
