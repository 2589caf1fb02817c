"""Every statement of the protocol's vectors gives exactly its public signals, and the plain hashes of our tests agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.address import hashes
from tests.support.address.circuits import compiled, integers, read_vectors
from tests.support.address.trees import Revocations, Tree, empty_node
from tests.support.address.world import secret

CIRCUITS = [
    "membership",
    "nonrevocation",
    "selective_reveal",
    "version",
    "structure",
    "region",
    "locker",
]
STATEMENTS = 5  # of each circuit


@pytest.fixture(scope="module")
def vectors(data: Path) -> dict[str, Any]:
    return read_vectors(data)


@pytest.mark.parametrize("name", CIRCUITS)
def test_statements(vectors: dict[str, Any], name: str) -> None:
    circuit_id = f"{name.replace('_', '-')}-v1"
    found = [each for each in vectors["statements"] if each["circuit"] == circuit_id]
    assert len(found) == STATEMENTS
    for statement in found:
        values = compiled(name).witness(**integers(statement["inputs"]))
        public = integers(statement["public"])
        assert values[1 : 1 + len(public)] == public, statement["name"]
        assert compiled(name).program.n_public == len(public)


def test_hashes(vectors: dict[str, Any]) -> None:
    for each in integers(vectors["hashes"]):
        assert hashes.h(*each["inputs"]) == each["hash"]
    assert [empty_node(level) for level in range(33)] == integers(vectors["empty_nodes"])
    for name, tag in integers(vectors["tags"]).items():
        assert hashes.tagged(name, 1) == hashes.h(tag, 1)


def test_trees(vectors: dict[str, Any]) -> None:
    for each in vectors["trees"]:
        a, b, c, n = (each[name] for name in ("a", "b", "c", "leaves"))
        if n > 100:
            continue  # the same at more places
        leaves = [hashes.registry_leaf(a + k, b + k, hashes.holder_key(c + k), 1) for k in range(n)]
        assert Tree(each["depth"], leaves).root == int(each["root"])
    for each in vectors["indexed"]:
        inserted = [(int(value), int(link)) for value, link in each["insert"]]
        revocations = Revocations(each["depth"], inserted)
        places = range(len(revocations.values))
        assert [list(revocations.entry(k)) for k in places] == integers(each["entries"])
        assert revocations.root == int(each["root"])


def test_homes(vectors: dict[str, Any]) -> None:
    for each in vectors["commitments"]:
        pid = hashes.pid_commitment(
            integers(each["components"]), int(each["collision"]), int(each["pid_salt"])
        )
        fields = hashes.fields_commitment(integers(each["fields"]), integers(each["field_salts"]))
        key = hashes.holder_key(int(each["holder_secret"]))
        assert (pid, fields, key) == (
            int(each["pid_commitment"]),
            int(each["fields_commitment"]),
            int(each["holder_key"]),
        )
        leaf = hashes.registry_leaf(pid, fields, key, int(each["version"]))
        assert leaf == int(each["leaf"])


def test_secrets_have_31_bytes() -> None:
    assert 0 < secret("resident") < 1 << 248
