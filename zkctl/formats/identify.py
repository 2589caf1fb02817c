"""Recognise the kind of a file by its content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from zkctl.errors import FormatError
from zkctl.formats.json import other_tools as foreign_json
from zkctl.formats.json import zkvm_receipts as receipts
from zkctl.formats.json.snarkjs_groth16 import MAX_PUBLIC_BYTES, load_node
from zkctl.formats.json.strict import Node
from zkctl.formats.magic import KINDS, name_of_content
from zkctl.storage.mapped import map_file


class FileKind(StrEnum):
    """The kinds of files that commands read."""

    R1CS = "r1cs"
    WTNS = "wtns"
    PTAU = "ptau"
    ZKEY = "zkey"
    WPROG = "wprog"
    SYM = "sym"
    WASM = "wasm"
    VERIFICATION_KEY = "verification key"
    PROOF = "proof"
    RECEIPT = "receipt"
    PUBLIC = "public signals"
    JSON = "json"


_SYM_START = re.compile(rb"(?:0|[1-9][0-9]*),(?:-1|0|[1-9][0-9]*),(?:0|[1-9][0-9]*),[^,\n]+")
_START_BYTES = 4096


def identify(path: Path) -> FileKind:
    """Return the kind of a file.

    Raises: FormatError for an unknown kind, or JSON that is not well-formed; EnvironmentProblem
    if it is unreadable.
    """
    source = map_file(path)
    start = bytes(source.data[:_START_BYTES])
    if start[:4] in KINDS:
        return FileKind(KINDS[start[:4]][0])
    if _SYM_START.match(start):
        return FileKind.SYM
    if name_of_content(start[:64]) == "JSON":
        return identify_json(load_node(path, MAX_PUBLIC_BYTES))
    raise FormatError(
        f"expected a file of circom, snarkjs or zkctl, found {name_of_content(start[:64])}",
        where=source.where,
    )


def identify_json(root: Node) -> FileKind:
    """Return the kind of a JSON document."""
    if isinstance(root.value, list):
        return FileKind.PUBLIC if _only_numbers(root.value) else FileKind.JSON
    if receipts.is_receipt(root):
        return FileKind.RECEIPT
    if foreign_json.is_key(root) or root.has("protocol", "nPublic"):
        return FileKind.VERIFICATION_KEY
    if foreign_json.is_proof(root) or root.has("protocol"):
        return FileKind.PROOF
    return FileKind.JSON


def _only_numbers(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)
