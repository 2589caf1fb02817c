"""The examples of docs/reference/language.md run, and its tables name what exists."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from zkctl import dsl

TEXT = (ROOT / "docs" / "reference" / "language.md").read_text()


def test_examples_run(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S)
    program = tmp_path / "reference.py"
    program.write_text("\n".join(blocks))
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_name_of_the_language_is_mentioned() -> None:
    missing = [name for name in dsl.__all__ if not re.search(rf"`[^`]*\b{name}\b[^`]*`", TEXT)]
    assert missing == ["Circuit"]  # what @circuit makes


def test_gadgets_of_the_table_exist() -> None:
    for module, function in re.findall(
        r"^\| `(\w+)\.(\w+)\([^`]*`.*\|", TEXT.split("## Gadgets")[1], re.M
    ):
        assert hasattr(importlib.import_module(f"zkctl.gadgets.{module}"), function)
