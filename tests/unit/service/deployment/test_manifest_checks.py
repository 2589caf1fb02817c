"""Manifests together: what an object names exists, and limits agree with the settings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from zkctl.service.deployment.eject import artefacts
from zkctl.service.deployment.manifest_checks import manifest_findings


def texts() -> dict[str, str]:
    return {
        name: content.decode()
        for name, content in artefacts().items()
        if name.startswith("k8s/") and not name.endswith(".json")
    }


def changed(file: str, old: str, new: str) -> Iterator[str]:
    found = texts()
    assert old in found[file], f"{file} has no {old!r}"
    found[file] = found[file].replace(old, new)
    return (str(finding) for finding in manifest_findings(found))


def test_our_manifests_agree() -> None:
    assert list(manifest_findings(texts())) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("hpa", "minReplicas: 3", "minReplicas: 2", "zkp-prover-hpa: it is ('zkp-prover', 2, 20"),
        ("hpa", "name: zkp-verifier-hpa", "name: hpa", "there is no zkp-verifier-hpa"),
        ("configmap", "name: zkp-config", "name: config", "there is no ConfigMap zkp-config"),
        ("secrets", "name: zkp-secrets", "name: secrets", "there is no Secret zkp-secrets"),
        ("secrets", "type: Opaque", "stringData: {a: b}", "a secret's value stands in the file"),
        ("namespace", "name: zkp-production", "name: zkp", "the namespace is zkp, expected"),
        ("services", "namespace: zkp-production", "namespace: default", "namespace is default"),
        ("services", "app.kubernetes.io/name: zkp-prover}", "a: b}", "the selector finds no pod"),
        ("services", "name: zkp-verifier\n", "name: verifier\n", "/v1/zkp/verify goes to no service"),
        ("services", "port: 8080", "port: 8000", "the port api is 8000 to api"),
        ("ingress", "{name: api}", "{name: metrics}", "/v1/zkp/verify goes to no service"),
        ("prover-deployment", "Seconds: 40", "Seconds: 30", "terminationGracePeriodSeconds is not above 30"),
        ("prover-deployment", "containerPort: 9464", "containerPort: 8080", "the ports are"),
        ("prover-deployment", "args: [prover, --json]", "args: [verifier]", "the arguments are ['verifier']"),
        ("prover-deployment", "path: /health/ready", "path: /health", "the readinessProbe does not ask /health/ready"),
        ("prover-deployment", "image: registry.example.com/zkp-prover", "image: x/zkp-verifier", "the image is x/zkp-verifier"),
        ("prover-deployment", "  revisionHistoryLimit: 5", "  replicas: 5", "replicas would undo the autoscaler"),
        ("verifier-deployment", "kind: Deployment", "kind: DaemonSet", "there is no zkp-verifier"),
        ("prover-deployment", "- name: tmp", "- name: temporary", "there is no volume tmp"),
        ("trees/roots-deployment", "replicas: 1", "replicas: 2", "the replicas are not 1"),
        ("trees/roots-deployment", "args: [tokyo, --watch]", "args: [tokyo]", "the command is zkctl service roots build tokyo"),
        ("trees/roots-deployment", "/zkp-verifier:", "/zkp-prover:", "the image is registry.example.com/zkp-prover"),
        ("trees/volume", "name: zkp-trees", "name: trees", "there is no PersistentVolumeClaim zkp-trees"),
        ("hpa", "apiVersion", "{", "this is no YAML: ParserError"),
    ],
)  # fmt: skip
def test_a_change_is_found(file: str, old: str, new: str, message: str) -> None:
    found = list(changed(f"k8s/{file}.yaml", old, new))
    assert [text for text in found if message in text], found
