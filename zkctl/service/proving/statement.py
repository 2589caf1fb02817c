"""A statement of a request: circuit, public signals and proof, read strictly and without a value in any message."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from zkctl.errors import CheckFailed, EncodingError, ZkctlError
from zkctl.field import FieldArray
from zkctl.formats.json.bundle import PREFIX, parse_bundle
from zkctl.formats.json.snarkjs import parse_public
from zkctl.formats.json.strict import Node
from zkctl.service.proving.cache import verdict_key
from zkctl.service.proving.circuits import CircuitKey, Registry, ServedCircuit
from zkctl.service.proving.problems import Problem, pointer_of
from zkctl.service.proving.served_members import SignalRole

_PROOF, _PUBLIC = "proof", "publicSignals"
_LONGEST_STEP = 24  # characters of a member that a reader expects


@dataclass(frozen=True, repr=False)
class ReadStatement:
    """A statement of which nothing is verified yet; `proof` is None if its points are none, so that no equation can hold."""

    circuit: ServedCircuit
    key: CircuitKey
    texts: tuple[str, ...]
    signals: FieldArray
    proof: Any
    cache_key: str

    @property
    def id(self) -> str:
        """The statement id: a digest of the key that verifies it and of the public signals."""
        return self.key.system.statement_id(self.key.vkey, self.signals)

    def number(self, role: SignalRole) -> int | None:
        """Return the public signal of a role, None if the circuit has none."""
        position = self.circuit.position(role)
        return None if position is None else int(self.texts[position])


@dataclass(frozen=True, repr=False)
class _Parts:
    """The JSON of proof and public signals, each with its place."""

    proof: Node
    public: Node


def read_statements(
    registry: Registry,
    circuit_id: str | None,
    items: Sequence[Mapping[str, Any]],
    places: Sequence[str],
) -> list[ReadStatement]:
    """Return the statements of one circuit; `places` are the JSON paths of the items, "$" for a whole body.

    An item has `proof`, a bundle or a proof of snarkjs, and in the second case `publicSignals`.
    Raises: Problem unknown-circuit, circuit-unavailable, invalid-proof-structure, wrong-signal-count, not-canonical.
    """
    parts, names = [], set() if circuit_id is None else {circuit_id}
    for item, place in zip(items, places, strict=True):
        found, name = _parts(item, place)
        parts.append(found)
        names |= set() if name is None else {name}
        if len(names) > 1:
            raise _malformed(f"{place}.proof", "the proof is of another circuit than the request")
    if not names:
        raise _malformed(
            f"{places[0]}.circuitId", "missing: a proof of snarkjs does not name its circuit"
        )
    circuit = registry.get(names.pop())
    if circuit is None:
        raise Problem("unknown-circuit" if registry.state != "loading" else "not-ready")
    return _read_all(circuit, parts)


def _parts(item: Mapping[str, Any], place: str) -> tuple[_Parts, str | None]:
    proof, public = item[_PROOF], item.get(_PUBLIC)
    if isinstance(proof, str):
        if public is not None:
            raise _malformed(
                f"{place}.{_PUBLIC}", f"a bundle ({PREFIX}) has its own public signals"
            )
        with _refusals(f"{place}.{_PROOF}"):
            bundle = parse_bundle(proof, path=f"{place}.{_PROOF}")
        inner = f"{place}.{_PROOF}"  # the bundle is a string: nothing in it has a place of its own
        nodes = Node(bundle.proof.value, "", inner), Node(bundle.public.value, "", inner)
        return _Parts(*nodes), bundle.circuit_id
    if public is None:
        raise _malformed(
            f"{place}.{_PUBLIC}", "missing: a proof of snarkjs comes with its public signals"
        )
    nodes = Node(proof, "", f"{place}.{_PROOF}"), Node(public, "", f"{place}.{_PUBLIC}")
    return _Parts(*nodes), None


def _read_all(circuit: ServedCircuit, parts: Sequence[_Parts]) -> list[ReadStatement]:
    key = circuit.ready_key()
    publics = [_public(circuit, key, each.public) for each in parts]
    proofs = _proofs(key, [each.proof for each in parts])
    return [
        ReadStatement(circuit, key, texts, signals, proof, _cache_key(circuit, texts, each.proof))
        for each, (texts, signals), proof in zip(parts, publics, proofs, strict=True)
    ]


def _public(
    circuit: ServedCircuit, key: CircuitKey, node: Node
) -> tuple[tuple[str, ...], FieldArray]:
    value = node.value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _malformed(node.path, "expected an array of decimal strings")
    n_public = len(circuit.signals)
    if len(value) != n_public:
        raise Problem(
            "wrong-signal-count",
            f"wrong number of public signals: expected {n_public}, got {len(value)}",
            pointer=pointer_of(node.path),
        )
    with _refusals(node.path):
        return tuple(map(str, value)), parse_public(node, key.curve.scalar_field, n_public)


def _proofs(key: CircuitKey, nodes: Sequence[Node]) -> list[Any]:
    """Return the proofs; None for one whose points are in no group, which only costs its own verdict."""
    try:
        with _refusals(nodes[0].path):
            return list(key.system.parse_proofs(nodes, key.curve))
    except CheckFailed:
        return [None] if len(nodes) == 1 else [_proofs(key, [node])[0] for node in nodes]


def _cache_key(circuit: ServedCircuit, texts: Sequence[str], proof: Node) -> str:
    canonical = json.dumps(proof.value, sort_keys=True, separators=(",", ":")).encode()
    return verdict_key(circuit.digests["vkey"], circuit.id, texts, canonical)


@contextmanager
def _refusals(place: str) -> Iterator[None]:
    """Convert refusals of readers, whose messages may quote the document, into problems with a JSON pointer."""
    try:
        yield
    except CheckFailed:
        raise
    except EncodingError as problem:
        detail = "a number or point is not canonical or not in its group"
        raise Problem("not-canonical", detail, pointer=_pointer(problem, place)) from None
    except ZkctlError as problem:
        detail = "expected a bundle, or a proof as snarkjs writes it, of the circuit's proof system"
        raise Problem("invalid-proof-structure", detail, pointer=_pointer(problem, place)) from None


def _pointer(problem: ZkctlError, place: str) -> str:
    """Return the JSON pointer of a reader's place if it is within ours: it consists of names that the reader expects."""
    inner = pointer_of(problem.where) if problem.where.startswith(place) else ""
    is_ours = inner and all(len(step) <= _LONGEST_STEP for step in inner.split("/"))
    return inner if is_ours else pointer_of(place)


def _malformed(place: str, detail: str) -> Problem:
    return Problem("invalid-proof-structure", detail, pointer=pointer_of(place))
