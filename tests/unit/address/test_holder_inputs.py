"""The holder's inputs: equal to the published ones, and refused where the statement is false."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.address.published import (
    CommittedCredential,
    PublishedRequest,
    PublishedTrees,
    conditions_of,
    epoch_of,
)
from zkctl.address.credentials import Reservation
from zkctl.address.holder_inputs import Presentation, RegistryView, deep_regions, holder_inputs
from zkctl.address.merkle import MerklePath
from zkctl.address.records import Epoch
from zkctl.address.requests import Conditions
from zkctl.address.statements import Value, parse_circuit_id
from zkctl.address.texts import text_of_value
from zkctl.errors import CheckFailed, UsageError, ZkctlError

FIXED = ("scope", "context", "country", "depth", "allowed", "prohibited", "mask", "facility_id")
Case = dict[str, Any]


@pytest.fixture(scope="module")
def trees(vectors: dict[str, Any]) -> PublishedTrees:
    return PublishedTrees(vectors)


def request(case: Case, conditions: Conditions) -> PublishedRequest:
    stated: dict[str, Value] = {}
    for name in FIXED:
        if name in case["inputs"]:
            value = case["inputs"][name]
            stated[name] = [int(x) for x in value] if isinstance(value, list) else int(value)
    circuit = parse_circuit_id(case["circuit"])
    return PublishedRequest(circuit, "shop", "tokyo", 0, 0, conditions, stated)


def presentation(trees: PublishedTrees, case: Case) -> Presentation:
    if case["circuit"] == "locker-v1":
        return of_locker(case)
    inputs = case["inputs"]
    asked = request(case, conditions_of(inputs, trees.regions()))
    prefix = "new_" if "new_root" in inputs else ""
    secret = inputs["holder_secret"]
    credential = credential_of(trees, inputs, prefix)
    leaf = credential.leaf(int(secret))
    path = trees.path(int(inputs[f"{prefix}root"]), leaf)
    revocations = trees.revocations.get(int(inputs.get("revocation_root", 0)))
    view = RegistryView(epoch_of(inputs, f"{prefix}root"), path, revocations)
    made = Presentation(asked, int(secret), credential, view, 0)
    if not prefix:
        return made
    old = credential_of(trees, inputs, "old_")
    old_path = trees.path(int(inputs["old_root"]), old.leaf(int(secret)))
    return replace(made, old=old, old_view=RegistryView(epoch_of(inputs, "old_root"), old_path))


def credential_of(trees: PublishedTrees, inputs: Case, prefix: str) -> Any:
    if "pid_salt" in inputs or "field_salts" in inputs:
        return trees.credential(inputs)
    return CommittedCredential.of(inputs, prefix)


def of_locker(case: Case) -> Presentation:
    inputs = case["inputs"]
    facility = text_of_value(int(inputs["facility_id"]))
    assert facility is not None
    path = MerklePath(*([int(x) for x in inputs[name]] for name in ("siblings", "path")))
    epoch = Epoch("zkap.v1.lockers", "lockers", "", {"locker_root": int(inputs["locker_root"])}, "")
    times = int(inputs["valid_from"]), int(inputs["valid_until"])
    reservation = Reservation("lockers", 0, facility, int(inputs["locker_id"]), *times)
    asked = request(case, Conditions(facility=facility))
    view = RegistryView(epoch, path)
    return Presentation(asked, int(inputs["access_secret"]), reservation, view, int(inputs["now"]))


def cases(vectors: dict[str, Any], *circuits: str) -> list[Case]:
    return [case for case in vectors["statements"] if case["circuit"] in circuits]


@pytest.mark.parametrize(
    "circuit",
    [
        "membership-v1",
        "structure-v1",
        "region-v1",
        "selective-reveal-v1",
        "version-v1",
        "locker-v1",
    ],
)
def test_published_inputs(vectors: dict[str, Any], trees: PublishedTrees, circuit: str) -> None:
    chosen = cases(vectors, circuit)
    assert len(chosen) == 5
    for case in chosen:
        assert holder_inputs(presentation(trees, case)) == case["inputs"], case["name"]


def test_nonrevocation_has_the_inputs_of_membership(
    vectors: dict[str, Any], trees: PublishedTrees
) -> None:
    for case in cases(vectors, "membership-v1"):
        made = presentation(trees, case)
        circuit = parse_circuit_id("nonrevocation-v1")
        first, second = (
            holder_inputs(replace(made, request=replace(made.request, circuit=circuit)))
            for _ in range(2)
        )
        assert first["salt"] != second["salt"]
        assert first["leaf"] == str(made.credential.leaf(made.secret))
        names = ("revocation_root", *(name for name in case["inputs"] if name.startswith("low_")))
        assert {name: first[name] for name in names} == {n: case["inputs"][n] for n in names}
        assert set(first) == {*names, "leaf", "salt"}


def refused(made: Presentation, message: str, error: type[ZkctlError] = CheckFailed) -> None:
    with pytest.raises(error, match=message):
        holder_inputs(made)


def asking(made: Presentation, **conditions: Any) -> Presentation:
    changed = Conditions(
        **{
            name: conditions.get(name, getattr(made.request.conditions, name))
            for name in Conditions.__match_args__
        }
    )
    return replace(made, request=replace(made.request, conditions=changed))


def test_another_secret_or_version(vectors: dict[str, Any], trees: PublishedTrees) -> None:
    made = presentation(trees, cases(vectors, "membership-v1")[0])
    refused(
        replace(made, secret=made.secret + 1),
        "the leaf of the credential is not under the root of the snapshot",
    )
    changed = replace(made.credential, version=made.credential.version + 1)
    refused(replace(made, credential=changed), "the leaf of the credential is not under the root")


def test_a_revoked_leaf(vectors: dict[str, Any], trees: PublishedTrees) -> None:
    case = cases(vectors, "version-v1")[0]
    made = presentation(trees, case)
    circuit = parse_circuit_id("nonrevocation-v1")
    revoked = replace(made, credential=made.old, request=replace(made.request, circuit=circuit))
    refused(revoked, "the leaf is revoked")


def test_false_structures_and_regions(vectors: dict[str, Any], trees: PublishedTrees) -> None:
    made = presentation(trees, cases(vectors, "structure-v1")[0])
    refused(
        asking(made, depth=3),
        "the PID is of another country or depth than the one that is asked for",
    )
    refused(asking(made, country="DE"), "the PID is of another country or depth")
    made = presentation(trees, cases(vectors, "region-v1")[0])
    own = "-".join(made.credential.pid.parts)
    refused(asking(made, allowed=("DE",)), "the PID is in none of the allowed regions")
    for prohibited in (own, own.rpartition("-")[0], "JP"):
        refused(
            asking(made, prohibited=(prohibited,)), "the PID is, or may be, in a prohibited region"
        )


def test_a_coarse_pid_may_be_in_a_finer_region(
    vectors: dict[str, Any], trees: PublishedTrees
) -> None:
    made = presentation(trees, cases(vectors, "region-v1")[0])
    coarse = made.credential.pid
    coarse = replace(made.credential, pid=type(coarse)(coarse.parts[:2], 0))
    region = "-".join(made.credential.pid.parts[:4])
    refused(
        asking(replace(made, credential=coarse), prohibited=(region,)), "may be, in a prohibited"
    )


def test_false_moves(vectors: dict[str, Any], trees: PublishedTrees) -> None:
    made = presentation(trees, cases(vectors, "version-v1")[0])
    refused(
        replace(made, old=None),
        "version-v1 needs the old credential and a snapshot of an epoch that has its leaf",
        UsageError,
    )
    assert isinstance(made.old, CommittedCredential)
    wrong = replace(made.old, version=made.old.version + 2)
    refused(
        replace(made, old=wrong), "the new version does not follow the old one: expected 3, got 1"
    )
    unknown = replace(made.old, commitments=(1, 2))
    refused(replace(made, old=unknown), "the leaf is not revoked")
    assert isinstance(made.credential, CommittedCredential)
    pid, fields = made.credential.commitments
    salted = replace(made.credential, commitments=(pid + 1, fields))
    refused(
        replace(made, credential=salted), "the old leaf was not revoked in favour of the new one"
    )


def test_false_reservations(vectors: dict[str, Any], trees: PublishedTrees) -> None:
    made = presentation(trees, cases(vectors, "locker-v1")[0])
    reservation = made.credential
    refused(asking(made, facility="F"), "the reservation is for another facility")
    for now in (reservation.valid_from - 1, reservation.valid_until + 1):
        refused(replace(made, now=now), "the reservation is not valid now: expected")
    refused(
        replace(made, secret=made.secret + 1), "the leaf of the credential is not under the root"
    )


def test_credentials_of_another_kind(vectors: dict[str, Any], trees: PublishedTrees) -> None:
    locker = presentation(trees, cases(vectors, "locker-v1")[0])
    member = presentation(trees, cases(vectors, "membership-v1")[0])
    wrong = replace(member, credential=locker.credential)
    refused(wrong, "the credential is a reservation: expected that of an address", UsageError)
    wrong = replace(locker, credential=member.credential)
    refused(wrong, "the credential is that of an address: expected a reservation", UsageError)
    view = RegistryView(member.view.epoch, member.view.path)
    refused(replace(member, view=view), "the snapshot has no revocations", UsageError)


def test_deep_regions() -> None:
    regions = ["JP", "JP-13-113", "JP-13-113-01", "JP-13-113-01-T07-B12-BN02-R342"]
    assert deep_regions(regions) == regions[2:]
