"""The kind and the name of a JSON document: keys, proofs and receipts of every tool that is known by its shape.

No reader is imported here, as every reader asks when a document is not the expected one.  No value is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from zkctl.runtime.printable import printable
from zkctl.runtime.records import record


class JsonKind(StrEnum):
    """The kinds of JSON documents that commands read; JSON for all others."""

    VERIFICATION_KEY = "verification key"
    PROOF = "proof"
    RECEIPT = "receipt"
    PUBLIC = "public signals"
    JSON = "json"


@record
class Document:
    """The kind of a JSON document, and its name with an article."""

    kind: JsonKind
    name: str


Object = dict[str, Any]
_NOT_A_PROTOCOL = 20  # characters; longer names are not shown


def _with(*names: str) -> Callable[[Object], bool]:
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
BUNDLE = "a proof and its public signals in one object"

# Documents that do not name a protocol; the first that matches.
_SHAPES: tuple[tuple[Callable[[Object], bool], JsonKind, str], ...] = (
    (_is_risc0, _RECEIPT, "a receipt of RISC Zero"),
    (_with("vkey", "publicValues", "proof"), _PROOF, "a proof of SP1"),
    (_is_risc0_of_host, _OTHER, "a receipt of RISC Zero as its host writes it"),
    (_with("public_values", "sp1_version"), _OTHER, "a proof of SP1 as its SDK writes it"),
    (_with("verifying_key"), _KEY, "a groth16 verification key of garaga"),
    (_with("G1", "G2"), _KEY, "a groth16 verification key of gnark"),
    (_with("proof", "public_inputs"), _PROOF, "a groth16 proof of garaga"),
    (_with("Ar", "Bs"), _PROOF, "a groth16 proof of gnark"),
    (_with("proof", "publicSignals"), _OTHER, BUNDLE),
    (_with("proof", "public"), _OTHER, BUNDLE),
    (_with("pi_a", "pubSignals"), _OTHER, BUNDLE),
    (_with("pA", "pB", "pC"), _OTHER, "calldata of a Solidity verifier"),
    (_with("nVars", "constraints"), _OTHER, "a circuit (r1cs) that snarkjs exported as JSON"),
    (_with("constraints"), _OTHER, "constraints that circom exported as JSON"),
    (_with("tauG1", "tauG2"), _OTHER, "powers of tau as JSON"),
    (_with("abi", "bytecode"), _OTHER, "a compiled contract"),
    (_with("schema", "ceremony", "contribution"), _OTHER, "the receipt of a contributor"),
    (_with("kind", "previous"), _OTHER, "a line of a ceremony's ledger"),
    (_with("name", "version", "dependencies"), _OTHER, "a package.json"),
    (_with("compilerOptions"), _OTHER, "a tsconfig.json"),
    (_with("kty"), _OTHER, "a JSON web key"),
    (_with("openapi"), _OTHER, "an OpenAPI description"),
)
_KEY_MEMBERS = frozenset(
    ("vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2", "IC", "nPublic", "Qm", "X_2", "C0")
)
_ZKEY_MEMBERS = frozenset(("hExps", "PointsA", "ccoefs"))
_PROOF_MEMBERS = frozenset(
    ("pi_a", "pi_b", "pi_c", "T1", "Wxi", "eval_a", "polynomials", "evaluations")
)
_KNOWN_MEMBERS = _KEY_MEMBERS | _PROOF_MEMBERS | _ZKEY_MEMBERS


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


def is_of_another_system(value: object) -> bool:
    """Return whether a document names a protocol, but has no member of the known keys and proofs."""
    return isinstance(value, dict) and "protocol" in value and not _KNOWN_MEMBERS & set(value)
