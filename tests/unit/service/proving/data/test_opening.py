"""The inputs that a holder's record has for a circuit, against the real address circuits and their constraints."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.address.circuits import compiled, integers
from zkctl.address.credentials import Credential
from zkctl.address.holder_inputs import RegistryView
from zkctl.address.merkle import MerkleTree
from zkctl.address.pid import parse_pid
from zkctl.address.revocations import Revocation, RevocationTree
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.field import BN254_FR, FieldArray
from zkctl.service.proving.data.opening import (
    HeldRecord,
    check_conditions,
    is_known,
    low_entry_of,
    opening_inputs,
)
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.served_members import SignalRole, role_of

DEPTH, SECRET = 4, 77
CIRCUITS: dict[str, dict[str, int]] = {
    "membership": {"depth": DEPTH, "revocation_depth": DEPTH},
    "nonrevocation": {"revocation_depth": DEPTH},
    "structure": {"registry_depth": DEPTH},
    "selective_reveal": {"depth": DEPTH},
    "region": {"depth": DEPTH, "list_size": 2},
}
ASKED = {
    "selective_reveal": {"reveal": ["country"]},
    "region": {"allowed": ["JP-13"], "prohibited": ["JP-14"]},
}


def interface_of(name: str, **parameters: int) -> tuple[SignalGroup, ...]:
    signals = compiled(name, **parameters).program.signals
    return tuple(each for each in signals if each.role in (Role.PUBLIC, Role.PRIVATE))


def roles_of(interface: tuple[SignalGroup, ...]) -> dict[str, SignalRole]:
    return {each.name: role_of(each.name, {}) for each in interface}


def opening(asked: dict[str, Any], interface: tuple[SignalGroup, ...]) -> HeldRecord:
    texts = ["JP", *[""] * 7]
    credential = Credential("r", 1, parse_pid("JP-13-101"), 5, texts, list(range(11, 19)), 1)
    leaf = credential.leaf(SECRET)
    tree = MerkleTree(DEPTH, FieldArray.from_ints(BN254_FR, [3, leaf]))
    epoch: Any = SimpleNamespace(numbers={"root": tree.root()})
    view = RegistryView(epoch, tree.path(1), RevocationTree(DEPTH, []))
    low = low_entry_of(view, leaf)
    assert low is not None
    sizes = {each.name: each.shape[0] for each in interface if each.shape}
    return HeldRecord(credential, SECRET, view, low, {"scope": 7, "context": 9, **asked}, sizes)


@pytest.mark.parametrize("name", CIRCUITS)
def test_the_inputs_satisfy_the_circuit(name: str) -> None:
    interface, asked = interface_of(name, **CIRCUITS[name]), ASKED.get(name, {})
    roles = roles_of(interface)
    assert is_known(interface, roles)
    check_conditions(interface, asked)
    inputs = opening_inputs(interface, roles, opening(asked, interface))
    assert set(inputs) == {each.name for each in interface}
    compiled(name, **CIRCUITS[name]).witness(**integers(inputs))  # or UnsatisfiedError


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("version", {"depth": DEPTH, "revocation_depth": DEPTH}), ("locker", {"depth": DEPTH})],
)
def test_circuits_that_need_more_than_a_record(name: str, parameters: dict[str, int]) -> None:
    interface = interface_of(name, **parameters)
    assert not is_known(interface, roles_of(interface))


def test_a_root_of_another_name_is_found_by_its_role() -> None:
    group = SignalGroup("tree_top", Role.PUBLIC)
    assert not is_known([group], {"tree_top": SignalRole.OTHER})
    roles = {"tree_top": SignalRole.ROOT}
    found = opening({}, ())
    assert opening_inputs([group], roles, found) == {"tree_top": str(found.view.root())}


def test_a_leaf_that_is_revoked_or_elsewhere_has_no_entry() -> None:
    view = opening({}, ()).view
    leaf = opening({}, ()).leaf()
    assert low_entry_of(view, leaf + 1) is None
    revoked = RevocationTree(DEPTH, [Revocation(leaf, 0)])
    assert low_entry_of(RegistryView(view.epoch, view.path, revoked), leaf) is None
    assert low_entry_of(RegistryView(view.epoch, view.path, None), leaf) is None


def test_conditions_are_refused_by_their_place() -> None:
    region = interface_of("region", **CIRCUITS["region"])
    structure = interface_of("structure", **CIRCUITS["structure"])
    for interface, asked, place in (
        (structure, {"reveal": ["country"]}, "/reveal"),
        (region, {}, "/allowed"),
        (region, {"allowed": ["JP-13-101-5"]}, "/allowed"),
    ):
        with pytest.raises(Problem) as caught:
            check_conditions(interface, asked)
        assert (caught.value.slug, caught.value.faults[0].pointer) == ("invalid-input", place)
