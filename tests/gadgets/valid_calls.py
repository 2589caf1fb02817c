"""For each gadget with integer parameters, one call on integers that is accepted."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.gadgets.cases.number_big import limbs
from tests.gadgets.cases.signature_rsa import DIGEST, MODULUS, SIGNATURE
from zkctl.gadgets.hash.poseidon import poseidon

NUMBER, OTHER = [5, 0, 7], [9, 1]
_BITS = {"bits": 8}

VALID: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "bits.enforce_at_most": (([1, 0, 1],), {"limit": 6}),
    "bits.to_bits": ((5, 8), {}),
    "compare.to_uint": ((5, 8), {}),
    "hash.blake2s.blake2s_compressed": (([1] * 8, [2] * 16), {"n_bytes": 64, "is_last": True}),
    "hash.mimc.mimc_sponge_hash": (([1], 2), {"n_outputs": 2}),
    "hash.poseidon.poseidon_ex": (([1], 2), {"n_outputs": 2}),
    "hash.poseidon_sponge.poseidon_sponge": (([1],), {"n_outputs": 2}),
    "number.big.big_add": ((NUMBER, OTHER), _BITS),
    "number.big.big_from_bits": (([1, 0, 1],), _BITS),
    "number.big.big_from_bytes": (([1, 2, 3],), _BITS),
    "number.big.big_less_than": ((NUMBER, OTHER), _BITS),
    "number.big.big_multiply": ((NUMBER, OTHER), _BITS),
    "number.big.big_subtract": ((NUMBER, OTHER), _BITS),
    "number.big.big_to_bits": ((NUMBER,), _BITS),
    "number.big.big_to_bytes": ((NUMBER, 4), _BITS),
    "number.big.enforce_big_equal": ((NUMBER, NUMBER), _BITS),
    "number.big_mod.multiply_mod": ((NUMBER, NUMBER, OTHER), _BITS),
    "number.big_mod.power_mod": ((NUMBER, 3, OTHER), _BITS),
    "number.big_mod.power_of_reduced": ((OTHER, 3, [*OTHER, 5]), _BITS),
    "number.big_mod.reduce_mod": ((NUMBER, OTHER), _BITS),
    "number.one_hot.demux": ((5, 1, 3), {}),
    "number.one_hot.one_hot": ((1, 3), {}),
    "number.sums.add_with_carry": (([1, 2], 8), {}),
    "number.sums.subtract_with_borrow": ((2, 1, 8), {}),
    "signature.rsa.verify_rsa_sha256": (
        (DIGEST, limbs(SIGNATURE[1024], 16), limbs(MODULUS[1024], 16)),
        {"bits": 64, "key_bits": 1024},
    ),
    "text.base64.base64_decode": ((b64encode(b"abc"),), {"size": 3}),
    "text.length.length_mask": ((1,), {"capacity": 3}),
    "text.packing.unpack_bits": (([5],), {"length": 3}),
    "text.packing.unpack_bytes": (([5],), {"length": 3}),
    "text.pattern.extract": ((b"a=b;", "a=([a-z]*);", 2, 1), {"size": 2}),
    "text.substring.substring": ((b"abc", 1), {"size": 2}),
    "tree.merkle.append_subtree": ((poseidon(0, 0), [1], [], []), {"height": 1}),
    "tree.merkle.subtree_root": (([1], 1), {}),
}
