"""The blocks of the runbooks that are marked `run` are executed, against a running service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.demo_service import RunningService

PAGES = sorted((ROOT / "docs/guides/operating").glob("*.md"))
BLOCK = re.compile(r"^ *```sh run\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for body in BLOCK.findall(page.read_text()):
            yield page.stem, textwrap.dedent(body)


def test_most_pages_have_one() -> None:
    with_blocks = {page for page, _ in blocks()}
    assert len(with_blocks) >= len(PAGES) - 4


@pytest.mark.parametrize(
    ("page", "block"), list(blocks()), ids=lambda text: text.split("\n")[0][:40]
)
def test_a_block_runs(page: str, block: str, served: RunningService, tmp_path: Path) -> None:
    served.wait_for()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"A": served.url, "M": served.admin_url, "PATH": path, "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{page}: {block}\n{done.stdout}{done.stderr}"
    assert done.stdout or "|| true" in block
