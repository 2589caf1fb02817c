"""A chain of Poseidon hashes: 240 constraints each, every wire a full-size number."""

from zkctl.dsl import Signal, circuit, private
from zkctl.gadgets.hash.poseidon import poseidon


@circuit
def chain(start: Signal = private(), *, length: int = 17) -> Signal:
    """The value after `length` hashes."""
    value = start
    for _ in range(length):
        value = poseidon(value, value)
    return value
