"""The inputs of the seven circuits, from a holder's secret, a credential, a view of the trees and a verifier's request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zkctl.address.credentials import Credential, Reservation
from zkctl.address.hashes import region_parts
from zkctl.address.merkle import MerklePath
from zkctl.address.records import Epoch
from zkctl.address.requests import Request, new_secret, region_lists
from zkctl.address.revocations import RevocationTree
from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime.records import record

Inputs = dict[str, Any]  # decimal strings, and lists of them


@record(repr=False)
class RegistryView:
    """The trees of one epoch as a holder sees them: the path of the own place, and all revocations."""

    epoch: Epoch
    path: MerklePath
    revocations: RevocationTree | None = None

    def root(self) -> int:
        """Return the root that the record states."""
        names = ("root", "locker_root")
        return next(self.epoch.numbers[name] for name in names if name in self.epoch.numbers)


@record(repr=False)
class Presentation:
    """All that a proof needs: `old` and `old_view` are of the address before, for version-v1."""

    request: Request
    secret: int
    credential: Credential | Reservation
    view: RegistryView
    now: int
    old: Credential | None = None
    old_view: RegistryView | None = None


def holder_inputs(presentation: Presentation) -> Inputs:
    """Return the content of input.json.

    Raises: CheckFailed where the statement is false: the leaf is not under the root, revoked, of another level, outside the regions;
    UsageError for a credential of another kind.
    """
    name = presentation.request.circuit.name
    return _as_strings(_OF_CIRCUIT[name](presentation))


def _as_strings(inputs: Mapping[str, Any]) -> Inputs:
    def convert(value: Any) -> Any:
        return str(value) if isinstance(value, int) else [convert(each) for each in value]

    return {name: convert(value) for name, value in inputs.items()}


def _address(presentation: Presentation) -> Credential:
    if not isinstance(presentation.credential, Credential):
        raise UsageError("the credential is a reservation: expected that of an address")
    return presentation.credential


def _opening(secret: int, credential: Credential, view: RegistryView) -> Inputs:
    """Return the inputs of `open` but the commitments; check that the leaf is under the root."""
    _check_under_root(credential.leaf(secret), view)
    return {
        "version": credential.version,
        "holder_secret": secret,
        "siblings": view.path.siblings,
        "path": view.path.bits,
    }


def _check_under_root(leaf: int, view: RegistryView) -> None:
    if view.path.root(leaf) != view.root():
        raise CheckFailed(
            "the leaf of the credential is not under the root of the snapshot",
            hint="the secret or the credential is another one, or the leaf was revoked or is not published yet",
        )


def _tree(view: RegistryView) -> RevocationTree:
    if view.revocations is None:
        raise UsageError("the snapshot has no revocations")
    return view.revocations


def _absence(leaf: int, view: RegistryView) -> Inputs:
    entry = _tree(view).low_entry(leaf)
    return {
        "low_value": entry.value,
        "low_next": entry.next,
        "low_link": entry.link,
        "low_siblings": entry.path.siblings,
        "low_path": entry.path.bits,
    }


def _pid(credential: Credential) -> Inputs:
    return {
        "components": credential.pid.components(),
        "collision": credential.pid.collision,
        "pid_salt": credential.pid_salt,
        "fields_commitment": credential.fields_commitment(),
    }


def _membership(p: Presentation) -> Inputs:
    credential = _address(p)
    return {
        "root": p.view.root(),
        "revocation_root": _tree(p.view).root(),
        **p.request.signals(),
        "pid_commitment": credential.pid_commitment(),
        "fields_commitment": credential.fields_commitment(),
        **_opening(p.secret, credential, p.view),
        **_absence(credential.leaf(p.secret), p.view),
    }


def _nonrevocation(p: Presentation) -> Inputs:
    leaf = _address(p).leaf(p.secret)
    absence = _absence(leaf, p.view)
    return {
        "revocation_root": _tree(p.view).root(),
        "leaf": leaf,
        "salt": new_secret(),
        **absence,
    }


def _structure(p: Presentation) -> Inputs:
    credential, asked = _address(p), p.request.conditions
    if (credential.pid.parts[0], credential.pid.depth) != (asked.country, asked.depth):
        raise CheckFailed("the PID is of another country or depth than the one that is asked for")
    opening = _opening(p.secret, credential, p.view)
    return {"root": p.view.root(), **p.request.signals(), **_pid(credential), **opening}


def _region(p: Presentation) -> Inputs:
    credential = _address(p)
    allowed, prohibited = region_lists(p.request)
    own = credential.pid.parts
    if not any(region and own[: region.depth] == region.parts for region in allowed):
        raise CheckFailed("the PID is in none of the allowed regions")
    for region in prohibited:
        shared = min(len(own), region.depth) if region else 0
        if region and own[:shared] == region.parts[:shared]:
            raise CheckFailed("the PID is, or may be, in a prohibited region")
    parts = [region_parts(region) for region in prohibited]
    return {
        "root": p.view.root(),
        **p.request.signals(),
        **_pid(credential),
        **_opening(p.secret, credential, p.view),
        "prohibited_components": [components for components, _ in parts],
        "prohibited_depth": [depth for _, depth in parts],
    }


def _selective_reveal(p: Presentation) -> Inputs:
    credential, signals = _address(p), p.request.signals()
    values, mask = credential.values(), signals["mask"]
    assert isinstance(mask, int)
    return {
        "root": p.view.root(),
        **signals,
        "values": [value if mask >> k & 1 else 0 for k, value in enumerate(values)],
        "fields": values,
        "field_salts": credential.field_salts,
        "pid_commitment": credential.pid_commitment(),
        **_opening(p.secret, credential, p.view),
    }


def _version(p: Presentation) -> Inputs:
    new, old, old_view = _address(p), p.old, p.old_view
    if old is None or old_view is None:
        raise UsageError(
            "version-v1 needs the old credential and a snapshot of an epoch that has its leaf",
            hint="pass `old_credential` and `old_snapshot`",
        )
    if new.version != old.version + 1:
        raise CheckFailed(
            f"the new version does not follow the old one: expected {old.version + 1}, got {new.version}"
        )
    entry = _tree(p.view).entry(old.leaf(p.secret))
    if entry.link != new.leaf(p.secret):
        raise CheckFailed("the old leaf was not revoked in favour of the new one")
    return {
        "old_root": old_view.root(),
        "new_root": p.view.root(),
        "revocation_root": _tree(p.view).root(),
        **p.request.signals(),
        "holder_secret": p.secret,
        **_side("old", p.secret, old, old_view),
        **_side("new", p.secret, new, p.view),
        "revoked_next": entry.next,
        "revoked_siblings": entry.path.siblings,
        "revoked_path": entry.path.bits,
    }


def _side(name: str, secret: int, credential: Credential, view: RegistryView) -> Inputs:
    opening = _opening(secret, credential, view)
    del opening["holder_secret"]
    opening["pid_commitment"] = credential.pid_commitment()
    opening["fields_commitment"] = credential.fields_commitment()
    return {f"{name}_{key}": value for key, value in opening.items()}


def _locker(p: Presentation) -> Inputs:
    reservation = p.credential
    if not isinstance(reservation, Reservation):
        raise UsageError("the credential is that of an address: expected a reservation")
    if reservation.facility != p.request.conditions.facility:
        raise CheckFailed("the reservation is for another facility")
    if not reservation.valid_from <= p.now <= reservation.valid_until:
        raise CheckFailed(
            f"the reservation is not valid now: expected {reservation.valid_from} to {reservation.valid_until}, got {p.now}"
        )
    _check_under_root(reservation.leaf(p.secret), p.view)
    return {
        "locker_root": p.view.root(),
        **p.request.signals(),
        "now": p.now,
        "locker_id": reservation.locker_id,
        "access_secret": p.secret,
        "valid_from": reservation.valid_from,
        "valid_until": reservation.valid_until,
        "siblings": p.view.path.siblings,
        "path": p.view.path.bits,
    }


_OF_CIRCUIT = {
    "membership-v1": _membership,
    "nonrevocation-v1": _nonrevocation,
    "structure-v1": _structure,
    "region-v1": _region,
    "selective-reveal-v1": _selective_reveal,
    "version-v1": _version,
    "locker-v1": _locker,
}


def deep_regions(regions: Sequence[str]) -> list[str]:
    """Return the allowed regions that are deeper than level 2: a list of one room is the address."""
    return [text for text in regions if text.count("-") > 2]
