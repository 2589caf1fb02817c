"""The rules of structure-v1 one by one: every depth, every length, collision numbers, the PIDs of the vectors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.address.circuits import compiled, integers, read_vectors
from tests.support.address.statements import FULL, home, rules
from tests.support.address.structure_cases import BEGINNINGS, LENGTHS, statement
from tests.support.address.world import Home, packed
from tests.support.forged_witness import ForgedWitness
from zkctl.dsl import CompiledCircuit
from zkctl.errors import InputError

DEPTH = 1


def small() -> CompiledCircuit:
    return compiled("structure", registry_depth=DEPTH)


@pytest.fixture(scope="module")
def honest() -> ForgedWitness:
    return ForgedWitness(small(), statement(home(), DEPTH))


def refusing(honest: ForgedWitness, ours: Home, **changes: int) -> set[str]:
    """The rules that refuse a statement about a home whose leaf is registered all the same."""
    return rules(honest.broken(honest.inputs(statement(ours, DEPTH, **changes))))


def test_every_pid_of_the_vectors(data: Path, honest: ForgedWitness) -> None:
    """Strings that are PIDs are accepted with their depth; of the others, those that have eight components are refused."""
    n_refused = 0
    for each in read_vectors(data)["pids"]:
        if "refused" not in each:
            ours = home(collision=int(each["collision"]))
            ours = ours.but(components=integers(each["components"]))
            small().witness(**statement(ours, DEPTH, depth=int(each["depth"])))
            continue
        parts = each["pid"].split("-") if each["pid"].isascii() else []
        if not 0 < len(parts) <= 8 or not parts[-1] or each["refused"] == "E9":
            continue  # no eight components, or those of a PID; E9 is the verifier's duty
        ours = home().but(components=[packed(part) for part in parts] + [0] * (8 - len(parts)))
        assert refusing(honest, ours), each["pid"]
        n_refused += 1
    assert n_refused >= 5


@pytest.mark.parametrize("levels", range(1, 9))
def test_every_depth(honest: ForgedWitness, levels: int) -> None:
    """A PID has one depth: each other one from 0 to 9 is refused."""
    ours = home("-".join(FULL.split("-")[:levels]))
    small().witness(**statement(ours, DEPTH, depth=levels))
    for other in {*range(10)} - {levels}:
        assert refusing(honest, ours, depth=other) == {"S3"}


@pytest.mark.parametrize("level", range(8))
def test_every_length(honest: ForgedWitness, level: int) -> None:
    shortest, longest = LENGTHS[level]
    for length in range(1, 10):
        ours = home(**{f"c{level}": packed((BEGINNINGS[level] + "ABCDEFGHI")[:length])})
        found = refusing(honest, ours)
        assert ("S4" in found) == (not shortest <= length <= longest), length
        assert (found == set()) == (shortest <= length <= longest), length


@pytest.mark.parametrize("text", ["C1", "C001", "C0A", "AC01", "CC1", "C1C", "01C", "D01", "B99"])
def test_what_is_no_suffix(honest: ForgedWitness, text: str) -> None:
    for level in (1, 2, 3):
        ours = home(**{f"c{level}": packed(text)})
        fits = LENGTHS[level][0] <= len(text) <= LENGTHS[level][1]
        expected = set() if fits else {"S4"}
        assert expected <= refusing(honest, ours) <= expected | {"S6"}
        if fits:
            small().witness(**statement(ours, DEPTH))


@pytest.mark.parametrize("collision", range(0, 128, 9))
def test_collision_numbers(honest: ForgedWitness, collision: int) -> None:
    found = refusing(honest, home(collision=collision))
    assert found == (set() if collision <= 99 else {"S7"})


@pytest.mark.parametrize("size", [7, 9])
def test_another_number_of_components(size: int) -> None:
    inputs = statement(home(), DEPTH)
    inputs["components"] = (inputs["components"] + [0])[:size]
    with pytest.raises(InputError, match="components"):
        small().witness(**inputs)
