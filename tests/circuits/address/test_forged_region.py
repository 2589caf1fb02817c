"""Dishonest provers of region-v1: the forged wires of section 3.4.

Each lie gets around the rule that refuses the statement, and breaks another row.
"""

from __future__ import annotations

from tests.support.address import hashes
from tests.support.address.circuits import compiled
from tests.support.address.hashes import P
from tests.support.address.region_cases import COARSE, entry, statement
from tests.support.address.statements import FULL, home, registry, rules, zero_test
from tests.support.address.world import Home, components_of
from tests.support.forged_witness import ForgedWitness

DEPTH = 2


def refused(pid: str, allowed: str, prohibited: str = "") -> ForgedWitness:
    """A witness written by hand for a statement that is refused, to be forged further."""
    ours = home(pid)
    witness = accepted(ours, "JP")
    inputs = statement(ours, DEPTH, [allowed], [prohibited], entries=1)
    witness.honest = witness.forged(witness.inputs(inputs))
    return witness


def accepted(ours: Home, allowed: str, prohibited: str = "") -> ForgedWitness:
    inputs = statement(ours, DEPTH, [allowed], [prohibited], entries=1)
    return ForgedWitness(compiled("region", depth=DEPTH, list_size=1), inputs)


def lie(witness: ForgedWitness, lies: dict[int, int], *, around: str) -> None:
    """The rule refuses without the lies and does not with them; another row does."""
    assert rules(witness.broken({})) == {around}
    broken = witness.broken(lies)
    assert around not in rules(broken)
    assert broken


def prefix_wire(witness: ForgedWitness, levels: int) -> int:
    """The wire of the hash of my first levels."""
    return witness.result(witness.call("prefix", levels - 1))


def test_forged_prefix_of_another_country() -> None:
    witness = refused(FULL, "DE")
    lie(witness, {prefix_wire(witness, 1): entry("DE")}, around="R4")


def test_forged_match() -> None:
    """h = 1: the flag itself, or the inverse from which it follows."""
    witness = refused(FULL, "DE")
    difference = {witness.wire("allowed[0]"): 1, prefix_wire(witness, 1): -1}
    test = zero_test(witness, difference)
    lie(witness, {witness.result(test): 1}, around="R4")
    lie(witness, {witness.advised(test)[0]: 0}, around="R4")


def test_forged_match_with_padding() -> None:
    """Padding is claimed to be an entry, and equal to a prefix."""
    witness = refused(FULL, "")
    padding = zero_test(witness, {witness.wire("allowed[0]"): 1})
    match = zero_test(witness, {witness.wire("allowed[0]"): 1, prefix_wire(witness, 1): -1})
    lie(witness, {witness.result(padding): 0, witness.result(match): 1}, around="R4")


def test_forged_padding_for_an_entry() -> None:
    """o_k = 1 for a prohibited entry that contains me, opened as padding or as what it is."""
    witness = refused(FULL, "JP", COARSE)
    test = zero_test(witness, {witness.wire("prohibited[0]"): 1})
    lie(witness, {witness.result(test): 1}, around="R6")
    nothing = {witness.wire(f"prohibited_components[0][{k}]"): 0 for k in range(8)}
    nothing[witness.wire("prohibited_depth[0]")] = 0
    lie(witness, {witness.result(test): 1, **nothing}, around="R6")
    lie(witness, {witness.advised(test)[0]: 0, **nothing}, around="R6")


def test_forged_difference_where_the_components_are_equal() -> None:
    witness = refused(FULL, "JP", COARSE)
    mine, theirs = witness.wire("components[1]"), witness.wire("prohibited_components[0][1]")
    test = zero_test(witness, {mine: 1, theirs: -1})
    assert witness.honest[witness.result(test)] == 1
    lie(witness, {witness.result(test): 0}, around="R6")


def test_forged_level_beyond_mine() -> None:
    """e_2 = 1 for JP-13: a house inside it would differ from it at level 2, and be allowed by its own prefix."""
    witness = refused(COARSE, "JP", "JP-13-113")
    level = zero_test(witness, {witness.wire("components[2]"): 1})
    lie(witness, {witness.result(level): 0}, around="R6")
    deeper = refused(COARSE, "JP-13-113")
    level = zero_test(deeper, {deeper.wire("components[2]"): 1})
    match = {prefix_wire(deeper, 3): entry("JP-13-113"), deeper.result(level): 0}
    lie(deeper, match, around="R4")


def test_forged_absence_of_a_level() -> None:
    """e_7 = 0 for a PID of eight levels: no rule is gained by it, and a row breaks."""
    witness = accepted(home(), "JP")
    level = zero_test(witness, {witness.wire("components[7]"): 1})
    assert witness.broken({witness.result(level): 1})
    gap = zero_test(witness, {witness.wire("components[3]"): 1})
    assert "R2" in rules(witness.broken({witness.result(gap): 1}))


def test_forged_number_of_levels_of_a_region() -> None:
    """The sum of g_i: the depth of the opening is another one, or a level of it is claimed to be there."""
    witness = accepted(home(), "JP", "DE-BE")
    depth = witness.wire("prohibited_depth[0]")
    for levels in (0, 1, 3, P - 1):
        assert "R5" in rules(witness.broken({depth: levels}))
    third = zero_test(witness, {witness.wire("prohibited_components[0][2]"): 1})
    forged = {witness.result(third): 0, depth: 3}
    forged[witness.wire("prohibited[0]")] = hashes.tagged("prefix", 3, *components_of("DE-BE"))
    broken = witness.broken(forged)
    assert broken
    assert "R5" not in rules(broken)


def test_forged_pid_commitment() -> None:
    """The leaf is opened with the commitment to a PID in the allowed country, and the root is that of its leaf."""
    witness = refused(FULL, "DE")
    name = next(each for each in witness.names if each.endswith(".pid_commitment"))
    german = home("DE-BE")
    lies = {witness.wire(f"components[{k}]"): each for k, each in enumerate(german.components)}
    commitment = {witness.wire(name): home(FULL).pid_commitment}
    lie(witness, {**lies, **commitment}, around="R4")
    assert registry(german, DEPTH).root != witness.value("root")
