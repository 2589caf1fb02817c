"""Name what a JSON document is: keys, proofs and receipts of every tool that is known by its shape.

Imports no reader: every reader asks here when a document is not the one it expects.  No value is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zkctl.errors import FormatError
from zkctl.formats.json.strict import Node
from zkctl.runtime.printable import printable


class JsonKind(StrEnum):
    """The kinds of JSON documents that commands read; JSON for all others."""

    VERIFICATION_KEY = "verification key"
    PROOF = "proof"
    RECEIPT = "receipt"
    PUBLIC = "public signals"
    JSON = "json"


@dataclass(frozen=True)
class Document:
    """What a JSON document is: its kind, and its name with an article."""

    kind: JsonKind
    name: str


Object = dict[str, Any]
_NOT_A_PROTOCOL = 20  # characters; longer names are not shown


def _has(*names: str) -> Callable[[Object], bool]:
    return lambda value: all(name in value for name in names)


def _is_risc0(value: Object) -> bool:
    return all(name in value for name in ("seal", "image_id", "journal"))


def _is_risc0_of_host(value: Object) -> bool:
    return "journal" in value and "inner" in value


_KEY, _PROOF, _RECEIPT, _PUBLIC = (
    JsonKind.VERIFICATION_KEY,
    JsonKind.PROOF,
    JsonKind.RECEIPT,
    JsonKind.PUBLIC,
)
_OTHER = JsonKind.JSON
_BUNDLE = "a proof and its public signals in one object"

# Documents that do not name a protocol; the first that matches.
_SHAPES: tuple[tuple[Callable[[Object], bool], JsonKind, str], ...] = (
    (_is_risc0, _RECEIPT, "a receipt of RISC Zero"),
    (_has("vkey", "publicValues", "proof"), _PROOF, "a proof of SP1"),
    (_is_risc0_of_host, _OTHER, "a receipt of RISC Zero as its host writes it"),
    (_has("public_values", "sp1_version"), _OTHER, "a proof of SP1 as its SDK writes it"),
    (_has("verifying_key"), _KEY, "a groth16 verification key of garaga"),
    (_has("G1", "G2"), _KEY, "a groth16 verification key of gnark"),
    (_has("proof", "public_inputs"), _PROOF, "a groth16 proof of garaga"),
    (_has("Ar", "Bs"), _PROOF, "a groth16 proof of gnark"),
    (_has("proof", "publicSignals"), _OTHER, _BUNDLE),
    (_has("proof", "public"), _OTHER, _BUNDLE),
    (_has("pi_a", "pubSignals"), _OTHER, _BUNDLE),
    (_has("pA", "pB", "pC"), _OTHER, "calldata of a Solidity verifier"),
    (_has("nVars", "constraints"), _OTHER, "a circuit (r1cs) that snarkjs exported as JSON"),
    (_has("constraints"), _OTHER, "constraints that circom exported as JSON"),
    (_has("tauG1", "tauG2"), _OTHER, "powers of tau as JSON"),
    (_has("abi", "bytecode"), _OTHER, "a compiled contract"),
    (_has("schema", "ceremony", "contribution"), _OTHER, "the receipt of a contributor"),
    (_has("kind", "previous"), _OTHER, "a line of a ceremony's ledger"),
    (_has("name", "version", "dependencies"), _OTHER, "a package.json"),
    (_has("compilerOptions"), _OTHER, "a tsconfig.json"),
    (_has("kty"), _OTHER, "a JSON web key"),
    (_has("openapi"), _OTHER, "an OpenAPI description"),
)
_KEY_MEMBERS = frozenset(
    ("vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2", "IC", "nPublic", "Qm", "X_2", "C0")
)
_ZKEY_MEMBERS = frozenset(("hExps", "PointsA", "ccoefs"))
_PROOF_MEMBERS = frozenset(
    ("pi_a", "pi_b", "pi_c", "T1", "Wxi", "eval_a", "polynomials", "evaluations")
)


def document_of(value: object) -> Document:
    """Return what a parsed JSON document is."""
    if isinstance(value, dict):
        return _document_of_object(value)
    if isinstance(value, list):
        return _document_of_list(value)
    names = {
        type(None): "a JSON null",
        bool: "a JSON boolean",
        str: "a JSON string",
        int: "a lone number",
    }
    return Document(_OTHER, names.get(type(value), "a JSON number"))


def _document_of_object(value: Object) -> Document:
    for matches, kind, name in _SHAPES:
        if matches(value):
            return Document(kind, name)
    protocol = _protocol(value)
    names = set(value)
    if names & _ZKEY_MEMBERS:
        return Document(_OTHER, f"{protocol} proving key that snarkjs exported as JSON")
    if names & _KEY_MEMBERS and not names & _PROOF_MEMBERS:
        return Document(_KEY, f"{protocol} verification key")
    if names & _PROOF_MEMBERS or "protocol" in names:
        return Document(_PROOF, f"{protocol} proof")
    if not value:
        return Document(_OTHER, "an empty JSON object")
    return Document(_OTHER, "a JSON object, perhaps the inputs of a circuit")


def _protocol(value: Object) -> str:
    """Return the protocol that a document names, with an article."""
    of_groth16 = any(name.startswith(("pi_", "vk_")) for name in value)
    name = value.get("protocol", "groth16" if of_groth16 else "")
    if not isinstance(name, str) or len(name) > _NOT_A_PROTOCOL or not name:
        return "a"
    return f"{'an' if name == 'fflonk' else 'a'} {printable(name)}"


def _document_of_list(value: Sequence[object]) -> Document:
    if all(isinstance(item, str) for item in value):
        return Document(_PUBLIC, f"a list of {len(value)} strings, as public signals are")
    if all(isinstance(item, dict) and "type" in item for item in value):
        return Document(_OTHER, "the interface (ABI) of a contract")
    if all(isinstance(item, dict) and "protocol" in item for item in value):
        return Document(_OTHER, "a list of proofs or keys")
    numbers = all(isinstance(item, int) and not isinstance(item, bool) for item in value)
    return Document(_OTHER, f"a JSON list of {len(value)} {'numbers' if numbers else 'values'}")


def check_kind(root: Node, expected: JsonKind, *others: JsonKind) -> None:
    """Check that a document is of the expected kind, as far as its shape tells.  Raises: FormatError naming both."""
    if document_of(root.value).kind not in (expected, *others):
        raise wrong_kind(root, expected)


def check_complete(root: Node, kind: JsonKind, names: Sequence[str]) -> None:
    """Check that a document of this kind has all its members.  Raises: FormatError naming the first that is missing."""
    missing = next((name for name in names if not root.has(name)), None)
    if missing:
        raise root.fail(f"the {kind} is incomplete: missing {missing!r}")


def wrong_kind(root: Node, expected: JsonKind) -> FormatError:
    """Return the error for a document that is not of the expected kind."""
    found = document_of(root.value)
    article = "" if expected is _PUBLIC else "a "
    return root.fail(
        f"expected {article}{expected}, found {found.name}", hint=_hint(expected, found)
    )


def _hint(expected: JsonKind, found: Document) -> str:
    if found.name == _BUNDLE:
        return "write its proof and its public signals to files of their own"
    if found.kind is not _OTHER:
        return "give the verification key first, then the public signals, then the proof"
    if expected is _PUBLIC:
        return 'write the public signals as a list of strings: ["1", "2"]'
    return ""
