"""An address at rest: what is sealed, what is keyed, and what stands in clear in its row.

Sealed: PID, fields, salts, the holder's secret if the provider keeps it.  Keyed: the look-up of the PID.  In clear: leaf and commitments.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from zkctl.address.credentials import Credential
from zkctl.address.hashes import holder_key
from zkctl.address.pid import Pid, parse_pid
from zkctl.address.requests import new_secret
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.records import record
from zkctl.service.proving.data.envelope import Envelope, open_envelope, seal
from zkctl.service.proving.data.kek import KeyEncryptionKey
from zkctl.toolchain.address.registrations import address_leaves, new_salts

NUMBER_BYTES = 32  # of leaves and commitments in the database, the highest byte first
_N_FIELDS = 8


@record(repr=False)
class Sealer:
    """The keys of addresses at rest: the pepper of look-ups, and the KEK."""

    pepper: bytes
    kek: KeyEncryptionKey

    def lookup(self, pid: Pid) -> bytes:
        """Return the HMAC-SHA-256 under which a PID is found."""
        return hmac.digest(self.pepper, pid.text.encode(), "sha256")


@record(repr=False)
class NewAddress:
    """An address to register; without `holder_secret` the holder keeps it, and `key` is the public half."""

    pid: Pid
    fields: Sequence[str]
    values: Sequence[int]
    key: int
    version: int = 1
    holder_secret: int | None = None
    legacy_id: str | None = None


@record(repr=False)
class OpenedAddress:
    """The content of a sealed address."""

    credential: Credential
    holder_secret: int | None


def with_new_holder(
    pid: Pid, fields: Sequence[str], values: Sequence[int], legacy_id: str | None
) -> NewAddress:
    """Return an address whose holder's secret is drawn here and kept by the provider."""
    secret = new_secret()
    return NewAddress(
        pid, fields, values, holder_key(secret), holder_secret=secret, legacy_id=legacy_id
    )


def rows_of(
    addresses: Sequence[NewAddress], sealer: Sealer, *, tenant: str, registry: str, first_index: int
) -> list[dict[str, Any]]:
    """Return the rows of new addresses, with bytes in hexadecimal: salts drawn, leaves computed, contents sealed."""
    salts = new_salts(len(addresses) * (_N_FIELDS + 1)).reshape(len(addresses), _N_FIELDS + 1, -1)
    made = address_leaves(addresses, salts)
    columns = zip(
        addresses,
        salts,
        made.pid_commitments.to_ints(),
        made.fields_commitments.to_ints(),
        made.leaves.to_ints(),
        strict=True,
    )
    rows = []
    for k, (address, own_salts, pid_commitment, fields_commitment, leaf) in enumerate(columns):
        raw_leaf = number_bytes(leaf)
        numbers = [int.from_bytes(salt.tobytes(), "little") for salt in own_salts]
        envelope = seal(
            sealer.kek, _content(address, numbers), _context(tenant, registry, raw_leaf)
        )
        rows.append(
            {
                "leaf": raw_leaf.hex(),
                "leaf_index": first_index + k,
                "pid_commitment": number_bytes(pid_commitment).hex(),
                "fields_commitment": number_bytes(fields_commitment).hex(),
                "holder_key": number_bytes(address.key).hex(),
                "version": address.version,
                "pid_lookup": sealer.lookup(address.pid).hex(),
                "sealed": envelope.sealed.hex(),
                "dek": envelope.dek.hex(),
                "kek_id": envelope.kek_id,
                "custody": "holder" if address.holder_secret is None else "server",
                "legacy_id": address.legacy_id,
            }
        )
    return rows


def open_address(
    row: Mapping[str, Any], sealer: Sealer, *, tenant: str, registry: str
) -> OpenedAddress:
    """Return the content of a row.  Raises: IntegrityError if it is not of this row and KEK; FormatError."""
    envelope = Envelope(bytes(row["sealed"]), bytes(row["dek"]), row["kek_id"])
    raw = open_envelope(sealer.kek, envelope, _context(tenant, registry, bytes(row["leaf"])))
    node = Node(load_json(raw, where="the sealed address"), "the sealed address")
    secret = node.member("holder_secret")
    credential = Credential(
        registry=registry,
        place=int(row.get("leaf_index", 0)),
        pid=parse_pid(node.member("pid").text()),
        pid_salt=node.member("pid_salt").integer(),
        fields=[each.text() for each in node.member("fields").elements(_N_FIELDS)],
        field_salts=[each.integer() for each in node.member("field_salts").elements(_N_FIELDS)],
        version=node.member("version").number(),
    )
    return OpenedAddress(credential, None if secret.value is None else secret.integer())


def number_bytes(number: int) -> bytes:
    """Return the bytes of a leaf or commitment in the database."""
    return number.to_bytes(NUMBER_BYTES, "big")


def multiset_term(sealer: Sealer, legacy_id: str, pid: Pid) -> int:
    """Return one row's term of the multiset digest: an HMAC, since a plain hash of a PID could be searched."""
    content = json.dumps([legacy_id, pid.text]).encode()
    return int.from_bytes(hmac.digest(sealer.pepper, b"zkctl import 1|" + content, "sha256"), "big")


def multiset_digest(total: int) -> str:
    """Return the digest of a sum of terms, in any order."""
    return hashlib.sha256((total % (1 << 256)).to_bytes(NUMBER_BYTES, "big")).hexdigest()


def _content(address: NewAddress, salts: Sequence[int]) -> bytes:
    secret = address.holder_secret
    document = {
        "pid": address.pid.text,
        "pid_salt": str(salts[0]),
        "fields": list(address.fields),
        "field_salts": [str(salt) for salt in salts[1:]],
        "version": address.version,
        "holder_secret": None if secret is None else str(secret),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _context(tenant: str, registry: str, leaf: bytes) -> bytes:
    return json.dumps(["zkctl address 1", tenant, registry, leaf.hex()]).encode()
