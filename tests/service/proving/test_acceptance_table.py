"""README.md of this folder: every check has a row, and every named test exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT

FOLDER = Path(__file__).parent
PAGE = (FOLDER / "README.md").read_text()


def test_every_check_has_a_row() -> None:
    numbers = {int(each) for each in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert numbers == set(range(1, 29))


def test_every_named_test_exists() -> None:
    missing = []
    named = re.findall(r"`((?:tests/)?[\w/]+\.py)(?:::(\w+))?` \|$", PAGE, re.MULTILINE)
    for file, name in named:
        path = (ROOT if file.startswith("tests/") else FOLDER) / file
        if not path.is_file() or (name and f"def {name}(" not in path.read_text()):
            missing.append(f"{file}::{name}")
    assert missing == []
    assert len(named) == len(re.findall(r"^\| (?!---|check|promise)", PAGE, re.MULTILINE))
