"""Variables and arrays."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import executed, refused, rows, template
from zkctl.circom.execution.run import ExecutionLimits


def test_arrays_are_copied() -> None:
    main = template(
        "signal input a; signal output b; var x[2] = [1, 2]; var y[2] = x; y[0] = 7; b <== a "
        "* (x[0] + 10 * y[0]);"
    )
    assert rows(main) == [({}, {}, {2: 71, 1: -1})]


@pytest.mark.parametrize(("target", "value", "result"), [(2, "[1,2,3]", "12"), (3, "[1,2]", "129")])
def test_arrays_of_other_lengths_are_cut_with_a_warning(target: int, value: str, result: str) -> None:  # fmt: skip
    body = (
        f"signal input a; signal output b; var x[{target}]; for (var i = 0; i < {target}; "
        f"i++) {{ x[i] = 9; }} x = {value}; var s = 0; for (var i = 0; i < {target}; i++) {{ "
        f"s = 10 * s + x[i]; }} b <== a * s;"
    )
    found = executed(f"template T() {{ {body} }} component main = T();")
    assert rows(found.main) == [({}, {}, {2: int(result), 1: -1})]
    assert [each.code for each in found.warnings] == ["T3001"]
    assert found.warnings[0].message.startswith("arrays of different lengths")


def test_rows_of_arrays() -> None:
    main = template(
        "signal input a; signal output b; var x[2][2] = [[1, 2], [3, 4]]; x[0] = x[1]; "
        "x[1][0] = 9; b <== a * (x[0][0] + 10 * x[1][0]);"
    )
    assert rows(main) == [({}, {}, {2: 93, 1: -1})]


def test_an_array_becomes_unknown_as_a_whole_at_an_unknown_index() -> None:
    found = refused("signal input a; signal output b; var x[2]; x[a] = 1; b <== x[0];")
    assert found.message == "b is assigned a value that is not quadratic"


def test_large_arrays_are_refused() -> None:
    found = refused("var x[100][100];", ExecutionLimits(elements=9999))
    assert found.message == "the array [100][100] has more than 9,999 elements"


def test_lengths_must_be_known() -> None:
    found = refused("signal input a; var x[a];")
    assert found.message == "the length of an array is not known when the circuit is compiled"
