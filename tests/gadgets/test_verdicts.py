"""What lint says of the library: the verdicts in the reference are those of the prover, and the checker agrees."""

from __future__ import annotations

import pytest

from tests.gadgets.case import GadgetCase, all_cases
from tests.gadgets.verdicts import NOT_JUDGED, QUICK_ROWS, recorded, verdict_of

JUDGED = [case for case in all_cases() if recorded().get(case.id) != NOT_JUDGED]
EACH = [
    pytest.param(
        case, id=case.id, marks=[pytest.mark.slow] if case.constraints > QUICK_ROWS else []
    )
    for case in JUDGED
]


def test_each_case_has_a_verdict() -> None:
    assert set(recorded()) == {case.id for case in all_cases()}


@pytest.mark.parametrize("case", EACH)
def test_the_recorded_verdict_is_the_provers(case: GadgetCase) -> None:
    assert verdict_of(case) == recorded()[case.id]


def test_hashes_trees_and_comparisons_are_proved_without_contracts() -> None:
    for prefix in ("hash.poseidon", "hash.mimc", "tree.merkle.merkle_root", "compare.less_than"):
        found = [verdict for name, verdict in recorded().items() if name.startswith(prefix)]
        assert set(found) <= {"PROVED", NOT_JUDGED}
        assert "PROVED" in found
