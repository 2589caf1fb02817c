"""Writing the artefacts: all files, replaced values, refusals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import ROOT
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.service.deployment.check import check_folder
from zkctl.service.deployment.eject import artefacts, eject

# the customer's guide names these files
OF_THE_GUIDE = {
    *(f"docker/Dockerfile.{role}" for role in ("prover", "verifier")),
    *(
        f"k8s/{name}.yaml"
        for name in (
            *("namespace", "secrets", "configmap", "prover-deployment"),
            *("verifier-deployment", "services", "ingress", "hpa"),
        )
    ),
    "infrastructure/terraform/production.tfvars",
    *(f"monitoring/{name}.yaml" for name in ("prometheus", "grafana", "alertmanager", "rules")),
    *(f"dashboards/zkp-{name}.json" for name in ("overview", "performance")),
    *(f"sdk/core/circuits/{name}.sh" for name in ("compile-all", "setup-keys")),
}


def test_the_files_of_the_guide() -> None:
    assert artefacts().keys() >= OF_THE_GUIDE


def test_every_file_is_written(tmp_path: Path) -> None:
    summary = eject(tmp_path / "out", {})
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert summary.n_files == len(written) == len(artefacts()) + 2
    for name, content in artefacts().items():
        path = tmp_path / "out" / name
        assert path.read_bytes() == content
        assert os.access(path, os.X_OK) == name.endswith(".sh")


def test_values_are_replaced_everywhere(tmp_path: Path) -> None:
    values = {
        "registry": "images.example.org:5000/zkp",
        "host": "prove.example.org",
        "legacy": "old.example.org",
        "docs": "docs.example.org/zkp",
        "base": "python@sha256:" + "0" * 64,
    }
    eject(tmp_path / "out", values)
    texts = [
        path.read_text()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and path.suffix != ".whl"
    ]
    for default in ("registry.example.com", "zkp.example.com", "legacy.example.com"):
        assert not [text for text in texts if default in text]
    assert any(f"image: {values['registry']}/zkp-prover:" in text for text in texts)
    assert check_folder(tmp_path / "out").findings == ()


def test_refused_values(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the artefacts have no value named 'regisry'"):
        eject(tmp_path / "out", {"regisry": "x"})
    with pytest.raises(UsageError, match="the value of host is malformed: got 'a b'"):
        eject(tmp_path / "out", {"host": "a b"})
    assert not (tmp_path / "out").exists()


def test_a_folder_with_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    with pytest.raises(EnvironmentProblem, match="the folder exists and is not empty"):
        eject(tmp_path, {})
    eject(tmp_path, {}, force=True)
    assert (tmp_path / "mine").exists()


def test_the_lock_of_the_images_has_what_the_package_needs() -> None:
    """Changed requirements need `python -m tests.support.image_lock`."""
    from packaging.requirements import Requirement

    from tests.support.image_lock import LOCK, wanted

    lines = [line for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    locked = dict(line.split(" ")[0].replace("_", "-").split("==") for line in lines)
    for requirement in map(Requirement, wanted()):
        version = locked[requirement.name.lower().replace("_", "-")]
        assert requirement.specifier.contains(version), requirement
    assert all(" --hash=sha256:" in line for line in lines)
    assert LOCK.is_relative_to(ROOT)
