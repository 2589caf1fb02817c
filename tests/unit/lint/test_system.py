from dataclasses import replace

import pytest

from tests.support.lint_rows import equal, system_of
from zkctl.errors import CheckFailed
from zkctl.lint.system import digest


def test_wires_and_rows_without_names_have_numbers() -> None:
    system = system_of([equal({2: 1}, {1: 1})], [1], [2])
    assert system.names(2) == "wire 2"
    assert system.places(0) == ""
    assert not system.given


def test_a_contract_that_is_believed_adds_results_to_what_is_given() -> None:
    body = replace(system_of([equal({2: 1}, {1: 1})], [1], [2]), title="g", promises={2: 1})
    system = replace(body, contracts={"g": "name"})
    found = system.believed(body, ["name", digest(body.rows)])
    assert found.inputs == {1, 2}
    assert found.given == {2: 1}
    assert system.believed(body, None) is body
    for contract in (["other", digest(body.rows)], ["name", "00" * 32]):
        with pytest.raises(CheckFailed, match="expected contract and digest"):
            system.believed(body, contract)


def test_no_id_is_no_contract() -> None:
    """A certificate may have null in place of an id; a body without a contract has none either."""
    body = replace(system_of([equal({2: 1}, {1: 1})], [1], [2]), title="g")
    with pytest.raises(CheckFailed, match="expected contract and digest"):
        body.believed(body, [None, digest(body.rows)])  # type: ignore[list-item]
