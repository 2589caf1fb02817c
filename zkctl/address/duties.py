"""The verifier's duties 1 to 5 around a proof, in their order; the proof itself and the store of nonces are the caller's.

Duty 1's form is checked by `read_statement`.  Every refusal begins with the duty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zkctl.address.records import LOCKERS, ROOTS, Epoch, withdrawn_epochs
from zkctl.address.requests import Request
from zkctl.address.statements import CircuitId, PublicStatement
from zkctl.address.texts import FIELDS, text_of_value, text_value
from zkctl.errors import CheckFailed, InputError
from zkctl.runtime.records import record

MAX_ROOT_AGE = 600  # seconds: for so long a revoked leaf still passes
CLOCK_TOLERANCE = 60  # seconds, on either side
_KINDS = {
    "nullifier": "nullifier",
    "migration_nullifier": "migration",
    "reservation_nullifier": "reservation",
}


@record
class NullifierUse:
    """A use to record under a unique constraint; the circuit, the proof system and the registry are no part of it."""

    kind: str  # nullifier, migration or reservation
    scope: int | None
    value: int


def check_pinned_key(pins: Mapping[str, Sequence[str]], circuit: str, digest: str) -> None:
    """Check that the verification key of a circuit is a pinned one: duty 1.  Raises: CheckFailed."""
    if circuit not in pins:
        raise CheckFailed(
            f"duty 1: no verification key is pinned for {circuit}",
            hint="add its SHA-256 to `circuits` of the verifier's settings",
        )
    if digest not in pins[circuit]:
        raise CheckFailed(
            f"duty 1: the verification key is not a pinned one: expected {' or '.join(pins[circuit])}, got {digest}"
        )


def epoch_of_roots(
    statement: PublicStatement, epochs: Sequence[Epoch], *, now: int, max_age: int = MAX_ROOT_AGE
) -> Epoch:
    """Return the recent record whose roots the statement has: duty 2.  Assumes: the chain is valid, and of the pinned owner.

    Raises: CheckFailed for a root of no record, of a withdrawn one or of one that is too old.
    """
    kind, names = _roots_of(statement)
    withdrawn = withdrawn_epochs(epochs)
    usable = [each for each in epochs if each.kind == kind and each.number not in withdrawn]
    found = [
        each
        for each in usable
        if all(each.numbers[name] == statement.number(signal) for name, signal in names.items())
    ]
    if not found:
        raise CheckFailed(
            f"duty 2: {' and '.join(names.values())} are of no valid record"
            if len(names) > 1
            else f"duty 2: {next(iter(names.values()))} is of no valid record"
        )
    newest = found[-1]
    _check_age(newest, now, max_age)
    try:
        check_depths(statement.circuit, newest)
    except CheckFailed as problem:
        raise CheckFailed(f"duty 2: {problem.message}") from None
    if statement.has("old_root"):
        _check_old_root(statement, usable, newest)
    return newest


def _roots_of(statement: PublicStatement) -> tuple[str, dict[str, str]]:
    """Return the kind of record, and its members with the signals that must equal them."""
    if statement.has("locker_root"):
        return LOCKERS, {"locker_root": "locker_root"}
    names = {"root": "new_root" if statement.has("new_root") else "root"}
    names["revocation_root"] = "revocation_root"
    return ROOTS, {name: signal for name, signal in names.items() if statement.has(signal)}


def _check_age(epoch: Epoch, now: int, max_age: int) -> None:
    age = now - epoch.issued_at
    if age > max_age or now > epoch.numbers["valid_until"]:
        raise CheckFailed(
            f"duty 2: the record of the roots is too old: expected at most {max_age} seconds, got {age}",
            hint="make the proof for the newest epoch",
        )
    if age < -CLOCK_TOLERANCE:
        raise CheckFailed("duty 2: the record of the roots is issued in the future")


def check_depths(circuit: CircuitId, epoch: Epoch) -> None:
    """Check that a circuit has the depths of a record's trees.  Raises: CheckFailed."""
    names = {"f": "depth"} if epoch.kind == LOCKERS else {"d": "depth", "e": "revocation_depth"}
    for letter, name in names.items():
        size = circuit.sizes.get(letter)
        if size is not None and size != epoch.numbers[name]:
            raise CheckFailed(
                f"the circuit is of another depth: expected {epoch.numbers[name]}, got {size}"
            )


def _check_old_root(statement: PublicStatement, usable: Sequence[Epoch], newest: Epoch) -> None:
    old = statement.number("old_root")
    if not any(each.numbers["root"] == old for each in usable if each.number < newest.number):
        raise CheckFailed("duty 2: old_root is of no valid earlier record")


def check_context(statement: PublicStatement, request: Request, *, now: int) -> None:
    """Check that a statement answers this request, in time: duty 3; the caller spends the nonce with the acceptance.

    Raises: CheckFailed.
    """
    if now > request.expiry:
        raise CheckFailed(
            f"duty 3: the request has expired: expected an answer until {request.expiry}, got it at {now}"
        )
    if statement.has("context") and statement.number("context") != request.context():
        raise CheckFailed("duty 3: the context is not that of the request")


def check_conditions(statement: PublicStatement, request: Request, *, now: int) -> None:
    """Check that a statement says what the request asks for: duty 4.

    Raises: CheckFailed; InputError for a condition that is wrong itself.
    """
    if statement.circuit != request.circuit:
        raise CheckFailed("duty 4: the statement is of another circuit than the request")
    for name, value in request.signals().items():
        if statement.has(name) and statement.signals[name] != value:
            raise CheckFailed(f"duty 4: {name} is not the one that was asked for")
    if statement.has("now") and abs(statement.number("now") - now) > CLOCK_TOLERANCE:
        raise CheckFailed(
            f"duty 4: now is not within {CLOCK_TOLERANCE} seconds of the verifier's clock"
        )


def revealed_fields(statement: PublicStatement, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of the revealed fields by name: duty 4; none for a circuit that reveals nothing.

    `texts` are long texts that came beside the proof, by field.
    Raises: CheckFailed for a value of no text, or a digest without its text.
    """
    if not statement.has("values"):
        return {}
    values = statement.signals["values"]
    assert isinstance(values, list)
    mask, found = statement.number("mask"), {}
    for k, (name, value) in enumerate(zip(FIELDS, values, strict=True)):
        if mask >> k & 1:
            found[name] = _text_of(name, value, texts)
    return found


def _text_of(name: str, value: int, texts: Mapping[str, str]) -> str:
    try:
        text = text_of_value(value)
    except InputError:
        raise CheckFailed(f"duty 4: {name} is not the value of a text") from None
    if text is not None:
        return text
    if name not in texts or text_value(texts[name]) != value:
        raise CheckFailed(
            f"duty 4: {name} is a digest: expected the text that has it",
            hint="the holder sends long texts beside the proof",
        )
    return texts[name]


def use_of(statement: PublicStatement) -> NullifierUse | None:
    """Return the use that a statement asks for: duty 5; None for a circuit without a nullifier."""
    for signal, kind in _KINDS.items():
        if statement.has(signal):
            scope = statement.number("scope") if kind == "nullifier" else None
            return NullifierUse(kind, scope, statement.number(signal))
    return None
