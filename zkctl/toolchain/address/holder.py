"""A holder's actions: make a secret, and the inputs of a proof from a snapshot, a credential and a verifier's request."""

from __future__ import annotations

import json
from pathlib import Path

from zkctl.address.credentials import Credential, Reservation
from zkctl.address.duties import check_depths
from zkctl.address.hashes import access_commitment, holder_key
from zkctl.address.holder_inputs import Presentation, RegistryView, deep_regions, holder_inputs
from zkctl.address.requests import new_secret
from zkctl.ceremony.record.signing import canonical_public_key
from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime import clock
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import read_input
from zkctl.toolchain.address.documents import (
    read_credential,
    read_holder_secret,
    read_request,
    secret_document,
)
from zkctl.toolchain.address.snapshot import open_snapshot, view_of

MIN_LEAVES = 1024  # a root with few leaves says much about the holder of each
_MAX_KEY = 1 << 16
_HOLDER, _ACCESS = "zkap.v1.holder", "zkap.v1.access"


@record
class SecretSummary:
    """A secret written; `public` is its half for the provider (holder_key) or the locker operator (access_commitment)."""

    secret: str
    kind: str
    public: str


@record
class InputSummary:
    """The input of a proof."""

    input: str
    circuit: str
    verifier: str
    epoch: int
    asked: dict[
        str, str
    ]  # the conditions, for the holder to see: purpose, lists of regions, fields to reveal


@record
class InputFiles:
    """The files that an input is made from; the old ones are for version-v1."""

    secret: Path
    credential: Path
    snapshot: Path
    owner_key: Path
    old_credential: Path | None = None
    old_snapshot: Path | None = None


def generate_holder_secret(
    output: Path, *, access: bool = False, force: bool = False
) -> SecretSummary:
    """Write a fresh secret that only its owner can read: of a holder, or for the reservation of a locker."""
    kind, secret = _ACCESS if access else _HOLDER, new_secret()
    with atomic_output(output, force=force, private=True) as stream:
        stream.write(secret_document(kind, secret))
    public = access_commitment(secret) if access else holder_key(secret)
    return SecretSummary(str(output), "access" if access else "holder", str(public))


def make_input(
    request: Path,
    files: InputFiles,
    output: Path,
    *,
    min_leaves: int = MIN_LEAVES,
    deep: bool = False,
    force: bool = False,
) -> InputSummary:
    """Write the input of the request's circuit, which only its owner can read: it has the secret.

    Raises: CheckFailed where the statement is false, the circuit is of other depths than the trees, the root has fewer than min_leaves
    leaves, or an allowed region is deeper than level 2 (unless `deep`); IntegrityError, FormatError, InputError for wrong files.
    """
    asked, credential = read_request(request), read_credential(files.credential)
    is_locker = asked.circuit.name == "locker-v1"
    if isinstance(credential, Reservation) != is_locker:
        expected = "a reservation" if is_locker else "the credential of an address"
        raise UsageError(
            f"the credential is of another kind: expected {expected}",
            where=printable(files.credential),
        )
    if (found := deep_regions(asked.conditions.allowed)) and not deep:
        raise CheckFailed(
            f"allowed regions are deeper than level 2: expected none, got {len(found)}",
            where=printable(request),
            hint="look at the list, then use `deep`: a list of one home is the address",
        )
    owner = credential.operator if isinstance(credential, Reservation) else credential.registry
    if owner != asked.owner:
        raise UsageError("the credential is of another registry or operator than the request")
    key = read_public_key(files.owner_key)
    view = _view(files.snapshot, key, owner, credential.place, min_leaves)
    check_depths(asked.circuit, view.epoch)
    old, old_view = None, None
    if files.old_credential is not None and files.old_snapshot is not None:
        old = _old_credential(files.old_credential)
        old_view = _view(files.old_snapshot, key, owner, old.place, min_leaves)
        check_depths(asked.circuit, old_view.epoch)
    secret = read_holder_secret(files.secret, _ACCESS if is_locker else _HOLDER)
    presentation = Presentation(asked, secret, credential, view, clock.now(), old, old_view)
    inputs = holder_inputs(presentation)
    with atomic_output(output, force=force, private=True) as stream:
        stream.write(json.dumps(inputs, indent=2).encode() + b"\n")
    stated = {name: _shown(value) for name, value in asked.conditions.stated().items()}
    return InputSummary(str(output), asked.circuit.text, asked.verifier, view.epoch.number, stated)


def _shown(value: str | int | tuple[str, ...]) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def read_public_key(path: Path) -> str:
    """Return a public key of OpenSSH in its one form.  Raises: FormatError."""
    text = read_input(path, _MAX_KEY).decode("ascii", "replace")
    return canonical_public_key(text, printable(path))


def _view(path: Path, key: str, owner: str, place: int, min_leaves: int) -> RegistryView:
    view, n_live = view_of(open_snapshot(path, key, owner), place)
    if n_live < min_leaves:
        raise CheckFailed(
            f"the bucket of the snapshot has few leaves: expected at least {min_leaves}, got {n_live}",
            where=printable(path),
            hint="a root with few leaves says much about each holder; `min_leaves` sets the limit",
        )
    return view


def _old_credential(path: Path) -> Credential:
    found = read_credential(path)
    if not isinstance(found, Credential):
        raise UsageError("the old credential is a reservation", where=printable(path))
    return found
