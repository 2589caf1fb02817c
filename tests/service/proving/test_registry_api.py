"""Registries over HTTP: leaves, revocations, roots, snapshots and buckets; and the feature flag."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.registries import TENANT, TestRegistry
from tests.support.service_api import PEPPER, InProcessApi, open_api
from zkctl.service.proving.audit import Audit
from zkctl.service.proving.data import tree_files
from zkctl.service.proving.data.custodian import AddressCustodian
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.data.tree_files import TreeFiles
from zkctl.service.proving.demo.folder import REGISTRY
from zkctl.service.proving.flag_table import FlagWatch
from zkctl.service.proving.service import Service
from zkctl.toolchain.address.snapshot import open_snapshot, view_of


class World:
    """An API with a registry of its own."""

    def __init__(self, api: InProcessApi, registry: TestRegistry) -> None:
        self.api, self.registry = api, registry


@pytest.fixture
def world(demo: Path, tmp_path: Path) -> Iterator[World]:
    (tmp_path / "trees").mkdir(mode=0o700)
    made: dict[str, TestRegistry] = {}

    def change(service: Service) -> Service:
        database = service.store.database
        registry = made["registry"] = TestRegistry(database, tmp_path, name=REGISTRY)
        roots, trees = Roots(database), TreeFiles(registry.trees.folder)
        audit = Audit(database, PEPPER)
        custodian = AddressCustodian(database, registry.sealer, roots, trees, audit)
        flags = FlagWatch(database, tmp_path / "flag.json", time.time)
        return replace(
            service, roots=roots, trees=trees, audit=audit, custodian=custodian, flags=flags
        )

    with open_api(tmp_path, demo, change=change) as api:
        api.run(api.service.flags.look())
        yield World(api, made["registry"])


def test_a_leaf_is_added_and_revoked(world: World) -> None:
    api = world.api
    body = {"registry": REGISTRY, "pidCommitment": "1", "fieldsCommitment": "2", "holderKey": "3"}
    first, again = api.post("/v1/addresses", body), api.post("/v1/addresses", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    leaf = first.json()["leaf"]
    wanted = {"registry": REGISTRY, "leaf": leaf, "reason": "user_request"}
    other = api.new_key("registry", tenant="other")
    foreign = api.post("/v1/revocations", wanted, headers={"Authorization": f"Bearer {other}"})
    assert foreign.status_code == 404
    revoked = api.post("/v1/revocations", wanted)
    assert (revoked.status_code, revoked.json()["listVersion"]) == (201, 1)
    assert api.post("/v1/revocations", wanted).status_code == 200
    assert api.post("/v1/revocations", wanted | {"reason": "expired"}).status_code == 422
    verifying = api.new_key("verify")
    refused = api.post("/v1/addresses", body, headers={"Authorization": f"Bearer {verifying}"})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"registry": "../x"},
        {"pidCommitment": "0"},
        {"pidCommitment": 1},
        {"holderKey": str(1 << 255)},
        {"version": -1},
        {"pid": "JP-13-SECRET"},
    ],
)
def test_wrong_leaves_are_refused_without_their_values(
    world: World, change: dict[str, Any]
) -> None:
    body = {"registry": REGISTRY, "pidCommitment": "1", "fieldsCommitment": "2", "holderKey": "3"}
    answer = world.api.post("/v1/addresses", body | change)
    assert answer.status_code == 422
    assert "SECRET" not in answer.text
    assert "../x" not in answer.text


def test_wrong_revocations_are_refused(world: World) -> None:
    body = {"registry": REGISTRY, "leaf": "5", "reason": "user_request"}
    assert world.api.post("/v1/revocations", body).status_code == 404
    assert world.api.post("/v1/revocations", body | {"reason": "why"}).status_code == 422
    huge = world.api.post("/v1/revocations", body | {"leaf": str(1 << 257)})
    assert huge.status_code == 422


def test_roots_and_the_snapshot(world: World, tmp_path: Path) -> None:
    api, registry = world.api, world.registry
    assert api.get("/v1/registry/roots").json() == {"roots": []}
    assert api.get(f"/v1/registry/{REGISTRY}/snapshot").status_code == 404
    leaves = api.run(registry.add(3))
    epoch = api.run(registry.epoch())
    (found,) = api.get("/v1/registry/roots").json()["roots"]
    assert (found["root"], found["epoch"], found["leaves"]) == (epoch.root, 1, 3)
    answer = api.get(f"/v1/registry/{REGISTRY}/snapshot")
    assert answer.content == Path(epoch.tree).read_bytes()
    assert answer.headers["cache-control"].startswith("public")
    tag = answer.headers["etag"]
    known = api.get(f"/v1/registry/{REGISTRY}/snapshot", headers={"If-None-Match": f"W/{tag}"})
    assert known.status_code == 304
    part = api.get(f"/v1/registry/{REGISTRY}/snapshot", headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, answer.content[:100])
    (tmp_path / "got.tree").write_bytes(answer.content)
    snapshot = open_snapshot(tmp_path / "got.tree", registry.public_key, REGISTRY)
    assert view_of(snapshot, 2)[0].path.root(leaves[2]) == int(epoch.root)
    with Path(epoch.tree).open("ab") as file:
        file.write(b"x")
    damaged = api.get(f"/v1/registry/{REGISTRY}/snapshot")
    assert (damaged.status_code, damaged.json()["type"].rpartition(":")[2]) == (503, "not-ready")


def test_a_bucket_has_neighbours_if_it_is_small(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zkctl.toolchain.address.snapshot.BUCKET_HEIGHT", 2)
    monkeypatch.setattr(tree_files, "BUCKET_HEIGHT", 2)
    monkeypatch.setattr(tree_files, "MIN_BUCKET", 3)
    api, registry = world.api, world.registry
    leaves = api.run(registry.add(9))
    epoch = api.run(registry.epoch())

    def names(number: int) -> list[str]:
        answer = api.get(f"/v1/registry/{REGISTRY}/bucket/{number}")
        assert answer.status_code == 200
        with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
            return [name for name in archive.getnames() if name.startswith("leaves")]

    assert names(0) == ["leaves-00000.bin"]
    assert names(2) == ["leaves-00001.bin", "leaves-00002.bin"]
    for number in ("3", "-1", "x", "99999999999999999999"):
        assert api.get(f"/v1/registry/{REGISTRY}/bucket/{number}").status_code == 404
    answer = api.get(f"/v1/registry/{REGISTRY}/bucket/1")
    (tmp_path / "one.tree").write_bytes(answer.content)
    snapshot = open_snapshot(tmp_path / "one.tree", registry.public_key, REGISTRY)
    assert view_of(snapshot, 5)[0].path.root(leaves[5]) == int(epoch.root)
    known = api.get(
        f"/v1/registry/{REGISTRY}/bucket/1", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert known.status_code == 304


def test_a_custodial_proof_until_its_leaf_is_revoked(world: World) -> None:
    """A provider that keeps records proves for a PID; after the revocation neither it nor the old proof passes."""
    api, registry = world.api, world.registry
    leaves = api.run(registry.add(3))
    body = {"pattern": "membership", "pid": "JP-13-101"}
    assert api.post("/v1/zkp/generate", body).status_code == 503
    api.run(registry.epoch())
    made = api.post("/v1/zkp/generate", body)
    assert made.status_code == 200, made.text
    assert made.headers["zkp-witness-visible"] == "provider"
    statement = {"proof": made.json()["proof"], "circuitId": "membership-v1"}
    verdict = api.post("/v1/zkp/verify", statement).json()
    assert verdict["valid"], verdict
    unknown = api.post("/v1/zkp/generate", body | {"pid": "JP-13-999"})
    assert unknown.json()["type"] == "urn:zkctl:problem:unknown-pid"
    wanted = {"registry": REGISTRY, "leaf": str(leaves[1]), "reason": "security_breach"}
    assert api.post("/v1/revocations", wanted).status_code == 201
    after = api.post("/v1/zkp/verify", statement).json()
    assert (after["valid"], after["reason"]) == (False, "revocation-root-stale")
    api.run(registry.epoch())
    gone = api.post("/v1/zkp/verify", statement).json()
    assert (gone["valid"], gone["reason"]) == (False, "revocation-root-stale")
    assert api.post("/v1/zkp/generate", body).json()["type"] == "urn:zkctl:problem:unknown-pid"
    other = api.post("/v1/zkp/generate", body | {"pid": "JP-13-100"})
    assert other.status_code == 200
    statement["proof"] = other.json()["proof"]
    assert api.post("/v1/zkp/verify", statement).json()["valid"]
    entries = api.run(api.service.audit.newest())
    assert sum(entry.action == "custodial-use" for entry in entries) == 2
    assert {entry.tenant for entry in entries} == {TENANT}


def test_the_flag_over_http(world: World) -> None:
    api = world.api
    assert api.admin is not None

    def ask(method: str, **options: Any) -> Any:
        return api.run(api.admin.request(method, "/feature-flags", **options))

    assert ask("GET").json() == {
        "zkp_enabled": True,
        "rollout_percentage": 100,
        "whitelist": [],
        "shadow": False,
        "version": 0,
    }
    guide = {"zkp_enabled": True, "rollout_percentage": 1}
    answer = ask(
        "POST",
        content='{"zkp_enabled": true, "rollout_percentage": 1}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json() == guide | {"whitelist": [], "shadow": False, "version": 1}
    assert ask("POST", json={"rollout_percentage": 0.5}).json()["rollout_percentage"] == 0.5
    for wrong in ({"rollout_percentage": 101}, {"SECRET": 1}, {"zkp_enabled": "SECRET"}, {}, []):
        refused = ask("POST", json=wrong)
        assert refused.status_code == 422
        assert "SECRET" not in refused.text
    assert ask("POST", content=b'{"shadow": tru').status_code == 400
    assert ask("POST", content=b'{"shadow": true, "shadow": true}').status_code == 400
    page = ask("POST", json=guide, headers={"Origin": "http://evil.example"})
    assert page.status_code == 400
    assert ask("POST", json={"rollout_percentage": 0}).json()["version"] == 3
    api.run(api.service.flags.look())
    out = api.post("/v1/zkp/generate", api.body())
    assert (out.status_code, out.headers["zkp-route"]) == (503, "legacy")
    assert out.headers["retry-after"]
