"""Contracts: library gadgets whose results are unique by an argument on paper, which the prover does not find.

A proof that uses one says so, and its certificate names the contract and the digest of the rows that it was used for.
"""

from __future__ import annotations

from zkctl.runtime.records import record


@record
class LibraryContract:
    """The claim that a stamped gadget's results are unique where its arguments are, and keep what their types promise.

    `test` is the file and the name of the test that tries other values of every wire and hint.
    """

    id: str
    gadget: str
    argument: str
    test: str


_CASES = "tests/gadgets/test_cases.py::test_no_wire_is_free"
_SMALL_FIELDS = "tests/gadgets/test_cases.py::test_every_witness_over_small_fields"

LIBRARY_CONTRACTS = (
    LibraryContract(
        "fixed-base",
        "zkctl.gadgets.curve.multiply.fixed_base",
        "The digits of the scalar are signed. The multiple that a window adds exceeds the sum of those before it, and together "
        "they stay below the prime order of the base: points that are added are neither equal nor opposite, and no denominator "
        "is 0. The rest of a long scalar is added by the complete law of the curve, without denominators that are 0.",
        _CASES,
    ),
    LibraryContract(
        "pedersen",
        "zkctl.gadgets.hash.pedersen.pedersen",
        "Before window w of a segment the sum is s times the generator, abs(s) < 32^w, and the window adds 1 to 8 times 32^w "
        "times it; 9 * 32^49 is below the order. So points that are added are neither equal nor opposite, and no denominator is "
        "0. Segments are added by the complete law of the curve.",
        _CASES,
    ),
    LibraryContract(
        "sha256-block",
        "zkctl.gadgets.hash.sha256.compressed",
        "A function of three bits with s ones is the one solution of (3 - 2 s) * (other - factor * f) = right, for 3 - 2 s is odd "
        "and so not 0. Each sum modulo 2^32 has one decomposition into bits, for it is far below p.",
        _CASES,
    ),
    LibraryContract(
        "keccak-round",
        "zkctl.gadgets.hash.keccak.keccak_round",
        "A function of three bits with s ones is the one solution of (3 - 2 s) * (other - factor * f) = right, for 3 - 2 s is odd "
        "and so not 0; an exclusive or of two is a product.",
        _CASES,
    ),
    LibraryContract(
        "blake2s-block",
        "zkctl.gadgets.hash.blake2s.blake2s_compressed",
        "Each sum modulo 2^32 has one decomposition into bits, for it is far below p; exclusive ors of its bits are products.",
        _CASES,
    ),
    LibraryContract(
        "sort",
        "zkctl.gadgets.number.sort.sort",
        "The switches permute the values, whatever their positions, and the comparisons of numbers with proven widths allow no "
        "result below the one before it. A list of numbers has one ascending order.",
        _SMALL_FIELDS,
    ),
    LibraryContract(
        "reduce-mod",
        "zkctl.gadgets.number.big_mod.reduce_mod",
        "a = q m + r over the integers, for no carry wraps around p, and 0 <= r < m: division has one remainder.",
        _CASES,
    ),
    LibraryContract(
        "multiply-mod",
        "zkctl.gadgets.number.big_mod.multiply_mod",
        "a b = q m + r over the integers, for no carry wraps around p, and 0 <= r < m: division has one remainder.",
        _CASES,
    ),
    LibraryContract(
        "date-parts",
        "zkctl.gadgets.number.date.date_parts",
        "The date is 10000 y + 100 m + d with 1 <= y <= 9999, 1 <= m <= 12, 1 <= d <= 31, below p: three numbers in mixed radix.",
        _CASES,
    ),
    LibraryContract(
        "decompress",
        "zkctl.gadgets.curve.compression.decompress",
        "y is the number of the bits. The equation of the curve has at most x and -x for it, one of them above (p - 1) / 2, and the "
        "sign bit says which; x = 0 has the sign 0.",
        _CASES,
    ),
)


def believed_contracts() -> dict[str, str]:
    """Return the ids of all contracts by gadget."""
    return {contract.gadget: contract.id for contract in LIBRARY_CONTRACTS}
