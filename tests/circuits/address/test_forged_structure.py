"""Dishonest provers of structure-v1: the forged wires of section 3.3, each in a witness that is consistent otherwise."""

from __future__ import annotations

import pytest

from tests.support.address.circuits import compiled
from tests.support.address.hashes import P
from tests.support.address.statements import FULL, home, rules
from tests.support.address.structure_cases import LENGTHS, statement
from tests.support.address.world import packed
from tests.support.forged_witness import ForgedWitness

DEPTH = 2


@pytest.fixture(scope="module")
def honest() -> ForgedWitness:
    return of_pid()


def of_pid(pid: str = FULL, **changes: int) -> ForgedWitness:
    return ForgedWitness(
        compiled("structure", registry_depth=DEPTH), statement(home(pid, **changes), DEPTH)
    )


def character(honest: ForgedWitness, level: int, place: int) -> tuple[int, int]:
    """The wires that say whether a character, counted from the last one, is used, and a letter; a digit is used and no letter."""
    before = sum(longest for _, longest in LENGTHS[:level])
    call = honest.call("membership", before + LENGTHS[level][1] - 1 - place)
    return honest.result(call, 0), honest.result(call, 2)


def unused(honest: ForgedWitness, level: int, place: int = 0) -> dict[int, int]:
    """Lies that say that a character is not used; the last one says whether the level is there."""
    return dict.fromkeys(character(honest, level, place), 0)


def letter(honest: ForgedWitness, level: int, place: int) -> dict[int, int]:
    """Lies that say that a character is a letter."""
    return dict.fromkeys(character(honest, level, place), 1)


def digit(honest: ForgedWitness, level: int, place: int) -> dict[int, int]:
    return dict(zip(character(honest, level, place), (1, 0), strict=True))


def bytes_of(honest: ForgedWitness, level: int) -> list[int]:
    """The wires of the hinted bytes of a component, the highest first."""
    return next(
        list(each.outputs)
        for each in honest.program.hint_calls
        if each.inputs == ({honest.wire(f"components[{level}]"): 1},)
    )


def test_forged_byte_above_255(honest: ForgedWitness) -> None:
    """256 + y, and the byte before is lowered by 1: they spell the same component."""
    wires = bytes_of(honest, 3)
    lies = {wires[-1]: honest.honest[wires[-1]] + 256, wires[-2]: honest.honest[wires[-2]] - 1}
    found = honest.broken(lies)
    assert "S2" in rules(found)
    assert "S4: the component of level 3 is too long" not in found


def test_forged_bytes_of_a_component_plus_p() -> None:
    """Eight bytes spell no number from p on; with the rest in the first one, it is no byte."""
    witness = of_pid(c6=packed("BN000001"))
    value = packed("BN000001") + P
    wires = bytes_of(witness, 6)
    lies = {wire: value >> 8 * k & 255 for k, wire in enumerate(reversed(wires))}
    too_long = "S4: the component of level 6 is too long"
    assert too_long in witness.broken(lies)
    lies[wires[0]] = value >> 8 * 7
    found = witness.broken(lies)
    assert too_long not in found
    assert "S2" in rules(found)


def test_forged_bits_of_a_byte(honest: ForgedWitness) -> None:
    """Seven bits of y + p, the rest in the highest one; and of y itself, one of them 2 and the one above less by 1."""
    byte = bytes_of(honest, 3)[-1]
    bits = honest.bits({byte: 1}, honest.honest[byte] + P)
    bits[list(bits)[-1]] = (honest.honest[byte] + P) >> len(bits)
    assert "S2" in rules(honest.broken(bits))
    low, high = list(bits)[:2]
    lies = {low: honest.honest[low] + 2, high: honest.honest[high] - 1}
    assert "S2" in rules(honest.broken(lies))


def test_forged_use_of_a_zero_byte_in_front(honest: ForgedWitness) -> None:
    assert honest.honest[bytes_of(honest, 6)[0]] == 0
    for lies in (letter(honest, 6, 7), digit(honest, 6, 7)):
        assert "S2" in rules(honest.broken(lies))


@pytest.mark.parametrize("place", [0, 3])
def test_forged_disuse_of_a_byte(honest: ForgedWitness, place: int) -> None:
    """The last character of the building, and the first one."""
    assert "S2" in rules(honest.broken(unused(honest, 6, place)))


def test_forged_selectors(honest: ForgedWitness) -> None:
    """Selectors (2, -1, 0, ...) for depth 0: admin1 is there -1 times.  And those of a gap: seven levels in all."""
    country = of_pid("JP")
    minus_1 = {character(country, 1, 0)[0]: P - 1, country.wire("depth"): 0}
    found = country.broken(minus_1)
    assert found
    assert "S3: the depth is not the number of levels" not in found
    gap = {**unused(honest, 3), honest.wire("depth"): 7}
    assert "S3" in rules(honest.broken(gap))


def test_forged_absence_of_the_unit(honest: ForgedWitness) -> None:
    """e_7 = 0 for eight levels.  No inverse is hinted for it: it is whether the last character is used."""
    assert "S2" in rules(honest.broken({**unused(honest, 7), honest.wire("depth"): 7}))


def test_forged_presence_of_a_unit() -> None:
    """e_7 = 1 for seven levels."""
    witness = of_pid(FULL[: FULL.rindex("-")])
    for lies in (letter(witness, 7, 0), digit(witness, 7, 0)):
        assert witness.broken({**lies, witness.wire("depth"): 8})


def test_forged_digit_and_letter_exchanged(honest: ForgedWitness) -> None:
    """The last character of each level."""
    for level in range(8):
        is_letter = honest.honest[character(honest, level, 0)[1]]
        lies = digit(honest, level, 0) if is_letter else letter(honest, level, 0)
        assert honest.broken(lies), level


def test_forged_length() -> None:
    """A building of two characters, of which a third one is claimed to be used."""
    witness = of_pid(c6=packed("BN2"))
    short = {witness.wire("components[6]"): packed("BN")}
    assert "S4" in rules(witness.broken(short))
    found = rules(witness.broken({**short, **letter(witness, 6, 2)}))
    assert "S4" not in found
    assert found - {"O5"}


def test_forged_pid_commitment(honest: ForgedWitness) -> None:
    """The leaf is opened with the commitment to another PID, and the root is that of its leaf."""
    name = next(each for each in honest.names if each.endswith(".pid_commitment"))
    other = statement(home(c7=packed("R343")), DEPTH)
    lies = {
        honest.wire(name): home(c7=packed("R343")).pid_commitment,
        honest.wire("root"): other["root"],
    }
    broken = honest.broken(lies)
    assert broken
    assert "O5" not in rules(broken), "the opening itself is right"
