"""What `info` says of keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.binary_files import Container
from tests.support.toy_groth16 import save_key, toy_key
from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.curve import BN254
from zkctl.errors import FormatError
from zkctl.toolchain.inspect.key_facts import describe_key, facts_of_contributions


def test_sections_of_each_system_are_known(data: Path) -> None:
    for name, n_sections in (("plonk", 14), ("fflonk", 17)):
        facts = describe_key(data / "golden_bn128" / f"{name}.zkey")
        assert len(facts["sections"]) == n_sections
        assert facts["warnings"] == []


def test_a_section_that_only_another_system_has(tmp_path: Path) -> None:
    path = save_key(tmp_path / "a.zkey", toy_key(BN254))
    found = Container.read(path)
    changed = Container(found.magic, found.version, (*found.sections, (12, b"?")))
    assert "unknown section 12 ignored" in describe_key(changed.write(path))["warnings"]


@pytest.mark.parametrize("name", ["plonk", "fflonk"])
def test_a_missing_section(data: Path, tmp_path: Path, name: str) -> None:
    good = Container.read(data / "golden_bn128" / f"{name}.zkey")
    with pytest.raises(FormatError, match="missing section 14"):
        describe_key(good.without(14).write(tmp_path / "a.zkey"))


def test_contributions() -> None:
    origins = [
        Origin(ContributorKind.PARTICIPANT, "a\x1b"),
        Origin(ContributorKind.BEACON, "drand", bytes(32), 10),
    ]
    first, second = facts_of_contributions(origins, ["00", "01"])
    assert first == {"number": 1, "type": "participant", "claimed_name": "a\\x1b", "hash": "00"}
    assert (second["beacon"], second["iterations"]) == (bytes(32).hex(), 10)
