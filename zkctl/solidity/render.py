"""The templates of contracts: names, numbers and lines that are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from string import Template

from zkctl.curve import G1Array, G2Array
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.solidity.abi import selector

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MAX_NAME = 64
# https://docs.soliditylang.org/en/latest/cheatsheet.html#reserved-keywords and the language's own words
_WORDS = frozenset(
    (  # noqa: SIM905  (words are read more easily than a list of strings)
        "abstract address after alias anonymous apply as assembly auto bool break byte bytes calldata case catch constant"
        " constructor continue contract copyof default define delete do else emit enum error event external fallback false final"
        " fixed for from function global hex if immutable implements import in indexed inline interface internal is layout let"
        " library macro mapping match memory modifier mutable new null of override partial payable pragma private promise public"
        " pure receive reference relocatable return returns sealed sizeof static storage string struct super supports switch this"
        " throw transient true try type typedef typeof ufixed unchecked unicode using var view virtual while int uint abi block"
        " msg tx now"
    ).split()
)
_SIZED = re.compile(r"(u?int|bytes|u?fixed)[0-9x]+")
_OWN = frozenset(
    (  # noqa: SIM905
        "WrongCalldataLength NotEnoughGas InvalidProof verifyProof requireProof verifyBatch"
        " seconds minutes hours days weeks wei gwei ether"
    ).split()
)


@record
class ContractOptions:
    """The choices of a user about a contract; `origin` are lines about the key, for a comment."""

    name: str
    batch: bool = False
    origin: Sequence[str] = ()


def check_name(name: str) -> None:
    """Check that a contract may have this name.

    Raises: UsageError.
    """
    if len(name) > MAX_NAME or not _IDENTIFIER.fullmatch(name):
        raise UsageError(
            f"the contract's name is no identifier: expected letters, digits and _, at most {MAX_NAME} of them,"
            f" no digit first, got {printable(name, 80)!r}",
            hint="choose a name like MembershipVerifier",
        )
    if name in _WORDS or name in _OWN or _SIZED.fullmatch(name):
        raise UsageError(
            f"the contract's name is taken: expected a name of your own, got the word {name!r} of Solidity or of the template",
            hint="choose a name like MembershipVerifier",
        )


def filled(template: str, values: Mapping[str, object]) -> str:
    """Return a template of this folder with its placeholders filled in."""
    source = resources.files("zkctl.solidity") / "templates" / f"{template}.sol"
    return Template(source.read_text("utf-8")).substitute(values)


def header(origin: Sequence[str]) -> str:
    """Return lines about the key as comments; control characters are escaped, no line ends the comment."""
    return "".join(f"/// {printable(line, 200)}\n" for line in origin)


def coordinates(points: G1Array) -> list[tuple[int, int]]:
    """Return points of G1 as EIP-196 has them; infinity is (0, 0).  Shapes: (n,) or () -> n."""
    found = points.to_ints()
    return [(0, 0) if point is None else (point[0][0], point[1][0]) for point in found]


def g2_words(point: G2Array) -> list[int]:
    """Return a point of G2 as EIP-197 has it: x then y, the imaginary part first; infinity is zeros.  Shapes: () -> 4."""
    (found,) = point.to_ints()
    if found is None:
        return [0] * 4
    (x0, x1), (y0, y1) = found
    return [x1, x0, y1, y0]


def error_words() -> dict[str, str]:
    """Return the selectors of the errors that assembly reverts with."""
    errors = {"wrong_length": "WrongCalldataLength()", "not_enough": "NotEnoughGas()"}
    return {name: f"0x{selector(signature).hex()}" for name, signature in errors.items()}


def no_contract(curve: str) -> EnvironmentProblem:
    """Return the error for a curve whose operations the templates do not call."""
    return EnvironmentProblem(
        f"no contract for this curve: expected a key over bn254, got {curve}",
        hint="the EVM's operations on bls12_381 (EIP-2537) are not used yet: make the circuit and its key over bn254",
    )
