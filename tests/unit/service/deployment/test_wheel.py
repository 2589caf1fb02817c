"""The wheel of the running package: installable, reproducible, with all files."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile

from tests.conftest import ROOT
from zkctl import __version__
from zkctl.service.deployment.wheel import NAME, wheel


def test_equal_files_make_an_equal_wheel() -> None:
    assert wheel() == wheel()
    assert f"zkctl-{__version__}-py3-none-any.whl" == NAME


def test_every_file_is_recorded_with_its_digest() -> None:
    archive = zipfile.ZipFile(io.BytesIO(wheel()))
    names = archive.namelist()
    (record,) = [name for name in names if name.endswith(".dist-info/RECORD")]
    rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
    assert [row[0] for row in rows] == names
    for name, digest, size in rows[:-1]:
        content = archive.read(name)
        expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        assert (digest, size) == (f"sha256={expected.decode()}", str(len(content)))


def test_it_holds_code_data_and_command() -> None:
    archive = zipfile.ZipFile(io.BytesIO(wheel()))
    names = set(archive.namelist())
    for file in ("zkctl/cli/app.py", "zkctl/deploy/k8s/hpa.yaml"):
        assert archive.read(file) == (ROOT / file).read_bytes()
    assert not [name for name in names if "__pycache__" in name]
    info = f"zkctl-{__version__}.dist-info"
    assert f"\nVersion: {__version__}\n" in archive.read(f"{info}/METADATA").decode()
    assert "zkctl = zkctl.cli.app:run" in archive.read(f"{info}/entry_points.txt").decode()
