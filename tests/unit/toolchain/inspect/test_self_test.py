"""The self-test passes on this machine, and a wrong kernel does not get past it."""

from __future__ import annotations

from functools import partial

import pytest

from zkctl.curve import BN254, G1Array
from zkctl.field import BN254_FR, FieldArray
from zkctl.poly.domain import Domain
from zkctl.toolchain.inspect import doctor, self_test
from zkctl.toolchain.inspect.self_test import Check, run_self_test

FR = BN254_FR


def problem_of(comparison: object) -> str:
    return comparison()[1]  # type: ignore[operator, no-any-return]


def test_boundary_values_meet_every_limb() -> None:
    values = self_test.boundary_values(FR)
    assert {0, 1, FR.modulus - 1, 1 << 29, (1 << 58) - 1, 1 << 52, 1 << 64, 1 << 192} <= set(values)
    assert len(values) == len(set(values))


@pytest.mark.parametrize("operator", ["__add__", "__sub__", "__mul__", "inverse", "sum"])
def test_a_wrong_field_operation_is_found(monkeypatch: pytest.MonkeyPatch, operator: str) -> None:
    right = getattr(FieldArray, operator)

    def wrong(*arguments: FieldArray) -> FieldArray:
        result: FieldArray = right(*arguments)
        result.data.reshape(-1)[-1] ^= 1
        return result

    monkeypatch.setattr(FieldArray, operator, wrong)
    assert "disagrees" in problem_of(partial(self_test._field, FR))


@pytest.mark.parametrize(
    ("method", "message"),
    [("ntt", "value"), ("intt", "does not return the coefficients")],
)
def test_a_wrong_transform_is_found(
    monkeypatch: pytest.MonkeyPatch, method: str, message: str
) -> None:
    monkeypatch.setattr(Domain, method, lambda _self, values: values * 2)
    assert message in problem_of(partial(self_test._transform, FR))


def test_a_wrong_addition_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(G1Array, "__add__", lambda left, _right: left)
    assert problem_of(partial(self_test._addition, BN254, BN254.g1)) == "a sum disagrees"


@pytest.mark.parametrize(
    ("name", "message"), [("msm", "a sum of"), ("multiply_base", "a fixed-base product disagrees")]
)
def test_wrong_products_are_found(monkeypatch: pytest.MonkeyPatch, name: str, message: str) -> None:
    right = getattr(self_test, name)
    monkeypatch.setattr(self_test, name, lambda points, scalars: right(points, scalars + 1))
    assert message in problem_of(partial(self_test._msm, BN254, BN254.g1))


@pytest.mark.parametrize("verdict", [True, False])
def test_a_wrong_pairing_is_found(monkeypatch: pytest.MonkeyPatch, verdict: bool) -> None:
    monkeypatch.setattr(self_test, "is_pairing_product_one", lambda *_: verdict)
    assert "verdict" in problem_of(partial(self_test._pairing, BN254))


def test_a_crash_is_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> tuple[int, str]:
        raise OSError("illegal instruction")

    monkeypatch.setattr(self_test, "_comparisons", lambda: iter([("a", "b", crash)]))
    (check,) = run_self_test()
    assert (check.passed, check.problem) == (False, "OSError: illegal instruction")


def test_this_machine_passes() -> None:
    stages: list[float | None] = []
    checks = run_self_test(lambda _what, fraction: stages.append(fraction))
    assert [check for check in checks if not check.passed] == []
    assert len(checks) == len(stages) == 16


def test_the_doctor_collects_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = Check("a", "b", 1, 0.1), Check("c", "d", 1, 0.1, "differs")
    monkeypatch.setattr(self_test, "run_self_test", lambda _progress: [good, bad])
    assert doctor.examine(self_test=True).failures == [bad]
    assert doctor.examine().failures == []


def test_the_doctor_warns_about_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_memory", lambda: {"total": 1 << 30, "available": 1 << 29})
    assert "less than 1 GiB of memory is available" in doctor.examine().warnings[0]


def test_the_doctor_warns_about_slow_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_kernels", lambda: {"kernels": "numpy", "cache_folder": None})
    assert "10 to 15 times slower" in doctor.examine().warnings[-1]
