"""region-v1: my registered PID lies in one of the allowed regions and certainly in none of the prohibited ones.

Public signals: root, allowed[list_size], prohibited[list_size], context.  An entry is the hash of a PID's prefix, 0 is padding.

Soundness.  By R1 the components are those of a registered PID of this holder; R2 derives its levels.  R4: some allowed entry other than
0 equals the hash of my first d components, and level d is there; the hash fixes d and the components, so the region contains me.  The
factor for the level excludes prefixes with empty components, the factor for the entry excludes padding.  R5 opens each prohibited prefix,
and another opening is a collision.  R6 exhibits a level that both have and at which they differ: neither is a prefix of the other, so no
completion of my PID lies in the prohibited region.  Whether an entry is padding is derived from the public signal, so no prohibition can
be switched off; R7 leaves one opening for padding.  An entry of another form (no levels, gaps) has no proof, never a weaker one.

The openings of prohibited prefixes are public texts; they are private inputs to keep the number of public signals small.

Cost: 13,940 constraints for lists of 8, 27 of them linear.
"""

from __future__ import annotations

from binding import bind
from encoding import LEVELS, pid_commitment, prefix
from levels import levels_of, prefixes_of
from opening import Address, open_leaf

from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Uint,
    circuit,
    constrain,
    discard,
    gadget,
    private,
    public,
    wire,
)
from zkctl.gadgets.compare import is_equal, is_zero
from zkctl.gadgets.gates import any_of


@gadget
def enforce_allowed(
    components: Array[Signal], is_there: Array[Bit], allowed: Array[Signal]
) -> None:
    """Enforce that one of the allowed entries is a prefix of the PID (rules R3 and R4).

    Assumes:  is_there[i] is 1 only if component i and those before it are not 0.
    Enforces: allowed[k] is not 0 and is the hash of the first d components, and component d - 1 is there, for some k and d.
    Cost:     3,543 constraints, and 41 for each entry.
    """
    prefixes = prefixes_of(components)
    matches = [
        is_equal(entry, hashed) & (there & ~is_zero(entry))
        for entry in allowed
        for hashed, there in zip(prefixes, is_there, strict=True)
    ]
    constrain(any_of(matches) == 1, "R4: no allowed region contains the PID")


@gadget(stamped=True)
def enforce_outside(
    components: Array[Signal],
    is_there: Array[Bit],
    entry: Signal,
    opening: Array[Signal],
    depth: Signal,
) -> None:
    """Enforce that the PID lies outside of a prohibited region, however it may be completed (rules R5, R6 and R7).

    For padding, entry = 0, the opening's first level is not there, so by R5 none is: all its components and its depth are 0.

    Assumes:  is_there[i] is [component i is not 0].
    Enforces: entry is 0 and so are opening and depth; or entry is the hash of the opening, a prefix of `depth` levels, and at a level
              that both have the components differ.
    Cost:     519 constraints.
    """
    is_padding = is_zero(entry)
    in_region = levels_of(opening, "R5: a prohibited prefix has a gap")
    constrain(in_region[0] == ~is_padding, "R5: a prohibited prefix has no country, or padding is opened")  # fmt: skip
    constrain(in_region.sum() == depth, "R5: the depth of a prohibited prefix is not its number of levels")  # fmt: skip
    constrain(
        ~is_padding * prefix(depth, opening) == entry, "R5: a prohibited entry is not the hash of its opening"
    )  # fmt: skip
    differs = [
        mine & theirs & ~is_equal(component, other)
        for mine, theirs, component, other in zip(
            is_there, in_region, components, opening, strict=True
        )
    ]
    constrain(any_of([is_padding, *differs]) == 1, "R6: the PID may lie in a prohibited region")


@circuit
def region(
    root: Signal = public(),
    allowed: Array[Signal] = public("list_size"),
    prohibited: Array[Signal] = public("list_size"),
    context: Signal = public(),
    components: Array[Signal] = private(LEVELS),
    collision: Signal = private(),
    pid_salt: Signal = private(),
    fields_commitment: Signal = private(),
    version: Uint = private(bits=32),
    holder_secret: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    prohibited_components: Array[Signal] = private("list_size", LEVELS),
    prohibited_depth: Array[Signal] = private("list_size"),
    *,
    depth: int = 20,
    list_size: int = 8,
) -> None:
    """Prove that a registered PID lies in an allowed region and in no prohibited one."""
    commitment = wire(pid_commitment(components, collision, pid_salt), "pid_commitment")
    address = Address(commitment, fields_commitment, version)
    discard(open_leaf(holder_secret, address, root, siblings, path))
    is_there = levels_of(components, "R2: the PID has a gap")
    constrain(is_there[0] == 1, "R2: the PID has no country")
    enforce_allowed(components, is_there, allowed)
    for entry, opening, levels in zip(
        prohibited, prohibited_components, prohibited_depth, strict=True
    ):
        enforce_outside(components, is_there, entry, opening, levels)
    bind(context)
