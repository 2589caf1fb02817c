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


def character(honest: ForgedWitness, level: int, place: int) -> tuple[int, int, int]:
    """The wires that say whether a character, counted from the last one, is unused, a digit, a letter."""
    before = sum(longest for _, longest in LENGTHS[:level])
    call = honest.call("membership", before + LENGTHS[level][1] - 1 - place)
    unused, digit, letter = (honest.result(call, k) for k in range(3))
    return unused, digit, letter


def bits(honest: ForgedWitness, level: int, number: int) -> dict[int, int]:
    """Lies that take a component for a number: all its bits but the lowest one, which is what they leave of it."""
    return honest.bits({honest.wire(f"components[{level}]"): 1}, number)


def test_forged_byte_above_255(honest: ForgedWitness) -> None:
    """256 + y, and the byte before is lowered by 1: 2 more in the highest bit of y, 1 less in the lowest bit of the other."""
    wires = list(bits(honest, 3, 0))
    high, low = wires[7 - 1], wires[8 - 1]
    lies = {high: honest.honest[high] + 2, low: honest.honest[low] - 1}
    assert "S4" in rules(honest.broken(lies))


def test_forged_bits_of_a_component_plus_p() -> None:
    """64 bits spell no number from p on; with the rest in the highest one, that is no bit."""
    witness = of_pid(c6=packed("BN000001"))
    value = packed("BN000001") + P
    lies = bits(witness, 6, value)
    assert witness.broken(lies)
    lies[list(lies)[-1]] = value >> len(lies)
    assert "S4" in rules(witness.broken(lies))


def test_forged_use_of_a_zero_byte_in_front(honest: ForgedWitness) -> None:
    unused, digit, letter = character(honest, 6, 7)
    assert honest.honest[unused] == 1
    assert "S2" in rules(honest.broken({unused: 0}))
    for lies in ({unused: 0, digit: 1}, {unused: 0, letter: 1}):
        assert honest.broken(lies)


def test_forged_disuse_of_a_byte(honest: ForgedWitness) -> None:
    """The last character of the building, and the first one."""
    for place in (0, 3):
        unused, digit, letter = character(honest, 6, place)
        assert honest.honest[unused] == 0
        assert "S2" in rules(honest.broken({unused: 1}))
        assert honest.broken({unused: 1, digit: 0, letter: 0})


def test_forged_selectors(honest: ForgedWitness) -> None:
    """Selectors (2, -1, 0, ...) for depth 0: admin1 is there -1 times.  And those of a gap: seven levels in all."""
    country = of_pid("JP")
    unused = character(country, 1, 0)[0]
    assert country.broken({unused: 2, country.wire("depth"): 0})
    gap = {character(honest, 3, 0)[0]: 1, honest.wire("depth"): 7}
    assert "S3" in rules(honest.broken(gap))


@pytest.mark.parametrize(("pid", "levels"), [(FULL, 7), (FULL[: FULL.rindex("-")], 8)])
def test_forged_presence_of_the_unit(pid: str, levels: int) -> None:
    """e_7 is turned over, as the flag and by the inverse that it is made of."""
    witness = of_pid(pid)
    unused = character(witness, 7, 0)[0]
    assert witness.honest[unused] == (levels == 8)
    depth = {witness.wire("depth"): levels}
    assert witness.broken({unused: 1 - witness.honest[unused], **depth})
    zero_test = next(each for each in witness.calls if each.returned[:1] == ({unused: 1},))
    (inverse,) = witness.advised(zero_test)
    for wrong in (0, 1, P - 1):
        assert witness.broken({inverse: wrong, **depth})


def test_forged_digit_and_letter_exchanged(honest: ForgedWitness) -> None:
    """One character of each level; the lists of rows differ by nothing but their place."""
    for level in range(8):
        _, digit, letter = character(honest, level, 0)
        assert honest.honest[digit] != honest.honest[letter]
        lies = {digit: honest.honest[letter], letter: honest.honest[digit]}
        assert honest.broken(lies), level


def test_forged_length() -> None:
    """A building of two characters, of which a third one is claimed to be used."""
    witness = of_pid(c6=packed("BN2"))
    short = {witness.wire("components[6]"): packed("BN")}
    assert "S4" in rules(witness.broken(short))
    unused, _, letter = character(witness, 6, 2)
    assert rules(witness.broken({**short, unused: 0, letter: 1})) - {"O5"}


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
