"""Prime fields: the moduli this package computes with, and the numbers that follow from them.

An element is stored as `n_words` little-endian 64-bit words in Montgomery form with R = 2^(64 * n_words), fully reduced: exactly the
form that ptau and zkey files use, so arrays can be views of a mapped file.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

from zkctl.runtime.records import record


@record
class PrimeField:
    """A prime field and its two-adic structure.

    `non_residue` is the smallest quadratic non-residue >= 2 (0 where no NTT is ever taken); it generates the two-power roots of unity.
    """

    name: str
    modulus: int
    non_residue: int = 0

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def n_bits(self) -> int:
        """Bit length of the modulus."""
        return self.modulus.bit_length()

    @cached_property
    def n_words(self) -> int:
        """64-bit words per element."""
        return -(-self.n_bits // 64)

    @property
    def n_bytes(self) -> int:
        """Bytes per element on disk."""
        return 8 * self.n_words

    @cached_property
    def montgomery_r(self) -> int:
        """R = 2^(64 n_words) mod p."""
        return pow(2, 64 * self.n_words, self.modulus)

    @cached_property
    def montgomery_r_inverse(self) -> int:
        """1 / R mod p."""
        return pow(self.montgomery_r, -1, self.modulus)

    @cached_property
    def two_adicity(self) -> int:
        """The s with p - 1 = 2^s * odd."""
        return ((self.modulus - 1) & -(self.modulus - 1)).bit_length() - 1

    def root_of_unity(self, log_n: int) -> int:
        """Return the primitive 2^log_n-th root of unity non_residue^((p-1)/2^log_n)."""
        if not 0 <= log_n <= self.two_adicity or not self.non_residue:
            raise ArithmeticError(f"{self.name} has no root of unity of order 2^{log_n}")
        return _root_of_unity(self, log_n)

    def __repr__(self) -> str:
        return f"PrimeField({self.name})"


@lru_cache(maxsize=128)  # every verification asks for it
def _root_of_unity(field: PrimeField, log_n: int) -> int:
    return pow(field.non_residue, (field.modulus - 1) >> log_n, field.modulus)


# BN254 (alt_bn128): EIP-196. r and q are 36u^4 + 36u^3 + 18u^2 + 6u + 1 and 36u^4 + 36u^3 + 24u^2 + 6u + 1, u = 4965661367192848881
# (asserted in curve/curves/bn254.py).
BN254_FR = PrimeField(
    "bn254.fr", 21888242871839275222246405745257275088548364400416034343698204186575808495617, 5
)
BN254_FQ = PrimeField(
    "bn254.fq", 21888242871839275222246405745257275088696311157297823662689037894645226208583
)
# BLS12-381: draft-irtf-cfrg-pairing-friendly-curves section 4.2.1; r = z^4 - z^2 + 1, q = (z - 1)^2 r / 3 + z, z = -0xd201000000010000.
BLS12_381_FR = PrimeField(
    "bls12_381.fr", 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001, 5
)
BLS12_381_FQ = PrimeField(
    "bls12_381.fq",
    0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB,
)

SUPPORTED = (BN254_FR, BN254_FQ, BLS12_381_FR, BLS12_381_FQ)

# Scalar fields of other toolchains that this package does not prove over: named in refusals.
UNSUPPORTED_MODULI = {
    "goldilocks": 2**64 - 2**32 + 1,
    "pallas": 0x40000000000000000000000000000000224698FC0994A8DD8C46EB2100000001,
    "vesta": 0x40000000000000000000000000000000224698FC094CF91B992D30ED00000001,
    "secq256r1": 115792089210356248762697446949407573530086143415290314195533631308867097853951,
    "bls12377": 8444461749428370424248824938781546531375899335154063827935233455917409239041,
}


def scalar_field_by_modulus(modulus: int) -> PrimeField | None:
    """Return the supported scalar field with this modulus, or None."""
    return next((f for f in (BN254_FR, BLS12_381_FR) if f.modulus == modulus), None)


KNOWN_MODULI = (*(field.modulus for field in SUPPORTED), *UNSUPPORTED_MODULI.values())


def name_of_modulus(modulus: int) -> str:
    """Return a name for a modulus in messages: ours, the common name of an unsupported field, or 'unknown'."""
    for field in SUPPORTED:
        if field.modulus == modulus:
            return field.name
    return next((name for name, value in UNSUPPORTED_MODULI.items() if value == modulus), "unknown")
