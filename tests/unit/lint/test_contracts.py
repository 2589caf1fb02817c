"""Contracts of library gadgets are believed where they are named, for the rows that they were used for, and said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.conftest import ROOT
from tests.gadgets.reference import public_gadgets
from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    assume_bit,
    circuit,
    constrain,
    gadget,
    hint,
    hints,
    private,
)
from zkctl.errors import CheckFailed
from zkctl.gadgets.hash.pedersen import pedersen
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.compiled import system_of
from zkctl.lint.contracts import LIBRARY_CONTRACTS, believed_contracts
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove
from zkctl.lint.system import digest
from zkctl.lint.verdict import Verdict


@circuit
def hashed(bits: Array[Bit] = private(6)) -> Signal:
    return pedersen(list(bits)).x


@circuit
def unchecked(bits: Array[Signal] = private(6)) -> Signal:
    """The gadget is promised bits, which no constraint shows."""
    return pedersen([assume_bit(bit, because="the caller says so") for bit in bits]).x


def test_a_proof_says_that_it_relies_on_a_contract() -> None:
    system = system_of(hashed.compile())
    judgement = prove(system)
    assert judgement.verdict is Verdict.PROVED
    assert judgement.relies_on == ("contract pedersen",)
    step = next(step for step in judgement.certificate if step[0] == "contract")
    assert step == ["contract", [0], "pedersen", digest(system.copies[0].body.rows)]
    assert set(system.outputs) <= proved_outputs(system, expanded(system, judgement.certificate))


def test_a_certificate_cannot_believe_a_contract_that_is_null() -> None:
    system = system_of(hashed.compile())
    steps = expanded(system, prove(system).certificate)
    contract = next(step for step in steps if step[0] == "template" and len(step) == 4)
    contract[3][0] = None
    with pytest.raises(CheckFailed, match="condition"):
        proved_outputs(system_of(hashed.compile(), with_contracts=False), steps)


def test_without_contracts_it_is_unknown() -> None:
    system = system_of(hashed.compile(), with_contracts=False)
    judgement = prove(system)
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.relies_on == ()


def test_a_contract_does_not_serve_arguments_that_may_be_anything() -> None:
    judgement = prove(system_of(unchecked.compile()))
    assert judgement.verdict is Verdict.UNKNOWN


def any_inverse(bits: Array[Bit]) -> Signal:
    """Return what no constraint determines."""
    return hint(hints.inverse_or_zero, bits[0])


any_inverse.__module__, any_inverse.__qualname__ = pedersen.__module__, "pedersen"


@circuit
def borrowed_name(bits: Array[Bit] = private(6)) -> Signal:
    found = gadget(stamped=True)(any_inverse)(bits)
    constrain(bits[1] * found == bits[1] * bits[2])
    return found


def test_a_contract_does_not_serve_a_gadget_that_took_the_name_of_another() -> None:
    """functools.wraps does so by chance."""
    system = system_of(borrowed_name.compile())
    assert system.copies[0].body.title.endswith("test_contracts.pedersen")
    assert prove(system).verdict is Verdict.UNKNOWN


def test_the_checker_believes_only_what_the_system_names() -> None:
    system = system_of(hashed.compile())
    steps = prove(system).certificate
    with pytest.raises(CheckFailed):
        proved_outputs(replace(system, contracts={}), expanded(system, steps))
    written = expanded(system, steps)
    other = [[*step[:3], [step[3][0], "00" * 32]] if len(step) == 4 else step for step in written]
    with pytest.raises(CheckFailed):
        proved_outputs(system, other)


def test_each_contract_names_a_gadget_and_a_test() -> None:
    gadgets = {f"zkctl.gadgets.{name}" for name in public_gadgets()}
    assert len(believed_contracts()) == len(LIBRARY_CONTRACTS)
    for contract in LIBRARY_CONTRACTS:
        assert contract.gadget in gadgets
        path, _, name = contract.test.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.M)
        assert contract.argument.endswith(".")
