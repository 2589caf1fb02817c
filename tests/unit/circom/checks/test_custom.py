"""Custom templates have no constraints and no components."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_of, program_of
from zkctl.circom.checks import warnings_of

BEGIN = "pragma circom 2.2.0; pragma custom_templates; bus B() { signal x; } template J() { } "
END = " template T() { signal input a; component c = G(); c.x <== a; } component main = T();"
UNUSED = " template T() { } component main = T();"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("y <-- x;", []),
        ("y <== x;", ["CG02"]),
        ("y === x; component c;", ["CG02", "CG03"]),
        ("_ <== x;", ["CG02"]),
        ("if (1) { y <== x; } while (1) { y === 1; }", ["CG02", "CG02"]),
        ("if (x) { y <== 1; }", ["T2005", "CG02"]),
    ],
)
def test_codes(body: str, codes: list[str]) -> None:
    gate = f"template custom G() {{ signal input x; signal output y; {body} }}"
    assert codes_of(BEGIN + gate + END) == codes
    assert codes_of(BEGIN + gate + UNUSED) == []


def test_intermediate_signals_are_a_warning() -> None:
    gate = "template custom G() { signal input x; signal m, n; B() z; signal output y; y <-- x; }"
    warnings = warnings_of(program_of(BEGIN + gate + END))
    assert [each.code for each in warnings] == ["CG01"] * 3
    assert warnings[0].message == "custom template G has intermediate signal m"
