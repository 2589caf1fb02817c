"""A verifier's request: the circuit, the verifier, a nonce, and the conditions that the statement must meet.

The verifier and the holder derive the same public signals from it: context, scope, lists, mask.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from zkctl.address.country_codes import COUNTRY_CODES
from zkctl.address.hashes import region_prefix, tagged_hash
from zkctl.address.pid import N_LEVELS, Pid, parse_region
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.statements import CircuitId, Value
from zkctl.address.texts import FIELDS, text_value
from zkctl.errors import InputError, UsageError
from zkctl.runtime.records import record

SECRET_BYTES = 31
_MAX_NUMBER = 1 << 64


@record
class Conditions:
    """The conditions of a request; each circuit uses its part.

    purpose and period make the scope of membership; country and depth are of structure; allowed and prohibited are texts of
    regions; fields are names to reveal; facility is the text of a locker's door.
    """

    purpose: str = ""
    period: int = 0
    country: str = ""
    depth: int = 0
    allowed: tuple[str, ...] = ()
    prohibited: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    facility: str = ""

    def stated(self) -> dict[str, str | int | tuple[str, ...]]:
        """Return the conditions that say something, by name."""
        values = {name: getattr(self, name) for name in self.__match_args__}
        return {name: value for name, value in values.items() if value}


@record
class Request:
    """A request; `owner` is the name of the registry, or of the locker operator, whose roots count."""

    circuit: CircuitId
    verifier: str
    owner: str
    nonce: int
    expiry: int
    conditions: Conditions

    def context(self) -> int:
        """Return the context, which binds a proof to this request."""
        return context_value(self.verifier, self.nonce, self.expiry)

    def signals(self) -> dict[str, Value]:
        """Return the public signals that the request fixes.

        Raises: InputError for a wrong condition; UsageError for one that the circuit cannot state.
        """
        self._check_conditions()
        made: dict[str, Value] = {"context": self.context()}
        return made | _OF_CIRCUIT.get(self.circuit.name, _no_signals)(self)

    def _check_conditions(self) -> None:
        """Check that the circuit uses each condition: one that is dropped in silence would seem to be proved."""
        used = _USED.get(self.circuit.name, ())
        unused = [name for name in self.conditions.stated() if name not in used]
        if unused:
            raise UsageError(
                f"{self.circuit.name} has no condition {unused[0]}: expected {' and '.join(used) or 'none'}",
                hint=f"leave out `{unused[0]}`",
            )


def context_value(verifier: str, nonce: int, expiry: int) -> int:
    """Return H(context, verifier, nonce, expiry).  Raises: InputError (E10 to E13)."""
    if not 0 <= nonce < MODULUS:
        raise InputError("E13: the nonce is not below p")
    if not 0 <= expiry < _MAX_NUMBER:
        raise InputError("E13: the expiry is not below 2^64")
    return tagged_hash("context", text_value(verifier), nonce, expiry)


def scope_value(verifier: str, purpose: str, period: int) -> int:
    """Return H(scope, verifier, purpose, period).  Raises: InputError (E10 to E13)."""
    if not 0 <= period < _MAX_NUMBER:
        raise InputError("E13: the period is not below 2^64")
    return tagged_hash("scope", text_value(verifier), text_value(purpose), period)


def new_secret() -> int:
    """Return a secret, salt or nonce: 31 bytes from the operating system, never 0."""
    while True:
        value = int.from_bytes(secrets.token_bytes(SECRET_BYTES), "big")
        if value:
            return value


def region_lists(request: Request) -> tuple[list[Pid | None], list[Pid | None]]:
    """Return the allowed and the prohibited regions, padded.  Raises: InputError; UsageError for lists of a wrong length."""
    conditions, k = request.conditions, request.circuit.sizes["k"]
    if not conditions.allowed:
        raise UsageError("no region is allowed: expected at least 1, got 0", hint="pass `allowed`")
    return (
        _padded(conditions.allowed, k, "allowed"),
        _padded(conditions.prohibited, k, "prohibited"),
    )


def _padded(texts: Sequence[str], k: int, name: str) -> list[Pid | None]:
    if len(texts) > k:
        raise UsageError(f"too many {name} regions: expected at most {k}, got {len(texts)}")
    regions: list[Pid | None] = [
        parse_region(text, where=f"{name}[{i}]") for i, text in enumerate(texts)
    ]
    return regions + [None] * (k - len(texts))


def _no_signals(_request: Request) -> dict[str, Value]:
    return {}


def _membership(request: Request) -> dict[str, Value]:
    asked = request.conditions
    return {"scope": scope_value(request.verifier, asked.purpose, asked.period)}


def _structure(request: Request) -> dict[str, Value]:
    country, depth = request.conditions.country, request.conditions.depth
    if country not in COUNTRY_CODES:
        raise InputError(
            "duty 4: the country is not a code of ISO 3166-1", hint="pass `country`, for example JP"
        )
    if not 1 <= depth <= N_LEVELS:
        raise InputError(f"duty 4: the depth is wrong: expected 1 to {N_LEVELS}, got {depth}")
    return {"country": text_value(country), "depth": depth}


def _region(request: Request) -> dict[str, Value]:
    allowed, prohibited = region_lists(request)
    entries = [
        [0 if region is None else region_prefix(region) for region in regions]
        for regions in (allowed, prohibited)
    ]
    return {"allowed": entries[0], "prohibited": entries[1]}


def _selective_reveal(request: Request) -> dict[str, Value]:
    names = request.conditions.fields
    unknown = set(names) - set(FIELDS)
    if unknown or len(set(names)) < len(names):
        raise InputError(
            f"the fields to reveal are wrong: expected different ones of {', '.join(FIELDS)}"
        )
    return {"mask": sum(1 << FIELDS.index(name) for name in names)}


def _locker(request: Request) -> dict[str, Value]:
    if not request.conditions.facility:
        raise UsageError(
            "no facility is named: expected the door of a locker", hint="pass `facility`"
        )
    return {"facility_id": text_value(request.conditions.facility)}


_USED = {
    "membership-v1": ("purpose", "period"),
    "structure-v1": ("country", "depth"),
    "region-v1": ("allowed", "prohibited"),
    "selective-reveal-v1": ("fields",),
    "locker-v1": ("facility",),
}
_OF_CIRCUIT = {
    "membership-v1": _membership,
    "structure-v1": _structure,
    "region-v1": _region,
    "selective-reveal-v1": _selective_reveal,
    "locker-v1": _locker,
}
