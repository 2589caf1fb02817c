"""Lock the packages of the images: `python -m tests.support.image_lock` writes zkctl/deploy/docker/requirements.txt.

The packages that only the self-test of `zkctl doctor` needs are left out: they are 400 MB of 640.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tests.conftest import ROOT

LOCK = ROOT / "zkctl/deploy/docker/requirements.txt"
ONLY_FOR_THE_SELF_TEST = ("galois", "py_ecc")
EXTRAS = ("service", "postgres", "redis", "otel")
HEAD = """# Packages of the images with their digests, for CPython 3.11 on x86-64 Linux; made by python -m tests.support.image_lock.
# galois and py_ecc are left out: only the self-test of zkctl doctor needs them.
"""


def wanted() -> list[str]:
    """The requirements of zkctl and of the four extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    found = [*project["dependencies"], *(each for name in EXTRAS for each in extras[name])]
    return [each for each in found if name_of(each) not in ONLY_FOR_THE_SELF_TEST]


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0]


def resolved() -> list[str]:
    """Lines `name==version --hash=sha256:...`, sorted."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "-q", "--report", str(report), *wanted()], check=True)
        packages = json.loads(report.read_text())["install"]
    return sorted(
        f"{package['metadata']['name'].lower()}=={package['metadata']['version']}"
        f" --hash=sha256:{package['download_info']['archive_info']['hashes']['sha256']}"
        for package in packages
    )


if __name__ == "__main__":
    LOCK.write_text(HEAD + "".join(f"{line}\n" for line in resolved()))
