"""Whatever file is given in whatever place: the message says what it is (tests/interop/kinds_of_files.py has them all)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.kinds_of_files import (
    SLOT_NAMES,
    Kind,
    faults,
    make_good,
    make_kinds,
    slots,
)

# run a child process, or take long before they read the file in question
NOT_HERE = {
    "ptau contribute",
    "ceremony contribute",
    "ceremony contribute-bellman",
    "ptau contribute-challenge",
}
# one place for each reader gets every kind, the other places every fifth
ALL_KINDS = {
    "info",
    "export-vkey",
    "export-json",
    "witness inputs",
    "verify key",
    "verify public",
    "verify proof",
    "verify batch",
    "ceremony statement",
}
SHARE = 5


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_good(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def kinds(good: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kind]:
    return make_kinds(tmp_path_factory.mktemp("kinds") / "all", good)


def test_there_are_enough_kinds(kinds: dict[str, Kind]) -> None:
    assert len(kinds) >= 55


NAMES = [name for name in SLOT_NAMES if name not in NOT_HERE]


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_named_in_every_place(
    run: Run, good: dict[str, Path], kinds: dict[str, Kind], tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    slot = next(slot for slot in slots(good, out) if slot.name == name)
    wrong = []
    step = 1 if name in ALL_KINDS else SHARE
    for kind_name, kind in list(kinds.items())[NAMES.index(name) % step :: step]:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        outcome = run(*slot.with_file(kind.path))
        fault = faults(slot, kind_name, kind, outcome.code, outcome.err)
        if fault:
            wrong.append(f"{kind_name}: {fault}: {outcome.err.strip()}")
    assert not wrong, "\n".join(wrong)
