"""The worked examples, run as a reader runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


QUICK = {"02-age"}  # with every run of the tests; make demo runs 01-membership
EACH = [
    pytest.param(
        path, id=path.parent.name, marks=[] if path.parent.name in QUICK else pytest.mark.slow
    )
    for path in sorted(EXAMPLES.glob("*/run.sh"))
]


@pytest.mark.parametrize("script", EACH)
def test_example(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(script), str(tmp_path / "made")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "INSECURE" in done.stdout.splitlines()[-1]
    assert {"proof.json", "public.json"} <= {path.name for path in (tmp_path / "made").iterdir()}
