"""API keys: made once, kept as HMACs, refused everywhere some seconds after they are revoked.

The identity of a client certificate may stand for a key: its row has the HMAC of the identity in place of that of a secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.store.database import Database, Row, StoreUnavailable
from zkctl.service.proving.store.shared_work import SharedWork
from zkctl.service.proving.store.statements import json_value

SCOPES = ("prove", "verify", "registry", "admin")
REFRESH_S = 5.0
OVERLAP_S = 24 * 3600.0
_GRACE_S = 300.0  # keys in memory are accepted so long without a database, where no operator can revoke them
_RETRY_S = 1.0  # between two attempts to read keys while the database is down
_MAX_IN_MEMORY = 10_000
_KEY = re.compile(r"zk_(live|test)_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@record
class ApiKey:
    """A key without its secret; times in Unix seconds."""

    id: str
    environment: str
    tenant: str
    subject: str
    scopes: frozenset[str]
    rate_class: str
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    replaced_by: str | None


@record
class IssuedKey:
    """A new key with the text that is shown once, "" for a client certificate."""

    key: ApiKey
    text: str


@record
class _Remembered:
    key: ApiKey | None  # None: no such key
    mac: bytes
    offset_s: float  # the database's time minus this machine's monotonic time
    read_at: float  # monotonic


_NO_KEY = _Remembered(None, bytes(32), 0, 0)
_NO_ROW: Row = {
    **dict.fromkeys(ApiKey.__match_args__),
    "scopes": '["prove", "verify"]',
    "secret_mac": bytes(32),
    "now": 0.0,
}


class ApiKeys:
    """The keys of all tenants.  `environment` is the one that this service accepts."""

    def __init__(
        self,
        database: Database,
        pepper: bytes,
        *,
        environment: str = "live",
        refresh_s: float = REFRESH_S,
    ) -> None:
        self._database = database
        self._pepper = pepper
        self._environment = environment
        self._refresh_s = refresh_s * 0.8  # the rest is for the statement and the request
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._reading: SharedWork[_Remembered] = SharedWork()
        self._down_until = 0.0

    async def authenticate(self, text: str) -> ApiKey | None:
        """Return the key of a text, None for an unknown, wrong, expired or revoked one.

        A text that is no key costs the same work whether its id exists or not: two comparisons and one statement.
        Raises: StoreUnavailable.
        """
        match = _KEY.fullmatch(text)
        environment, key_id, secret = match.groups() if match else ("", "", "")
        mac = self._mac(key_id, secret)
        if not match or environment != self._environment:
            return None
        return await self._found(key_id, mac, "api_keys.found", id=key_id)

    async def of_certificate(self, identity: str) -> ApiKey | None:
        """Return the key that the identity of a verified client certificate stands for.  Raises: StoreUnavailable."""
        mac = self._certificate_mac(identity)
        return await self._found(mac.hex(), mac, "api_keys.with_mac", secret_mac=mac)

    async def _found(self, name: str, mac: bytes, statement: str, **values: Any) -> ApiKey | None:
        """Return the key with this HMAC, from the memory of the last seconds or from the database."""
        before = self._remembered.get(name, _NO_KEY)
        key = self._valid(before, mac)
        if key is not None and time.monotonic() - before.read_at < self._refresh_s:
            return key
        return self._valid(await self._read(name, statement, **values), mac)

    def _valid(self, found: _Remembered, mac: bytes) -> ApiKey | None:
        """Return a key with this HMAC that is not revoked, not expired and of our environment."""
        is_right = hmac.compare_digest(mac, found.mac)
        key = found.key
        if key is None or not is_right or key.environment != self._environment:
            return None
        now = time.monotonic() + found.offset_s
        if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
            return None
        return key

    async def _read(self, name: str, statement: str, **values: Any) -> _Remembered:
        """Return a row from the database, or without one from the memory of the last minutes."""
        before = self._remembered.get(name)
        now = time.monotonic()
        is_usable = before is not None and now - before.read_at < _GRACE_S
        if before is not None and is_usable and now < self._down_until:
            return before
        try:
            # requests that need the same key at the same time share a statement
            return await self._reading.result(name, lambda: self._fetch(name, statement, **values))
        except StoreUnavailable:
            self._down_until = time.monotonic() + _RETRY_S
            if before is None or not is_usable:
                raise
            return before

    async def _fetch(self, name: str, statement: str, **values: Any) -> _Remembered:
        """Return a row from the database, and remember it."""
        # the offset is taken before the statement runs: a slow one makes a key end earlier, not later
        now = time.monotonic()
        rows = await self._database.run(statement, **values)
        is_there = bool(rows) and rows[0]["id"] is not None
        row = rows[0] if is_there else _NO_ROW  # read as a row is, which takes as long
        found = _Remembered(_key(row), row["secret_mac"], float(row["now"]) - now, now)
        if not is_there:
            return _NO_KEY
        self._remembered[name] = found
        self._remembered.move_to_end(name)
        if len(self._remembered) > _MAX_IN_MEMORY:
            self._remembered.popitem(last=False)
        return found

    # -- for operators

    async def create(
        self,
        tenant: str,
        subject: str,
        scopes: Collection[str],
        *,
        rate_class: str = "standard",
        lifetime_s: float | None = None,
        certificate: str = "",
    ) -> IssuedKey:
        """Make a key, or without a text one for the identity of a client certificate.  Raises: UsageError for an unknown scope."""
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise UsageError(
                f"the scope is unknown: expected {', '.join(SCOPES)}, got {printable(', '.join(unknown) or 'none')}"
            )
        key_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(8))
        secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
        mac = self._certificate_mac(certificate) if certificate else self._mac(key_id, secret)
        (row,) = await self._database.run(
            "api_keys.insert",
            id=key_id,
            environment=self._environment,
            secret_mac=mac,
            tenant=tenant,
            subject=subject,
            scopes=json.dumps(sorted(set(scopes))),
            rate_class=rate_class,
            lifetime_s=lifetime_s,
        )
        text = "" if certificate else f"zk_{self._environment}_{key_id}_{secret}"
        return IssuedKey(_key(row), text)

    async def all(self) -> list[ApiKey]:
        """Return all keys in the order of their creation."""
        return [_key(row) for row in await self._database.run("api_keys.list")]

    async def rotate(self, key_id: str, overlap_s: float = OVERLAP_S) -> IssuedKey:
        """Make a key with the rights of another one, which ends after `overlap_s`.

        Raises: CheckFailed if that one does not exist, or was replaced, expired or revoked.
        """
        rows = await self._database.run("api_keys.get", id=key_id)
        if not rows:
            raise _unknown(key_id)
        old = _key(rows[0])
        issued = await self.create(
            old.tenant, old.subject, sorted(old.scopes), rate_class=old.rate_class
        )
        values = {"id": key_id, "replaced_by": issued.key.id, "overlap_s": overlap_s}
        if not await self._database.run("api_keys.replace", **values):
            await self._database.run("api_keys.revoke", id=issued.key.id)
            raise CheckFailed(f"the key {key_id} was replaced, has expired or is revoked")
        return issued

    async def revoke(self, key_id: str) -> ApiKey:
        """Revoke a key.  Raises: CheckFailed if it does not exist or is revoked."""
        rows = await self._database.run("api_keys.revoke", id=key_id)
        if not rows:
            raise _unknown(key_id)
        return _key(rows[0])

    def _certificate_mac(self, identity: str) -> bytes:
        message = f"zkctl client certificate 1|{identity}".encode()
        return hmac.new(self._pepper, message, hashlib.sha256).digest()

    def _mac(self, key_id: str, secret: str) -> bytes:
        message = f"zkctl api key 1|{key_id}|{secret}".encode()
        return hmac.new(self._pepper, message, hashlib.sha256).digest()


def _unknown(key_id: str) -> CheckFailed:
    return CheckFailed(
        f"no key that is not revoked has the id {printable(key_id)!r}",
        hint="zkctl service keys list shows all",
    )


def _key(row: Row) -> ApiKey:
    values = {name: row[name] for name in ApiKey.__match_args__}
    return ApiKey(**{**values, "scopes": frozenset(json_value(values["scopes"]))})
