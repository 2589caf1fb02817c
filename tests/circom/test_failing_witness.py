"""The error of a witness that does not exist: the line, the template, the components around it."""

from __future__ import annotations

import pytest

from tests.support.circom_lint import body_circuit
from zkctl.constraints.evaluate import evaluate
from zkctl.errors import UnsatisfiedError

MORE = """template C() { signal input x; signal input y; signal output z;
assert(x != 3);
z <-- x - y;
assert(y < 100 && x < 100);
x + y === z + 8; }"""
BODY = """signal input a; signal input b; signal output o; component c[2];
for (var k = 0; k < 2; k++) { c[k] = C(); c[k].x <== a + k; c[k].y <== b; }
o <== c[0].z + c[1].z;"""


def refusal(a: int, b: int) -> UnsatisfiedError:
    with pytest.raises(UnsatisfiedError) as caught:
        evaluate(body_circuit(BODY, MORE).program, [a, b])
    return caught.value


@pytest.mark.parametrize(
    ("a", "b", "text", "component"),
    [
        (3, 4, "assert(x != 3);", "c[0]"),
        (2, 4, "assert(x != 3);", "c[1]"),
        (99, 4, "assert(y < 100 && x < 100);", "c[1]"),
        (7, 100, "assert(y < 100 && x < 100);", "c[0]"),
    ],
)
def test_a_failed_assert_is_named_by_its_line_and_shows_no_value(
    a: int, b: int, text: str, component: str
) -> None:
    error = refusal(a, b)
    place, line, caret, outer, _main = error.where.splitlines()
    assert error.message == f"an assert of C() fails: assert at {place.partition(' ')[0]}"
    assert error.public_message == error.message
    assert line.endswith(f"| {text}")
    assert caret.endswith("^" * (len(text) - 1))  # without the semicolon
    assert f"in T(), component {component}: for (var k" in outer
