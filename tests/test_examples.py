"""The worked examples, run as a reader runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.slow
@pytest.mark.parametrize(
    "script", sorted(EXAMPLES.glob("*/run.sh")), ids=lambda path: path.parent.name
)
def test_example(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(script), str(tmp_path / "made")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "INSECURE" in done.stdout.splitlines()[-1]
    assert {"proof.json", "public.json"} <= {path.name for path in (tmp_path / "made").iterdir()}
