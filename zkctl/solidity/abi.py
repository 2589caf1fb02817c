"""Calls of verifier contracts: selector and words.  Source: the contract ABI specification of Solidity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from zkctl.runtime.keccak import keccak_256
from zkctl.runtime.records import record

# hexadecimal numbers in lists as the arguments of the function have them
Nested: TypeAlias = "str | list[Nested]"


@record
class ContractCall:
    """A call of verifyProof, whose arguments all have fixed lengths.

    `words` are the arguments; `arguments` are they by name, nested as in the signature; `text` is what snarkjs prints.
    """

    signature: str
    words: tuple[int, ...]
    arguments: Mapping[str, Nested]
    text: str

    def encoded(self) -> bytes:
        """Return the calldata."""
        return selector(self.signature) + b"".join(word.to_bytes(32, "big") for word in self.words)


def selector(signature: str) -> bytes:
    """Return the four bytes that choose a function.  Shapes: -> 4."""
    return keccak_256(signature.encode())[:4]


def hex_word(number: int) -> str:
    """Return a number as 0x and 64 digits."""
    return f"0x{number:064x}"


def hex_words(numbers: Iterable[int]) -> list[Nested]:
    """Return numbers as 0x and 64 digits each."""
    return [hex_word(number) for number in numbers]


def quoted(numbers: Iterable[int]) -> str:
    """Return numbers as quoted words with commas between them."""
    return ",".join(f'"{hex_word(number)}"' for number in numbers)
