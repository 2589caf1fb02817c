"""Bytes and bits in as few field elements as possible, and back.

The first byte or bit is the lowest: an element is sum of 256^k * byte_k.  An element takes 31 bytes or 253 bits over BN254's scalar
field, in general as many as always stay below p.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Array, Bit, Byte, Signal, Uint, dot, gadget
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.numbers.spelled import spelled
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.field import PrimeField
from zkctl.gadgets.bits import from_bits
from zkctl.gadgets.sizes import as_text

BITS_OF_BYTE = 8
_LARGEST = 255


@gadget
def pack_bytes(data: Sequence[Byte]) -> Array[Signal]:
    """Return the bytes packed into elements, the first byte of each element lowest; the last element may hold fewer.

    Assumes:  the length is fixed, as it is in a circuit: texts of different lengths may have the same elements ("a" and "a" with a zero
              byte behind it).
    Enforces: each element is the sum of 256^k * byte_k of its bytes, as many as stay below p, so equal elements mean equal bytes.
    Cost:     0 constraints.
    """
    if len(data) == 0:
        raise circuit_error("pack_bytes got no bytes: expected one at least")
    size = bytes_in_element(data[0].field)
    return Array([_number(data[k : k + size]) for k in range(0, len(data), size)])


@gadget
def unpack_bytes(packed: Sequence[Signal], *, length: int) -> Array[Byte]:
    """Return the `length` bytes that pack_bytes packed.

    Assumes:  nothing.
    Enforces: each byte is below 256, and pack_bytes of the bytes returns the elements; there is one such list of bytes, because the bytes
              of an element spell a number below p.
    Cost:     8 constraints for each byte; 0 where the bits of the elements are known.
    """
    if len(packed) == 0:
        raise circuit_error("unpack_bytes got no elements: expected one at least")
    size = bytes_in_element(packed[0].field)
    needed = -(-length // size)
    if length < 1 or needed != len(packed):
        raise circuit_error(
            f"unpack_bytes got {len(packed)} elements for {as_text(length)} bytes: expected {as_text(max(needed, 1))} of {size} bytes",
            hint="pass the number of bytes that pack_bytes was called with",
        )
    data: list[Uint] = []
    for element in packed:
        count = min(size, length - len(data))
        message = f"value {{value}} needs more than {count} bytes"
        bits = decompose(element, BITS_OF_BYTE * count, message)
        starts = range(0, len(bits), BITS_OF_BYTE)
        data += [spelled(element, bits[k : k + BITS_OF_BYTE], _LARGEST) for k in starts]
    return Array(data)


@gadget
def pack_bits(bits: Sequence[Bit]) -> Array[Signal]:
    """Return the bits packed into elements, the first bit of each element lowest; the last element may hold fewer.

    Assumes:  the length is fixed, as for pack_bytes.
    Enforces: each element is the sum of 2^k * bit_k of its bits, one bit fewer than p has, so equal elements mean equal bits.
    Cost:     0 constraints.
    """
    if len(bits) == 0:
        raise circuit_error("pack_bits got no bits: expected one at least")
    size = bits[0].field.n_bits - 1
    return Array([from_bits(bits[k : k + size]) for k in range(0, len(bits), size)])


@gadget
def unpack_bits(packed: Sequence[Signal], *, length: int) -> Array[Bit]:
    """Return the `length` bits that pack_bits packed.

    Assumes:  nothing.
    Enforces: each bit is 0 or 1, and pack_bits of the bits returns the elements, which have only one such list of bits.
    Cost:     1 constraint for each bit; 0 where the bits of the elements are known.
    """
    if len(packed) == 0:
        raise circuit_error("unpack_bits got no elements: expected one at least")
    size = packed[0].field.n_bits - 1
    needed = -(-length // size)
    if length < 1 or needed != len(packed):
        raise circuit_error(
            f"unpack_bits got {len(packed)} elements for {as_text(length)} bits: expected {as_text(max(needed, 1))} of {size} bits",
            hint="pass the number of bits that pack_bits was called with",
        )
    bits: list[Bit] = []
    for element in packed:
        count = min(size, length - len(bits))
        bits += decompose(element, count, f"value {{value}} needs more than {count} bits")
    return Array(bits)


def bytes_in_element(field: PrimeField) -> int:
    """Return how many bytes always stay below p.  Raises: CircuitError for a field that has no room for one."""
    size = (field.n_bits - 1) // BITS_OF_BYTE
    if size < 1:
        raise circuit_error(
            f"{field.name} is too small for a byte: expected 9 bits or more, got {field.n_bits}"
        )
    return size


def _number(data: Sequence[Uint]) -> Signal:
    total = dot([1 << BITS_OF_BYTE * k for k in range(len(data))], data)
    return proven(total, (0, (1 << BITS_OF_BYTE * len(data)) - 1))
