"""A bundle: a proof with its public signals and its circuit's id, as one string.

    zkp1.BASE64URL({"circuitId": ..., "curve": ..., "proof": {...}, "protocol": ..., "publicSignals": [...]})

The JSON has sorted members and no white space, the base64url no padding: equal bundles are equal strings.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_input

PREFIX = "zkp1."
MAX_BYTES = 1 << 20
_MEMBERS = ("circuitId", "curve", "proof", "protocol", "publicSignals")


@record(repr=False)
class Bundle:
    """The parts of a bundle: names, and the JSON of the proof and of the public signals as nodes."""

    circuit_id: str
    curve: str
    protocol: str
    proof: Node
    public: Node


def bundle_text(
    circuit_id: str,
    curve: str,
    protocol: str,
    proof: Mapping[str, Any],
    public_signals: Sequence[str],
) -> str:
    """Return the bundle of a proof as snarkjs writes it, and its public signals in decimal."""
    parts = (circuit_id, curve, dict(proof), protocol, list(public_signals))
    return PREFIX + _encoded(dict(zip(_MEMBERS, parts, strict=True)))


def read_bundle(path: Path) -> Bundle:
    """Read a bundle; white space around it does not count.  Raises: FormatError; EnvironmentProblem, LimitError for the file."""
    raw = read_input(path, MAX_BYTES)
    return parse_bundle(raw.decode("ascii", "replace").strip(), printable(path))


def parse_bundle(text: str, where: str = "", path: str = "$") -> Bundle:
    """Return the parts of a bundle.  Raises: FormatError, which quotes no value; `path` is its place in an outer document."""
    outer = Node(text, where, path)
    if not text.startswith(PREFIX):
        raise outer.fail(f"not a bundle: expected a string that begins with {PREFIX}")
    coded = text.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise outer.fail("the bundle is not base64url without padding") from None
    value = load_json(raw, max_bytes=MAX_BYTES, where=where)
    if not isinstance(value, dict) or set(value) != set(_MEMBERS):
        raise outer.fail(f"the bundle has wrong members: expected {', '.join(_MEMBERS)}")
    if _encoded(value) != coded:
        raise outer.fail(
            "the bundle is not canonical: expected sorted members and no white space",
            hint="pass the string on unchanged",
        )
    root = Node(value, where, path)
    circuit_id, curve, protocol = (
        root.member(name).text() for name in ("circuitId", "curve", "protocol")
    )
    return Bundle(circuit_id, curve, protocol, root.member("proof"), root.member("publicSignals"))


def _encoded(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
