"""A sample of kernel_cases.py in every run, all of it among the slow tests; and that it notices errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.oracle.field_cases import FieldCases
from tests.oracle.group_cases import SIZES, WINDOWS, GroupCases
from tests.oracle.kernel_cases import all_cases, all_sums
from zkctl.curve import CURVES, Group
from zkctl.field import PrimeField

FIELDS = [field for curve in CURVES for field in (curve.scalar_field, curve.base_field)]
GROUPS = [group for curve in CURVES for group in (curve.g1, curve.g2)]


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.name)
def test_field_kernels(field: PrimeField) -> None:
    for name, run in FieldCases(field, seed=2).families().items():
        assert (name, run(5000)) == (name, 0)


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
def test_group_kernels(group: Group) -> None:
    for name, run in GroupCases(group, seed=2).families().items():
        assert (name, run(3000)) == (name, 0)


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
def test_sums_of_every_small_size_and_window(group: Group) -> None:
    cases = GroupCases(group, seed=2)
    assert cases.sums_wrong(list(range(71)), [None]) == (71, 0)
    assert cases.sums_wrong([1, 40, 129], list(WINDOWS)) == (45, 0)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_million_cases_of_every_family() -> None:
    wrong = [line for line in all_cases(1_000_000, seed=1) if line[-1]]
    wrong += [line for line in all_sums(seed=1, most=max(SIZES)) if line[-1]]
    assert not wrong


@pytest.mark.parametrize("name", ["mul", "sqr", "add", "sub", "inverse"])
def test_one_wrong_bit_of_a_field_kernel_is_counted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = FieldCases(FIELDS[0], seed=3)
    kernel = {"mul": "multiply", "sqr": "_square", "sub": "subtract"}.get(name, name)
    owner = cases if name == "sqr" else cases.kernels
    right = getattr(owner, kernel)

    def spoilt(*operands: np.ndarray) -> np.ndarray:
        out = right(*operands)
        out[777, 1] ^= np.uint64(1 << 40)
        return out

    monkeypatch.setattr(owner, kernel, spoilt)
    assert cases.families()[name](1000) == 1


@pytest.mark.parametrize("kernel", ["add", "add_indexed", "double_repeatedly", "members"])
def test_one_wrong_answer_of_a_group_kernel_is_counted(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = GroupCases(GROUPS[0], seed=3)
    right = getattr(cases.kernels, kernel)

    def spoilt(*operands: Any):
        out = right(*operands)
        rows = operands[0][-30:] if kernel == "add_indexed" else out[:1]
        rows ^= type(rows.flat[0])(1)
        return out

    monkeypatch.setattr(cases.kernels, kernel, spoilt)
    monkeypatch.setattr(cases, "_parts", lambda n: [(cases.table, n)])
    family = {"double_repeatedly": "repeated doubling", "members": "membership"}
    assert cases.families()[family.get(kernel, "batched addition")](21) > 0
