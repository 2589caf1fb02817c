"""Where settings come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import FormatError, UsageError
from zkctl.service.proving.settings_sources import (
    find_service_file,
    load_settings,
    served_circuits,
    setting_values,
)


def _file(folder: Path, text: str) -> Path:
    path = folder / "service.yaml"
    path.write_text(text)
    return path


def test_the_order_of_sources(tmp_path: Path) -> None:
    file = _file(tmp_path, "workers: 2\ntable_mb: 3\nlease_s: 4\n")
    environ = {"ZKCTL_WORKERS": "5", "ZKCTL_TABLE_MB": "6"}
    found = load_settings({"workers": 7, "lease_s": None}, environ, file)
    assert (found.workers, found.table_mb, found.lease_s, found.max_queued) == (7, 6, 4, 1000)
    origins = {each.row.name: each.origin for each in setting_values({"workers": 7}, environ, file)}
    assert origins["workers"] == "option"
    assert origins["table_mb"] == "environment"
    assert origins["lease_s"] == str(file)
    assert origins["max_queued"] == "default"


@pytest.mark.parametrize(
    ("options", "environ", "name", "near"),
    [
        ({"worker": 1}, {}, "worker", "workers"),
        ({}, {"ZKCTL_WORKRES": "1"}, "ZKCTL_WORKRES", "ZKCTL_WORKERS"),
        ({}, {"ZKCTL_PEPER_FILE": "x"}, "ZKCTL_PEPER_FILE", "ZKCTL_PEPPER_FILE"),
    ],
)
def test_unknown_names(
    options: dict[str, Any], environ: dict[str, str], name: str, near: str
) -> None:
    with pytest.raises(UsageError, match="is no setting of the service") as caught:
        load_settings(options, environ)
    assert name in caught.value.message
    assert caught.value.hint == f"use {near}"


def test_unknown_names_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the member wokers is no setting") as caught:
        load_settings({}, {}, _file(tmp_path, "wokers: 2\n"))
    assert caught.value.hint == "use workers"


def test_names_of_others_are_left_alone() -> None:
    environ = {"ZKCTL_THREADS": "2", "ZKCTL_API_KEY": "k", "ZKCTL_CACHE_DIR": "x", "PATH": "y"}
    assert load_settings({}, environ).workers == 1


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ZKCTL_WORKERS", "-1", "expected an integer of processes, got '-1'"),
        ("ZKCTL_WORKERS", "two", "expected an integer of processes"),
        ("ZKCTL_LEASE_S", "nan", "expected a number of s"),
        ("ZKCTL_LEASE_S", "1e99", "expected a number of s"),
        ("ZKCTL_DEMO", "maybe", "expected true or false"),
        ("ZKCTL_PROVE_MODES", "inputs,all", "expected inputs or sealed or custodial"),
        ("ZKCTL_USER_IDS", "names", "expected plain or keyed or off"),
    ],
)
def test_wrong_values(name: str, value: str, expected: str) -> None:
    with pytest.raises(UsageError, match="is wrong: expected ") as caught:
        load_settings({}, {name: value})
    assert expected in caught.value.message
    assert caught.value.where == name


def test_lists_and_paths(tmp_path: Path) -> None:
    file = _file(tmp_path, 'circuits: ./here\nprove_modes: "inputs,sealed"\n')
    found = load_settings({}, {"DATABASE_READ_URLS": "a, b,"}, file)
    assert found.circuits == tmp_path / "here"
    assert found.prove_modes == ("inputs", "sealed")
    assert found.database_read_urls == ("a", "b")


def test_secrets_are_no_options_and_are_not_shown(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match="is a secret and no option: other users see the options of a process"
    ) as caught:
        load_settings({"redis_url": "redis://x"}, {})
    assert caught.value.hint == "set REDIS_URL or REDIS_URL_FILE"
    secret = tmp_path / "url"
    secret.write_text("postgresql://u:password@h/d\n")
    environ = {"DATABASE_URL_FILE": str(secret)}
    values = {each.row.name: each for each in setting_values({}, environ)}
    assert values["database_url"].value == "postgresql://u:password@h/d"
    assert values["database_url"].shown == "set"
    with pytest.raises(UsageError, match="exclude each other: expected one of them, got both"):
        load_settings({}, environ | {"DATABASE_URL": "x"})
    with pytest.raises(
        UsageError, match=r"holds a password: service\.yaml is no place for secrets"
    ):
        load_settings({}, {}, _file(tmp_path, "database_url: postgresql://u:password@h/d\n"))


def test_what_is_for_one_machine_is_refused_elsewhere() -> None:
    for name in ("demo", "no_auth"):
        with pytest.raises(
            UsageError, match=r"is for loopback only: expected 127\.0\.0\.1, got 0\.0"
        ):
            load_settings({name: True, "listen": "0.0.0.0:80"}, {})
        assert getattr(load_settings({name: True}, {}), name) is True


def test_the_part_about_circuits(tmp_path: Path) -> None:
    file = _file(tmp_path, "workers: 2\nserve:\n  a-v1:\n    pattern: a\n")
    assert list(served_circuits(file)) == ["a-v1"]
    assert served_circuits(None) == {}
    assert load_settings({}, {}, file).workers == 2
    with pytest.raises(UsageError, match="`serve` is wrong: expected a mapping of circuits, got"):
        served_circuits(_file(tmp_path, "serve: 5\n"))
    with pytest.raises(FormatError):
        served_circuits(_file(tmp_path, "serve: [1]\n"))


def test_the_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_service_file({}) is None
    other = tmp_path / "other.yaml"
    assert find_service_file({"ZKCTL_CONFIG": str(other)}) == other
    assert find_service_file({"ZKCTL_CONFIG": str(other)}, Path("x.yaml")) == tmp_path / "x.yaml"
    assert find_service_file({}) is None
    file = _file(tmp_path, "")
    assert find_service_file({}) == file


def test_service_file_beside_the_circuits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, project = tmp_path / "here", tmp_path / "project"
    here.mkdir()
    project.mkdir()
    monkeypatch.chdir(here)
    file = _file(project, "")
    assert find_service_file({}) is None
    assert find_service_file({}, circuits=project) == file
    assert find_service_file({"ZKCTL_CIRCUITS": str(project)}) == file
    assert find_service_file({}, circuits=project) == file
    nearer = _file(here, "")
    assert find_service_file({}, circuits=project) == nearer
