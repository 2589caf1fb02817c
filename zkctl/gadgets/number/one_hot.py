"""Choice by a number: one bit for each value of an index, multiplexers and demultiplexers.

An index outside of the list has no witness.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from zkctl.dsl import AnyShape, Array, Bit, Int, Ints, Signal, Uint, advice, constrain, gadget
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.nested_values import leaves, replace_leaves
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import enforce_at_most
from zkctl.gadgets.select import mux
from zkctl.gadgets.sizes import check_size


@gadget
def one_hot(index: Signal, n: int, message: str = "") -> Array[Bit]:
    """Return n bits, of which only bit `index` is 1; the message is for other indices.

    Assumes:  nothing.
    Enforces: index is one of 0 .. n - 1: each bit k is 0 or index is k, and the bits' sum is 1.
    Cost:     n constraints, and one linear for bit 0 where it needs a wire.
    """
    _check_length("one_hot", index, n)
    text = message or f"the index is not one of 0 to {n - 1}"
    upper = list(_places(index, n=n)) if n > 1 else []
    bits = [1 - sum(upper, index * 0), *upper]
    for k, bit in enumerate([*upper, bits[0]]):  # an index out of range fails at the last row
        constrain(bit * (index - (k + 1) % n) == 0, text)
    return Array([proven(bit, (0, 1)) for bit in bits])


@gadget
def demux(value: AnyShape, index: Signal, n: int) -> list[AnyShape]:
    """Return n values, of which value number `index` is the one given, and all others are 0.

    The value may be a structure, an array, a list or a tuple.

    Assumes:  nothing.
    Enforces: index is one of 0 .. n - 1, and result k is bit k of one_hot(index, n) times the value.
    Cost:     n constraints, and n - 1 for each leaf.
    """
    bits = one_hot(index, n)

    def parts(leaf: Signal) -> list[Signal]:
        upper = [bit * leaf for bit in bits[1:]]
        return [_part(leaf, leaf - sum(upper, leaf * 0)), *(_part(leaf, part) for part in upper)]

    columns = [parts(cast(Signal, leaf)) for leaf in leaves(value)]
    rows = [iter(row) for row in zip(*columns, strict=True)]
    return [replace_leaves(value, lambda _leaf, row=row: next(row)) for row in rows]  # type: ignore[misc]  # a default of a lambda


@gadget
def multiplexer(index: Signal, values: Sequence[AnyShape]) -> Any:
    """Return values[index]; the values may be structures, arrays, lists or tuples.

    Assumes:  nothing.
    Enforces: index is one of 0 .. n - 1 for n values, and the result is values[index], so its interval is the hull of all values'.
    Cost:     for n values the bits of n - 1, unless those of index are known, and n - 1 for each leaf, fewer for constants as mux; if n
              is no power of two and index may be n or more, one more for each run of zeros in n - 1 and up to two for each run of ones.
    """
    n = len(values)
    _check_length("multiplexer", index, n)
    message = f"the index {{value}} is not one of 0 to {n - 1}"
    n_bits = (n - 1).bit_length()
    if n_bits == 0:
        constrain(index == 0, "the index is not 0")
        return values[0]
    bits = decompose(index, n_bits, message)
    if n < 1 << n_bits and not (isinstance(index, Uint) and index.maximum < n):
        enforce_at_most(bits, n - 1, f"the index is not one of 0 to {n - 1}")
    return mux(bits, [values[_stand_in(k, n)] for k in range(1 << n_bits)])


def _stand_in(k: int, n: int) -> int:
    """Return k, or for an index that no witness has, the one whose choices are the same in all that follows; so these cost nothing."""
    while k >= n:
        k -= 1 << (k & ~(n - 1)).bit_length() - 1
    return k


@advice
def _places(index: Int, *, n: int) -> Ints:
    """Return bit k for k = 1 .. n - 1: whether index is k."""
    numbers: Sequence[Any] = range(1, n)
    return cast(Ints, [index == number for number in numbers])


def _part(leaf: Signal, part: Signal) -> Signal:
    """Return the part with its interval: it is 0 or the leaf."""
    if leaf.bounds is None:
        return part
    return proven(part, (min(0, leaf.bounds[0]), max(0, leaf.bounds[1])))


def _check_length(name: str, index: Signal, n: int) -> None:
    check_size(f"the number of values of {name}", n)
    if n >= index.field.modulus:
        raise circuit_error(
            f"{name} chooses from fewer values than the field has: got {n}",
            hint="check the length of the list",
        )
