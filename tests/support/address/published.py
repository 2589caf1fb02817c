"""What the published vectors are made from, as a holder has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zkctl.address.country_codes import COUNTRY_CODES
from zkctl.address.credentials import Credential
from zkctl.address.hashes import region_prefix
from zkctl.address.merkle import MerklePath, MerkleTree
from zkctl.address.pid import parse_pid
from zkctl.address.records import Epoch
from zkctl.address.requests import Conditions, Request
from zkctl.address.revocations import Revocation, RevocationTree
from zkctl.address.statements import Value
from zkctl.address.texts import FIELDS
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.records import record

DEPTH = 20


@record(repr=False)
class PublishedCredential(Credential):
    """A credential whose fields are known as values: the vectors have digests of some long texts."""

    published: list[int]

    def values(self) -> list[int]:
        """The values as they are published."""
        return self.published

    @classmethod
    def of(cls, case: Mapping[str, Any], place: int = 0) -> PublishedCredential:
        """The credential of one of the commitments."""
        return cls(
            registry="tokyo",
            place=place,
            pid=parse_pid(case["pid"]),
            pid_salt=int(case["pid_salt"]),
            fields=[],
            field_salts=[int(salt) for salt in case["field_salts"]],
            version=int(case["version"]),
            published=[int(value) for value in case["fields"]],
        )


@record(repr=False)
class CommittedCredential(Credential):
    """A credential of which the commitments are known only."""

    commitments: tuple[int, int]

    @classmethod
    def of(cls, inputs: Mapping[str, Any], prefix: str) -> CommittedCredential:
        """The credential of a statement; `prefix` is that of its inputs."""
        names = (f"{prefix}pid_commitment", f"{prefix}fields_commitment")
        pid, fields = (int(inputs[name]) for name in names)
        version = int(inputs[f"{prefix}version"])
        return cls("tokyo", 0, parse_pid("JP"), 0, [], [], version, (pid, fields))

    def pid_commitment(self) -> int:
        """The commitment to the PID."""
        return self.commitments[0]

    def fields_commitment(self) -> int:
        """The commitment to the fields."""
        return self.commitments[1]


@record
class PublishedRequest(Request):
    """A request whose public signals are published, not the nonce that they are made from."""

    stated: dict[str, Value]

    def signals(self) -> dict[str, Value]:
        """The published signals."""
        return self.stated


class PublishedTrees:
    """All trees of the vectors by their roots."""

    def __init__(self, vectors: Mapping[str, Any]) -> None:
        self.vectors = vectors
        self._leaves: dict[int, list[int]] = {}
        self._trees: dict[int, MerkleTree] = {}
        for epoch in vectors["registry"].values():
            leaves = [int(leaf) for leaf in epoch["leaves"]]
            tree = MerkleTree(DEPTH, FieldArray.from_ints(BN254_FR, leaves))
            self._leaves[tree.root()], self._trees[tree.root()] = leaves, tree
        self.revocations: dict[int, RevocationTree] = {}
        for case in vectors["indexed"]:
            entries = [Revocation(int(value), int(link)) for value, link in case["insert"]]
            tree_of_revoked = RevocationTree(DEPTH, entries)
            self.revocations[tree_of_revoked.root()] = tree_of_revoked

    def path(self, root: int, leaf: int) -> MerklePath:
        """The path of a leaf."""
        return self._trees[root].path(self._leaves[root].index(leaf))

    def credential(self, inputs: Mapping[str, Any]) -> PublishedCredential:
        """The credential that a statement opens."""
        return next(
            PublishedCredential.of(case)
            for case in self.vectors["commitments"]
            if case["holder_secret"] == inputs["holder_secret"]
            and inputs.get("pid_salt", case["pid_salt"]) == case["pid_salt"]
            and inputs.get("pid_commitment", case["pid_commitment"]) == case["pid_commitment"]
        )

    def regions(self) -> dict[int, str]:
        """Texts of regions by their prefixes: those of the vectors, and all that contain a published PID."""
        texts = {case["pid"] for case in self.vectors["prefixes"]}
        for case in self.vectors["commitments"]:
            parts = parse_pid(case["pid"]).parts
            texts |= {"-".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
        for case in self.vectors["statements"]:
            for components in case["inputs"].get("prohibited_components", ()):
                parts = [int(c).to_bytes(8, "big").lstrip(b"\0").decode() for c in components]
                texts |= {"-".join(part for part in parts if part)} - {""}
        texts |= COUNTRY_CODES
        return {region_prefix(parse_pid(text)): text for text in texts}


def epoch_of(inputs: Mapping[str, Any], root: str) -> Epoch:
    """The record of a statement's roots; `root` is the signal's name."""
    numbers = {"root": int(inputs.get(root, 0)), "epoch": 1, "issued_at": 0}
    numbers["revocation_root"] = int(inputs.get("revocation_root", 0))
    return Epoch("zkap.v1.roots", "tokyo", "", numbers, "")


def conditions_of(inputs: Mapping[str, Any], regions: Mapping[int, str]) -> Conditions:
    """The conditions of a published statement."""
    allowed, prohibited = (
        tuple(regions[int(x)] for x in inputs.get(name, ()) if int(x))
        for name in ("allowed", "prohibited")
    )
    country = int(inputs.get("country", 0)).to_bytes(2, "big").decode()
    mask = int(inputs.get("mask", 0))
    fields = tuple(name for k, name in enumerate(FIELDS) if mask >> k & 1)
    return Conditions(
        country=country,
        depth=int(inputs.get("depth", 0)),
        allowed=allowed,
        prohibited=prohibited,
        fields=fields,
    )
