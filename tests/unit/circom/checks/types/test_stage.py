"""Types of main and of what it reaches."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_of, findings_of

INNER = "template I(n) { signal output y; y <== [n]; } function f(x) { return -x; } "
T = "template T() { signal output b; b <== 1; } "


@pytest.mark.parametrize(
    ("main", "codes"),
    [
        ("T()", []),
        ("1", ["T2063"]),
        ("f(1)", ["T2063"]),
        ("1 ? T() : T()", ["T2063"]),
        ("[T()]", ["T2034", "T2063"]),
        ("T() + 1", ["T2028"]),
        ("parallel T()", ["T2063"]),
        ("I(T())", ["T2029"]),
        ("I(1)", ["T2061"]),
    ],
)
def test_main(main: str, codes: list[str]) -> None:
    assert codes_of(f"{INNER}{T} component main = {main};") == codes


def test_bodies_are_checked_once_for_each_dimensions() -> None:
    body = "component c = I(1); component d = I(2); component e = I([1]); var x = f(1); x = f(2); "
    text = f"{INNER} template T() {{ {body} }} component main = T();"
    assert codes_of(text) == ["T2061", "T2061"]


def test_what_main_does_not_reach_is_not_checked() -> None:
    assert codes_of(f"{INNER}{T} component main = T();") == []


def test_inputs_of_main_have_no_tags() -> None:
    buses = "bus B() { C() c; } bus C() { signal {t} x; } "
    for declaration in ("signal input {t} x;", "input B() {u} x;", "input B() x;"):
        (finding,) = findings_of(f"{buses} template T() {{ {declaration} }} component main = T();")
        assert finding.code == "T2051"
        assert finding.message == "input x of the main template T has tags"
    assert (
        codes_of(f"{buses} template T() {{ signal output {{t}} x; }} component main = T();") == []
    )


def test_a_long_chain_of_templates() -> None:
    chain = "".join(f"template T{i}() {{ component c = T{i + 1}(); }} " for i in range(2000))
    text = chain + "template T2000() { var x = [1]; } component main = T0();"
    assert codes_of(text) == ["T2061"]
