"""The worked examples, run as a reader runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.made_once import made_once
from tests.support.toy_groth16 import powers_of_tau
from zkctl.curve import BN254
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau, write_ptau
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau

EXAMPLES = Path(__file__).parents[1] / "examples"
ALONE = "05-age"  # makes its phase 1, the others take the one of the fixture
DEMO = "01-membership"  # CI runs it by `make demo`
LARGEST = 15  # power of two of rows
ADDRESSES = "address-protocol"
QUICK_ADDRESSES = ("01-registry", "08-locker")  # CI runs the other circuits by `make examples`
WITHOUT_PROOF = "01-registry"


@pytest.fixture(scope="session")
def powers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of powers of tau as an example leaves it, made from known secrets in a fraction of the time."""
    return made_once(tmp_path_factory, "powers", make_powers)


def make_powers(folder: Path) -> None:
    new_ptau("bn254", 1, folder / "0.ptau")
    contribute_ptau(folder / "0.ptau", output=folder / "1.ptau", name="DEV ONLY known secrets")
    records = read_ptau(folder / "1.ptau").contributions
    with (folder / f"pot_{LARGEST}.ptau").open("wb") as file:
        write_ptau(file, PtauFile(powers_of_tau(BN254, LARGEST), records))
    for power in (14, 13, 12, 9):
        (folder / f"pot_{power}.ptau").symlink_to(f"pot_{LARGEST}.ptau")


def marks(script: Path) -> list[pytest.MarkDecorator]:
    name, group = script.parent.name, script.parents[1].name
    is_slow = name == DEMO or (group == ADDRESSES and name not in QUICK_ADDRESSES)
    return [pytest.mark.slow] if is_slow else []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(script, id=script.parent.name, marks=marks(script))
        for script in sorted(EXAMPLES.rglob("run.sh"))
    ],
)
def test_example(script: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    is_alone = script.parent.name == ALONE
    kept = tmp_path / "powers" if is_alone else request.getfixturevalue("powers")
    done = subprocess.run(
        [str(script), str(tmp_path / "made")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ZKCTL_EXAMPLES_POWERS": str(kept)},
    )
    assert done.returncode == 0, done.stderr
    assert "INSECURE" in done.stdout.splitlines()[-1]
    made = {path.name for path in (tmp_path / "made").iterdir()}
    if script.parent.name == "03-onchain":
        made |= {name.removeprefix("groth16.") for name in made}
    assert {"proof.json", "public.json"} <= made or script.parent.name == WITHOUT_PROOF
    assert ("pot_0001.ptau" in made) == is_alone
    assert [path.name for path in kept.glob("pot_*")] == ["pot_9.ptau"] or not is_alone
